"""The emulator as a server: cheroot, in a thread of its own."""

from collections.abc import Callable
from datetime import datetime
from threading import Thread
from types import TracebackType
from typing import Any

from cheroot import wsgi

from .application import Application
from .clock import Clock, utc_now
from .faults import Fault
from .memory import Memory
from .settings import Settings

THREADS = 80


class _Gateway(wsgi.Gateway_10):
    """Gives the application the connection, so that it can drop it."""

    # cheroot's own annotations say that it returns None, which it does not.
    def get_environ(self) -> dict[str, Any]:  # type: ignore[override]
        environ: dict[str, Any] = super().get_environ()  # type: ignore[no-untyped-call]
        return environ | {"emulator.socket": self.req.conn.socket}


class Emulator:
    """
    A running emulator: `with Emulator() as emulator: … emulator.url`.

    *port* 0 picks a free one; *state* names a file that outlives the process; *settings* are those
    of `Settings`; *now* is the time.
    """

    def __init__(
        self,
        port: int = 0,
        host: str = "127.0.0.1",
        state: str | None = None,
        settings: dict[str, Any] | None = None,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        memory = Memory(state)
        chosen = Settings()
        for name, value in (settings or {}).items():
            chosen.change(name, value)
        clock = Clock(now, float(memory.fact("clock", "0")))
        self.application = Application(memory, chosen, clock)
        self._server = wsgi.Server((host, port), self.application, numthreads=THREADS)
        self._server.gateway = _Gateway
        self._server.timeout = 60
        self._server.shutdown_timeout = 1
        self._server.expiration_interval = 0.05  # how soon it notices that it is to end
        # A client that goes away is no news.
        self._server.error_log = lambda *_, **__: None  # type: ignore[method-assign]

    @property
    def url(self) -> str:
        """Where it listens, once it was started."""
        host, port = self._server.bind_addr[:2]
        return f"http://{host}:{port}"

    def start(self) -> None:
        """Listen; calls are answered as soon as this returns."""
        self._server.prepare()
        self._thread = Thread(target=self._server.serve, name="emulator", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End it."""
        self._server.stop()
        self._thread.join()
        self.application.memory.close()

    def __enter__(self) -> "Emulator":
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def calls(self) -> dict[str, int]:
        """Count the calls by operation, `sts:` before those of STS."""
        found: Any = self.application.calls.listed()["operations"]
        return dict(found)

    def throttled(self) -> int:
        """Count the answers that there were too many calls."""
        found: Any = self.application.calls.listed()["throttled"]
        return int(found)

    def reset_calls(self) -> None:
        """Count from nothing."""
        self.application.calls.reset()

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self.application.advance(seconds)

    def fault(self, operation: str, **what: Any) -> None:
        """Order a fault for the next calls of an operation; see `Fault`."""
        self.application.order(Fault(operation, **what))

    def objects(self) -> list[dict[str, Any]]:
        """List everything that it holds."""
        return self.application.objects()

    def set(self, **settings: Any) -> None:
        """Change settings."""
        for name, value in settings.items():
            self.application.settings.change(name, value)
