"""Check: canonical inputs, or every failure at once."""

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from partnercentral_provider.model.checking import check
from partnercentral_provider.model.diffing import diff
from partnercentral_provider.model.types import format_timestamp
from partnercentral_provider.model.unknown import UNKNOWN, has_unknown
from partnercentral_provider.resources import by_token

ARN = (
    "arn:aws:partnercentral:us-east-1:123456789012:catalog/AWS/program-management-account/"
    "pma-u8ic702rtzng8"
)
KINDS = {token.rpartition(":")[2]: kind for token, kind in by_token().items()}
SUPPORT = {"coverage": "ENTIRE_ORGANIZATION", "tamLocation": "EU"}
EXAMPLES: dict[str, dict[str, Any]] = {
    "ProgramManagementAccount": {
        "catalog": "AWS",
        "program": "DISTRIBUTION",
        "accountId": "111122223333",
        "displayName": "Reseller",
        "tags": {"b": "2", "a": ""},
    },
    "ServicePeriod": {
        "relationshipIdentifier": f"{ARN}/relationship/rs-l9o4fj3b5zb91",
        "servicePeriodType": "FIXED_COMMITMENT_PERIOD",
        "endDate": "2027-06-30",
        "note": "Welcome",
        "onDelete": "REVOKE",
        "resendExpired": True,
    },
    "Relationship": {
        "catalog": "AWS",
        "programManagementAccountIdentifier": ARN,
        "associatedAccountId": 444455556666.0,
        "associationType": "INTERNAL",
        "sector": "GOVERNMENT",
        "displayName": "Acme",
        "resaleAccountModel": "DISTRIBUTOR",
        "requestedSupportPlan": {"resoldEnterprise": SUPPORT | {"chargeAccountId": "1" * 12}},
    },
    "ChannelHandshake": {
        "catalog": "AWS",
        "handshakeType": "START_SERVICE_PERIOD",
        "associatedResourceIdentifier": f"{ARN}/relationship/rs-l9o4fj3b5zb91",
        "payload": {
            "startServicePeriodPayload": {
                "programManagementAccountIdentifier": ARN,
                "servicePeriodType": "FIXED_COMMITMENT_PERIOD",
                "endDate": "2027-06-30",
            }
        },
    },
    "ChannelHandshakeResponse": {
        "catalog": "AWS",
        "channelHandshakeIdentifier": "ch-4fj3bd2o3vb91",
        "handshakeType": "PROGRAM_MANAGEMENT_ACCOUNT",
        "response": "REJECT",
    },
}


def failures(kind: str, **changed: Any) -> dict[str, str]:
    raw = {k: v for k, v in (EXAMPLES[kind] | changed).items() if v is not None}
    return {f.property: f.reason for f in check(KINDS[kind].Inputs, raw).failures}


def places(value: Any, at: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """List every place in a tree of properties, at any depth."""
    inner = (
        [p for k, v in value.items() for p in places(v, (*at, k))]
        if isinstance(value, dict)
        else []
    )
    return [at, *inner] if at else inner


def replaced(tree: dict[str, Any], at: tuple[str, ...], value: Any) -> dict[str, Any]:
    changed = copy.deepcopy(tree)
    inner = changed
    for name in at[:-1]:
        inner = inner[name]
    inner[at[-1]] = value
    return changed


@st.composite
def partly_unknown(draw: Any) -> tuple[str, dict[str, Any]]:
    kind = draw(st.sampled_from(sorted(EXAMPLES)))
    tree = EXAMPLES[kind]
    for _ in range(draw(st.integers(0, 3))):
        tree = replaced(tree, draw(st.sampled_from(places(tree))), UNKNOWN)
    return kind, tree


@given(partly_unknown())
def test_what_is_known_only_after_apply_passes_at_any_depth(case) -> None:
    """An unknown value is neither a failure nor lost, and what is beside it is still checked."""
    kind, tree = case
    checked = check(KINDS[kind].Inputs, tree)
    assert checked.failures == []
    assert has_unknown(checked.inputs) == has_unknown(tree)
    assert sorted(places(checked.inputs)) == sorted(places(tree))


@given(partly_unknown())
def test_check_is_idempotent(case) -> None:
    """What was checked once is canonical: a second check changes nothing."""
    kind, tree = case
    once = check(KINDS[kind].Inputs, tree).inputs
    assert check(KINDS[kind].Inputs, once).inputs == once


@pytest.mark.parametrize("kind", EXAMPLES)
def test_nothing_differs_from_itself(kind) -> None:
    """diff(x, x) is empty, for what a program wrote and for its canonical form."""
    model, raw = KINDS[kind].Inputs, EXAMPLES[kind]
    once = check(model, raw).inputs
    assert diff(model, once, once, once).changed == []
    assert diff(model, raw, once, once).changed == []


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
                    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)),
       st.sampled_from(sorted(EXAMPLES)), st.data())  # fmt: skip
