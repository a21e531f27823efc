"""What mypy and pyright see of the SDK in a user's program, in both of its forms."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PROGRAMS = ("typed_program", "typed_mistakes")
FORMS = {"dynamic": "pulumi_partnercentral.dynamic", "plugin": "pulumi_partnercentral"}
CHECKERS = ("mypy", "pyright")


@dataclass(frozen=True)
class Remark:
    """What a checker says of a line: an error, or the type that `reveal_type` asks for."""

    line: int
    is_error: bool
    text: str

    @property
    def type(self) -> str:
        """The type; some versions of mypy spell `builtins.str`, others `str`."""
        return self.text.partition(' is "')[2].rstrip('"').replace("builtins.", "")


Remarks = dict[str, list[Remark]]  # by program and form, such as "typed_program_plugin"


def _run(*command: str, folder: Path) -> str:
    return subprocess.run(
        [sys.executable, "-m", *command], cwd=folder, capture_output=True, text=True, check=False
    ).stdout


def _mypy(folder: Path, files: list[str]) -> Remarks:
    cache = ROOT / ".mypy_cache" / "typed_programs"
    options = ["--strict", "--config-file=", f"--cache-dir={cache}", "--output=json"]
    found: Remarks = {}
    for line in _run("mypy", *options, *files, folder=folder).splitlines():
        said = json.loads(line)
        remark = Remark(said["line"], said["severity"] == "error", said["message"])
        found.setdefault(Path(said["file"]).stem, []).append(remark)
    return found


def _pyright(folder: Path, files: list[str]) -> Remarks:
    version = subprocess.run(
        [sys.executable, "-m", "pyright", "--version"], capture_output=True, text=True, check=False
    )
    if version.returncode:
        pytest.skip(f"pyright cannot run here: {version.stderr.strip().splitlines()[-1]}")
    options = ["--pythonpath", sys.executable, "--outputjson"]
    found: Remarks = {}
    for said in json.loads(_run("pyright", *options, *files, folder=folder))["generalDiagnostics"]:
        line = said["range"]["start"]["line"] + 1
        remark = Remark(line, said["severity"] != "information", said["message"])
        found.setdefault(Path(said["file"]).stem, []).append(remark)
    return found


@pytest.fixture(scope="module")
def remarks(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, str], list[Remark]]:
    """Have each checker read all programs at once, as files of a user's own project."""
    folder = tmp_path_factory.mktemp("project")
    for form, package in FORMS.items():
        for program in PROGRAMS:
            text = (HERE / f"{program}.py").read_text()
            text = text.replace("pulumi_partnercentral.dynamic", package)
            (folder / f"{program}_{form}.py").write_text(text)
    files = sorted(path.name for path in folder.iterdir())
    read: dict[str, Remarks] = {}

    def of(checker: str, name: str) -> list[Remark]:
        if checker not in read:
            read[checker] = {"mypy": _mypy, "pyright": _pyright}[checker](folder, files)
        return read[checker].get(name, [])

    return of


@pytest.mark.parametrize("checker", CHECKERS)
@pytest.mark.parametrize("form", FORMS)
def test_a_right_program_type_checks(remarks, form: str, checker: str) -> None:
    """Neither mypy --strict nor pyright objects to a typed program, whose roles are a variable."""
    said = remarks(checker, f"typed_program_{form}")
    assert [remark for remark in said if remark.is_error] == []


@pytest.mark.parametrize("checker", CHECKERS)
@pytest.mark.parametrize("form", FORMS)
def test_every_mistake_is_flagged(remarks, form: str, checker: str) -> None:
    """A misspelt argument, class, member or output is an error of its line, and so is a type."""
    lines = (HERE / "typed_mistakes.py").read_text().splitlines()
    wrong = {n for n, line in enumerate(lines, 1) if re.match(r"channel\.|Provider\(", line)}
    assert len(wrong) > 15
    said = remarks(checker, f"typed_mistakes_{form}")
    assert {remark.line for remark in said if remark.is_error} == wrong


@pytest.mark.parametrize("form", FORMS)
def test_mypy_sees_the_class_of_the_form(remarks, form: str) -> None:
    """A class, what it makes and what `.get()` finds are the form's own, by their full names."""
    own = FORMS[form] + ".channel" + (".relationship" if form == "plugin" else "") + ".Relationship"
    result = "pulumi_partnercentral.channel.get_service_period"
    said = remarks("mypy", f"typed_program_{form}")
    made, got, plain, output, *values = [remark.type for remark in said if not remark.is_error]
    assert f"-> {own}, " in made
    assert "associated_account_id: " in made
    assert got.endswith(f"-> {own}")
    assert "relationship_identifier: " in plain
    assert plain.endswith(f"-> {result}.AwaitableGetServicePeriodResult")
    assert output.endswith(f"-> pulumi.output.Output[{result}.GetServicePeriodResult]")
    text = "pulumi.output.Output[str]"
    assert values[:4] == [own, text, text, own]


@pytest.mark.parametrize("form", FORMS)
def test_pyright_sees_the_class(remarks, form: str) -> None:
    """`channel.Relationship` is a class, and a function has its arguments and its result."""
    said = remarks("pyright", f"typed_program_{form}")
    made, got, plain, output, *values = [remark.type for remark in said if not remark.is_error]
    assert made == "type[Relationship]"
    assert got.endswith("-> Relationship")
    assert "relationship_identifier: " in plain
    assert plain.endswith("-> AwaitableGetServicePeriodResult")
    assert output.endswith("-> Output[GetServicePeriodResult]")
    text = "Output[str]"
    assert values == ["Relationship", text, text, "Relationship", "str | None"]
