"""The testing kit with the real engine: its stack, its mocks beside a real preview, its example."""

import re
import shutil
import subprocess
import sys
from contextvars import copy_context
from pathlib import Path
from typing import Any

import pulumi
import pulumi_partnercentral
import pytest
from e2e.cli import MISSING, path
from e2e.engine import ROOT, cli_folder
from partnercentral_provider.hosts.wire import UNKNOWN_TEXT
from pulumi import automation
from pulumi.runtime import set_mocks
from pulumi_partnercentral import dynamic
from pulumi_partnercentral.testing import ChannelMocks

EXAMPLE = ROOT / "examples" / "09-testing"
SANDBOX = {"partnercentral:catalog": "Sandbox", "partnercentral:region": "us-east-1"}
FORMS = [dynamic, pulumi_partnercentral]
form = pytest.mark.parametrize("form", FORMS, ids=["dynamic", "plugin"])


@pytest.fixture(autouse=True)
def _cli_on_the_path(monkeypatch: pytest.MonkeyPatch) -> None:
    if cli_folder() is None:
        pytest.fail(MISSING)
    monkeypatch.setenv("PATH", path())


def declare(form: Any) -> None:
    """Declare one resource of each type that a preview knows something of."""
    channel = form.channel
    channel.ProgramManagementAccount(
        "account",
        program="SOLUTION_PROVIDER",
        account_id="111122223333",
        display_name="Reseller",
        tags={"b": "2", "a": "1"},
    )
    acme = channel.Relationship(
        "acme",
        program_management_account_identifier="pma-0123456789abc",
        associated_account_id="444455556666",
        association_type="END_CUSTOMER",
        sector="COMMERCIAL",
        display_name="Acme",
        requested_support_plan={
            "resold_enterprise": {"coverage": "ENTIRE_ORGANIZATION", "tam_location": "us-east-1"}
        },
    )
    channel.ChannelHandshake(
        "revoke",
        handshake_type="REVOKE_SERVICE_PERIOD",
        associated_resource_identifier="rs-0123456789abc",
        payload={
            "revoke_service_period_payload": {
                "program_management_account_identifier": "pma-0123456789abc"
            }
        },
    )
    channel.ChannelHandshakeResponse(
        "joined",
        handshake_type="PROGRAM_MANAGEMENT_ACCOUNT",
        channel_handshake_identifier="ch-0123456789abc",
        response="ACCEPT",
    )
    channel.ServicePeriod(
        "service",
        relationship_identifier=acme.arn,
        service_period_type="FIXED_COMMITMENT_PERIOD",
        end_date="2099-06-30",
        note="Welcome",
    )


def known(value: Any) -> Any:
    """Leave out what is known only after apply, and what is hidden."""
    if isinstance(value, dict):
        return {k: known(v) for k, v in value.items() if v != UNKNOWN_TEXT and k[:2] != "__"}
    return value


def test_mocks_know_what_a_real_preview_knows(partnercentral_stack: Any) -> None:
    """Each output that `pulumi preview` shows of a create has the same value under mocks."""
    shown: dict[str, Any] = {}

    def note(event: automation.EngineEvent) -> None:
        done = event.res_outputs_event
        if done and done.metadata.type.startswith("partnercentral:"):
            name = done.metadata.urn.rpartition("::")[2]
            shown[name] = known(done.metadata.new.outputs)

    stack = partnercentral_stack(lambda: declare(pulumi_partnercentral), **SANDBOX)
    stack.preview(on_event=note)
    answered: dict[str, Any] = {}

    class Kept(ChannelMocks):
        def new_resource(self, args: Any) -> Any:
            id, outputs = super().new_resource(args)
            answered[args.name] = outputs
            return id, outputs

    def test() -> None:
        set_mocks(Kept({"catalog": "Sandbox"}), preview=True)
        pulumi.runtime.test(lambda: declare(pulumi_partnercentral))()

    copy_context().run(test)
    assert len(shown) == 5
    assert {n: {k: answered[n][k] for k in shown[n] if k in answered[n]} for n in shown} == shown
    # Beyond the preview there are only the ids, and what follows from them.
    more = {n: sorted(answered[n].keys() - shown[n].keys()) for n in shown}
    assert more == {
        "account": ["arn", "programManagementAccountId"],
        "acme": ["arn", "relationshipId"],
        "revoke": ["arn", "channelHandshakeId"],
        "joined": ["arn"],
        "service": ["arn", "channelHandshakeArn", "relationshipIdentifier"],
    }


@form
def test_a_stack_is_deployed_changed_and_thrown_away(
    form: Any, partnercentral_emulator: Any, partnercentral_stack: Any
) -> None:
    """Both forms deploy to the emulator; a second call opens the same stack with other code."""

    def account(name: str) -> None:
        made = form.channel.ProgramManagementAccount(
            "account",
            program="SOLUTION_PROVIDER",
            account_id=pulumi.Config().require("accountId"),
            display_name=name,
        )
        pulumi.export("name", made.display_name)

    config = SANDBOX | {"accountId": "111122223333"}
    assert (
        partnercentral_stack(lambda: account("One"), **config).up().outputs["name"].value == "One"
    )
    (made,) = partnercentral_emulator.objects()
    assert (made["accountId"], made["displayName"]) == ("111122223333", "One")
    done = partnercentral_stack(lambda: account("Two")).up()
    assert done.summary.resource_changes == {"update": 1, "same": 1}
    assert [o["displayName"] for o in partnercentral_emulator.objects()] == ["Two"]


def test_the_next_stack_is_as_new(partnercentral_emulator: Any, partnercentral_stack: Any) -> None:
    """Neither state nor configuration nor catalog of the test before is there."""
    stack = partnercentral_stack(lambda: None)
    assert stack.get_all_config() == {}
    assert (stack.export_stack().deployment or {}).get("resources", []) == []
    assert partnercentral_emulator.objects() == []


def test_without_the_cli_a_test_fails_with_what_to_do(
    monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    """The fixture names the command that is missing, and where it is found."""
    monkeypatch.setenv("PATH", "")
    with pytest.raises(pytest.fail.Exception, match="There is no `pulumi` command on the PATH"):
        request.getfixturevalue("partnercentral_stack")


def test_the_tests_of_the_example_pass(tmp_path: Path) -> None:
    """`pytest` in the folder of the example runs its tests of all three levels."""
    folder = tmp_path / "example"
    shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns(".*", "__pycache__"))
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "5 passed" in done.stdout


def test_every_program_of_the_page_stands_in_the_example() -> None:
    """What docs/testing.md shows is what the test above has run."""
    page = (ROOT / "docs" / "testing.md").read_text()
    blocks = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    texts = [file.read_text() for file in EXAMPLE.glob("*.py")]
    assert len(blocks) == 5
    assert [block for block in blocks if not any(block in text for text in texts)] == []
