"""The quickstart's life through the real engine."""

import pytest
from e2e.engine import Engine, changes


def test_lives_and_dies(engine: Engine, emulator) -> None:
    """Previewed without a call, deployed, changed, refreshed and destroyed, as three accounts."""
    stack = engine.example("01-quickstart")
    assert changes(stack.preview()) == {"create": 10}
    assert emulator.calls() == {}

    stack.up()
    state = stack.state()
    assert state["account"]["outputs"]["status"] == "PENDING"
    assert state["service-accepted"]["outputs"]["status"] == "ACCEPTED"
    assert state["acme"]["id"] == state["acme"]["outputs"]["arn"]
    assert emulator.calls()["sts:AssumeRole"] == 2

    emulator.reset_calls()
    assert stack.up().summary.resource_changes == {"same": 10}
    assert emulator.calls() == {}, "an update without a change makes no call"

    stack.config(accountName="Renamed", team="green")
    assert changes(stack.preview()) == {"update": 2}
    stack.up()
    assert stack.state()["account"]["outputs"]["displayName"] == "Renamed"
    assert stack.state()["acme"]["outputs"]["tags"] == {"team": "green"}

    stack.refresh()
    assert changes(stack.preview()) == {}

    destroyed = stack.destroy()
    assert "cannot be taken back" in destroyed.stdout
    assert [o["status"] for o in emulator.objects()] == ["ACCEPTED", "ACCEPTED"]


def test_renaming_the_account_is_exactly_one_update(engine: Engine) -> None:
    """What is wired to the account by its ARN or id is not shown as replaced."""
    stack = engine.example("01-quickstart")
    stack.up()
    stack.config(accountName="Renamed")
    assert changes(stack.preview()) == {"update": 1}


@pytest.mark.parametrize("command", ["refresh", "up"])
def test_a_value_changed_by_hand_is_repaired(engine: Engine, client, command) -> None:
    """`refresh` finds the drift, the next `up` repairs it; `up --refresh` does both."""
    stack = engine.example("01-quickstart")
    stack.up()
    arn = stack.state()["account"]["id"]
    client().update_program_management_account(
        catalog="Sandbox", identifier=arn, displayName="By hand"
    )
    if command == "refresh":
        stack.refresh()
        assert changes(stack.preview()) == {"update": 1}
        stack.up()
    else:
        stack.up(refresh=True)
    found = client().list_program_management_accounts(catalog="Sandbox")["items"][0]
    assert found["displayName"] == "Example Reseller"
