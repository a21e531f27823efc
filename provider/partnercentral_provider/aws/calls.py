"""What each call of AWS was: a line for each attempt, and a span where somebody collects them."""

import logging
import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import local
from time import monotonic, time_ns
from typing import Any

from ..model.errors import Misconfigured
from .shared_database import cache_file

LOG, LOG_FILE = "PARTNERCENTRAL_LOG", "PARTNERCENTRAL_LOG_FILE"
"""Environment: `debug` writes a line for each attempt, into this file or the cache folder's."""

_COLLECTORS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
"""OpenTelemetry's own variables that say where spans go; without one, nothing is imported."""

_REQUEST_IDS = ("x-amzn-requestid", "x-amz-request-id")


@dataclass(frozen=True)
class AttemptRecord:
    """
    One attempt of a call: seconds that it *waited* for its turn, and that it *took*.

    *outcome* is the status, such as `200`, or the name of the error that took its place. There are
    no secrets in it: neither what was sent nor what came back.
    """

    operation: str
    account: str
    number: int
    waited: float
    took: float
    outcome: str
    request_id: str
    ended: int
    """Nanoseconds since 1970."""

    def __str__(self) -> str:
        number = f", attempt {self.number}" if self.number > 1 else ""
        request = f", request id {self.request_id}" if self.request_id else ""
        return (
            f"{self.operation} as {self.account}{number}: waited {self.waited:.3f} s for its turn, "
            f"took {self.took:.3f} s, {self.outcome}{request}"
        )


Note = Callable[[AttemptRecord], None]


class Observed:
    """
    Measures the attempts of one client's calls, and gives each to *note*.

    *account* names whose calls they are.
    """

    def __init__(self, client: Any, account: Callable[[], str], note: Note) -> None:
        self._account, self._note = account, note
        self._turn = local()
        service = client.meta.service_model.service_id.hyphenize()
        client.meta.events.register_first(f"before-sign.{service}", self._began)
        client.meta.events.register_last(f"before-sign.{service}", self._came)

    def _began(self, **_: Any) -> None:
        self._turn.began = monotonic()

    def _came(self, **_: Any) -> None:
        self._turn.waited = monotonic() - self._turn.began

    def send(self, operation: str, request: Any, send: Callable[[], Any]) -> Any:
        """Make the attempt, and tell what became of it."""
        began, outcome, request_id = monotonic(), "", ""
        try:
            response = send()
            outcome = f"status {response.status_code}"
            request_id = next(filter(None, map(response.headers.get, _REQUEST_IDS)), "")
            return response
        except BaseException as error:
            outcome = type(error).__name__
            raise
        finally:
            waited = getattr(self._turn, "waited", 0.0)
            took = monotonic() - began
            self._note(
                AttemptRecord(
                    operation,
                    self._account(),
                    _number(request),
                    waited,
                    took,
                    outcome,
                    str(request_id),
                    time_ns(),
                )
            )


def _number(request: Any) -> int:
    """Read the number of the attempt in what botocore tells AWS: `attempt=2; max=10`."""
    said = request.headers.get("amz-sdk-request", b"")
    text = said.decode() if isinstance(said, bytes) else str(said)
    digits = text.partition("attempt=")[2].partition(";")[0]
    return int(digits) if digits.isdigit() else 1


def noted(debug: Callable[[str], None]) -> Note:
    """Tell *debug* of each attempt, and whom else the environment names."""
    notes: list[Note] = [lambda attempt: debug(str(attempt))]
    if os.environ.get(LOG, "").lower() == "debug":
        logger = _logger(os.environ.get(LOG_FILE) or str(cache_file("calls.log")))
        notes.append(lambda attempt: logger.debug("%s", attempt))
    if any(os.environ.get(name) for name in _COLLECTORS):
        notes.append(_spans())

    def note(attempt: AttemptRecord) -> None:
        for each in notes:
            each(attempt)

    return note


def _logger(file: str) -> logging.Logger:
    """Open a log file that nobody else may read. Raises Misconfigured where that is impossible."""
    logger = logging.getLogger(f"partnercentral.calls.{file}")
    if not logger.handlers:
        try:
            Path(file).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(file, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)
        except OSError as error:
            raise Misconfigured(
                f"The log of calls cannot be written: {error}.",
                advice=f"Name another file by {LOG_FILE}, or take {LOG} out of the environment.",
            ) from error
        handler = logging.StreamHandler(os.fdopen(descriptor, "a", encoding="utf-8"))
        handler.setFormatter(logging.Formatter("%(asctime)s %(process)d %(message)s"))
        logger.addHandler(handler)
        logger.setLevel(logging.DEBUG)
        logger.propagate = False
    return logger


_FLUSHES: list[Callable[[], object]] = []


def flush() -> None:
    """Send the spans that are still here, before the process ends."""
    for each in _FLUSHES:
        each()


@cache
def _spans() -> Note:
    """Make a span of each attempt, and one of its wait, as OpenTelemetry's variables say."""
    from opentelemetry import trace
    from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    given = {"service.name": os.environ.get("OTEL_SERVICE_NAME", "pulumi-partnercentral")}
    provider = TracerProvider(resource=Resource.create(given))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    _FLUSHES.append(lambda: provider.force_flush(1000))
    tracer = provider.get_tracer("pulumi-partnercentral")

    def note(attempt: AttemptRecord) -> None:
        sent = attempt.ended - int(attempt.took * 1e9)
        if attempt.waited > 0.001:
            waiting = tracer.start_span(
                f"wait for {attempt.operation}", start_time=sent - int(attempt.waited * 1e9)
            )
            waiting.end(sent)
        span = tracer.start_span(
            attempt.operation,
            kind=trace.SpanKind.CLIENT,
            start_time=sent,
            attributes={
                "rpc.system": "aws-api",
                "rpc.method": attempt.operation,
                "cloud.account.id": attempt.account,
                "aws.request_id": attempt.request_id,
                "http.request.resend_count": attempt.number - 1,
                "outcome": attempt.outcome,
            },
        )
        span.end(attempt.ended)

    return note
