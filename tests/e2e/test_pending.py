"""What is pending is read by the engine before every preview and update; nothing else is."""

from typing import Any

import pytest
from e2e.engine import MANAGEMENT, Engine, Stack, changes
from pulumi_partnercentral import channel

SANDBOX = {"partnercentral:catalog": "Sandbox"}


def program() -> None:
    """Enrol an account, and invite it."""
    account = channel.ProgramManagementAccount(
        "account", program="SOLUTION_PROVIDER", account_id=MANAGEMENT, display_name="Reseller"
    )
    channel.ChannelHandshake(
        "join",
        handshake_type="PROGRAM_MANAGEMENT_ACCOUNT",
        associated_resource_identifier=account.arn,
    )


@pytest.fixture
def invited(engine: Engine) -> Stack:
    """Deploy the program."""
    stack = engine.stack(program, **SANDBOX)
    stack.up()
    return stack


def status(stack: Stack, name: str) -> Any:
    return stack.state()[name]["outputs"]["status"]


def test_an_answer_shows_without_a_refresh(invited, client, emulator) -> None:
    """The next `up` has the new status of both; then a preview calls AWS no more."""
    join = invited.state()["join"]["id"]
    client(MANAGEMENT).accept_channel_handshake(catalog="Sandbox", identifier=join)
    assert changes(invited.preview()) == {}
    assert invited.up().summary.resource_changes == {"same": 3}
    assert (status(invited, "join"), status(invited, "account")) == ("ACCEPTED", "ACTIVE")
    emulator.reset_calls()
    assert changes(invited.preview()) == {}
    assert emulator.calls() == {}


def test_what_expired_is_sent_anew_by_the_same_up(invited, emulator) -> None:
    """A preview shows that an expired invitation is made again, without a refresh."""
    first = invited.state()["join"]["id"]
    emulator.advance(31 * 86400)
    assert changes(invited.preview()) == {"create": 1}
    invited.up()
    assert invited.state()["join"]["id"] != first
    assert status(invited, "join") == "PENDING"


def test_nothing_fails_without_credentials(invited, engine) -> None:
    """A preview without credentials shows the old status, and a warning that says so."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        engine.environment[name] = ""
    stack = engine.stack(program, **SANDBOX)
    shown = stack.preview()
    assert changes(shown) == {}
    assert "its status may be out of date" in shown.stdout
    assert status(stack, "join") == "PENDING"


def test_refresh_pending_false_makes_no_call(engine, emulator) -> None:
    """With `refreshPending: false` a preview makes no call, whatever is pending."""
    stack = engine.stack(program, **SANDBOX, **{"partnercentral:refreshPending": "false"})
    stack.up()
    emulator.reset_calls()
    assert changes(stack.preview()) == {}
    assert emulator.calls() == {}
