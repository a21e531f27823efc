"""Service periods: offered, agreed on, changed without a gap, kept or revoked."""

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from conftest import CUSTOMER, LINKED
from partnercentral_provider.lifecycle.requests import DiffRequest, ReadRequest
from partnercentral_provider.model.errors import Conflict, ProviderError, Refused, StillInForce

KIND = "ServicePeriod"
TOKEN = "partnercentral:channel:ServicePeriod"
NOTICE = {"servicePeriodType": "MINIMUM_NOTICE_PERIOD", "minimumNoticeDays": "30"}
LONGER = NOTICE | {"minimumNoticeDays": "60"}
IDENTITY = '["project", "dev", "", "", "partnercentral:channel:ServicePeriod", "service"]'


def until(days: float) -> dict[str, str]:
    """Give the terms of a commitment for so many days."""
    end = datetime.now(timezone.utc) + timedelta(days=days)
    return {"servicePeriodType": "FIXED_COMMITMENT_PERIOD", "endDate": f"{end:%Y-%m-%d}"}


@pytest.fixture
def terms(relationship) -> Callable[..., dict[str, Any]]:
    """Give the inputs about the relationship; a notice of 30 days unless others are given."""

    def inputs(of: dict[str, str] = NOTICE, **more: Any) -> dict[str, Any]:
        return {"relationshipIdentifier": relationship["arn"], **of, **more}

    return inputs


class Sides:
    """What the other side, and somebody else at the partner, do without Pulumi."""

    def __init__(self, client: Any, emulator: Any, relationship: dict[str, Any]) -> None:
        self._client, self._emulator, self._about = client, emulator, relationship

    def handshakes(self, kind: str = "START_SERVICE_PERIOD") -> list[dict[str, Any]]:
        """Give the handshakes of one type about the relationship, oldest first."""
        found = self._client().list_channel_handshakes(
            catalog="Sandbox", handshakeType=kind, participantType="SENDER"
        )["items"]
        about = self._about["arn"].rpartition("/")[2]
        return [each for each in reversed(found) if each["associatedResourceId"] == about]

    def statuses(self) -> list[str]:
        """Give the statuses of the offers, oldest first."""
        return [each["status"] for each in self.handshakes()]

    def answer(self, verb: str = "accept", kind: str = "START_SERVICE_PERIOD") -> str:
        """Answer the last handshake, or cancel it; its ARN."""
        last = self.handshakes(kind)[-1]
        account = LINKED if verb == "cancel" else CUSTOMER
        call = getattr(self._client(account), f"{verb}_channel_handshake")
        call(catalog="Sandbox", identifier=last["id"])
        return str(last["arn"])

    def send(self, kind: str = "START_SERVICE_PERIOD", **terms: str) -> str:
        """Send a handshake about the relationship; its ARN."""
        member = {"START": "startServicePeriodPayload", "REVOKE": "revokeServicePeriodPayload"}
        arn = self._about["arn"]
        parent = {"programManagementAccountIdentifier": arn.split("/")[-3]}
        sent = self._client().create_channel_handshake(
            catalog="Sandbox",
            handshakeType=kind,
            associatedResourceIdentifier=arn,
            payload={member[kind.partition("_")[0]]: parent | terms},
        )
        return str(sent["channelHandshakeDetail"]["arn"])


@pytest.fixture
def sides(client, emulator, relationship) -> Sides:
    """Act as the other side, and beside Pulumi."""
    return Sides(client, emulator, relationship)


def writes(emulator: Any) -> dict[str, int]:
    """Count the calls that change handshakes."""
    return {n: c for n, c in emulator.calls().items() if n.endswith("ChannelHandshake")}


def test_an_offer_is_sent_and_read_back(life, terms, sides, relationship) -> None:
    """Its ID is the relationship's ARN and a part; the terms offered are outputs."""
    made = life().create(KIND, **terms(note="Welcome"))
    (sent,) = sides.handshakes()
    assert made["arn"] == f"{relationship['arn']}/service-period"
    assert made["relationshipIdentifier"] == relationship["arn"]
    assert (made["status"], made["offerStatus"]) == ("OFFERED", "PENDING")
    assert made["minimumNoticeDays"] == "30"
    assert made["channelHandshakeArn"] == sent["arn"]
    assert made["termsOffered"]["channelHandshakeArn"] == sent["arn"]
    assert made["termsOffered"]["note"] == "Welcome"
    acceptable = datetime.fromisoformat(made["offerAcceptableUntil"].replace("Z", "+00:00"))
    assert acceptable - sent["createdAt"] == timedelta(days=30)
    assert not {"termsInForce", "endsAt", "revokeChannelHandshakeArn"} & made.keys()


