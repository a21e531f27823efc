"""How a plugin waits for people: what the engine is told, and how a wait ends."""

import time
from collections.abc import Iterator
from typing import Any

import grpc
import pytest
from conftest import ACCOUNT
from google.protobuf.empty_pb2 import Empty
from hosts.host import CH, PMA, Host, ended, until
from partnercentral_provider.hosts.wire import decoded
from pulumi.runtime.proto import status_pb2

ACCEPTANCE = "partnercentral:channel:ChannelHandshakeAcceptance"
JOIN = "PROGRAM_MANAGEMENT_ACCOUNT"


@pytest.fixture
def host(emulator) -> Iterator[Host]:
    """Serve a plugin."""
    running = Host()
    running.configure()
    yield running
    running.close()


@pytest.fixture
def awaited(host) -> dict[str, str]:
    """Invite an account, and give the inputs of its acceptance."""
    account = host.create(PMA, ACCOUNT).result()
    invitation = {"handshakeType": JOIN, "associatedResourceIdentifier": account.id}
    join = host.create(CH, invitation).result()
    return {"channelHandshakeIdentifier": join.id, "handshakeType": JOIN}


def details(call: Any) -> list[str]:
    """Give the types of the details that a failed call carries."""
    trailing = dict(call.trailing_metadata())["grpc-status-details-bin"]
    return [each.type_url for each in status_pb2.Status.FromString(trailing).details]


def test_the_engine_is_told_that_people_are_awaited(host, awaited) -> None:
    """The status carries Pulumi's own message for it, and the sentence."""
    call = host.create(ACCEPTANCE, awaited | {"maximumWait": "0s"})
    code, sentence, _ = ended(call)
    assert code == grpc.StatusCode.FAILED_PRECONDITION
    assert "has not answered" in sentence
    assert details(call) == ["type.googleapis.com/pulumirpc.ErrorResourceAwaitFailed"]


def test_a_custom_timeout_ends_in_awaiting_too(host, awaited) -> None:
    """Where a timeout is shorter than `maximumWait`, it counts; it is no failure either."""
    call = host.create(ACCEPTANCE, awaited | {"maximumWait": "1h"}, timeout=2.2)
    _, sentence, seconds = ended(call)
    assert "has not answered" in sentence
    assert seconds < 2.2
    assert details(call) == ["type.googleapis.com/pulumirpc.ErrorResourceAwaitFailed"]


def test_ctrl_c_ends_the_wait(host, awaited, emulator) -> None:
    """A wait of an hour ends within a second of the user's Ctrl-C."""
    emulator.reset_calls()
    call = host.create(ACCEPTANCE, awaited | {"maximumWait": "1h"})
    until(lambda: emulator.calls().get("ListChannelHandshakes"))
    time.sleep(0.1)
    host.calls.Cancel(Empty())
    code, _, seconds = ended(call)
    assert code == grpc.StatusCode.CANCELLED
    assert seconds < 1


def test_an_acceptance_is_no_state_to_read_before_an_update(host, awaited, client) -> None:
    """What was accepted is final: no preview reads it."""
    arn = awaited["channelHandshakeIdentifier"]
    client(ACCOUNT["accountId"]).accept_channel_handshake(catalog="Sandbox", identifier=arn)
    made = host.create(ACCEPTANCE, awaited).result()
    assert decoded(made.properties)["receiverAccountId"] == ACCOUNT["accountId"]
    assert not made.refresh_before_update
