"""Foreign errors leave as sentences: what happened, why, and what to do."""

import base64
import json
import socket
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from botocore import exceptions
from conftest import ACCOUNT, LINKED, MANAGEMENT
from partnercentral_provider.aws.retries import refused_address
from partnercentral_provider.model import errors
from partnercentral_provider.model.types import format_timestamp, parse_timestamp
from partnercentral_provider.model.unknown import UNKNOWN

KEYS = f"aws_access_key_id = {LINKED}\naws_secret_access_key = any\n"


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


def token_of(**claims: str) -> str:
    """Make a JSON Web Token that says this of itself."""
    parts = [base64.urlsafe_b64encode(json.dumps(each).encode()) for each in ({}, claims)]
    return b".".join(part.rstrip(b"=") for part in parts).decode() + ".c2lnbmF0dXJl"


@pytest.mark.parametrize("by_file", [True, False])
def test_a_web_identity_that_is_denied_is_one_call(
    emulator, life, monkeypatch, tmp_path, by_file
) -> None:
    """The sentence names role, issuer, subject and the token's source, and never the token."""
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    role = f"arn:aws:iam::{LINKED}:role/Channel"
    emulator.set(refused_roles=[role])
    token = token_of(iss="https://ci.example.com", aud="sts.amazonaws.com", sub="repo:me/it")
    (tmp_path / "token").write_text(f"{token}\n")
    web = {"roleArn": role, "webIdentityToken": token}
    source = "`assumeRoleWithWebIdentity.webIdentityToken`"
    if by_file:
        source = str(tmp_path / "token")
        web = {"roleArn": role, "webIdentityTokenFile": source}
    for keys in ({}, {"allowedAccountIds": [LINKED]}):
        emulator.reset_calls()
        text = sentence_of(
            life, errors.Unauthenticated, assumeRoles=[], assumeRoleWithWebIdentity=web, **keys
        )
        assert emulator.calls() == {"sts:AssumeRoleWithWebIdentity": 1}
    assert f"The role {role} of account {LINKED} could not be assumed with the token" in text
    assert source in text
    assert (
        "issuer https://ci.example.com, audience sts.amazonaws.com and subject repo:me/it" in text
    )
    assert "an identity provider for the token's issuer and audience" in text
    assert "partnercentral:AssumeRole" not in text
    assert token not in text


def test_a_token_file_that_is_too_short_is_blamed(life, tmp_path) -> None:
    """Not the installed boto3, which refuses it before any call."""
    (tmp_path / "token").write_text("xyz")
    web = {
        "roleArn": f"arn:aws:iam::{LINKED}:role/Channel",
        "webIdentityTokenFile": str(tmp_path / "token"),
    }
    text = sentence_of(life, errors.Unauthenticated, assumeRoles=[], assumeRoleWithWebIdentity=web)
    assert "A web identity token has at least 4 characters, and this has 3." in text
    assert "webIdentityTokenFile" in text
    assert "boto3" not in text


def test_a_value_that_boto3_refuses_is_blamed(life) -> None:
    """A value of a wrong length does not get better by a newer boto3."""
    role = {"roleArn": f"arn:aws:iam::{LINKED}:role/Channel", "externalId": "x"}
    text = sentence_of(life, errors.Unauthenticated, assumeRoles=[role])
    assert "Invalid length for parameter ExternalId, value: 1, valid min length: 2." in text
    assert "Correct the value." in text
    assert "pip install" not in text


@pytest.mark.parametrize("mode", ["standard", "legacy", "adaptive"])
def test_a_quota_that_is_used_up_is_never_tried_again(emulator, life, monkeypatch, mode) -> None:
    """Although botocore's model calls the error retryable: it would stay so for hours."""
    monkeypatch.setenv("AWS_RETRY_MODE", mode)
    members = {"quotaCode": "L-1", "resourceId": "x", "resourceType": "y"}
    emulator.fault(
        "CreateProgramManagementAccount",
        times=99,
        error="ServiceQuotaExceededException",
        members=members,
    )
    waits: list[float] = []
    text = sentence_of(life, errors.QuotaExceeded, sleep=waits.append)
    assert emulator.calls()["CreateProgramManagementAccount"] == 1
    assert waits == []
    assert "quota L-1" in text


def test_the_daily_quota_of_handshakes_says_when_the_next_can_be_sent(
    emulator, life, account
) -> None:
    """A day after the oldest of the five that were sent; then it works."""
    lived = life(assumeRoles=[])
    invitation = {
        "handshakeType": "PROGRAM_MANAGEMENT_ACCOUNT",
        "associatedResourceIdentifier": account["arn"],
    }
    sent = []
    for _ in range(5):
        sent.append(lived.create("ChannelHandshake", **invitation))
        lived.delete("ChannelHandshake", sent[-1])
        emulator.advance(3600)
    emulator.reset_calls()
    with pytest.raises(errors.QuotaExceeded) as caught:
        lived.create("ChannelHandshake", **invitation)
    assert emulator.calls()["CreateChannelHandshake"] == 1
    text = str(caught.value)
    assert f"5 handshakes of one type within 24 hours, and {MANAGEMENT} was." in text
    first = parse_timestamp(sent[0]["createdAt"])
    again = format_timestamp(first + timedelta(days=1))
    assert f"The next can be sent at {again}." in text
    emulator.advance(19 * 3600 + 1)
    assert lived.create("ChannelHandshake", **invitation)


