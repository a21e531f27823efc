"""A managed services customer and its contract, through the real engine, in both forms."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from functools import partial
from pathlib import Path
from typing import Any

import pulumi
import pytest
import yaml
from e2e.channel_program import FORMS, writes
from e2e.cli import has_yaml
from e2e.engine import CUSTOMER, MANAGEMENT, ROOT, Engine, Stack, changes
from e2e.test_crash import provider_of, until
from pulumi.automation import CommandError

CONFIG = {"partnercentral:catalog": "Sandbox", "partnercentral:region": "us-east-1"}
ADDRESS = {
    "address_line": "1 Main Street",
    "city": "Springfield",
    "state_or_region": "Oregon",
    "postal_code": "97477",
    "country_code": "US",
}
PRIVATE = ["Acme Incorporated", "1 Main Street", "Springfield", "Jane Doe", "jane@example.com"]
BOTH = pytest.mark.parametrize("form", FORMS)


def later(days: float) -> str:
    """Give a time so many days ahead, in the form of AWS."""
    return f"{datetime.now(timezone.utc) + timedelta(days=days):%Y-%m-%dT00:00:00Z}"


def program(form: str, options: dict[str, Any] | None = None, **changed: Any) -> Callable[[], None]:
    """Make the program; *changed* are parts of a contract, whether one is `signed`, and `force`."""

    def run() -> None:
        channel = FORMS[form].channel
        account = channel.ProgramManagementAccount(
            "account",
            program="MANAGED_SERVICES_PROVIDER",
            type="MANAGED_SERVICES",
            account_id=MANAGEMENT,
            display_name="Managed",
        )
        acme = channel.Relationship(
            "acme",
            program_management_account_identifier=account.arn,
            associated_account_id=CUSTOMER,
            association_type="MANAGED_SERVICES_END_CUSTOMER",
            account_scope="SPECIFIC_MEMBER_ACCOUNTS",
            sector="COMMERCIAL",
            display_name="Acme",
            force_destroy=changed.get("force"),
        )
        if not changed.get("signed", True):
            return
        contract = channel.ChannelContract(
            "attestation",
            contract_type="MANAGED_SERVICES_ATTESTATION",
            cancel_reason=changed.get("reason"),
            tags=changed.get("tags"),
            payload={
                "managed_services_attestation_payload": {
                    "program_management_account_identifier": account.arn,
                    "relationship_identifier": acme.arn,
                    "end_date": changed.get("end", later(300)),
                    "supported_services": changed.get("services", ["SECURITY", "MONITORING"]),
                    "member_account_ids": [CUSTOMER],
                    "legal_entity_name": "Acme Incorporated",
                    "legal_entity_address": ADDRESS,
                    "signatory_name": changed.get("signatory", "Jane Doe"),
                    "signatory_email": "jane@example.com",
                }
            },
            opts=pulumi.ResourceOptions(**(options or {})),
        )
        pulumi.export("contract", contract.arn)
        pulumi.export("details", contract.details)

    return run


def contracts(emulator: Any) -> list[dict[str, Any]]:
    """Give the contracts at AWS, oldest first."""
    return [each for each in emulator.objects() if each["id"].startswith("cc-")]


def said(result: Any) -> str:
    """Give all that a command printed: with a full diff, warnings go to stderr."""
    return f"{result.stdout}{result.stderr}"


def leaks(*texts: str) -> list[str]:
    """Find what is private in texts."""
    return [private for private in PRIVATE if any(private in text for text in texts)]


def files(folder: Path) -> list[str]:
    """Read every file below a folder."""
    return [path.read_text(errors="replace") for path in folder.rglob("*") if path.is_file()]


@BOTH
def test_a_managed_services_customer_lives_and_dies(engine: Engine, emulator, form) -> None:
    """Previewed without a call, deployed, tagged, refreshed and destroyed, with clean previews."""
    stack = engine.stack(program(form), **CONFIG)
    assert changes(stack.preview()) == {"create": 4}
    assert emulator.calls() == {}
    stack.up()
    (contract,) = contracts(emulator)
    assert stack.state()["attestation"]["id"] == contract["arn"]
    assert stack.state()["attestation"]["outputs"]["status"] == "ACCEPTED"

    emulator.reset_calls()
    assert stack.up().summary.resource_changes == {"same": 4}
    assert writes(emulator) == {}

    stack.refresh()
    acme = stack.state()["acme"]["outputs"]
    assert acme["channelContractId"] == contract["id"]
    assert acme["accountScope"] == "SPECIFIC_MEMBER_ACCOUNTS"
    assert acme["endDate"] == later(300)
    assert changes(stack.preview()) == {}

    reordered = program(form, services=["MONITORING", "SECURITY", "MONITORING"])
    assert changes(engine.stack(reordered, **CONFIG).preview()) == {}

    tagged = engine.stack(program(form, tags={"team": "blue"}, reason="Bye."), **CONFIG)
    assert changes(tagged.preview()) == {"update": 1}
    emulator.reset_calls()
    tagged.up()
    assert writes(emulator) == {"TagResource": 1}

    destroyed = tagged.destroy()
    assert "stays in force until" in said(destroyed)
    assert [each["status"] for each in emulator.objects()] == ["ACCEPTED"]


@BOTH
def test_a_contract_in_force_guards_its_relationship(engine: Engine, emulator, form) -> None:
    """A destroy is refused although the contract left the stack before; forced, it is done."""
    stack = engine.stack(program(form, force=False), **CONFIG)
    stack.up()
    acme = stack.state()["acme"]["id"]
    with pytest.raises(CommandError) as caught:
        stack.destroy()
    refused = " ".join(str(caught.value).split())
    assert f"The Relationship {acme} is not deleted: the channel contract" in refused
    assert "set `forceDestroy: true`, deploy that alone by `pulumi up`, then delete it" in refused
    assert {"acme", "account"} <= stack.state().keys()
    assert [each["id"].partition("-")[0] for each in emulator.objects()] == ["pma", "rs", "cc"]

    stack = engine.stack(program(form, force=True, signed=False), **CONFIG)
    emulator.reset_calls()
    stack.up()
    assert writes(emulator) == {}
    stack.destroy()
    assert [each["status"] for each in emulator.objects()] == ["ACCEPTED"]


@pytest.mark.parametrize("born", FORMS)
def test_a_contract_moves_between_the_forms(engine: Engine, emulator, born) -> None:
    """There and back and there again, refreshed or not: nothing is replaced, nothing written."""
    engine.stack(program(born), **CONFIG).up()
    emulator.reset_calls()
    others = [form for form in FORMS if form != born]
    for refreshed in (False, True):
        for form in (*others, born):
            stack = engine.stack(program(form), **CONFIG)
            if refreshed:
                stack.refresh()
            moved = stack.up().summary.resource_changes
            assert moved.keys() <= {"same", "update"}
            assert changes(stack.preview()) == {}
    assert writes(emulator) == {}
    (contract,) = contracts(emulator)
    assert contract["status"] == "ACCEPTED"


@BOTH
def test_nothing_private_is_in_state_previews_or_logs(engine: Engine, emulator, form) -> None:
    """Signatory, legal entity and address are encrypted in the state, and shown nowhere."""
    texts: list[str] = []

    def listen(event: Any) -> None:
        texts.append(json.dumps(event, default=vars))

    stack = engine.stack(program(form), **CONFIG)
    loud = {"on_event": listen, "diff": True}
    texts.append(said(stack.preview(**loud)))
    texts.append(said(stack.up(**loud)))
    texts.append(said(stack.refresh(**loud)))
    renewed = engine.stack(program(form, end=later(400)), **CONFIG)
    texts.append(said(renewed.preview(**loud)))
    texts.append(said(renewed.up(**loud)))
    texts += files(engine.folder / "backend")
    texts.append(said(renewed.destroy(**loud)))
    assert len(texts) > 10
    assert [text[:300] for text in texts if leaks(text)] == []
    assert leaks(json.dumps(contracts(emulator))) == PRIVATE


@BOTH
def test_a_contract_in_force_is_replaced_without_a_gap(engine: Engine, emulator, form) -> None:
    """The preview says that the new one comes first; AWS is never without one in effect."""
    engine.stack(program(form), **CONFIG).up()
    stack = engine.stack(program(form, end=later(400)), **CONFIG)
    previewed = stack.preview(diff=True)
    assert "a new contract is sent for signature first" in said(previewed)
    assert previewed.change_summary.get("replace") == 1
    emulator.reset_calls()
    order: list[str] = []
    stack.up(on_event=lambda event: order.append(_step(event)))
    assert [step for step in order if step] == ["create-replacement", "replace", "delete-replaced"]
    assert [each["status"] for each in contracts(emulator)] == ["INACTIVE", "ACCEPTED"]
    assert writes(emulator) == {"CreateChannelContract": 1}


@BOTH
def test_a_pending_contract_is_canceled_before_its_replacement(
    engine: Engine, emulator, form
) -> None:
    """The preview says that it is canceled first, and AWS has one pending contract at a time."""
    emulator.set(sandbox_contract_seconds=1e9)
    engine.stack(program(form, reason="Too early."), **CONFIG).up()
    stack = engine.stack(program(form, reason="Too early.", end=later(400)), **CONFIG)
    assert "it is canceled first" in said(stack.preview(diff=True))
    stack.up()
    assert [each["status"] for each in contracts(emulator)] == ["CANCELED", "PENDING"]
    assert contracts(emulator)[0]["cancellationReason"] == "Too early."
    stack.destroy()
    assert [each["status"] for each in contracts(emulator)] == ["CANCELED", "CANCELED"]


def _step(event: Any) -> str:
    metadata = getattr(event.resource_pre_event, "metadata", None)
    named = metadata is not None and metadata.urn.endswith("::attestation")
    return re.sub(r".*\.", "", str(getattr(metadata.op, "value", metadata.op))) if named else ""


@BOTH
def test_a_forced_replacement_never_sends_an_equal_contract(engine: Engine, emulator, form) -> None:
    """What is in force is not sent for signature again: the error names it."""
    stack = engine.stack(program(form), **CONFIG)
    stack.up()
    urn = stack.state()["attestation"]["urn"]
    stack.preview()  # what created it need not be known any more
    with pytest.raises(CommandError) as caught:
        stack.up(replace=[urn])
    assert contracts(emulator)[0]["arn"] in str(caught.value)
    assert "Nothing is sent twice for signature" in str(caught.value)
    assert len(contracts(emulator)) == 1
    assert changes(stack.preview()) == {}


@BOTH
def test_a_contract_canceled_by_somebody_else_stays_until_it_is_replaced(
    engine: Engine, emulator, client, form
) -> None:
    """A refresh warns, an `up` sends nothing, and `--replace` sends a new one."""
    emulator.set(sandbox_contract_seconds=1e9)
    stack = engine.stack(program(form), **CONFIG)
    stack.up()
    state = stack.state()["attestation"]
    client().cancel_channel_contract(catalog="Sandbox", identifier=state["id"], reason="Wrong.")
    assert "was canceled (Wrong.)" in said(stack.refresh())
    assert stack.state()["attestation"]["outputs"]["status"] == "CANCELED"
    stack.up()
    assert len(contracts(emulator)) == 1
    stack.up(replace=[state["urn"]])
    assert [each["status"] for each in contracts(emulator)] == ["CANCELED", "PENDING"]


@BOTH
def test_an_expired_contract_is_sent_anew(engine: Engine, emulator, form) -> None:
    """A refresh finds it gone, and the next `up` sends a new one."""
    emulator.set(sandbox_contract_seconds=1e9)
    stack = engine.stack(program(form), **CONFIG)
    stack.up()
    emulator.advance(31 * 86400)
    stack.refresh()
    assert changes(stack.preview()) == {"create": 1}
    stack.up()
    assert [each["status"] for each in contracts(emulator)] == ["EXPIRED", "PENDING"]


PROGRAM = """
import sys
from pathlib import Path