def test_the_status_follows_the_handshakes(life, terms, sides, emulator) -> None:
    """OFFERED, SCHEDULED, IN_FORCE, ENDING and ENDED, as a refresh finds them."""
    lived = life()
    made = lived.create(KIND, **terms())
    sides.answer()
    agreed = lived.read(KIND, made).state
    assert (agreed["status"], agreed["offerStatus"]) == ("SCHEDULED", "ACCEPTED")
    assert agreed["termsInForce"]["minimumNoticeDays"] == "30"
    assert "termsOffered" not in agreed
    later = life(clock=lambda: datetime.now(timezone.utc) + timedelta(days=2))
    assert later.read(KIND, agreed).state["status"] == "IN_FORCE"
    revoke = sides.send("REVOKE_SERVICE_PERIOD")
    ending = lived.read(KIND, agreed).state
    assert (ending["status"], ending["revokeChannelHandshakeArn"]) == ("ENDING", revoke)
    assert lived.diff(KIND, ending, **terms()).diff.changed == []
    sides.answer(kind="REVOKE_SERVICE_PERIOD")
    ended = lived.read(KIND, ending).state
    assert ended["status"] == "ENDED"
    assert ended["endsAt"]


def test_the_same_terms_are_adopted(life, terms, sides, emulator) -> None:
    """What is offered, or in force, with these terms is not offered again."""
    sent = sides.send(**NOTICE)
    emulator.reset_calls()
    assert life().create(KIND, **terms())["channelHandshakeArn"] == sent
    sides.answer()
    emulator.reset_calls()
    made = life().create(KIND, **terms(note="Hello again"))
    assert made["termsInForce"]["channelHandshakeArn"] == sent
    assert writes(emulator) == {}
    assert life().diff(KIND, made, **terms(note="Hello again")).diff.changed == []


@pytest.mark.parametrize("accepted", [False, True], ids=["offered", "in force"])
def test_other_terms_are_refused(life, terms, sides, emulator, relationship, accepted) -> None:
    """The error has the terms that there are, the import line, and sends nothing."""
    sent = sides.send(**NOTICE)
    if accepted:
        sides.answer()
    emulator.reset_calls()
    urn = f"urn:pulumi:dev::project::{TOKEN}::service"
    with pytest.raises(Conflict) as caught:
        life(urn=urn).create(KIND, **terms(LONGER))
    said = str(caught.value)
    assert (
        f"minimumNoticeDays 30 {'are in force' if accepted else 'are offered'}, by {sent}" in said
    )
    assert f"pulumi import {TOKEN} service {relationship['arn']}/service-period" in said
    assert "adopts it and sends nothing" in said
    assert writes(emulator) == {}


def test_terms_in_force_are_not_adopted_beside_an_offer_of_others(life, terms, sides) -> None:
    """Whoever adopted them would not see that somebody offered to exchange them."""
    sides.send(**NOTICE)
    sides.answer()
    sides.send(**LONGER)
    with pytest.raises(Conflict, match="minimumNoticeDays 60 are offered"):
        life().create(KIND, **terms())


def test_new_terms_are_offered_while_the_old_ones_stay_in_force(life, terms, sides) -> None:
    """The preview says so; once accepted, the new terms are in force."""
    lived = life()
    made = lived.create(KIND, **terms())
    sides.answer()
    agreed = lived.read(KIND, made).state
    assert lived.diff(KIND, agreed, **terms(LONGER)).diff.replaces == []
    assert "A new offer is sent. The service period in force stays so until" in lived.warnings[-1]
    changed = lived.update(KIND, agreed, **terms(LONGER))
    assert (changed["status"], changed["offerStatus"]) == ("SCHEDULED", "PENDING")
    assert changed["termsInForce"]["minimumNoticeDays"] == "30"
    assert changed["termsOffered"]["minimumNoticeDays"] == "60"
    assert lived.diff(KIND, changed, **terms(LONGER)).diff.changed == []
    sides.answer()
    found = lived.read(KIND, changed).state
    assert found["termsInForce"]["minimumNoticeDays"] == "60"
    assert lived.diff(KIND, found, **terms(LONGER)).diff.changed == []


