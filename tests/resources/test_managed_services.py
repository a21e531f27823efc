"""What AWS added for managed services to accounts and relationships, and who cannot send it."""

import copy
import json
import urllib.error
import urllib.request
from typing import Any

import aws_model
import pytest
from botocore.loaders import Loader
from conftest import ACCOUNT, RELATIONSHIP
from managed_services import CUSTOMERS, KIND, NEWER, PROVIDER
from partnercentral_provider.cli import main
from partnercentral_provider.lifecycle.requests import ListRequest, ReadRequest
from partnercentral_provider.model.errors import Conflict, UnsupportedByBoto3

MANAGED = {"associationType": "MANAGED_SERVICES_END_CUSTOMER"}
PARENT = {"programManagementAccountIdentifier": "pma-0000000000000"}
PLAN = {"partnerLedSupport": {"coverage": "ENTIRE_ORGANIZATION", "tamLocation": "EU"}}


def reasons(life: Any, kind: str, **given: Any) -> dict[str, str]:
    """Check, and give every failure by its property."""
    return {f.property: f.reason for f in life().check(kind, **given).failures}


@NEWER
def test_the_program_of_managed_services_needs_a_type(life) -> None:
    """It is required for MANAGED_SERVICES_PROVIDER, and may be absent for the others."""
    without = {name: value for name, value in PROVIDER.items() if name != "type"}
    assert reasons(life, "ProgramManagementAccount", **without) == {
        "type": "is required for MANAGED_SERVICES_PROVIDER, such as MANAGED_SERVICES"
    }
    assert reasons(life, "ProgramManagementAccount", **ACCOUNT) == {}
    typed = ACCOUNT | {"type": "RESALE_BILLING_TRANSFER"}
    assert reasons(life, "ProgramManagementAccount", **typed) == {}


@NEWER
def test_an_account_shows_its_type(life, provider) -> None:
    """The type is an output, it filters lists, and another one replaces the account."""
    assert provider["type"] == "MANAGED_SERVICES"
    other = PROVIDER | {"type": "RESALE_BILLING_TRANSFER"}
    change = life().diff("ProgramManagementAccount", provider, **other)
    assert change.diff.replaces == ["type"]
    for type_, count in (("MANAGED_SERVICES", 1), ("RESALE_BILLING_TRANSFER", 0)):
        page = life().of.list_page(
            ListRequest("partnercentral:channel:ProgramManagementAccount", {"type": type_})
        )
        assert len(page.items) == count


@NEWER
@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        (
            RELATIONSHIP | {"accountScope": "ENTIRE_ORGANIZATION", "startDate": "2027-01-01"},
            {"accountScope", "startDate"},
        ),
        (
            RELATIONSHIP
            | MANAGED
            | {"resaleAccountModel": "END_CUSTOMER", "requestedSupportPlan": PLAN},
            {"resaleAccountModel", "requestedSupportPlan"},
        ),
        (RELATIONSHIP | {"associatedAccountId": None}, {"associatedAccountId"}),
        (RELATIONSHIP | MANAGED | {"associatedAccountId": None}, set()),
        (RELATIONSHIP | MANAGED | {"startDate": "soon"}, {"startDate"}),
    ],
)
def test_what_goes_with_which_association_type_is_checked_at_once(life, given, wrong) -> None:
    """Every input that does not go with the association type is a failure of its own."""
    given = {name: value for name, value in given.items() if value is not None}
    assert set(reasons(life, "Relationship", **given, **PARENT)) == wrong


@NEWER
def test_a_managed_customer_needs_no_account(life, provider) -> None:
    """A relationship without an associated account is created, read, renamed and deleted."""
    given = {n: v for n, v in CUSTOMERS.items() if n != "associatedAccountId"}
    given["programManagementAccountIdentifier"] = provider["arn"]
    lived = life()
    made = lived.create("Relationship", **given, startDate="2027-01-01")
    assert "associatedAccountId" not in made
    assert made["startDate"] == "2027-01-01T00:00:00Z"
    changed = given | {"displayName": "B", "startDate": "2027-01-01T00:00:00Z"}
    renamed = lived.update("Relationship", made, **changed)
    assert renamed["displayName"] == "B"
    found = lived.read("Relationship", renamed)
    assert not lived.diff("Relationship", found.state, **changed).diff.changed
    lived.delete("Relationship", renamed)


