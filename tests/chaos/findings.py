"""What must not be after a history, and how it is found: the stack held against AWS's memory."""

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, Any

from fuzz.mutations import is_sentence

from .program import ACCOUNTS, CUSTOMERS, LINKED, Declared, resolved
from .tags import TagPolicy

if TYPE_CHECKING:
    from .engine import Refusal, Stored

FINAL = {"ACCEPTED", "REJECTED", "CANCELED", "EXPIRED", "INACTIVE"}
"""The statuses of what AWS keeps for ever: no stack has to have it."""

KINDS = (
    "duplicates",
    "losses",
    "wrong values",
    "guards that did not hold",
    "ignored tags that were touched",
    "writes by a wrong account",
    "tracebacks",
    "refusals that are no sentence",
    "stacks that do not settle",
    "processes that ended",
)
"""Every kind of finding; a run without any is good."""

Objects = dict[str, dict[str, Any]]
"""What the emulator holds, by ARN."""


class Finding(AssertionError):
    """Something that must not be; *kind* is one of KINDS."""

    def __init__(self, kind: str, what: str) -> None:
        assert kind in KINDS
        super().__init__(f"{kind}: {what}")
        self.kind = kind


def alive(held: Objects) -> Objects:
    """Give what a stack or a person has to know."""
    return {arn: item for arn, item in held.items() if item.get("status") not in FINAL}


def check_strays(held: Objects, known: Collection[str]) -> None:
    """Raise a Finding where AWS has what nobody knows: a second one, or one that was lost."""
    for arn, item in held.items():
        if arn in known:
            continue
        others = [a for a, other in held.items() if a != arn and _subject(other) == _subject(item)]
        if others:
            raise Finding("duplicates", f"{arn} is there beside {others}")
        raise Finding("losses", f"{arn} is at AWS, and no state knows it")


def check_duplicates(held: Objects) -> None:
    """Raise a Finding where two living objects are about the same."""
    seen: dict[Any, str] = {}
    for arn, item in alive(held).items():
        other = seen.setdefault(_subject(item), arn)
        if other != arn:
            raise Finding("duplicates", f"{arn} is there beside {other}")


def to_be_kept(state: "dict[str, Stored]", shown: Objects) -> set[str]:
    """Give the ARNs of what is in force, and deployed with `forceDestroy: false`."""
    return {
        stored.id
        for stored in state.values()
        if stored.inputs.get("forceDestroy") is False and _in_force(shown.get(stored.id, {}))
    }


def _in_force(item: dict[str, Any]) -> bool:
    terms = item.get("servicePeriod") or item.get("channelContractId")
    return item.get("status") == "ACTIVE" or bool(terms)


def check_guards(kept: Collection[str], held: Objects) -> None:
    """Raise a Finding where a command ended what it had to keep."""
    if gone := sorted({*kept} - alive(held).keys()):
        raise Finding("guards that did not hold", f"{gone} were in force, and are gone")


def check_ignored(before: Objects, held: Objects, policy: TagPolicy) -> None:
    """Raise a Finding where a command set, changed or removed a tag that is ignored."""
    for arn, item in held.items():
        was, has = before.get(arn, {}).get("tags", {}), item["tags"]
        for key in was.keys() | has.keys():
            if policy.ignores(key) and was.get(key) != has.get(key):
                changed = f"{key} of {arn} was {was.get(key)!r}, and is {has.get(key)!r}"
                raise Finding("ignored tags that were touched", changed)


def check_values(
    declared: dict[str, Declared],
    state: "dict[str, Stored]",
    held: Objects,
    policy: TagPolicy,
) -> None:
    """Raise a Finding where AWS lacks what is declared, or has another value of it."""
    if declared.keys() != state.keys():
        differing = sorted(declared.keys() ^ state.keys())
        raise Finding("stacks that do not settle", f"program and state differ in {differing}")
    for name, stored in state.items():
        is_period = stored.kind == "ServicePeriod"
        id = str(stored.outputs.get("channelHandshakeArn")) if is_period else stored.id
        if id not in held:
            raise Finding("losses", f"{name} is in the state, and not at AWS: {id}")
        ids = {other: of.id for other, of in state.items()}
        wanted = resolved(declared[name].inputs, ids)
        wrong = _wrong_terms(wanted, held[id]) if is_period else _wrong(wanted, held[id], policy)
        if values := [*wrong, *_wrong_guard(wanted, stored.inputs)]:
            raise Finding("wrong values", f"{name} ({stored.id}) has {values}")
        if stored.unfinished:
            raise Finding("stacks that do not settle", f"{name} is still unfinished")


