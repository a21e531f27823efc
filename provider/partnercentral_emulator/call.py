"""One request as an operation sees it: who calls, with what, and what the emulator holds."""

import base64
import json
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

from .arns import TYPES, ArnForm
from .callers import Caller
from .clock import format_timestamp
from .errors import conflict, invalid, not_found
from .memory import Memory, Row, loaded
from .settings import Settings


@dataclass(frozen=True)
class Call:
    """A validated request."""

    caller: Caller
    body: dict[str, Any]
    memory: Memory
    settings: Settings
    moment: datetime
    happened: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    """What happened to which handshake, for EventBridge: Created, Accepted or Rejected."""

    @property
    def account(self) -> str:
        """The account that calls."""
        return self.caller.account

    @property
    def at(self) -> float:
        """The time, in seconds since 1970."""
        return self.moment.timestamp()

    def now(self) -> str:
        """Give the time as AWS writes it."""
        return format_timestamp(self.moment)

    def catalog(self) -> str:
        """The catalog of the request, which has to be one that exists."""
        catalog = str(self.body["catalog"])
        if catalog not in ("AWS", "Sandbox"):
            raise invalid(
                [{"name": "catalog", "code": "INVALID_VALUE", "message": "is not AWS or Sandbox"}]
            )
        return catalog

    def named(self, form: ArnForm, **parents: str) -> dict[str, str]:
        """Give a new object of the caller its id and its ARN; *parents* are ids by prefix."""
        id = form.new_id()
        owner = f"arn:aws:partnercentral:us-east-1:{self.account}:catalog/{self.catalog()}"
        return {"id": id, "arn": f"{owner}/{form.path(id, **parents)}"}

    def owned(self, kind: str, identifier: str, parent: str = "") -> Row:
        """Find what the caller owns in this catalog, by id or by ARN."""
        found = self.memory.get(kind, identifier.rpartition("/")[2])
        if (
            found is None
            or found["owner"] != self.account
            or found["catalog"] != self.catalog()
            or (parent and found["parent"] != parent.rpartition("/")[2])
            or found["status"] == "INACTIVE"
            or (identifier.startswith("arn:") and found["body"]["arn"] != identifier)
        ):
            raise not_found(identifier, TYPES[kind])
        return found

    def given_tags(self, present: dict[str, str] | None = None) -> dict[str, str]:
        """The tags of a request beside those *present*; AWS's own and too many are refused."""
        tags = {**(present or {}), **{t["key"]: t["value"] for t in self.body.get("tags", [])}}
        problem = ""
        if any(key.lower().startswith("aws:") for key in tags):
            problem = "keys that begin with aws: are reserved"
        elif len(tags) > self.settings.tags_per_resource:
            problem = f"a resource has at most {self.settings.tags_per_resource} tags"
        if problem:
            raise invalid([{"name": "tags", "code": "INVALID_VALUE", "message": problem}])
        return tags

    def lags(self, changed: float) -> bool:
        """Tell whether readers do not see a change of that time yet."""
        return self.at - changed < self.settings.list_lag_seconds

    def seen(self, row: Row) -> Row | None:
        """Show an object as a reader that lags behind sees it."""
        if not self.lags(row["updated"]):
            return row["body"]  # type: ignore[no-any-return]
        return json.loads(row["prior"]) if row["prior"] else None

    def page(self, where: str, values: list[Any], newest_first: bool = True) -> dict[str, Any]:
        """Give one page of a list, by time of change, and the token of the next."""
        size = int(self.body.get("maxResults", 20))
        query = {k: v for k, v in self.body.items() if k not in ("nextToken", "maxResults")}
        digest = sha256(json.dumps([self.account, query], sort_keys=True).encode()).hexdigest()[:16]
        sign, order = ("<", "DESC") if newest_first else (">", "ASC")
        if after := self._position(digest):
            where += f" AND (updated, sequence) {sign} (?, ?)"
            values = [*values, *after]
        rows = self.memory.ask(
            f"SELECT * FROM objects WHERE {where} "
            f"ORDER BY updated {order}, sequence {order} LIMIT {size + 1}",
            values,
        )
        shown = [self.seen(loaded(row)) for row in rows[:size]]
        page: dict[str, Any] = {"items": [item for item in shown if item is not None]}
        if len(rows) > size:
            last = [digest, rows[size - 1]["updated"], rows[size - 1]["sequence"]]
            page["nextToken"] = base64.urlsafe_b64encode(json.dumps(last).encode()).decode()
        return page

    def _position(self, digest: str) -> list[Any]:
        if "nextToken" not in self.body:
            return []
        try:
            bound, at, sequence = json.loads(base64.urlsafe_b64decode(self.body["nextToken"]))
            if bound == digest and type(at) is float and type(sequence) is int:
                sequence.to_bytes(8, "big", signed=True)  # SQLite's numbers are no longer
                return [at, sequence]
        except (ValueError, TypeError, OverflowError, RecursionError):
            pass
        message = "belongs to another list"
        raise invalid([{"name": "nextToken", "code": "INVALID_VALUE", "message": message}])

    def newest_first(self) -> bool:
        """Tell the order that the request asks for."""
        return bool(self.body.get("sort", {}).get("sortOrder", "Descending") == "Descending")


def among(column: str, values: list[Any] | None) -> tuple[str, list[Any]]:
    """Give `column IN (…)`, where there is anything to narrow by."""
    if not values:
        return "", []
    return f" AND {column} IN ({', '.join('?' * len(values))})", list(values)


def same_revision(call: Call, row: Row, kind: str) -> None:
    """Refuse an update that knows another revision than the current one."""
    given, current = call.body.get("revision"), row["body"]["revision"]
    if call.settings.stale_revision_conflicts and given not in (None, current):
        raise conflict(f"revision {given} is not the current revision {current}", row["id"], kind)


def updated_row(call: Call, row: Row, changes: Row, bump: bool = True) -> Row:
    """Change an object: its members, its revision and its time."""
    body: Row = row["body"] | changes | {"updatedAt": call.now()}
    if bump and "revision" in body:
        body["revision"] = str(int(body["revision"]) + 1)
    call.memory.change(row["id"], call.at, body, body.get("status", ""))
    return body
