"""The emulator against AWS's model that it was written for, for all 21 operations."""

import copy
import json
import urllib.error
import urllib.request
from typing import Any

import aws_model
import pytest
from botocore.model import ListShape, ServiceModel, StructureShape
from partnercentral_emulator.contract import Contract
from partnercentral_emulator.operations import OPERATIONS

MODEL = ServiceModel(aws_model.written_for(), "partnercentral-channel")
PARENT = "arn:aws:partnercentral:us-east-1:123456789012:catalog/AWS/program-management-account/"
TEXTS = {
    "TaggableArn": PARENT + "pma-0123456789abc",
    "ProgramManagementAccountIdentifier": "pma-0123456789abc",
    "RelationshipIdentifier": "rs-0123456789abc",
    "AssociatedResourceIdentifier": "rs-0123456789abc",
    "ChannelHandshakeIdentifier": "ch-0123456789abc",
    "ChannelContractIdentifier": "cc-0123456789abc",
    "ChannelContractSignatoryEmail": "jane@example.com",
    "CountryCode": "US",
    "AccountId": "111122223333",
    "Catalog": "AWS",
}


def example(shape: Any) -> Any:
    """Make a value that the shape allows, with every member."""
    if isinstance(shape, StructureShape):
        members = list(shape.members.items())
        members = members[:1] if shape.is_tagged_union else members
        return {name: example(member) for name, member in members}
    if isinstance(shape, ListShape):
        return [example(shape.member)]
    if shape.type_name == "integer":
        return 1
    if shape.type_name == "timestamp":
        return "2027-06-30T00:00:00Z"
    return TEXTS.get(shape.name) or (shape.enum[0] if shape.enum else "1")


def violations(shape: Any, value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """List every way to break a constraint once: where, with what, and the path to be named."""
    found: list[tuple[Any, ...]] = []
    if isinstance(shape, StructureShape):
        found += [((*at, name), None) for name in shape.required_members]
        # A member too many breaks a union twice over.
        found += [(at, {})] if shape.is_tagged_union else [((*at, "nobodyKnows"), "x")]
        for name, item in value.items():
            found += violations(shape.members[name], item, (*at, name))
        return found
    if isinstance(shape, ListShape):
        return [(at, "x"), *violations(shape.member, value[0], (*at, 0))]
    limits = shape.metadata
    found.append((at, ["x"]))
    if shape.type_name == "integer":
        return [*found, (at, limits["min"] - 1), (at, limits["max"] + 1)]
    if limits.get("min"):
        found.append((at, ""))
    if "max" in limits:
        found.append((at, "1" * (limits["max"] + 1)))
    if "pattern" in limits:
        found.append((at, "\x01" * max(1, limits.get("min", 1))))
    if getattr(shape, "enum", None):
        found.append((at, "NOBODY_KNOWS"))
    return found


def broken(value: Any, at: tuple[Any, ...], bad: Any) -> Any:
    changed = copy.deepcopy(value)
    inner = changed
    for part in at[:-1]:
        inner = inner[part]
    if bad is None:
        del inner[at[-1]]
    else:
        inner[at[-1]] = bad
    return changed


def json_path(at: tuple[Any, ...]) -> str:
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in at)
    return text.removeprefix(".")


def post(url: str, operation: str, body: Any) -> tuple[int, dict[str, Any]]:
    request = urllib.request.Request(
        url,
        json.dumps(body).encode() if not isinstance(body, bytes) else body,
        {
            "X-Amz-Target": f"PartnerCentralChannel.{operation}",
            "Authorization": "AWS4-HMAC-SHA256 Credential=123456789012/20260101/us-east-1/"
            "partnercentral-channel/aws4_request, SignedHeaders=host, Signature=0",
        },
    )
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)


def test_all_operations_are_served() -> None:
    """Every operation of the model has its function, and no other exists."""
    assert set(OPERATIONS) == set(MODEL.operation_names)
    assert len(OPERATIONS) == 21


@pytest.mark.parametrize("operation", MODEL.operation_names)
def test_a_valid_request_has_no_problem(operation) -> None:
    """A request with every member is accepted by the contract."""
    contract = Contract(aws_model.written_for())
    assert contract.problems(operation, example(MODEL.operation_model(operation).input_shape)) == []


@pytest.mark.parametrize("operation", MODEL.operation_names)
def test_every_constraint_is_held(operation) -> None:
    """Each constraint of the input shape, broken once, is one problem at its path."""
    contract = Contract(aws_model.written_for())
    shape = MODEL.operation_model(operation).input_shape
    valid = example(shape)
    for at, bad in violations(shape, valid):
        problems = contract.problems(operation, broken(valid, at, bad))
        assert [p["name"] for p in problems] == [json_path(at)], (at, bad)


@pytest.fixture
def _written_for(monkeypatch, tmp_path) -> None:
    """Let the emulator hold requests against the model that it was written for."""
    monkeypatch.setenv("AWS_DATA_PATH", str(aws_model.put(aws_model.written_for(), tmp_path)))


@pytest.mark.usefixtures("_written_for")
@pytest.mark.parametrize("operation", MODEL.operation_names)
def test_a_broken_request_is_answered_in_the_shape_of_aws(emulator, operation) -> None:
    """400, ValidationException, a reason, and every bad field at once."""
    status, answer = post(emulator.url, operation, {"nobodyKnows": 1})
    required = MODEL.operation_model(operation).input_shape.required_members
    assert status == 400
    assert answer["__type"] == "ValidationException"
    assert answer["reason"] == "REQUEST_VALIDATION_FAILED"
    assert {f["name"] for f in answer["fieldList"]} == {"nobodyKnows", *required}


@pytest.mark.parametrize("body", [b"", b"null", b"[]", b"\xff", b"{", b'"x"', b"[" * 5000])
def test_garbage_is_answered(emulator, body) -> None:
    """Whatever the body is, an answer of the service comes, and the next call works."""
    status, answer = post(emulator.url, "ListRelationships", body)
    assert 400 <= status < 500
    assert answer["__type"]
    assert post(emulator.url, "ListRelationships", {"catalog": "AWS"})[0] == 200


def test_an_unknown_operation_is_told(emulator) -> None:
    """A target that the service does not have is no crash."""
    assert post(emulator.url, "DropEverything", {})[0] == 404
