"""One process signs as many accounts, each confirmed once, and none by mistake."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from time import sleep as wait
from typing import Any

import pytest
from conftest import ACCOUNT, CUSTOMER, LINKED, MANAGEMENT
from partnercentral_provider.aws.accounts import CLIENTS
from partnercentral_provider.model.errors import (
    Misconfigured,
    ProviderError,
    Unauthenticated,
    WrongAccount,
)

ANSWER = {"handshakeType": "PROGRAM_MANAGEMENT_ACCOUNT", "response": "ACCEPT"}


def invited(life: Callable[..., Any], account: str = MANAGEMENT) -> str:
    """Enrol an account and invite it; the handshake's ARN."""
    ours = life()
    enrolled = ours.create("ProgramManagementAccount", **ACCOUNT | {"accountId": account})
    sent = ours.create(
        "ChannelHandshake",
        handshakeType="PROGRAM_MANAGEMENT_ACCOUNT",
        associatedResourceIdentifier=enrolled["arn"],
    )
    return str(sent["arn"])


def answer(lived: Any, handshake: str, account: str = MANAGEMENT) -> dict[str, Any]:
    """Accept as an account."""
    made = lived.create(
        "ChannelHandshakeResponse",
        **ANSWER,
        channelHandshakeIdentifier=handshake,
        receiverAccountId=account,
    )
    assert made["status"] == "ACCEPTED"
    return dict(made)


def role(account: str, name: str = "Channel") -> str:
    return f"arn:aws:iam::{account}:role/{name}"


@pytest.fixture
def lived(life: Callable[..., Any]) -> Any:
    """A life that reaches every account by a role of one name."""
    return life(accountRoleName="Answers")


def test_a_role_of_one_name_in_every_account(emulator, life, lived) -> None:
    """The response is signed, read and refreshed as the receiver; a change of state is none."""
    handshake = invited(life)
    made = answer(lived, handshake)
    assert made["receiverAccountId"] == MANAGEMENT
    assert lived.read("ChannelHandshakeResponse", made).state == made
    same = {"channelHandshakeIdentifier": handshake, "receiverAccountId": MANAGEMENT}
    assert not lived.diff("ChannelHandshakeResponse", made, **ANSWER | same).diff.changed
    unsaid = {"channelHandshakeIdentifier": handshake}
    assert not lived.diff("ChannelHandshakeResponse", made, **ANSWER | unsaid).diff.replaces


def test_an_account_of_its_own_entry(emulator, life) -> None:
    """With the role and the external id that it asks for."""
    emulator.set(required_external_ids={role(MANAGEMENT, "Own"): "secret"})
    entry = {"roleArn": role(MANAGEMENT, "Own"), "externalId": "secret"}
    answer(life(accounts={MANAGEMENT: entry}), invited(life))


def test_an_account_by_a_profile(emulator, life, monkeypatch, tmp_path) -> None:
    """The profile's own credentials sign."""
    shared = tmp_path / "credentials"
    shared.write_text(f"[theirs]\naws_access_key_id={MANAGEMENT}\naws_secret_access_key=any\n")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(shared))
    answer(life(accounts={MANAGEMENT: {"profile": "theirs"}}), invited(life))


def test_a_profile_of_another_account_does_nothing(emulator, life, monkeypatch, tmp_path) -> None:
    """Both accounts are named, and nothing was sent as either."""
    shared = tmp_path / "credentials"
    shared.write_text(f"[theirs]\naws_access_key_id={CUSTOMER}\naws_secret_access_key=any\n")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(shared))
    handshake = invited(life)
    emulator.reset_calls()
    with pytest.raises(WrongAccount, match=f"{MANAGEMENT} has to sign.*account {CUSTOMER}"):
        answer(life(accounts={MANAGEMENT: {"profile": "theirs"}}), handshake)
    assert set(emulator.calls()) == {"sts:GetCallerIdentity"}


