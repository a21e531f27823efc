"""A walk through all lists of a catalog, which goes on where it was when it was cut off."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ..lifecycle.lifecycle import Lifecycle
from ..lifecycle.requests import ListRequest
from ..model.errors import Refused, UnsupportedByBoto3
from ..model.properties import Properties
from ..resources import by_token, parents_first

ACCOUNT = "ProgramManagementAccount"
"""The resource whose items tell what else can be imported."""

STAGES = tuple(resource.__name__ for resource in parents_first())
"""What is listed, parents before children, by the last part of the type token."""


class Steps:
    """
    What was done already, as lines of JSON in a *file*: the *key* first, then one for each step.

    A file with another key, or that cannot be read, is of another walk, and begun anew.
    """

    def __init__(self, file: Path, key: list[Any]) -> None:
        self._file, self._key = file, key
        self.done: list[Properties] = []
        try:
            text = file.read_text(encoding="utf-8")
            # A line without its end was cut off while it was written.
            whole = text[: text.rfind("\n") + 1]
            first, *self.done = [json.loads(line) for line in whole.splitlines()]
        except (OSError, ValueError):
            first = None
        if first != json.loads(json.dumps(key)):
            self.restart()
        elif whole != text:
            file.write_text(whole, encoding="utf-8")

    def restart(self) -> None:
        """Forget every step."""
        self.done = []
        self._file.unlink(missing_ok=True)
        self._file.touch(mode=0o600)  # contracts name persons and legal entities
        self._file.write_text(f"{json.dumps(self._key)}\n", encoding="utf-8")

    def add(self, step: Properties) -> None:
        """Write one step down."""
        with self._file.open("a", encoding="utf-8") as file:
            file.write(f"{json.dumps(step)}\n")

    def finish(self) -> None:
        """Remove the file: all is done."""
        self._file.unlink()


class Walk:
    """
    Everything that the lists of one *life* show, page by page, as AWS shows it.

    *statuses* are those of the handshakes that are wanted. *found* are the items by their ARN,
    each with its kind; *described* are the inputs of those that were asked for one by one.
    """

    def __init__(self, life: Lifecycle, steps: Steps, statuses: list[str]) -> None:
        self._life, self._steps, self._statuses = life, steps, statuses
        self._begin()
        for step in steps.done:
            self._take(step)

    def _begin(self) -> None:
        self.stage, self._following = 0, ""
        self.found: dict[str, tuple[str, Properties]] = {}
        self.described: dict[str, Properties | str] = {}
        self._counted, self._accounts = 0, list[Properties]()
        self.unsupported: dict[str, str] = {}
        """Why a type is not listed, by its name: the installed boto3 is older than it."""

    def turn(self) -> Iterator[None]:
        """
        Turn every page that is left, one at a time.

        A token from a run before may be of no use any more: AWS refuses it, and all begins anew.
        """
        stale = self._following
        while self.stage < len(STAGES):
            try:
                self._do(self._page())
            except Refused:
                if not stale:
                    raise
                self._steps.restart()
                self._begin()
            stale = ""
            yield

    def describe(self, arns: list[str]) -> Iterator[str]:
        """Read the inputs of each that no run before has read; a text says why one has none."""
        for arn in arns:
            if arn not in self.described:
                kind, item = self.found[arn]
                inputs = self._life.described(f"partnercentral:channel:{kind}", item)
                self._do({"arn": arn, "inputs": inputs})
            yield arn

    def left_out(self, arn: str) -> str:
        """Say why one that was found cannot be imported; empty where it can."""
        kind, item = self.found[arn]
        described = self.described.get(arn)
        if isinstance(described, str):
            return described
        if len(self.found) != self._counted:  # once for all, not for each of thousands
            self._counted = len(self.found)
            self._accounts = [item for of, item in self.found.values() if of == ACCOUNT]
        return (
            by_token()[f"partnercentral:channel:{kind}"].not_importable(item, self._accounts) or ""
        )

    def _page(self) -> Properties:
        kind = STAGES[self.stage]
        token = f"partnercentral:channel:{kind}"
        narrowed = by_token()[token].narrowing(self._statuses)
        try:
            page = self._life.list_page(ListRequest(token, narrowed, following=self._following))
        except UnsupportedByBoto3 as older:
            self.unsupported[kind] = str(older.what)
            return {"kind": kind, "items": [], "following": ""}
        return {"kind": kind, "items": page.details, "following": page.following}

    def _do(self, step: Properties) -> None:
        self._take(step)
        self._steps.add(step)

    def _take(self, step: Properties) -> None:
        if "arn" in step:
            self.described[step["arn"]] = step["inputs"]
            return
        for item in step["items"]:
            self.found.setdefault(item["arn"], (step["kind"], item))
        self.stage, self._following = STAGES.index(step["kind"]), step["following"]
        if not self._following:
            self.stage += 1
