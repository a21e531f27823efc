"""What a run does, line by line on the disk before and after: whoever is killed goes on."""

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4


class OtherRun(Exception):
    """The journal is that of a run elsewhere, or of other probes."""


@dataclass
class Made:
    """An object that was created, or may have been: its request is known, its answer perhaps."""

    number: int
    scope: str
    operation: str
    request: dict[str, Any]
    arn: str = ""
    state: str = "sent"
    """sent, living, gone (deleted or canceled), kept (it cannot be), or refused (never created)"""
    why: str = ""

    @property
    def id(self) -> str:
        """AWS's short id."""
        return self.arn.rpartition("/")[2]


@dataclass
class Found:
    """What was seen of a setting, and by which answer of AWS."""

    value: Any
    seen: str = ""


class Journal:
    """
    The journal in a file; *about* is what a run and the one that goes on with it have in common.

    A run that was ended is over: the next start begins another.
    """

    def __init__(self, path: Path, about: dict[str, Any]) -> None:
        self._path = path
        self.made: list[Made] = []
        self.found: dict[str, Found] = {}
        self.run, self.calls, self._ended = "", 0, True
        self.count: Callable[[], int] = lambda: self.calls
        """Tells how many calls were made, which each line says."""
        for line in _whole_lines(path):
            self._take(json.loads(line))
        self.resumed = not self._ended
        if not self.resumed:
            self.calls = 0
            self._write("run", run=uuid4().hex[:8], about=about)
        elif self._about != about:
            raise OtherRun(
                f"{path} is the journal of an unfinished run with other options ({self._about}). "
                "Go on with those, or delete it to begin another."
            )

    def living(self, scope: str | None = None) -> list[Made]:
        """List what has to be deleted yet, newest first."""
        found = [m for m in self.made if m.state == "living" and scope in (None, m.scope)]
        return found[::-1]

    def owed(self) -> int:
        """Count the calls that clean up: each is tried twice; what may exist is found first."""
        return sum({"sent": 3, "living": 2}.get(made.state, 0) for made in self.made)

    def creating(self, scope: str, operation: str, request: dict[str, Any]) -> Made:
        """Write down what is about to be created."""
        number = len(self.made)
        self._write("create", number=number, scope=scope, operation=operation, request=request)
        return self.made[number]

    def became(self, made: Made, state: str, **more: str) -> None:
        """Write down what became of an object."""
        self._write("became", number=made.number, state=state, **more)

    def decided(self, setting: str, found: Found) -> None:
        """Write down what was seen."""
        self._write("found", setting=setting, **vars(found))

    def end(self) -> None:
        """Close the run."""
        self._write("end")

    def _write(self, event: str, **members: Any) -> None:
        entry = {"event": event, "calls": self.count(), **members}
        with open(os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "a") as file:
            file.write(json.dumps(entry) + "\n")
            file.flush()
            os.fsync(file.fileno())
        self._take(entry)

    def _take(self, entry: dict[str, Any]) -> None:
        self.calls = entry.pop("calls")
        match entry.pop("event"):
            case "run":
                self.made, self.found, self._ended = [], {}, False
                self.run, self._about = entry["run"], entry["about"]
            case "create":
                self.made.append(Made(**entry))
            case "became":
                vars(self.made[entry.pop("number")]).update(entry)
            case "found":
                setting = entry.pop("setting")
                self.found[setting] = Found(**entry)
            case "end":
                self._ended = True


def _whole_lines(path: Path) -> Iterator[str]:
    """Give the lines of a file; a last one that a kill cut off is taken away."""
    if not path.exists():
        return
    written = path.read_bytes()
    whole = written[: written.rfind(b"\n") + 1]
    if len(whole) < len(written):
        os.truncate(path, len(whole))
    yield from whole.decode().splitlines()
