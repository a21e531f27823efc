"""
The questions that Pulumi asks of any resource, answered with plain values.

Hosts translate; what happens is decided here: check, diff, create, read, update, delete.
"""

import json
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from hashlib import sha256
from time import sleep as wait
from typing import Any
from uuid import uuid4

from ..aws.accounts import Account
from ..aws.errors import translated
from ..aws.listings import LARGEST, page
from ..aws.lookup import shared_item, state_of
from ..aws.sending import Attempt, directly
from ..aws.support import cannot_send
from ..aws.tags import retag, tags_of
from ..config import Configuration
from ..deletions import Deletions
from ..functions import by_function
from ..journal import Creation, Journal, NotedCreation, entry_key
from ..model.arn import Arn
from ..model.checking import Checked, Failure, check
from ..model.completing import completed
from ..model.conflicts import (
    StaleIdempotentCreate,
    always_over,
    changed_elsewhere,
    exists_already,
    found_elsewhere,
    held_twice,
    import_line,
    not_deleted,
    too_old,
)
from ..model.diffing import Diff, diff
from ..model.errors import Conflict, NotFound, ProviderError, Refused, Unreachable
from ..model.fields import Fields, Properties, canonical
from ..model.types import (
    ChangesOnUpdate,
    NotSentToAws,
    ProviderDefault,
    ReplaceOnChange,
    WriteOnly,
    format_timestamp,
    output_name,
    parse_timestamp,
)
from ..model.unknown import UNKNOWN
from ..resources import by_token, listed_as
from ..resources.contract import Resource
from ..signing import accounts
from ..urns import Subject, of_identity, of_urn

IDENTITY = "__identity"
"""Hidden input: which resource of which stack this is, as JSON ending in `type, name]`."""

ATTEMPTS = 5
RECOVERY = timedelta(hours=1)
ENDS_SOON = 30
"""Days before the end of what ends by itself, where the configuration states no other number."""
PAUSES = (0.2, 0.5, 1.0)
"""Seconds to wait before reading again what AWS does not show yet."""


def now() -> datetime:
    """Tell the time, in UTC."""
    return datetime.now(timezone.utc)


def random_token() -> str:
    """Make a client token that nothing ever had."""
    return str(uuid4())


@dataclass(frozen=True)
class Change:
    """
    A diff, and whether the state is unfinished, so that an update has to complete it.

    *deletes_first* tells in which order a replacement goes.
    """

    diff: Diff
    unfinished: bool
    deletes_first: bool = True


@dataclass(frozen=True)
class Found:
    """
    What is at this ARN: AWS's state, and the inputs that belong to it.

    *unfinished* says why the state is not complete yet, and is empty where it is.
    """

    arn: str
    state: Properties
    inputs: Properties
    unfinished: str = ""


@dataclass(frozen=True)
class Page:
    """
    Some of a list, as ARN and name, and how to ask for what is *following*.

    *details* are the same items with all that the list says of them.
    """

    items: list[tuple[str, str]]
    following: str
    details: list[Properties]


