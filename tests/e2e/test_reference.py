"""The programs of the reference, in each of their languages."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from e2e import language_host, nodejs
from e2e.cli import GENERATOR, has_yaml
from e2e.engine import ROOT, Engine

REFERENCE = ROOT / "docs" / "reference"
SOURCES = sorted((ROOT / "docs" / "programs").glob("*.yaml"))
NAMES = [source.stem for source in SOURCES]
CONFIG = {
    "partnercentral:catalog": "Sandbox",
    "partnercentral:region": "us-east-1",
    "partnercentral:accountRoleName": "Channel",
}
HAS_GO = shutil.which("go") is not None
MODULE = "github.com/pulumi-partnercentral/pulumi-partnercentral/sdk/go/partnercentral"


def program(name: str, language: str) -> str:
    """Give the program of a page in a language."""
    text = (REFERENCE / f"{name}.md").read_text()
    (found,) = re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    return str(found)


def test_every_resource_and_function_has_its_program() -> None:
    """No page is without one, and no program without a page."""
    assert [page.stem for page in sorted(REFERENCE.glob("*.md")) if page.stem != "index"] == NAMES


@pytest.fixture(scope="module")
def typescript(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Compile all programs in TypeScript, on the SDK that is generated here; their folder."""
    clone = tmp_path_factory.mktemp("typescript")
    nodejs.generate(clone / "build" / "sdks" / "nodejs")
    folder = clone / "examples" / "03-typescript"
    shutil.copytree(ROOT / "examples" / "03-typescript", folder)
    settings = json.loads((folder / "tsconfig.json").read_text())
    settings["files"] = [f"{name}.ts" for name in NAMES]
    (folder / "tsconfig.json").write_text(json.dumps(settings))
    for name in NAMES:
        (folder / f"{name}.ts").write_text(program(name, "typescript"))
    nodejs.build(folder)
    return folder


@pytest.fixture(scope="module")
def go(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """
    Compile all programs in Go, on the SDK that is generated here, into one that takes a name.

    What is changed of each is the word that makes it an executable of its own.
    """
    folder = tmp_path_factory.mktemp("go") / "partnercentral"

    def run(*arguments: str, folder: Path = folder) -> None:
        done = subprocess.run(["go", *arguments], cwd=folder, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr

    schema = str(ROOT / "provider" / "schema.json")
    run("run", "-trimpath", ".", "go", schema, str(folder.parent), folder=GENERATOR)
    for name in NAMES:
        (folder / "programs" / name).mkdir(parents=True)
        text = program(name, "go").replace("package main", f"package {name}")
        text = text.replace("func main()", "func Main()")
        (folder / "programs" / name / "main.go").write_text(text)
    imports = "\n".join(f'"{MODULE}/programs/{name}"' for name in NAMES)
    cases = "\n".join(f'case "{name}": {name}.Main()' for name in NAMES)
    (folder / "main").mkdir()
    (folder / "main" / "main.go").write_text(
        f'package main\nimport (\n"os"\n{imports}\n)\n'
        f"func main() {{\nswitch os.Args[1] {{\n{cases}\n}}\n}}\n"
    )
    (folder / "go.mod").unlink(missing_ok=True)
    run("mod", "init", MODULE)
    pinned = re.search(r"pulumi/sdk/v3 (v\S+)", (GENERATOR / "go.mod").read_text())
    assert pinned
    run("mod", "edit", f"-require=github.com/pulumi/pulumi/sdk/v3@{pinned[1]}")
    run("mod", "tidy")
    run("build", "-o", "all", "./main")
    return folder / "all"


@pytest.mark.parametrize(
    "language",
    [
        pytest.param("yaml", marks=pytest.mark.skipif(not has_yaml(), reason="it needs its host")),
        pytest.param("go", marks=pytest.mark.skipif(not HAS_GO, reason="it needs Go")),
        pytest.param("typescript", marks=nodejs.NEEDED),
    ],
)
def test_every_page_has_a_program_in(language: str) -> None:
    """It is deployed below; where a language cannot be, this tells."""
    assert all(program(name, language) for name in NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_program_deploys(engine: Engine, emulator, name: str, tmp_path: Path, request) -> None:
    """What the page shows in Python is deployed; in any other language it changes nothing."""
    stack = engine.stack(lambda: exec(program(name, "python"), {}), project=name, **CONFIG)
    resources = program(name, "yaml").count("type: partnercentral:channel:")
    made = stack.up()
    assert made.summary.resource_changes == {"create": resources + 1}
    assert emulator.objects()
    folder = engine.folder / "work" / name
    up = ("up", "--yes", "--skip-preview", "--expect-no-changes")
    if has_yaml():
        (folder / "Pulumi.yaml").write_text(program(name, "yaml"))
        engine.output(*up, cwd=folder)
    (folder / "Pulumi.yaml").write_text(f"name: {name}\nruntime: go\n")
    if HAS_GO:
        host = language_host.install(tmp_path / "host")
        engine.environment["PATH"] = os.pathsep.join([host, engine.environment["PATH"]])
        command = json.dumps([str(request.getfixturevalue("go")), name])
        engine.output(*up, cwd=folder, **{language_host.COMMAND: command})
    if nodejs.IS_THERE:
        compiled = request.getfixturevalue("typescript") / "bin" / f"{name}.js"
        changes = nodejs.run(engine, folder, "up", program=str(compiled))
        assert changes == [{"same": resources + 1}]
    assert stack.automated.outputs().keys() == made.outputs.keys()
    stack.destroy()
