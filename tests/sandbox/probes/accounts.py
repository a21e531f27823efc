"""Program management accounts, and what all objects have: revisions, tags, client tokens."""

from ..calls import CONFLICT, QUOTA, VALIDATION
from ..clocks import HOUR
from ..probing import Findings, assumed, boundary, probe
from ..things import account, relationship, reseller
from ..world import World


# This one is the first of all: the lag of lists is waited for by every look that follows.
@probe("list_lag_seconds", "first_revision", calls=20)
def new_account(world: World) -> Findings:
    """Enrol an account, and look when the list has it, with which revision."""
    made = account(world)
    waited, shown = world.until(lambda: world.shown(made))
    yield "list_lag_seconds", waited
    yield "first_revision", int(shown["revision"])


@probe("one_account_per_catalog")
def second_account(world: World) -> Findings:
    """Enrol an account that is enrolled already."""
    again = account(world).request["accountId"]
    yield (
        "one_account_per_catalog",
        world.refused(lambda: account(world, accountId=again), CONFLICT),
    )


@probe("stale_revision_conflicts")
def stale_revision(world: World) -> Findings:
    """Update an account, stating a revision that is not the current one."""
    made = account(world)
    given = {"identifier": made.arn, "displayName": "verify again"}
    stale = str(int(world.shown(made)["revision"]) + 1)
    update = "update_program_management_account"
    yield (
        "stale_revision_conflicts",
        world.refused(lambda: world.linked.ask(update, **given, revision=stale), CONFLICT),
    )


@probe("tags_change_revision")
def revision_of_tags(world: World) -> Findings:
    """Tag an account, and compare its revisions."""
    made = account(world)
    before = world.shown(made)["revision"]
    tag = {"key": "verify", "value": ""}
    world.linked.ask("tag_resource", resourceArn=made.arn, tags=[tag])
    yield "tags_change_revision", world.shown(made)["revision"] != before


@probe("tags_per_resource", calls=40)
def many_tags(world: World) -> Findings:
    """Give an account as many tags as it takes, up to 200; the tag of the run is one of them."""
    made = account(world)

    def takes(count: int) -> bool:
        keys = [f"verify:{number}" for number in range(1, count)]
        tags = [{"key": key, "value": ""} for key in keys]
        taken = world.answer(
            lambda: world.linked.ask("tag_resource", resourceArn=made.arn, tags=tags),
            {VALIDATION: False, QUOTA: False, "": True},
        )
        if taken:
            world.linked.ask("untag_resource", resourceArn=made.arn, tagKeys=keys)
        return taken

    yield "tags_per_resource", boundary(takes, assumed("tags_per_resource"), 2, 200)


@probe("account_delete_needs_no_relationships")
def account_with_relationship(world: World) -> Findings:
    """Delete an account that has a relationship."""
    parent = account(world)
    relationship(world, parent)
    yield (
        "account_delete_needs_no_relationships",
        world.refused(lambda: world.undo(parent), CONFLICT),
    )


@probe("deleted_account_stays_inactive")
def deleted_account(world: World) -> Findings:
    """Delete an account, and look for it in the list."""
    made = account(world)
    world.undo(made)
    yield "deleted_account_stays_inactive", world.shown(made).get("status") == "INACTIVE"


@probe("client_token_hours", calls=60)
def client_token(world: World) -> Findings:
    """Repeat a create with its client token, at once and after hours."""
    parent = reseller(world)

    def same_after(hours: int) -> bool:
        made = relationship(world, parent)
        world.clock.wait(max(0, hours * HOUR - 60))
        arns: list[str] = []
        world.refused(lambda: arns.append(world.repeat(made)), CONFLICT)
        world.undo(made)
        return arns == [made.arn]

    kept = same_after(0)
    expected = assumed("client_token_hours")
    yield "client_token_hours", boundary(same_after, expected, 1, 1000) if kept else 0
