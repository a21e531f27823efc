"""Service periods: what can be offered, when it begins, and who sees it."""

from collections.abc import Callable
from datetime import timedelta

from ..calls import CONFLICT, QUOTA, VALIDATION, Undecided
from ..probing import Findings, assumed, boundary, probe
from ..things import accept, account, relationship, revoke, start
from ..world import World

NOTICES = ["7", "14", "15", "21", "30", "45", "60", "90", "180", "365"]
"""Days of notice that are tried."""


@probe("service_period_starts_next_day", keeps="a canceled offer")
def begin_of_a_period(world: World) -> Findings:
    """Offer a service period, and look when it would begin."""
    shown = world.shown(start(world, relationship(world)))
    begins = shown["detail"]["startServicePeriodHandshakeDetail"]["startDate"]
    made = shown["createdAt"]
    midnight = made.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    if begins != midnight and abs(begins - made) > timedelta(minutes=1):
        raise Undecided("it begins neither at the next midnight, UTC, nor when it is offered")
    yield "service_period_starts_next_day", begins == midnight


@probe("sender_sees_handshakes", needs=("management",), keeps="a canceled offer")
def seen_by_sender(world: World) -> Findings:
    """Offer a service period, and list it as the account that is named as its sender."""
    parent = account(world, accountId=world.management.account)
    sent = start(world, relationship(world, parent))
    yield "sender_sees_handshakes", bool(world.shown(sent, by=world.management))


@probe("revoke_needs_active_period", keeps="perhaps a canceled request to end a service period")
def revoke_of_nothing(world: World) -> Findings:
    """Ask to end a service period where there is none."""
    about = relationship(world)
    yield "revoke_needs_active_period", world.refused(lambda: revoke(world, about), VALIDATION)


@probe("notice_days", calls=50, keeps="an offer, canceled, for each notice that AWS takes")
def notices(world: World) -> Findings:
    """Offer service periods with ten different notices."""
    takes, kind = _offers(world), "MINIMUM_NOTICE_PERIOD"
    yield (
        "notice_days",
        [days for days in NOTICES if takes(servicePeriodType=kind, minimumNoticeDays=days)],
    )


@probe(
    "least_commitment_days",
    "most_commitment_days",
    calls=80,
    keeps="an offer, canceled, for each length that AWS takes",
)
def commitments(world: World) -> Findings:
    """Offer fixed commitments of different lengths, up to 2,000 days."""
    offer, kind = _offers(world), "FIXED_COMMITMENT_PERIOD"

    def takes(days: int) -> bool:
        midnight = world.clock.now().replace(hour=0, minute=0, second=0)
        ends = f"{midnight + timedelta(days=days):%Y-%m-%dT%H:%M:%SZ}"
        return offer(servicePeriodType=kind, endDate=ends)

    too_short = assumed("least_commitment_days") - 1
    least = boundary(lambda days: not takes(days), too_short, 1, 366) + 1
    if least > 366:
        raise Undecided("no fixed commitment of up to a year was taken")
    yield "least_commitment_days", least
    most = assumed("most_commitment_days")
    yield "most_commitment_days", boundary(takes, most, least, 2000)


def _offers(world: World) -> Callable[..., bool]:
    """Offer terms and take them back; a customer that has had enough for a day is exchanged."""
    about = [relationship(world)]

    def takes(**terms: str) -> bool:
        def act() -> None:
            world.undo(start(world, about[-1], **terms))

        try:
            return not world.refused(act, VALIDATION)
        except Undecided:
            if QUOTA not in world.seen:
                raise
            about.append(relationship(world))
            return not world.refused(act, VALIDATION)

    return takes


@probe(
    "relationship_delete_needs_no_period",
    needs=("customer",),
    keeps="an accepted offer, and perhaps an accepted request to end it",
)
def relationship_with_period(world: World) -> Findings:
    """Accept a service period, and delete its relationship."""
    about = relationship(world, associatedAccountId=world.customer.account)
    sent = start(world, about)
    accept(world.customer, sent)
    begins = world.shown(sent)["detail"]["startServicePeriodHandshakeDetail"]["startDate"]
    begun = world.clock.reaches(begins)
    refused = world.refused(lambda: world.undo(about), CONFLICT)
    if refused:
        accept(world.customer, revoke(world, about))
    elif not begun:
        raise Undecided("the relationship could be deleted before its service period began")
    yield "relationship_delete_needs_no_period", refused
