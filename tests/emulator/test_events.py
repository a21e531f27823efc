"""EventBridge's three events about handshakes, as the emulator posts them."""

import json
from collections.abc import Callable, Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Empty, Queue
from threading import Thread
from typing import Any

import pytest
from clients import client_of
from conftest import ACCOUNT, LINKED, MANAGEMENT
from partnercentral_emulator import Emulator

RULE = Path(__file__).parents[2] / "examples" / "07-build-server" / "rule.json"


class Bus:
    """What stands where EventBridge is: it keeps each event that is posted to it."""

    def __init__(self) -> None:
        self.events: Queue[dict[str, Any]] = Queue()
        events = self.events

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                size = int(self.headers["Content-Length"])
                events.put(json.loads(self.rfile.read(size)))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/"
        Thread(target=self._server.serve_forever, daemon=True).start()

    def next(self) -> dict[str, Any]:
        """Wait for the next event."""
        return self.events.get(timeout=20)

    def close(self) -> None:
        """Listen no more."""
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture(name="bus")
def made_bus() -> Iterator[Bus]:
    """Listen for events."""
    bus = Bus()
    yield bus
    bus.close()


@pytest.fixture(name="channel")
def made_channel(bus) -> Iterator[Callable[[str], Any]]:
    """Give clients of an emulator that posts its events to the bus."""
    with Emulator(events=bus.url) as emulator:
        yield partial(client_of, emulator.url)


def invited(channel: Callable[..., Any], token: str = "t") -> str:
    """Enrol an account and invite it; the handshake's ARN."""
    given = {name: ACCOUNT[name] for name in ("program", "accountId", "displayName")}
    made = channel().create_program_management_account(catalog="Sandbox", clientToken="a", **given)
    sent = channel().create_channel_handshake(
        catalog="Sandbox",
        handshakeType="PROGRAM_MANAGEMENT_ACCOUNT",
        associatedResourceIdentifier=made["programManagementAccountDetail"]["id"],
        clientToken=token,
    )
    return str(sent["channelHandshakeDetail"]["arn"])


@pytest.mark.parametrize(("verb", "what"), [("accept", "Accepted"), ("reject", "Rejected")])
def test_the_receiver_hears_of_an_invitation_and_the_owner_of_its_answer(
    bus, channel, verb, what
) -> None:
    """Each event names the handshake, what it is about and both sides, and says no status."""
    arn = invited(channel)
    created = bus.next()
    assert created["detail-type"] == "Channel Handshake Created"
    assert (created["account"], created["region"]) == (MANAGEMENT, "us-east-1")
    assert created["source"] == "aws.partnercentral-channel"
    assert created["resources"] == [arn]
    detail = created["detail"]
    assert detail["handshakeType"] == "PROGRAM_MANAGEMENT_ACCOUNT"
    assert detail["ownerAccountId"] == LINKED
    assert detail["associatedResourceIdentifier"].startswith("pma-")
    assert detail["handshakeDetail"] == {
        "programManagementAccountHandshakeDetail": {"program": "SOLUTION_PROVIDER"}
    }
    assert "status" not in detail

    getattr(channel(MANAGEMENT), f"{verb}_channel_handshake")(catalog="Sandbox", identifier=arn)
    answered = bus.next()
    assert answered["detail-type"] == f"Channel Handshake {what}"
    assert answered["account"] == LINKED
    assert answered["detail"]["id"] == arn.rpartition("/")[2]


def test_a_repeated_create_and_a_cancellation_have_no_event(bus, channel) -> None:
    """A request that is answered as before sends nothing anew, and AWS has none for the other."""
    arn = invited(channel)
    assert invited(channel) == arn
    channel().cancel_channel_handshake(catalog="Sandbox", identifier=arn)
    invited(channel, "another")
    kinds = [bus.next()["detail-type"] for _ in range(2)]
    assert kinds == ["Channel Handshake Created"] * 2
    with pytest.raises(Empty):
        bus.events.get(timeout=0.3)


def test_the_rule_of_the_example_is_for_answers(bus, channel) -> None:
    """Its pattern matches an acceptance, and not the invitation itself."""
    pattern = json.loads(RULE.read_text())

    def matches(event: dict[str, Any]) -> bool:
        return all(event[name] in values for name, values in pattern.items())

    arn = invited(channel)
    assert not matches(bus.next())
    channel(MANAGEMENT).accept_channel_handshake(catalog="Sandbox", identifier=arn)
    assert matches(bus.next())


def test_nobody_listening_fails_no_call(capfd) -> None:
    """An event that cannot be posted is a line of the emulator's own output, and no more."""
    with Emulator(events="http://127.0.0.1:1/") as emulator:
        assert invited(partial(client_of, emulator.url)).startswith("arn:")
