"""`pulumi-partnercentral doctor`: what would stop a deployment, found before it."""

from datetime import datetime, timedelta, timezone
from pathlib import Path

import aws_model
import pytest
from conftest import CUSTOMER, LINKED
from partnercentral_provider.aws.models import OPERATIONS
from partnercentral_provider.cli import main

ACCOUNTS = {
    CUSTOMER: {"roleArn": f"arn:aws:iam::{CUSTOMER}:role/Channel"},
    "777788889999": {"roleArn": "arn:aws:iam::777788889999:role/Channel"},
}


def test_a_sound_machine_exits_with_zero(emulator, stack, capsys) -> None:
    """CLI, packages, plugin, configuration, credentials, lists, roles, clock and file are told."""
    stack(region="us-east-1", catalog="Sandbox", accounts=ACCOUNTS)
    main(["install-plugin"])
    capsys.readouterr()
    assert main(["doctor"]) == 0
    said = capsys.readouterr().out
    assert "ERROR" not in said
    for line in (
        "ok      Pulumi CLI: v3.274.1.",
        "ok      plugin: Pulumi finds version",
        "ok      configuration: the stack says partnercentral:region, partnercentral:catalog and",
        f"ok      credentials: arn:aws:iam::{LINKED}:",
        "ok      list_relationships: may be called.",
        "ok      clock: it agrees with AWS's.",
        f"ok      account {CUSTOMER}: arn:aws:sts::{CUSTOMER}:assumed-role/Channel/",
        "ok      shared file: ",
        "Nothing was found that would stop a deployment.",
    ):
        assert line in said
    assert not [operation for operation in emulator.calls() if operation.startswith("Create")]


def test_a_role_that_cannot_be_assumed_is_an_error(emulator, stack, capsys) -> None:
    """The exit code is 1, and the other accounts are looked at nevertheless."""
    emulator.set(refused_roles=[f"arn:aws:iam::{CUSTOMER}:role/Channel"])
    stack(region="us-east-1", catalog="Sandbox", accounts=ACCOUNTS)
    assert main(["doctor"]) == 1
    said = capsys.readouterr().out
    assert f"ERROR   account {CUSTOMER}: The role arn:aws:iam::{CUSTOMER}:role/Channel" in said
    assert "ok      account 777788889999: " in said


def test_a_denied_list_is_an_error(emulator, stack, capsys) -> None:
    """What may not be listed stops a deployment; the sentence names the action that is needed."""
    stack(region="us-east-1", catalog="Sandbox")
    emulator.fault("ListRelationships", error="AccessDeniedException", times=9)
    assert main(["doctor"]) == 1
    captured = capsys.readouterr()
    assert "ERROR   list_relationships: AWS does not allow" in captured.out
    assert "partnercentral:ListRelationships" in captured.out
    assert captured.err == "One finding would stop a deployment.\n"


def test_missing_credentials_and_region_are_errors(emulator, stack, capsys, monkeypatch) -> None:
    """Each is a sentence with what to do."""
    stack(catalog="Sandbox")
    assert main(["doctor"]) == 1
    assert "ERROR   region: There is no AWS region." in capsys.readouterr().out
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    assert main(["doctor", "--region", "us-east-1"]) == 1
    assert "ERROR   credentials: There are no AWS credentials." in capsys.readouterr().out


def test_a_wrong_clock_is_an_error(emulator, stack, capsys, monkeypatch) -> None:
    """AWS refuses what is signed by a clock that is more than 5 minutes off."""
    stack(region="us-east-1", catalog="Sandbox")

    class Late(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:
            return datetime.now(timezone.utc) + timedelta(minutes=10)

    monkeypatch.setattr("partnercentral_provider.cli.doctor.datetime", Late)
    assert main(["doctor"]) == 1
    assert "ERROR   clock: it differs from AWS's by 60" in capsys.readouterr().out


@pytest.mark.parametrize("configured", [{"regoin": "us-east-1"}, {"maxRetries": "many"}])
def test_a_wrong_configuration_is_an_error(emulator, stack, capsys, configured) -> None:
    """A key that there is none, or a value that cannot be, is named as a deployment would."""
    stack(region="us-east-1", **configured)
    assert main(["doctor"]) == 1
    (key,) = configured
    assert f"partnercentral:{key}" in capsys.readouterr().out


def test_an_old_cli_and_a_missing_plugin_are_warnings(emulator, stack, capsys) -> None:
    """Neither stops a deployment; each says what to do."""
    stack("v3.259.0", region="us-east-1", catalog="Sandbox")
    assert main(["doctor"]) == 0
    said = capsys.readouterr().out
    assert "warning Pulumi CLI: v3.259.0. Before v3.274.0" in said
    assert "pulumi-partnercentral install-plugin" in said


def test_without_a_cli_nothing_can_be_deployed(emulator, monkeypatch, capsys, tmp_path) -> None:
    """The sentence says where it is to be had."""
    monkeypatch.setenv("PATH", str(tmp_path))
    assert main(["doctor", "--region", "us-east-1"]) == 1
    said = capsys.readouterr().out
    assert "ERROR   Pulumi CLI: there is no `pulumi` on the PATH." in said
    assert "no stack is selected here" in said


def test_what_aws_has_added_is_told(emulator, stack, capsys, monkeypatch, tmp_path) -> None:
    """An operation and a value that this version does not know are a warning."""
    model = aws_model.written_for()
    model["operations"]["CreateSomethingNew"] = model["operations"]["CreateRelationship"]
    model["shapes"]["Sector"]["enum"].append("SPACE")
    folder: Path = aws_model.put(model, tmp_path / "models")
    monkeypatch.setenv("AWS_DATA_PATH", str(folder))
    stack(region="us-east-1", catalog="Sandbox")
    assert main(["doctor"]) == 0
    said = capsys.readouterr().out
    assert "warning AWS: it has CreateSomethingNew and SPACE of Sector" in said


def test_the_operations_are_those_that_the_product_was_written_for() -> None:
    """The list in the product is that of AWS's model which is committed here."""
    assert aws_model.written_for()["operations"].keys() == OPERATIONS
