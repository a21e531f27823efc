"""A plugin within the test's own process, over real gRPC, and endpoints that never answer."""

import socket
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Thread
from typing import Any

import grpc
import pytest
from conftest import ACCOUNT, LINKED
from partnercentral_provider.__main__ import THREADS
from partnercentral_provider.hosts.engine import Engine
from partnercentral_provider.hosts.plugin import serve_on
from partnercentral_provider.hosts.wire import encoded
from pulumi.runtime.proto import provider_pb2 as pb
from pulumi.runtime.proto import provider_pb2_grpc

PMA, RS, CH = (
    f"partnercentral:channel:{kind}"
    for kind in ("ProgramManagementAccount", "Relationship", "ChannelHandshake")
)
PARENT = f"arn:aws:partnercentral:us-east-1:{LINKED}:catalog/Sandbox/program-management-account"
ARN = f"{PARENT}/pma-0123456789abc/relationship/rs-0123456789abc"
GRACE = 0.4
"""Seconds for which this plugin awaits a change that is on its way."""


class BlackHole:
    """An endpoint that takes every request and never answers."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=200)
        self._open: list[socket.socket] = []
        self.requests: list[bytes] = []
        Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._socket.accept()
                self._open.append(connection)
                Thread(target=self._read, args=(connection,), daemon=True).start()

    def _read(self, connection: socket.socket) -> None:
        with suppress(OSError):
            self.requests.append(connection.recv(65536))

    def close(self) -> None:
        for held in (self._socket, *self._open):
            held.close()


class Host:
    """A plugin served within this process, over real gRPC, with a short grace."""

    def __init__(self) -> None:
        self.engine = Engine(grace=GRACE)
        self.server = grpc.server(ThreadPoolExecutor(THREADS))
        port = self.server.add_insecure_port("127.0.0.1:0")
        serve_on(self.server, self.engine)
        self.server.start()
        self.channel = grpc.insecure_channel(f"127.0.0.1:{port}")
        self.calls = provider_pb2_grpc.ResourceProviderStub(self.channel)

    def configure(self, **values: Any) -> None:
        given = {"region": "us-east-1", "catalog": "Sandbox"} | values
        self.calls.Configure(pb.ConfigureRequest(args=encoded(given)))

    def read(self) -> Any:
        """Ask for a relationship, without waiting for the answer."""
        return self.calls.Read.future(pb.ReadRequest(id=ARN, type=RS))

    def create(self, type: str = PMA, given: Any = ACCOUNT, **request: Any) -> Any:
        """Ask to create an account, or another thing, without waiting for the answer."""
        inputs = self.calls.Check(pb.CheckRequest(type=type, news=encoded(given))).inputs
        return self.calls.Create.future(pb.CreateRequest(type=type, properties=inputs, **request))

    def close(self) -> None:
        self.channel.close()
        self.server.stop(None)


def until(condition: Callable[[], Any], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.01)


def ended(call: Any) -> tuple[grpc.StatusCode, str, float]:
    """Give the status and the sentence of a call that failed, and how long that took."""
    begun = time.monotonic()
    with pytest.raises(grpc.RpcError) as caught:
        call.result()
    return caught.value.code(), str(caught.value.details()), time.monotonic() - begun