def test_a_pending_offer_is_canceled_before_a_new_one(life, terms, sides, emulator) -> None:
    """AWS has one slot: the preview names what is canceled first."""
    lived = life()
    made = lived.create(KIND, **terms())
    lived.diff(KIND, made, **terms(until(200)))
    assert f"{made['channelHandshakeArn']} is PENDING, and canceled first" in lived.warnings[-1]
    changed = lived.update(KIND, made, **terms(until(200)))
    assert sides.statuses() == ["CANCELED", "PENDING"]
    assert changed["servicePeriodType"] == "FIXED_COMMITMENT_PERIOD"
    assert "minimumNoticeDays" not in changed


def test_the_terms_in_force_end_a_pending_offer_of_others(life, terms, sides, emulator) -> None:
    """Back to what is in force, the offer is canceled and nothing sent."""
    lived = life()
    made = lived.create(KIND, **terms())
    sides.answer()
    changed = lived.update(KIND, lived.read(KIND, made).state, **terms(LONGER))
    lived.diff(KIND, changed, **terms())
    assert "canceled first. These terms are in force: no offer is sent." in lived.warnings[-1]
    back = lived.update(KIND, changed, **terms())
    assert sides.statuses() == ["ACCEPTED", "CANCELED"]
    assert (back["offerStatus"], back["minimumNoticeDays"]) == ("ACCEPTED", "30")
    assert lived.diff(KIND, lived.read(KIND, back).state, **terms()).diff.changed == []


def test_a_changed_note_sends_nothing(life, terms, emulator) -> None:
    """It goes with the next offer, and the preview says so."""
    lived = life()
    made = lived.create(KIND, **terms(note="Welcome"))
    emulator.reset_calls()
    assert lived.diff(KIND, made, **terms(note="Hello")).diff.changed == ["note"]
    assert "a change of it alone sends nothing" in lived.warnings[-1]
    changed = lived.update(KIND, made, **terms(note="Hello"))
    assert writes(emulator) == {}
    assert lived.diff(KIND, changed, **terms(note="Hello")).diff.changed == []


@pytest.mark.parametrize(
    ("verb", "status"), [("reject", "REJECTED"), ("cancel", "CANCELED"), ("", "EXPIRED")]
)
def test_an_offer_that_came_to_nothing_is_not_sent_again(
    life, terms, sides, emulator, verb, status
) -> None:
    """The status and a warning say so, new terms send anew, and so does a forced replacement."""
    made = life().create(KIND, **terms())
    sides.answer(verb) if verb else emulator.advance(31 * 86400)
    lived = life()  # the credentials of a role expire by the same clock
    found = lived.read(KIND, made).state
    assert (found["status"], found["offerStatus"]) == ("NONE", status)
    assert f"is {status}, and is not sent again by itself" in lived.warnings[-1]
    change = lived.diff(KIND, found, **terms())
    assert (change.diff.changed, change.unfinished) == ([], False)
    assert lived.update(KIND, found, **terms(LONGER))["offerStatus"] == "PENDING"
    sides.answer("cancel")
    assert lived.create(KIND, **terms())["offerStatus"] == "PENDING"
    assert sides.statuses() == [status, "CANCELED", "PENDING"]


def test_a_rejected_change_is_sent_again_by_a_forced_replacement(life, terms, sides) -> None:
    """The same offer came to nothing: it is made again, while other terms are in force."""
    lived = life()
    made = lived.create(KIND, **terms())
    sides.answer()
    changed = lived.update(KIND, lived.read(KIND, made).state, **terms(LONGER))
    sides.answer("reject")
    found = lived.read(KIND, changed).state
    assert (found["status"], found["offerStatus"]) == ("SCHEDULED", "REJECTED")
    assert lived.diff(KIND, found, **terms(LONGER)).diff.changed == []
    replaced = lived.create(KIND, **terms(LONGER))
    lived.delete(KIND, found | {"onDelete": "REVOKE"})
    assert replaced["offerStatus"] == "PENDING"
    assert sides.statuses() == ["ACCEPTED", "REJECTED", "PENDING"]
    assert sides.handshakes("REVOKE_SERVICE_PERIOD") == []


