"""Relationships of resale."""

from ..calls import CONFLICT, VALIDATION
from ..probing import Findings, probe
from ..things import relationship, reseller, start
from ..world import World


@probe("fills_resale_account_model")
def without_model(world: World) -> Findings:
    """Record a customer without a resaleAccountModel, and look which one it has."""
    shown = world.shown(relationship(world))
    yield "fills_resale_account_model", shown.get("resaleAccountModel", "")


@probe("one_relationship_per_account")
def second_relationship(world: World) -> Findings:
    """Record a customer twice."""
    parent = reseller(world)
    again = relationship(world, parent).request["associatedAccountId"]
    yield (
        "one_relationship_per_account",
        world.refused(lambda: relationship(world, parent, associatedAccountId=again), CONFLICT),
    )


@probe("downstream_sellers_need_distribution")
def seller_of_a_reseller(world: World) -> Findings:
    """Record a downstream seller under a solution provider."""
    parent, kind = reseller(world), "DOWNSTREAM_SELLER"
    yield (
        "downstream_sellers_need_distribution",
        world.refused(lambda: relationship(world, parent, associationType=kind), VALIDATION),
    )


@probe("relationship_delete_needs_no_pending", keeps="a canceled offer")
def relationship_with_offer(world: World) -> Findings:
    """Delete a relationship that has a pending handshake."""
    about = relationship(world)
    start(world, about)
    yield "relationship_delete_needs_no_pending", world.refused(lambda: world.undo(about), CONFLICT)
