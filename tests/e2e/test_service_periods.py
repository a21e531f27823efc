"""A relationship's service period through the real engine, in both forms."""

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

import pulumi
import pytest
from e2e.channel_program import FORMS, made_by_hand, writes
from e2e.engine import CUSTOMER, Engine, changes
from pulumi.automation import CommandError

CONFIG = {"partnercentral:catalog": "Sandbox", "partnercentral:region": "us-east-1"}
BOTH = pytest.mark.parametrize("form", FORMS)
START, REVOKE = "START_SERVICE_PERIOD", "REVOKE_SERVICE_PERIOD"


class Channel:
    """A relationship that was recorded by hand, and the handshakes about it."""

    def __init__(self, client: Callable[..., Any], emulator: Any) -> None:
        self._client, self._emulator = client, emulator
        made = made_by_hand(client)
        self.account, self.relationship = made["account"], made["acme"]
        client().cancel_channel_handshake(catalog="Sandbox", identifier=made["service"])
        self._first = made["service"]

    def handshakes(self, kind: str = START) -> list[dict[str, Any]]:
        """Give those of one type, oldest first, but for the one that was canceled by hand."""
        found = self._client().list_channel_handshakes(
            catalog="Sandbox", handshakeType=kind, participantType="SENDER"
        )["items"]
        return [each for each in reversed(found) if each["arn"] != self._first]

    def statuses(self, kind: str = START) -> list[str]:
        """Give their statuses, oldest first."""
        return [each["status"] for each in self.handshakes(kind)]

    def answer(self, verb: str = "accept", kind: str = START) -> None:
        """Let the other side answer the last one."""
        call = getattr(self._client(CUSTOMER), f"{verb}_channel_handshake")
        call(catalog="Sandbox", identifier=self.handshakes(kind)[-1]["id"])

    def revoke(self) -> None:
        """End what is in force, beside Pulumi."""
        parent = {"programManagementAccountIdentifier": self.relationship.split("/")[-3]}
        self._client().create_channel_handshake(
            catalog="Sandbox",
            handshakeType=REVOKE,
            associatedResourceIdentifier=self.relationship,
            payload={"revokeServicePeriodPayload": parent},
        )
        self.answer(kind=REVOKE)

    def show_as(self, status: str) -> str:
        """Let AWS show the last offer in this status; its ARN."""
        arn, memory = str(self.handshakes()[-1]["arn"]), self._emulator.application.memory
        with memory.operation():
            row = memory.get("ch", arn.rpartition("/")[2])
            memory.change(row["id"], row["created"], row["body"] | {"status": status}, status)
        return arn

    def remove_relationship(self) -> None:
        """Delete the relationship, beside Pulumi."""
        *_, parent, _, own = self.relationship.split("/")
        self._client().delete_relationship(
            catalog="Sandbox", identifier=own, programManagementAccountIdentifier=parent
        )

    def program(self, form: str, **changed: Any) -> Callable[[], None]:
        """Make the program: one service period; *changed* are its arguments and its options."""

        def run() -> None:
            options = changed.get("options", {})
            arguments = {
                "service_period_type": "MINIMUM_NOTICE_PERIOD",
                "minimum_notice_days": "30",
            } | {name: value for name, value in changed.items() if name != "options"}
            period = FORMS[form].channel.ServicePeriod(
                "service",
                relationship_identifier=self.relationship,
                opts=pulumi.ResourceOptions(**options),
                **arguments,
            )
            pulumi.export("handshake", period.channel_handshake_arn)

        return run


@pytest.fixture
def channel(client, emulator) -> Channel:
    """Record a customer by hand."""
    return Channel(client, emulator)


def outputs(stack: Any) -> dict[str, Any]:
    """Give the outputs of the service period."""
    return dict(stack.state()["service"]["outputs"])


def said(result: Any) -> str:
    """Give all that a command printed, on lines of their own."""
    return " ".join(f"{result.stdout}{result.stderr}".split())