class Lifecycle:
    """
    One provider: a configuration, and every resource's life under it.

    *warn* shows the user a sentence; *clock*, *sleep* and *new_token* are arguments so that tests
    never wait and hosts can end a wait; *attempt* makes each attempt of a call, and may give it up;
    a *journal* finds creates again that were cut off and have no identity. *urn* names the resource
    of the request at hand, where the host knows it. A delete waits *longest_wait* seconds at most
    for the next of its children.
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
    ) -> None:
        self._configuration, self._warn = configuration, warn
        self._clock, self._sleep, self._new_token = clock, sleep, new_token
        self._journal, self._urn = journal, urn
        self._accounts = accounts(configuration, sleep, warn, attempt, lambda: clock().timestamp())
        self._deletions = Deletions(sleep, longest_wait)
        self._holders: dict[str, str] = {}
        """Under which name this stack holds an ARN, as far as this process was told."""
        self._states: dict[str, Properties] = {}
        """The states that this process was told of, by AWS's short ids."""

    def check(self, token: str, raw: Properties) -> Checked:
        """Bring inputs into canonical form, or name every failure. Makes no call."""
        kind = by_token()[token]
        given = {k: v for k, v in raw.items() if not k.startswith("__") and v is not None}
        checked = self._checked(kind.Inputs, given)
        failures = [*checked.failures]
        failures += cannot_send(kind.Inputs, given)
        if kind.created_by_account:
            failures += self._configuration.foreign(given)
        misfits, warnings = kind.misfits(checked.inputs, lambda id: self._states.get(id, {}))
        for warning in [*checked.warnings, *warnings]:
            self._tell(raw, warning)
        failures += misfits
        hidden = {IDENTITY: raw[IDENTITY]} if raw.get(IDENTITY) else {}
        return Checked(checked.inputs | hidden, failures)

    def diff(self, token: str, old: Properties, old_inputs: Properties, new: Properties) -> Change:
        """
        Compare the state with new inputs, in meaning. Makes no call.

        No *old_inputs* at all means that nobody knows them: an update has to complete the state.
        """
        kind = by_token()[token]
        self._hold(old.get("arn"), new, old)
        known = _known(kind, old, old_inputs)
        found = diff(kind.Inputs, effective_inputs(kind, old, known), new, known)
        for name in found.kept:
            self._tell(
                new,
                f"{name} was taken out of the program. AWS cannot take it back, so nothing "
                "changes: the last request stands.",
            )
        if found.replaces and (remark := kind.replacing(old)):
            self._tell(new, remark)
        if not found.replaces:
            self._tell_of_end(kind, old, new)
        unfinished = kind.completeness_field not in old or not known
        return Change(found, unfinished, kind.deletes_first(old))

    def create(self, token: str, inputs: Properties) -> Found:
        """
        Make it.

        Where the inputs have an identity, or the journal an entry, a create that is repeated after
        a lost answer finds its own object, by its client token. What was made but cannot be read
        back is returned too, as unfinished.
        """
        kind = self._resource(token, inputs)
        wanted = kind.Inputs.lenient(inputs)
        kind.account.confirm()
        creation = self._creation(kind, inputs)
        earlier = (
            self._earlier(kind, wanted) if kind.created_by_account and IDENTITY in inputs else None
        )

        def create(client_token: str) -> str:
            try:
                with translated(kind.account):
                    return kind.create(wanted, client_token)
            except Conflict as conflict:
                raise self._name_existing(kind, wanted, conflict, inputs) from conflict

        for _ in range(ATTEMPTS):
            arn = creation.send(create)
            self._hold(arn, inputs)
            if kind.created_by_account and (elsewhere := kind.account.made_elsewhere(arn)):
                return replace(_unread(kind, arn, inputs), unfinished=elsewhere)
            just_made = not creation.replayed or (earlier is not None and arn not in earlier)
            if made := self._made(kind, arn, inputs, just_made):
                self._hold(arn, inputs, made.state)
                return made
            creation.begin_anew()
        raise always_over(kind.aws_name, ATTEMPTS)

    def _made(self, kind: Resource, arn: str, inputs: Properties, just_made: bool) -> Found | None:
        """Read back what a create answered; None where that is an older thing, and is over."""
        try:
            made = self._read_back(kind, arn, inputs)
            if just_made:
                return made
            if made.state.get("status") in kind.terminal_statuses | kind.deleted_statuses:
                return None
            self._refuse_old(made)
            return made
        except StaleIdempotentCreate:
            raise
        except NotFound as lag:
            if not just_made and self._vanished(kind, arn):
                return None
            return _unread(kind, arn, inputs, lag)
        except Exception as error:  # Whatever went wrong, what was made is not to be lost.
            return _unread(kind, arn, inputs, error)

    def read(
        self, token: str, arn: str, old: Properties, old_inputs: Properties | None = None
    ) -> Found | None:
        """
        Find it again; None where it is gone.

        The inputs are those of *old_inputs* as AWS has them now. Where there are none, because it
        is imported, they are every input that is not a default.
        """
        kind = self._resource(token, old_inputs or {})
        parsed = _parsed(kind, arn)
        owner = parsed.account if kind.created_by_account else old.get("receiverAccountId")
        kind.account.confirm_identity(owner, arn)
        try:
            state = self._refreshed(kind, arn, (old_inputs or {}) | old)
            if old_inputs is None:
                with translated(kind.account):
                    old_inputs = kind.imported(as_inputs(kind, state))
        except NotFound:
            return self._not_found(kind, arn, old, old_inputs)
        if state.get("status") in kind.deleted_statuses:
            self._tell(
                old_inputs or old,
                f"{arn} is {state['status']} since {state.get('updatedAt')}: the next `pulumi up` "
                "makes a new one.",
            )
            return None
        if remark := kind.remark(state, self._subject(old_inputs or old).urn):
            self._tell(old_inputs or old, remark)
        self._tell_of_end(kind, state, old_inputs or old)
        before = effective_inputs(kind, state, old_inputs)
        inputs = (name for name in old_inputs if name not in _unsure(kind, old))
        return Found(arn, state, {name: before[name] for name in inputs if name in before})

    def update(
        self, token: str, arn: str, old: Properties, old_inputs: Properties, new: Properties
    ) -> Found:
        """Change it in place, and return what AWS shows afterwards."""
        kind = self._resource(token, new)
        _parsed(kind, arn)
        kind.account.confirm(arn if kind.created_by_account else None)
        known = _known(kind, old, old_inputs)
        found = diff(kind.Inputs, effective_inputs(kind, old, known), new, known)
        if found.not_known or kind.completeness_field not in old:
            names = [n for n in found.not_known if n not in _unsure(kind, old)]
            old = self._current(kind, arn, old, new)
            known = self._completed(kind, old, known, new, names)
            found = diff(kind.Inputs, effective_inputs(kind, old, known), new, known)
        unsure: tuple[type[ProviderError], ...] = (Unreachable,) if found.changed else ()
        try:
            revision = self._change(kind, arn, found.changed, old, new)
            unsure = (ProviderError,) if found.changed else ()
            return self._read_back(kind, arn, new, revision)
        except NotFound:
            if kind.kept_when_unlisted and (kept := self._not_found(kind, arn, old, new)):
                return kept
            raise
        except unsure as error:
            return _unanswered(kind, arn, old, new, error)

    def _change(
        self, kind: Resource, arn: str, names: Collection[str], old: Properties, new: Properties
    ) -> str:
        """Make the calls that change these inputs; give the new revision, where there is one."""
        revision = ""
        silent = {"tags", *kind.Inputs.marked(ReplaceOnChange), *kind.Inputs.marked(NotSentToAws)}
        if own := [n for n in names if n not in silent]:
            revision = self._write(kind, arn, own, old, new)
        if "tags" in names:
            with translated(kind.account):
                retag(kind.account.client, arn, old.get("tags") or {}, new.get("tags") or {})
        return revision

    def _current(self, kind: Resource, arn: str, old: Properties, new: Properties) -> Properties:
        """Read the state before an update; what outlives its listing stays as it was."""
        try:
            with translated(kind.account):
                return state_of(kind, arn, as_inputs(kind, old) | new)
        except NotFound:
            if not (kind.kept_when_unlisted and kind.completeness_field in old):
                raise
            return old

    def _completed(
        self,
        kind: Resource,
        state: Properties,
        known: Properties,
        new: Properties,
        names: Collection[str],
    ) -> Properties:
        """Complete the inputs before an update; tell of each that AWS never returns."""
        found = completed(kind, as_inputs(kind, state), known, new, names)
        for name in found.never:
            self._tell(
                new,
                f"{name} is recorded as the program says it, and was not sent: AWS never returns "
                "it, and this stack does not know what was sent before. A change of it is sent.",
            )
        return found.inputs

    def planned(
        self,
        token: str,
        new: Properties,
        old: Properties | None = None,
        old_inputs: Properties | None = None,
    ) -> Properties:
        """Say what the state will be: what only AWS can tell is UNKNOWN. Makes no call."""
        kind = by_token()[token]
        names = kind.State.names()
        by_output_name = {n if n in names else output_name(n): v for n, v in new.items()}
        known = {n: by_output_name[n] for n in names if n in by_output_name}
        if old is None:
            return dict.fromkeys(names, UNKNOWN) | known
        if "tags" in (old_inputs or {}) and "tags" not in new:
            known["tags"] = {}  # taken out of the program, they are taken off the resource
        before = {n: old[n] for n in names if n in old}
        silent = {} if kind.completeness_field in old else dict.fromkeys(names, UNKNOWN)
        return silent | before | dict.fromkeys(kind.State.marked(ChangesOnUpdate), UNKNOWN) | known

    def delete(self, token: str, arn: str, old: Properties) -> None:
        """Remove it. Gone already is what was asked for."""
        kind = self._resource(token, {})
        _parsed(kind, arn)
        kind.account.confirm(arn if kind.created_by_account else None)
        with self._deletions.under_way(kind.parents(arn, old)):
            warning = self._deleted(kind, arn, old)
        self._holders.pop(arn, None)
        if warning:
            self._tell(old, warning)

    def invoke(self, token: str, raw: Properties) -> tuple[Checked, Properties]:
        """Answer a function, or name every failure of its arguments."""
        kind = by_function().get(token)
        if kind is None:
            raise ProviderError(f"This provider has no function {token!r}.")
        checked = self._checked(kind.Inputs, {k: v for k, v in raw.items() if v is not None})
        if checked.failures:
            return checked, {}
        account = self._signing(checked.inputs)
        with translated(account):
            query = kind(account, self._clock)
            return checked, query.answer(kind.Inputs.lenient(checked.inputs))

    def list_page(self, token: str, raw: Properties, limit: int, following: str) -> Page:
        """
        List what there is of a resource type, one page of at most *limit* (0: 100) at a time.

        *following* is what the page before told, empty at first.
        """
        kind = by_token().get(token)
        if kind is None or kind.Filters is None:
            raise ProviderError(f"This provider cannot list {token!r}.")
        checked = self._checked(kind.Filters, {k: v for k, v in raw.items() if v is not None})
        if checked.failures:
            reasons = "; ".join(f"{f.property} {f.reason}" for f in checked.failures)
            raise Refused("The list cannot be narrowed like this.", f"{reasons}.")
        account = self._signing(checked.inputs)
        with translated(account):
            filters: Any = kind.Filters.lenient(checked.inputs)
            items, more = page(account.client, filters, following, limit or LARGEST)
        named = [item | {kind.id_name(): item["id"]} for item in items]
        return Page(
            [(item["arn"], kind.title(item)) for item in items],
            more or "",
            [kind.State.lenient(item).for_pulumi() for item in named],
        )

    def described(self, token: str, item: Properties) -> Properties | str:
        """Tell the inputs of an item of a list, as an import would; a text says why not."""
        kind = self._resource(token, {})
        try:
            with translated(kind.account):
                state = state_of(
                    kind, item["arn"], item, None if kind.fields_missing_from_list else item
                )
                return kind.imported(as_inputs(kind, state))
        except (NotFound, Refused) as error:
            return str(error)

    def origin(self) -> list[str]:
        """Tell whose lists these are: the account that signs, and the endpoint that is asked."""
        own = self._signing({})
        with translated(own):
            return [own.identity().account, str(own.client.meta.endpoint_url)]

    def _signing(self, inputs: Properties) -> Account:
        """Give the account that signs for these inputs."""
        return self._accounts.signing(inputs.get("receiverAccountId"))

    def _resource(self, token: str, inputs: Properties) -> Resource:
        return by_token()[token](self._signing(inputs))

    def _checked(self, model: type[Fields], given: Properties) -> Checked:
        """Check values, with the configuration's where there are none."""
        defaults = model.marked(ProviderDefault)
        for name in defaults:
            default = getattr(self._configuration, name)
            if given.get(name) is None and default is not None:
                given[name] = default
        checked = check(model, given)
        failures = [_advised(f, defaults) for f in checked.failures]
        return Checked(checked.inputs, failures, checked.warnings)

    def _write(
        self, kind: Resource, arn: str, names: Collection[str], old: Properties, new: Properties
    ) -> str:
        """Update under the state's revision; where AWS has another, find out whether it matters."""
        wanted = kind.Inputs.lenient(new)
        revision = str(canonical(kind.State, "revision", old["revision"]))
        try:
            with translated(kind.account):
                return kind.update(arn, names, revision, wanted)
        except Conflict:
            with translated(kind.account):
                current = state_of(kind, arn, old)
            if current["revision"] == revision:
                raise
            left = [n for n in names if n not in current or current[n] != new.get(n)]
            foreign = [
                n
                for n in kind.Inputs.names()
                if n in current and n in old and n in new and n != "tags"
                if current[n] not in (old[n], new[n])
            ]
            if not (left or foreign):
                return ""
            try:
                if not foreign:
                    with translated(kind.account):
                        return kind.update(arn, left, current["revision"], wanted)
            except Conflict:
                with translated(kind.account):
                    current = state_of(kind, arn, old)
            raise changed_elsewhere(kind.aws_name, arn, foreign or left, old, current) from None

    def _read_back(self, kind: Resource, arn: str, inputs: Properties, revision: str = "") -> Found:
        """Read what was just written, again where AWS still shows what was before it."""
        for pause in (*PAUSES, None):
            try:
                with translated(kind.account):
                    state = state_of(kind, arn, inputs)
                if not _older(state, revision):
                    return Found(arn, state, inputs)
            except NotFound:
                if pause is None:
                    raise
            if pause is not None:
                self._sleep(pause)
        del state[kind.completeness_field]
        sentence = f"AWS does not show the last change of {arn} yet: `pulumi up` again."
        return Found(arn, state, inputs, sentence)

    def _refreshed(self, kind: Resource, arn: str, known: Properties) -> Properties:
        """
        Read it, from a list that others read too where that saves calls.

        What lists do not show but has tags is there: they lag, and are asked again for a while.
        """
        tags = None
        if self._configuration.refresh_tags is False and kind.completeness_field in known:
            tags = known.get("tags", {})
        for pause in (*PAUSES, None):
            try:
                with translated(kind.account):
                    item = shared_item(kind, arn, known)
                    return state_of(kind, arn, known, item, tags)
            except NotFound:
                if pause is None or not kind.taggable() or self._vanished(kind, arn):
                    raise
            if pause is not None:
                self._sleep(pause)
        raise AssertionError("the last attempt returns or raises")

    def _not_found(
        self, kind: Resource, arn: str, old: Properties, old_inputs: Properties | None
    ) -> Found | None:
        if "arn" in old and "createdAt" not in old:
            # It was never seen since it was made: only a delete may forget it.
            return Found(arn, old, old_inputs or {}, f"AWS does not show {arn} yet.")
        if not (kind.kept_when_unlisted and "arn" in old):
            return None
        self._tell(
            old_inputs or old, f"AWS no longer lists {arn}. It stays in this stack as it was."
        )
        return Found(arn, old, old_inputs or {})

    def _creation(self, kind: Resource, inputs: Properties) -> Creation:
        """
        Find out by which client tokens to create it: by its identity's, the journal's, or new ones.

        Raises StaleIdempotentCreate where what the journal knows of is still there, or may be.
        """
        this = self._subject(inputs)
        if (
            self._journal is None
            or IDENTITY in inputs
            or not (this.urn and kind.created_by_account)
        ):
            repeats = kind.created_by_account and IDENTITY in inputs
            return Creation(lambda attempt: self._client_token(inputs, attempt), repeats)
        account, catalog = kind.account, str(inputs.get("catalog"))
        key = entry_key(account.name(), account.endpoint(), catalog, this.urn, inputs)
        noted = NotedCreation(self._new_token, self._journal, key, kind, this.name)
        if noted.arn:
            if self._lives(kind, noted.arn, inputs):
                raise noted.refusal(noted.arn)
            noted.begin_anew()
        return noted

    def _lives(self, kind: Resource, arn: str, inputs: Properties) -> bool:
        """Tell whether it is there, in no final status; what no list shows yet counts as there."""
        try:
            state = self._read_back(kind, arn, inputs).state
        except NotFound:
            return not self._vanished(kind, arn)
        return state.get("status") not in kind.terminal_statuses | kind.deleted_statuses

    def in_state(self, arn: str) -> None:
        """Note that a stack has it: what created it needs no longer be known."""
        if self._journal:
            self._journal.forget_object(arn)

    def _client_token(self, inputs: Properties, attempt: int) -> str:
        """Derive a token from who asks, for what, and the attempt: 64 printable characters."""
        if IDENTITY not in inputs:
            return self._new_token()
        text = json.dumps([inputs, attempt], sort_keys=True, ensure_ascii=True)
        return sha256(text.encode()).hexdigest()

    def _vanished(self, kind: Resource, arn: str) -> bool:
        """Tell a deleted thing from one that lists do not show yet: only tags are asked by ARN."""
        try:
            with translated(kind.account):
                tags_of(kind.account.client, arn)
        except NotFound:
            return True
        except ProviderError:
            return False  # nobody knows: better kept than made again
        return False

    def _refuse_old(self, made: Found) -> None:
        created = made.state.get("createdAt")
        if created and self._clock() - parse_timestamp(created) > RECOVERY:
            raise too_old(made.arn, created)

    def _earlier(self, kind: Resource, wanted: Any) -> Collection[str] | None:
        """Tell what was there before a create, so that nothing is made anew in the same create."""
        try:
            with translated(kind.account):
                return kind.earlier(wanted)
        except ProviderError:
            return ()  # nobody knows: better kept than made again

    def _deleted(self, kind: Resource, arn: str, old: Properties) -> str | None:
        """Delete it; where AWS refuses because of its children, wait for their deletes."""
        id, last = Arn.parse(arn).id, False
        while True:
            ended = self._deletions.ended(id)
            try:
                with translated(kind.account):
                    return kind.delete(arn, old)
            except NotFound:
                return None
            except Conflict as conflict:
                # After the last child AWS may need a moment: it is asked once more in the end.
                if last or not (self._deletions.wait(id, ended) or self._deletions.ended(id)):
                    raise self._kept(kind, arn, conflict) from conflict
                last = self._deletions.ended(id) == ended

    def _kept(self, kind: Resource, arn: str, conflict: Conflict) -> Conflict:
        """Name what keeps AWS from deleting it."""
        parsed = Arn.parse(arn)
        blocker = parsed.related(conflict.resource_id)
        if blocker is None or blocker == arn:
            try:
                with translated(kind.account):
                    blocker = kind.in_the_way(arn)
            except ProviderError:
                blocker = None
        if blocker is None:
            return not_deleted(kind.aws_name, arn, conflict.why, None)
        child = listed_as(blocker)
        command = child.removal(blocker) + kind.account.profile_option()
        return not_deleted(kind.aws_name, arn, conflict.why, blocker, child.token(), command)

    def _name_existing(
        self, kind: Resource, wanted: Any, conflict: Conflict, inputs: Properties
    ) -> Conflict:
        """Name what stands in the way of a create."""
        try:
            with translated(kind.account):
                arn = kind.find_existing(wanted)
        except ProviderError:
            arn = None
        if arn is None:
            return conflict
        this, name = self._subject(inputs), kind.aws_name
        held = self._holders.get(arn, this.name)
        if held != this.name:
            return held_twice(name, arn, conflict.why, this.name, held)
        if this.dynamic:
            refer = f"channel.{type(kind).__name__}.get({json.dumps(this.name)}, {json.dumps(arn)})"
            return found_elsewhere(name, arn, conflict.why, refer)
        return exists_already(
            name, arn, conflict.why, import_line(kind.token(), this.name or "NAME", arn)
        )

    def _subject(self, properties: Properties) -> Subject:
        """Tell which resource this is about: the host says, or its identity."""
        if urn := self._urn():
            return of_urn(urn)
        identity = properties.get(IDENTITY)
        return of_identity(identity) if identity else Subject()

    def _tell_of_end(
        self, kind: Resource | type[Resource], state: Properties, of: Properties
    ) -> None:
        """Warn of what ends soon by itself."""
        days = self._configuration.contract_expiry_warning_days
        until = self._clock() + timedelta(days=ENDS_SOON if days is None else days)
        if said := kind.ending(state, str(format_timestamp(until))):
            self._tell(of, said)

    def _hold(self, arn: object, properties: Properties, state: Properties | None = None) -> None:
        """Note under which name this stack holds it, and its state where that is known."""
        if isinstance(arn, str) and state:
            self._states[arn.rpartition("/")[2]] = state
        if isinstance(arn, str) and (name := self._subject(properties).name):
            self._holders[arn] = name

    def _tell(self, properties: Properties, sentence: str) -> None:
        named = label(properties)
        self._warn(f"{named}: {sentence}" if named else sentence)


