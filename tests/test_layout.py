"""The codebase tests itself: what the linters cannot ask for."""

import ast
import inspect
import json
import re
import subprocess
import sys
from pathlib import Path

import aws_model
import pytest
import yaml
from partnercentral_provider import __version__, schema
from partnercentral_provider.aws.errors import MEANING
from partnercentral_provider.model.types import NotSentToAws
from partnercentral_provider.resources import by_token

ROOT = Path(__file__).resolve().parents[1]
KINDS = by_token().values()


def tracked(*patterns: str) -> list[Path]:
    names = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", *patterns],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    return [ROOT / name for name in names if (ROOT / name).is_file()]


def test_every_test_says_what_it_proves() -> None:
    """Each test function has a docstring: the behaviour it proves."""
    silent = [
        f"{path.name}:{node.name}"
        for path in tracked("tests/*.py", "tests/**/*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
        if not ast.get_docstring(node)
    ]
    assert silent == []


def test_no_package_re_exports_what_its_modules_define() -> None:
    """Modules are imported directly: no `__init__` of a package lists names for others."""
    listing = [
        str(path.parent)
        for path in tracked("provider/partnercentral_provider/**/__init__.py")
        if "__all__" in path.read_text()
    ]
    assert listing == []


def test_every_error_of_aws_has_a_meaning() -> None:
    """No exception of AWS's model reaches a user as its code alone."""
    shapes = aws_model.written_for()["shapes"]
    assert {n for n, shape in shapes.items() if shape.get("exception")} <= MEANING.keys()


@pytest.mark.parametrize(
    "kind", [k for k in KINDS if not k.arn_form.part], ids=lambda kind: kind.__name__
)
def test_resource_has_all_members_of_aws(kind) -> None:
    """
    Inputs are those of the create call but clientToken; outputs those of the read shape.

    A part of an object, such as a service period, has no shape of AWS's own.
    """
    shapes = aws_model.written_for()["shapes"]
    read = {
        "Relationship": "RelationshipDetail",
        "ProgramManagementAccount": "ProgramManagementAccountSummary",
        "ChannelHandshake": "ChannelHandshakeSummary",
        "ChannelContract": "ChannelContractDetail",
    }
    outputs = set(shapes[read[kind.aws_name]]["members"]) - {"id"} | {kind.id_name()}
    if kind.taggable():
        outputs.add("tags")
    assert set(kind.State.names()) == outputs
    if kind.created_by_account:
        wanted = set(shapes[f"Create{kind.aws_name}Request"]["members"]) - {"clientToken"}
        assert set(kind.Inputs.names()) - kind.Inputs.marked(NotSentToAws).keys() == wanted


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_a_file_is_named_after_its_class(kind) -> None:
    """`ProgramManagementAccount` is found in `program_management_account.py`."""
    assert (
        Path(inspect.getfile(kind)).stem == re.sub(r"(?<!^)([A-Z])", r"_\1", kind.__name__).lower()
    )


def test_enums_are_those_of_aws() -> None:
    """Every enum of AWS's model that the product has bears its name and has its very values."""
    shapes = aws_model.written_for()["shapes"]
    ours = schema.build()["types"]
    for token, spec in ours.items():
        name = token.rpartition(":")[2]
        if "enum" in spec and name in shapes:
            assert {v["value"] for v in spec["enum"]} == set(shapes[name]["enum"]), name


def test_schema_is_fresh() -> None:
    """provider/schema.json is what the resources say; else `make generate`."""
    assert json.loads((ROOT / "provider/schema.json").read_text()) == schema.build()


def test_version_is_stated_once() -> None:
    """The schema, the SDK and the policy pack have the wheel's version."""
    assert schema.build()["version"] == __version__
    pack = yaml.safe_load((ROOT / "policies/PulumiPolicy.yaml").read_text())
    assert pack["version"] == __version__


def test_the_wheel_denies_having_a_plugin() -> None:
    """Without this file each preview first tries to download a plugin that does not exist."""
    plugin = ROOT / "sdk/pulumi_partnercentral/pulumi-plugin.json"
    assert json.loads(plugin.read_text()) == {"resource": False}


def test_a_program_imports_neither_boto3_nor_pydantic() -> None:
    """A program that only declares resources does not wait for what its provider needs."""
    code = (
        "import sys; from pulumi_partnercentral.dynamic import channel; channel.Relationship;"
        "print([m for m in ('boto3', 'botocore', 'pydantic') if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_no_path_of_a_machine_is_in_any_file() -> None:
    """What is committed speaks of no machine."""
    homes = re.compile(r"/(root|home/\w+|Users/\w+|work)/")
    texts = {
        path: path.read_text(errors="ignore") for path in tracked() if path.name != "test_layout.py"
    }
    assert [str(path) for path, text in texts.items() if homes.search(text)] == []
