"""README, the pages of docs/ and the examples are run, not only read."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import partnercentral_emulator.__main__
import partnercentral_provider.cli
import pytest
from e2e.cli import has_python, path
from e2e.engine import MANAGEMENT, ROOT, Engine, changes
from e2e.reader import NOT_RUN, blocks, clone, shell_blocks
from e2e.templates import CONFIG, TEMPLATES
from pulumi.automation import CommandError, LocalWorkspace, ProjectRuntimeInfo, PulumiCommand

README = ROOT / "README.md"
DOCS = sorted((ROOT / "docs").glob("*.md"))
PROSE = [README, ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", ROOT / "SECURITY.md", *DOCS]
# What these pages show are parts of an example and of a probe, whose own tests run.
PROGRAMS = {
    f"{page.stem}-{number}": program
    for page in (README, *DOCS)
    if page.name not in ("testing.md", "verify-sandbox.md")
    for number, program in enumerate(blocks(page, "python"), 1)
}
EXAMPLES = sorted(path.parent for path in (ROOT / "examples").glob("*/__main__.py"))
PROJECTS = [ROOT, *EXAMPLES]
LINKED_BY_PAGES = {"moving", "installation-configuration"}
COMMANDS = {
    "pulumi-partnercentral": partnercentral_provider.cli.main,
    "partnercentral-emulator": partnercentral_emulator.__main__.main,
}
SANDBOX = {"partnercentral:catalog": "Sandbox", "partnercentral:region": "us-east-1"}


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS.keys())
def test_programs_of_the_pages_preview(engine: Engine, program: str) -> None:
    """Every Python block is a whole program, of which a preview is right."""
    stack = engine.stack(lambda: exec(program, {}), **SANDBOX)
    assert changes(stack.preview()).keys() == {"create"}


def test_program_of_the_readme_deploys(engine: Engine, emulator) -> None:
    """An account is enrolled, a customer recorded, and offered a service period."""
    stack = engine.stack(lambda: exec(PROGRAMS["README-1"], {}), **SANDBOX)
    stack.up()
    assert stack.state()["service"]["outputs"]["status"] == "OFFERED"
    assert [o["status"] for o in emulator.objects() if "status" in o] == ["PENDING", "PENDING"]
    stack.destroy()


def test_program_of_handshakes_deploys(engine: Engine, emulator) -> None:
    """Twelve lines enrol an account and invite it."""
    stack = engine.stack(lambda: exec(PROGRAMS["handshakes-1"], {}), **SANDBOX)
    stack.up()
    assert [o["status"] for o in emulator.objects()] == ["PENDING", "PENDING"]
    stack.destroy()


def test_program_of_acceptances_waits_and_goes_on(engine: Engine, emulator, client) -> None:
    """It says what it waits for, and records the customer after the answer."""
    program = PROGRAMS["waiting-1"].replace('maximum_wait="10m"', 'maximum_wait="0s"')
    stack = engine.stack(lambda: exec(program, {}), **SANDBOX)
    with pytest.raises(CommandError, match="code: 10"):
        stack.up()
    join = stack.state()["join"]["id"]
    client(MANAGEMENT).accept_channel_handshake(catalog="Sandbox", identifier=join)
    stack.up()
    assert [o.get("status") for o in emulator.objects()] == ["ACTIVE", "ACCEPTED", None]


def test_getting_started_ends_as_it_says(engine: Engine, emulator, client, tmp_path: Path) -> None:
    """The template's program is deployed, its terms are changed, accepted, and all is destroyed."""
    folder = shutil.copytree(TEMPLATES / "partnercentral-python", tmp_path / "channel")
    stack = engine.example(folder, project="channel", **CONFIG)
    assert stack.up().summary.resource_changes == {"create": 5}
    program = folder / "__main__.py"
    program.write_text(program.read_text().replace("=30,", "=60,"))
    stack = engine.example(folder, project="channel", **CONFIG)
    assert stack.up().summary.resource_changes == {"update": 1, "same": 4}
    customer = client("444455556666")
    (offer,) = customer.list_channel_handshakes(
        catalog="Sandbox",
        participantType="RECEIVER",
        handshakeType="START_SERVICE_PERIOD",
        statuses=["PENDING"],
    )["items"]
    customer.accept_channel_handshake(catalog="Sandbox", identifier=offer["id"])
    stack.refresh()
    assert stack.state()["service"]["outputs"]["status"] == "SCHEDULED"
    stack.destroy()
    assert [each.get("status") for each in emulator.objects()].count("ACCEPTED") == 1


def test_every_shell_block_is_run_or_named_with_its_reason() -> None:
    """There is no page with a block for the shell that no test opens, under whatever language."""
    folder = Path(__file__).parent
    names = ("test_shell_blocks.py", "test_newcomers.py", "test_release.py")
    tests = "".join((folder / name).read_text() for name in names)
    assert [page for page in shell_blocks() if f'"{page}"' not in tests] == []
    for page, left_out in NOT_RUN.items():
        assert max(left_out) <= len(blocks(ROOT / page, ""))
    others = {
        language
        for page in (*PROSE, *ROOT.glob("policies/*.md"), *ROOT.glob("examples/*/README.md"))
        for language in re.findall(r"^```(\w+)\n", page.read_text(), re.MULTILINE)
    }
    assert others <= {"python", "typescript", "yaml", "go", "json", "text"}


