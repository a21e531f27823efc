"""What a program may declare: every resource, wired to the ones that it depends on."""

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from managed_services import attestation
from partnercentral_provider.aws.models import service_model
from partnercentral_provider.resources import by_token

if TYPE_CHECKING:
    from .engine import Stored

LINKED, OTHER = "123456789012", "999988887777"
ACCOUNTS = {"0": "111122223330", "1": "111122223331"}
PLANS = [
    {"partnerLedSupport": {"coverage": "ENTIRE_ORGANIZATION", "tamLocation": "us-east-1"}},
    {"resoldEnterprise": {"coverage": "MANAGEMENT_ACCOUNT_ONLY", "tamLocation": "eu-west-1"}},
]
PLANNED = {"00", "10"}
"""The customers for which a support plan is asked: AWS never returns it."""
TERMS = ["14", "30", "60"]
"""The days of notice that AWS documents."""
PERIODS = {"10"}
"""The customers whose service period is one resource, in place of a handshake and its answer."""
CUSTOMERS = {"00": "444455556600", "01": "444455556601", "10": "444455556610"}
MANAGED = "2"
"""The account of a managed services provider, whose customers have a contract."""
ENDS = ["2090-12-31", "2091-12-31"]
"""When a contract ends."""
if "CreateChannelContract" in service_model()["operations"]:  # an older boto3 has none
    ACCOUNTS[MANAGED] = "111122223332"
    CUSTOMERS[f"{MANAGED}0"] = "444455556620"


@dataclass(frozen=True)
class Output:
    """The ARN of another resource, which is its ID."""

    of: str


@dataclass(frozen=True)
class Declared:
    """A resource of a program: its type's name, its inputs, and the account that answers."""

    kind: str
    inputs: dict[str, Any]

    @property
    def parents(self) -> set[str]:
        """The resources that it is wired to, at any depth of its inputs."""
        return set(_outputs(self.inputs))

    def with_inputs(self, **changed: Any) -> "Declared":
        """Change some inputs; None takes one out."""
        merged = self.inputs | changed
        return replace(self, inputs={n: v for n, v in merged.items() if v is not None})


def _outputs(value: Any) -> list[str]:
    if isinstance(value, Output):
        return [value.of]
    if isinstance(value, dict):
        return [name for inner in value.values() for name in _outputs(inner)]
    return []


def resolved(value: Any, ids: dict[str, str]) -> Any:
    """Put IDs in the place of outputs."""
    if isinstance(value, Output):
        return ids[value.of]
    if isinstance(value, dict):
        return {name: resolved(inner, ids) for name, inner in value.items()}
    return value


def _wired(value: Any, names: dict[str, str]) -> Any:
    """Put outputs in the place of IDs."""
    if isinstance(value, dict):
        return {name: _wired(inner, names) for name, inner in value.items()}
    return Output(names[value]) if isinstance(value, str) and value in names else value


def _account(number: str) -> Declared:
    managed = {"program": "MANAGED_SERVICES_PROVIDER", "type": "MANAGED_SERVICES"}
    return Declared(
        "ProgramManagementAccount",
        {
            **(managed if number == MANAGED else {"program": "SOLUTION_PROVIDER"}),
            "accountId": ACCOUNTS[number],
            "displayName": f"Account {number}",
            "tags": {"team": "blue"},
        },
    )


def _invitation(number: str) -> Declared:
    about = {"handshakeType": "PROGRAM_MANAGEMENT_ACCOUNT", "tags": {"team": "blue"}}
    return Declared(
        "ChannelHandshake", about | {"associatedResourceIdentifier": Output(f"a{number}")}
    )


def _answer(handshake: str, kind: str, account: str) -> Declared:
    return Declared(
        "ChannelHandshakeResponse",
        {
            "channelHandshakeIdentifier": Output(handshake),
            "handshakeType": kind,
            "response": "ACCEPT",
            "receiverAccountId": account,
        },
    )


def _relationship(number: str) -> Declared:
    managed = {
        "associationType": "MANAGED_SERVICES_END_CUSTOMER",
        "accountScope": "ENTIRE_ORGANIZATION",
    }
    return Declared(
        "Relationship",
        {
            "programManagementAccountIdentifier": Output(f"a{number[0]}"),
            "associatedAccountId": CUSTOMERS[number],
            **(managed if number[0] == MANAGED else {"associationType": "END_CUSTOMER"}),
            "sector": "COMMERCIAL",
            "displayName": f"Customer {number}",
            "tags": {"team": "blue"},
            **({"requestedSupportPlan": PLANS[0]} if number in PLANNED else {}),
        },
    )


