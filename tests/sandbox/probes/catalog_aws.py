"""What holds in catalog AWS only: asked where the partner names accounts for it."""

from ..calls import VALIDATION, Undecided
from ..probing import Findings, probe
from ..things import account, relationship
from ..world import World

CATALOG = "AWS"


@probe("management_accounts", needs=("catalog AWS",), calls=20)
def enrolled_in_aws(world: World) -> Findings:
    """Enrol each account that is named for it in catalog AWS, and delete it at once."""

    def taken(id: str) -> bool:
        def act() -> None:
            world.undo(account(world, accountId=id))

        return not world.refused(act, VALIDATION)

    with world.in_catalog(CATALOG):
        management = [id for id in world.in_aws if taken(id)]
    if not management:
        raise Undecided("none of the accounts could be enrolled in catalog AWS")
    yield "management_accounts", [] if management == world.in_aws else management


@probe("relationship_needs_active_account", needs=("catalog AWS",))
def relationship_of_pending_account(world: World) -> Findings:
    """Record a customer in catalog AWS, of an account that has not accepted, and delete both."""
    with world.in_catalog(CATALOG):
        parent = account(world, accountId=world.in_aws[0])
        yield (
            "relationship_needs_active_account",
            world.refused(lambda: relationship(world, parent), VALIDATION),
        )
