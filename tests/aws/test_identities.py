"""Whose keys sign: confirmed for the very keys of each signature, however they were renewed."""

from collections.abc import Callable
from typing import Any

import pytest
from conftest import ACCOUNT, CUSTOMER, LINKED, MANAGEMENT
from partnercentral_provider.model.errors import ProviderError, Unauthenticated, WrongAccount

PMA = "ProgramManagementAccount"
PAST = "2020-01-01T00:00:00Z"


def owners(emulator: Any) -> list[str]:
    return [each["arn"].split(":")[4] for each in emulator.objects()]


def test_every_signature_is_of_the_account_that_was_confirmed(emulator, life, process) -> None:
    """
    Whenever in a create the credentials become another account's, nothing is made there.

    The sentence names both accounts, and what was made before is kept.
    """
    for calls in range(1, 9):
        process.gives(*[LINKED] * calls, CUSTOMER)
        lived = life(allowedAccountIds=[LINKED], assumeRoles=[])
        account_id = f"{calls:012}"
        try:
            made = lived.create(PMA, **ACCOUNT | {"accountId": account_id})
            told = " ".join(lived.warnings)
        except WrongAccount as error:
            made, told = None, str(error)
        if told:
            assert LINKED in told, calls
            assert CUSTOMER in told, calls
        ids = [each["accountId"] for each in emulator.objects()]
        assert (account_id in ids) == (made is not None), calls
        assert set(owners(emulator)) <= {LINKED}, calls
    assert "revision" in made
    assert not told


def test_without_allowed_accounts_a_run_stays_in_its_account(emulator, life, process) -> None:
    """A second create of a run is refused where the credentials are another account's by then."""
    lived = life(assumeRoles=[])
    lived.create(PMA, **ACCOUNT)
    process.gives(CUSTOMER)
    with pytest.raises(WrongAccount) as caught:
        lived.create(PMA, **ACCOUNT | {"accountId": "999988887777"})
    assert str(caught.value) == (
        f"The credentials are no longer those of account {LINKED} (arn:aws:iam::{LINKED}:user/"
        f"emulator): they were renewed as those of account {CUSTOMER} (arn:aws:iam::{CUSTOMER}:"
        f"user/emulator). Nothing was sent with them. Sign in to account {LINKED} again, then run "
        "the command again."
    )
    assert owners(emulator) == [LINKED]


def test_an_account_that_read_first_signs_no_write_of_another(emulator, life, process) -> None:
    """A read may be signed by any account; the writes of its run are not by that one either."""
    lived = life(assumeRoles=[], allowedAccountIds=[LINKED])
    process.gives(CUSTOMER)
    lived.of.invoke("partnercentral:channel:getRelationships", {})
    for calls in range(1, 5):
        process.gives(*[LINKED] * calls, CUSTOMER)
        with pytest.raises(WrongAccount, match=f"{CUSTOMER}.*{LINKED}"):
            lived.create(PMA, **ACCOUNT)
    assert emulator.objects() == []


@pytest.mark.parametrize("keys", [{}, {"allowedAccountIds": [LINKED]}])
def test_an_object_of_another_account_is_neither_gone_nor_deleted(
    emulator, life, process, keys
) -> None:
    """A refresh, an update and a delete fail, name both accounts, and change nothing."""
    lived = life(assumeRoles=[], **keys)
    made = lived.create(PMA, **ACCOUNT)
    process.gives(CUSTOMER)
    for verb in (
        lambda: lived.read(PMA, made),
        lambda: lived.update(PMA, made, **ACCOUNT | {"displayName": "New"}),
        lambda: lived.delete(PMA, made),
    ):
        with pytest.raises(WrongAccount, match=f"account {LINKED}.*account {CUSTOMER}"):
            verb()
    assert [each["displayName"] for each in emulator.objects()] == ["Reseller"]
    process.gives(LINKED)
    assert lived.read(PMA, made).state == made


def test_a_read_between_check_and_signature_never_says_gone(emulator, life, process) -> None:
    """Whenever in a refresh the credentials become another account's, it fails or finds it."""
    made = life(assumeRoles=[]).create(PMA, **ACCOUNT)
    outcomes = set()
    for calls in range(1, 7):
        process.gives(*[LINKED] * calls, CUSTOMER)
        try:
            found = life(assumeRoles=[]).read(PMA, made)
            assert found is not None
            assert found.state["revision"] == "1"
            outcomes.add("found")
        except WrongAccount:
            outcomes.add("refused")
    assert outcomes == {"found", "refused"}


def test_renewed_keys_of_the_same_account_sign_on(emulator, life, process) -> None:
    """Each access key is asked about once, and the work goes on."""
    process.gives(*[LINKED] * 3)
    lived = life(assumeRoles=[], allowedAccountIds=[LINKED])
    made = lived.create(PMA, **ACCOUNT)
    assert lived.read(PMA, made).state == made
    assert emulator.calls()["sts:GetCallerIdentity"] == 1


def test_credentials_that_are_renewed_as_expired_are_a_sentence(emulator, life, process) -> None:
    """Where what gives them has expired too: it is no bug of this provider."""
    process.gives(LINKED, LINKED, LINKED)
    lived = life(assumeRoles=[])
    lived.create(PMA, **ACCOUNT)
    process.gives(LINKED, expires=PAST)
    with pytest.raises(Unauthenticated, match=r"have expired\. They were renewed just now"):
        lived.create(PMA, **ACCOUNT | {"accountId": "999988887777"})


def test_expired_credentials_under_a_role_are_a_sentence(emulator, life, process) -> None:
    """What assumes a role is renewed too, and may have expired for good."""
    process.gives(LINKED)
    process.answers.write_text(f"{process.answers.read_text()}{LINKED} {PAST}\n")
    with pytest.raises(Unauthenticated) as caught:
        life().create(PMA, **ACCOUNT)
    assert f"The role arn:aws:iam::{LINKED}:role/Channel of account" in str(caught.value)
    assert "credential_process" in str(caught.value)