def _offer(number: str) -> Declared:
    payload = {
        "programManagementAccountIdentifier": Output(f"a{number[0]}"),
        "servicePeriodType": "MINIMUM_NOTICE_PERIOD",
        "minimumNoticeDays": "14",
        "note": "Hello",
    }
    return Declared(
        "ChannelHandshake",
        {
            "handshakeType": "START_SERVICE_PERIOD",
            "associatedResourceIdentifier": Output(f"r{number}"),
            "payload": {"startServicePeriodPayload": payload},
            "tags": {"team": "blue"},
        },
    )


def _period(number: str) -> Declared:
    return Declared(
        "ServicePeriod",
        {
            "relationshipIdentifier": Output(f"r{number}"),
            "servicePeriodType": "MINIMUM_NOTICE_PERIOD",
            "minimumNoticeDays": TERMS[0],
            "note": "Hello",
        },
    )


def _contract(number: str) -> Declared:
    # In the order in which they are sent, since what AWS has is compared with what is declared.
    given = {"endDate": ENDS[0], "supportedServices": ["MONITORING", "PATCHING"]}
    payload = attestation(Output(f"a{number[0]}"), Output(f"r{number}"), **given)
    return Declared(
        "ChannelContract",
        {
            "contractType": "MANAGED_SERVICES_ATTESTATION",
            "payload": payload,
            "tags": {"team": "blue"},
        },
    )


KNOWN: dict[str, Declared] = {}
"""Everything that may be declared, by its name in the program; parents before children."""
for _number, _id in ACCOUNTS.items():
    KNOWN[f"a{_number}"] = _account(_number)
    KNOWN[f"i{_number}"] = _invitation(_number)
    KNOWN[f"j{_number}"] = _answer(f"i{_number}", "PROGRAM_MANAGEMENT_ACCOUNT", _id)
for _number, _id in CUSTOMERS.items():
    KNOWN[f"r{_number}"] = _relationship(_number)
    if _number in PERIODS:
        KNOWN[f"s{_number}"] = _period(_number)
    elif _number[0] == MANAGED:
        KNOWN[f"c{_number}"] = _contract(_number)
    else:
        KNOWN[f"o{_number}"] = _offer(_number)
        KNOWN[f"p{_number}"] = _answer(f"o{_number}", "START_SERVICE_PERIOD", _id)


@dataclass
class Program:
    """What is declared at the moment."""

    resources: dict[str, Declared] = field(default_factory=dict)

    def declare(self, name: str) -> None:
        """Declare a resource, and those that it is wired to."""
        for parent in KNOWN[name].parents:
            self.declare(parent)
        self.resources.setdefault(name, KNOWN[name])

    def remove(self, name: str) -> None:
        """Take a resource out, and those that are wired to it."""
        for child in [n for n, d in self.resources.items() if name in d.parents]:
            if child in self.resources:
                self.remove(child)
        self.resources.pop(name, None)

    def levels(self) -> list[list[str]]:
        """Order the resources: each level is wired to those before it only."""
        left, ready, found = dict(self.resources), set[str](), []
        while left:
            level = [name for name, declared in left.items() if declared.parents <= ready]
            found.append(level)
            ready |= {*level}
            left = {name: declared for name, declared in left.items() if name not in ready}
        return found


def released(state: "dict[str, Stored]") -> Program:
    """Make the program that a state is of, but that everything in it may be deleted."""
    found = {}
    for name, stored in state.items():
        names = {
            spelled: parent
            for parent in stored.parents & state.keys()
            for spelled in (state[parent].id, state[parent].id.rpartition("/")[2])
        }
        takes = {*by_token()[f"partnercentral:channel:{stored.kind}"].Inputs.names()}
        inputs = {n: _wired(v, names) for n, v in stored.inputs.items() if n in takes}
        guarded = {"forceDestroy": True} if inputs.get("forceDestroy") is False else {}
        found[name] = Declared(stored.kind, inputs | guarded)
    return Program(found)
