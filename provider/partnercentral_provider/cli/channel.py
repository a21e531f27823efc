"""A catalog as it stands: accounts, and the relationships of each with what is agreed on."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ..lifecycle.lifecycle import Lifecycle
from ..lifecycle.requests import ListRequest
from ..model.arn import Arn
from ..model.contracts import details_of
from ..model.errors import ProviderError, UnsupportedByBoto3
from ..model.properties import Properties
from ..model.service_periods import ACCEPTABLE, REVOKE, START, derived, terms_of
from ..model.types import parse_timestamp

_KEPT = ("arn", "handshakeType", "status", "createdAt", "updatedAt", "detail", "receiverAccountId")
"""What is kept of a handshake: a channel has tens of thousands."""

_DAY = 86400


@dataclass(frozen=True)
class Line:
    """One thing that is agreed on, waits for somebody, or came to nothing."""

    arn: str
    kind: str
    status: str
    sentence: str
    days: int | None = None
    """Days until it ends, or until it can be accepted no more."""

    managed: bool | None = None
    """Whether one of the stacks has it; None where no stack was given."""


@dataclass(frozen=True)
class Entry:
    """An account or a relationship, and what there is about it."""

    arn: str
    kind: str
    name: str
    account: str
    status: str
    lines: list[Line] = field(default_factory=list)
    managed: bool | None = None


class Channel:
    """
    What one *life* lists of a *catalog*, at the time *now*; *held* are the IDs of stacks, if any.

    *turned* is called for each page that was read. Of the accounts that are *receivers*, what
    others sent to them is shown too. Relationships are read account by account and not kept, so
    that a channel of any size fits into memory.
    """

    def __init__(
        self,
        life: Lifecycle,
        catalog: str,
        now: datetime,
        held: Collection[str] | None = None,
        turned: Callable[[], None] = lambda: None,
        receivers: Collection[str] = (),
    ) -> None:
        self._life, self._catalog, self._now = life, catalog, now
        self._held, self._turned, self._receivers = held, turned, receivers
        self.unsupported: list[str] = []
        self.unmanaged: list[str] = []

    def entries(self) -> Iterator[Entry]:
        """Give each account, followed by its relationships."""
        handshakes, contracts = self._handshakes(), self._contracts()
        accounts = list(self._items("ProgramManagementAccount"))
        for account in sorted(accounts, key=lambda item: str(item["displayName"]).lower()):
            id = Arn.parse(account["arn"]).id
            yield self._entry("ProgramManagementAccount", account, self._joining(handshakes[id]))
            narrowed = {"programManagementAccountIdentifiers": [id]}
            for relationship in self._items("Relationship", **narrowed):
                of = Arn.parse(relationship["arn"]).id
                lines = self._period(relationship, handshakes[of])
                lines += [self._contract(each) for each in contracts[of]]
                yield self._entry("Relationship", relationship, lines)

        sent = {each["arn"] for items in handshakes.values() for each in items}
        for receiver in self._receivers:
            yield from self._received(receiver, sent)

    def _received(self, receiver: str, sent: Collection[str]) -> Iterator[Entry]:
        """Give an account that answers, where somebody else waits for it too."""
        narrowed = {
            "participantType": "RECEIVER",
            "receiverAccountId": receiver,
            "statuses": ["PENDING"],
        }
        try:
            waiting = [
                i for i in self._items("ChannelHandshake", **narrowed) if i["arn"] not in sent
            ]
        except ProviderError as error:
            self.unsupported.append(f"What waits for account {receiver} was not read: {error}")
            return
        lines = [
            self._invitation(each, f"invitation of {each['senderAccountId']}") for each in waiting
        ]
        if lines:
            yield Entry("", "Receiver", f"Account {receiver}", receiver, "", lines)

    def _items(self, kind: str, **filters: Any) -> Iterator[Properties]:
        token, following = f"partnercentral:channel:{kind}", ""
        while True:
            narrowed = {"catalog": self._catalog} | filters
            try:
                page = self._life.list_page(ListRequest(token, narrowed, following=following))
            except UnsupportedByBoto3 as older:
                self.unsupported.append(str(older))
                return
            self._turned()
            yield from page.details
            following = page.following
            if not following:
                return

    def _handshakes(self) -> dict[str, list[Properties]]:
        about = defaultdict[str, list[Properties]](list)
        for item in self._items("ChannelHandshake"):
            kept = {name: item[name] for name in _KEPT if name in item}
            about[item["associatedResourceId"]].append(kept)
        return about

    def _contracts(self) -> dict[str, list[Properties]]:
        about = defaultdict[str, list[Properties]](list)
        for item in self._items("ChannelContract"):
            details = details_of(item)
            relationship = str(details.get("relationshipIdentifier"))
            kept = {name: item[name] for name in ("arn", "status", "createdAt")}
            about[relationship].append(kept | {"endDate": details.get("endDate")})
        return about

    def _entry(self, kind: str, item: Properties, lines: list[Line]) -> Entry:
        account = item.get("accountId") or item.get("associatedAccountId") or ""
        status = item.get("status") or item.get("associationType") or ""
        arn, name = item["arn"], str(item["displayName"])
        return Entry(arn, kind, name, account, status, lines, self._managed(arn, status))

    def _joining(self, handshakes: list[Properties]) -> list[Line]:
        """Tell of the invitations that wait, or that came to nothing last."""
        last = max(handshakes, key=lambda item: str(item["createdAt"]), default=None)
        return [self._invitation(last, "invitation")] if last else []

    def _invitation(self, item: Properties, what: str) -> Line:
        status, receiver = item["status"], item["receiverAccountId"]
        days = None
        if status == "PENDING":
            days = self._days(parse_timestamp(item["createdAt"]) + ACCEPTABLE)
            sentence = f"{what} waits for account {receiver}, {_left(days)} left"
        else:
            sentence = f"{what} {status} by {item['updatedAt']}"
        managed = self._managed(item["arn"], status)
        return Line(item["arn"], what, status, sentence, days, managed)

    def _period(self, relationship: Properties, handshakes: list[Properties]) -> list[Line]:
        """Tell of the period in force, of what is offered, and of what came to nothing since."""
        ours = [each for each in handshakes if each["handshakeType"] in (START, REVOKE)]
        period, lines = derived(ours), []
        part = f"{relationship['arn']}/service-period"
        if period.agreed and period.status(self._now) != "NONE":
            terms, ends = terms_of(period.agreed), period.ends()
            days = self._days(parse_timestamp(ends)) if ends else None
            status = "ENDED" if not period.in_force(self._now) else period.status(self._now)
            notice = terms.get("minimumNoticeDays")
            said = f"service period {status}"
            said += f", {notice} days' notice" if notice else ""
            said += f", ends {ends}" if ends else ""
            managed = self._managed(period.agreed["arn"], status, part)
            lines.append(Line(period.agreed["arn"], "service period", status, said, days, managed))
        waiting = [("offer", period.pending), ("revocation", period.revoking)]
        waiting += [("offer", each) for each in period.failed[-1:]]
        lines += [self._invitation(each, what) for what, each in waiting if each]
        return lines

    def _contract(self, item: Properties) -> Line:
        end, status = item["endDate"], item["status"]
        days = self._days(parse_timestamp(end)) if end else None
        said = f"contract {status}"
        said += f", ends {end}, {_left(days)} left" if status == "ACCEPTED" and days else ""
        managed = self._managed(item["arn"], status)
        return Line(item["arn"], "contract", status, said, days, managed)

    def _days(self, until: datetime) -> int:
        return int((until - self._now).total_seconds() // _DAY)

    def _managed(self, arn: str, status: str, *others: str) -> bool | None:
        """Tell whether a stack has it, and note where none has what is worth managing."""
        if self._held is None:
            return None
        if any(each in self._held for each in (arn, *others)):
            return True
        if status not in ("INACTIVE", "REJECTED", "CANCELED", "EXPIRED", "ENDED"):
            self.unmanaged.append(arn)
        return False


def _left(days: int | None) -> str:
    return "1 day" if days == 1 else f"{days} days"
