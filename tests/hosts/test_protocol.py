"""What a plugin's process imports of Pulumi, and when."""

import subprocess
import sys

import pytest
from partnercentral_provider.hosts import wire
from partnercentral_provider.hosts.protocol import without_sdk

LATER = ("boto3", "botocore", "dill", "opentelemetry", "pulumi.resource", "pydantic", "yaml")


def ran(program: str) -> str:
    """Run a program in a process of its own, and give what it prints."""
    return subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    ).stdout.strip()


def test_a_plugin_that_is_asked_nothing_has_imported_little() -> None:
    """Until it is configured, a plugin has neither Pulumi's SDK nor pydantic nor boto3."""
    program = (
        "import sys; from partnercentral_provider.hosts.protocol import without_sdk; "
        "without_sdk(); from partnercentral_provider.hosts import plugin; "
        f"print([m for m in {LATER!r} if m in sys.modules])"
    )
    assert ran(program) == "[]"


def test_where_pulumi_is_imported_already_it_stays() -> None:
    """In a process that has Pulumi's SDK, its packages are not put aside."""
    import pulumi

    without_sdk()
    assert sys.modules["pulumi"] is pulumi
    assert hasattr(pulumi, "CustomResource")


def test_without_pulumi_the_missing_import_says_so() -> None:
    """Where Pulumi is not installed, nothing is put in place, and the import error names it."""
    program = (
        "import sys; sys.path_importer_cache.clear(); "
        "import importlib.util as u; found = u.find_spec; "
        "u.find_spec = lambda name: None if name == 'pulumi' else found(name); "
        "from partnercentral_provider.hosts.protocol import without_sdk; without_sdk(); "
        "print('pulumi' in sys.modules)"
    )
    assert ran(program) == "False"


@pytest.mark.parametrize(
    ("ours", "name"),
    [
        (wire.UNKNOWN_TEXT, "UNKNOWN"),
        (wire._SIGNATURE, "_special_sig_key"),
        (wire._SECRET, "_special_secret_sig"),
        (wire._OUTPUT, "_special_output_value_sig"),
        (wire._REFERENCE, "_special_resource_sig"),
        (next(iter(wire._ASSETS)), "_special_asset_sig"),
        ([*wire._ASSETS][1], "_special_archive_sig"),
    ],
)
def test_the_marks_on_the_wire_are_pulumis(ours, name) -> None:
    """Each mark that this package writes down is the one of `pulumi.runtime.rpc`."""
    from pulumi.runtime import rpc

    assert ours == getattr(rpc, name)
