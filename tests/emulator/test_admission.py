"""Which requests the emulator answers at all, by their Host and Origin."""

import http.client
import json
import subprocess
import sys
from typing import Any

import boto3
import pytest
from conftest import LINKED, MANAGEMENT
from partnercentral_emulator import Emulator


def answer(
    url: str, method: str = "POST", path: str = "/_emulator/clock", **headers: str
) -> tuple[int, Any]:
    """Send one request with exactly these headers; the status and the JSON of the answer."""
    connection = http.client.HTTPConnection(url.partition("://")[2], timeout=10)
    connection.putrequest(method, path, skip_host="Host" in headers)
    body = b'{"advance": 1}' if method == "POST" else b""
    for name, value in headers.items():
        connection.putheader(name, value)
    connection.putheader("Content-Length", str(len(body)))
    connection.endheaders(body)
    got = connection.getresponse()
    text = got.read()
    connection.close()
    return got.status, json.loads(text) if text.startswith(b"{") else text.decode()


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:1234", "127.0.0.1:80", "[::1]:9", "192.0.2.7", "a.localhost"]
)
def test_loopback_and_literal_addresses_are_answered(emulator, host) -> None:
    """A Host that is a literal address or a name of loopback cannot be a rebound DNS name."""
    assert answer(emulator.url, Host=host)[0] == 200


@pytest.mark.parametrize("path", ["/_emulator/clock", "/_emulator/state", "/"])
@pytest.mark.parametrize("host", ["evil.example", "evil.example:4599", "localhost.evil.example"])
def test_another_host_is_refused(emulator, host, path) -> None:
    """A name that a foreign DNS server points at loopback reaches neither control nor API."""
    before = emulator.application.clock.offset
    for method in ("GET", "POST", "DELETE"):
        status, said = answer(emulator.url, method, path, Host=host)
        assert status == 403
        assert "--allow-host" in said["message"]
    assert emulator.application.clock.offset == before


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1"])
def test_a_web_page_of_another_origin_is_refused(emulator, origin) -> None:
    """What a browser sends for a page of another origin changes nothing and reads nothing."""
    for path in ("/_emulator/clock", "/"):
        status, said = answer(emulator.url, path=path, Origin=origin)
        assert status == 403
        assert "Origin" in said["message"]
    assert emulator.application.clock.offset == 0


def test_a_page_of_the_emulators_own_origin_is_answered(emulator) -> None:
    """An Origin that equals the Host is the same site."""
    assert answer(emulator.url, Origin=emulator.url)[0] == 200


def test_sts_refuses_in_its_own_form(emulator) -> None:
    """A client of STS reads XML, also when its Host is refused."""
    headers = {"Host": "evil.example", "Content-Type": "application/x-www-form-urlencoded"}
    status, said = answer(emulator.url, path="/", **headers)
    assert status == 403
    assert "<Message>" in said


def test_hosts_can_be_allowed() -> None:
    """The names of a container are told by `hosts`; any case, with any port."""
    with Emulator(hosts=["Emulator"]) as emulator:
        assert answer(emulator.url, Host="emulator:4599")[0] == 200
        assert answer(emulator.url, Host="other:4599")[0] == 403


def test_the_console_script_takes_names() -> None:
    """`--allow-host` may be repeated, beside the `--host` that it listens on."""
    command = [sys.executable, "-m", "partnercentral_emulator", "--port", "0"]
    names = ["--allow-host", "emulator", "--allow-host", "channel.internal"]
    process = subprocess.Popen([*command, *names], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout
        url = process.stdout.readline().split()[-1]
        for host, status in (("emulator", 200), ("Channel.Internal:80", 200), ("other", 403)):
            assert answer(url, Host=host)[0] == status
    finally:
        process.terminate()
        process.communicate()


def test_boto3_is_answered_under_the_name_localhost(emulator) -> None:
    """What AWS's SDKs send, a Host of the URL and no Origin, is let in for all services."""
    url = emulator.url.replace("127.0.0.1", "localhost")
    keys = {"aws_access_key_id": LINKED, "aws_secret_access_key": "x", "region_name": "us-east-1"}
    channel = boto3.client("partnercentral-channel", endpoint_url=url, **keys)
    assert channel.list_relationships(catalog="Sandbox")["items"] == []
    role = f"arn:aws:iam::{MANAGEMENT}:role/R"
    sts = boto3.client("sts", endpoint_url=url, **keys)
    assert sts.assume_role(RoleArn=role, RoleSessionName="me")["Credentials"]
