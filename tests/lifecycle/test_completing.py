"""States that lack some inputs: of the other form of the provider, or of an older version."""

from typing import Annotated, Any

import pytest
from botocore.loaders import Loader
from conftest import ACCOUNT, CUSTOMER, LINKED, MANAGEMENT, RELATIONSHIP
from managed_services import attestation
from partnercentral_provider.lifecycle.requests import ReadRequest
from partnercentral_provider.lifecycle.results import Found
from partnercentral_provider.model.errors import Conflict, NotFound
from partnercentral_provider.model.properties import Properties
from partnercentral_provider.model.types import AccountId, Fixed, ReplaceOnChange, Since
from partnercentral_provider.resources import by_token

PLAN = {"partnerLedSupport": {"coverage": "ENTIRE_ORGANIZATION", "tamLocation": "EU"}}
OTHER = {"resoldEnterprise": {"coverage": "ENTIRE_ORGANIZATION", "tamLocation": "EU"}}
MODEL = Loader().load_service_model("partnercentral-channel", "service-2")
TYPES = [
    kind.__name__
    for _, kind in sorted(by_token().items())
    if kind.aws_name != "ChannelContract" or "GetChannelContract" in MODEL["operations"]
    if not kind.__name__.endswith("Acceptance")
]
"""The types that the installed botocore knows; of acceptances test_acceptance has the same."""

NOTE = {"note": "Welcome"}
PERIODS = [
    {"servicePeriodType": "MINIMUM_NOTICE_PERIOD", "minimumNoticeDays": "30"},
    {"servicePeriodType": "FIXED_COMMITMENT_PERIOD", "endDate": "2027-06-30"} | NOTE,
]


def channel(life, period: Properties = PERIODS[0]) -> dict[str, Properties]:
    """
    Deploy all resources of a resale channel; the inputs of each, by its type.

    The service period is what the handshake offers.
    """
    made: dict[str, Properties] = {"ProgramManagementAccount": dict(ACCOUNT)}
    account = life().create("ProgramManagementAccount", **ACCOUNT)
    join = {
        "handshakeType": "PROGRAM_MANAGEMENT_ACCOUNT",
        "associatedResourceIdentifier": account["arn"],
    }
    invitation = life().create("ChannelHandshake", **join)
    made["ChannelHandshakeResponse"] = {
        "channelHandshakeIdentifier": invitation["arn"],
        "handshakeType": "PROGRAM_MANAGEMENT_ACCOUNT",
        "response": "ACCEPT",
    }
    life(MANAGEMENT).create("ChannelHandshakeResponse", **made["ChannelHandshakeResponse"])
    made["Relationship"] = RELATIONSHIP | {
        "programManagementAccountIdentifier": account["arn"],
        "requestedSupportPlan": PLAN,
    }
    customer = life().create("Relationship", **made["Relationship"])
    made["ChannelHandshake"] = {
        "handshakeType": "START_SERVICE_PERIOD",
        "associatedResourceIdentifier": customer["arn"],
        "payload": {
            "startServicePeriodPayload": period
            | {"programManagementAccountIdentifier": account["arn"]}
        },
    }
    life().create("ChannelHandshake", **made["ChannelHandshake"])
    made["ServicePeriod"] = {"relationshipIdentifier": customer["arn"], **period}
    return made


def contract(life) -> Properties:
    """Deploy a managed services customer with its contract; the inputs of the contract."""
    account = life().create(
        "ProgramManagementAccount",
        **ACCOUNT
        | {
            "program": "MANAGED_SERVICES_PROVIDER",
            "type": "MANAGED_SERVICES",
            "accountId": "1" * 12,
        },
    )
    customer = life().create(
        "Relationship",
        **RELATIONSHIP
        | {
            "associationType": "MANAGED_SERVICES_END_CUSTOMER",
            "accountScope": "ENTIRE_ORGANIZATION",
        },
        programManagementAccountIdentifier=account["arn"],
    )
    inputs = {
        "contractType": "MANAGED_SERVICES_ATTESTATION",
        "payload": attestation(account["arn"], customer["arn"]),
    }
    life().create("ChannelContract", **inputs)
    return inputs


def of(kind: str) -> str:
    """Name the account that signs for a resource of this type."""
    return MANAGEMENT if kind == "ChannelHandshakeResponse" else LINKED


def from_plugin(lived, emulator, kind: str) -> Properties:
    """Give the outputs of the newest object of a type, as a refresh through the plugin has them."""
    prefix = by_token()[f"partnercentral:channel:{kind}"].arn_form.prefix
    wanted = 0 if kind == "ChannelHandshakeResponse" else -1
    arn = [o["arn"] for o in emulator.objects() if o["id"].startswith(prefix)][wanted]
    token = f"partnercentral:channel:{kind}"
    found = lived.of.read(ReadRequest(token, arn, {}, None))
    return dict(found.state)


def writes(emulator) -> list[str]:
    """List the calls that change something."""
    reads = ("List", "Get", "sts:")
    return [name for name in emulator.calls() if not name.startswith(reads)]


