"""AWS's quotas of many objects, and its rates."""

from collections.abc import Callable
from typing import Any

from ..calls import QUOTA, READS, Undecided
from ..probing import Findings, assumed, probe
from ..things import FIRST_ID, account, invite, relationship, start
from ..world import World

PAUSE, SECONDS = 0.05, 8.0


@probe("rates_enforced", "rate_scale", calls=200)
def rate_of_reads(world: World) -> Findings:
    """List accounts as often as it goes, for eight seconds, and count what is throttled."""
    begun, throttled = world.clock.now(), False
    made = answered = passed = 0.0
    while passed < SECONDS:
        admitted = world.linked.admits("list_program_management_accounts", maxResults=1)
        made += 1
        if throttled:
            answered += admitted
        elif not admitted:  # what was saved up is used up
            begun, throttled = world.clock.now(), True
        world.clock.wait(PAUSE)
        passed = (world.clock.now() - begun).total_seconds()
    if not throttled:
        raise Undecided(f"of {made:g} calls in {passed:g} seconds, none was throttled")
    yield "rates_enforced", True
    yield "rate_scale", round(answered / passed / READS, 1)


@probe("most_accounts", needs=("large",), calls=200)
def many_accounts(world: World) -> Findings:
    """Enrol accounts until there are too many."""
    listed = world.linked.all_of("list_program_management_accounts")
    held = sum(each["status"] != "INACTIVE" for each in listed)
    yield (
        "most_accounts",
        held + _until_refused(world, "most_accounts", lambda id: _enrol(world, id)),
    )


@probe("most_relationships", needs=("large",), calls=2200)
def many_relationships(world: World) -> Findings:
    """Record customers of one account until there are too many."""
    parent = account(world)

    def create(id: str) -> None:
        relationship(world, parent, associatedAccountId=id)

    yield "most_relationships", _until_refused(world, "most_relationships", create)


@probe(
    "most_pending_account_handshakes",
    needs=("large",),
    calls=500,
    keeps="up to 200 canceled invitations",
)
def many_invitations(world: World) -> Findings:
    """Invite accounts, each once, until too many invitations wait for their answer."""
    invited = 0

    def create(id: str) -> None:
        nonlocal invited
        if world.refused(lambda: _enrol(world, id), QUOTA):
            raise Undecided(f"no more accounts can be enrolled than {invited}, each invited once")
        invite(world, world.journal.living(world.scope)[0])
        invited += 1

    pending = _pending(world, "PROGRAM_MANAGEMENT_ACCOUNT")
    name = "most_pending_account_handshakes"
    yield name, pending + _until_refused(world, name, create)


@probe(
    "most_pending_service_handshakes",
    needs=("large",),
    calls=900,
    keeps="up to 400 canceled offers",
)
def many_offers(world: World) -> Findings:
    """Offer service periods to customers, one each, until too many wait for their answer."""
    parent = account(world)

    def create(id: str) -> None:
        start(world, relationship(world, parent, associatedAccountId=id))

    pending = _pending(world, "START_SERVICE_PERIOD")
    name = "most_pending_service_handshakes"
    yield name, pending + _until_refused(world, name, create)


def _until_refused(world: World, name: str, create: Callable[[str], Any]) -> int:
    """Create with one made-up account id after the other; how many were taken."""
    most = 2 * assumed(name)
    for taken in range(most):
        id = str(FIRST_ID + taken)
        if world.answer(lambda id=id: create(id), {QUOTA: True, "": False}):
            return taken
    raise Undecided(f"{most} were not too many")


def _enrol(world: World, id: str) -> None:
    account(world, accountId=id)


def _pending(world: World, kind: str) -> int:
    """Count what waits for an answer already."""
    given = {"handshakeType": kind, "participantType": "SENDER", "statuses": ["PENDING"]}
    return sum(1 for _ in world.linked.all_of("list_channel_handshakes", **given))
