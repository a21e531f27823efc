"""An update whose answer was lost, after every retry too, is unfinished, and is repeated."""

from typing import Any

import pytest
from conftest import ACCOUNT, RELATIONSHIP
from partnercentral_provider.model.errors import ProviderError

A = {"partnerLedSupport": {"coverage": "ENTIRE_ORGANIZATION", "tamLocation": "EU"}}
B = {"resoldEnterprise": {"coverage": "ENTIRE_ORGANIZATION", "tamLocation": "EU"}}
KIND = "Relationship"


@pytest.fixture(autouse=True)
def _no_retries(monkeypatch) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")


@pytest.fixture
def made(life, account) -> tuple[dict[str, Any], dict[str, Any]]:
    """Record a relationship with plan A; its state and inputs."""
    inputs = RELATIONSHIP | {
        "programManagementAccountIdentifier": account["arn"],
        "requestedSupportPlan": A,
    }
    return life().create(KIND, **inputs), inputs


def at_aws(emulator) -> Any:
    """Give the relationship as AWS has it."""
    (found,) = [o for o in emulator.objects() if "associationType" in o]
    return found


@pytest.mark.parametrize("refreshed", [False, True])
@pytest.mark.parametrize("drop", ["before", "after"])
@pytest.mark.parametrize("then", [A, B], ids=["back", "again"])
def test_a_plan_is_sent_again_whatever_the_program_says_then(
    life, emulator, made, drop, then, refreshed
) -> None:
    """Whether AWS made the change or not: the next update asks for what the program has."""
    state, inputs = made
    emulator.fault("UpdateRelationship", drop=drop)
    lived = life()
    state = lived.update(KIND, state, **inputs | {"requestedSupportPlan": B})
    assert "may have been changed or not" in lived.warnings[0]
    assert at_aws(emulator)["requestedSupportPlan"] == (B if drop == "after" else A)
    if refreshed:
        state = life().read(KIND, state).state
    change = life().diff(KIND, state, **inputs | {"requestedSupportPlan": then})
    assert change.unfinished or change.diff.changed == ["requestedSupportPlan"]
    emulator.reset_calls()
    state = life().update(KIND, state, **inputs | {"requestedSupportPlan": then})
    assert emulator.calls()["UpdateRelationship"] == 1
    assert at_aws(emulator)["requestedSupportPlan"] == then
    change = life().diff(KIND, state, **inputs | {"requestedSupportPlan": then})
    assert (change.unfinished, change.diff.changed) == (False, [])


def test_a_name_that_arrived_is_not_sent_again(life, emulator, made) -> None:
    """What AWS returns is read and compared; nothing is written where it fits."""
    state, inputs = made
    inputs = inputs | {"displayName": "B"}
    emulator.fault("UpdateRelationship", drop="after")
    state = life().update(KIND, state, **inputs)
    assert life().diff(KIND, state, **inputs).unfinished
    state = {n: v for n, v in state.items() if n != "requestedSupportPlan"}
    emulator.reset_calls()
    state = life().update(
        KIND, state, **{n: v for n, v in inputs.items() if n != "requestedSupportPlan"}
    )
    assert "UpdateRelationship" not in emulator.calls()
    assert state["displayName"] == "B"


def test_a_name_goes_back_with_the_program(life, emulator, account) -> None:
    """AWS has B, the program has A again: the next update sends A."""
    emulator.fault("UpdateProgramManagementAccount", drop="after")
    state = life().update("ProgramManagementAccount", account, **ACCOUNT | {"displayName": "B"})
    assert life().diff("ProgramManagementAccount", state, **ACCOUNT).unfinished
    state = life().update("ProgramManagementAccount", state, **ACCOUNT)
    assert [o["displayName"] for o in emulator.objects()] == ["Reseller"]
    assert not life().diff("ProgramManagementAccount", state, **ACCOUNT).unfinished


@pytest.mark.parametrize("operation", ["TagResource", "UntagResource"])
def test_tags_are_compared_with_what_aws_has(life, emulator, account, operation) -> None:
    """A lost answer of a tag call leaves no tag behind that the program does not have."""
    emulator.fault(operation, drop="after")
    state = life().update("ProgramManagementAccount", account, **ACCOUNT | {"tags": {"new": "x"}})
    state = life().update("ProgramManagementAccount", state, **ACCOUNT)
    assert [o["tags"] for o in emulator.objects()] == [{"team": "blue"}]
    assert state["tags"] == {"team": "blue"}


@pytest.mark.parametrize("refreshed", [False, True])
@pytest.mark.parametrize("drop", ["before", "after"])
def test_tags_that_left_the_program_leave_aws(life, emulator, account, drop, refreshed) -> None:
    """A removal without an answer is repeated; tags that others set afterwards are left alone."""
    kind, inputs = "ProgramManagementAccount", {n: v for n, v in ACCOUNT.items() if n != "tags"}
    emulator.fault("UntagResource", drop=drop)
    state = life().update(kind, account, **inputs)
    if refreshed:
        state = life().read(kind, state).state
    change = life().diff(kind, state, **inputs)
    assert change.unfinished or change.diff.changed == ["tags"] or drop == "after"
    state = life().update(kind, state, **inputs)
    assert [o["tags"] for o in emulator.objects()] == [{}]
    change = life().diff(kind, state, **inputs)
    assert (change.unfinished, change.diff.changed) == (False, [])
    assert not life().diff(kind, state | {"tags": {"by": "hand"}}, **inputs).diff.changed


def test_an_update_that_cannot_be_read_back_is_unfinished_too(life, emulator, account) -> None:
    """AWS answered the update and not the read: the program may still go back."""
    emulator.fault("ListProgramManagementAccounts", error="AccessDeniedException")
    state = life().update("ProgramManagementAccount", account, **ACCOUNT | {"displayName": "B"})
    assert life().diff("ProgramManagementAccount", state, **ACCOUNT).unfinished
    life().update("ProgramManagementAccount", state, **ACCOUNT)
    assert [o["displayName"] for o in emulator.objects()] == ["Reseller"]


def test_an_update_that_aws_refuses_is_an_error(life, emulator, account) -> None:
    """An answer is an answer: nothing is unfinished, and the sentence is AWS's."""
    emulator.fault("UpdateProgramManagementAccount", error="ValidationException")
    with pytest.raises(ProviderError, match="does not accept"):
        life().update("ProgramManagementAccount", account, **ACCOUNT | {"displayName": "B"})


def test_an_unanswered_read_of_nothing_written_is_an_error(life, emulator, account) -> None:
    """Where nothing was sent nothing can be unfinished."""
    state = {n: v for n, v in account.items() if not n.startswith("__")}
    emulator.fault("ListProgramManagementAccounts", drop="before", times=9)
    with pytest.raises(ProviderError, match="no answer"):
        life().update("ProgramManagementAccount", state, **ACCOUNT)
