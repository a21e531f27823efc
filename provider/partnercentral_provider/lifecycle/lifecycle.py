"""
The questions that Pulumi asks of any resource, answered with plain values.

Hosts translate; what happens is decided here: check, diff, create, read, update, delete.
"""

import json
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from hashlib import sha256
from time import sleep as wait
from typing import Any
from uuid import uuid4

from ..aws.accounts import Account
from ..aws.errors import translated
from ..aws.listings import LARGEST, page
from ..aws.lookup import shared_item, state_of
from ..aws.support import cannot_send
from ..aws.tags import retag, tags_of
from ..config import Configuration
from ..functions import by_function
from ..model.arn import Arn
from ..model.checking import Checked, Failure, check
from ..model.conflicts import (
    StaleIdempotentCreate,
    always_over,
    changed_elsewhere,
    exists_already,
    too_old,
)
from ..model.diffing import Diff, diff
from ..model.errors import Conflict, NotFound, ProviderError, Refused
from ..model.fields import Fields, Properties, canonical
from ..model.types import (
    ChangesOnUpdate,
    NotSentToAws,
    ProviderDefault,
    ReplaceOnChange,
    output_name,
    parse_timestamp,
)
from ..model.unknown import UNKNOWN
from ..resources import by_token
from ..resources.contract import Resource
from ..signing import accounts

IDENTITY = "__identity"
"""Hidden input: which resource of which stack this is, as JSON `[project, …, type, name]`."""

ATTEMPTS = 5
RECOVERY = timedelta(hours=1)
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
    """A diff, and whether the state is unfinished, so that an update has to complete it."""

    diff: Diff
    unfinished: bool


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
    """Some of a list, as ARN and name, and how to ask for what is *following*."""

    items: list[tuple[str, str]]
    following: str