sys.path[:0] = [{tests!r}]
from e2e.engine import Engine
from e2e.test_managed_services import CONFIG, program

Engine(Path({folder!r}), {url!r}).stack(program({form!r}), **CONFIG).up()
"""


@pytest.mark.parametrize(
    ("form", "process"),
    [("dynamic", b"pulumi.dynamic"), ("plugin", b"pulumi-resource-partnercentral")],
)
def test_a_killed_provider_never_leads_to_two(engine: Engine, emulator, form, process) -> None:
    """AWS took the contract, the answer was lost with the provider: the next `up` names it."""
    emulator.fault("GetChannelContract", delay=5.0)
    text = PROGRAM.format(
        tests=str(ROOT / "tests"), folder=str(engine.folder), url=emulator.url, form=form
    )
    running = subprocess.Popen(
        [sys.executable, "-c", text],
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    until(lambda: contracts(emulator))
    victim = provider_of(running.pid, process)
    assert victim, "the provider's process is not found"
    os.kill(victim, signal.SIGKILL)
    running.wait()
    (sent,) = contracts(emulator)
    stack = engine.stack(program(form), **CONFIG)
    with pytest.raises(CommandError) as caught:
        stack.up()
    assert sent["arn"] in str(caught.value)
    assert len(contracts(emulator)) == 1


def test_a_contract_is_imported_and_listed(engine: Engine, emulator, tmp_path: Path) -> None:
    """`pulumi import` writes a program whose preview is clean; `pulumi do … list` shows it."""
    engine.stack(program("plugin"), **CONFIG).up()
    (contract,) = contracts(emulator)

    def adopt() -> None:
        said = dict(contract["details"]["managedServicesAttestationDetails"])
        FORMS["plugin"].channel.ChannelContract(
            "attestation",
            contract_type="MANAGED_SERVICES_ATTESTATION",
            payload={"managed_services_attestation_payload": _snake(said)},
            opts=pulumi.ResourceOptions(import_=contract["arn"]),
        )

    other = engine.stack(adopt, "other", **CONFIG)
    assert changes(other.preview()) == {"import": 1, "create": 1}
    other.up()
    assert len(contracts(emulator)) == 1
    assert leaks(*files(engine.folder / "backend")) == []
    found = engine.run(
        "do",
        "--package",
        str(Path(sys.executable).with_name("pulumi-resource-partnercentral")),
        "partnercentral:channel:ChannelContract",
        "list",
        "--catalog",
        "Sandbox",
    )
    assert contract["arn"] in found.stdout, found.stderr


def _snake(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            re.sub(r"(?<=[a-z0-9])([A-Z])|(?<=[a-z])(\d)", lambda m: f"_{m[0].lower()}", n): _snake(
                v
            )
            for n, v in value.items()
        }
    return value


@BOTH
def test_what_a_function_tells_of_a_contract_is_secret(engine: Engine, emulator, form) -> None:
    """Exported, the details of a contract that a function found are encrypted in the state."""
    deployed = program(form)

    def asking() -> None:
        deployed()
        arn = contracts(emulator)[0]["arn"]
        channel = FORMS[form].channel
        pulumi.export("one", channel.get_channel_contract_output(arn=arn).details)
        pulumi.export("all", channel.get_channel_contracts_output().contracts)

    engine.stack(deployed, **CONFIG).up()
    done = engine.stack(asking, **CONFIG).up()
    assert leaks(said(done), *files(engine.folder / "backend")) == []
    assert done.outputs["one"].secret
    assert done.outputs["all"].secret
    assert leaks(str(done.outputs["one"].value)) == PRIVATE


EXAMPLE = "06-managed-services"


@BOTH
def test_the_example_is_deployed_and_destroyed_twice(engine: Engine, emulator, form) -> None:
    """The whole customer in one program, in both forms, with nothing to change after an `up`."""
    project = yaml.safe_load((ROOT / "examples" / EXAMPLE / "Pulumi.yaml").read_text())
    make = engine.example if form == "dynamic" else engine.through_the_plugin
    stack = make(EXAMPLE, project=project["name"], **project["config"])
    for _ in range(2):
        assert stack.up().outputs["status"].value == "ACCEPTED"
        assert changes(stack.preview()) == {}
        stack.destroy()
    assert {each["status"] for each in emulator.objects()} == {"ACCEPTED"}


@pytest.mark.skipif(not has_yaml(), reason="YAML's language host is built with Go")
def test_the_example_in_yaml(engine: Engine, emulator, tmp_path: Path) -> None:
    """The CLI's own commands deploy and destroy it, and its state tells nothing private."""
    folder = tmp_path / "yaml"
    shutil.copytree(ROOT / "examples" / EXAMPLE / "yaml", folder)
    command = partial(engine.output, cwd=folder)
    command("stack", "init", "dev")
    shown = command("preview", "--diff")
    assert leaks(shown) == []
    command("up", "--yes", "--skip-preview")
    assert contracts(emulator)[0]["status"] == "ACCEPTED"
    command("refresh", "--yes", "--skip-preview")
    assert leaks(*files(engine.folder / "backend"), command("stack", "--show-urns")) == []
    command("preview", "--expect-no-changes")
    command("destroy", "--yes", "--skip-preview")


@BOTH
def test_a_contract_near_its_end_is_told_by_every_preview(engine: Engine, emulator, form) -> None:
    """Nobody's attestation lapses unnoticed; the days are a configuration."""
    stack: Stack = engine.stack(program(form, end=later(20)), **CONFIG)
    stack.up()
    assert "ends at" in said(stack.preview())
    assert "ends at" in said(stack.refresh())
    stack.config(partnercentral__contractExpiryWarningDays="5")
    assert "ends at" not in said(stack.preview())
