"""A program that waits for people, through the real engine, in both forms."""

import re
from collections.abc import Callable
from typing import Any

import pulumi
import pytest
from clients import client_of
from e2e.channel_program import FORMS, ROLE
from e2e.engine import CUSTOMER, MANAGEMENT, Engine, changes
from emulator.test_events import made_bus  # noqa: F401 - a fixture
from partnercentral_emulator import Emulator
from pulumi.automation import CommandError

CONFIG = {"partnercentral:catalog": "Sandbox"}
BOTH = pytest.mark.parametrize("form", FORMS)
JOIN = "PROGRAM_MANAGEMENT_ACCOUNT"


def program(form: str, wired: bool = False, **wait: str) -> Callable[[], None]:
    """
    Make the program: a customer that is recorded once the account has joined.

    The answer is in the program too, where it is *wired*; *wait* are arguments of the acceptance.
    """

    def run() -> None:
        channel = FORMS[form].channel
        account = channel.ProgramManagementAccount(
            "account", program="SOLUTION_PROVIDER", account_id=MANAGEMENT, display_name="Reseller"
        )
        join = channel.ChannelHandshake(
            "join", handshake_type=JOIN, associated_resource_identifier=account.arn
        )
        answered: pulumi.Output[Any] = join.arn
        if wired:
            management = FORMS[form].Provider(
                "management", catalog="Sandbox", assume_roles=[{"role_arn": ROLE}]
            )
            answered = channel.ChannelHandshakeResponse(
                "joined",
                channel_handshake_identifier=join.arn,
                handshake_type=JOIN,
                response="ACCEPT",
                opts=pulumi.ResourceOptions(provider=management),
            ).channel_handshake_id
        accepted = channel.ChannelHandshakeAcceptance(
            "accepted", channel_handshake_identifier=answered, handshake_type=JOIN, **wait
        )
        channel.Relationship(
            "acme",
            program_management_account_identifier=accepted.associated_resource_id,
            associated_account_id=CUSTOMER,
            association_type="END_CUSTOMER",
            sector="COMMERCIAL",
            display_name="Acme",
        )
        channel.ProgramManagementAccount(
            "other", program="SOLUTION_PROVIDER", account_id="222233334444", display_name="Other"
        )

    return run


def failed(run: Callable[[], Any]) -> str:
    """Run what does not come through; what it printed."""
    with pytest.raises(CommandError) as caught:
        run()
    assert "Traceback" not in str(caught.value)
    return str(caught.value)


def test_the_plugin_awaits_and_the_next_up_goes_on(engine: Engine, emulator, client) -> None:
    """
    The row says awaiting, what is independent is deployed, and the CLI exits with 10; after the
    acceptance the next `up` goes through, and a preview is clean.
    """
    stack = engine.stack(program("plugin", maximum_wait="0s"), **CONFIG)
    assert changes(stack.preview()) == {"create": 6}
    said = failed(stack.up)
    assert "code: 10" in said
    assert "awaiting" in said
    assert f"Account {MANAGEMENT} has not answered" in said
    state = stack.state()
    assert {"account", "join", "other"} <= state.keys()
    assert {"accepted", "acme"}.isdisjoint(state)

    client(MANAGEMENT).accept_channel_handshake(catalog="Sandbox", identifier=state["join"]["id"])
    assert stack.up().summary.resource_changes == {"create": 2, "same": 4}
    assert stack.state()["accepted"]["id"] == f"{state['account']['id']}/acceptance/{JOIN}"
    assert changes(stack.preview()) == {}
    stack.refresh()
    assert changes(stack.preview()) == {}
    stack.destroy()


def test_in_process_it_is_an_error_with_the_same_sentence(engine: Engine, client) -> None:
    """The dynamic provider asks once; what depends on it comes with a later `up`."""
    stack = engine.stack(program("dynamic"), **CONFIG)
    said = failed(stack.up)
    assert re.search(rf"Awaiting: Account {MANAGEMENT}\s+has\s+not\s+answered", said)
    state = stack.state()
    assert "acme" not in state
    client(MANAGEMENT).accept_channel_handshake(catalog="Sandbox", identifier=state["join"]["id"])
    stack.up()
    assert "acme" in stack.state()
    stack.refresh()
    assert changes(stack.preview()) == {}


@BOTH
def test_wired_to_its_answer_it_goes_through_one_by_one(engine: Engine, form) -> None:
    """With `--parallel 1` the acceptance comes after the response that it names."""
    stack = engine.stack(program(form, wired=True, maximum_wait="10m"), **CONFIG)
    assert stack.up(parallel=1).summary.result == "succeeded"
    assert "acme" in stack.state()


@BOTH
def test_what_was_rejected_is_an_error_at_once(engine: Engine, client, form) -> None:
    """No wait follows a rejection, and the sentence says what to do."""
    stack = engine.stack(program(form, maximum_wait="0s"), **CONFIG)
    failed(stack.up)
    join = stack.state()["join"]["id"]
    client(MANAGEMENT).reject_channel_handshake(catalog="Sandbox", identifier=join)
    waits = engine.stack(program(form, maximum_wait="1h"), **CONFIG)
    said = failed(waits.up)
    assert "is REJECTED since" in said
    assert "pulumi up --replace" in said


def test_the_acceptance_itself_starts_the_next_up(tmp_path, bus) -> None:
    """The `up` exits with 10, the customer accepts, AWS's event starts an `up`, and it goes on."""
    with Emulator(events=bus.url) as emulator:
        stack = Engine(tmp_path, emulator.url).stack(program("plugin", maximum_wait="0s"), **CONFIG)
        assert "code: 10" in failed(stack.up)
        invited = bus.next()
        client_of(emulator.url, invited["account"]).accept_channel_handshake(
            catalog="Sandbox", identifier=invited["detail"]["id"]
        )
        assert bus.next()["detail-type"] == "Channel Handshake Accepted"
        assert stack.up().summary.resource_changes == {"create": 2, "same": 4}
