"""Handshakes in general, by the ones that invite an account to join."""

from datetime import timedelta

from ..calls import CONFLICT, DENIED, NOT_FOUND, QUOTA, VALIDATION, Undecided
from ..clocks import DAY, HOUR
from ..journal import Made
from ..probing import Findings, assumed, boundary, probe
from ..things import accept, account, invite
from ..world import World

MOST = 20
"""Invitations of one account that are tried at most."""


@probe("sender_display_name", keeps="a canceled invitation")
def display_name(world: World) -> Findings:
    """Look whether an invitation names the partner; which name is nobody's business."""
    shown = world.shown(invite(world, account(world)))
    yield "sender_display_name", "NAME" if shown.get("senderDisplayName") else ""


@probe("same_answer_succeeds", keeps="a canceled invitation")
def canceled_twice(world: World) -> Findings:
    """Cancel an invitation twice."""
    sent = invite(world, account(world))
    world.undo(sent)
    yield (
        "same_answer_succeeds",
        world.answer(lambda: world.undo(sent), {"": True, VALIDATION: False, CONFLICT: False}),
    )


@probe("final_status_conflicts", needs=("management",), keeps="a canceled invitation")
def accepted_too_late(world: World) -> Findings:
    """Accept an invitation that was canceled."""
    sent = invite(world, account(world, accountId=world.management.account))
    world.undo(sent)
    yield (
        "final_status_conflicts",
        world.answer(lambda: accept(world.management, sent), {VALIDATION: False, CONFLICT: True}),
    )


@probe("third_parties_are_denied", needs=("customer",), keeps="a canceled invitation")
def third_party(world: World) -> Findings:
    """Accept an invitation of another account, with credentials that may accept their own."""
    sent = invite(world, account(world))
    yield (
        "third_parties_are_denied",
        world.answer(lambda: accept(world.customer, sent), {NOT_FOUND: False, DENIED: True}),
    )


@probe(
    "activation_bumps_revision",
    "account_handshake_needs_pending",
    needs=("management",),
    keeps="an accepted invitation, and an account that was ACTIVE",
)
def activation(world: World) -> Findings:
    """Accept an invitation, compare the account's revisions, and invite it again."""
    about = account(world, accountId=world.management.account)
    before = world.shown(about)["revision"]
    accept(world.management, invite(world, about))
    yield "activation_bumps_revision", world.shown(about)["revision"] != before
    yield "account_handshake_needs_pending", world.refused(lambda: invite(world, about), CONFLICT)


@probe(
    "quotas_enforced", "most_handshakes_a_day", calls=60, keeps=f"up to {MOST} canceled invitations"
)
def invitations_of_a_day(world: World) -> Findings:
    """Invite an account, and take it back, until it is too often."""
    about = account(world)
    sent = _of_today(world, about)
    while sent < MOST:
        act = lambda: world.undo(invite(world, about))  # noqa: E731
        if world.answer(act, {QUOTA: True, "": False}):
            yield "quotas_enforced", True
            yield "most_handshakes_a_day", sent
            return
        sent += 1
    yield "quotas_enforced", False
    raise Undecided(f"{MOST} invitations of an account in a day were not too many")


def _of_today(world: World, about: Made) -> int:
    """Count the invitations that the account had in a day, of earlier runs too."""
    kind = {"handshakeType": "PROGRAM_MANAGEMENT_ACCOUNT", "participantType": "SENDER"}
    since = world.clock.now() - timedelta(days=1)
    items = world.linked.all_of("list_channel_handshakes", **kind)
    receiver = about.request["accountId"]
    return sum(i["receiverAccountId"] == receiver and i["createdAt"] > since for i in items)


@probe("handshake_expiry_days", needs=("days",), calls=60, keeps="expired invitations")
def unanswered(world: World) -> Findings:
    """Let an invitation wait for days."""
    about = account(world)

    def pending_for(days: int) -> bool:
        sent = invite(world, about)
        if world.after(days * DAY - HOUR, sent)["status"] == "PENDING":
            world.undo(sent)
            return True
        world.journal.became(sent, "kept", why="it expired")
        return False

    expected = assumed("handshake_expiry_days")
    yield "handshake_expiry_days", boundary(pending_for, expected, 1, 400)