@pytest.mark.parametrize("period", PERIODS, ids=["notice", "commitment"])
@pytest.mark.parametrize("kind", TYPES)
def test_state_of_the_plugin_is_completed_and_never_replaced(life, emulator, kind, period) -> None:
    """Outputs alone, without the inputs: no replacement, one update without a write, then none."""
    is_contract = kind == "ChannelContract"
    inputs = contract(life) if is_contract else channel(life, period)[kind]
    lived = life(of(kind))
    state = from_plugin(lived, emulator, kind)
    emulator.reset_calls()
    change = lived.diff(kind, state, **inputs)
    assert change.unfinished
    assert change.diff.replaces == []
    assert set(change.diff.changed) <= {"payload", "requestedSupportPlan", "response", "note"}
    completed = lived.update(kind, state, **inputs)
    assert writes(emulator) == []
    change = lived.diff(kind, completed, **inputs)
    assert (change.unfinished, change.diff.changed) == (False, [])
    refreshed = lived.read(kind, completed)
    assert not lived.diff(kind, refreshed.state, **inputs).diff.changed
    assert refreshed.inputs == lived.inputs(kind, **inputs)


@pytest.mark.parametrize(
    ("edit", "at_aws", "in_program"),
    [
        ({"servicePeriodType": "FIXED_COMMITMENT_PERIOD", "endDate": "2027-06-30"}, "30", "2027"),
        (PERIODS[0] | NOTE, '"30", "servicePeriodType"', '"note": "Welcome"'),
        (PERIODS[0] | {"minimumNoticeDays": 60}, '"30"', '"60"'),
    ],
)
def test_an_edit_made_with_the_move_is_refused(life, emulator, edit, at_aws, in_program) -> None:
    """A payload that differs from AWS's is neither swallowed nor a replacement; both are said."""
    inputs = channel(life)["ChannelHandshake"]
    state = from_plugin(life(), emulator, "ChannelHandshake")
    account = inputs["payload"]["startServicePeriodPayload"]["programManagementAccountIdentifier"]
    edited = edit | {"programManagementAccountIdentifier": account}
    inputs = inputs | {"payload": {"startServicePeriodPayload": edited}}
    emulator.reset_calls()
    assert life().diff("ChannelHandshake", state, **inputs).diff.replaces == []
    with pytest.raises(Conflict) as caught:
        life().update("ChannelHandshake", state, **inputs)
    has, _, says = str(caught.value).partition("; the program says ")
    assert at_aws in has
    assert in_program in says.partition("The stack does not know")[0]
    assert "pulumi up --replace" in says
    assert writes(emulator) == []


def test_another_answer_made_with_the_move_is_refused(life, emulator) -> None:
    """ACCEPT in AWS and REJECT in the program: the sentence names both."""
    inputs = channel(life)["ChannelHandshakeResponse"] | {"response": "REJECT"}
    lived = life(MANAGEMENT)
    state = from_plugin(lived, emulator, "ChannelHandshakeResponse")
    with pytest.raises(Conflict, match='AWS has response "ACCEPT"; the program says response "RE'):
        lived.update("ChannelHandshakeResponse", state, **inputs)


def test_an_edit_that_the_outputs_tell_is_what_it_always_was(life, emulator) -> None:
    """Together with a move, another sector replaces, and another name is sent."""
    inputs = channel(life)["Relationship"]
    state = from_plugin(life(), emulator, "Relationship")
    change = life().diff("Relationship", state, **inputs | {"sector": "GOVERNMENT"})
    assert change.diff.replaces == ["sector"]
    renamed = life().update("Relationship", state, **inputs | {"displayName": "B"})
    assert renamed["displayName"] == "B"


def test_a_plan_that_nobody_knows_is_recorded_and_its_change_is_sent(life, emulator) -> None:
    """The first update after the move warns and sends nothing; the next change of it is sent."""
    inputs = channel(life)["Relationship"]
    lived = life()
    state = from_plugin(lived, emulator, "Relationship")
    state = lived.update("Relationship", state, **inputs | {"requestedSupportPlan": OTHER})
    assert "requestedSupportPlan is recorded as the program says it" in lived.warnings[0]
    assert plan(emulator) == PLAN
    assert lived.diff("Relationship", state, **inputs).diff.changed == ["requestedSupportPlan"]
    lived.update("Relationship", state, **inputs | {"requestedSupportPlan": PLAN})
    assert plan(emulator) == PLAN
    assert lived.warnings[1:] == []


def test_a_plan_that_a_program_adds_to_a_known_state_is_sent(life, emulator, account) -> None:
    """Where the inputs are known, a plan that was not among them is a request."""
    inputs = RELATIONSHIP | {"programManagementAccountIdentifier": account["arn"]}
    state = life().create("Relationship", **inputs)
    life().update("Relationship", state, **inputs, requestedSupportPlan=PLAN)
    assert plan(emulator) == PLAN


def plan(emulator) -> Any:
    """Give the support plan that AWS was asked for last."""
    (found,) = [o for o in emulator.objects() if "associationType" in o]
    return found.get("requestedSupportPlan")


