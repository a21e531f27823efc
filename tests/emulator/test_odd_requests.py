"""What no well-meant client sends: an answer of 400 and a sentence, and nothing is harmed."""

import base64
import json
import re
import socket
import sqlite3
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from conftest import LINKED, MANAGEMENT
from partnercentral_emulator import Emulator
from partnercentral_emulator.callers import signed

NUMBERS = ["NaN", "Infinity", "-1e11", "1e300", "1e10", '"much"', "null", "[]", "true", "{}"]


def sent(url: str, data: bytes, **headers: str) -> tuple[int, str]:
    """Post; the status and the text of the answer."""
    request = urllib.request.Request(url, data, headers, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return int(answer.status), answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return int(error.code), error.read().decode()


def control(url: str, name: str, body: str) -> tuple[int, str]:
    """Give an order; the status, and the sentence of a refusal."""
    status, text = sent(f"{url}/_emulator/{name}", body.encode())
    return status, json.loads(text).get("message", "") if status >= 400 else text


def is_sentence(text: str) -> bool:
    """Tell whether a text begins like a sentence, ends like one, and has words."""
    return bool(re.fullmatch(r"[A-Z`'\"].* .*\.", text, re.S)) and "Traceback" not in text


@pytest.mark.parametrize("number", NUMBERS)
def test_the_clock_takes_seconds_within_a_century(emulator, client, number) -> None:
    """Anything else is refused with a sentence, and every later call works."""
    status, said = control(emulator.url, "clock", f'{{"advance": {number}}}')
    assert status == 400
    assert is_sentence(said)
    assert emulator.application.clock.offset == 0
    client().list_relationships(catalog="AWS")


def test_the_clock_is_bounded_in_the_sum(emulator, client) -> None:
    """Many steps that are allowed one by one do not leave the century either."""
    order = json.dumps({"advance": 60 * 365 * 86400})
    assert [control(emulator.url, "clock", order)[0] for _ in range(3)] == [200, 400, 400]
    client().list_relationships(catalog="AWS")


@pytest.mark.parametrize("kept", ["nan", "1e300", "-1e11", "inf", "soon"])
def test_a_state_file_with_a_broken_clock_starts_again(tmp_path, kept) -> None:
    """An older emulator kept such an offset; it counts as none, and the objects are there."""
    path = str(tmp_path / "state.db")
    Emulator(state=path).application.memory.close()
    with sqlite3.connect(path) as database:
        database.execute("INSERT OR REPLACE INTO facts VALUES ('clock', ?)", [kept])
    database.close()
    with Emulator(state=path) as emulator:
        assert emulator.application.clock.offset == 0
        assert control(emulator.url, "clock", '{"advance": 5}')[0] == 200


@pytest.mark.parametrize(
    "wrong",
    [
        {"times": 0},
        {"times": "3"},
        {"times": 1.5},
        {"times": True},
        {"skip": -1},
        {"skip": None},
        {"delay": -1},
        {"delay": "long"},
        {"delay": 1e9},
        {"delay": float("nan")},
        {"error": 5},
        {"error": ["ThrottlingException"]},
        {"error": "two words"},
        {"message": None},
        {"members": []},
        {"members": {"code": "x", "message": 1}},
        {"drop": "sideways"},
        {"retry_after": "soon"},
        {"retry_after": float("inf")},
        {"operation": ["CreateRelationship"]},
        {"operation": None},
        {"operation": "CreateNothing"},
    ],
)
def test_an_odd_fault_is_refused(emulator, client, wrong) -> None:
    """A fault of a wrong type or range answers 400 and a sentence, and none is ordered."""
    order = {"operation": "ListRelationships", "error": "ThrottlingException"} | wrong
    status, said = control(emulator.url, "faults", json.dumps(order))
    assert status == 400
    assert is_sentence(said)
    assert emulator.application.faults.listed() == []
    client().list_relationships(catalog="AWS")


@pytest.mark.parametrize("name", ["clock", "faults", "settings"])
@pytest.mark.parametrize("body", ["[]", "5", '"x"', "{}", "null", "{", "[" * 100_000, "\\xff"])
def test_an_order_that_is_no_object_is_refused(emulator, name, body) -> None:
    """Control takes a JSON object with something in it; the sentence says so."""
    status, said = control(emulator.url, name, body)
    if (name, body) == ("settings", "{}"):
        assert status == 200
        return
    assert status == 400
    assert is_sentence(said)


@pytest.mark.parametrize(
    "wrong",
    [
        {"first_revision": 1e400},
        {"first_revision": -(10**30)},
        {"rate_scale": float("nan")},
        {"session_seconds": 10**15},
        {"notice_days": ["14", {}]},
        {"refused_roles": [[]]},
        {"required_external_ids": {"a": {}}},
        {"required_external_ids": "x"},
        {"sender_display_name": 5},
        {"nobody_knows": 1},
    ],
)
def test_an_odd_setting_is_refused(emulator, client, wrong) -> None:
    """A setting has a type and a range; the sentence names the setting."""
    status, said = control(emulator.url, "settings", json.dumps(wrong))
    assert status == 400
    assert is_sentence(said)
    assert next(iter(wrong)) in said
    client().list_relationships(catalog="AWS")


def page_token(*values: Any) -> str:
    """Spell a page token as the emulator does."""
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode()


def test_a_forged_page_token_is_not_valid(emulator, client, account) -> None:
    """Whatever stands in a token, AWS's ValidationException answers it."""
    channel = client()
    for number in range(2):
        channel.create_relationship(
            catalog="Sandbox",
            programManagementAccountIdentifier=account["arn"],
            associatedAccountId=f"{number:012}",
            associationType="END_CUSTOMER",
            sector="COMMERCIAL",
            displayName="A",
        )
    query = {"catalog": "Sandbox", "maxResults": 1}
    token = channel.list_relationships(**query)["nextToken"]
    digest = json.loads(base64.urlsafe_b64decode(token))[0]
    forged = ["x", "AAAA", "\u00e9", "=", page_token(), page_token(digest)]
    odd = [[{}, 1], [1.0, []], [1.0, 2**70], [1.0, True], ["a", "b"], [None, None], [[], {}]]
    forged += [page_token(digest, *position) for position in odd]
    forged += [base64.urlsafe_b64encode(b"[" * 1400).decode()]
    for text in forged:
        with pytest.raises(channel.exceptions.ValidationException):
            channel.list_relationships(nextToken=text, **query)
    assert len(channel.list_relationships(nextToken=token, **query)["items"]) == 1


AUTHORIZATION = (
    f"AWS4-HMAC-SHA256 Credential={LINKED}/20260101/us-east-1/%s/aws4_request, "
    "SignedHeaders=host, Signature=0"
)


@pytest.mark.parametrize(
    "form",
    [
        "Action=AssumeRole&RoleArn=%ROLE&RoleSessionName=me&DurationSeconds=abc",
        "Action=AssumeRole&RoleArn=%ROLE&RoleSessionName=me&DurationSeconds=0",
        "Action=AssumeRole&RoleArn=%ROLE&RoleSessionName=me&DurationSeconds=1e300",
        "Action=AssumeRole&RoleArn=%ROLE&RoleSessionName=me&DurationSeconds=99999999999999999999",
        "Action=AssumeRole&RoleArn=nothing&RoleSessionName=me",
        "Action=AssumeRole&RoleArn=arn:aws:iam::1:role&RoleSessionName=me",
        "Action=AssumeRole&RoleArn=%ROLE",
        "Action=AssumeRole",
        "Action=Nothing",
        "Action=",
        "RoleArn=%ROLE",
        "%FF%FE=&Action=\udcff",
        "Action=GetSessionToken&DurationSeconds=abc",
        "Action=AssumeRoleWithWebIdentity",
        "Action=AssumeRoleWithSAML",
        "Action=GetFederationToken",
        "Action=GetAccessKeyInfo",
    ],
)
def test_an_odd_request_of_sts_is_refused(emulator, form) -> None:
    """Wrong or missing parameters are a 400 in the XML of STS, which tells what is wrong."""
    data = form.replace("%ROLE", f"arn:aws:iam::{MANAGEMENT}:role/R").encode(
        errors="surrogateescape"
    )
    kind = "application/x-www-form-urlencoded"
    authorization = AUTHORIZATION % "sts"
    status, text = sent(
        emulator.url, data, **{"Content-Type": kind, "Authorization": authorization}
    )
    assert status == 400
    assert re.search("<Message>[^<]+ [^<]+</Message>", text)


def test_the_name_of_a_role_is_no_pattern(emulator, client) -> None:
    """What a role is called is data: in the identity of its session it stands as it is."""
    role = f"arn:aws:iam::{MANAGEMENT}:role/a\\1&amp;b"
    keys = client(service="sts").assume_role(RoleArn=role, RoleSessionName="me")["Credentials"]
    lent = client(
        service="sts",
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys["SessionToken"],
    )
    assert lent.get_caller_identity()["Account"] == MANAGEMENT


@pytest.mark.parametrize(
    "header",
    [
        "AWS4-HMAC-SHA256 " * 4000 + "Credential=",
        "AWS4-HMAC-SHA256 " + "Credential=a" * 6000,
        "AWS4-HMAC-SHA256 Credential=" + "a" * 60_000,
        "AWS4-HMAC-SHA256 " + "Credential=/" * 6000,
    ],
    ids=["algorithms", "credentials", "key", "slashes"],
)
def test_a_long_authorization_is_read_in_linear_time(header) -> None:
    """60,000 characters take milliseconds, whatever they repeat."""
    before = time.process_time()
    signed(header)
    assert time.process_time() - before < 0.1


@pytest.mark.parametrize(
    ("body", "member"),
    [
        ({"displayNames": ["\ud800"]}, "displayNames[0]"),
        ({"displayNames": {"a": 1}}, "displayNames"),
        ({"maxResults": 10**30}, "maxResults"),
        ({"maxResults": True}, "maxResults"),
        ({"catalog": "Other"}, "catalog"),
    ],
)
def test_an_odd_body_is_not_valid(emulator, body, member) -> None:
    """The fields that do not fit are listed, as AWS does."""
    headers = {
        "Content-Type": "application/x-amz-json-1.0",
        "X-Amz-Target": "PartnerCentralChannel.ListRelationships",
        "Authorization": AUTHORIZATION % "partnercentral-channel",
    }
    data = json.dumps({"catalog": "AWS"} | body).encode()
    status, text = sent(emulator.url, data, **headers)
    found = json.loads(text)
    assert (status, found["__type"]) == (400, "ValidationException")
    assert [f["name"] for f in found["fieldList"]] == [member]


@pytest.fixture
def raw(emulator: Emulator) -> Callable[[bytes], bytes]:
    """Send bytes as they are, and read to the end of the answer."""

    def send(data: bytes) -> bytes:
        host, port = emulator.url.partition("://")[2].split(":")
        with socket.create_connection((host, int(port)), timeout=5) as open_:
            open_.sendall(data)
            with suppress(OSError):  # it may have refused, and be closed, already
                open_.shutdown(socket.SHUT_WR)
            chunks = b""
            while chunk := open_.recv(65536):
                chunks += chunk
            return chunks

    return send


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b"Content-Length: -5", b"400"),
        (b"Content-Length: many", b"400"),
        (b"Content-Length: 99999999999", b"413"),
        (b"X: " + b"a" * 70_000, b"413"),
    ],
)
def test_an_odd_length_is_refused(raw, head, status) -> None:
    """A length that cannot be, or is too great, ends with a status and without reading on."""
    answer = raw(b"POST /_emulator/clock HTTP/1.1\r\nHost: localhost\r\n" + head + b"\r\n\r\n{}")
    assert answer.split(b" ")[1] == status


def test_a_chunked_body_is_read(raw) -> None:
    """A body of unknown length is a body."""
    answer = raw(
        b"POST /_emulator/clock HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n"
        b'Connection: close\r\n\r\ne\r\n{"advance": 1}\r\n0\r\n\r\n'
    )
    assert answer.split(b" ")[1] == b"200"
