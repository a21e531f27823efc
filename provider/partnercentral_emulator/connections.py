"""Connections of clients that may be slow, silent or gone: none of them blocks another."""

import socket
from time import monotonic
from typing import Any

from cheroot import wsgi
from cheroot.makefile import MakeFile, StreamReader
from cheroot.server import HTTPConnection

THREADS = 80
"""So many calls are answered at once before there have to be more threads."""

PATIENCE = 30.0
"""Seconds that a client has for all of one request, its headers and its body."""

LARGEST = 4 * 1024 * 1024
"""The most bytes of a body."""


class _Timed(socket.SocketIO):
    """Reads from a socket until a deadline, however often a few bytes arrive."""

    deadline = 0.0

    def readinto(self, buffer: Any) -> int | None:
        patience = self._sock.gettimeout()  # type: ignore[attr-defined]
        self._sock.settimeout(max(0.001, self.deadline - monotonic()))  # type: ignore[attr-defined]
        try:
            return super().readinto(buffer)
        finally:
            self._sock.settimeout(patience)  # type: ignore[attr-defined]


def _file(sock: socket.socket, mode: str, bufsize: int) -> Any:
    made: Any = MakeFile(sock, mode, bufsize)
    if isinstance(made, StreamReader):
        reader: Any = made
        reader._raw = _Timed(sock, "rb")
    return made


class _Connection(HTTPConnection):
    """A connection whose requests have a deadline each."""

    def __init__(self, server: Any, sock: socket.socket, makefile: Any = None) -> None:
        super().__init__(server, sock, _file)

    def communicate(self) -> Any:
        self.rfile.raw.deadline = monotonic() + PATIENCE
        return super().communicate()  # type: ignore[no-untyped-call]


class _Gateway(wsgi.Gateway_10):
    """Gives the application cheroot's request, so that it can end or drop the connection."""

    # cheroot's own annotations say that it returns None, which it does not.
    def get_environ(self) -> dict[str, Any]:  # type: ignore[override]
        environ: dict[str, Any] = super().get_environ()  # type: ignore[no-untyped-call]
        return environ | {"emulator.request": self.req}


class Server(wsgi.Server):
    """
    cheroot's server, with a thread for each client that is being listened to or answered.

    cheroot gives a new connection to a thread before anything arrived on it: with a fixed number
    of threads, as many silent clients are enough to block everybody.
    """

    ConnectionClass = _Connection
    timeout = 60
    max_request_header_size = 64 * 1024
    max_request_body_size = LARGEST
    request_queue_size = 1024  # connections that were not accepted yet: else each waits a second

    def __init__(self, address: tuple[str, int], application: Any) -> None:
        super().__init__(
            address,
            application,
            numthreads=THREADS,
            request_queue_size=self.request_queue_size,
            timeout=self.timeout,
        )
        self.gateway = _Gateway
        self.shutdown_timeout = 1
        self.expiration_interval = 0.05  # how soon it notices that it is to end

    def process_conn(self, conn: Any) -> None:
        """Hand a connection to a thread that has nothing else to do."""
        if self.requests.qsize >= self.requests.idle:
            self.requests.grow(THREADS)
        super().process_conn(conn)

    def error_log(self, *_: Any, **__: Any) -> None:
        """Say nothing: a client that goes away is no news."""