def test_a_process_that_fails_is_a_sentence(emulator, life, process, tmp_path) -> None:
    """With what the process said."""
    (tmp_path / "credentials.sh").write_text("#!/bin/sh\necho Sign in first >&2; exit 3\n")
    with pytest.raises(Unauthenticated, match="Sign in first"):
        life(assumeRoles=[]).create(PMA, **ACCOUNT)


def test_a_profile_that_turns_into_another_account_answers_for_none(
    emulator, life, process, monkeypatch
) -> None:
    """Where an account has to sign, its profile's credentials have to be that account's."""
    process.gives(CUSTOMER)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", LINKED)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    lived = life(accounts={MANAGEMENT: {"profile": "partner"}})
    answer = {
        "channelHandshakeIdentifier": "ch-0123456789abc",
        "handshakeType": "PROGRAM_MANAGEMENT_ACCOUNT",
        "response": "ACCEPT",
        "receiverAccountId": MANAGEMENT,
    }
    asked = {"participantType": "RECEIVER", "receiverAccountId": MANAGEMENT}
    for verb in (
        lambda: lived.create("ChannelHandshakeResponse", **answer),
        lambda: lived.of.invoke("partnercentral:channel:getChannelHandshakes", asked),
    ):
        with pytest.raises(WrongAccount, match=f"{MANAGEMENT} has to sign.*account {CUSTOMER}"):
            verb()


def test_get_caller_account_tells_who_signs_now(life, process) -> None:
    """It follows the credentials, whatever was true before."""
    lived, token = life(assumeRoles=[]), "partnercentral:channel:getCallerAccount"
    assert lived.of.invoke(token, {})[1]["accountId"] == LINKED
    process.gives(CUSTOMER)
    assert lived.of.invoke(token, {})[1]["accountId"] == CUSTOMER


def test_what_a_create_made_elsewhere_is_kept_as_unfinished(
    emulator, life, foreign_signature
) -> None:
    """The ARN that AWS answers is compared; the state keeps it, and the error names both."""
    lived = life(assumeRoles=[], endpoints={"partnercentralChannel": foreign_signature})
    lived.of.invoke("partnercentral:channel:getCallerAccount", {})
    made = lived.create(PMA, **ACCOUNT)
    assert owners(emulator) == [CUSTOMER]
    assert made["arn"].split(":")[4] == CUSTOMER
    assert "revision" not in made
    (told,) = lived.warnings
    assert f"was created in account {CUSTOMER}, although the credentials are those of account" in (
        told
    )
    assert LINKED in told
    with pytest.raises(WrongAccount, match=f"account {CUSTOMER}.*account {LINKED}"):
        lived.delete(PMA, made)
    assert life(CUSTOMER).delete(PMA, made) is None
    assert emulator.objects() == []


@pytest.fixture
def foreign_signature(emulator: Any) -> Any:
    """Serve a proxy that signs every call again, as another account; its URL."""
    from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
    from threading import Thread
    from urllib.error import HTTPError
    from urllib.request import Request, urlopen

    class Proxy(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name: text.replace(LINKED, CUSTOMER) for name, text in self.headers.items()}
            try:
                answer = urlopen(Request(emulator.url, body, headers))
            except HTTPError as error:
                answer = error
            with answer:
                text = answer.read()
                self.send_response(answer.status)
                self.send_header("Content-Type", answer.headers["Content-Type"])
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


class TestName:
    """Under which account calls are counted."""

    def test_one_failure_is_not_for_ever(
        self, emulator: Any, life: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Where STS did not answer once, the account is asked again a minute later."""
        now = [1000.0]
        emulator.set(rates_enforced=False)
        lived = life(assumeRoles=[], endpoints={"sts": "http://127.0.0.1:1"})
        own = lived.of._context.accounts.own
        monkeypatch.setattr(own._client_config.limits, "_clock", lambda: now[0])
        assert own.name() == "unknown"
        own._client_config.endpoints.clear()
        assert own.name() == "unknown"  # not at each call: STS may be out of reach for good
        now[0] += 60
        assert own.name() == LINKED

    def test_the_own_account_is_found_after_a_failure(self, emulator: Any, life: Any) -> None:
        """A receiver that is the own account is recognised as soon as STS answers."""
        lived = life(assumeRoles=[], endpoints={"sts": "http://127.0.0.1:1"})
        with pytest.raises(ProviderError, match="gave no answer"):
            lived.of._context.accounts.signing(LINKED)
        lived.of._context.accounts.own._client_config.endpoints.clear()
        assert lived.of._context.accounts.signing(LINKED) is lived.of._context.accounts.own


def test_an_own_account_that_may_not_be_asked_about(life) -> None:
    """With `skipCredentialsValidation` the sentence says why it is not known, and the way out."""
    lived = life(assumeRoles=[], skipCredentialsValidation=True)
    with pytest.raises(ProviderError) as caught:
        lived.of.invoke(
            "partnercentral:channel:getChannelHandshakes", {"receiverAccountId": LINKED}
        )
    assert "unknown" not in str(caught.value)
    assert "`skipCredentialsValidation` forbids to ask" in str(caught.value)
    assert "leave `receiverAccountId` out" in str(caught.value)
    role = {"assumeRoles": [{"roleArn": f"arn:aws:iam::{LINKED}:role/Channel"}]}
    lived = life(**role, skipCredentialsValidation=True)
    _, found = lived.of.invoke(
        "partnercentral:channel:getChannelHandshakes", {"receiverAccountId": LINKED}
    )
    assert found == {"handshakes": []}
