"""What a user's unit test sees of the SDK under `pulumi.runtime.set_mocks`, in both forms."""

from collections.abc import Callable
from contextvars import copy_context
from typing import Any

import pulumi
import pulumi_partnercentral
import pytest
from pulumi.runtime import MockCallArgs, MockResourceArgs, Mocks, set_mocks
from pulumi_partnercentral import dynamic

ARN = (
    "arn:aws:partnercentral:us-east-1:123456789012:catalog/Sandbox/program-management-account/"
    "pma-0123456789abc/relationship/rs-0123456789abc"
)
STATE = {
    "arn": ARN,
    "catalog": "Sandbox",
    "displayName": "Acme",
    "relationshipId": "rs-0123456789abc",
    "sector": "COMMERCIAL",
}
FORMS = [dynamic, pulumi_partnercentral]
form = pytest.mark.parametrize("form", FORMS, ids=["dynamic", "plugin"])


class Recorded(Mocks):
    """A user's mocks: they answer with a relationship, and keep what they were asked."""

    def __init__(self) -> None:
        self.calls: list[MockCallArgs] = []
        self.resources: list[MockResourceArgs] = []

    def call(self, args: MockCallArgs) -> Any:
        self.calls.append(args)
        return {"relationships": [STATE]} if args.token.endswith("s") else STATE

    def new_resource(self, args: MockResourceArgs) -> tuple[str, dict[str, Any]]:
        self.resources.append(args)
        return ARN, args.inputs | STATE


@pytest.fixture
def mocked(emulator) -> Callable[[Callable[[], Any]], Recorded]:
    """Run a program as a unit test of Pulumi's; what would reach AWS would reach the emulator."""

    def run(program: Callable[[], Any]) -> Recorded:
        mocks = Recorded()

        def test() -> None:
            set_mocks(mocks)
            pulumi.runtime.test(program)()

        copy_context().run(test)
        assert emulator.calls() == {}
        return mocks

    return run


@form
def test_a_plain_function_goes_to_the_mocks(mocked, form: Any) -> None:
    """`get_relationship` is answered by `Mocks.call`, with the plugin's token and arguments."""
    found = []
    mocks = mocked(
        lambda: found.append(
            form.channel.get_relationship(
                display_names=["Acme"],
                sort=form.channel.Sort(sort_by="UpdatedAt", sort_order="Ascending"),
            )
        )
    )
    (call,) = mocks.calls
    assert call.token == "partnercentral:channel:getRelationship"
    sort = {"sortBy": "UpdatedAt", "sortOrder": "Ascending"}
    assert call.args == {"displayNames": ["Acme"], "sort": sort}
    assert isinstance(found[0], form.channel.AwaitableGetRelationshipResult)
    assert (found[0].arn, found[0].relationship_id) == (ARN, "rs-0123456789abc")


@form
def test_the_output_form_of_a_function_goes_to_the_mocks(mocked, form: Any) -> None:
    """`get_relationships_output` waits for its outputs and is answered by `Mocks.call`."""

    def program() -> pulumi.Output[None]:
        many = form.channel.get_relationships_output(display_names=[pulumi.Output.from_input("A")])
        return many.relationships.apply(lambda items: names.extend(i.display_name for i in items))

    names: list[str] = []
    (call,) = mocked(program).calls
    assert call.token == "partnercentral:channel:getRelationships"
    assert call.args == {"displayNames": ["A"]}
    assert names == ["Acme"]


@form
def test_a_function_with_a_provider_goes_to_the_mocks(mocked, form: Any) -> None:
    """An explicit provider with roles is no hindrance to a function under mocks."""

    def program() -> None:
        roles = [{"role_arn": "arn:aws:iam::111122223333:role/Channel"}]
        provider = form.Provider("management", assume_roles=roles)
        form.channel.get_relationship(arn=ARN, opts=pulumi.InvokeOptions(provider=provider))

    mocks = mocked(program)
    assert [call.args for call in mocks.calls] == [{"arn": ARN}]
    package = {"dynamic": "pulumi-python", "pulumi_partnercentral": "partnercentral"}
    token = "pulumi:providers:" + package[form.__name__.rpartition(".")[2]]
    assert [resource.typ for resource in mocks.resources] == [token]
    assert f"{token}::management::" in mocks.calls[0].provider


@form
def test_a_resource_goes_to_the_mocks(mocked, form: Any) -> None:
    """`Mocks.new_resource` gets a resource with the type that it has in a stack of its form."""

    def program() -> pulumi.Output[None]:
        made = form.channel.Relationship(
            "acme",
            associated_account_id="444455556666",
            association_type="END_CUSTOMER",
            display_name="Acme",
            program_management_account_identifier="pma-0123456789abc",
            sector="COMMERCIAL",
        )
        values = (made.id, made.arn, made.relationship_id, made.display_name)
        return pulumi.Output.all(*values).apply(outputs.extend)

    outputs: list[str] = []
    (made,) = mocked(program).resources
    assert (
        made.typ
        == {
            dynamic: "pulumi-python:dynamic/partnercentral/channel:Relationship",
            pulumi_partnercentral: "partnercentral:channel:Relationship",
        }[form]
    )
    hidden = {"__provider", "__identity"} if form is dynamic else set()
    assert made.inputs.keys() == hidden | {
        "associatedAccountId",
        "associationType",
        "displayName",
        "programManagementAccountIdentifier",
        "sector",
    }
    assert outputs == [ARN, ARN, "rs-0123456789abc", "Acme"]


@form
def test_get_goes_to_the_mocks(mocked, form: Any) -> None:
    """`.get()` asks `Mocks.new_resource` for the resource with that ID."""

    def program() -> pulumi.Output[None]:
        theirs = form.channel.Relationship.get("theirs", ARN)
        return theirs.display_name.apply(names.append)

    names: list[str] = []
    (read,) = mocked(program).resources
    assert read.resource_id == ARN
    assert names == ["Acme"]
