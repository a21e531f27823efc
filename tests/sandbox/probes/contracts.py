"""Channel contracts, which the Sandbox accepts by itself."""

from ..calls import CONFLICT, VALIDATION, Undecided
from ..clocks import DAY, HOUR
from ..probing import Findings, assumed, boundary, probe
from ..things import (
    DETAILS,
    NOT_SIGNED,
    SERVICES,
    accepted,
    contract,
    managed,
    moment,
    pending,
    relationship,
    signed,
)
from ..world import World

NEEDS = ("contracts",)
KEEPS = "a contract, ACCEPTED or CANCELED"


@probe(
    "contract_shows_address",
    "contract_keeps_order",
    "sandbox_contract_seconds",
    "contract_ends_relationship",
    needs=NEEDS,
    calls=40,
    keeps=KEEPS,
)
def new_contract(world: World) -> Findings:
    """Send a contract, look at it and when it is accepted, and look at its relationship."""
    about = managed(world)
    sent = contract(world, about)
    details = world.shown(sent)["details"][DETAILS]
    yield "contract_shows_address", "legalEntityAddress" in details
    yield "contract_keeps_order", details["supportedServices"] == SERVICES
    waited, shown = signed(world, sent)
    if shown:
        waited = float(round((shown["respondedAt"] - shown["createdAt"]).total_seconds()))
    yield "sandbox_contract_seconds", waited
    if not shown:
        raise Undecided(NOT_SIGNED)
    end, asked = world.shown(about).get("endDate"), sent.request["payload"]
    if end not in (None, moment(asked["managedServicesAttestationPayload"]["endDate"])):
        raise Undecided("the relationship shows an end that is not the contract's")
    yield "contract_ends_relationship", end is not None


@probe("accepted_contract_replaces_older", needs=NEEDS, calls=40, keeps="two contracts")
def second_contract(world: World) -> Findings:
    """Send a second contract, and look what became of the first."""
    about = managed(world)
    first = accepted(world, contract(world, about))
    accepted(world, contract(world, about, endDate=world.later(days=400)))
    yield "accepted_contract_replaces_older", world.shown(first)["status"] == "INACTIVE"


@probe("ended_contract_is_inactive", needs=NEEDS, calls=25, keeps=KEEPS)
def contract_at_its_end(world: World) -> Findings:
    """Send a contract that ends in two minutes, and look at it after three."""
    sent = accepted(world, contract(world, managed(world), endDate=world.later(seconds=120)))
    yield "ended_contract_is_inactive", world.after(180, sent)["status"] == "INACTIVE"


@probe("contract_needs_managed_services", needs=NEEDS, keeps="perhaps a contract")
def contract_of_resale(world: World) -> Findings:
    """Send a contract about a relationship of resale."""
    about = relationship(world)
    yield (
        "contract_needs_managed_services",
        world.refused(lambda: contract(world, about), VALIDATION),
    )


@probe("specific_scope_needs_member_accounts", needs=NEEDS, keeps="perhaps a contract")
def contract_without_members(world: World) -> Findings:
    """Send a contract for specific member accounts without naming them."""
    about = managed(world, accountScope="SPECIFIC_MEMBER_ACCOUNTS")
    yield (
        "specific_scope_needs_member_accounts",
        world.refused(lambda: contract(world, about), VALIDATION),
    )


@probe("relationship_delete_needs_no_contract", needs=NEEDS, calls=25, keeps=KEEPS)
def relationship_with_contract(world: World) -> Findings:
    """Delete a relationship whose contract is in effect."""
    about = managed(world)
    accepted(world, contract(world, about))
    yield (
        "relationship_delete_needs_no_contract",
        world.refused(lambda: world.undo(about), CONFLICT),
    )


@probe("relationship_delete_needs_no_pending_contract", needs=NEEDS, keeps=KEEPS)
def relationship_with_pending_contract(world: World) -> Findings:
    """Delete a relationship whose contract waits for its signature."""
    about = managed(world)
    pending(world, contract(world, about))
    yield (
        "relationship_delete_needs_no_pending_contract",
        world.refused(lambda: world.undo(about), CONFLICT),
    )


@probe("one_pending_contract_per_relationship", needs=NEEDS, keeps="two contracts")
def two_pending_contracts(world: World) -> Findings:
    """Send a second contract while the first waits for its signature."""
    about = managed(world)
    pending(world, contract(world, about))
    end = world.later(days=400)
    yield (
        "one_pending_contract_per_relationship",
        world.refused(lambda: contract(world, about, endDate=end), CONFLICT),
    )


@probe("contract_expiry_days", needs=(*NEEDS, "days"), calls=100, keeps="expired contracts")
def unsigned(world: World) -> Findings:
    """Let a contract wait for its signature for days; 400 stand for ever."""

    def pending_for(days: int) -> bool:
        sent = pending(world, contract(world, managed(world)))
        waits = world.after(days * DAY - HOUR, sent)["status"] == "PENDING"
        world.discard(world.scope)
        return waits

    found = boundary(pending_for, assumed("contract_expiry_days"), 1, 400)
    yield "contract_expiry_days", 0 if found == 400 else found


@probe("contract_cancel_days", needs=(*NEEDS, "days"), calls=100, keeps="old contracts")
def canceled_late(world: World) -> Findings:
    """Cancel contracts that waited for days; one that has expired cannot be canceled either."""

    def cancelable_after(days: int) -> bool:
        sent = pending(world, contract(world, managed(world)))
        world.clock.wait(days * DAY - HOUR)
        refused = world.refused(lambda: world.undo(sent), VALIDATION)
        world.discard(world.scope)
        return not refused

    expected = assumed("contract_cancel_days")
    yield "contract_cancel_days", boundary(cancelable_after, expected, 1, 400)