def test_garbage_is_refused_or_made_canonical_but_never_raises(value, kind, data) -> None:
    """Any value in any place ends in a failure with a reason, or in checked inputs."""
    tree = replaced(EXAMPLES[kind], data.draw(st.sampled_from(places(EXAMPLES[kind]))), value)
    checked = check(KINDS[kind].Inputs, tree)
    assert all(f.property and f.reason for f in checked.failures)


def test_all_failures_come_at_once_each_on_its_property() -> None:
    """Length, digits, form, a member too many: one answer."""
    assert failures(
        "Relationship",
        associatedAccountId="12345",
        displayName="x" * 31,
        programManagementAccountIdentifier="rs-l9o4fj3b5zb91",
        tags={"a b": "c", "d": "\x07"},
        colour="blue",
    ) == {
        "associatedAccountId": "must be 12 digits, got 5",
        "displayName": "must be at most 30 characters, got 31",
        "programManagementAccountIdentifier": "must be an ARN or an id (pma- and 13 lower-case "
        "letters or digits), got 'rs-l9o4fj3b5zb91'",
        "tags.d": "must hold only letters, digits, spaces and _.:/=+-@, got '\\x07'",
        "colour": "is not known here; it may be misspelt",
    }


@pytest.mark.parametrize(
    ("kind", "changed", "place", "reason"),
    [
        ("Relationship", {"displayName": None}, "displayName", "is required"),
        ("Relationship", {"displayName": ""}, "displayName", "must not be empty"),
        ("Relationship", {"displayName": 5.0}, "displayName", "must be text, got a number"),
        ("Relationship", {"displayName": "a\nb"}, "displayName", "free of control characters"),
        ("Relationship", {"requestedSupportPlan": {}}, "requestedSupportPlan", "exactly one of"),
        (
            "Relationship",
            {"requestedSupportPlan": {"resoldEnterprise": SUPPORT, "partnerLedSupport": SUPPORT}},
            "requestedSupportPlan",
            "got resoldEnterprise and partnerLedSupport",
        ),
        (
            "Relationship",
            {"requestedSupportPlan": {"partnerLedSupport": {"coverage": "ENTIRE_ORGANIZATION"}}},
            "requestedSupportPlan.partnerLedSupport.tamLocation",
            "is required",
        ),
        ("Relationship", {"associatedAccountId": 1234.0}, "associatedAccountId", "in quotes"),
        ("Relationship", {"catalog": "Sandbox"}, "programManagementAccountIdentifier", "catalog"),
        ("ProgramManagementAccount", {"tags": {"aws:x": "y"}}, "tags", "reserved by AWS"),
        ("ProgramManagementAccount", {"tags": {str(n): "" for n in range(51)}}, "tags", "at most"),
        ("ChannelHandshake", {"payload": None}, "payload", "must have startServicePeriodPayload"),
        (
            "ChannelHandshake",
            {"handshakeType": "REVOKE_SERVICE_PERIOD"},
            "payload",
            "must have revokeServicePeriodPayload for REVOKE_SERVICE_PERIOD",
        ),
        (
            "ChannelHandshake",
            {"handshakeType": "PROGRAM_MANAGEMENT_ACCOUNT"},
            "payload",
            "takes none",
        ),
        (
            "ChannelHandshake",
            {"associatedResourceIdentifier": ARN},
            "associatedResourceIdentifier",
            "must be a relationship",
        ),
    ],
)
def test_wrong_values_are_told_on_their_property(kind, changed, place, reason) -> None:
    """Each with a reason that does not repeat the name."""
    found = failures(kind, **changed)
    assert reason in found[place]
    assert not found[place].startswith(place)


