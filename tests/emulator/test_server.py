"""The emulator as a process, its control, its callers and its STS."""

import json
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, ConnectionClosedError
from conftest import CUSTOMER, LINKED, MANAGEMENT
from partnercentral_emulator.callers import signed

ROLE = f"arn:aws:iam::{MANAGEMENT}:role/Channel"


def control(url: str, method: str, name: str, body: Any = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{url}/_emulator/{name}", data, method=method)
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def assumed(client: Any, account: str = LINKED, role: str = ROLE, **more: Any) -> dict[str, str]:
    sts = client(account, "sts")
    keys = sts.assume_role(RoleArn=role, RoleSessionName="me", **more)["Credentials"]
    return {
        "aws_access_key_id": keys["AccessKeyId"],
        "aws_secret_access_key": keys["SecretAccessKey"],
        "aws_session_token": keys["SessionToken"],
    }


def code(call: Any, **arguments: Any) -> str:
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    return str(caught.value.response["Error"]["Code"])


class Process:
    """The console script, with a state file."""

    def __init__(self, state: Path) -> None:
        command = [sys.executable, "-m", "partnercentral_emulator", "--port", "0"]
        self.process = subprocess.Popen(
            [*command, "--state", str(state)], stdout=subprocess.PIPE, text=True
        )
        assert self.process.stdout
        line = self.process.stdout.readline()
        assert line.startswith("Partner Central Channel emulator ready at http://127.0.0.1:")
        self.url = line.split()[-1]

    def client(self, service: str = "partnercentral-channel", **keys: str) -> Any:
        given = {"aws_access_key_id": LINKED, "aws_secret_access_key": "secret"} | keys
        return boto3.client(service, endpoint_url=self.url, region_name="us-east-1", **given)

    def end(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        assert self.process.stdout
        self.process.stdout.close()
        return self.process.wait()


@pytest.mark.skipif(sys.platform == "win32", reason="the signals of POSIX")
def test_state_survives_a_kill(tmp_path) -> None:
    """Objects, issued keys and the clock are there after kill -9; Ctrl-C ends with success."""
    first = Process(tmp_path / "state.db")
    first.client().create_program_management_account(
        catalog="AWS", program="DISTRIBUTION", displayName="A", accountId=MANAGEMENT
    )
    sts = first.client("sts")
    keys = sts.assume_role(RoleArn=ROLE, RoleSessionName="me")["Credentials"]
    now = control(first.url, "POST", "clock", {"advance": 1800})["now"]
    first.end(signal.SIGKILL)

    second = Process(tmp_path / "state.db")
    (found,) = control(second.url, "GET", "state")
    assert found["accountId"] == MANAGEMENT
    assert control(second.url, "GET", "clock")["now"] > now
    borrowed = {
        "aws_access_key_id": keys["AccessKeyId"],
        "aws_secret_access_key": keys["SecretAccessKey"],
        "aws_session_token": keys["SessionToken"],
    }
    identity = second.client("sts", **borrowed).get_caller_identity()
    assert identity["Arn"] == f"arn:aws:sts::{MANAGEMENT}:assumed-role/Channel/me"
    assert second.end(signal.SIGINT) == 0


def test_assumed_role_is_the_account_until_it_expires(emulator, client) -> None:
    """Its key calls the Channel API as the role's account; after an hour it is refused."""
    keys = assumed(client)
    channel, sts = client(**keys), client(service="sts", **keys)
    assert sts.get_caller_identity()["Account"] == MANAGEMENT
    channel.list_relationships(catalog="AWS")
    assert list(emulator.application.calls.listed()["byAccount"][MANAGEMENT]) == [
        "ListRelationships",
        "sts:GetCallerIdentity",
    ]
    emulator.advance(3601)
    assert code(channel.list_relationships, catalog="AWS") == "ExpiredTokenException"
    assert code(sts.get_caller_identity) == "ExpiredToken"


def test_roles_chain(client) -> None:
    """A role's key may assume the next role."""
    keys = assumed(client)
    sts = client(service="sts", **keys)
    role = f"arn:aws:iam::{CUSTOMER}:role/Channel"
    answer = sts.assume_role(RoleArn=role, RoleSessionName="you")
    assert answer["AssumedRoleUser"]["Arn"].split(":")[4] == CUSTOMER


def test_roles_can_be_refused(emulator, client) -> None:
    """By name, or for want of their external id."""
    other = f"arn:aws:iam::{CUSTOMER}:role/Channel"
    emulator.set(refused_roles=[other], required_external_ids={ROLE: "secret"})
    sts = client(service="sts")
    for role, more in ((other, {}), (ROLE, {}), (ROLE, {"ExternalId": "wrong"})):
        named = {"RoleArn": role, "RoleSessionName": "me"}
        assert code(sts.assume_role, **named, **more) == "AccessDenied"
    assert assumed(client, ExternalId="secret")


@pytest.mark.parametrize("key", ["AKIAIOSFODNN7EXAMPLE", "12345678901"])
def test_an_unknown_key_is_refused(client, key) -> None:
    """Neither service knows it."""
    assert code(client(key).list_relationships, catalog="AWS") == "UnrecognizedClientException"
    assert code(client(key, "sts").get_caller_identity) == "InvalidClientTokenId"


def test_a_session_token_has_to_be_the_keys_own(client) -> None:
    """A key with another token is unknown."""
    keys = assumed(client) | {"aws_session_token": "other"}
    assert code(client(**keys).list_relationships, catalog="AWS") == "UnrecognizedClientException"


@pytest.mark.parametrize(
    "header",
    [
        "AWS4-HMAC-SHA256 Credential=123456789012/20260101/us-east-1/partnercentral-channel/"
        "aws4_request, SignedHeaders=host, Signature=0",
        "AWS4-ECDSA-P256-SHA256 Credential=123456789012/20260101/partnercentral-channel/"
        "aws4_request, SignedHeaders=host;x-amz-region-set, Signature=0",
    ],
)
def test_both_signatures_are_read(header) -> None:
    """SigV4's scope has a region, SigV4a's has none."""
    assert signed(header) == ("123456789012", "partnercentral-channel")


def test_faults_happen_as_ordered(emulator, client) -> None:
    """An error, a dropped connection before or after the effect, after calls that pass."""
    channel = client()
    order = {"operation": "ListRelationships", "error": "ThrottlingException", "skip": 1}
    control(emulator.url, "POST", "faults", order)
    channel.list_relationships(catalog="AWS")
    assert code(channel.list_relationships, catalog="AWS") == "ThrottlingException"
    channel.list_relationships(catalog="AWS")
    made = {
        "catalog": "AWS",
        "program": "DISTRIBUTION",
        "displayName": "A",
        "accountId": MANAGEMENT,
    }
    for drop, held in (("before", 0), ("after", 1)):
        emulator.fault("CreateProgramManagementAccount", drop=drop)
        with pytest.raises(ConnectionClosedError):
            channel.create_program_management_account(**made)
        assert len(emulator.objects()) == held


def test_calls_are_counted_and_reset(emulator, client) -> None:
    """By operation, those of STS too; a reset starts from nothing."""
    client().list_relationships(catalog="AWS")
    client(service="sts").get_caller_identity()
    counted = control(emulator.url, "GET", "calls")
    assert counted["operations"] == {"ListRelationships": 1, "sts:GetCallerIdentity": 1}
    assert control(emulator.url, "DELETE", "calls")["total"] == 0


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("clock", {"advance": "much"}),
        ("clock", {}),
        ("faults", {"operation": "X"}),
        ("faults", {"operation": "X", "colour": "blue"}),
        ("settings", {"nobody_knows": 1}),
        ("settings", []),
    ],
)
def test_wrong_orders_are_told(emulator, name, body) -> None:
    """The control answers 400 and a sentence."""
    with pytest.raises(urllib.error.HTTPError) as caught:
        control(emulator.url, "POST", name, body)
    with caught.value as answer:
        assert answer.code == 400
        assert json.load(answer)["message"]


def test_a_port_in_use_is_a_sentence(emulator) -> None:
    """No traceback where the server cannot start."""
    port = emulator.url.rpartition(":")[2]
    command = [sys.executable, "-m", "partnercentral_emulator", "--port", port]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 1
    assert run.stderr.startswith("The emulator cannot start:")
    assert "Traceback" not in run.stderr