def label(properties: Properties) -> str:
    """Name a resource for a sentence by its identity, where it has one."""
    try:
        *_, kind, name = json.loads(properties.get(IDENTITY, ""))
        return f"{kind.rpartition(':')[2]} {name}"
    except (AttributeError, TypeError, ValueError, RecursionError):
        return ""


def _parsed(kind: Resource, arn: str) -> Arn:
    """Take an ID apart; say which form it should have, with a sample."""
    try:
        parsed = Arn.parse(arn)
        reason = f"{arn!r} is not the ARN of a {kind.aws_name}"
    except ValueError as error:
        parsed, reason = None, str(error)
    if parsed is None or parsed.form != kind.arn_form:
        raise ProviderError(
            f"{reason}.",
            advice=f"The ID of a {type(kind).__name__} is an ARN such as {kind.arn_form.sample}.",
        ) from None
    return parsed


def _unread(kind: Resource, arn: str, inputs: Properties, error: Exception | None = None) -> Found:
    """Keep what was made, in spite of it all."""
    state = {"arn": arn, kind.id_name(): Arn.parse(arn).id} | {
        n: v for n, v in inputs.items() if n in kind.State.names()
    }
    sentence = (
        f"{arn} was created but could not be read back: {error} It is kept in this stack; the "
        "next `pulumi up` completes its outputs."
    )
    return Found(arn, state, inputs, sentence)