def test_an_expired_offer_is_sent_again_where_the_program_wants_it(
    life, terms, sides, emulator
) -> None:
    """By the next update, refreshed or not; one that was rejected is not."""
    wanted = terms(resendExpired=True)
    later = life(clock=lambda: datetime.now(timezone.utc) + timedelta(days=31))
    made = life().create(KIND, **wanted)
    assert not life().diff(KIND, made, **wanted).unfinished
    emulator.advance(31 * 86400)
    refreshed = later.read(KIND, made).state
    for state in (made, refreshed):
        change = later.diff(KIND, state, **wanted)
        assert (change.diff.changed, change.unfinished) == ([], True)
    assert not later.diff(KIND, refreshed, **terms()).unfinished
    again = later.update(KIND, made, **wanted)
    assert (again["offerStatus"], sides.statuses()) == ("PENDING", ["EXPIRED", "PENDING"])
    sides.answer("reject")
    much_later = life(clock=lambda: datetime.now(timezone.utc) + timedelta(days=99))
    much_later.update(KIND, again, **wanted)
    assert sides.statuses() == ["EXPIRED", "REJECTED"]


def test_a_pending_offer_is_canceled_on_delete(life, terms, sides, emulator) -> None:
    """Nothing is left, and nobody is warned."""
    made, lived = life().create(KIND, **terms()), life()
    lived.delete(KIND, made)
    assert sides.statuses() == ["CANCELED"]
    assert lived.warnings == []


@pytest.mark.parametrize("seen", [True, False], ids=["refreshed", "not refreshed"])
def test_what_is_in_force_is_kept_on_delete(life, terms, sides, seen) -> None:
    """A warning says so, also where it was accepted since the state was written."""
    made, lived = life().create(KIND, **terms()), life()
    sides.answer()
    lived.delete(KIND, lived.read(KIND, made).state if seen else made)
    assert "it stays in force, and leaves this stack" in lived.warnings[-1]
    assert sides.statuses() == ["ACCEPTED"]
    assert sides.handshakes("REVOKE_SERVICE_PERIOD") == []


def test_what_is_in_force_is_revoked_on_delete_where_the_program_wants_it(
    life, terms, sides
) -> None:
    """The other side is asked, and a warning says that it must accept; it is asked once."""
    made, lived = life().create(KIND, **terms(onDelete="REVOKE")), life()
    sides.answer()
    state = lived.read(KIND, made).state
    lived.delete(KIND, state)
    (revoke,) = sides.handshakes("REVOKE_SERVICE_PERIOD")
    assert (
        f"{revoke['arn']} was sent to end it: account {CUSTOMER} must accept" in lived.warnings[-1]
    )
    lived.delete(KIND, state)
    assert f"{revoke['arn']} asks already to end it" in lived.warnings[-1]
    assert len(sides.handshakes("REVOKE_SERVICE_PERIOD")) == 1


def test_a_delete_touches_only_what_its_state_records(life, terms, sides) -> None:
    """What somebody else offered or agreed on since is left alone."""
    made, lived = life().create(KIND, **terms(onDelete="REVOKE")), life()
    sides.answer("reject")
    sides.send(**LONGER)
    lived.delete(KIND, made)
    assert sides.statuses() == ["REJECTED", "PENDING"]
    sides.answer()
    lived.delete(KIND, made)
    assert sides.handshakes("REVOKE_SERVICE_PERIOD") == []


def test_a_forced_replacement_keeps_what_its_create_adopted(life, terms, sides) -> None:
    """The create comes first, adopts the pending offer, and the delete leaves it alone."""
    lived = life()
    made = lived.create(KIND, **terms())
    assert lived.create(KIND, **terms())["arn"] == made["arn"]
    lived.delete(KIND, made)
    assert sides.statuses() == ["PENDING"]


@pytest.mark.parametrize("answered", [False, True], ids=["offered", "in force"])
def test_a_forced_replacement_that_deletes_first_keeps_the_same_terms(
    life, terms, sides, emulator, answered
) -> None:
    """The engine checks, deletes and creates, with no diff: nothing is sent, and nothing ends."""
    made = life().create(KIND, **terms(onDelete="REVOKE"))
    if answered:
        sides.answer()
        made = life().read(KIND, made).state
    later = life()
    later.check(KIND, **terms(onDelete="REVOKE"))
    emulator.reset_calls()
    later.delete(KIND, made)
    later.create(KIND, **terms(onDelete="REVOKE"))
    assert set(writes(emulator)) == set()
    assert later.warnings == []


