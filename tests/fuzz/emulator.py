"""Odd requests to the emulator: what boto3 and a test's control send, changed."""

import json
import re
import socket
import subprocess
import sys
from contextlib import ExitStack, suppress
from pathlib import Path
from time import monotonic
from typing import Any
from urllib.parse import parse_qsl, urlencode

from botocore.exceptions import ClientError
from clients import client_of
from managed_services import attestation

from .mutations import Mutator, dumped, is_sentence
from .plugin import CUSTOMER, MANAGEMENT, OPERATIONS, Result

SILENT = 300
"""Connections that stay open, and say nothing, during the whole run."""

HEADERS = ["Host", "Origin", "Authorization", "X-Amz-Target", "Content-Type", "Content-Length"]
ORDERED = ("faults", "clock", "settings", "state")
"""What a control request changes is set right again after each."""

Request = tuple[str, str, dict[str, str], bytes]
"""Method, path, headers and body."""


class Process:
    """The emulator as a process of its own, with more arguments, at any port if none is given."""

    def __init__(self, *arguments: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "partnercentral_emulator", "--port", "0", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self.process.stdout
        line = self.process.stdout.readline()
        assert line, f"the emulator did not start: {self.process.wait()}"
        self.url = line.split()[-1]
        host, port = self.url.partition("://")[2].split(":")
        self.address = (host, int(port))

    def send(self, data: bytes) -> bytes:
        """Send bytes, and give the bytes of the answer, to the end of the connection."""
        with socket.create_connection(self.address, timeout=10) as opened:
            answer = b""
            try:
                opened.sendall(data)
                opened.shutdown(socket.SHUT_WR)
            except OSError:
                pass  # refused already; the answer is there
            try:
                while chunk := opened.recv(65536):
                    answer += chunk
            except ConnectionError:
                pass
            return answer

    def memory(self) -> float:
        """Tell how much memory the process has, in MiB."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0]) / 1024

    def close(self) -> int | None:
        """End it; its exit code, where it ended before."""
        ended = self.process.poll()
        self.process.terminate()
        self.process.communicate()
        return ended


def recorded(url: str) -> list[Request]:
    """Give what boto3 and a test's control send in a life of every resource."""
    kept: list[Request] = []
    _lives(_client(url, "partnercentral-channel", kept))
    sts = _client(url, "sts", kept)
    role = f"arn:aws:iam::{MANAGEMENT}:role/R"
    sts.get_caller_identity()
    sts.assume_role(RoleArn=role, RoleSessionName="me", DurationSeconds=900, ExternalId="abc")
    sts.assume_role_with_web_identity(RoleArn=role, RoleSessionName="me", WebIdentityToken="t" * 9)
    sts.get_session_token(DurationSeconds=900)
    fault = {"operation": "ListRelationships", "error": "ThrottlingException", "times": 1}
    for method, name, body in (
        ("POST", "clock", {"advance": 60}),
        ("POST", "faults", fault | {"delay": 0.01, "skip": 1, "members": {"a": 1}}),
        ("POST", "settings", {"notice_days": ["14"], "rate_scale": 2.0, "list_lag_seconds": 1}),
        ("GET", "state", None),
        ("GET", "settings", None),
        ("DELETE", "calls", None),
    ):
        data = b"" if body is None else json.dumps(body).encode()
        kept.append((method, f"/_emulator/{name}", {"Content-Length": str(len(data))}, data))
    return kept


def _client(url: str, service: str, kept: list[Request]) -> Any:
    client = client_of(url, service=service)

    def keep(request: Any, **_: Any) -> None:
        headers = {name: _text(value) for name, value in request.headers.items()}
        body = request.body or b""
        body = body.encode() if isinstance(body, str) else body
        kept.append((request.method, "/", headers | {"Content-Length": str(len(body))}, body))

    client.meta.events.register("before-send", keep)
    return client


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


def _lives(channel: Any) -> None:
    catalog = {"catalog": "Sandbox"}
    tags = [{"key": "team", "value": "blue"}]
    account = channel.create_program_management_account(
        **catalog, program="DISTRIBUTION", displayName="A", accountId=MANAGEMENT, tags=tags
    )["programManagementAccountDetail"]
    parent = {"programManagementAccountIdentifier": account["id"]}
    relationship = channel.create_relationship(
        **catalog,
        **parent,
        associatedAccountId=CUSTOMER,
        associationType="END_CUSTOMER",
        sector="COMMERCIAL",
        displayName="C",
        tags=tags,
    )["relationshipDetail"]
    for kind, about, payload in (
        ("PROGRAM_MANAGEMENT_ACCOUNT", account, None),
        ("START_SERVICE_PERIOD", relationship, {"servicePeriodType": "FIXED_COMMITMENT_PERIOD"}),
        ("START_SERVICE_PERIOD", relationship, {"servicePeriodType": "MINIMUM_NOTICE_PERIOD"}),
    ):
        given: dict[str, Any] = {}
        if payload:
            term = {"endDate": "2030-01-01"} if "FIXED" in str(payload) else {"note": "Hi"}
            payload |= parent | term | {"minimumNoticeDays": "14"}
            given = {"payload": {"startServicePeriodPayload": payload}}
        try:
            channel.create_channel_handshake(
                **catalog, handshakeType=kind, associatedResourceIdentifier=about["id"], **given
            )
        except ClientError:
            continue  # what is refused is a real request too
    listed = {"handshakeType": "START_SERVICE_PERIOD", "participantType": "SENDER"}
    (offer,) = channel.list_channel_handshakes(**catalog, **listed, statuses=["PENDING"])["items"]
    about = {**catalog, "identifier": relationship["id"], **parent}
    channel.get_relationship(**about)
    channel.update_relationship(**about, revision="1", displayName="D")
    channel.list_relationships(**catalog, maxResults=1, displayNames=["D"])
    channel.list_program_management_accounts(
        **catalog, sort={"sortBy": "UpdatedAt", "sortOrder": "Ascending"}, statuses=["PENDING"]
    )
    channel.tag_resource(resourceArn=relationship["arn"], tags=tags)
    channel.untag_resource(resourceArn=relationship["arn"], tagKeys=["team"])
    channel.list_tags_for_resource(resourceArn=account["arn"])
    for answer in ("accept", "reject"):
        try:
            getattr(channel, f"{answer}_channel_handshake")(**catalog, identifier=offer["id"])
        except ClientError:
            continue  # it is not this account's to answer
    channel.cancel_channel_handshake(**catalog, identifier=offer["id"])
    channel.delete_relationship(**about)
    if "CreateChannelContract" in OPERATIONS:  # an older boto3 has none
        _managed(channel)


def _managed(channel: Any) -> None:
    """Send a contract, look at it, and cancel it in vain: Sandbox has accepted it."""
    catalog = {"catalog": "Sandbox"}
    account = channel.create_program_management_account(
        **catalog,
        program="MANAGED_SERVICES_PROVIDER",
        type="MANAGED_SERVICES",
        displayName="M",
        accountId="121212121212",
    )["programManagementAccountDetail"]
    parent = {"programManagementAccountIdentifier": account["id"]}
    relationship = channel.create_relationship(
        **catalog,
        **parent,
        associationType="MANAGED_SERVICES_END_CUSTOMER",
        accountScope="ENTIRE_ORGANIZATION",
        associatedAccountId="151515151515",
        sector="COMMERCIAL",
        displayName="S",
    )["relationshipDetail"]
    kind = {"contractType": "MANAGED_SERVICES_ATTESTATION"}
    payload = attestation(account["id"], relationship["id"])
    sent = channel.create_channel_contract(**catalog, **kind, payload=payload)
    contract = {**catalog, "identifier": sent["channelContractDetail"]["id"]}
    channel.get_channel_contract(**contract)
    channel.list_channel_contracts(**catalog, **kind, statuses=["ACCEPTED"])
    with suppress(ClientError):
        channel.cancel_channel_contract(**contract, reason="No more")


def fuzz(count: int, seed: int = 0, silent: int = SILENT) -> Result:
    """Send *count* odd requests to an emulator of its own, beside so many *silent* clients."""
    result, mutator = Result(), Mutator(seed)
    emulator = Process()
    try:
        kept = recorded(emulator.url)
        with ExitStack() as stack:
            for _ in range(silent):
                stack.enter_context(socket.create_connection(emulator.address, timeout=10))
            early = emulator.memory()
            for number in range(count):
                _judge(emulator, *_odd(mutator, kept), result)
                if number == count // 5:
                    early = emulator.memory()
                if emulator.process.poll() is not None:
                    result.wrong.append(f"the process ended: {emulator.process.poll()}")
                    return result
            result.growth = emulator.memory() - early
    finally:
        emulator.close()
    return result


def _odd(mutator: Mutator, kept: list[Request]) -> tuple[str, bytes]:
    """Change one of the requests; its name, and its bytes."""
    method, path, headers, body = mutator.random.choice(kept)
    name = headers.get("X-Amz-Target", path).rpartition(".")[2]
    body = _changed(mutator, headers, body)
    headers = {"Host": "localhost"} | headers | {"Content-Length": str(len(body))}
    if mutator.random.random() < 0.3:
        header = mutator.random.choice(HEADERS)
        headers[header] = mutator.random.choice(
            [mutator.text(), headers.get(header, "")[:-1], headers.get(header, "") * 50]
        ).replace("\n", " ")
    if mutator.random.random() < 0.05:
        method = mutator.random.choice(["GET", "PUT", "DELETE", "HEAD", "", "post"])
    if mutator.random.random() < 0.05:
        path += mutator.text()[:200]
    lines = [f"{method} {path} HTTP/1.1", *(f"{n}: {v}" for n, v in headers.items())]
    head = "\r\n".join([*lines, "Connection: close", "", ""]).encode(errors="replace")
    if mutator.random.random() < 0.08:
        return name, mutator.raw(head) + body
    return name, head + body


def _changed(mutator: Mutator, headers: dict[str, str], body: bytes) -> bytes:
    if mutator.random.random() < 0.1:
        return mutator.raw(body)
    if "form" in headers.get("Content-Type", ""):
        form = mutator.tree(dict(parse_qsl(body.decode())))
        return urlencode(form if isinstance(form, dict) else {"Action": form}).encode()
    return dumped(mutator.tree(json.loads(body))) if body else body


def _judge(emulator: Process, name: str, data: bytes, result: Result) -> None:
    """Send a request; note what is wrong with its answer."""
    result.requests += 1
    begun = monotonic()
    try:
        answer = emulator.send(data)
    except TimeoutError:
        answer = b"HTTP/1.1 504 no answer within 10 s"
    result.slowest = max(result.slowest, monotonic() - begun)
    status = answer[9:12].decode(errors="replace")
    result.statuses[status or "closed"] += 1
    text = answer.partition(b"\r\n\r\n")[2].decode(errors="replace")
    if not (_fits(status, text, data) and (status != "200" or "Traceback" not in text)):
        result.wrong.append(f"{name}: {status} {re.sub('[0-9a-f-]{36}', '…', text)[:300]}")
    if b"/_emulator/" in data.partition(b"\r\n")[0]:
        _restore(emulator)


def _fits(status: str, text: str, data: bytes) -> bool:
    """Tell whether an answer has a status, and, where it refuses, a sentence."""
    if not status:
        # A head without a line end is no request yet; nothing can be answered to it.
        return b"\r\n\r\n" not in data
    if status.startswith("2"):
        return True
    if data[:4] == b"HEAD" or status in ("408", "505"):
        return True
    message = re.search(r"<Message>([^<]*)", text) or re.search(r'"message": "(.*?)"[,}]', text)
    return status.startswith("4") and is_sentence(message[1] if message else text)


def _restore(emulator: Process) -> None:
    """Take back what a control request ordered: faults and settings; time stays."""
    fresh = json.dumps({"quotas_enforced": True, "rates_enforced": False, "session_seconds": 0})
    for method, name, body in (("DELETE", "faults", ""), ("POST", "settings", fresh)):
        head = f"{method} /_emulator/{name} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        emulator.send(f"{head}Content-Length: {len(body)}\r\n\r\n{body}".encode())
