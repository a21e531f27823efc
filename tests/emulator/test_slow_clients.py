"""Clients that say nothing, or say it slowly, in great number."""

import select
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from partnercentral_emulator import Emulator

MANY = 300


@pytest.fixture
def connect(emulator: Emulator) -> Iterator:
    """Open connections that send some bytes and then nothing; all are closed at the end."""
    host, port = emulator.url.partition("://")[2].split(":")
    with ExitStack() as stack:

        def opened(said: bytes) -> socket.socket:
            made = stack.enter_context(socket.create_connection((host, int(port)), timeout=10))
            made.sendall(said)
            return made

        yield opened


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"P",
        b"POST / HTTP/1.1\r\nHost: localhost\r\n",
        b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{",
    ],
    ids=["nothing", "a letter", "half the headers", "half the body"],
)
def test_slow_clients_block_nobody(monkeypatch, emulator, client, connect, said) -> None:
    """300 connections that do not go on are still open when somebody else's request is answered."""
    monkeypatch.setattr("partnercentral_emulator.connections.PATIENCE", 300)
    opened = [connect(said) for _ in range(MANY)]
    client().list_relationships(catalog="AWS")  # boto3 waits a minute for it, and asks once
    assert select.select(opened, [], [], 0)[0] == []


def test_slow_answers_block_nobody(emulator, client, connect) -> None:
    """300 requests that wait for an ordered delay leave a request of somebody else as fast."""
    emulator.fault("ListRelationships", times=MANY, delay=1.5, error="ThrottlingException")
    request = (
        b"POST / HTTP/1.1\r\nHost: localhost\r\nX-Amz-Target: "
        b"PartnerCentralChannel.ListRelationships\r\nAuthorization: AWS4-HMAC-SHA256 "
        b"Credential=123456789012/1/r/s/aws4_request\r\nContent-Length: 2\r\n\r\n{}"
    )
    for _ in range(MANY):
        connect(request)
    while emulator.application.faults.listed():
        time.sleep(0.01)
    begun = time.monotonic()
    client().list_program_management_accounts(catalog="AWS")
    assert time.monotonic() - begun < 2


def test_a_client_has_so_long_for_its_request(monkeypatch, emulator, connect) -> None:
    """A request that drips in byte by byte is answered 408 at its deadline, and closed."""
    monkeypatch.setattr("partnercentral_emulator.connections.PATIENCE", 0.4)
    for said in (b"POST / HT", b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99\r\n\r\n"):
        made = connect(said)
        for _ in range(6):
            time.sleep(0.05)
            made.sendall(b"x")
        begun = time.monotonic()
        assert made.recv(100).split(b" ")[1] == b"408"
        assert time.monotonic() - begun < 0.8