@BOTH
def test_a_service_period_lives_changes_and_is_kept(
    engine: Engine, emulator, channel, form
) -> None:
    """Previewed without a call, offered, agreed on, changed without a gap, and kept in the end."""
    emulator.reset_calls()
    stack = engine.stack(channel.program(form), **CONFIG)
    assert changes(stack.preview()) == {"create": 2}
    assert emulator.calls() == {}
    stack.up()
    assert stack.state()["service"]["id"] == f"{channel.relationship}/service-period"
    assert outputs(stack)["status"] == "OFFERED"
    emulator.reset_calls()
    assert stack.up().summary.resource_changes == {"same": 2}
    assert writes(emulator) == {}
    channel.answer()
    stack.refresh()
    assert outputs(stack)["status"] == "SCHEDULED"
    assert changes(stack.preview()) == {}

    longer = engine.stack(channel.program(form, minimum_notice_days=60), **CONFIG)
    previewed = longer.preview()
    assert changes(previewed) == {"update": 1}
    assert "stays so until the new offer is accepted" in said(previewed)
    emulator.reset_calls()
    longer.up()
    assert writes(emulator) == {"CreateChannelHandshake": 1}
    assert outputs(longer)["termsInForce"]["minimumNoticeDays"] == "30"
    assert outputs(longer)["offerStatus"] == "PENDING"
    channel.answer()
    longer.refresh()
    assert outputs(longer)["termsInForce"]["minimumNoticeDays"] == "60"
    assert changes(longer.preview()) == {}

    assert "it stays in force, and leaves this stack" in said(longer.destroy())
    assert channel.statuses() == ["ACCEPTED", "ACCEPTED"]
    assert channel.statuses(REVOKE) == []


@BOTH
def test_a_pending_offer_is_canceled_before_the_next(engine: Engine, channel, form) -> None:
    """The preview says so, and a destroy cancels what is pending."""
    engine.stack(channel.program(form), **CONFIG).up()
    stack = engine.stack(channel.program(form, minimum_notice_days="14"), **CONFIG)
    assert "is PENDING, and canceled first" in said(stack.preview())
    stack.up()
    assert channel.statuses() == ["CANCELED", "PENDING"]
    stack.destroy()
    assert channel.statuses() == ["CANCELED", "CANCELED"]


@BOTH
def test_a_note_and_settings_alone_send_nothing(engine: Engine, emulator, channel, form) -> None:
    """They are recorded, by an update that writes nothing to AWS."""
    engine.stack(channel.program(form, note="Welcome"), **CONFIG).up()
    changed = channel.program(form, note="Hello", on_delete="REVOKE", resend_expired=True)
    stack = engine.stack(changed, **CONFIG)
    assert changes(stack.preview()) == {"update": 1}
    emulator.reset_calls()
    stack.up()
    assert writes(emulator) == {}
    stack.refresh()
    assert changes(stack.preview()) == {}


@BOTH
def test_a_rejected_offer_is_sent_again_by_force_only(engine: Engine, channel, form) -> None:
    """A refresh warns, an `up` sends nothing, and `--replace` offers the same anew."""
    stack = engine.stack(channel.program(form, on_delete="REVOKE"), **CONFIG)
    stack.up()
    channel.answer("reject")
    assert "is REJECTED, and is not sent again by itself" in said(stack.refresh())
    assert outputs(stack)["offerStatus"] == "REJECTED"
    stack.up()
    assert channel.statuses() == ["REJECTED"]
    urn = stack.state()["service"]["urn"]
    stack.up(replace=[urn])
    assert channel.statuses() == ["REJECTED", "PENDING"]
    assert outputs(stack)["offerStatus"] == "PENDING"


