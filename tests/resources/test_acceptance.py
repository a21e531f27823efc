"""Acceptances: they exist once the other side has accepted, and wait for it until then."""

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from conftest import ACCOUNT, CUSTOMER, MANAGEMENT
from managed_services import NEWER, contracts, sign
from partnercentral_provider.lifecycle.requests import ReadRequest
from partnercentral_provider.lifecycle.waiting import LONGEST, Waiting
from partnercentral_provider.model.errors import Awaiting, NotFound, ProviderError, Refused

KIND = "ChannelHandshakeAcceptance"
JOIN, START = "PROGRAM_MANAGEMENT_ACCOUNT", "START_SERVICE_PERIOD"
NOTICE = {"servicePeriodType": "MINIMUM_NOTICE_PERIOD", "minimumNoticeDays": "30"}


@pytest.fixture
def join(life, account) -> dict[str, Any]:
    """Invite the account; the handshake's state."""
    return life().create(
        "ChannelHandshake", handshakeType=JOIN, associatedResourceIdentifier=account["arn"]
    )


@pytest.fixture
def offer(life, relationship) -> dict[str, Any]:
    """Offer a service period; its state."""
    terms = {"relationshipIdentifier": relationship["arn"], **NOTICE}
    return life().create("ServicePeriod", **terms)


