"""An update whose answer was lost is repeated by the next `up`, through either form."""

from collections.abc import Callable
from typing import Any

import pytest
from e2e.channel_program import CONFIG, FORMS
from e2e.engine import CUSTOMER, MANAGEMENT, Engine, changes
from pulumi.automation import CommandError

A = {"partner_led_support": {"coverage": "ENTIRE_ORGANIZATION", "tam_location": "EU"}}
B = {"resold_enterprise": {"coverage": "ENTIRE_ORGANIZATION", "tam_location": "EU"}}


def program(form: str, plan: Any = None, **tags: str) -> Callable[[], None]:
    """Make a program of an account with these tags, and a customer with this support plan."""

    def run() -> None:
        channel = FORMS[form].channel
        account = channel.ProgramManagementAccount(
            "account",
            program="SOLUTION_PROVIDER",
            account_id=MANAGEMENT,
            display_name="Reseller",
            tags=tags or None,
        )
        channel.Relationship(
            "acme",
            program_management_account_identifier=account.arn,
            associated_account_id=CUSTOMER,
            association_type="END_CUSTOMER",
            sector="COMMERCIAL",
            display_name="Acme",
            requested_support_plan=plan,
        )

    return run


@pytest.mark.parametrize("form", FORMS)
def test_a_plan_goes_back_with_the_program(engine: Engine, emulator, form) -> None:
    """B reached AWS and its answer was lost; the program has A again, and AWS is asked for A."""
    engine.environment["AWS_MAX_ATTEMPTS"] = "1"
    stack = engine.stack(program(form, A), **CONFIG)
    stack.up()
    emulator.fault("UpdateRelationship", drop="after")
    if form == "plugin":
        with pytest.raises(CommandError, match="may have been changed or not"):
            stack.up(program=program(form, B))
    else:
        assert "may have been changed or not" in stack.up(program=program(form, B)).stdout
    assert plan_at_aws(emulator) == ["resoldEnterprise"]
    shown = stack.preview(program=program(form, A))
    assert changes(shown) == {"update": 1}
    emulator.reset_calls()
    stack.up()
    assert emulator.calls()["UpdateRelationship"] == 1
    assert plan_at_aws(emulator) == ["partnerLedSupport"]
    assert changes(stack.preview()) == {}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("refreshed", [False, True])
def test_tags_leave_aws_with_the_program(engine: Engine, emulator, form, refreshed) -> None:
    """All tags were taken out, and no answer came: the next `up` removes them from AWS."""
    engine.environment["AWS_MAX_ATTEMPTS"] = "1"
    stack = engine.stack(program(form, team="blue"), **CONFIG)
    stack.up()
    emulator.fault("UntagResource", drop="before")
    if form == "plugin":
        with pytest.raises(CommandError, match="may have been changed or not"):
            stack.up(program=program(form))
    else:
        stack.up(program=program(form))
    if refreshed:
        stack.refresh(program=program(form))
    stack.up(program=program(form))
    assert [each["tags"] for each in emulator.objects()] == [{}, {}]
    assert changes(stack.preview(program=program(form))) == {}


def plan_at_aws(emulator) -> list[str]:
    """Name the support plan that AWS was asked for last."""
    (found,) = [o for o in emulator.objects() if "associationType" in o]
    return list(found["requestedSupportPlan"])