@NEWER
@pytest.mark.parametrize(
    ("kind", "name", "same", "other"),
    [
        ("ProgramManagementAccount", "type", "MANAGED_SERVICES", "RESALE_BILLING_TRANSFER"),
        (
            "Relationship",
            "accountScope",
            "SPECIFIC_MEMBER_ACCOUNTS",
            "ENTIRE_ORGANIZATION",
        ),
        ("Relationship", "startDate", None, "2028-01-01"),
    ],
)
def test_what_a_state_did_not_know_never_replaces(
    life, emulator, provider, managed, kind, name, same, other
) -> None:
    """Newly written, it is compared with what AWS shows: equal is recorded, another one refused."""
    state = {"ProgramManagementAccount": provider, "Relationship": managed}[kind]
    given = {
        "ProgramManagementAccount": PROVIDER,
        "Relationship": CUSTOMERS | {"programManagementAccountIdentifier": provider["arn"]},
    }[kind]
    same = same or managed["startDate"]
    names = [n for n in state["__inputs"].split(",") if n != name]
    older = {n: v for n, v in state.items() if n != name} | {"__inputs": ",".join(names)}
    lived = life()
    emulator.reset_calls()
    assert lived.diff(kind, older, **given | {name: same}).diff.replaces == []
    completed = lived.update(kind, older, **given | {name: same})
    assert completed[name] == same
    assert not lived.diff(kind, completed, **given | {name: same}).diff.changed
    assert lived.diff(kind, older, **given | {name: other}).diff.replaces == []
    with pytest.raises(Conflict, match=f"differs from the program in {name}"):
        lived.update(kind, older, **given | {name: other})
    assert not [n for n in emulator.calls() if n.startswith(("Create", "Update", "Delete"))]


@NEWER
def test_only_managed_relationships_are_read_by_themselves(
    life, emulator, provider, managed, inputs, account
) -> None:
    """Those of resale share a list; a managed one shows its contract, which a list does not."""
    lived = life()
    others = [
        lived.create(
            "Relationship",
            **RELATIONSHIP | {"associatedAccountId": f"{number:012}"},
            programManagementAccountIdentifier=account["arn"],
        )
        for number in range(5)
    ]
    contract = lived.create(KIND, **inputs())
    emulator.reset_calls()
    lived = life()
    for each in others:
        lived.read("Relationship", each)
    found = lived.read("Relationship", managed).state
    assert found["channelContractId"] == contract["channelContractId"]
    assert found["endDate"] == contract["details"]["managedServicesAttestationDetails"]["endDate"]
    calls = emulator.calls()
    assert calls["ListRelationships"] == 1
    assert calls["GetRelationship"] <= 3  # the first two reads come alone
    emulator.application._controlled(
        "POST", "contracts", {"arn": contract["arn"], "status": "INACTIVE"}
    )
    again = life().read("Relationship", found | {"__inputs": managed["__inputs"]}).state
    assert "channelContractId" not in again


# -- with an older boto3 -----------------------------------------------------------------------


def before_contracts(model: dict[str, Any]) -> dict[str, Any]:
    """Take away what botocore 1.44.8 added to the model; 1.44.7 had the rest."""
    older = copy.deepcopy(model)
    shapes = older["shapes"]
    for name in [n for n in older["operations"] if "ChannelContract" in n]:
        del older["operations"][name]
    for shape in [n for n in shapes if "ChannelContract" in n or "Attestation" in n]:
        del shapes[shape]
    for shape, members in {
        "CreateProgramManagementAccountRequest": ["type"],
        "ListProgramManagementAccountsRequest": ["type"],
        "ProgramManagementAccountSummary": ["type"],
        "CreateRelationshipRequest": ["accountScope", "startDate"],
        "RelationshipDetail": ["accountScope", "channelContractId", "endDate"],
    }.items():
        for member in members:
            shapes[shape]["members"].pop(member, None)
    required = shapes["CreateRelationshipRequest"]["required"]
    if "associatedAccountId" not in required:
        required.append("associatedAccountId")
    return older