def test_an_answer_that_aws_lists_no_longer_moves_too(life, emulator) -> None:
    """What outlives its listing is completed from its outputs."""
    inputs = channel(life)["ChannelHandshakeResponse"]
    lived = life(MANAGEMENT)
    state = from_plugin(lived, emulator, "ChannelHandshakeResponse")
    forget(emulator, state)
    moved = lived.update("ChannelHandshakeResponse", state, **inputs)
    assert moved["status"] == "ACCEPTED"
    assert "no longer lists" in lived.warnings[0]
    change = lived.diff("ChannelHandshakeResponse", moved, **inputs)
    assert (change.unfinished, change.diff.changed) == (False, [])


def test_an_invitation_that_is_gone_is_not_moved(life, emulator) -> None:
    """An update of what AWS does not list any more is an error, as ever."""
    inputs = channel(life)["ChannelHandshake"]
    state = from_plugin(life(), emulator, "ChannelHandshake")
    forget(emulator, state)
    with pytest.raises(NotFound):
        life().update("ChannelHandshake", state, **inputs)


def forget(emulator, state: Properties) -> None:
    """Let AWS list a handshake no longer."""
    emulator.application.memory.delete(state["channelHandshakeId"])


def test_a_payload_whose_account_is_gone_moves_too(life, emulator) -> None:
    """The account inside a payload is never returned, so that nobody has to find it."""
    inputs = channel(life)["ChannelHandshake"]
    state = from_plugin(life(), emulator, "ChannelHandshake")
    account = next(o for o in emulator.objects() if o["id"].startswith("pma"))
    emulator.application.memory.delete(account["id"])
    completed = life().update("ChannelHandshake", state, **inputs)
    assert not life().diff("ChannelHandshake", completed, **inputs).diff.changed


class LaterHandshake(by_token()["partnercentral:channel:ChannelHandshake"]):
    """A handshake of a later version, with more inputs than 0.1.0 knew."""

    class Inputs(by_token()["partnercentral:channel:ChannelHandshake"].Inputs):
        """What a later program states."""

        sender_account_id: Annotated[Fixed[AccountId], Since("0.2.0")] = MANAGEMENT
        urgency: Annotated[Fixed[str], Since("0.2.0")] = "NORMAL"
        language: Annotated[Fixed[str | None], Since("0.2.0")] = None


@pytest.fixture
def later(life, emulator, monkeypatch):
    """Let a version with one handshake be followed by one that knows more inputs."""
    inputs = channel(life)["ChannelHandshake"]
    arn = emulator.objects()[-1]["arn"]
    token = "partnercentral:channel:ChannelHandshake"
    checked = life().inputs("ChannelHandshake", **inputs)
    found = life().of.read(ReadRequest(token, arn, {"arn": arn}, checked))
    monkeypatch.setitem(by_token(), token, LaterHandshake)
    state = {n: v for n, v in found.state.items() if n != "senderAccountId"}
    emulator.reset_calls()
    return life().outputs(Found(arn, state, found.inputs)), inputs


def test_a_later_input_never_replaces_and_is_completed(later, life, emulator) -> None:
    """What AWS returns is compared, what it never returns is recorded; neither writes."""
    state, inputs = later
    change = life().diff("ChannelHandshake", state, **inputs)
    assert change.diff.replaces == []
    assert change.diff.changed == ["senderAccountId", "urgency"]
    lived = life()
    completed = lived.update("ChannelHandshake", state, **inputs)
    assert ["urgency" in warning for warning in lived.warnings] == [True]
    assert writes(emulator) == []
    assert not life().diff("ChannelHandshake", completed, **inputs).diff.changed


def test_a_later_input_that_aws_has_otherwise_is_refused(later, life, emulator) -> None:
    """A difference that would replace is said, and nothing is sent."""
    state, inputs = later
    with pytest.raises(Conflict, match=f'has senderAccountId "{MANAGEMENT}"; the program'):
        life().update("ChannelHandshake", state, **inputs, senderAccountId=CUSTOMER)
    assert writes(emulator) == []


FIXED_IN_0_1_0 = {
    "ProgramManagementAccount": {"catalog", "program", "accountId"},
    "Relationship": {
        "catalog",
        "programManagementAccountIdentifier",
        "associatedAccountId",
        "associationType",
        "sector",
        "resaleAccountModel",
    },
    "ChannelHandshake": {"catalog", "handshakeType", "associatedResourceIdentifier", "payload"},
    "ChannelHandshakeResponse": {
        "catalog",
        "channelHandshakeIdentifier",
        "handshakeType",
        "response",
    },
}


@pytest.mark.parametrize("kind", FIXED_IN_0_1_0)
def test_an_input_that_0_1_0_did_not_have_says_since_when(kind) -> None:
    """What cannot be changed in place and is new carries the mark, or old states are replaced."""
    inputs = by_token()[f"partnercentral:channel:{kind}"].Inputs
    unmarked = inputs.marked(ReplaceOnChange).keys() - inputs.marked(Since).keys()
    assert unmarked == FIXED_IN_0_1_0[kind]