@pytest.mark.parametrize(
    ("payload", "place"),
    [
        ({"servicePeriodType": "MINIMUM_NOTICE_PERIOD"}, "minimumNoticeDays"),
        (
            {
                "servicePeriodType": "MINIMUM_NOTICE_PERIOD",
                "minimumNoticeDays": 14,
                "endDate": "2027-01-01",
            },
            "endDate",
        ),
        ({"servicePeriodType": "FIXED_COMMITMENT_PERIOD"}, "endDate"),
        (
            {
                "servicePeriodType": "FIXED_COMMITMENT_PERIOD",
                "endDate": "2027-01-01",
                "minimumNoticeDays": 14,
            },
            "minimumNoticeDays",
        ),
        ({"servicePeriodType": "FIXED_COMMITMENT_PERIOD", "endDate": "soon"}, "endDate"),
    ],
)
def test_notice_goes_with_days_and_commitment_with_an_end(payload, place) -> None:
    """A service period has what its type needs, and nothing of the other type."""
    start = {"startServicePeriodPayload": payload | {"programManagementAccountIdentifier": ARN}}
    found = failures("ChannelHandshake", payload=start)
    assert list(found) == [f"payload.startServicePeriodPayload.{place}"]


def test_a_value_nobody_knew_passes_with_a_warning() -> None:
    """An enum value that came after this version goes to AWS as it is."""
    checked = check(KINDS["Relationship"].Inputs, EXAMPLES["Relationship"] | {"sector": "SPACE"})
    assert checked.inputs["sector"] == "SPACE"
    assert "'SPACE' goes to AWS as it is" in checked.warnings[0]


@pytest.mark.parametrize(
    ("given_", "canonical"),
    [
        ("2027-06-30", "2027-06-30T00:00:00Z"),
        ("2027-06-30T02:00:00+02:00", "2027-06-30T00:00:00Z"),
        ("2027-06-30T00:00:00.000Z", "2027-06-30T00:00:00Z"),
        ("2027-06-30t00:00:00.5z", "2027-06-30T00:00:00.500Z"),
    ],
)
def test_dates_are_instants(given_, canonical) -> None:
    """Every spelling of a point in time has one canonical form."""
    assert format_timestamp(given_) == canonical


@pytest.mark.parametrize("days", [14, 14.0, "14", "014"])
def test_numbers_and_digits_are_the_same(days) -> None:
    """14 and "14" are one value."""
    payload = {
        "programManagementAccountIdentifier": ARN,
        "servicePeriodType": "MINIMUM_NOTICE_PERIOD",
        "minimumNoticeDays": days,
    }
    raw = EXAMPLES["ChannelHandshake"] | {"payload": {"startServicePeriodPayload": payload}}
    inputs = check(KINDS["ChannelHandshake"].Inputs, raw).inputs
    assert inputs["payload"]["startServicePeriodPayload"]["minimumNoticeDays"] == "14"


# Characters that are not assigned yet differ from one version of Unicode to the next.
@given(st.text(st.characters(exclude_categories=["Cn", "Cs"]), max_size=20))
def test_tags_are_what_the_pattern_of_aws_allows(text) -> None:
    """The rule of the wheel and the pattern in botocore's model agree on every text."""
    import regex

    pattern = regex.compile(r"[\p{L}\p{Z}\p{N}_.:/=+\-@]*")
    accepted = not failures("ProgramManagementAccount", tags={"key": text})
    assert accepted == bool(pattern.fullmatch(text))
