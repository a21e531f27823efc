"""The emulator as a server: cheroot, in a thread of its own."""

from collections.abc import Callable, Iterable
from datetime import datetime
from threading import Thread
from types import TracebackType
from typing import Any

from .admission import Admission
from .application import Application
from .clock import Clock, kept_offset, utc_now
from .connections import Server
from .events import Events
from .faults import Fault
from .memory import Memory
from .settings import Settings


class Emulator:
    """
    A running emulator: `with Emulator() as emulator: … emulator.url`.

    *port* 0 picks a free one; *state* names a file that outlives the process; *settings* are those
    of `Settings`; *now* is the time; *hosts* are more names under which it is asked; *events* is a
    URL to which EventBridge's events are posted.
    """

    def __init__(
        self,
        port: int = 0,
        host: str = "127.0.0.1",
        state: str | None = None,
        settings: dict[str, Any] | None = None,
        now: Callable[[], datetime] = utc_now,
        hosts: Iterable[str] = (),
        events: str | None = None,
    ) -> None:
        memory = Memory(state)
        chosen = Settings()
        for name, value in (settings or {}).items():
            chosen.change(name, value)
        clock = Clock(now, kept_offset(memory.fact("clock", "0")))
        admission = Admission([host, *hosts])
        self.application = Application(memory, chosen, clock, admission, Events(events))
        self._server = Server((host, port), self.application)

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

    def reset(self) -> None:
        """Be as new: no objects, calls and faults, its first settings, and the real time."""
        self.application.reset()

    def client(self, account: str = "123456789012", service: str = "partnercentral-channel") -> Any:
        """Make a boto3 client, of this service or `sts`, with an account's own credentials."""
        import boto3

        return boto3.client(
            service,
            endpoint_url=self.url,
            region_name="us-east-1",
            aws_access_key_id=account,
            aws_secret_access_key="secret",
        )

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
