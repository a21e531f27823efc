"""
What a plugin is creating, written down so that a create that was cut off is found again.

The engine gives a plugin nothing that stays the same from one run to the next, so each create is an
entry in a file of this user: *sent* with its client token, then *answered* with the ARN. It goes
when a later request carries that ARN, since the stack knows it then, or after an hour.
"""

import json
import os
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from shlex import quote
from time import time

from ..aws.shared_database import PATIENCE, SharedDatabase, cache_file, number, silent
from ..model.conflicts import StaleIdempotentCreate
from ..model.errors import ProviderError, Throttled, Unauthenticated, Unreachable
from ..model.properties import Properties
from ..resources.contract import Resource

KEPT = 3600.0
"""Seconds for which an entry counts."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS creates (key TEXT PRIMARY KEY, token TEXT, arn TEXT, at REAL);
CREATE INDEX IF NOT EXISTS creates_by_arn ON creates (arn);
"""


@dataclass(frozen=True)
class Entry:
    """A create: the client token it was sent with, and the ARN, once AWS answered."""

    client_token: str
    arn: str | None = None


class Journal:
    """
    The creates of all plugins of this user.

    *clock* counts seconds, the same in all processes. Where the *file* cannot be used, *warn* is
    told, and a create that is cut off is not found again.
    """

    def __init__(
        self,
        warn: Callable[[str], None] = silent,
        clock: Callable[[], float] = time,
        file: Path | None = None,
        patience: float = PATIENCE,
    ) -> None:
        self._clock = clock
        self._shared = SharedDatabase(
            lambda: file or cache_file("creates.db"),
            _SCHEMA,
            "A create that is cut off now will not find its own object again: the next "
            "`pulumi up` names that and how to import it.",
            warn,
            patience,
        )

    def begin(self, key: str, client_token: str) -> Entry:
        """Give the entry of this key; where there is none, one that is sent with this token."""

        def begun(creates: sqlite3.Connection) -> Entry:
            now = self._clock()
            # Also what a clock that has been set back since wrote.
            creates.execute("DELETE FROM creates WHERE abs(at - ?) > ?", (now, KEPT))
            found = _find(creates, key)
            if found is None:
                _keep(creates, key, Entry(client_token), now)
            return found or Entry(client_token)

        return self._shared.run(begun)

    def answer(self, key: str, entry: Entry) -> bool:
        """
        Note the ARN that AWS answered with.

        False where another process, which sent the same token, was answered with it before: the
        object is another stack's.
        """

        def answered(creates: sqlite3.Connection) -> bool:
            if _find(creates, key) == entry:
                return False
            _keep(creates, key, entry, self._clock())
            return True

        return self._shared.run(answered)

    def forget(self, key: str, client_token: str) -> None:
        """Drop the entry of a create that AWS refused, or of an object that is no more."""
        self._shared.run(
            lambda creates: creates.execute(
                "DELETE FROM creates WHERE key = ? AND token = ?", (key, client_token)
            )
        )

    def forget_object(self, arn: str) -> None:
        """Drop the entry of an object that a stack knows: a request carries its ARN."""
        if self._shared.exists():
            self._shared.run(
                lambda creates: creates.execute("DELETE FROM creates WHERE arn = ?", (arn,))
            )


def _find(creates: sqlite3.Connection, key: str) -> Entry | None:
    row = creates.execute("SELECT token, arn, at FROM creates WHERE key = ?", (key,)).fetchone()
    if row is None:
        return None
    token, arn, at = row
    number(at)
    if not isinstance(token, str) or not isinstance(arn, (str, type(None))):
        raise ValueError("there is a value of another kind than it wrote")
    return Entry(token, arn)


def _keep(creates: sqlite3.Connection, key: str, entry: Entry, at: float) -> None:
    creates.execute(
        "INSERT OR REPLACE INTO creates (key, token, arn, at) VALUES (?, ?, ?, ?)",
        (key, entry.client_token, entry.arn, at),
    )


class Creation:
    """
    One create, by a client token for each attempt, which *token_of* makes of its number from 0.

    It is *replayed* where AWS may answer with what an earlier create made by the same token.
    """

    def __init__(self, token_of: Callable[[int], str], replayed: bool) -> None:
        self._token_of, self._attempt = token_of, 0
        self.replayed = replayed

    def send(self, create: Callable[[str], str]) -> str:
        """Create by the client token, and give the ARN."""
        return create(self._token_of(self._attempt))

    def begin_anew(self) -> None:
        """Go on with another token: what this one made is no more."""
        self._attempt += 1


class NotedCreation(Creation):
    """
    One create that the *journal* has under a *key*, with the token of one that was cut off, if any.

    *kind* is what it creates, *name* that of the resource in the program.
    """

    def __init__(
        self,
        new_token: Callable[[], str],
        journal: Journal,
        key: str,
        kind: Resource,
        name: str,
    ) -> None:
        self._new_token, self._journal, self._key = new_token, journal, key
        self._kind, self._name = kind, name
        own = new_token()
        self._entry = journal.begin(key, own)
        super().__init__(lambda _: self._entry.client_token, self._entry.client_token != own)

    @property
    def arn(self) -> str | None:
        """The ARN of what an earlier create made; its token is not to be used again."""
        return self._entry.arn

    def begin_anew(self) -> None:
        """Go on with a new token: what this one made is no more."""
        self._journal.forget(self._key, self._entry.client_token)
        self._entry = self._journal.begin(self._key, self._new_token())

    def send(self, create: Callable[[str], str]) -> str:
        """
        Create by the client token, note what became of it, and give the ARN.

        Raises StaleIdempotentCreate where another process sent the same token and has the object.
        """
        client_token = self._entry.client_token
        if self._entry.arn:  # another process was faster
            raise self.refusal(self._entry.arn)
        try:
            arn = create(client_token)
        except (Unreachable, Throttled, Unauthenticated):
            raise  # an attempt before the last may have come through
        except ProviderError:
            self._journal.forget(self._key, client_token)
            raise
        if not self._journal.answer(self._key, Entry(client_token, arn)):
            raise self.refusal(arn)
        return arn

    def refusal(self, arn: str) -> StaleIdempotentCreate:
        """Say that what an earlier create made is not made again, since a stack may have it."""
        return StaleIdempotentCreate(
            f"This {self._kind.aws_name} exists already: {arn}.",
            "This resource created it within the last hour, with these inputs, and no run since "
            "showed that its stack has it. Nothing was changed.",
            "If the stack has it, this is a forced replacement: run `pulumi refresh`, then try "
            "again, with `delete_before_replace=True` on the resource. If the stack lost it, when "
            "a run was cut off, import it:",
            f"pulumi import {self._kind.token()} {quote(self._name)} {arn}",
        )


def entry_key(account: str, endpoint: str, catalog: str, urn: str, inputs: Properties) -> str:
    """Make the key of an entry, which tells nothing of what it is made of."""
    try:
        folder = os.getcwd()
    except OSError:  # it was removed
        folder = ""
    parts = [account, endpoint, catalog, folder, urn, inputs]
    return sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()
