"""README and examples are run, not only read."""

import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from e2e.cli import path
from e2e.engine import MANAGEMENT, ROOT, Engine, changes
from pulumi.automation import CommandError, LocalWorkspace, ProjectRuntimeInfo, PulumiCommand

README = (ROOT / "README.md").read_text()
PROGRAMS = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
EXAMPLES = sorted(path.parent for path in (ROOT / "examples").glob("*/__main__.py"))
PROJECTS = [ROOT, *EXAMPLES]
SANDBOX = {"partnercentral:catalog": "Sandbox", "partnercentral:region": "us-east-1"}


@pytest.mark.parametrize("program", PROGRAMS)
def test_programs_of_the_readme_preview(engine: Engine, program: str) -> None:
    """Every Python block is a whole program, of which a preview is right."""
    stack = engine.stack(lambda: exec(program, {}), **SANDBOX)
    assert changes(stack.preview()).keys() == {"create"}


def test_first_program_of_the_readme_deploys(engine: Engine, emulator) -> None:
    """An account is enrolled, a customer recorded, and offered a service period."""
    stack = engine.stack(lambda: exec(PROGRAMS[0], {}), **SANDBOX)
    stack.up()
    assert stack.state()["service"]["outputs"]["status"] == "OFFERED"
    assert [o["status"] for o in emulator.objects() if "status" in o] == ["PENDING", "PENDING"]
    stack.destroy()


def test_the_program_of_handshakes_of_the_readme_deploys(engine: Engine, emulator) -> None:
    """Twelve lines enrol an account and invite it."""
    sends = (text for text in PROGRAMS if "channel.ChannelHandshake(" in text)
    (program,) = (text for text in sends if "Acceptance(" not in text)
    stack = engine.stack(lambda: exec(program, {}), **SANDBOX)
    stack.up()
    assert [o["status"] for o in emulator.objects()] == ["PENDING", "PENDING"]
    stack.destroy()


def test_the_program_of_acceptances_of_the_readme_waits_and_goes_on(
    engine: Engine, emulator, client
) -> None:
    """It says what it waits for, and records the customer after the answer."""
    (text,) = (text for text in PROGRAMS if "Acceptance(" in text)
    program = text.replace('maximum_wait="10m"', 'maximum_wait="0s"')
    stack = engine.stack(lambda: exec(program, {}), **SANDBOX)
    with pytest.raises(CommandError, match="code: 10"):
        stack.up()
    join = stack.state()["join"]["id"]
    client(MANAGEMENT).accept_channel_handshake(catalog="Sandbox", identifier=join)
    stack.up()
    assert [o.get("status") for o in emulator.objects()] == ["ACTIVE", "ACCEPTED", None]


def test_numbers_of_the_readme_name_their_command() -> None:
    """A table of figures stands under the command that made it."""
    _, _, numbers = README.partition("## Numbers")
    assert "make bench" in numbers


@pytest.mark.parametrize("folder", EXAMPLES, ids=lambda folder: folder.name)
def test_example_is_small(folder: Path) -> None:
    """A program of at most 40 lines, and a README of 15."""
    code = (folder / "__main__.py").read_text().splitlines()
    assert len(code) <= 40
    assert len((folder / "README.md").read_text().splitlines()) <= 15


@pytest.mark.skipif(
    shutil.which("pulumi-language-python", path=path()) is None,
    reason="the Python language host comes with the official CLI only",
)
@pytest.mark.parametrize(
    "folder",
    # One is deployed by a program of its own, which another test runs.
    [folder for folder in PROJECTS if not (folder / "deploy.py").exists()],
    ids=lambda folder: folder.name,
)
def test_example_deploys_from_its_directory(engine: Engine, folder: Path, tmp_path: Path) -> None:
    """`pulumi install` and `pulumi up` in the directory work as for any Pulumi project."""
    clone = tmp_path / "clone"
    # The requirements name the clone around the example.
    kept_out = shutil.ignore_patterns(".venv*", ".git", "build", "node_modules", "__pycache__")
    shutil.copytree(ROOT, clone, ignore=kept_out)
    for arguments in (["install"], ["stack", "init", "dev"], ["up", "--yes"], ["destroy", "--yes"]):
        done = subprocess.run(
            ["pulumi", *arguments],
            cwd=clone / folder.relative_to(ROOT),
            env=engine.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"])
def test_prose_is_wrapped_at_100_columns(name: str) -> None:
    """Every line has at most 100 columns, tables and code excepted."""
    code, long = False, []
    for number, line in enumerate((ROOT / name).read_text().splitlines(), 1):
        code ^= line.startswith("```")
        if len(line) > 100 and not code and not line.startswith("|"):
            long.append((number, line))
    assert long == []


def test_contents_of_the_readme_list_every_chapter() -> None:
    """The table of contents has each chapter in its order, by the anchor that GitHub gives it."""
    text = re.sub(r"```.*?```", "", README, flags=re.DOTALL)
    chapters = [c for c in re.findall(r"^## (.*)$", text, re.MULTILINE) if c != "Contents"]
    anchors = [re.sub(r"[^\w -]", "", c.lower()).replace(" ", "-") for c in chapters]
    listed = re.findall(r"^\* \[([^]]*)\]\(#([^)]*)\)$", text, re.MULTILINE)
    assert listed == list(zip(chapters, anchors, strict=True))


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md"])
def test_every_make_command_of_the_documents_exists(name: str) -> None:
    """What a reader is said to run is a target of the Makefile."""
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    said = set(re.findall(r"(?:^|`)make ([a-z-]+)", (ROOT / name).read_text(), re.MULTILINE))
    assert said
    assert said <= targets


@pytest.mark.parametrize("folder", PROJECTS, ids=lambda folder: folder.name)
def test_project_suits_both_hosts_of_python(engine: Engine, folder: Path, tmp_path: Path) -> None:
    """
    The language host and the dynamic one find one virtual environment, with this package in it.

    One resolves `virtualenv` against the project, the other against `main`: there is no `main`.
    """
    command = PulumiCommand(str(engine.cli_root()), skip_version_check=True)
    workspace = LocalWorkspace(work_dir=str(folder), pulumi_command=command)
    settings = workspace.project_settings()
    assert isinstance(settings.runtime, ProjectRuntimeInfo)
    assert settings.runtime.options == {"virtualenv": ".venv"}
    assert settings.main is None
    (line,) = (folder / "requirements.txt").read_text().splitlines()
    wanted = line.partition("#")[0].replace("-e", "").strip()
    assert (folder / wanted).resolve() == ROOT

    launcher = shutil.which("pulumi-resource-pulumi-python", path=path())
    assert launcher
    (tmp_path / ".venv").symlink_to(Path(sys.executable).parent.parent)
    environment = os.environ | {"PULUMI_RUNTIME_VIRTUALENV": ".venv"}
    with subprocess.Popen(
        [launcher, "127.0.0.1:1"],
        cwd=tmp_path,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        assert process.stdout
        assert int(process.stdout.readline()) > 0
        # The launcher is a shell script that waits for Python.
        os.killpg(process.pid, signal.SIGTERM)