@BOTH
@pytest.mark.parametrize("accepted", [False, True], ids=["offered", "in force"])
@pytest.mark.parametrize("first", [None, True], ids=["create first", "delete first"])
def test_a_forced_replacement_loses_nothing(
    engine: Engine, emulator, channel, form, accepted, first
) -> None:
    """What its create adopts is neither canceled nor revoked by its delete."""
    options = {"delete_before_replace": True} if first else {}
    program = channel.program(form, on_delete="REVOKE", options=options)
    stack = engine.stack(program, **CONFIG)
    stack.up()
    if accepted:
        channel.answer()
        stack.refresh()
    emulator.reset_calls()
    stack.up(replace=[stack.state()["service"]["urn"]])
    assert writes(emulator) == {}
    assert channel.statuses() == (["ACCEPTED"] if accepted else ["PENDING"])
    assert changes(stack.preview()) == {}


@BOTH
@pytest.mark.parametrize("accepted", [False, True], ids=["offered", "in force"])
@pytest.mark.parametrize("next", ["up", "destroy"])
def test_a_replacement_cut_off_before_its_delete_loses_nothing(
    engine: Engine, emulator, channel, form, accepted, next
) -> None:
    """A later process deletes what was replaced: it touches only what nothing goes on to have."""
    stack = engine.stack(channel.program(form, on_delete="REVOKE"), **CONFIG)
    stack.up()
    if accepted:
        channel.answer()
        stack.refresh()
    deployment = stack.automated.export_stack()
    replaced = stack.state()["service"] | {"delete": True}
    deployment.deployment["resources"].append(replaced)  # as the engine notes it
    stack.automated.import_stack(deployment)
    emulator.reset_calls()
    if next == "up":
        stack.up()
        assert writes(emulator) == {}
        assert channel.statuses() == (["ACCEPTED"] if accepted else ["PENDING"])
        assert changes(stack.preview()) == {}
    else:
        stack.destroy()
        assert channel.statuses() == (["ACCEPTED"] if accepted else ["CANCELED"])
        assert channel.statuses(REVOKE) == (["PENDING"] if accepted else [])
    remaining = stack.automated.export_stack().deployment.get("resources", [])
    assert not [each for each in remaining if each.get("delete")]


@BOTH
def test_an_expired_offer_is_sent_again_where_the_program_wants_it(
    engine: Engine, emulator, channel, form
) -> None:
    """By the first `up` after a refresh, and by no other."""
    stack = engine.stack(channel.program(form), **CONFIG)
    stack.up()
    emulator.advance(31 * 86400)
    assert "is EXPIRED, and is not sent again by itself" in said(stack.refresh())
    assert changes(stack.preview()) == {}
    wanted = engine.stack(channel.program(form, resend_expired=True), **CONFIG)
    wanted.up()
    assert channel.statuses() == ["EXPIRED", "PENDING"]
    assert changes(wanted.preview()) == {}
    emulator.advance(31 * 86400)
    wanted.refresh()
    previewed = wanted.preview()
    assert changes(previewed) == {"update": 1}
    assert "expired, and is sent again" in said(previewed)
    wanted.up()
    assert channel.statuses() == ["EXPIRED", "EXPIRED", "PENDING"]


@BOTH
def test_a_destroy_revokes_where_the_program_wants_it(engine: Engine, channel, form) -> None:
    """The other side is asked to end it, and a warning says that it must accept."""
    stack = engine.stack(channel.program(form, on_delete="REVOKE"), **CONFIG)
    stack.up()
    channel.answer()
    assert f"account {CUSTOMER} must accept" in said(stack.destroy(refresh=True))
    assert channel.statuses(REVOKE) == ["PENDING"]


@BOTH
def test_a_destroy_with_a_refresh_cancels_what_is_pending(engine: Engine, channel, form) -> None:
    """A refresh in the same run compares, and that is no program that goes on to have it."""
    stack = engine.stack(channel.program(form), **CONFIG)
    stack.up()
    stack.destroy(refresh=True)
    assert channel.statuses() == ["CANCELED"]