def test_commands_of_the_pages_exist(capsys: pytest.CaptureFixture[str]) -> None:
    """Each command of ours that a page shows has these words and options."""
    said = [
        line.partition("#")[0].split()
        for page in PROSE
        for block in blocks(page, "")
        for line in block.splitlines()
        if line.startswith(("pulumi-partnercentral", "partnercentral-emulator"))
    ]
    assert said
    for command, *words in said:
        options = [word for word in words if word.startswith("--")]
        place = [] if command == "partnercentral-emulator" else words[:1]
        with pytest.raises(SystemExit, match="0"):
            COMMANDS[command]([*place, "--help"])
        known = capsys.readouterr().out
        assert [option for option in options if option not in known] == [], command


def test_configuration_of_the_pages_exists() -> None:
    """Each key that a command sets is one of the schema, all of which the page of them lists."""
    keys = json.loads((ROOT / "provider" / "schema.json").read_text())["config"]["variables"]
    said = {
        key
        for page in PROSE
        for key in re.findall(r"config set (?:--\S+ )*'?partnercentral:(\w+)", page.read_text())
    }
    assert said
    assert said - keys.keys() == set()
    table = re.findall(
        r"^\| (`.*?) \|", (ROOT / "docs" / "configuration.md").read_text(), re.MULTILINE
    )
    assert set(re.findall(r"`(\w+)`", " ".join(table))) == keys.keys()


def test_numbers_name_their_command() -> None:
    """A table of figures stands under the command that made it."""
    assert "make bench" in (ROOT / "docs" / "numbers.md").read_text()


@pytest.mark.parametrize("folder", EXAMPLES, ids=lambda folder: folder.name)
def test_example_is_small(folder: Path) -> None:
    """A program of at most 40 lines, and a README of 15."""
    code = (folder / "__main__.py").read_text().splitlines()
    assert len(code) <= 40
    assert len((folder / "README.md").read_text().splitlines()) <= 15


@pytest.mark.skipif(not has_python(), reason="Python's host comes with the official CLI only")
# The pages of the others say how, which test_shell_blocks.py follows.
@pytest.mark.parametrize("folder", [ROOT, ROOT / "examples" / "09-testing"], ids=lambda f: f.name)
def test_example_deploys_from_its_directory(engine: Engine, folder: Path, tmp_path: Path) -> None:
    """`pulumi install` and `pulumi up` in the directory work as for any Pulumi project."""
    made = clone(tmp_path / "clone")  # around the example, whose requirements name it
    for arguments in (["install"], ["stack", "init", "dev"], ["up", "--yes"], ["destroy", "--yes"]):
        done = subprocess.run(
            ["pulumi", *arguments],
            cwd=made / folder.relative_to(ROOT),
            env=engine.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("page", PROSE, ids=lambda page: page.stem)
def test_prose_is_wrapped_at_100_columns(page: Path) -> None:
    """Every line has at most 100 columns, but for tables, code, addresses and measured figures."""
    text = re.sub(r"<!-- bench .*?<!-- end", "", page.read_text(), flags=re.DOTALL)
    text = re.sub(r"^```.*?^```$", "", text, flags=re.DOTALL | re.MULTILINE)
    text = re.sub(r"\A---.*?^---$", "", text, flags=re.DOTALL | re.MULTILINE)
    text = re.sub(r"https://\S{70,}", "", text)
    lines = text.splitlines()
    assert [line for line in lines if len(line) > 100 and not line.startswith("|")] == []


@pytest.mark.parametrize("page", [p for p in PROSE if p not in DOCS], ids=lambda page: page.stem)
def test_links_lead_somewhere(page: Path) -> None:
    """A file that is linked is there, and so is its chapter; the site's build asks for the rest."""
    broken = []
    for name, anchor in re.findall(r"\]\((?!https?:)([^)#]*)(?:#([^)]+))?\)", page.read_text()):
        target = page.parent / name if name else page
        chapters = re.findall(r"^#+ (.*)$", target.read_text(), re.MULTILINE) if anchor else []
        anchors = [re.sub(r"[^\w -]", "", c.lower()).replace(" ", "-") for c in chapters]
        if not target.exists() or (anchor and anchor not in anchors):
            broken.append((name, anchor))
    assert broken == []


def test_readme_is_short_and_leads_to_the_pages() -> None:
    """It takes a page and a half, its program twelve lines, and it links all other pages."""
    text = README.read_text()
    assert len(text.splitlines()) <= 95
    assert len(PROGRAMS["README-1"].splitlines()) <= 12
    linked = set(re.findall(r"\(docs/([\w-]+)\.md", text))
    assert {page.stem for page in DOCS if not page.stem.startswith("_")} - linked <= LINKED_BY_PAGES


@pytest.mark.parametrize("page", [README, ROOT / "CONTRIBUTING.md", *DOCS], ids=lambda p: p.stem)
def test_every_make_command_of_the_documents_exists(page: Path) -> None:
    """What a reader is said to run is a target of the Makefile."""
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert (
        set(re.findall(r"(?:^|`)make (?:-s )?([a-z-]+)", page.read_text(), re.MULTILINE)) <= targets
    )


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