def test_a_forced_replacement_that_deletes_first_takes_back_other_terms(life, terms, sides) -> None:
    """The offer in the way of the new terms is canceled, and the new terms are offered."""
    made, later = life().create(KIND, **terms()), life()
    later.check(KIND, **terms(LONGER))
    later.delete(KIND, made)
    later.create(KIND, **terms(LONGER))
    assert sides.statuses() == ["CANCELED", "PENDING"]


def test_the_old_half_of_a_replacement_never_revokes_after_new_terms(life, terms, sides) -> None:
    """A replacement was cut off before its delete, and the next run changes the terms first."""
    made = life().create(KIND, **terms(onDelete="REVOKE"))
    sides.answer()
    made, later = life().read(KIND, made).state, life()
    later.update(KIND, made, **terms(LONGER, onDelete="REVOKE"))
    later.delete(KIND, made)
    assert sides.handshakes("REVOKE_SERVICE_PERIOD") == []
    assert sides.statuses() == ["ACCEPTED", "PENDING"]


def test_the_refusal_to_delete_its_relationship_names_the_offer_canceled_before(
    life, terms, sides, relationship
) -> None:
    """New terms are offered beside those in force: a destroy takes them back, and says so once."""
    made = life().create(KIND, **terms())
    sides.answer()
    changed, later = life().update(KIND, made, **terms(LONGER)), life()
    later.delete(KIND, changed)
    offer = changed["channelHandshakeArn"]
    with pytest.raises(StillInForce, match=f"Canceled before this was asked for: {offer}\\."):
        later.delete("Relationship", relationship | {"forceDestroy": False})
    assert sides.statuses() == ["ACCEPTED", "CANCELED"]


def test_a_replacement_cut_off_before_its_delete_cancels_nothing_later(life, terms, sides) -> None:
    """The next run checks and compares the new one, and then deletes the old one of the same ID."""
    made = life().create(KIND, **terms(), __identity=IDENTITY)
    later = life()
    later.diff(KIND, made, **terms(), __identity=IDENTITY)
    later.delete(KIND, made)
    assert sides.statuses() == ["PENDING"]


def test_a_refresh_before_a_destroy_does_not_keep_an_offer(life, terms, sides) -> None:
    """A refresh compares too, but no program registers the resource: it is deleted."""
    made = life().create(KIND, **terms(), __identity=IDENTITY)
    inputs = life().inputs(KIND, **terms(), __identity=IDENTITY)
    later = life()
    found = later.read(KIND, made)
    later.of.diff(DiffRequest(TOKEN, found.state, inputs, inputs))
    later.delete(KIND, found.state)
    assert sides.statuses() == ["CANCELED"]


def test_a_revocation_sent_elsewhere_is_drift(life, terms, sides) -> None:
    """The terms are gone from the inputs of a refresh, and the next update offers them again."""
    lived = life()
    made = lived.create(KIND, **terms())
    sides.answer()
    state = lived.read(KIND, made).state
    sides.send("REVOKE_SERVICE_PERIOD")
    sides.answer(kind="REVOKE_SERVICE_PERIOD")
    found = lived.read(KIND, state)
    assert "servicePeriodType" not in found.inputs
    assert "the next `pulumi up` offers the program's terms again" in lived.warnings[-1]
    change = lived.diff(KIND, found.state, **terms())
    assert set(change.diff.changed) == {"servicePeriodType", "minimumNoticeDays"}
    assert lived.update(KIND, found.state, **terms())["offerStatus"] == "PENDING"
    assert sides.statuses() == ["ACCEPTED", "PENDING"]


def test_terms_agreed_elsewhere_are_drift(life, terms, sides) -> None:
    """Other terms that somebody offers are shown, and the next update offers the program's."""
    lived = life()
    made = lived.create(KIND, **terms())
    sides.answer()
    state = lived.read(KIND, made).state
    sides.send(**LONGER)
    sides.answer()
    found = lived.read(KIND, state)
    assert found.inputs["minimumNoticeDays"] == "60"
    assert lived.diff(KIND, found.state, **terms()).diff.changed == ["minimumNoticeDays"]
    lived.update(KIND, found.state, **terms())
    assert sides.handshakes()[-1]["status"] == "PENDING"


