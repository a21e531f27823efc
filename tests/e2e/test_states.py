"""
State that released versions wrote: refreshed, updated and destroyed by this one.

`cd tests && ../.venv/bin/python -m e2e.test_states` records the state of the version at hand, as
part of its release; what was recorded is never changed.
"""

import json
import tempfile
from pathlib import Path
from typing import Any

import partnercentral_provider
import pulumi
import pytest
from e2e.engine import CUSTOMER, MANAGEMENT, Engine, changes
from partnercentral_emulator import Emulator
from pulumi.automation import Deployment
from pulumi_partnercentral.dynamic import Provider, channel

STATES = Path(__file__).parents[1] / "states"
ENDS = "2027-06-30T00:00:00Z"


def program(name: str = "Acme", team: str = "blue") -> None:
    """Every resource, with every kind of value; it stays as it is, or no state fits it."""
    partner = Provider("partner", catalog="Sandbox")
    management = Provider(
        "management",
        catalog="Sandbox",
        assume_roles=[{"role_arn": f"arn:aws:iam::{MANAGEMENT}:role/Channel"}],
    )
    ours = pulumi.ResourceOptions(provider=partner)
    account = channel.ProgramManagementAccount(
        "account",
        program="SOLUTION_PROVIDER",
        account_id=MANAGEMENT,
        display_name="Reseller",
        tags={"team": team},
        opts=ours,
    )
    invitation = channel.ChannelHandshake(
        "join",
        handshake_type="PROGRAM_MANAGEMENT_ACCOUNT",
        associated_resource_identifier=account.arn,
        opts=ours,
    )
    joined = channel.ChannelHandshakeResponse(
        "joined",
        channel_handshake_identifier=invitation.arn,
        handshake_type="PROGRAM_MANAGEMENT_ACCOUNT",
        response="ACCEPT",
        opts=pulumi.ResourceOptions(provider=management),
    )
    acme = channel.Relationship(
        "acme",
        program_management_account_identifier=joined.associated_resource_id,
        associated_account_id=CUSTOMER,
        association_type="END_CUSTOMER",
        sector="COMMERCIAL",
        display_name=name,
        requested_support_plan={
            "partner_led_support": {
                "coverage": "ENTIRE_ORGANIZATION",
                "tam_location": "eu-central-1",
            }
        },
        opts=ours,
    )
    channel.ChannelHandshake(
        "service",
        handshake_type="START_SERVICE_PERIOD",
        associated_resource_identifier=acme.arn,
        payload={
            "start_service_period_payload": {
                "program_management_account_identifier": account.arn,
                "service_period_type": "FIXED_COMMITMENT_PERIOD",
                "end_date": ENDS,
                "note": "Welcome",
            }
        },
        tags={"team": team},
        opts=ours,
    )


def made_again(client: Any) -> dict[str, str]:
    """Make what *program* made, in today's emulator; the new ids, by the names in the program."""
    linked, management = client(), client(MANAGEMENT)
    account = linked.create_program_management_account(
        catalog="Sandbox",
        program="SOLUTION_PROVIDER",
        accountId=MANAGEMENT,
        displayName="Reseller",
        tags=[{"key": "team", "value": "blue"}],
    )["programManagementAccountDetail"]["id"]
    join = linked.create_channel_handshake(
        catalog="Sandbox",
        handshakeType="PROGRAM_MANAGEMENT_ACCOUNT",
        associatedResourceIdentifier=account,
    )["channelHandshakeDetail"]["id"]
    management.accept_channel_handshake(catalog="Sandbox", identifier=join)
    acme = linked.create_relationship(
        catalog="Sandbox",
        programManagementAccountIdentifier=account,
        associatedAccountId=CUSTOMER,
        associationType="END_CUSTOMER",
        sector="COMMERCIAL",
        displayName="Acme",
    )["relationshipDetail"]["id"]
    service = linked.create_channel_handshake(
        catalog="Sandbox",
        handshakeType="START_SERVICE_PERIOD",
        associatedResourceIdentifier=acme,
        payload={
            "startServicePeriodPayload": {
                "programManagementAccountIdentifier": account,
                "servicePeriodType": "FIXED_COMMITMENT_PERIOD",
                "endDate": ENDS,
                "note": "Welcome",
            }
        },
        tags=[{"key": "team", "value": "blue"}],
    )["channelHandshakeDetail"]["id"]
    return {"account": account, "join": join, "acme": acme, "service": service}


@pytest.mark.parametrize("version", sorted(path.stem for path in STATES.glob("*.json")))
def test_state_of_a_released_version_lives_on(engine: Engine, emulator, client, version) -> None:
    """It previews as unchanged, is refreshed and updated, and every resource can be destroyed."""
    text = (STATES / f"{version}.json").read_text()
    recorded = {r["urn"].rpartition("::")[2]: r for r in json.loads(text)["resources"]}
    for name, id in made_again(client).items():
        text = text.replace(recorded[name]["id"].rpartition("/")[2], id)
    emulator.reset_calls()
    stack = engine.stack(program)
    stack.automated.import_stack(Deployment(3, json.loads(text)))

    assert changes(stack.preview()) == {}
    stack.refresh()
    assert changes(stack.preview()) == {}
    stack = engine.stack(lambda: program(name="Acme Ltd", team="green"))
    assert stack.up().summary.resource_changes == {"same": 5, "update": 3}
    assert {o.get("displayName") for o in emulator.objects()} >= {"Acme Ltd"}
    stack.destroy()
    assert [(o["handshakeType"], o["status"]) for o in emulator.objects()] == [
        ("PROGRAM_MANAGEMENT_ACCOUNT", "ACCEPTED"),
        ("START_SERVICE_PERIOD", "CANCELED"),
    ]


def record() -> None:
    """Deploy *program* and write down the state."""
    with tempfile.TemporaryDirectory() as folder, Emulator() as emulator:
        stack = Engine(Path(folder), emulator.url).stack(program)
        stack.up()
        deployment: Any = stack.automated.export_stack().deployment
    for resource in deployment["resources"]:
        # They hold paths of the machine that records.
        resource.pop("stackTrace", None)
        resource.pop("sourcePosition", None)
    STATES.mkdir(exist_ok=True)
    file = STATES / f"{partnercentral_provider.__version__}.json"
    file.write_text(json.dumps(deployment, indent=1) + "\n")


if __name__ == "__main__":
    record()
