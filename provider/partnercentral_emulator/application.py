"""What happens to a request: the Channel API, STS, and the control of the emulator itself."""

import json
import socket
from collections.abc import Callable, Iterable
from dataclasses import fields
from hashlib import sha256
from time import sleep
from typing import Any
from uuid import uuid4

from .admission import Admission
from .callers import Caller, Callers, signed
from .clock import Clock, format_timestamp
from .contract import Contract
from .errors import ApiError, conflict, invalid
from .events import Events, event
from .faults import Fault, Faults
from .memory import Memory, loaded
from .operations import CONTROLS, OPERATIONS, Call
from .rates import Calls, Rates
from .security_tokens import SecurityTokens, as_xml
from .settings import Settings

JSON = "application/x-amz-json-1.0"
FORM = "application/x-www-form-urlencoded"
NOBODY = Caller("", "", "")
"""Who calls where the emulator itself is controlled."""

Answer = tuple[int, str, bytes]


class Dropped(Exception):
    """The connection is to end without an answer."""


class Application:
    """The WSGI application, and all that the emulator holds."""

    def __init__(
        self,
        memory: Memory,
        settings: Settings,
        clock: Clock,
        admission: Admission,
        events: Events,
    ) -> None:
        self._admission, self._events = admission, events
        self.memory, self.settings, self.clock = memory, settings, clock
        self.contract, self.calls, self.faults = Contract(), Calls(), Faults()
        self._first_settings = dict(vars(settings))
        self._rates = Rates(settings, self._seconds)
        self._callers = Callers(memory, clock)
        self._tokens = SecurityTokens(self._callers, settings, clock)

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request; nothing that a client sends may end the process."""
        hint: float | None = None
        try:
            status, kind, body = self._answer(environ)
        except Dropped:
            environ["emulator.request"].conn.socket.shutdown(socket.SHUT_RDWR)
            status, kind, body = 503, JSON, b""
        except ApiError as error:
            status, kind, body = _refusal(environ, error)
            hint = error.retry_after
        except Exception as error:
            broken = {"__type": "InternalServerException", "message": f"The emulator: {error!r}"}
            status, kind, body = 500, JSON, _dumped(broken)
        headers = [
            ("Content-Type", kind),
            ("Content-Length", str(len(body))),
            ("x-amzn-RequestId", str(uuid4())),
        ]
        if hint is not None:
            headers.append(("Retry-After", f"{hint:g}"))
        start(f"{status} -", headers)
        return [body]

    def _answer(self, environ: dict[str, Any]) -> Answer:
        body = self._admitted(environ)
        path = environ.get("PATH_INFO", "/")
        if path.startswith("/_emulator/"):
            return self._control(environ["REQUEST_METHOD"], path.removeprefix("/_emulator/"), body)
        if environ["REQUEST_METHOD"] != "POST":
            about = {"emulator": "Partner Central Channel API", "control": "/_emulator/state"}
            return 200, "application/json", _dumped(about)
        scope = signed(environ.get("HTTP_AUTHORIZATION", ""))
        target = environ.get("HTTP_X_AMZ_TARGET", "")
        if (scope and scope[1] == "sts") or (not target and b"Action=" in body):
            return self._tokens.answer(environ, body, self.calls.count)
        return self._channel(environ, target, body)

    def _admitted(self, environ: dict[str, Any]) -> bytes:
        """Give the body of a request that may be answered."""
        try:
            self._admission.check(environ)
            return _read(environ)
        except ApiError:
            # What is left of the body is not waited for.
            environ["emulator.request"].close_connection = True
            raise

    def _channel(self, environ: dict[str, Any], target: str, raw: bytes) -> Answer:
        operation = target.removeprefix("PartnerCentralChannel.")
        if operation not in OPERATIONS or not self.contract.knows(operation):
            raise ApiError("UnknownOperationException", f"There is no operation {target[:100]!r}")
        caller = self._callers.identify(
            environ.get("HTTP_AUTHORIZATION", ""), environ.get("HTTP_X_AMZ_SECURITY_TOKEN", "")
        )
        self.calls.count(caller.account, operation)
        fault = self.faults.next(operation)
        if fault:
            sleep(fault.delay)
            self._before(fault)
        answer = self._performed(caller, operation, raw)
        if fault and fault.drop == "after":
            raise Dropped
        return 200, JSON, _dumped(self.contract.answer(operation, answer))

    def _before(self, fault: Fault) -> None:
        if fault.drop == "before":
            raise Dropped
        if error := fault.api_error():
            raise error

    def _performed(self, caller: Caller, operation: str, raw: bytes) -> dict[str, Any]:
        try:
            self._rates.admit(caller.account, operation)
        except ApiError:
            self.calls.count_throttled()
            raise
        body = _parsed(raw)
        if problems := self.contract.problems(operation, body):
            raise invalid(problems)
        # A member that is null is a member that is not there.
        given = {name: value for name, value in body.items() if value is not None}
        call = Call(caller, given, self.memory, self.settings, self.clock.now())
        with self.memory.operation():
            if self.contract.takes_client_token(operation) and body.get("clientToken"):
                answer = self._once(call, operation)
            else:
                answer = OPERATIONS[operation](call)
        for what, handshake in call.happened:
            self._events.post(event(what, handshake, call.now()))
        return answer

    def _once(self, call: Call, operation: str) -> dict[str, Any]:
        """Give a repeated request the answer that it had the first time."""
        token = call.body["clientToken"]
        rest = {k: v for k, v in call.body.items() if k != "clientToken"}
        digest = sha256(json.dumps(rest, sort_keys=True).encode()).hexdigest()
        key = [call.account, operation, token]
        since = call.at - self.settings.client_token_hours * 3600
        known = self.memory.ask(
            "SELECT * FROM answers WHERE account = ? AND operation = ? AND token = ? AND at > ?",
            [*key, since],
        )
        if known and known[0]["digest"] != digest:
            raise conflict("The client token was used for another request", token, "ClientToken")
        if known:
            return dict(json.loads(known[0]["answer"]))
        answer = OPERATIONS[operation](call)
        self.memory.ask(
            "INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?, ?, ?)",
            [*key, digest, json.dumps(answer), call.at],
        )
        return answer

    def objects(self) -> list[dict[str, Any]]:
        """List everything that is held, oldest first, with tags and what AWS never returns."""
        rows = self.memory.ask("SELECT * FROM objects ORDER BY sequence")
        return [loaded(row)["body"] for row in rows]

    def reset(self) -> None:
        """Be as at the start, and empty."""
        self.memory.empty()
        self.calls.reset()
        self.faults.clear()
        self.advance(-self.clock.offset)
        vars(self.settings).update(self._first_settings)
        self._rates = Rates(self.settings, self._seconds)

    def _seconds(self) -> float:
        return self.clock.now().timestamp()

    def advance(self, seconds: float) -> None:
        """Let time pass. Raises ValueError where the clock cannot go so far."""
        self.clock.advance(seconds)
        self.memory.remember("clock", str(self.clock.offset))

    def order(self, fault: Fault) -> None:
        """Order a fault. Raises ValueError where there is no such operation."""
        if fault.operation not in {*OPERATIONS, "*"}:
            raise ValueError(f"There is no operation {fault.operation!r}.")
        self.faults.order(fault)

    def _control(self, method: str, name: str, raw: bytes) -> Answer:
        try:
            order = _parsed(raw) if raw else {}
            if not isinstance(order, dict):
                raise ValueError("An order is a JSON object.")
            found = self._controlled(method, name, order)
        except (ApiError, ValueError) as error:
            return 400, "application/json", _dumped({"message": f"{error}"})
        if found is None:
            message = f"There is no {method} /_emulator/{name[:100]}."
            return 404, "application/json", _dumped({"message": message})
        return 200, "application/json", _dumped(found)

    def _controlled(self, method: str, name: str, body: dict[str, Any]) -> Any:
        match method, name:
            case "DELETE", "calls":
                self.calls.reset()
            case "POST", "clock":
                self.advance(body.get("advance", "nothing"))
            case "POST", "faults":
                if strange := set(body) - {f.name for f in fields(Fault)}:
                    raise ValueError(f"A fault has no {sorted(strange)[0]!r}.")
                self.order(Fault(**{"operation": ""} | body))
            case "DELETE", "faults":
                self.faults.clear()
            case "POST", "settings":
                for setting, value in body.items():
                    self.settings.change(setting, value)
            case "DELETE", "state":
                self.memory.empty()
            case "POST", _ if name in CONTROLS:
                call = Call(NOBODY, body, self.memory, self.settings, self.clock.now())
                with self.memory.operation():
                    return CONTROLS[name](call)
        return {
            "calls": self.calls.listed,
            "clock": lambda: {"now": format_timestamp(self.clock.now())},
            "faults": self.faults.listed,
            "settings": self.settings.describe,
            "state": self.objects,
        }.get(name, lambda: None)()


def _read(environ: dict[str, Any]) -> bytes:
    """Read the body, which the server limits in size and in time."""
    chunked = "HTTP_TRANSFER_ENCODING" in environ
    try:
        size = int(environ.get("CONTENT_LENGTH") or 0)
        if size < 0:
            raise ValueError(f"Content-Length is {size}")
        return bytes(environ["wsgi.input"].read(None if chunked else size))
    except TimeoutError:
        message = "The request did not arrive in time"
        raise ApiError("RequestTimeoutException", message) from None
    except (ValueError, OSError) as error:
        raise ApiError("SerializationException", f"The body cannot be read: {error}") from None


def _refusal(environ: dict[str, Any], error: ApiError) -> Answer:
    """Spell an error as the client reads it: XML where it asks STS, JSON else."""
    is_form = environ.get("CONTENT_TYPE", "").startswith(FORM)
    if is_form and "HTTP_X_AMZ_TARGET" not in environ:
        return error.status, "text/xml", as_xml(error)
    return error.status, JSON, _dumped(error.body())


def _parsed(raw: bytes) -> Any:
    try:
        return json.loads(raw or b"{}")
    except (ValueError, RecursionError) as error:
        raise ApiError("SerializationException", f"The body is not JSON: {error}.") from None


def _dumped(value: Any) -> bytes:
    return json.dumps(value).encode()