def test_one_assume_role_and_one_identity_for_each(emulator, life, lived) -> None:
    """However many calls, and however many threads at once."""
    accounts = [f"{number:012}" for number in range(12)]
    handshakes = [invited(life, account) for account in accounts]
    emulator.reset_calls()
    pairs = zip(handshakes, accounts, strict=True)
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda pair: answer(lived, *pair), pairs))
        list(pool.map(lambda state: lived.read("ChannelHandshakeResponse", state), made))
    calls = emulator.calls()
    # One more AssumeRole: the own account's, from which the others are reached.
    assert (calls["sts:AssumeRole"], calls["sts:GetCallerIdentity"]) == (13, 12)


def test_one_accounts_failure_stops_no_other(emulator, life, lived) -> None:
    """The sentence names account and role; the other answers."""
    refused, other = invited(life), invited(life, CUSTOMER)
    emulator.set(refused_roles=[role(MANAGEMENT, "Answers")])
    with pytest.raises(Unauthenticated) as caught:
        answer(lived, refused)
    assert f"The role {role(MANAGEMENT, 'Answers')} of account {MANAGEMENT} could" in str(
        caught.value
    )
    answer(lived, other, CUSTOMER)
    emulator.set(refused_roles=[])
    answer(lived, refused)


def test_an_account_that_nothing_reaches(life) -> None:
    """Says what to configure."""
    handshake = invited(life)
    with pytest.raises(Misconfigured, match="nothing says how it is reached") as caught:
        answer(life(), handshake)
    assert "pulumi config set partnercentral:accountRoleName" in str(caught.value)


def test_the_own_account_needs_no_entry(emulator, life) -> None:
    """Whoever is the receiver may say so."""
    answer(life(MANAGEMENT), invited(life))


@pytest.mark.parametrize("key", ["allowedAccountIds", "forbiddenAccountIds"])
def test_accounts_that_may_not_sign(emulator, life, key) -> None:
    """Nothing is sent as an account that is forbidden, or not allowed."""
    handshake = invited(life)
    named = {"allowedAccountIds": [LINKED, CUSTOMER], "forbiddenAccountIds": [MANAGEMENT]}[key]
    emulator.reset_calls()
    with pytest.raises(WrongAccount, match=f"account {MANAGEMENT}.*{key}"):
        answer(life(accountRoleName="Answers", **{key: named}), handshake)
    assert "AcceptChannelHandshake" not in emulator.calls()


def test_an_answer_leaves_the_stack_where_only_receivers_may_sign(emulator, life) -> None:
    """Its delete changes nothing at AWS, so that the own account need not be allowed."""
    handshake = invited(life)
    lived = life(accountRoleName="Answers", allowedAccountIds=[MANAGEMENT])
    state = answer(lived, handshake)
    lived.delete("ChannelHandshakeResponse", state)
    assert "cannot be taken back" in lived.warnings[-1]


def test_functions_sign_as_a_receiver(emulator, life, lived) -> None:
    """What an account has to answer is listed as that account."""
    handshake = invited(life)
    asked = {"participantType": "RECEIVER", "receiverAccountId": MANAGEMENT}
    _, found = lived.of.invoke("partnercentral:channel:getChannelHandshakes", asked)
    assert [one["arn"] for one in found["handshakes"]] == [handshake]
    token = "partnercentral:channel:getCallerAccount"
    _, caller = lived.of.invoke(token, {"receiverAccountId": MANAGEMENT})
    assert caller["accountId"] == MANAGEMENT
    assert lived.of.invoke(token, {})[1]["accountId"] == LINKED


def test_credentials_that_end_are_renewed_unnoticed(emulator, life, lived) -> None:
    """A deployment outlives many sessions."""
    emulator.set(session_seconds=2)
    accounts = [f"{number:012}" for number in range(3)]
    handshakes = [invited(life, account) for account in accounts]
    made = [answer(lived, *pair) for pair in zip(handshakes, accounts, strict=True)]
    emulator.advance(10)
    wait(2.1)  # botocore looks at this machine's clock
    emulator.reset_calls()
    assert all(lived.read("ChannelHandshakeResponse", state) for state in made)
    assert emulator.calls()["sts:AssumeRole"] >= 3


