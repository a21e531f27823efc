"""Who calls: the access key of a signature, and the account that it stands for."""

import re
from dataclasses import dataclass

from .clock import Clock
from .errors import ApiError
from .memory import Memory

_ALGORITHMS = ("AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256")


@dataclass(frozen=True)
class Caller:
    """An account, and the identity in it."""

    account: str
    arn: str
    user: str


def signed(authorization: str) -> tuple[str, str] | None:
    """Take the access key and the service from a SigV4 or a SigV4a header."""
    algorithm, _, members = authorization.partition(" ")
    if algorithm not in _ALGORITHMS:
        return None
    stated = (member.strip().partition("=") for member in members.split(","))
    credential = next((value for name, _, value in stated if name == "Credential"), "")
    key, _, path = credential.partition("/")
    if not (key and path):
        return None
    # SigV4a's scope has no region: the service is always the part before "aws4_request".
    scope = path.split("/")
    return key, scope[-2] if len(scope) >= 2 else ""


class Callers:
    """The keys that are accepted: 12 digits are that account; others were issued by STS here."""

    def __init__(self, memory: Memory, clock: Clock) -> None:
        self._memory, self._clock = memory, clock

    def identify(self, authorization: str, token: str) -> Caller:
        """Find the caller; raise the error that AWS answers to an unknown or expired key."""
        found = signed(authorization)
        if found is None:
            raise ApiError(
                "MissingAuthenticationTokenException", "The request has no valid signature"
            )
        key = found[0]
        if re.fullmatch("[0-9]{12}", key):
            return Caller(key, f"arn:aws:iam::{key}:user/emulator", f"AIDA{key}")
        rows = self._memory.ask("SELECT * FROM keys WHERE id = ?", [key])
        if not rows or rows[0]["token"] != token:
            raise ApiError(
                "UnrecognizedClientException",
                "The security token included in the request is invalid. An access key of the "
                "emulator is an account's 12 digits, or one that its STS issued",
            )
        if rows[0]["expires"] <= self._clock.now().timestamp():
            raise ApiError(
                "ExpiredTokenException", "The security token included in the request is expired"
            )
        return Caller(rows[0]["account"], rows[0]["arn"], rows[0]["user"])

    def issue(self, key: str, token: str, arn: str, user: str, expires: float) -> None:
        """Keep a key that STS issued."""
        account = arn.split(":")[4]
        self._memory.ask(
            "INSERT OR REPLACE INTO keys VALUES (?, ?, ?, ?, ?, ?)",
            [key, token, account, arn, user, expires],
        )