@BOTH
def test_a_revocation_sent_elsewhere_is_drift(engine: Engine, channel, form) -> None:
    """A refresh shows it, and the next `up` offers the program's terms again."""
    stack = engine.stack(channel.program(form), **CONFIG)
    stack.up()
    channel.answer()
    stack.refresh()
    channel.revoke()
    stack.refresh()
    assert outputs(stack)["status"] == "ENDED"
    assert changes(stack.preview()) == {"update": 1}
    stack.up()
    assert channel.statuses() == ["ACCEPTED", "PENDING"]
    assert changes(stack.preview()) == {}


@BOTH
def test_a_vanished_relationship_takes_it_along(engine: Engine, channel, form) -> None:
    """A refresh finds it gone, although AWS keeps its handshakes."""
    stack = engine.stack(channel.program(form), **CONFIG)
    stack.up()
    channel.answer("reject")
    channel.remove_relationship()
    stack.refresh()
    assert "service" not in stack.state()


@BOTH
def test_an_end_by_its_date_is_no_drift(engine: Engine, emulator, client, form) -> None:
    """It is ENDED, no `up` offers it again, and a destroy has nothing to say of it."""
    emulator.advance(-200 * 86400)
    channel = Channel(client, emulator)
    end = f"{datetime.now(timezone.utc) - timedelta(days=100):%Y-%m-%d}"
    kind = {"service_period_type": "FIXED_COMMITMENT_PERIOD", "minimum_notice_days": None}
    stack = engine.stack(channel.program(form, end_date=end, **kind), **CONFIG)
    stack.up()
    channel.answer()
    emulator.advance(200 * 86400)
    stack.refresh()
    assert (outputs(stack)["status"], outputs(stack)["endsAt"]) == ("ENDED", f"{end}T00:00:00Z")
    assert changes(stack.preview()) == {}
    stack.up()
    assert "in force" not in said(stack.destroy())
    assert channel.statuses() == ["ACCEPTED"]


@BOTH
def test_a_handshake_of_an_unknown_status_is_ignored(engine: Engine, channel, form) -> None:
    """A refresh warns of it, the state is as without it, and the next preview is clean."""
    stack = engine.stack(channel.program(form), **CONFIG)
    stack.up()
    channel.answer()
    longer = engine.stack(channel.program(form, minimum_notice_days="60"), **CONFIG)
    longer.up()
    odd = channel.show_as("PAUSED")
    stack = engine.stack(channel.program(form), **CONFIG)
    assert f"does not know the type or the status of {odd}, which is ignored" in said(
        stack.refresh()
    )
    assert outputs(stack)["ignoredChannelHandshakeArns"] == [odd]
    assert outputs(stack)["status"] == "SCHEDULED"
    assert changes(stack.preview()) == {}


@BOTH
def test_two_offers_in_one_day_are_counted(engine: Engine, emulator, channel, form) -> None:
    """A warning comes before the call; where AWS refuses, the next `up` of another day sends it."""
    stack = engine.stack(channel.program(form), **CONFIG)
    assert "within 24 hours. This is number 2." in said(stack.up())
    emulator.set(most_handshakes_a_day=2)
    longer = engine.stack(channel.program(form, minimum_notice_days="60"), **CONFIG)
    with pytest.raises(CommandError, match="This is number 3") as caught:
        longer.up()
    assert "Traceback" not in str(caught.value)
    assert channel.statuses() == ["CANCELED"]
    emulator.advance(86400)
    longer.up()
    assert channel.statuses() == ["CANCELED", "PENDING"]
    assert changes(longer.preview()) == {}


