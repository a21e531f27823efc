"""What holds in catalog AWS only: asked where the partner names accounts for it."""

from ..calls import VALIDATION, Undecided
from ..probing import Findings, probe
from ..things import account, relationship
from ..world import World

CATALOG = "AWS"


@probe("management_accounts", needs=("catalog AWS",), calls=20)
def enrolled_in_aws(world: World) -> Findings:
    """Enrol the accounts that are named for it in catalog AWS, and delete them."""

    def taken(id: str) -> bool:
        return not world.refused(lambda: account(world, accountId=id), VALIDATION)

    with world.in_catalog(CATALOG):
        management = [id for id in world.in_aws if taken(id)]
    if len(management) in (0, len(world.in_aws)):
        raise Undecided("needs accounts of both kinds: all were enrolled, or none")
    yield "management_accounts", management


@probe("relationship_needs_active_account", needs=("catalog AWS",))
def relationship_of_pending_account(world: World) -> Findings:
    """Record a customer in catalog AWS, of an account that has not accepted, and delete both."""
    with world.in_catalog(CATALOG):
        parent = account(world, accountId=world.in_aws[0])
        yield (
            "relationship_needs_active_account",
            world.refused(lambda: relationship(world, parent), VALIDATION),
        )
