"""What a probe acts on: accounts that call, objects that are written down, time, and answers."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

from botocore.exceptions import ClientError

from .calls import (
    CONFLICT,
    NOT_FOUND,
    SANDBOX,
    VALIDATION,
    ForbiddenCatalog,
    Ledger,
    Party,
    Role,
    Undecided,
    code_of,
    told,
)
from .clocks import RealClock
from .journal import Journal, Made
from .looks import LOOKS, PARENT

TAG = "partnercentral:verify"
PAUSES = (0, *(2**power for power in range(12)))
"""Seconds between looks at what is expected: more than an hour in all."""

_UNDO = {
    "create_program_management_account": "delete_program_management_account",
    "create_relationship": "delete_relationship",
    "create_channel_handshake": "cancel_channel_handshake",
    "create_channel_contract": "cancel_channel_contract",
}


@dataclass
class Parties:
    """Who calls: the partner's linked account, and those that answer where they are known."""

    linked: Party
    management: Party | None = None
    customer: Party | None = None
    role: Role | None = None


class World:
    """
    The Sandbox, as one run of the program knows it.

    *accounts* and *customers* are ids of AWS accounts that may be enrolled, and be customers;
    *in_aws* are those that may be enrolled in catalog AWS, for a moment. Only a *large* run creates
    hundreds of objects.
    """

    def __init__(
        self,
        parties: Parties,
        journal: Journal,
        ledger: Ledger,
        clock: RealClock,
        accounts: list[str],
        customers: list[str],
        in_aws: list[str] | None = None,
        large: bool = False,
    ) -> None:
        self.parties, self.journal, self.ledger, self.clock = parties, journal, ledger, clock
        self.linked, self.role = parties.linked, parties.role
        self.in_aws, self.large = in_aws or [], large
        journal.count = lambda: ledger.spent
        known = {p.account for p in (parties.management, parties.customer) if p}
        self.accounts = [id for id in accounts if id not in known]
        self.customers = [id for id in customers if id not in known]
        self.scope, self.seen = "", ""

    @property
    def management(self) -> Party:
        """The account that answers for a program management account."""
        assert self.parties.management
        return self.parties.management

    @property
    def customer(self) -> Party:
        """The account that answers for a customer."""
        assert self.parties.customer
        return self.parties.customer

    @contextmanager
    def in_catalog(self, catalog: str) -> Iterator[None]:
        """Let calls be about this catalog; about AWS only where accounts are named for it."""
        if catalog != SANDBOX and not self.in_aws:
            raise ForbiddenCatalog(f"No account is named that may be enrolled in {catalog}.")
        before, self.linked.catalog = self.linked.catalog, catalog
        try:
            yield
        finally:
            self.linked.catalog = before

    def create(self, operation: str, **request: Any) -> Made:
        """Create an object with the tag of the run, written down before and after."""
        tags = [{"key": TAG, "value": self.journal.run}]
        own = {"catalog": self.linked.catalog, "clientToken": uuid4().hex, "tags": tags}
        return self._created(operation, request | own)

    def repeat(self, made: Made) -> str:
        """Send the very request of an object once more; the ARN that it is answered with."""
        again = self._created(made.operation, made.request)
        if again.arn == made.arn:
            self.journal.became(again, "gone", why="the same object")
        return again.arn

    def _created(self, operation: str, request: dict[str, Any]) -> Made:
        made = self.journal.creating(self.scope, operation, request)
        self._send(made)
        return made

    def _send(self, made: Made) -> None:
        before = self.ledger.spent
        try:
            with self.in_catalog(made.request["catalog"]):
                answer = self.linked.ask(made.operation, **made.request)
        except ClientError as error:
            refused = error.response["ResponseMetadata"]["HTTPStatusCode"] < 500
            if refused and self.ledger.spent == before + 1:  # else it may exist
                self.journal.became(made, "refused", why=told(error))
            raise
        except Exception:
            if self.ledger.spent == before:  # it was not sent
                self.journal.became(made, "refused")
            raise
        (detail,) = (value for name, value in answer.items() if name.endswith("Detail"))
        self.journal.became(made, "living", arn=detail["arn"])

    def settle(self) -> None:
        """Find by its client token what was on its way when the run was killed, or AWS failed."""
        with self.ledger.limited(float("inf")):
            for made in [made for made in self.journal.made if made.state == "sent"]:
                try:
                    self._send(made)
                except ClientError as error:
                    if made.state == "refused":  # its client token may be forgotten by now
                        self.journal.became(made, "kept", why=f"may exist: {told(error)}")

    def standing(self, name: str, make: Callable[["World"], Made]) -> Made:
        """Give an object that probes share, made by the first of them."""
        scope = f"standing {name}"
        for made in self.journal.living(scope):
            return made
        before, self.scope = self.scope, scope
        try:
            return make(self)
        finally:
            self.scope = before

    def unused(self, ids: list[str], member: str) -> str:
        """Pick the account id that no object of this run has, and that the fewest had."""
        of = [(made.request.get(member), made.state) for made in self.journal.made]
        taken = {id for id, state in of if state in ("sent", "living", "kept")}
        times = Counter(id for id, _ in of)
        free = sorted((id for id in ids if id not in taken), key=lambda id: times[id])
        if not free:
            raise Undecided(f"needs one more AWS account, as {member}: all of {len(ids)} are used")
        return free[0]

    def undo(self, made: Made) -> None:
        """Delete or cancel an object; raises the ClientError of a refusal."""
        parent = {PARENT: made.request[PARENT]} if "relationship" in made.operation else {}
        with self.in_catalog(made.request["catalog"]):
            self.linked.ask(_UNDO[made.operation], identifier=made.arn, **parent)
        self.journal.became(made, "gone")

    def discard(self, scope: str | None = None) -> None:
        """
        Delete or cancel all that exists; what AWS keeps is written down.

        A conflict may be with what is deleted later: it counts when all is deleted, at the end.
        """
        with self.ledger.limited(float("inf")):
            for made in self.journal.living(scope):
                try:
                    self.undo(made)
                except ClientError as error:
                    code = code_of(error)
                    if code == NOT_FOUND:
                        self.journal.became(made, "gone")
                    elif code == VALIDATION or (code == CONFLICT and scope is None):
                        self.journal.became(made, "kept", why=told(error))
                    # Anything else may pass: the next attempt is that of the end, or of a next run.

    def answer(self, act: Callable[[], Any], meaning: dict[str, bool]) -> bool:
        """Act, and tell what the code of AWS's answer means; "" is success."""
        try:
            act()
            code, self.seen = "", "it succeeded"
        except ClientError as error:
            code, self.seen = code_of(error), told(error)
        if code not in meaning:
            raise Undecided(self.seen)
        return meaning[code]

    def refused(self, act: Callable[[], Any], code: str) -> bool:
        """Act, and tell whether AWS refused it with this code."""
        return self.answer(act, {code: True, "": False})

    def until(self, look: Callable[[], Any]) -> tuple[float, Any]:
        """Look until there is something, for an hour at most; the seconds that it took, and it."""
        begun, found = self.clock.now(), None
        for pause in PAUSES:
            self.clock.wait(pause)
            looked = self.clock.now()  # how long the look itself takes does not count
            if found := look():
                break
        return float(round((looked - begun).total_seconds())), found

    def later(self, days: float = 0, seconds: float = 0) -> str:
        """Give a time ahead, as AWS writes it."""
        moment = self.clock.now() + timedelta(days=days, seconds=seconds)
        return f"{moment:%Y-%m-%dT%H:%M:%SZ}"

    def shown(self, made: Made, by: Party | None = None) -> dict[str, Any]:
        """Give what AWS shows of an object; nothing where it shows none."""
        lag = self.journal.found.get("list_lag_seconds")
        self.clock.wait(float(lag.value) if lag else 0)
        try:
            items = LOOKS[made.operation](by or self.linked, made)
        except ClientError as error:
            if code_of(error) != NOT_FOUND:
                raise
            items = []
        return next((item for item in items if item["arn"] == made.arn), {})

    def after(self, seconds: float, made: Made) -> dict[str, Any]:
        """Give what AWS shows of an object some time later: the first look may be what ends it."""
        self.clock.wait(seconds)
        self.shown(made)
        return self.shown(made)