def test_another_quota_of_handshakes_names_no_time(emulator, life, account) -> None:
    """Pending ones are not freed by a day that passes."""
    emulator.set(most_pending_account_handshakes=0)
    with pytest.raises(errors.QuotaExceeded) as caught:
        life().create(
            "ChannelHandshake",
            handshakeType="PROGRAM_MANAGEMENT_ACCOUNT",
            associatedResourceIdentifier=account["arn"],
        )
    assert "can be sent at" not in str(caught.value)
    assert "pending ones as soon as one is answered or canceled" in str(caught.value)


@pytest.fixture
def nobody_listens() -> str:
    """Give a URL of this machine at which nothing listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}"


@pytest.mark.parametrize(
    "how", ["every service", "this service", "profile", "configuration", "with a role"]
)
def test_a_configured_endpoint_at_which_nothing_listens_fails_at_once(
    life, monkeypatch, tmp_path, nobody_listens, how
) -> None:
    """Without a retry, with the address, and the question whether the emulator is running."""
    waits: list[float] = []
    keys: dict[str, Any] = {"assumeRoles": []}
    monkeypatch.delenv("AWS_ENDPOINT_URL")
    if how in ("every service", "with a role"):
        monkeypatch.setenv("AWS_ENDPOINT_URL", nobody_listens)
        keys = {} if how == "with a role" else keys
    elif how == "this service":
        monkeypatch.setenv("AWS_ENDPOINT_URL_PARTNERCENTRAL_CHANNEL", nobody_listens)
        keys["skipCredentialsValidation"] = True
    elif how == "profile":
        (tmp_path / "config").write_text(f"[profile p]\n{KEYS}endpoint_url = {nobody_listens}\n")
        monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
        keys["profile"] = "p"
    else:
        both = {"partnercentralChannel": nobody_listens, "sts": nobody_listens}
        keys["endpoints"] = both
    text = sentence_of(life, errors.ProviderError, sleep=waits.append, **keys)
    assert waits == []
    assert f"Nothing listens at {nobody_listens}" in text
    assert "Is the emulator running?" in text


def test_a_connection_that_is_cut_is_tried_again(emulator, life) -> None:
    """Only where nothing listens is it vain."""
    emulator.fault("CreateProgramManagementAccount", drop="before", times=2)
    assert life(assumeRoles=[]).create("ProgramManagementAccount", **ACCOUNT)
    assert emulator.calls()["CreateProgramManagementAccount"] == 3


def test_an_address_of_aws_itself_is_tried_again() -> None:
    """It is no emulator: in any partition, and in private ones of a network."""
    refused = exceptions.EndpointConnectionError(
        endpoint_url="https://partnercentral-channel.us-east-1.api.aws", error="refused"
    )
    refused.__cause__ = ConnectionRefusedError()
    assert refused_address(refused) is None
    refused.kwargs["endpoint_url"] = "https://vpce-1.sts.cn-north-1.vpce.amazonaws.com.cn"
    assert refused_address(refused) is None
    refused.kwargs["endpoint_url"] = "https://amazonaws.com.example.com"
    assert refused_address(refused) == "https://amazonaws.com.example.com"


@pytest.mark.parametrize("where", ["profile", "default profile", "AWS_DEFAULT_REGION"])
def test_region_by_the_rules_of_boto3(life, monkeypatch, tmp_path, where) -> None:
    """A profile's region is enough, and so is the environment's."""
    keys = {"profile": "p"} if where == "profile" else {}
    if where == "AWS_DEFAULT_REGION":
        monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    else:
        section = "profile p" if where == "profile" else "default"
        (tmp_path / "config").write_text(f"[{section}]\n{KEYS}region = eu-west-1\n")
        monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    assert life(region=None, assumeRoles=[], **keys).create("ProgramManagementAccount", **ACCOUNT)


@pytest.mark.parametrize("later", ["region", "profile"])
def test_a_region_that_only_apply_will_tell_is_waited_for(life, later) -> None:
    """A preview does not miss what is not known yet."""
    assert life(**{"region": None, "assumeRoles": [], later: UNKNOWN})


def test_a_region_is_found_without_boto3() -> None:
    """A plugin starts fast: with a region nothing of AWS's is imported, else botocore alone."""
    code = (
        "import sys\n"
        "from partnercentral_provider.config import Configuration\n"
        "from partnercentral_provider.signing import accounts\n"
        "accounts(Configuration.of({'region': 'us-east-1'}), print)\n"
        "assert not {'boto3', 'botocore.session'} & sys.modules.keys()\n"
        "try: accounts(Configuration.of({}), print)\n"
        "except Exception as error: print(error)\n"
        "assert 'boto3' not in sys.modules\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("There is no AWS region.")