@pytest.fixture
def older(monkeypatch, tmp_path) -> None:
    """Let botocore have the model of 1.44.7; an older one that is installed has no more."""
    model = before_contracts(Loader().load_service_model("partnercentral-channel", "service-2"))
    monkeypatch.setenv("AWS_DATA_PATH", str(aws_model.put(model, tmp_path / "older")))


NEEDED = "boto3 1.44.8 or newer"


def test_with_an_older_boto3_a_contract_fails_in_check(older, life) -> None:
    """One sentence says which boto3 to install, before any call."""
    failures = reasons(life, KIND, contractType="MANAGED_SERVICES_ATTESTATION", payload=None)
    assert NEEDED in failures["contractType"]


def test_with_an_older_boto3_the_new_inputs_fail_in_check(older, life) -> None:
    """Each input that cannot be sent says which boto3 to install, also one that is left out."""
    typed = reasons(life, "ProgramManagementAccount", **ACCOUNT, type="MANAGED_SERVICES")
    assert NEEDED in typed["type"]
    managed = RELATIONSHIP | MANAGED | PARENT
    given = {n: v for n, v in managed.items() if n != "associatedAccountId"}
    failures = reasons(
        life,
        "Relationship",
        **given,
        accountScope="ENTIRE_ORGANIZATION",
        startDate="2027-01-01",
    )
    assert set(failures) == {"accountScope", "startDate", "associatedAccountId"}
    assert all(NEEDED in reason for reason in failures.values())


def test_with_an_older_boto3_everything_else_works(older, life, account, relationship) -> None:
    """Accounts and relationships of resale are created, renamed, refreshed and deleted."""
    lived = life()
    given = RELATIONSHIP | {"programManagementAccountIdentifier": account["arn"]}
    renamed = lived.update("Relationship", relationship, **given | {"displayName": "B"})
    assert lived.read("Relationship", renamed).state["displayName"] == "B"
    lived.delete("Relationship", renamed)
    lived.delete("ProgramManagementAccount", account)


def test_with_an_older_boto3_reading_a_contract_says_what_is_needed(older, life) -> None:
    """A state that a newer boto3 wrote is named with what to install, and nothing crashes."""
    arn = "arn:aws:partnercentral:us-east-1:123456789012:catalog/Sandbox/channel-contract/cc-"
    arn += "0123456789abc"
    token = f"partnercentral:channel:{KIND}"
    for attempt in (
        lambda: life().of.read(ReadRequest(token, arn, {"arn": arn}, {})),
        lambda: life().of.invoke("partnercentral:channel:getChannelContracts", {}),
        lambda: life().of.list_page(ListRequest(token, {})),
    ):
        with pytest.raises(UnsupportedByBoto3, match=NEEDED):
            attempt()


def test_with_an_older_boto3_the_emulator_serves_what_it_knows(older, emulator, client) -> None:
    """An operation of which its model knows nothing is unknown, and the others are served."""
    request = urllib.request.Request(
        emulator.url,
        b"{}",
        {"X-Amz-Target": "PartnerCentralChannel.CreateChannelContract"},
    )
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(request)
    with caught.value as answer:
        assert json.load(answer)["__type"] == "UnknownOperationException"
    assert client().list_relationships(catalog="Sandbox")["items"] == []


def test_with_an_older_boto3_discovery_leaves_contracts_out(
    older, life, account, tmp_path, monkeypatch, capsys
) -> None:
    """The rest of the channel is found, and a line says what is missing and why."""
    monkeypatch.chdir(tmp_path)
    assert main(["discover", "--catalog", "Sandbox", "--region", "us-east-1"]) == 0
    said = capsys.readouterr().out
    assert "1 objects are in import.json" in said
    unknown = "The installed boto3 does not know the operation list_channel_contracts."
    assert f"No ChannelContract: {unknown}" in said