class Lifecycle:
    """
    One provider: a configuration, and every resource's life under it.

    *warn* shows the user a sentence; *clock*, *sleep* and *new_token* are arguments so that tests
    never wait and hosts can end a wait.
    """

    def __init__(
        self,
        configuration: Configuration,
        warn: Callable[[str], None],
        clock: Callable[[], datetime] = now,
        sleep: Callable[[float], None] = wait,
        new_token: Callable[[], str] = random_token,
    ) -> None:
        self._configuration, self._warn = configuration, warn
        self._clock, self._sleep, self._new_token = clock, sleep, new_token
        self._accounts = accounts(configuration, sleep)

    def check(self, token: str, raw: Properties) -> Checked:
        """Bring inputs into canonical form, or name every failure. Makes no call."""
        kind = by_token()[token]
        given = {k: v for k, v in raw.items() if not k.startswith("__") and v is not None}
        checked = self._checked(kind.Inputs, given)
        failures = [*checked.failures]
        failures += cannot_send(kind.Inputs, given)
        if kind.created_by_account:
            failures += self._configuration.foreign(given)
        for warning in checked.warnings:
            self._tell(raw, warning)
        hidden = {IDENTITY: raw[IDENTITY]} if raw.get(IDENTITY) else {}
        return Checked(checked.inputs | hidden, failures)

    def diff(self, token: str, old: Properties, old_inputs: Properties, new: Properties) -> Change:
        """Compare the state with new inputs, in meaning. Makes no call."""
        kind = by_token()[token]
        found = diff(kind.Inputs, effective_inputs(kind, old, old_inputs), new, old_inputs)
        for name in found.kept:
            self._tell(
                new,
                f"{name} was taken out of the program. AWS cannot take it back, so nothing "
                "changes: the last request stands.",
            )
        if found.replaces and (remark := kind.replacing(old)):
            self._tell(new, remark)
        return Change(found, kind.completeness_field not in old)

    def create(self, token: str, inputs: Properties) -> Found:
        """
        Make it.

        Where the inputs have an identity, a create that is repeated after a lost answer finds its
        own object, by its client token. What was made but cannot be read back is returned too, as
        unfinished.
        """
        kind = self._resource(token, inputs)
        wanted = kind.Inputs.lenient(inputs)
        kind.account.confirm()
        replayed = kind.created_by_account and IDENTITY in inputs
        for attempt in range(ATTEMPTS):
            try:
                with translated(kind.account):
                    arn = kind.create(wanted, self._client_token(inputs, attempt))
            except Conflict as conflict:
                raise self._name_existing(kind, wanted, conflict, IDENTITY in inputs) from conflict
            try:
                made = self._read_back(kind, arn, inputs)
                if not replayed:
                    return made
                if made.state.get("status") not in kind.terminal_statuses | kind.deleted_statuses:
                    self._refuse_old(made)
                    return made
            except StaleIdempotentCreate:
                raise
            except NotFound as lag:
                if not (replayed and self._vanished(kind, arn)):
                    return _unread(kind, arn, inputs, lag)
            except Exception as error:  # Whatever went wrong, what was made is not to be lost.
                return _unread(kind, arn, inputs, error)
        raise always_over(kind.aws_name, ATTEMPTS)

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
        if remark := kind.remark(state):
            self._tell(old_inputs or old, remark)
        before = effective_inputs(kind, state, old_inputs)
        return Found(arn, state, {name: before[name] for name in old_inputs if name in before})

    def update(
        self, token: str, arn: str, old: Properties, old_inputs: Properties, new: Properties
    ) -> Found:
        """Change it in place, and return what AWS shows afterwards."""
        kind = self._resource(token, new)
        _parsed(kind, arn)
        kind.account.confirm(arn if kind.created_by_account else None)
        if kind.completeness_field not in old:
            with translated(kind.account):
                old = state_of(kind, arn, as_inputs(kind, old) | new)
        found = diff(kind.Inputs, effective_inputs(kind, old, old_inputs), new, old_inputs)
        revision = ""
        silent = {"tags", *found.replaces, *kind.Inputs.marked(NotSentToAws)}
        if own := [n for n in found.changed if n not in silent]:
            revision = self._write(kind, arn, own, old, new)
        if "tags" in found.changed:
            with translated(kind.account):
                retag(kind.account.client, arn, old.get("tags") or {}, new.get("tags") or {})
        return self._read_back(kind, arn, new, revision)

    def planned(self, token: str, new: Properties, old: Properties | None = None) -> Properties:
        """Say what the state will be: what only AWS can tell is UNKNOWN. Makes no call."""
        kind = by_token()[token]
        names = kind.State.names()
        by_output_name = {n if n in names else output_name(n): v for n, v in new.items()}
        known = {n: by_output_name[n] for n in names if n in by_output_name}
        if old is None or kind.completeness_field not in old:
            return dict.fromkeys(names, UNKNOWN) | known
        return old | dict.fromkeys(kind.State.marked(ChangesOnUpdate), UNKNOWN) | known

    def delete(self, token: str, arn: str, old: Properties) -> None:
        """Remove it. Gone already is what was asked for."""
        kind = self._resource(token, {})
        _parsed(kind, arn)
        kind.account.confirm(arn if kind.created_by_account else None)
        try:
            with translated(kind.account):
                warning = kind.delete(arn, old)
        except NotFound:
            return
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
        return Page([(item["arn"], kind.title(item)) for item in items], more or "")

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

    def _name_existing(
        self, kind: Resource, wanted: Any, conflict: Conflict, in_process: bool
    ) -> Conflict:
        """Name what stands in the way of a create."""
        try:
            with translated(kind.account):
                arn = kind.find_existing(wanted)
        except ProviderError:
            arn = None
        if arn is None:
            return conflict
        if in_process:
            advice = f"refer to it by {type(kind).__name__}.get(name, ARN)."
            return exists_already(kind.aws_name, arn, conflict.why, advice)
        return exists_already(
            kind.aws_name,
            arn,
            conflict.why,
            "bring it into this stack under a name of your choice:",
            f"pulumi import {kind.token()} NAME {arn}",
        )

    def _tell(self, properties: Properties, sentence: str) -> None:
        named = label(properties)
        self._warn(f"{named}: {sentence}" if named else sentence)


def label(properties: Properties) -> str:
    """Name a resource for a sentence by its identity, where it has one."""
    if identity := properties.get(IDENTITY):
        *_, kind, name = json.loads(identity)
        return f"{kind.rpartition(':')[2]} {name}"
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


def _unread(kind: Resource, arn: str, inputs: Properties, error: Exception) -> Found:
    """Keep what was made, in spite of it all."""
    state = {"arn": arn, kind.id_name(): Arn.parse(arn).id} | {
        n: v for n, v in inputs.items() if n in kind.State.names()
    }
    sentence = (
        f"{arn} was created but could not be read back: {error} It is kept in this stack; the "
        "next `pulumi up` completes its outputs."
    )
    return Found(arn, state, inputs, sentence)


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
