"""The programs of the reference, in each of their languages."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from e2e import nodejs
from e2e.cli import GENERATOR, has_yaml
from e2e.engine import ROOT, Engine, changes

REFERENCE = ROOT / "docs" / "reference"
SOURCES = sorted((ROOT / "docs" / "programs").glob("*.yaml"))
NAMES = [source.stem for source in SOURCES]
CONFIG = {
    "partnercentral:catalog": "Sandbox",
    "partnercentral:region": "us-east-1",
    "partnercentral:accountRoleName": "Channel",
}
MODULE = "github.com/pulumi-partnercentral/pulumi-partnercentral/sdk/go/partnercentral"


def program(name: str, language: str) -> str:
    """Give the program of a page in a language."""
    text = (REFERENCE / f"{name}.md").read_text()
    (found,) = re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    return str(found)


def test_every_resource_and_function_has_its_program() -> None:
    """No page is without one, and no program without a page."""
    assert [page.stem for page in sorted(REFERENCE.glob("*.md")) if page.stem != "index"] == NAMES


@pytest.mark.skipif(not has_yaml(), reason="YAML's language host is built with Go")
@pytest.mark.parametrize("name", NAMES)
def test_program_deploys(engine: Engine, emulator, name: str, tmp_path: Path) -> None:
    """What the page shows in YAML lives and dies."""
    folder = tmp_path / "program"
    folder.mkdir()
    (folder / "Pulumi.yaml").write_text(program(name, "yaml"))
    (folder / "Pulumi.dev.yaml").write_text(yaml.safe_dump({"config": CONFIG}))
    engine.output("stack", "init", "dev", cwd=folder)
    assert "Outputs:" in engine.output("up", "--yes", "--skip-preview", cwd=folder)
    assert emulator.objects()
    engine.output("destroy", "--yes", "--skip-preview", cwd=folder)


@pytest.mark.parametrize("name", NAMES)
def test_program_previews_in_python(engine: Engine, name: str) -> None:
    """What the page shows in Python declares the same resources."""
    stack = engine.stack(lambda: exec(program(name, "python"), {}), **CONFIG)
    resources = program(name, "yaml").count("type: partnercentral:channel:")
    assert changes(stack.preview()) == {"create": resources + 1}


@nodejs.NEEDED
def test_programs_compile_in_typescript(tmp_path: Path) -> None:
    """All of them, on the SDK that is generated here."""
    nodejs.generate(tmp_path / "build" / "sdks" / "nodejs")
    folder = tmp_path / "examples" / "03-typescript"
    shutil.copytree(ROOT / "examples" / "03-typescript", folder)
    settings = json.loads((folder / "tsconfig.json").read_text())
    settings["files"] = [f"{name}.ts" for name in NAMES]
    (folder / "tsconfig.json").write_text(json.dumps(settings))
    for name in NAMES:
        (folder / f"{name}.ts").write_text(program(name, "typescript"))
    nodejs.build(folder)
    assert {path.stem for path in (folder / "bin").glob("*.js")} == set(NAMES)


@pytest.mark.skipif(not shutil.which("go"), reason="it needs Go")
def test_programs_compile_in_go(tmp_path: Path) -> None:
    """All of them, on the SDK that is generated here."""

    def go(*arguments: str, folder: Path) -> None:
        done = subprocess.run(["go", *arguments], cwd=folder, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr

    schema = str(ROOT / "provider" / "schema.json")
    go("run", "-trimpath", ".", "go", schema, str(tmp_path), folder=GENERATOR)
    folder = tmp_path / "partnercentral"
    for name in NAMES:
        (folder / "programs" / name).mkdir(parents=True)
        (folder / "programs" / name / "main.go").write_text(program(name, "go"))
    (folder / "go.mod").unlink(missing_ok=True)
    go("mod", "init", MODULE, folder=folder)
    pinned = re.search(r"pulumi/sdk/v3 (v\S+)", (GENERATOR / "go.mod").read_text())
    assert pinned
    go("mod", "edit", f"-require=github.com/pulumi/pulumi/sdk/v3@{pinned[1]}", folder=folder)
    go("mod", "tidy", folder=folder)
    go("vet", "./programs/...", folder=folder)
