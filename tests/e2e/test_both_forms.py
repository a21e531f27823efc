"""A stack moves from the dynamic provider to the plugin, and back, by one changed import."""

from typing import Any

import pulumi_partnercentral
from e2e.engine import CUSTOMER, MANAGEMENT, Engine, changes
from pulumi_partnercentral import dynamic

SANDBOX = {"partnercentral:catalog": "Sandbox"}


def program(channel: Any, name: str = "Reseller") -> None:
    account = channel.ProgramManagementAccount(
        "account",
        program="SOLUTION_PROVIDER",
        account_id=MANAGEMENT,
        display_name=name,
        tags={"team": "blue"},
    )
    channel.ChannelHandshake(
        "join",
        handshake_type="PROGRAM_MANAGEMENT_ACCOUNT",
        associated_resource_identifier=account.arn,
    )
    channel.Relationship(
        "acme",
        program_management_account_identifier=account.arn,
        associated_account_id=CUSTOMER,
        association_type="END_CUSTOMER",
        sector="COMMERCIAL",
        display_name="Acme",
        requested_support_plan={
            "partner_led_support": {"coverage": "ENTIRE_ORGANIZATION", "tam_location": "EU"}
        },
    )


def test_a_stack_moves_and_comes_back(engine: Engine, emulator) -> None:
    """There: unchanged. Back: one `up` repairs what the plugin changed, then all is as before."""
    there, here = pulumi_partnercentral.channel, dynamic.channel
    engine.stack(lambda: program(here), **SANDBOX).up()
    emulator.reset_calls()

    moved = engine.stack(lambda: program(there), **SANDBOX)
    assert changes(moved.preview()) == {}
    assert moved.up().summary.resource_changes == {"same": 4}
    assert emulator.calls() == {}
    moved = engine.stack(lambda: program(there, "Renamed"), **SANDBOX)
    assert moved.up().summary.resource_changes == {"same": 3, "update": 1}

    back = engine.stack(lambda: program(here, "Renamed"), **SANDBOX)
    assert "replace" not in changes(back.preview())
    back.up()
    back.refresh()
    assert changes(back.preview()) == {}
    back.destroy()
    assert [o["status"] for o in emulator.objects()] == ["CANCELED"]


def test_explicit_providers_are_exchanged_and_nothing_else(engine: Engine, emulator) -> None:
    """The quickstart's three providers become the plugin's; its resources stay as they are."""
    engine.example("01-quickstart").up()
    emulator.reset_calls()
    moved = engine.through_the_plugin("01-quickstart")
    assert changes(moved.preview()) == {"create": 3, "delete": 3}
    moved.up()
    assert emulator.calls() == {}
    moved.refresh()
    assert changes(moved.preview()) == {}
    moved.destroy()