def _unanswered(kind: Resource, arn: str, old: Properties, new: Properties, why: object) -> Found:
    """
    Keep an update as unfinished that AWS may have made or not.

    The outputs that move with every update are not known any more, and the proof goes too, so that
    the next update finds out.
    """
    unknown = {kind.completeness_field, *kind.State.marked(ChangesOnUpdate)}
    state = {n: old[n] for n in kind.State.names() if n in old and n not in unknown}
    sentence = (
        f"{why} {arn} may have been changed or not: the next `pulumi up` finds out, and repeats "
        "what is missing."
    )
    return Found(arn, state, new, sentence)


def _unsure(kind: type[Resource] | Resource, state: Properties) -> Collection[str]:
    """Name what AWS never returns, where nobody knows whether the last update reached AWS."""
    unanswered = (
        "createdAt" in state and not kind.State.marked(ChangesOnUpdate).keys() & state.keys()
    )
    return kind.Inputs.marked(WriteOnly) if unanswered else ()


def as_inputs(kind: type[Resource] | Resource, state: Properties) -> Properties:
    """Spell a state as inputs: AWS takes `xIdentifier` and answers `xId`."""
    answers = {n: output_name(n) for n in kind.Inputs.names()}
    return state | {
        name: state[answer]
        for name, answer in answers.items()
        if name not in state and name != answer and answer in state
    }


def effective_inputs(
    kind: type[Resource] | Resource, state: Properties, old_inputs: Properties
) -> Properties:
    """
    Say what the inputs are by now.

    What AWS can change is as AWS shows it. What it cannot change, and what it never shows, is as
    the program said: AWS may show it in another form.
    """
    fixed, stated = kind.Inputs.marked(ReplaceOnChange), as_inputs(kind, state)
    sent = {n: v for n, v in old_inputs.items() if n in fixed or n not in stated}
    return stated | sent


def _known(
    kind: type[Resource] | Resource, state: Properties, old_inputs: Properties
) -> Properties:
    """Leave out what is hidden among inputs, or unsure: none are left where nobody knows them."""
    hidden = {IDENTITY, *_unsure(kind, state)}
    return {name: value for name, value in old_inputs.items() if name not in hidden}


def _older(state: Properties, revision: str) -> bool:
    try:
        return int(state["revision"]) < int(revision)
    except (KeyError, ValueError):
        return False


def _advised(failure: Failure, defaults: Collection[str]) -> Failure:
    if failure.property in defaults and failure.reason == "is required":
        return Failure(
            failure.property,
            "is required: set it, or run "
            f"`pulumi config set partnercentral:{failure.property} Sandbox`",
        )
    return failure
