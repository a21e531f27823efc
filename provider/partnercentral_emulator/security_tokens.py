"""
STS on the same URL: moto's own, with the promises that it does not make.

moto lets any role be assumed, forgets its keys at the end, and counts in real time. What it
issues is kept here, so that a key means its account until it expires by the emulator's clock.
"""

import io
import re
from collections.abc import Callable
from datetime import timedelta
from functools import cache
from threading import Lock
from typing import Any
from urllib.parse import parse_qs
from xml.sax.saxutils import escape

from botocore.loaders import Loader
from botocore.model import ServiceModel

from .callers import Caller, Callers
from .clock import Clock, format_timestamp
from .contract import form_problems
from .errors import ApiError
from .settings import Settings

Answer = tuple[int, str, bytes]

_UNSIGNED = {"AssumeRoleWithWebIdentity", "AssumeRoleWithSAML"}
_XML_CODES = {
    "UnrecognizedClientException": "InvalidClientTokenId",
    "ExpiredTokenException": "ExpiredToken",
    "MissingAuthenticationTokenException": "MissingAuthenticationToken",
    "AccessDeniedException": "AccessDenied",
}


class SecurityTokens:
    """Answers the calls of STS."""

    def __init__(self, callers: Callers, settings: Settings, clock: Clock) -> None:
        self._callers, self._settings, self._clock = callers, settings, clock
        self._lock = Lock()
        self._moto: Any = None

    def answer(self, environ: dict[str, Any], body: bytes, count: Callable[..., None]) -> Answer:
        """Answer one call, as XML."""
        try:
            form = _form(body)
            action = form.get("Action", "")
            caller = self._caller(environ, action)
            count(caller.account, f"sts:{action}")
            _check(action, form)
            self._may_assume(form, caller)
            return self._answered(environ, body, form, caller)
        except ApiError as error:
            return error.status, "text/xml", as_xml(error)

    def _caller(self, environ: dict[str, Any], action: str) -> Caller:
        authorization = environ.get("HTTP_AUTHORIZATION", "")
        if not authorization and action in _UNSIGNED:
            return Caller("000000000000", "", "")
        return self._callers.identify(authorization, environ.get("HTTP_X_AMZ_SECURITY_TOKEN", ""))

    def _may_assume(self, form: dict[str, str], caller: Caller) -> None:
        role = form.get("RoleArn", "")
        external = self._settings.required_external_ids.get(role)
        if role in self._settings.refused_roles or external not in (None, form.get("ExternalId")):
            raise ApiError(
                "AccessDeniedException",
                f"User: {caller.arn} is not authorized to perform: sts:AssumeRole on resource: "
                f"{role}",
            )

    def _answered(
        self, environ: dict[str, Any], body: bytes, form: dict[str, str], caller: Caller
    ) -> Answer:
        status, kind, text = self._ask_moto(environ, body, caller)
        if status == 200 and "<AccessKeyId>" in text:
            text = self._keep(text, form, caller)
        elif status == 200 and form["Action"] == "GetCallerIdentity":
            for tag, value in (("Arn", caller.arn), ("UserId", caller.user)):
                text = _replaced(text, tag, value)
            text = _replaced(text, "Account", caller.account)
        return status, kind, text.encode()

    def _ask_moto(
        self, environ: dict[str, Any], body: bytes, caller: Caller
    ) -> tuple[int, str, str]:
        asked = {k: v for k, v in environ.items() if k != "HTTP_AUTHORIZATION"} | {
            "HTTP_X_MOTO_ACCOUNT_ID": caller.account,
            "wsgi.input": io.BytesIO(body),
            "CONTENT_LENGTH": str(len(body)),
        }
        heard: dict[str, Any] = {}

        def start(status: str, headers: list[tuple[str, str]], *_: Any) -> None:
            heard["status"] = int(status.split()[0])
            heard["type"] = {k.lower(): v for k, v in headers}.get("content-type", "text/xml")

        try:
            text = b"".join(self._application()(asked, start)).decode()
        except ApiError:
            raise
        except Exception:  # moto trusts what AWS's model of STS does not require
            heard["status"] = 500
        if heard["status"] >= 500:
            message = "The emulator's STS cannot do that, or not with these parameters."
            raise ApiError("ValidationError", message)
        return heard["status"], heard["type"], text

    def _application(self) -> Any:
        with self._lock:
            if self._moto is None:
                try:
                    from moto.moto_server.werkzeug_app import create_backend_app
                except ImportError as error:
                    raise ApiError(
                        "NotImplemented",
                        "STS needs moto: pip install 'pulumi-partnercentral[emulator]'",
                    ) from error
                self._moto = create_backend_app("sts")
            return self._moto

    def _keep(self, text: str, form: dict[str, str], caller: Caller) -> str:
        lasting = self._settings.session_seconds or int(form.get("DurationSeconds", "3600"))
        expires = self._clock.now() + timedelta(seconds=lasting)
        self._callers.issue(
            _value(text, "AccessKeyId"),
            _value(text, "SessionToken"),
            _value(text, "Arn") or caller.arn,  # GetSessionToken answers with neither
            _value(text, "AssumedRoleId") or caller.user,
            expires.timestamp(),
        )
        return _replaced(text, "Expiration", format_timestamp(expires))


def _value(text: str, tag: str) -> str:
    match = re.search(f"<{tag}>(.*?)</{tag}>", text, re.S)
    return match[1].strip() if match else ""


def _replaced(text: str, tag: str, value: str) -> str:
    return re.sub(f"<{tag}>.*?</{tag}>", lambda _: f"<{tag}>{value}</{tag}>", text, flags=re.S)


def _form(body: bytes) -> dict[str, str]:
    try:
        return {
            name: values[0] for name, values in parse_qs(body.decode(), errors="strict").items()
        }
    except ValueError as error:
        raise ApiError("MalformedQueryString", f"The form cannot be read: {error}.") from None


@cache
def _model() -> ServiceModel:
    return ServiceModel(Loader().load_service_model("sts", "service-2"), "sts")


def _check(action: str, form: dict[str, str]) -> None:
    """Refuse an action, or a parameter of it, that AWS's own model of STS does not have."""
    if action not in _model().operation_names:
        raise ApiError("InvalidAction", f"STS has no action {action[:100]!r}.")
    shape = _model().operation_model(action).input_shape
    problems = form_problems(shape, form) if shape else []
    if problems:
        said = "; ".join(f"{p['name']} {p['message']}" for p in problems)
        raise ApiError("ValidationError", f"{len(problems)} validation errors detected: {said}.")


def as_xml(error: ApiError) -> bytes:
    """Spell an error as STS does."""
    code = _XML_CODES.get(error.code, error.code)
    return (
        '<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error>'
        f"<Type>Sender</Type><Code>{code}</Code><Message>{escape(error.message)}</Message></Error>"
        "<RequestId>emulator</RequestId></ErrorResponse>"
    ).encode(errors="replace")
