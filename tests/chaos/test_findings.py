"""A history finds what is wrong: each defect here is planted into the provider's process."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from chaos.engine import Refusal
from chaos.findings import Finding, check_refusal
from chaos.history import History
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


PLAN = {"coverage": "MANAGEMENT_ACCOUNT_ONLY", "tamLocation": "eu-west-1"}


def test_lives_without_a_defect_find_nothing(world: World) -> None:
    """The histories of these tests end well where the provider has no defect."""
    world.plant("")
    for life in (retagged, planned, removed, enrolled, invited):
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
