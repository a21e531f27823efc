"""A history finds what is wrong: each defect here is planted into the provider's process."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from typing import Any

import pytest
from chaos.engine import Refusal, Stored
from chaos.findings import Finding, check_refusal, check_values
from chaos.history import History
from chaos.program import KNOWN, Declared, released
from chaos.tags import TagPolicy
from chaos.world import World

AROUND = """
from botocore.client import BaseClient

sent = BaseClient._make_api_call


def call(self, operation, given):
    if operation == {operation!r}:
        {instead}
    return sent(self, operation, given)


BaseClient._make_api_call = call
"""
"""Does something else instead of one call to AWS, or before it."""


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """Give the one emulator of these tests, whose start takes a second."""
    made = World(Counter())
    yield made
    made.close()


@pytest.fixture
def found(world: World) -> Callable[[Callable[[Any], None], str, str], str]:
    """Let histories be lived whose providers do something else in place of an operation of AWS."""

    def live(life: Callable[[Any], None], operation: str, instead: str) -> str:
        """Live a history with a defect, and give the kind of what was found."""
        world.plant(AROUND.format(operation=operation, instead=instead))
        planted = history(world)
        try:
            life(planted)
            planted.teardown()
        except Finding as finding:
            return finding.kind
        return "nothing"

    return live


def history(world: World) -> History:
    """Begin a history of the plugin in a world."""
    about = {"form": "plugin", "world": world, "figures": Counter()}
    made: History = type(
        "Given", (History,), about | {"on_finding": staticmethod(lambda error: None)}
    )()
    return made


def retagged(life: Any) -> None:
    life.begin(names=["a0"])
    life.retag(which=0, tags={})
    life.deploy()


def planned(life: Any) -> None:
    life.begin(names=["r00"])
    life.change_the_support_plan(which=0, plan={"partnerLedSupport": PLAN})
    life.deploy()


def removed(life: Any) -> None:
    life.begin(names=["r00"])
    life.remove(which=1)
    life.deploy()


def enrolled(life: Any) -> None:
    life.world.control("POST", "settings", {"one_account_per_catalog": False})
    life.begin(names=["a0"])


def invited(life: Any) -> None:
    life.begin(names=["i0"])


def guarded(life: Any) -> None:
    life.begin(names=["j0"], guards=True)
    life.destroy()


def forced(life: Any) -> None:
    life.begin(names=["j0"], guards=True)
    life.guard(which=0, force=True)
    life.deploy()
    life.destroy()


def ignored(life: Any) -> None:
    life.begin(names=["a0"])
    life.meddle(which=0, what="tag")
    life.ignore_tags(ignored={"keys": ["by"]})
    life.retag(which=0, tags={"team": "red"})
    life.deploy()


def defaulted(life: Any) -> None:
    life.begin(names=["a0"])
    life.change_the_default_tags(tags={"owner": "me"})
    life.refresh()


PLAN = {"coverage": "MANAGEMENT_ACCOUNT_ONLY", "tamLocation": "eu-west-1"}


def test_lives_without_a_defect_find_nothing(world: World) -> None:
    """The histories of these tests end well where the provider has no defect."""
    world.plant("")
    lives = (retagged, planned, removed, enrolled, invited, guarded, forced, ignored, defaulted)
    for life in lives:
        good = history(world)
        life(good)
        good.teardown()
        assert good.figures["objects compared"] > 0


def test_a_tag_that_stays_is_found(found) -> None:
    """A provider that never removes tags does not settle: AWS shows the tag again and again."""
    assert found(retagged, "UntagResource", "return {}") == "stacks that do not settle"


def test_a_value_that_never_reaches_aws_is_found(found) -> None:
    """A support plan that is not sent is a wrong value, although no read shows it."""
    instead = "given.pop('requestedSupportPlan', None)"
    assert found(planned, "UpdateRelationship", instead) == "wrong values"


def test_a_create_that_is_sent_twice_is_found(found) -> None:
    """An account that is created twice, where AWS lets it be, is a duplicate at once."""
    instead = "sent(self, operation, given | {'clientToken': 'another'})"
    assert found(enrolled, "CreateProgramManagementAccount", instead) == "duplicates"


def test_a_delete_that_is_never_sent_is_found(found) -> None:
    """A relationship that left the stack and stayed at AWS is a loss."""
    assert found(removed, "DeleteRelationship", "return {}") == "losses"


def test_a_guard_that_does_not_hold_is_found(found) -> None:
    """A provider that takes an ACTIVE account for PENDING deletes it, although it is guarded."""
    instead = """
        found = sent(self, operation, given)
        for item in found["items"]:
            item["status"] = "PENDING"
        return found"""
    operation = "ListProgramManagementAccounts"
    assert found(guarded, operation, instead.strip()) == "guards that did not hold"
    assert found(forced, operation, instead.strip()) == "nothing"


def test_a_guard_that_is_not_deployed_is_found() -> None:
    """A guard of the program that the state lacks is a wrong value: AWS knows nothing of it."""
    inputs = {"accountId": "111122223330", "forceDestroy": False}
    account = {"arn": "a", "accountId": "111122223330", "tags": {}}
    declared = {"a0": Declared("ProgramManagementAccount", inputs)}
    for deployed, ends in ((inputs, nullcontext()), ({}, pytest.raises(Finding, match="force"))):
        stored = Stored("ProgramManagementAccount", "a", deployed, {}, set())
        with ends:
            check_values(declared, {"a0": stored}, {"a": account}, TagPolicy())


def test_an_ignored_tag_that_is_removed_is_found(found) -> None:
    """A provider that takes away what other people added, and is to be ignored, is found."""
    about = "{'resourceArn': given['resourceArn'], 'tagKeys': ['by']}"
    instead = f"sent(self, 'UntagResource', {about})"
    assert found(ignored, "TagResource", instead) == "ignored tags that were touched"


def test_a_default_tag_that_never_reaches_aws_is_found(found) -> None:
    """A default tag that a provider sees where AWS has none of it is a wrong value."""
    instead = """
        found = sent(self, operation, given)
        return {"tags": [*found["tags"], {"key": "owner", "value": "me"}]}"""
    assert found(defaulted, "ListTagsForResource", instead.strip()) == "wrong values"


def test_a_release_deploys_nothing_else(world: World) -> None:
    """What the state has is declared again, wired as before, and all of it may be deleted."""
    world.plant("")
    made = history(world)
    made.begin(names=[*KNOWN], guards=True)
    program = released(made.stack.state)
    wiring = ({n: d.parents for n, d in of.resources.items()} for of in (program, made.program))
    assert next(wiring) == next(wiring)
    forces = {n: d.inputs["forceDestroy"] for n, d in program.resources.items() if n[0] in "ar"}
    assert {*forces.values()} == {True}
    run = made._run(lambda provider: made.stack.up(provider, program))
    assert (run.changed, run.refusals) == (len(forces), [])
    made.teardown()


def test_a_write_by_another_account_is_found(found) -> None:
    """A receiver's account that deletes, although it may only answer, is found by its calls."""
    instead = """
        import boto3
        other = boto3.client(
            "partnercentral-channel", region_name="us-east-1",
            aws_access_key_id="111122223330", aws_secret_access_key="secret",
        )
        about = {"catalog": "Sandbox", "identifier": "pma-0123456789abc"}
        try:
            sent(other, "DeleteProgramManagementAccount", about)
        except other.exceptions.ResourceNotFoundException:
            pass"""
    kind = found(invited, "CreateProgramManagementAccount", instead.strip())
    assert kind == "writes by a wrong account"


def test_an_unforeseen_error_is_found(found) -> None:
    """A provider that says that this is a bug is found by what it says."""
    assert found(planned, "CreateRelationship", "raise RuntimeError('odd')") == "tracebacks"


def test_a_provider_that_ends_is_found(found) -> None:
    """A provider's process that ends by itself, in the middle of a call, is found."""
    assert found(invited, "CreateChannelHandshake", "__import__('os')._exit(3)") == (
        "processes that ended"
    )


def test_a_refusal_without_words_is_found() -> None:
    """A refusal of a single word, or with a code that says nothing, is no sentence."""
    for refusal in (
        Refusal("a0", "INVALID_ARGUMENT", "boom"),
        Refusal("a0", "UNKNOWN", "There is no such account."),
    ):
        with pytest.raises(Finding, match="refusals that are no sentence"):
            check_refusal(refusal, "plugin")
    check_refusal(Refusal("a0", "INVALID_ARGUMENT", "There is no such account."), "plugin")
