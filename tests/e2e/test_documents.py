"""README and examples are run, not only read."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from e2e.engine import ROOT, Engine, changes

README = (ROOT / "README.md").read_text()
PROGRAMS = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
EXAMPLES = sorted(path.parent for path in (ROOT / "examples").glob("*/__main__.py"))
SANDBOX = {"partnercentral:catalog": "Sandbox", "partnercentral:region": "us-east-1"}


@pytest.mark.parametrize("program", PROGRAMS)
def test_programs_of_the_readme_preview(engine: Engine, program: str) -> None:
    """Every Python block is a whole program, of which a preview is right."""
    stack = engine.stack(lambda: exec(program, {}), **SANDBOX)
    assert changes(stack.preview()).keys() == {"create"}


def test_first_program_of_the_readme_deploys(engine: Engine, emulator) -> None:
    """Twelve lines enrol an account and invite it."""
    stack = engine.stack(lambda: exec(PROGRAMS[0], {}), **SANDBOX)
    stack.up()
    assert [o["status"] for o in emulator.objects()] == ["PENDING", "PENDING"]
    stack.destroy()


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
    shutil.which("pulumi-language-python") is None,
    reason="the Python language host comes with the official CLI only",
)
@pytest.mark.parametrize(
    "folder",
    # One is deployed by a program of its own, which another test runs.
    [folder for folder in EXAMPLES if not (folder / "deploy.py").exists()],
    ids=lambda folder: folder.name,
)
def test_example_deploys_from_its_directory(engine: Engine, folder: Path, tmp_path: Path) -> None:
    """`pulumi install` and `pulumi up` in the directory work as for any Pulumi project."""
    copy = tmp_path / folder.name
    shutil.copytree(folder, copy)
    for arguments in (["install"], ["stack", "init", "dev"], ["up", "--yes"], ["destroy", "--yes"]):
        done = subprocess.run(
            ["pulumi", *arguments],
            cwd=copy,
            env=engine.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
