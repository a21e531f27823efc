"""Reads that come together share lists; a read alone is one call of its own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from itertools import count
from time import sleep as wait
from typing import Any

import pytest
from conftest import ACCOUNT, MANAGEMENT, RELATIONSHIP
from partnercentral_provider.aws.list_cache import BATCH_WINDOW, MIN_BATCH_READS
from partnercentral_provider.model.errors import NotFound


@pytest.fixture
def channel(emulator: Any, life: Callable[..., Any]) -> dict[str, list[dict[str, Any]]]:
    """Ten accounts with 25 relationships each."""
    emulator.set(quotas_enforced=False)
    lived = life()
    accounts = [
        lived.create("ProgramManagementAccount", **ACCOUNT | {"accountId": f"{number:012}"})
        for number in range(10)
    ]
    relationships = [
        lived.create(
            "Relationship",
            **RELATIONSHIP | {"associatedAccountId": f"{number:012}"},
            programManagementAccountIdentifier=account["arn"],
            resaleAccountModel="END_CUSTOMER",
        )
        for number, account in enumerate(accounts * 25)
    ]
    emulator.reset_calls()
    return {"ProgramManagementAccount": accounts, "Relationship": relationships}


@pytest.fixture
def together(emulator: Any, life: Callable[..., Any]) -> Callable[..., Any]:
    """
    Make a life in which reads under way find each other, however slow the machine is.

    Its clock goes on by a millisecond at each look, and a read that waits for others
    waits until they came.
    """

    def make(**keys: Any) -> Any:
        looks, begun = count(), datetime.now(timezone.utc)

        def clock() -> datetime:
            return begun + timedelta(milliseconds=next(looks))

        def sleep(seconds: float) -> None:
            if seconds != BATCH_WINDOW:
                emulator.advance(seconds)
                return
            reads = made.of._context.accounts.own.list_cache._reads
            while not all(len(those) >= MIN_BATCH_READS for those in [*reads.values()]):
                wait(0.001)

        made = life(clock=clock, sleep=sleep, **keys)
        return made

    return make


def refresh(lived: Any, channel: dict[str, Any], threads: int = 8) -> list[Any]:
    with ThreadPoolExecutor(threads) as pool:
        olds = [(kind, old) for kind, states in channel.items() for old in states]
        return list(pool.map(lambda each: lived.read(*each), olds))


def without_sts(calls: dict[str, int]) -> dict[str, int]:
    return {name: count for name, count in calls.items() if not name.startswith("sts:")}


def test_a_refresh_of_many_is_a_few_lists(emulator, together, channel) -> None:
    """Each page once, no GetRelationship, and the states are what they were."""
    found = refresh(together(), channel)
    assert without_sts(emulator.calls()) == {
        "ListProgramManagementAccounts": 1,
        "ListRelationships": 3,
        "ListTagsForResource": 260,
    }
    olds = [old for states in channel.values() for old in states]
    assert [one.state for one in found] == olds


def test_tags_need_not_be_read(emulator, together, channel) -> None:
    """With `refreshTags: false` they stay what the state says."""
    found = refresh(together(refreshTags=False), channel)
    assert "ListTagsForResource" not in emulator.calls()
    assert {one.state["tags"]["team"] for one in found} == {"blue"}


def test_one_after_the_other_shares_too(emulator, life, channel) -> None:
    """Where the engine asks for one at a time, the third finds that a list is worth while."""
    now = datetime.now(timezone.utc)
    refresh(life(clock=lambda: now), {"Relationship": channel["Relationship"]}, threads=1)
    calls = emulator.calls()
    assert (calls["GetRelationship"], calls["ListRelationships"]) == (2, 3)


def test_a_single_read_lists_nothing(emulator, life, channel) -> None:
    """It is one call."""
    life().read("Relationship", channel["Relationship"][7])
    calls = emulator.calls()
    assert (calls["GetRelationship"], calls.get("ListRelationships")) == (1, None)


def test_a_handful_of_a_large_channel_costs_a_handful(emulator, life, channel) -> None:
    """A list of many pages is not turned for the sake of a few; each costs four pages at most."""
    memory = emulator.application.memory
    row = memory.first("kind = 'rs'", [])
    with memory.operation():
        for number in range(3000):
            id = f"rs-{number:013}"
            memory.insert(
                "rs",
                id,
                row["created"] + 1,
                row["body"] | {"id": id, "arn": row["body"]["arn"].replace(row["id"], id)},
                owner=row["owner"],
                catalog=row["catalog"],
                parent=row["parent"],
            )
    refresh(life(), {"Relationship": channel["Relationship"][:4]})
    calls = emulator.calls()
    assert calls["ListRelationships"] <= 16
    assert calls["GetRelationship"] == 4


def test_a_change_of_our_own_is_seen(emulator, life, channel) -> None:
    """A list that was read before a write is not used after it."""
    lived = life()
    refresh(lived, channel)
    (old, *rest) = channel["Relationship"]
    lived.update("Relationship", old, **_inputs(old) | {"displayName": "Renamed"})
    (found, *_) = refresh(lived, {"Relationship": [old, *rest[:5]]})
    assert found.state["displayName"] == "Renamed"


def test_a_list_that_lags_is_not_believed(emulator, life, channel) -> None:
    """An item older than the state is read by itself."""
    lived = life()
    (old, *rest) = channel["Relationship"]
    new = lived.update("Relationship", old, **_inputs(old) | {"displayName": "Renamed"})
    emulator.set(list_lag_seconds=60.0)
    emulator.advance(61)
    found = refresh(life(), {"Relationship": [new, *rest[:5]]})
    assert found[0].state["displayName"] == "Renamed"


def test_what_was_listed_and_is_gone_is_asked_for_once_more(
    emulator, together, client, channel
) -> None:
    """Deleted by hand: each is confirmed by a call of its own before it is forgotten."""
    gone = channel["Relationship"][3]
    client().delete_relationship(
        catalog="Sandbox",
        identifier=gone["relationshipId"],
        programManagementAccountIdentifier=gone["programManagementAccountId"],
    )
    emulator.reset_calls()
    found = refresh(together(), channel)
    assert [one is None for one in found].count(True) == 1
    assert emulator.calls()["GetRelationship"] == 1


def test_lag_is_waited_out_before_a_thing_is_gone(emulator, life, account) -> None:
    """What lists do not show, and has tags, is there: it is asked for again."""
    emulator.set(list_lag_seconds=1.0)
    made = life().create("ProgramManagementAccount", **ACCOUNT | {"accountId": "999988887777"})
    assert life().read("ProgramManagementAccount", made)


def test_functions_that_ask_the_same_share(emulator, together, channel) -> None:
    """A hundred times the same function is one list."""
    lived = together().of
    token = "partnercentral:channel:getRelationships"
    with ThreadPoolExecutor(8) as pool:
        answers = pool.map(lambda _: lived.invoke(token, {})[1], range(100))
        assert {len(answer["relationships"]) for answer in answers} == {250}
    assert emulator.calls()["ListRelationships"] == 3


def test_functions_see_what_others_wrote(emulator, life, channel) -> None:
    """A write by another provider of this machine counts: the program may depend on it."""
    lived, token = life().of, "partnercentral:channel:getRelationships"
    before = lived.invoke(token, {})[1]["relationships"]
    life(MANAGEMENT)  # another provider, with another account
    life().create(
        "Relationship",
        **RELATIONSHIP | {"associatedAccountId": "999988887777"},
        programManagementAccountIdentifier=channel["ProgramManagementAccount"][0]["arn"],
    )
    after = lived.invoke(token, {})[1]["relationships"]
    assert len(after) == len(before) + 1


@pytest.fixture
def invited(life: Callable[..., Any], account: dict[str, Any]) -> dict[str, Any]:
    """Invite the account; the handshake's state."""
    return dict(
        life().create(
            "ChannelHandshake",
            handshakeType="PROGRAM_MANAGEMENT_ACCOUNT",
            associatedResourceIdentifier=account["arn"],
        )
    )


