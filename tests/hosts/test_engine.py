"""What the provider tells the engine."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import grpc
from google.protobuf.empty_pb2 import Empty
from partnercentral_provider.hosts.engine import Engine
from pulumi.runtime.proto import engine_pb2_grpc

LINES = 100


class Log(engine_pb2_grpc.EngineServicer):
    """An engine that keeps what it is told, and knows when it has been told everything."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.complete = Event()

    def Log(self, request: Any, context: Any) -> Empty:  # noqa: N802 # gRPC's name of the call
        self.told.append(request.message)
        if len(self.told) == LINES:
            self.complete.set()
        return Empty()


def test_no_line_of_the_verbose_log_is_lost() -> None:
    """Nobody waits for a line, and yet each one arrives: gRPC cancels what nobody holds."""
    log, server = Log(), grpc.server(ThreadPoolExecutor(1))
    engine_pb2_grpc.add_EngineServicer_to_server(log, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    engine = Engine(f"127.0.0.1:{port}")
    for number in range(LINES):
        engine.debug(f"line {number}")
    log.complete.wait(30)
    server.stop(None)
    assert len(log.told) == LINES
