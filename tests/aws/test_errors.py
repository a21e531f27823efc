"""Foreign errors leave as sentences: what happened, why, and what to do."""

from collections.abc import Callable
from typing import Any

import pytest
from conftest import ACCOUNT, LINKED, MANAGEMENT
from partnercentral_provider.model import errors


def sentence_of(life: Callable[..., Any], kind: type[Exception], **keys: Any) -> str:
    """Give the sentence that a create ends with."""
    inputs = ACCOUNT | {k: keys.pop(k) for k in ("catalog",) if k in keys}
    with pytest.raises(kind) as caught:
        life(**keys).create("ProgramManagementAccount", **inputs)
    return str(caught.value)


@pytest.mark.parametrize(
    ("error", "kind", "says"),
    [
        ("AccessDeniedException", errors.Denied, "partnercentral:CreateProgramManagementAccount"),
        ("AccessDeniedException", errors.Denied, "assumed-role/Channel/pulumi-partnercentral to"),
        ("ThrottlingException", errors.Throttled, "3 writes and 5 reads a second"),
        ("ServiceQuotaExceededException", errors.QuotaExceeded, "quota L-1"),
        ("InternalServerException", errors.Unreachable, "Try again later"),
        ("ValidationException", errors.Refused, "does not accept this Create"),
        ("ExpiredTokenException", errors.Unauthenticated, "have expired"),
        ("UnrecognizedClientException", errors.Unauthenticated, "aws sts get-caller-identity"),
        ("NobodyKnowsException", errors.ProviderError, "failed with NobodyKnowsException"),
    ],
)
def test_errors_of_aws(emulator, life, monkeypatch, error, kind, says) -> None:
    """Each code has its meaning, after boto3's retries."""
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    members = {"quotaCode": "L-1", "resourceId": "x", "resourceType": "y"}
    emulator.fault("CreateProgramManagementAccount", times=9, error=error, members=members)
    assert says in sentence_of(life, kind)


def test_a_bad_field_is_named(emulator, life) -> None:
    """What AWS lists of a refusal is in the sentence."""
    emulator.set(management_accounts=["999999999999"])
    text = sentence_of(life, errors.Refused, catalog="AWS")
    assert f"accountId: {MANAGEMENT} is not a management account" in text


def test_a_denied_read_is_never_taken_as_gone(emulator, life, account) -> None:
    """AccessDenied while reading is an error, not a deletion."""
    emulator.fault("ListProgramManagementAccounts", error="AccessDeniedException")
    with pytest.raises(errors.Denied):
        life().read("ProgramManagementAccount", account)


def test_no_credentials(life, monkeypatch) -> None:
    """Says how to give some."""
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    text = sentence_of(life, errors.Unauthenticated, assumeRoles=[])
    assert "There are no AWS credentials." in text
    assert "pulumi config set partnercentral:profile" in text


def test_no_region(life) -> None:
    """Says that any will do."""
    text = sentence_of(life, errors.Misconfigured, region=None, assumeRoles=[])
    assert "pulumi config set partnercentral:region us-east-1" in text


def test_region_of_the_environment(life, monkeypatch) -> None:
    """AWS_REGION is enough, although boto3 itself does not read it."""
    monkeypatch.setenv("AWS_REGION", "eu-central-1")
    assert life(region=None, assumeRoles=[]).create("ProgramManagementAccount", **ACCOUNT)


def test_unknown_profile(life) -> None:
    """Names the profile."""
    assert "(nobody)" in sentence_of(life, errors.Unauthenticated, profile="nobody")


def test_unreachable_endpoint(life, monkeypatch) -> None:
    """Names the address that was tried."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    assert "http://127.0.0.1:9" in sentence_of(life, errors.Unreachable, assumeRoles=[])


def test_role_that_cannot_be_assumed(emulator, life) -> None:
    """Names the role, and what to check."""
    role = f"arn:aws:iam::{LINKED}:role/Channel"
    emulator.set(refused_roles=[role])
    text = sentence_of(life, errors.Unauthenticated)
    assert f"The role {role} of account {LINKED} could not be assumed." in text
    assert "trust policy" in text
    assert emulator.calls()["sts:AssumeRole"] == 1


def test_external_id(emulator, life) -> None:
    """A role that asks for one is assumed with it."""
    role = f"arn:aws:iam::{LINKED}:role/Channel"
    emulator.set(required_external_ids={role: "secret"})
    roles = [{"roleArn": role, "externalId": "secret"}]
    assert life(assumeRoles=roles).create("ProgramManagementAccount", **ACCOUNT)


def test_a_session_that_ran_out_says_so(emulator, life, account) -> None:
    """An expired session is no mystery."""
    lived = life()
    lived.read("ProgramManagementAccount", account)
    emulator.advance(3601)
    with pytest.raises(errors.Unauthenticated, match="have expired"):
        lived.read("ProgramManagementAccount", account)


def test_a_withdrawn_member_names_the_boto3_it_takes(life) -> None:
    """Exactly one of the two exchanged support plans can be sent by any boto3."""
    given = {
        "programManagementAccountIdentifier": "pma-0123456789abc",
        "associatedAccountId": MANAGEMENT,
        "associationType": "INTERNAL",
        "sector": "COMMERCIAL",
        "displayName": "A",
    }
    business = {"resoldBusiness": {"coverage": "ENTIRE_ORGANIZATION"}}
    unified = {"resoldUnifiedOperations": business["resoldBusiness"] | {"tamLocation": "EU"}}
    found = [
        failure
        for plan in (business, unified)
        for failure in life().check("Relationship", **given, requestedSupportPlan=plan).failures
    ]
    assert len(found) == 1
    assert "boto3" in found[0].reason
    assert "1.42.60" in found[0].reason


@pytest.mark.parametrize("how", ["configured", "environment"])
def test_an_expired_single_sign_on(life, monkeypatch, tmp_path, how) -> None:
    """The very command that renews it."""
    shared = tmp_path / "config"
    shared.write_text(
        "[profile partner]\nsso_session = s\nsso_account_id = 123456789012\nsso_role_name = r\n"
        "[sso-session s]\nsso_region = us-east-1\nsso_start_url = https://x.awsapps.com/start\n"
    )
    monkeypatch.setenv("AWS_CONFIG_FILE", str(shared))
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.setenv("HOME", str(tmp_path))
    keys = {"profile": "partner"} if how == "configured" else {}
    if how == "environment":
        monkeypatch.setenv("AWS_PROFILE", "partner")
    text = sentence_of(life, errors.Unauthenticated, assumeRoles=[], **keys)
    assert text.endswith("    aws sso login --profile partner\n")


def test_sts_that_cannot_be_reached(life) -> None:
    """Names the role and its account, and says that nobody answered."""
    nowhere = {"sts": "http://127.0.0.1:1"}
    text = sentence_of(life, errors.Unauthenticated, endpoints=nowhere, maxRetries=0)
    assert f"The role arn:aws:iam::{LINKED}:role/Channel of account {LINKED} could not be" in text
    assert "AWS gave no answer" in text


def test_an_account_that_is_no_partner(emulator, life) -> None:
    """AWS denies it even a list; the caller and the operation are named."""
    emulator.fault("ListRelationships", error="AccessDeniedException", message="Not a partner")
    with pytest.raises(errors.Denied, match=r"call ListRelationships\. Not a partner"):
        life().of.invoke("partnercentral:channel:getRelationships", {})
