"""GitHub's files say what is true: workflows, issue forms, and the steps that decide."""

import importlib.metadata
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aws_model
import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
GITHUB = ROOT / ".github"
WORKFLOWS = sorted((GITHUB / "workflows").glob("*.yml"))
FORMS = sorted(p for p in (GITHUB / "ISSUE_TEMPLATE").glob("*.yml") if p.stem != "config")
FIELDS = {  # of GitHub's form schema: what each type of element has to have, and may have
    "markdown": ({"value"}, set()),
    "input": ({"label"}, {"description", "placeholder", "value"}),
    "textarea": ({"label"}, {"description", "placeholder", "value", "render"}),
    "dropdown": ({"label", "options"}, {"description", "multiple", "default"}),
    "checkboxes": ({"label", "options"}, {"description"}),
}
LINUX = pytest.mark.skipif(sys.platform == "win32", reason="these steps run on Linux only")


def loaded(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def jobs(workflow: str) -> dict[str, Any]:
    return dict(loaded(GITHUB / "workflows" / f"{workflow}.yml")["jobs"])


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_a_workflow_calls_what_the_makefile_has(path: Path) -> None:
    """Each `make X` of a step is a target of the Makefile."""
    makefile = (ROOT / "Makefile").read_text()
    makefile = makefile.replace("$(READY)", "$(VENV)/ready").replace("$(VENV)", ".venv")
    targets = set(" ".join(re.findall(r"^([\w./ -]+):(?!=)", makefile, re.M)).split())
    called = set()
    for job in loaded(path)["jobs"].values():
        steps = "\n".join(step.get("run", "") for step in job["steps"])
        called |= set(re.findall(r"\bmake (?:-s )?([a-z.][\w./-]*)", steps))
    assert called <= targets


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_a_workflow_may_read_and_each_job_says_what_more_it_may(path: Path) -> None:
    """Without a word of the job, its token reads the repository and no more."""
    assert loaded(path)["permissions"] == {"contents": "read"}


def test_an_action_is_pinned_once_by_its_commit() -> None:
    """No tag that somebody moves changes what runs; all workflows have the same commit."""
    pins: dict[str, set[str]] = {}
    for path in WORKFLOWS:
        for action, pin in re.findall(r"\buses: ([^@\s]+)@(.*)$", path.read_text(), re.M):
            assert re.match(r"[0-9a-f]{40} # v\d+\.\d+\.\d+", pin), f"{action}@{pin}"
            pins.setdefault(action, set()).add(pin.split()[0])
    assert {action for action, found in pins.items() if len(found) > 1} == set()


def test_every_promised_python_is_tested() -> None:
    """The matrix has the Pythons of the wheel's classifiers, and begins where the wheel does."""
    wheel = importlib.metadata.metadata("pulumi-partnercentral")
    tested = jobs("ci")["no-engine"]["strategy"]["matrix"]["python"]
    named = re.findall(r"Python :: (3\.\d+)$", "\n".join(wheel.get_all("Classifier")), re.M)
    assert set(named) <= set(tested)
    assert wheel["Requires-Python"] == f">={tested[0]}"


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_a_form_is_one_that_github_shows(path: Path) -> None:
    """Types and attributes are those of GitHub's form schema; ids and labels are unique."""
    form = loaded(path)
    assert {"name", "description", "body"} <= form.keys()
    asked = [element for element in form["body"] if element["type"] != "markdown"]
    assert asked
    for element in form["body"]:
        needed, possible = FIELDS[element["type"]]
        attributes = element["attributes"]
        assert needed <= attributes.keys() <= needed | possible
        assert element.keys() <= {"type", "id", "attributes", "validations"}
        options = [str(option) for option in attributes.get("options", ["any"])]
        assert options
        assert len(set(options)) == len(options)
    for names in ([e["id"] for e in asked], [e["attributes"]["label"] for e in asked]):
        assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[\w-]+", element["id"]) for element in asked)


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., tuple[int, str]]:
    """Run a step as GitHub does, beside commands of these names; its code and its outputs."""

    def run(
        workflow: str, job: str, id: str, commands: dict[str, str], **env: str
    ) -> tuple[int, str]:
        (folder := tmp_path / "commands").mkdir(exist_ok=True)
        for name, script in commands.items():
            (folder / name).write_text(f"#!/bin/sh\n{script}\n")
            (folder / name).chmod(0o755)
        (output := tmp_path / "output").write_text("")
        (step,) = (s for s in jobs(workflow)[job]["steps"] if id in (s.get("id"), s.get("name")))
        path = f"{folder}:{os.environ['PATH']}"
        environment = {"PATH": path, "GITHUB_OUTPUT": str(output), **env}
        shell = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
        done = subprocess.run(shell, cwd=tmp_path, env=environment, check=False)
        return done.returncode, output.read_text()

    return run


@LINUX
@pytest.mark.parametrize(
    ("tag", "heading", "code"),
    [("v1.2.3", "## 1.2.3", 0), ("v1.2.4", "## 1.2.3", 1), ("v1.2.3", "## Unreleased", 1)],
)
def test_a_release_needs_its_version_and_its_notes(run, tmp_path: Path, tag, heading, code) -> None:
    """The tag is that of the version, and the changelog's section of it becomes the notes."""
    package = tmp_path / "provider" / "partnercentral_provider"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text('"""Docs."""\n\n__version__ = "1.2.3"\n')
    changelog = f"# Changelog\n\n{heading}\n\n* New\n\n## 1.2.2\n\n* Old\n"
    (tmp_path / "CHANGELOG.md").write_text(changelog)
    ended, output = run("release", "version", "version", {}, GITHUB_REF_NAME=tag)
    assert ended == code
    assert ("* New" in output, "* Old" in output) == (code == 0, False)


@LINUX
@pytest.mark.parametrize("operations", [{}, {"CreateNews": {}}], ids=["nothing", "news"])
def test_the_weekly_run_tells_of_drift_only(run, monkeypatch, capsys, operations) -> None:
    """What `make drift` tells is handed on, unless it says that nothing changed."""
    model = aws_model.written_for()
    changed = model | {"operations": model["operations"] | operations}
    monkeypatch.setattr(aws_model, "installed", lambda: changed)
    aws_model.main("drift")
    told = capsys.readouterr().out
    code, output = run("weekly", "drift", "drift", {"make": f"cat <<'END'\n{told}END"})
    assert code == 0
    assert ("CreateNews" in output, bool(output)) == (bool(operations), bool(operations))


@LINUX
@pytest.mark.parametrize(
    ("open_issue", "newest", "told", "opened"),
    [
        ("", "success", "", []),
        ("", "failure", "AWS added it.", ["make test-newest fails", "AWS changed"]),
        ("make test-newest fails", "failure", "", []),
        ("make test-newest fails at times", "failure", "", ["make test-newest fails"]),
    ],
)
def test_no_issue_is_opened_beside_an_open_one(
    run, tmp_path: Path, open_issue, newest, told, opened
) -> None:
    """A failure or a change of AWS is told once, until somebody closes its issue."""
    calls = tmp_path / "calls"
    calls.write_text("")
    gh = f'if [ "$2" = list ]; then echo "{open_issue}"; else echo "$4" >> "{calls}"; fi'
    results = {"NEWEST": newest, "DRIFT": "success", "TOLD": told, "RUN": "URL"}
    code, _ = run("weekly", "tell", "Open an issue", {"gh": gh}, **results)
    assert code == 0
    titles = calls.read_text().splitlines()
    assert [title.startswith(start) for title, start in zip(titles, opened, strict=True)] == [
        True for _ in opened
    ]
