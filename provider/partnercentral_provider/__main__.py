"""`pulumi-resource-partnercentral`: the provider plugin, as Pulumi's engine starts it."""

import os
import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Thread
from typing import TYPE_CHECKING

import grpc

if TYPE_CHECKING:
    from .hosts.engine import Engine

THREADS = 64


def main() -> int:
    """
    Serve until the engine ends this process, or is gone; print the port alone on stdout.

    The last argument is the engine's address. Without one, somebody started the plugin by hand, and
    it serves one engine after the other (PULUMI_DEBUG_PROVIDERS). What the engine asks before
    everything is imported waits at the port.
    """
    unlimited = [("grpc.max_send_message_length", -1), ("grpc.max_receive_message_length", -1)]
    server = grpc.server(ThreadPoolExecutor(THREADS), options=unlimited)
    print(server.add_insecure_port("127.0.0.1:0"), flush=True)

    from .hosts.protocol import without_sdk

    without_sdk()
    from .hosts.engine import Engine
    from .hosts.plugin import serve_on
    from .hosts.watch import engine_address

    address = engine_address(sys.argv[-1])
    engine = Engine(address)
    serve_on(server, engine)
    # So the engine ends a plugin, once nothing is under way; Ctrl-C in a terminal does not reach
    # its process group.
    for ending in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ending, lambda *_: _leave())
    server.start()
    if address:
        Thread(target=_follow, args=(engine, address), daemon=True).start()
    server.wait_for_termination()
    return 0


def _follow(engine: "Engine", address: str) -> None:
    """End this process after the engine; a change on its way to AWS may come back before."""
    from .hosts.watch import until_gone

    until_gone(address)
    engine.cancel()
    engine.idle()
    _leave()


def _leave() -> None:
    """End at once; only what was measured is sent before, where it is collected."""
    if calls := sys.modules.get(f"{__package__}.aws.calls"):
        calls.flush()
    os._exit(0)


if __name__ == "__main__":
    sys.exit(main())
