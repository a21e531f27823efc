"""The hidden input by which a create in the program's process finds its own object again."""

import json
from collections.abc import Iterator
from typing import Any

import pulumi
import pytest
from conftest import ACCOUNT
from hosts.test_dynamic import URN, Host, _held, _struct
from pulumi.runtime import proto
from pulumi_partnercentral.dynamic import channel

TOKEN = "partnercentral:channel:ProgramManagementAccount"
OLD = ["project", "dev", "", "", TOKEN, "account"]


@pytest.fixture(autouse=True)
def _leave_nothing_behind() -> Iterator[None]:
    """Give later tests of this process a Pulumi without mocks."""
    yield
    pulumi.runtime.settings.reset_options()


class Mocks(pulumi.runtime.Mocks):
    """Pulumi's own stand-in for an engine, which tells what a program registers."""

    def __init__(self) -> None:
        self.inputs: dict[str, Any] = {}

    def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> tuple[str | None, dict]:
        if args.name == "account":
            self.inputs = args.inputs
        return args.name, args.inputs

    def call(self, args: pulumi.runtime.MockCallArgs) -> dict:
        return {}


@pytest.mark.parametrize(
    ("organization", "identity"),
    [("organization", OLD), ("acme", ["acme", *OLD]), ("beta", ["beta", *OLD])],
)
def test_organizations_are_told_apart(organization, identity) -> None:
    """The same stack of two organizations has two; a backend without any is as in 0.1.0."""
    mocks = Mocks()
    pulumi.runtime.set_mocks(mocks, "project", "dev", False, organization=organization)

    @pulumi.runtime.test
    def program() -> None:
        channel.ProgramManagementAccount(
            "account", program="SOLUTION_PROVIDER", account_id="111122223333", display_name="A"
        )

    program()
    assert json.loads(mocks.inputs["__identity"]) == identity


@pytest.mark.parametrize(
    ("old", "new", "kept"),
    [
        (OLD, ["acme", *OLD], OLD),
        (["acme", *OLD], ["acme", *OLD], ["acme", *OLD]),
        (OLD, ["project", "prod", *OLD[2:]], ["project", "prod", *OLD[2:]]),
        ([], ["acme", *OLD], ["acme", *OLD]),
    ],
)
def test_a_state_without_organization_keeps_its_identity(emulator, old, new, kept) -> None:
    """A stack of 0.1.0 shows no change for the organization that this version adds."""
    host = Host()
    try:
        host.configure(region="us-east-1", catalog="Sandbox")
        olds = {"__identity": json.dumps(old)} if old else {}
        news = _struct(_held(ACCOUNT | {"__identity": json.dumps(new)}))
        request = proto.CheckRequest(urn=URN, olds=_struct(olds), news=news)
        checked = host.calls.Check(request).inputs
    finally:
        host.close()
    assert json.loads(checked["__identity"]) == kept