def test_an_end_by_its_date_is_no_drift(life, terms, sides, emulator) -> None:
    """It is ENDED, nothing changes, and a later end is a new offer."""
    wanted = terms(until(100))
    made = life().create(KIND, **wanted)
    sides.answer()
    later = life(clock=lambda: datetime.now(timezone.utc) + timedelta(days=101))
    emulator.advance(101 * 86400)
    found = later.read(KIND, made)
    assert (found.state["status"], found.state["offerStatus"]) == ("ENDED", "ACCEPTED")
    assert "termsInForce" not in found.state
    assert later.diff(KIND, found.state, **wanted).diff.changed == []
    assert found.inputs["endDate"] == found.state["endDate"]
    assert later.update(KIND, found.state, **terms(until(250)))["status"] == "OFFERED"
    later.delete(KIND, found.state)
    assert later.warnings == []


def test_killed_between_cancel_and_offer(life, terms, sides, emulator) -> None:
    """The next update sends what the one that was cut off did not."""
    lived = life()
    made = lived.create(KIND, **terms())
    emulator.fault("CreateChannelHandshake", error="AccessDeniedException")
    with pytest.raises(ProviderError):
        lived.update(KIND, made, **terms(LONGER))
    assert sides.statuses() == ["CANCELED"]
    assert lived.update(KIND, made, **terms(LONGER))["offerStatus"] == "PENDING"
    assert sides.statuses() == ["CANCELED", "PENDING"]


def test_a_lost_answer_never_leads_to_two_offers(life, terms, sides, emulator) -> None:
    """A create that is repeated adopts what the first one sent."""
    lived = life(maxRetries=1)
    emulator.fault("CreateChannelHandshake", drop="after", times=2)
    with pytest.raises(ProviderError):
        lived.create(KIND, **terms())
    assert sides.statuses() == ["PENDING"]
    lived.create(KIND, **terms())
    assert sides.statuses() == ["PENDING"]


def test_an_offer_accepted_since_the_last_refresh_stays(life, terms, sides) -> None:
    """The stack takes it for pending: it is in force, and the new terms are offered beside it."""
    lived = life()
    made = lived.create(KIND, **terms())
    sides.answer()
    changed = lived.update(KIND, made, **terms(LONGER))
    assert sides.statuses() == ["ACCEPTED", "PENDING"]
    assert changed["termsInForce"]["minimumNoticeDays"] == "30"


def test_new_terms_wait_for_the_answer_to_a_revocation(life, terms, sides) -> None:
    """AWS has one slot: the error names the handshake in it, and how to cancel it."""
    lived = life()
    made = lived.create(KIND, **terms())
    sides.answer()
    state = lived.read(KIND, made).state
    revoke = sides.send("REVOKE_SERVICE_PERIOD")
    with pytest.raises(Refused) as caught:
        lived.update(KIND, state, **terms(LONGER))
    assert revoke in str(caught.value)
    assert "cancel-channel-handshake --catalog Sandbox" in str(caught.value)


def test_a_vanished_relationship_takes_it_along(life, terms, sides, relationship) -> None:
    """AWS keeps the handshakes, and the service period is gone all the same."""
    lived = life()
    made = lived.create(KIND, **terms())
    sides.answer("reject")
    lived.delete("Relationship", relationship)
    assert lived.read(KIND, made) is None
    lived.delete(KIND, made)


def test_one_that_lists_do_not_show_is_kept(life, terms, emulator) -> None:
    """Its relationship is there: it stays as it was, and a warning says so."""
    lived = life()
    made = lived.create(KIND, **terms())
    emulator.set(list_lag_seconds=3600)
    found = lived.read(KIND, made)
    assert found.state == made
    assert "It stays in this stack as it was" in lived.warnings[-1]
    emulator.set(list_lag_seconds=0)
    assert lived.read(KIND, made).state["offerStatus"] == "PENDING"


