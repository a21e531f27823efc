"""
The questions that Pulumi asks of any resource, answered with plain values.

Hosts translate; what happens is decided here and beside it: check, diff, create, read, update,
delete.
"""

from collections.abc import Callable
from datetime import datetime, timezone
from time import sleep as wait
from uuid import uuid4

from ..aws.sending import Attempt, directly
from ..aws.shared_database import silent
from ..aws.support import cannot_send
from ..config import Configuration
from ..functions import by_function
from ..model.checking import Checked
from ..model.diffing import diff
from ..model.errors import ProviderError
from ..model.owners import misplaced
from ..model.properties import Properties
from ..model.types import output_name
from ..model.unknown import UNKNOWN
from ..resources import by_token
from ..signing import accounts
from .context import IDENTITY, Context
from .creating import Creating
from .deleting import Deleting
from .guard import Guard
from .journal import Journal
from .listing import Listing
from .reading import Reading
from .requests import DiffRequest, PreviewRequest
from .results import Change
from .states import effective_inputs, known_inputs
from .tagging import with_all_tags
from .updating import Updating
from .waiting import Waiting


def now() -> datetime:
    """Tell the time, in UTC."""
    return datetime.now(timezone.utc)


def random_token() -> str:
    """Make a client token that nothing ever had."""
    return str(uuid4())


class Lifecycle:
    """
    One provider: a configuration, and every resource's life under it.

    *warn* shows the user a sentence; *clock*, *sleep* and *new_token* are arguments so that tests
    never wait and hosts can end a wait; *attempt* makes each attempt of a call, and may give it up;
    a *journal* finds creates again that were cut off and have no identity. *urn* names the resource
    of the request at hand, where the host knows it. A delete waits *longest_wait* seconds at most
    for the next of its children; *waiting* says how long people are waited for, else not at all.
    *debug* is told of each attempt of a call.
    """

    def __init__(
        self,
        configuration: Configuration,
        warn: Callable[[str], None],
        clock: Callable[[], datetime] = now,
        sleep: Callable[[float], None] = wait,
        new_token: Callable[[], str] = random_token,
        attempt: Attempt = directly,
        journal: Journal | None = None,
        urn: Callable[[], str] = str,
        longest_wait: float = 600.0,
        waiting: Waiting | None = None,
        debug: Callable[[str], None] = silent,
    ) -> None:
        context = self._context = Context(
            configuration,
            accounts(configuration, sleep, warn, attempt, lambda: clock().timestamp(), debug),
            warn,
            clock,
            sleep,
            new_token,
            journal,
            urn,
            waiting or Waiting(sleep),
        )
        self._reading = reading = Reading(context)
        self.create = Creating(context, reading).create
        self.read = reading.read
        self.update = Updating(context, reading).update
        self._guard = guard = Guard(context)
        self.delete = Deleting(context, guard, longest_wait).delete
        listing = Listing(context)
        self.list_page, self.described = listing.list_page, listing.described
        self.origin = listing.origin

    def check(self, token: str, raw: Properties) -> Checked:
        """Bring inputs into canonical form, or name every failure. Makes no call."""
        kind = by_token()[token]
        given = {k: v for k, v in raw.items() if not k.startswith("__") and v is not None}
        given = self._context.tagging.merged(kind, given)
        checked = self._context.checked(kind.Inputs, given)
        failures = [*checked.failures]
        failures += cannot_send(kind.Inputs, given)
        if kind.created_by_account:
            account, wrong = self._context.configuration.account(), {f.property for f in failures}
            misplaces = misplaced(kind.Inputs, given, checked.inputs.get("catalog"), account)
            failures += [failure for failure in misplaces if failure.property not in wrong]
        warnings = [*checked.warnings]
        hidden = {IDENTITY: raw[IDENTITY]} if raw.get(IDENTITY) else {}
        if not checked.failures:  # else the inputs may not be canonical
            self._context.declare(kind, checked.inputs)
            misfits, doubts = kind.misfits(checked.inputs, self._context.known_state)
            failures, warnings = failures + misfits, warnings + doubts
            if twice := self._context.managed_twice(kind, checked.inputs | hidden):
                warnings.append(twice)
        for warning in warnings:
            self._context.tell(raw, warning)
        self._guard.checked(checked.inputs | hidden)
        return Checked(checked.inputs | hidden, failures)

    def diff(self, request: DiffRequest) -> Change:
        """
        Compare the state with new inputs, in meaning.

        Makes no call, unless what is guarded would be replaced. Raises StillInForce.

        No old inputs at all mean that nobody knows them: an update has to complete the state.
        """
        kind = by_token()[request.token]
        old, new = self._context.tagging.visible(request.state), request.inputs
        self._context.hold(kind, old.get("arn"), new, old)
        known = known_inputs(kind, old, request.old_inputs)
        found = diff(kind.Inputs, effective_inputs(kind, old, known), new, known)
        for name in found.kept:
            self._context.tell(
                new,
                f"{name} was taken out of the program. AWS cannot take it back, so nothing "
                "changes: the last request stands.",
            )
        repeats = kind.repeats(old, new, self._context.clock())
        if found.replaces:
            self._guard.replacement(request, known, found)
        if found.replaces and (remark := kind.replacing(old)):
            self._context.tell(new, remark)
        if not found.replaces:
            self._context.tell_of_end(kind, old, new)
            if (found.changed or repeats) and (remark := kind.updating(old, new, found.changed)):
                self._context.tell(new, remark)
        unfinished = kind.completeness_field not in old or not known or repeats
        return Change(found, unfinished, kind.deletes_first(old))

    def preview(self, request: PreviewRequest) -> Properties:
        """Say what the state will be: what only AWS can tell is UNKNOWN. Makes no call."""
        kind = by_token()[request.token]
        new = request.inputs
        old = request.state and self._context.tagging.visible(request.state)
        names = kind.State.names()
        by_output_name = {n if n in names else output_name(n): v for n, v in new.items()}
        known = {n: by_output_name[n] for n in names if n in by_output_name}
        if old is None:
            return with_all_tags(dict.fromkeys(names, UNKNOWN) | known)
        if "tags" in (request.old_inputs or {}) and "tags" not in new:
            known["tags"] = {}  # taken out of the program, they are taken off the resource
        before = {n: old[n] for n in names if n in old}
        silent = {} if kind.completeness_field in old else dict.fromkeys(names, UNKNOWN)
        moving = dict.fromkeys(kind.moves(old, new), UNKNOWN)
        return with_all_tags(silent | before | moving | known)

    def invoke(self, token: str, raw: Properties) -> tuple[Checked, Properties]:
        """Answer a function, or name every failure of its arguments."""
        kind = by_function().get(token)
        if kind is None:
            raise ProviderError(f"This provider has no function {token!r}.")
        checked = self._context.checked(kind.Inputs, raw)
        if checked.failures:
            return checked, {}
        account = self._context.signing(checked.inputs)
        query = kind(account, self._context.clock, self._reading)
        return checked, query.answer(kind.Inputs.lenient(checked.inputs))

    def pending(self, token: str, state: Properties) -> bool:
        """Tell whether every preview should read it: somebody else decides what becomes of it."""
        return self._context.reads_pending() and by_token()[token].pending(state)

    def in_state(self, arn: str) -> None:
        """Note that a stack has it: what created it needs no longer be known."""
        if self._context.journal:
            self._context.journal.forget_object(arn)
