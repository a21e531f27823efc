"""`pulumi-resource-partnercentral`: the provider plugin, as Pulumi's engine starts it."""

import os
import signal
import sys
from concurrent.futures import ThreadPoolExecutor

import grpc

THREADS = 64


def main() -> int:
    """
    Serve until the engine ends this process; print the port, and nothing else, on stdout.

    The last argument is the engine's address. What the engine asks before everything is imported
    waits at the port.
    """
    address = sys.argv[-1] if ":" in sys.argv[-1] else None
    unlimited = [("grpc.max_send_message_length", -1), ("grpc.max_receive_message_length", -1)]
    server = grpc.server(ThreadPoolExecutor(THREADS), options=unlimited)
    print(server.add_insecure_port("127.0.0.1:0"), flush=True)

    from .hosts.engine import Engine
    from .hosts.plugin import serve_on

    serve_on(server, Engine(address))
    # So the engine ends a plugin, once nothing is under way; Ctrl-C in a terminal does not reach
    # its process group.
    for ending in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ending, lambda *_: os._exit(0))
    server.start()
    server.wait_for_termination()
    return 0


if __name__ == "__main__":
    sys.exit(main())