def test_the_quota_of_a_day_is_told_before_the_call(life, terms, sides, emulator) -> None:
    """The second of five invitations is counted, and those beyond are warned of; AWS decides."""
    lived = life()
    state = lived.create(KIND, **terms())
    assert lived.warnings == []
    for number in range(3):
        state = lived.update(KIND, state, **terms(LONGER if number % 2 == 0 else NOTICE))
    assert [said.rpartition(". ")[2] for said in lived.warnings] == [
        "This is number 2.",
        "This is number 3.",
        "This is number 4.",
    ]
    state = lived.update(KIND, state, **terms())
    assert (
        "AWS lets an account be sent 5 handshakes of one type within 24 hours."
        in (lived.warnings[-1])
    )
    assert "This is the last: the next can be sent at" in lived.warnings[-1]
    with pytest.raises(ProviderError, match="The next can be sent at"):
        lived.update(KIND, state, **terms(LONGER))
    assert "AWS may refuse this one" in lived.warnings[-1]
    emulator.set(most_handshakes_a_day=9)
    assert lived.update(KIND, state, **terms(LONGER))["offerStatus"] == "PENDING"


def test_a_handshake_of_an_unknown_status_is_ignored(life, terms, sides, emulator) -> None:
    """It counts for nothing, and each refresh warns of it."""
    lived = life()
    made = lived.create(KIND, **terms())
    sides.answer("reject")
    memory = emulator.application.memory
    odd = sides.send(**LONGER)
    with memory.operation():
        row = memory.get("ch", odd.rpartition("/")[2])
        memory.change(row["id"], row["created"], row["body"] | {"status": "PAUSED"}, "PAUSED")
    found = lived.read(KIND, made).state
    assert found["ignoredChannelHandshakeArns"] == [odd]
    assert found["minimumNoticeDays"] == "30"
    assert odd in lived.warnings[-1]


@pytest.mark.parametrize("suffix", ["", "/service-period"])
def test_it_is_imported_by_either_arn(life, terms, sides, relationship, suffix) -> None:
    """The inputs are those that would have made it, and its ID is the same."""
    sides.send(**NOTICE, note="Welcome")
    found = life().of.read(ReadRequest(TOKEN, relationship["arn"] + suffix, {}))
    assert found.arn == f"{relationship['arn']}/service-period"
    assert found.inputs == terms(note="Welcome")


def test_a_revoked_one_is_not_imported(life, terms, sides, relationship) -> None:
    """It has no terms that a program could state."""
    sides.send(**NOTICE)
    sides.answer()
    sides.send("REVOKE_SERVICE_PERIOD")
    sides.answer(kind="REVOKE_SERVICE_PERIOD")
    with pytest.raises(Refused, match="was revoked, and no other is offered"):
        life().of.read(ReadRequest(TOKEN, relationship["arn"], {}))


def test_two_managers_of_one_service_period_are_told(life, terms, relationship) -> None:
    """A raw handshake about a relationship that has a ServicePeriod in the program is warned of."""
    lived = life()
    lived.check(KIND, **terms(), __identity=IDENTITY)
    lived.check(KIND, **terms(), __identity=IDENTITY)
    assert lived.warnings == []
    raw = IDENTITY.replace("ServicePeriod", "ChannelHandshake").replace("service", "raw")
    payload = NOTICE | {"programManagementAccountIdentifier": "pma-0123456789abc"}
    lived.check(
        "ChannelHandshake",
        __identity=raw,
        handshakeType="START_SERVICE_PERIOD",
        associatedResourceIdentifier=relationship["arn"],
        payload={"startServicePeriodPayload": payload},
    )
    assert "is managed by ServicePeriod 'service' and ChannelHandshake 'raw'" in lived.warnings[-1]


def test_terms_are_checked(life, terms) -> None:
    """Days go with notice, an end with a commitment, and the relationship is named by its ARN."""
    lived = life()

    def reasons(**inputs: Any) -> dict[str, str]:
        return {f.property: f.reason for f in lived.check(KIND, **inputs).failures}

    assert (
        "is required"
        in reasons(**terms({"servicePeriodType": "MINIMUM_NOTICE_PERIOD"}))["minimumNoticeDays"]
    )
    assert (
        "does not go with"
        in reasons(**terms(until(99)), minimumNoticeDays="30")["minimumNoticeDays"]
    )
    assert (
        "must be an ARN such as"
        in reasons(**NOTICE, relationshipIdentifier="rs-0123456789abc")["relationshipIdentifier"]
    )
    assert "must be KEEP or REVOKE" in reasons(**terms(onDelete="END"))["onDelete"]