def check_writers(held: Objects, calls: dict[str, dict[str, int]]) -> None:
    """Raise a Finding where an account wrote what is not its to write."""
    for arn in held:
        if arn.split(":")[4] != LINKED:
            raise Finding("writes by a wrong account", f"{arn} belongs to another account")
    receivers = {*ACCOUNTS.values(), *CUSTOMERS.values()}
    for account, operations in calls.items():
        for operation in operations:
            answers = operation in ("AcceptChannelHandshake", "RejectChannelHandshake")
            reads = operation.startswith(("Get", "List", "sts:"))
            mine = account in receivers if answers else account == LINKED
            if not (reads or mine):
                raise Finding("writes by a wrong account", f"{operation} by {account}")


def check_text(said: str) -> None:
    """Raise a Finding where a process, or its log, shows a traceback."""
    for sign in ("Traceback", "This is a bug"):
        if sign in said:
            before, _, after = said.partition(sign)
            raise Finding("tracebacks", f"{before[-1000:]}{sign}{after[:3000]}")


def check_refusal(refusal: "Refusal", form: str) -> None:
    """
    Raise a Finding where a refusal cannot be read.

    Pulumi's own server of dynamic providers gives every refusal the code UNKNOWN.
    """
    check_text(refusal.sentence)
    unforeseen = {"INTERNAL"} if form == "dynamic" else {"INTERNAL", "UNKNOWN"}
    if not is_sentence(refusal.sentence) or refusal.code in unforeseen:
        raise Finding("refusals that are no sentence", f"{refusal}")


def _subject(item: dict[str, Any]) -> Any:
    """Tell what an object is about: AWS should have one of it at a time."""
    match item["arn"].split("/")[-2]:
        case "program-management-account":
            return "account", item["catalog"], item["accountId"]
        case "relationship":
            parent = item["programManagementAccountId"]
            return "relationship", item["catalog"], parent, item["associatedAccountId"]
        case "channel-contract":
            details = item["details"]["managedServicesAttestationDetails"]
            return "contract", item["catalog"], details["relationshipIdentifier"]
        case _:
            about = item["associatedResourceId"]
            return "handshake", item["catalog"], item["handshakeType"], about


def _wrong_guard(
    inputs: dict[str, Any], deployed: dict[str, Any]
) -> Iterator[tuple[str, Any, Any]]:
    """Find a guard that is in the program, and not in the state: AWS has none of it."""
    wanted, found = (of.get("forceDestroy") for of in (inputs, deployed))
    if found is not wanted:
        yield "forceDestroy", wanted, found


def _wrong_terms(inputs: dict[str, Any], held: dict[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    """Find the terms that AWS holds in another way, unless their offer came to nothing."""
    if held["tags"]:  # not even the default ones
        yield "tags", {}, held["tags"]
    if held["status"] in FINAL - {"ACCEPTED"}:
        return  # it is not sent again by itself
    detail = held["detail"]["startServicePeriodHandshakeDetail"]
    for name in ("servicePeriodType", "minimumNoticeDays"):
        if detail.get(name) != inputs[name]:
            yield name, inputs[name], detail.get(name)


def _wrong(
    inputs: dict[str, Any], held: dict[str, Any], policy: TagPolicy
) -> Iterator[tuple[str, Any, Any]]:
    """Find the inputs that AWS holds in another way, and what they are at AWS."""
    if "response" in inputs:
        if held["status"] != "ACCEPTED":
            yield "status", "ACCEPTED", held["status"]
        if held["arn"] != inputs["channelHandshakeIdentifier"]:
            yield "handshake", inputs["channelHandshakeIdentifier"], held["arn"]
        return
    wanted = {n: v for n, v in inputs.items() if n not in ("tags", "payload", "forceDestroy")}
    for name, value in wanted.items():
        short = name.removesuffix("Identifier") + "Id"
        at_aws = held.get(name, held.get(short))
        if at_aws not in (value, str(value).rpartition("/")[2]):
            yield name, value, at_aws
    yield from policy.wrong(inputs.get("tags"), held["tags"])
    yield from _wrong_payload(inputs.get("payload", {}), held)


def _wrong_payload(union: dict[str, Any], held: dict[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    """Find what AWS holds of a handshake's or a contract's payload in another way."""
    for member, payload in union.items():
        if member == "startServicePeriodPayload":
            detail = held["detail"]["startServicePeriodHandshakeDetail"]
            names = ["note", "minimumNoticeDays", "servicePeriodType"]
        else:
            detail = held["details"]["managedServicesAttestationDetails"]
            names = ["legalEntityName", "signatoryEmail", "supportedServices"]
            if detail["endDate"][:10] != payload["endDate"]:
                yield "endDate", payload["endDate"], detail["endDate"]
        for name in names:
            if detail.get(name) != payload.get(name):
                yield name, payload.get(name), detail.get(name)