def awaited(handshake: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Give the inputs of its acceptance."""
    kind = handshake["handshakeType"]
    return {"channelHandshakeIdentifier": handshake["arn"], "handshakeType": kind, **more}


def answer(client: Callable[..., Any], arn: str, account: str, verb: str = "accept") -> None:
    """Answer a handshake as this account."""
    getattr(client(account), f"{verb}_channel_handshake")(catalog="Sandbox", identifier=arn)


def test_what_is_accepted_has_an_acceptance(life, client, account, join) -> None:
    """Its ID is the ARN of what it is about, and its outputs say who accepted and when."""
    answer(client, join["arn"], MANAGEMENT)
    made = life().create(KIND, **awaited(join))
    assert made["arn"] == f"{account['arn']}/acceptance/{JOIN}"
    assert made["associatedResourceId"] == account["programManagementAccountId"]
    assert made["receiverAccountId"] == MANAGEMENT
    assert made["acceptedAt"] >= join["createdAt"]
    assert made["channelHandshakeId"] == join["channelHandshakeId"]


def test_what_nobody_answered_is_awaited(life, join) -> None:
    """The sentence says from whom, since when, and until when the invitation lives."""
    with pytest.raises(Awaiting) as caught:
        life().create(KIND, **awaited(join))
    text = str(caught.value)
    assert f"Account {MANAGEMENT} has not answered {join['arn']} yet." in text
    assert f"sent at {join['createdAt']}" in text
    assert "can be accepted until" in text


def test_it_goes_on_as_soon_as_somebody_accepts(life, client, emulator, join) -> None:
    """It asks at growing intervals, and ends with the acceptance."""
    pauses: list[float] = []

    def sleep(seconds: float) -> None:
        pauses.append(seconds)
        emulator.advance(seconds)
        if len(pauses) == 3:
            answer(client, join["arn"], MANAGEMENT)

    begun = datetime.now(timezone.utc)
    made = life(sleep=sleep, clock=lambda: begun + timedelta(seconds=sum(pauses)))
    made.create(KIND, **awaited(join, maximumWait="1h"))
    assert len(pauses) == 3
    assert pauses == sorted(pauses)
    assert 5 <= pauses[0] <= 6


def test_it_waits_no_longer_than_it_may(life, emulator, join) -> None:
    """`maximumWait` is the most that one run waits."""
    pauses: list[float] = []
    with pytest.raises(Awaiting):
        life(sleep=pauses.append).create(KIND, **awaited(join, maximumWait="10m"))
    assert sum(pauses) == pytest.approx(600)
    assert max(pauses) <= LONGEST * 1.2


@pytest.mark.parametrize("wait", [{}, {"maximumWait": "0s"}])
def test_without_a_wait_it_asks_once(life, emulator, join, wait) -> None:
    """In-process, and with `0s`, one list of what is pending is all."""
    emulator.reset_calls()
    with pytest.raises(Awaiting):
        life(sleep=pytest.fail).create(KIND, **awaited(join, **wait))
    assert emulator.calls()["ListChannelHandshakes"] == 1


@pytest.mark.parametrize(("verb", "status"), [("reject", "REJECTED"), ("cancel", "CANCELED")])
def test_what_nobody_can_accept_any_more_is_an_error_at_once(life, client, join, verb, status):
    """No wait follows a rejection or a cancellation, and the sentence says what to do."""
    answer(client, join["arn"], *([MANAGEMENT] if verb == "reject" else ["123456789012"]), verb)
    with pytest.raises(Refused) as caught:
        life(sleep=pytest.fail).create(KIND, **awaited(join, maximumWait="1h"))
    assert f"is {status} since" in str(caught.value)
    assert "pulumi up --replace" in str(caught.value)


def test_what_expired_is_an_error_at_once(life, emulator, join) -> None:
    """An invitation that lived its 30 days is not waited for."""
    emulator.advance(31 * 86400)
    with pytest.raises(Refused, match="is EXPIRED since"):
        life(sleep=pytest.fail).create(KIND, **awaited(join, maximumWait="1h"))


def test_an_unknown_handshake_is_a_sentence(life) -> None:
    """What AWS does not list is no reason to wait."""
    given = {"channelHandshakeIdentifier": "ch-0123456789abc", "handshakeType": JOIN}
    with pytest.raises(NotFound, match="AWS lists no PROGRAM_MANAGEMENT_ACCOUNT handshake"):
        life(sleep=pytest.fail).create(KIND, **given, maximumWait="1h")


def test_the_acceptance_of_a_service_period(life, client, relationship, offer) -> None:
    """It waits for the offer, and a later offer is waited for in place."""
    given = {"channelHandshakeIdentifier": offer["channelHandshakeArn"]}
    with pytest.raises(Awaiting):
        life().create("ServicePeriodAcceptance", **given)
    answer(client, offer["channelHandshakeArn"], CUSTOMER)
    made = life().create("ServicePeriodAcceptance", **given)
    assert made["arn"] == f"{relationship['arn']}/acceptance/{START}"
    assert made["handshakeType"] == START

    longer = {"relationshipIdentifier": relationship["arn"], **NOTICE, "minimumNoticeDays": "60"}
    renewed = life().update("ServicePeriod", offer, **longer)
    given = {"channelHandshakeIdentifier": renewed["channelHandshakeArn"]}
    found = life().diff("ServicePeriodAcceptance", made, **given)
    assert (found.diff.changed, found.diff.replaces) == (["channelHandshakeIdentifier"], [])
    with pytest.raises(Awaiting):
        life().update("ServicePeriodAcceptance", made, **given)
    answer(client, renewed["channelHandshakeArn"], CUSTOMER)
    again = life().update("ServicePeriodAcceptance", made, **given)
    assert again["arn"] == made["arn"]
    assert again["channelHandshakeId"] == renewed["channelHandshakeArn"].rpartition("/")[2]


@NEWER
@pytest.mark.usefixtures("patient")
def test_the_acceptance_of_a_contract(life, emulator, inputs, managed) -> None:
    """It waits until the signatory, whose name no sentence tells, has signed."""
    made = life().create("ChannelContract", **inputs())
    given = {"channelContractIdentifier": made["arn"]}
    with pytest.raises(Awaiting, match="The signatory has not answered") as caught:
        life().create("ChannelContractAcceptance", **given)
    assert "Jane" not in str(caught.value)
    sign(emulator, made["arn"])
    accepted = life().create("ChannelContractAcceptance", **given)
    assert accepted["arn"] == f"{managed['arn']}/acceptance/MANAGED_SERVICES_ATTESTATION"
    assert accepted["acceptedAt"] == contracts(emulator)[0]["respondedAt"]


def test_another_object_needs_another_resource(life, client, account, join) -> None:
    """A handshake about something else is refused in an update, since the ID says what about."""
    other = life().create("ProgramManagementAccount", **ACCOUNT | {"accountId": "222233334444"})
    answer(client, join["arn"], MANAGEMENT)
    made = life().create(KIND, **awaited(join))
    second = life().create(
        "ChannelHandshake", handshakeType=JOIN, associatedResourceIdentifier=other["arn"]
    )
    answer(client, second["arn"], "222233334444")
    with pytest.raises(Refused, match="Give it a resource of its own"):
        life().update(KIND, made, **awaited(second))


def test_it_is_refreshed_imported_and_deleted(life, client, emulator, join) -> None:
    """A refresh changes nothing, an import finds the last accepted, a delete makes no change."""
    answer(client, join["arn"], MANAGEMENT)
    made = life().create(KIND, **awaited(join))
    assert life().read(KIND, made).state == made
    token = f"partnercentral:channel:{KIND}"
    imported = life().of.read(ReadRequest(token, made["arn"], {}))
    assert imported.inputs["channelHandshakeIdentifier"] == join["channelHandshakeId"]
    assert imported.inputs["handshakeType"] == JOIN
    moved = life().diff(KIND, imported.state, **awaited(join))
    assert (moved.unfinished, moved.diff.replaces) == (True, [])
    completed = life().update(KIND, imported.state, **awaited(join))
    assert not life().diff(KIND, completed, **awaited(join)).diff.changed
    emulator.reset_calls()
    life().delete(KIND, made)
    assert [call for call in emulator.calls() if not call.startswith("sts:")] == []


def test_a_custom_timeout_says_how_long() -> None:
    """Where a resource has one, it counts in place of `maximumWait`, but for a last answer."""
    pauses: list[float] = []
    waiting = Waiting(pauses.append, 60.0, lambda: 32.0, chance=lambda: 0.0)

    def ask() -> None:
        raise Awaiting("Nobody answered.")

    with pytest.raises(ProviderError):
        waiting.until({"maximumWait": "2h"}, ask)
    assert sum(pauses) == 30.0


@pytest.mark.parametrize("wait", ["", "10", "-1m", "1d", "ten minutes"])
def test_a_wait_that_is_none_fails_its_check(life, wait) -> None:
    """`maximumWait` is a duration in hours, minutes and seconds."""
    (failure,) = (
        life()
        .check(
            KIND,
            channelHandshakeIdentifier="ch-0123456789abc",
            handshakeType=JOIN,
            maximumWait=wait,
        )
        .failures
    )
    assert failure.property == "maximumWait"
    assert "such as 90s, 10m or 1h30m" in failure.reason
