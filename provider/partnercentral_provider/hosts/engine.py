"""What a plugin says to the engine while it works, and how a wait of its ends early."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from threading import Event
from time import monotonic
from typing import Any

import grpc
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc

from ..model.errors import ProviderError


class Canceled(ProviderError):
    """The user, or a timeout of theirs, ended the wait."""


@dataclass(frozen=True)
class _Request:
    urn: str = ""
    deadline: float | None = None


_REQUEST: ContextVar[_Request] = ContextVar("request")
"""What the thread at hand is answering."""


class Engine:
    """
    The engine at an *address*, or none.

    *clock* counts seconds. A wait that a user should know of is shown while it lasts.
    """

    def __init__(self, address: str | None = None, clock: Callable[[], float] = monotonic) -> None:
        self._canceled, self._clock = Event(), clock
        self._stub: engine_pb2_grpc.EngineStub | None = None
        if address:
            self.attach(address)

    def attach(self, address: str) -> None:
        """Talk to the engine at this address from now on."""
        self._stub = engine_pb2_grpc.EngineStub(grpc.insecure_channel(address))

    def cancel(self) -> None:
        """End every wait, now and later."""
        self._canceled.set()

    @contextmanager
    def answering(self, urn: str = "", timeout: float = 0) -> Iterator[None]:
        """Let what is said within be about *urn*; end its waits after *timeout* seconds, if any."""
        deadline = self._clock() + timeout if timeout else None
        token = _REQUEST.set(_Request(urn, deadline))
        try:
            yield
        finally:
            _REQUEST.reset(token)

    def warn(self, sentence: str) -> None:
        """Show a warning on the row of the resource that is being answered."""
        self._log(engine_pb2.WARNING, sentence)

    def debug(self, text: str) -> None:
        """Write into the verbose log."""
        self._log(engine_pb2.DEBUG, text)

    def sleep(self, seconds: float) -> None:
        """Wait. Raises Canceled once the user gave up, or the resource's timeout is over."""
        deadline = _REQUEST.get(_Request()).deadline
        left = seconds if deadline is None else min(seconds, deadline - self._clock())
        if left >= 1:
            self._log(engine_pb2.INFO, f"waiting {left:.0f} s for AWS", ephemeral=True)
        if self._canceled.wait(max(0.0, left)):
            raise Canceled("Canceled while waiting for AWS.")
        if left < seconds:
            raise Canceled(
                "The time for this is over.",
                "AWS asked to wait longer than the resource's custom timeout allows.",
                "Run the command again, or raise `custom_timeouts`.",
            )

    def _log(self, severity: Any, message: str, ephemeral: bool = False) -> None:
        if self._stub is None:
            return
        request = engine_pb2.LogRequest(
            severity=severity,
            message=message,
            urn=_REQUEST.get(_Request()).urn,
            ephemeral=ephemeral,
        )
        try:
            self._stub.Log(request, timeout=5)
        except grpc.RpcError:
            return  # an engine that went away has no more need of it