@BOTH
def test_a_relationship_in_force_outlives_the_destroy_of_its_stack(
    engine: Engine, channel, client, form
) -> None:
    """It is refused with a sentence that names the offer which was canceled before."""
    channel.remove_relationship()

    def program(days: str) -> Callable[[], None]:
        def run() -> None:
            acme = FORMS[form].channel.Relationship(
                "acme",
                program_management_account_identifier=channel.account,
                associated_account_id=CUSTOMER,
                association_type="END_CUSTOMER",
                sector="COMMERCIAL",
                display_name="Acme",
                force_destroy=False,
            )
            FORMS[form].channel.ServicePeriod(
                "service",
                relationship_identifier=acme.arn,
                service_period_type="MINIMUM_NOTICE_PERIOD",
                minimum_notice_days=days,
            )

        return run

    engine.stack(program("30"), **CONFIG).up()
    channel.answer()
    stack = engine.stack(program("60"), **CONFIG)
    stack.up()
    offered = outputs(stack)["channelHandshakeArn"]
    with pytest.raises(CommandError) as caught:
        stack.destroy()
    text = " ".join(str(caught.value).split())
    assert f"The Relationship {stack.state()['acme']['id']} is not deleted: the service" in text
    assert f"Canceled before this was asked for: {offered}." in text
    assert channel.statuses() == ["ACCEPTED", "CANCELED"]
    engine.stack(program("30"), **CONFIG).up()
    assert channel.statuses() == ["ACCEPTED", "CANCELED"]


@BOTH
def test_a_stack_moves_and_comes_back(engine: Engine, emulator, channel, form) -> None:
    """To the other form nothing changes; back, one `up` writes nothing to AWS."""
    other = next(each for each in FORMS if each != form)
    engine.stack(channel.program(form, note="Welcome", on_delete="KEEP"), **CONFIG).up()
    emulator.reset_calls()
    moved = engine.stack(channel.program(other, note="Welcome", on_delete="KEEP"), **CONFIG)
    moved.up()
    moved.refresh()
    assert changes(moved.preview()) == {}
    assert writes(emulator) == {}
    moved.destroy()
    assert channel.statuses() == ["CANCELED"]


@BOTH
def test_other_terms_are_refused(engine: Engine, channel, form) -> None:
    """A program that does not know what was agreed on changes nothing."""
    engine.stack(channel.program(form), **CONFIG).up()
    other = engine.stack(channel.program(form, minimum_notice_days="60"), "other", **CONFIG)
    with pytest.raises(CommandError, match="minimumNoticeDays 30 are offered"):
        other.up()
    assert channel.statuses() == ["PENDING"]


@BOTH
def test_two_managers_in_one_program_are_told(engine: Engine, channel, form) -> None:
    """A raw handshake beside the service period of the same relationship is warned of."""
    period = channel.program(form)

    def both() -> None:
        period()
        payload = {
            "program_management_account_identifier": channel.relationship.split("/")[-3],
            "service_period_type": "MINIMUM_NOTICE_PERIOD",
            "minimum_notice_days": "30",
        }
        FORMS[form].channel.ChannelHandshake(
            "raw",
            handshake_type=START,
            associated_resource_identifier=channel.relationship,
            payload={"start_service_period_payload": payload},
        )

    assert "is managed by" in said(engine.stack(both, **CONFIG).preview())


@pytest.mark.parametrize("part", ["", "/service-period"])
def test_it_is_imported_by_either_arn(engine: Engine, channel, part) -> None:
    """What is in force comes under a program, and the next preview is clean."""
    engine.stack(channel.program("plugin"), **CONFIG).up()
    channel.answer()
    options = {"import_": channel.relationship + part}
    other = engine.stack(channel.program("plugin", options=options), "other", **CONFIG)
    other.up()
    assert other.state()["service"]["id"] == f"{channel.relationship}/service-period"
    assert channel.statuses() == ["ACCEPTED"]
    plain = engine.stack(channel.program("plugin"), "other", **CONFIG)
    assert changes(plain.preview()) == {}


@BOTH
def test_it_is_looked_up_by_the_relationship(engine: Engine, channel, form) -> None:
    """`.get` shows what another stack manages."""
    engine.stack(channel.program(form), **CONFIG).up()

    def look() -> None:
        found = FORMS[form].channel.ServicePeriod.get("there", channel.relationship)
        pulumi.export("status", found.status)

    assert engine.stack(look, "other", **CONFIG).up().outputs["status"].value == "OFFERED"