def test_stated_keys_come_first(emulator, life, monkeypatch) -> None:
    """Before what the environment has."""
    keys = {"accessKey": CUSTOMER, "secretKey": "any", "assumeRoles": []}
    _, caller = life(**keys).of.invoke("partnercentral:channel:getCallerAccount", {})
    assert caller["accountId"] == CUSTOMER


def test_a_chain_of_roles(emulator, life) -> None:
    """A role is assumed with everything that AssumeRole takes."""
    first = {
        "roleArn": role(CUSTOMER),
        "durationSeconds": 900,
        "policy": json.dumps({"Version": "2012-10-17", "Statement": []}),
        "policyArns": ["arn:aws:iam::aws:policy/ReadOnlyAccess"],
        "tags": {"team": "blue"},
        "transitiveTagKeys": ["team"],
        "sourceIdentity": "alice",
    }
    chain = [first, {"roleArn": role(MANAGEMENT), "sessionName": "last"}]
    token = "partnercentral:channel:getCallerAccount"
    _, caller = life(assumeRoles=chain).of.invoke(token, {})
    assert caller["arn"] == f"arn:aws:sts::{MANAGEMENT}:assumed-role/Channel/last"
    assert emulator.calls()["sts:AssumeRole"] == 2


@pytest.mark.parametrize("by_file", [True, False])
def test_a_web_identity(emulator, life, monkeypatch, tmp_path, by_file) -> None:
    """A token of an identity provider is all that is needed."""
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    (tmp_path / "token").write_text("a.token.x\n")
    token = {"webIdentityToken": "a.token.x"}
    if by_file:
        token = {"webIdentityTokenFile": str(tmp_path / "token")}
    web = {"roleArn": role(LINKED), **token}
    lived = life(assumeRoles=[], assumeRoleWithWebIdentity=web)
    assert lived.create("ProgramManagementAccount", **ACCOUNT)
    assert emulator.calls()["sts:AssumeRoleWithWebIdentity"] == 1


def test_a_token_file_that_is_not_there(life, tmp_path) -> None:
    """Names it."""
    web = {"roleArn": role(LINKED), "webIdentityTokenFile": str(tmp_path / "none")}
    with pytest.raises(Unauthenticated, match="none"):
        life(assumeRoles=[], assumeRoleWithWebIdentity=web).create(
            "ProgramManagementAccount", **ACCOUNT
        )


def test_endpoints_of_their_own(emulator, life, monkeypatch) -> None:
    """Where AWS_ENDPOINT_URL says nothing."""
    monkeypatch.delenv("AWS_ENDPOINT_URL")
    both = {"partnercentralChannel": emulator.url, "sts": emulator.url}
    assert life(endpoints=both).create("ProgramManagementAccount", **ACCOUNT)


def test_retries_are_counted(emulator, life) -> None:
    """`maxRetries: 2` are three attempts."""
    emulator.fault("CreateProgramManagementAccount", times=9, error="InternalServerException")
    with pytest.raises(ProviderError):
        life(maxRetries=2).create("ProgramManagementAccount", **ACCOUNT)
    assert emulator.calls()["CreateProgramManagementAccount"] == 3


def test_validation_of_credentials_can_be_left_out(emulator, life) -> None:
    """Then STS is never asked who calls."""
    lived = life(skipCredentialsValidation=True, assumeRoles=[])
    made = lived.create("ProgramManagementAccount", **ACCOUNT)
    made = lived.update("ProgramManagementAccount", made, **ACCOUNT | {"displayName": "New"})
    assert lived.read("ProgramManagementAccount", made)
    assert not [name for name in emulator.calls() if name.startswith("sts:")]


def test_hundreds_of_accounts_hold_few_clients(emulator, life, lived) -> None:
    """One session serves all, and whoever has not signed for long lets its client go."""
    for number in range(CLIENTS + 30):
        lived.of._context.accounts.signing(f"{number:012}").client  # noqa: B018 - makes the client
    accounts = lived.of._context.accounts
    assert len(accounts.own._client_config.sessions) == 1
    held = [each for each in accounts._others.values() if each._clients]
    assert len(held) == CLIENTS
