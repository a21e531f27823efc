"""What a plugin says to the engine while it works, and how its waits and calls end early."""

from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, InvalidStateError, wait
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from threading import Condition, Thread
from time import monotonic
from typing import Any

import grpc
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc

from ..model.errors import Canceled, ProviderError, Unanswered

GRACE = 10.0
"""Seconds for which a change that is on its way is awaited after the user, or the engine, left."""


class End(Future[None]):
    """A moment that comes once at most, and that many may wait for."""

    def come(self) -> None:
        """Let it come."""
        with suppress(InvalidStateError):  # it did
            self.set_result(None)


@dataclass
class Request:
    """
    What one thread is answering: for which *urn*, and at most until the *deadline*.

    It ends with the *run*, or once nobody waits for the answer (*gone*). *unanswered* names the
    operation that AWS may have carried out, though it did not answer, and *waits_for* says what its
    waits are for.
    """

    urn: str = ""
    deadline: float | None = None
    run: End = field(default_factory=End)
    gone: End = field(default_factory=End)
    unanswered: str = ""
    waits_for: str = ""

    def ended(self) -> bool:
        """Tell whether nothing more is to be sent."""
        return self.run.done() or self.gone.done()


_REQUEST: ContextVar[Request] = ContextVar("request")
"""What the thread at hand is answering."""


class Engine:
    """
    The engine at an *address*, or none.

    *clock* counts seconds; *grace* are the seconds for which a change that is on its way is awaited
    after the end. A wait that a user should know of is shown while it lasts.
    """

    def __init__(
        self,
        address: str | None = None,
        clock: Callable[[], float] = monotonic,
        grace: float = GRACE,
    ) -> None:
        self._clock, self._grace = clock, grace
        self._run = End()
        self._answering, self._idle = 0, Condition()
        self._waits: list[str] = []
        self._lines: set[Any] = set()
        self._stub: engine_pb2_grpc.EngineStub | None = None
        if address:
            self.attach(address)

    def attach(self, address: str) -> None:
        """Talk to the engine at this address from now on; a new run begins."""
        self._run = End()
        self._stub = engine_pb2_grpc.EngineStub(grpc.insecure_channel(address))

    def cancel(self) -> None:
        """End the run: every wait, every read, and what is not sent yet."""
        self._run.come()

    def idle(self) -> None:
        """Wait until nothing is being answered, for as long as a change may take after the end."""
        with self._idle:
            self._idle.wait_for(lambda: not self._answering, self._grace + 1)

    @contextmanager
    def answering(self, urn: str = "", timeout: float = 0) -> Iterator[Request]:
        """Let what is said within be about *urn*; end its waits after *timeout* seconds, if any."""
        deadline = self._clock() + timeout if timeout else None
        request = Request(urn, deadline, self._run)
        token = _REQUEST.set(request)
        with self._idle:
            self._answering += 1
        try:
            yield request
        finally:
            _REQUEST.reset(token)
            with self._idle:
                self._answering -= 1
                self._idle.notify_all()

    def urn(self) -> str:
        """Give the URN of the resource that is being answered; empty where there is none."""
        return self._request().urn

    def warn(self, sentence: str) -> None:
        """Show a warning on the row of the resource that is being answered."""
        self._log(engine_pb2.WARNING, sentence)

    def announce(self, sentence: str) -> None:
        """Say what the waits of the request at hand are for, while they last."""
        self._request().waits_for = sentence

    def time_left(self) -> float | None:
        """Give the seconds that the resource's custom timeout leaves; None where it has none."""
        deadline = self._request().deadline
        return None if deadline is None else deadline - self._clock()

    def debug(self, text: str) -> None:
        """Write into the verbose log; nobody waits until it is there."""
        if self._stub is not None:
            line = self._stub.Log.future(self._said(engine_pb2.DEBUG, text), timeout=5)
            self._lines.add(line)  # gRPC cancels a call that nobody holds
            line.add_done_callback(self._lines.discard)

    def sleep(self, seconds: float) -> None:
        """Wait. Raises Canceled once the user gave up, or the resource's timeout is over."""
        request = self._request()
        left = seconds
        if request.deadline is not None:
            left = min(seconds, request.deadline - self._clock())
        with self._shown(request, left):
            wait([request.run, request.gone], max(0.0, left), FIRST_COMPLETED)
        if request.ended():
            raise self._end(request)
        if left < seconds:
            raise _unanswered(request, "the resource's custom timeout ended") or Canceled(
                "The time for this is over.",
                "AWS asked to wait longer than the resource's custom timeout allows.",
                "Run the command again, or raise `custom_timeouts`.",
            )

    @contextmanager
    def _shown(self, request: Request, seconds: float) -> Iterator[None]:
        """Show a wait of a second or more on its row, until no wait of that row is left."""
        if seconds < 1 or request.ended():
            yield
            return
        self._waits.append(request.urn)
        said = request.waits_for or f"waiting {seconds:.0f} s for AWS"
        self._log(engine_pb2.INFO, said, ephemeral=True)
        yield
        self._waits.remove(request.urn)
        if request.urn not in self._waits:  # the row keeps what it was told last
            self._log(engine_pb2.INFO, "", ephemeral=True)

    def attempt(self, send: Callable[[], Any], changing: str) -> Any:
        """
        Send, in a thread that is left to itself once this request ended, and give the answer.

        *changing* names the operation if it changes something. Raises what *send* raised; Canceled
        at the end, where that can have changed nothing; Unanswered where it can, and AWS did not
        answer within the grace, or nobody is there any more to be told.
        """
        request = self._request()
        if request.ended():
            raise self._end(request)
        before = request.unanswered
        request.unanswered = changing or before
        answer: Future[Any] = Future()
        Thread(target=_fulfil, args=(answer, send), daemon=True).start()
        wait([answer, request.run, request.gone], return_when=FIRST_COMPLETED)
        if changing:
            wait([answer, request.gone], self._grace, FIRST_COMPLETED)
        if request.gone.done() or not answer.done():  # an answer that reaches nobody is none
            raise self._end(request)
        response = answer.result()
        if changing and response.status_code < 500:
            # A refusal says nothing about an attempt before it, which may have come through.
            request.unanswered = "" if response.status_code < 300 else before
        return response

    def _request(self) -> Request:
        return _REQUEST.get(None) or Request(run=self._run)

    def _end(self, request: Request) -> ProviderError:
        return _unanswered(request, "the run was canceled") or Canceled(
            "Canceled while waiting for AWS."
        )

    def _log(self, severity: Any, message: str, ephemeral: bool = False) -> None:
        if self._stub is None:
            return
        try:
            self._stub.Log(self._said(severity, message, ephemeral), timeout=5)
        except grpc.RpcError:
            return  # an engine that went away has no more need of it

    def _said(self, severity: Any, message: str, ephemeral: bool = False) -> Any:
        return engine_pb2.LogRequest(
            severity=severity, message=message, urn=self._request().urn, ephemeral=ephemeral
        )


def _fulfil(answer: Future[Any], send: Callable[[], Any]) -> None:
    try:
        answer.set_result(send())
    except BaseException as error:
        answer.set_exception(error)


def _unanswered(request: Request, end: str) -> Unanswered | None:
    """Name the change that AWS did not answer before this end, if there is one."""
    operation = request.unanswered
    if not operation:
        return None
    again = "Run the same command again"
    if operation.startswith("Create"):
        again += " within the hour, on this machine: it finds what was made"
    return Unanswered(
        f"{operation} may have been made.",
        f"It was on its way to AWS when {end}, and AWS has not answered.",
        f"{again}.",
    )