def accepted(lived: Any, handshake: dict[str, Any]) -> None:
    """Accept a handshake as its receiver."""
    lived.create(
        "ChannelHandshakeResponse",
        handshakeType="PROGRAM_MANAGEMENT_ACCOUNT",
        channelHandshakeIdentifier=handshake["arn"],
        response="ACCEPT",
        receiverAccountId=MANAGEMENT,
    )


def test_a_read_sees_what_this_process_accepted_as_another_account(
    emulator, life, account, invited
) -> None:
    """A list that was read before is not believed, whichever account wrote since."""
    lived = life(accountRoleName="Answers")
    for _ in range(4):  # from the third on by the list
        assert lived.read("ProgramManagementAccount", account).state["status"] == "PENDING"
    accepted(lived, invited)
    emulator.reset_calls()
    assert lived.read("ProgramManagementAccount", account).state["status"] == "ACTIVE"
    assert lived.read("ChannelHandshake", invited).state["status"] == "ACCEPTED"


@pytest.mark.parametrize("others", [False, True])
def test_a_function_sees_what_was_accepted_as_another_account(
    life, account, invited, others
) -> None:
    """By its ARN, of which a list knew before: this process wrote since, or another one did."""
    lived = life(accountRoleName="Answers")
    token, asked = "partnercentral:channel:getProgramManagementAccount", {"arn": account["arn"]}
    for _ in range(4):
        assert lived.of.invoke(token, asked)[1]["status"] == "PENDING"
    accepted(life(accountRoleName="Answers") if others else lived, invited)
    assert lived.of.invoke(token, asked)[1]["status"] == "ACTIVE"


