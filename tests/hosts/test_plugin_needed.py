"""A Python program whose plugin Pulumi cannot find, as Pulumi's language host runs it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from partnercentral_provider import __version__
from partnercentral_provider.plugin_folder import is_downloadable

PROGRAM = """
import pulumi

class Nothing(pulumi.runtime.Mocks):
    def new_resource(self, args):
        return args.name, args.inputs
    def call(self, args):
        return {{}}

pulumi.runtime.set_mocks(Nothing())
from {package} import Provider, channel
try:
    {statement}
    print("went on")
except pulumi.RunError as error:
    print(error)
"""
ACCOUNT = (
    'channel.ProgramManagementAccount("a", program="SOLUTION_PROVIDER", '
    'account_id="111122223333", display_name="A")'
)
COMMAND = "pulumi-partnercentral install-plugin"


@pytest.fixture
def ran(tmp_path: Path, monkeypatch):
    """Run a statement of a program in a project of its own, by a script of that name."""
    for name in ("PULUMI_DEBUG_PROVIDERS", "PULUMI_PLUGIN_DOWNLOAD_URL_OVERRIDES"):
        monkeypatch.delenv(name, raising=False)
    project = tmp_path / "project"
    project.mkdir()
    (project / "Pulumi.yaml").write_text("name: partnercentral-channel\nruntime: python\n")

    def run(
        statement: str = ACCOUNT,
        package: str = "pulumi_partnercentral",
        script: str = "pulumi-language-python-exec",
        **environment: str,
    ) -> str:
        program = tmp_path / script
        program.write_text(PROGRAM.format(package=package, statement=statement))
        done = subprocess.run(
            [sys.executable, str(program)],
            cwd=project,
            env=os.environ | {"PATH": "/usr/bin:/bin", "PULUMI_HOME": str(tmp_path)} | environment,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    return run


@pytest.mark.parametrize(
    "statement",
    [
        ACCOUNT,
        'Provider("p", region="us-east-1")',
        'channel.Relationship.get("r", "arn:aws:partnercentral:us-east-1:1:catalog/AWS/x")',
        "channel.get_relationships()",
        "channel.get_relationships_output()",
    ],
    ids=["resource", "provider", "get", "function", "function of outputs"],
)
def test_a_program_without_its_plugin_names_the_command(ran, statement) -> None:
    """One sentence says what is missing, and the command that brings it stands alone."""
    said = ran(statement)
    assert said.startswith(f"Pulumi finds no provider plugin partnercentral {__version__}")
    assert f"\n\n    {COMMAND}\n\n" in said
    assert "Traceback" not in said


def test_the_classes_that_need_no_plugin_ask_for_none(ran) -> None:
    """The same program with the dynamic classes goes on."""
    assert ran(package="pulumi_partnercentral.dynamic") == "went on\n"


@pytest.mark.parametrize("script", ["program.py", "pytest"])
def test_unit_tests_and_inline_programs_are_left_alone(ran, script) -> None:
    """What Pulumi's language host does not run may have another environment than the engine."""
    assert ran(script=script) == "went on\n"


@pytest.mark.parametrize("how", ["PATH", "debugged", "project", "package", "mirror"])
def test_every_way_to_the_plugin_counts(ran, tmp_path: Path, how) -> None:
    """A plugin on the PATH, of the project, that is debugged or mirrored needs no installation."""
    environment = {}
    if how == "PATH":
        environment["PATH"] = str(Path(sys.executable).parent)
    elif how == "debugged":
        environment["PULUMI_DEBUG_PROVIDERS"] = "partnercentral:12345"
    elif how == "mirror":
        environment["PULUMI_PLUGIN_DOWNLOAD_URL_OVERRIDES"] = "^partnercentral=https://example.com"
    else:
        more = {
            "project": "plugins: {providers: [{name: partnercentral, path: .venv/bin}]}",
            "package": "packages: {partnercentral: ../provider}",
        }[how]
        with (tmp_path / "project/Pulumi.yaml").open("a") as file:
            file.write(more + "\n")
    assert ran(**environment) == "went on\n"


def test_an_installed_plugin_has_to_be_of_this_version(ran, tmp_path: Path) -> None:
    """`install-plugin` ends the advice; the plugin of an older wheel does not."""
    (tmp_path / "plugins/resource-partnercentral-v0.0.1").mkdir(parents=True)
    assert COMMAND in ran()
    install = [str(Path(sys.executable).parent / "pulumi-partnercentral"), "install-plugin"]
    environment = os.environ | {"PULUMI_HOME": str(tmp_path)}
    subprocess.run(install, env=environment, check=True, capture_output=True)
    assert ran() == "went on\n"


def test_whether_a_dynamic_resource_exists_is_not_asked_of_the_plugin(ran) -> None:
    """The generated `exists` would start a download; it names the functions instead."""
    said = ran('channel.Relationship.exists("arn")', package="pulumi_partnercentral.dynamic")
    assert "get_relationships_output" in said


@pytest.mark.parametrize(
    ("origin", "turned_off", "expected"),
    [
        (None, "", True),
        ('{"url": "https://example.com/x.whl", "archive_info": {}}', "", True),
        ('{"url": "file:///dist/x.whl", "archive_info": {}}', "", False),
        ('{"url": "https://example.com/x.git", "vcs_info": {"vcs": "git"}}', "", False),
        ('{"url": "file:///clone", "dir_info": {}}', "", False),
        ('{"url": "file:///clone", "dir_info": {"editable": true}}', "", False),
        (None, "true", False),
        (None, "0", True),
    ],
    ids=[
        "index",
        "released wheel",
        "local wheel",
        "repository",
        "folder",
        "editable",
        "turned off",
        "not turned off",
    ],
)
def test_a_released_version_is_downloaded_and_a_clone_is_not(
    tmp_path: Path, monkeypatch, origin: str | None, turned_off: str, expected: bool
) -> None:
    """What a folder holds may differ from what was released under its version."""
    package = tmp_path / "made_up-1.dist-info"
    package.mkdir()
    (package / "METADATA").write_text("Name: made-up\nVersion: 1\n")
    if origin:
        (package / "direct_url.json").write_text(origin)
    monkeypatch.syspath_prepend(str(tmp_path))
    environment = {"PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": turned_off}
    assert is_downloadable("made-up", environment) is expected