def test_a_refresh_goes_on_sharing_while_others_write(emulator, life, channel) -> None:
    """Another stack's write on this machine does not make a refresh read one by one."""
    lived, other = life(), life()
    relationships = channel["Relationship"]
    refresh(lived, {"Relationship": relationships[:10]}, threads=1)
    other.create("ProgramManagementAccount", **ACCOUNT | {"accountId": "999988887777"})
    emulator.reset_calls()
    refresh(lived, {"Relationship": relationships[:50]}, threads=1)
    assert "GetRelationship" not in emulator.calls()
    assert emulator.calls().get("ListRelationships", 0) <= 2


def test_handshakes_are_swept_by_type_and_side(emulator, life, together, account) -> None:
    """Those of a type, sent by this account, are one list."""
    emulator.set(quotas_enforced=False)
    lived = life()
    sent = []
    for number in range(6):
        relationship = lived.create(
            "Relationship",
            **RELATIONSHIP | {"associatedAccountId": f"{number:012}"},
            programManagementAccountIdentifier=account["arn"],
        )
        sent.append(
            lived.create(
                "ChannelHandshake",
                handshakeType="START_SERVICE_PERIOD",
                associatedResourceIdentifier=relationship["arn"],
                payload={
                    "startServicePeriodPayload": {
                        "programManagementAccountIdentifier": account["arn"],
                        "servicePeriodType": "MINIMUM_NOTICE_PERIOD",
                        "minimumNoticeDays": "30",
                    }
                },
            )
        )
    emulator.reset_calls()
    found = refresh(together(), {"ChannelHandshake": sent})
    assert [one.state for one in found] == sent
    assert emulator.calls()["ListChannelHandshakes"] == 1


def test_an_error_is_each_ones_own(emulator, life, channel) -> None:
    """A page that fails fails the one who turned it; the others turn it again."""
    emulator.fault("ListRelationships", error="AccessDeniedException")
    lived = life()

    def read(old: dict[str, Any]) -> bool:
        try:
            return lived.read("Relationship", old) is not None
        except NotFound:
            raise
        except Exception:
            return False

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(read, channel["Relationship"]))
    assert found.count(False) == 1


def _inputs(old: dict[str, Any]) -> dict[str, Any]:
    return RELATIONSHIP | {
        "associatedAccountId": old["associatedAccountId"],
        "programManagementAccountIdentifier": old["programManagementAccountId"],
        "resaleAccountModel": old["resaleAccountModel"],
    }
