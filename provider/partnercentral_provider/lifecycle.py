"""
The questions that Pulumi asks of any resource, answered with plain values.

Hosts translate; what happens is decided here: check, diff, create, read, update, delete.
"""

import json
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from hashlib import sha256
from time import sleep as wait
from typing import Any

from . import __version__
from .channel import Account, Role, can_send, retag, tags_of, translated
from .config import Configuration
from .core import (
    Arn,
    Checked,
    Conflict,
    Diff,
    Failure,
    NotFound,
    Properties,
    ProviderDefault,
    ProviderError,
    ReplaceOnChange,
    Resource,
    SomeBotocore,
    check,
    diff,
    nested_fields,
)
from .resources import by_token

IDENTITY = "__identity"
"""Hidden input: which resource of which stack this is, as JSON `[project, …, type, name]`."""

SET = "__inputs"
"""Hidden output: the names of the inputs that the program had set, joined by commas."""

SENT = "__sent"
"""Hidden output: inputs that cannot change and that AWS shows differently, as they were sent."""

ATTEMPTS = 5
RECOVERY = timedelta(hours=1)
PAUSES = (0.2, 0.5, 1.0)
"""Seconds to wait before reading again what AWS does not show yet."""


def now() -> datetime:
    """Tell the time, in UTC."""
    return datetime.now(timezone.utc)


@dataclass(frozen=True)
class Change:
    """A diff, and whether the state is unfinished, so that an update has to complete it."""

    diff: Diff
    unfinished: bool


@dataclass(frozen=True)
class Reading:
    """What a refresh found: the state, and the inputs limited to what the program had set."""

    state: Properties
    inputs: Properties = field(default_factory=dict)


class Lifecycle:
    """
    One provider: a configuration, and every resource's life under it.

    *warn* shows the user a sentence; *clock* and *sleep* are arguments so that tests never wait.
    """

    def __init__(
        self,
        configuration: Configuration,
        warn: Callable[[str], None],
        clock: Callable[[], datetime] = now,
        sleep: Callable[[float], None] = wait,
    ) -> None:
        self._configuration, self._warn = configuration, warn
        self._clock, self._sleep = clock, sleep
        self._account = Account(
            region=configuration.region,
            profile=configuration.profile,
            roles=[
                Role(role.role_arn, role.session_name, role.external_id)
                for role in configuration.assume_roles
            ],
            allowed=frozenset(configuration.allowed_account_ids),
            user_agent=f"pulumi-partnercentral/{__version__}",
        )

    def check(self, token: str, raw: Properties) -> Checked:
        """Bring inputs into canonical form, or name every failure. Makes no call."""
        kind = by_token()[token]
        given = {k: v for k, v in raw.items() if not k.startswith("__") and v is not None}
        defaults = kind.Inputs.marked(ProviderDefault)
        for name in defaults:
            default = getattr(self._configuration, name)
            if given.get(name) is None and default is not None:
                given[name] = default
        checked = check(kind.Inputs, given)
        failures = [_advised(f, defaults) for f in checked.failures]
        failures += _cannot_send(kind.Inputs, given)
        for warning in checked.warnings:
            self._tell(raw, warning)
        hidden = {IDENTITY: raw[IDENTITY]} if raw.get(IDENTITY) else {}
        return Checked(checked.inputs | hidden, failures)

    def diff(self, token: str, old: Properties, new: Properties) -> Change:
        """Compare the state with new inputs, in meaning. Makes no call."""
        kind = by_token()[token]
        found = diff(kind.Inputs, _stated(kind, old) | old.get(SENT, {}), new, _set(old))
        for name in found.kept:
            self._tell(
                new,
                f"{name} was taken out of the program. AWS cannot take it back, so nothing "
                "changes: the last request stands.",
            )
        return Change(found, kind.proof not in old)

    def create(self, token: str, inputs: Properties) -> tuple[str, Properties]:
        """
        Make it, and return its ARN and state.

        A create that is repeated after a lost answer finds its own object, by its client token.
        What was made but cannot be read back is returned without its proof, with a warning.
        """
        kind = by_token()[token](self._account)
        wanted = kind.Inputs.lenient(inputs)
        self._account.confirm()
        lost = ""
        for attempt in range(ATTEMPTS if kind.owned else 1):
            try:
                with translated(self._account):
                    arn = kind.create(wanted, _client_token(inputs, attempt))
            except Conflict as conflict:
                if lost and conflict.resource_id == Arn.parse(lost).id:
                    return lost, self._unread(kind, lost, inputs, conflict)
                raise self._twin(kind, wanted, conflict) from conflict
            try:
                state = self._read_back(kind, arn, inputs)
            except NotFound:
                lost = arn
                continue
            except ProviderError as error:
                return arn, self._unread(kind, arn, inputs, error)
            if not kind.owned:
                return arn, state
            if state.get("status") in kind.settled | kind.gone:
                continue
            self._refuse_old(arn, state)
            return arn, state
        if lost:
            return lost, self._unread(kind, lost, inputs, NotFound("AWS does not show it."))
        raise Conflict(
            f"AWS answered {ATTEMPTS} times with an older {kind.aws_name} that is over.",
            "Each had been made for this same resource with the same inputs.",
            "Change an input, or wait until AWS forgets them (a day at most).",
        )

    def read(self, token: str, arn: str, old: Properties) -> Reading | None:
        """Find it again; None where it is gone."""
        kind = by_token()[token](self._account)
        _parsed(arn)
        try:
            with translated(self._account):
                found = self._found(kind, arn, old)
        except NotFound:
            if not (kind.outlives_listing and kind.proof in old):
                return None
            self._tell(old, f"AWS no longer lists {arn}. It stays in this stack as it was.")
            return Reading(old, {n: old[n] for n in _set(old) if n in old})
        if found.get("status") in kind.gone:
            return None
        if remark := kind.remark(found):
            self._tell(old, remark)
        was_set = _set(old)
        stated = _stated(kind, found) | found.get(SENT, {})
        inputs = {name: stated[name] for name in was_set if name in stated}
        hidden = {IDENTITY: old[IDENTITY]} if IDENTITY in old else {}
        return Reading(found, inputs | hidden)

    def update(self, token: str, arn: str, old: Properties, new: Properties) -> Properties:
        """Change it in place, and return the state that AWS shows afterwards."""
        kind = by_token()[token](self._account)
        self._account.confirm(arn if kind.owned else None)
        if kind.proof not in old:
            with translated(self._account):
                old = self._found(kind, arn, _stated(kind, old) | new)
        found = diff(kind.Inputs, _stated(kind, old) | old.get(SENT, {}), new, new)
        revision = ""
        if own := [n for n in found.changed if n != "tags" and n not in found.replaces]:
            revision = self._write(kind, arn, own, old, new)
        if "tags" in found.changed:
            with translated(self._account):
                retag(self._account.channel, arn, old.get("tags") or {}, new.get("tags") or {})
        kept = {n: v for n, v in _stated(kind, old).items() if n in kind.Inputs.names()}
        return self._read_back(kind, arn, kept | new, revision)

    def delete(self, token: str, arn: str, old: Properties) -> None:
        """Remove it. Gone already is what was asked for."""
        kind = by_token()[token](self._account)
        self._account.confirm(arn if kind.owned else None)
        try:
            with translated(self._account):
                warning = kind.delete(arn, old)
        except NotFound:
            return
        if warning:
            self._tell(old, warning)

    def _write(
        self, kind: Resource, arn: str, names: Collection[str], old: Properties, new: Properties
    ) -> str:
        """Update under the state's revision; where AWS has another, find out whether it matters."""
        wanted = kind.Inputs.lenient(new)
        try:
            with translated(self._account):
                return kind.update(arn, names, str(old["revision"]), wanted)
        except Conflict as conflict:
            with translated(self._account):
                current = self._found(kind, arn, old)
                left = [n for n in names if n not in current or current[n] != new.get(n)]
                foreign = [
                    n
                    for n in kind.Inputs.names()
                    if n in current and n in old and n != "tags"
                    if current[n] not in (old[n], new.get(n))
                ]
                if foreign or current["revision"] == old["revision"]:
                    raise _changed_elsewhere(kind, arn, foreign, old, current) from conflict
                return kind.update(arn, left, current["revision"], wanted) if left else ""

    def _read_back(
        self, kind: Resource, arn: str, inputs: Properties, revision: str = ""
    ) -> Properties:
        """Read what was just written, again where AWS still shows what was before it."""
        for pause in (*PAUSES, None):
            try:
                with translated(self._account):
                    state = self._found(kind, arn, inputs)
                if not _older(state, revision):
                    return state
            except NotFound:
                if pause is None:
                    raise
            if pause is not None:
                self._sleep(pause)
        self._tell(inputs, f"AWS does not show the last change of {arn} yet: `pulumi up` again.")
        return {name: value for name, value in state.items() if name != kind.proof}

    def _found(self, kind: Resource, arn: str, known: Properties) -> Properties:
        """Read the state of the thing: what AWS says, and beside it what AWS never returns."""
        item = kind.read(arn, known)
        state = kind.State.lenient(item | {"arn": arn, kind.id_name(): Arn.parse(arn).id})
        found = state.for_pulumi()
        if kind.taggable():
            found["tags"] = tags_of(self._account.channel, arn)
        return _remembered(kind, found, known)

    def _unread(
        self, kind: Resource, arn: str, inputs: Properties, error: ProviderError
    ) -> Properties:
        self._tell(
            inputs,
            f"{arn} was created but could not be read back: {error} It is kept in this stack; the "
            "next `pulumi up` completes its outputs.",
        )
        state = {"arn": arn, kind.id_name(): Arn.parse(arn).id} | {
            n: v for n, v in inputs.items() if n in kind.State.names()
        }
        return _remembered(kind, state, inputs)

    def _refuse_old(self, arn: str, state: Properties) -> None:
        made = datetime.fromisoformat(state["createdAt"].replace("Z", "+00:00"))
        if self._clock() - made > RECOVERY:
            raise Conflict(
                f"{arn} was created by this resource at {state['createdAt']} and still exists, "
                "but is not in this stack's state.",
                "It is too old to be a create that was cut off, so it may be in use.",
                "Restore the state that knew it, or delete it in Partner Central.",
            )

    def _twin(self, kind: Resource, wanted: Any, conflict: Conflict) -> Conflict:
        """Name what stands in the way of a create; nothing is adopted because it looks alike."""
        try:
            with translated(self._account):
                arn = kind.twin(wanted)
        except ProviderError:
            arn = None
        if arn is None:
            return conflict
        return Conflict(
            f"This {kind.aws_name} exists already: {arn}.",
            conflict.why,
            "It is not in this stack, so nothing was changed. Delete it in Partner Central, take "
            f"it out of this program, or refer to it by {type(kind).__name__}.get(name, ARN).",
        )

    def _tell(self, properties: Properties, sentence: str) -> None:
        self._warn(f"{label(properties)}: {sentence}")


def label(properties: Properties) -> str:
    """Name a resource for a sentence: its name in the program, else its ARN."""
    if identity := properties.get(IDENTITY):
        *_, kind, name = json.loads(identity)
        return f"{kind.rpartition(':')[2]} {name}"
    return str(properties.get("arn") or properties.get("displayName") or "a resource")


def _parsed(arn: str) -> Arn:
    try:
        return Arn.parse(arn)
    except ValueError as error:
        raise ProviderError(
            f"{error}.",
            advice="The ID of a resource is its ARN, such as arn:aws:partnercentral:us-east-1:"
            "111122223333:catalog/AWS/program-management-account/pma-u8ic702rtzng8.",
        ) from None


def _client_token(inputs: Properties, attempt: int) -> str:
    """Derive a token from who asks, for what, and the attempt: 64 printable characters."""
    text = json.dumps([inputs, attempt], sort_keys=True, ensure_ascii=True)
    return sha256(text.encode()).hexdigest()


def _set(old: Properties) -> list[str]:
    names = old.get(SET) or ""
    return names.split(",") if names else []


def _stated(kind: type[Resource] | Resource, state: Properties) -> Properties:
    """Spell a state as inputs: AWS takes `xIdentifier` and answers `xId`."""
    answers = {n: n.removesuffix("Identifier") + "Id" for n in kind.Inputs.names()}
    return state | {
        name: state[answer]
        for name, answer in answers.items()
        if name not in state and name != answer and answer in state
    }


def _remembered(kind: Resource, state: Properties, known: Properties) -> Properties:
    """Add what AWS does not say: inputs it never returns, and which the program had set."""
    names = kind.Inputs.names()
    silent = {n: known[n] for n in names if n not in state and known.get(n) is not None}
    found = {n: v for n, v in _stated(kind, state).items() if n in state or n not in silent}
    fixed = kind.Inputs.marked(ReplaceOnChange)
    was_set = _set(known) if SET in known else [n for n in names if n in known]
    sent = {
        n: known.get(SENT, {}).get(n, known[n])
        for n in was_set
        if n in fixed and n in known and n in state and state[n] != known[n]
    }
    return (
        silent
        | found
        | ({SET: ",".join(was_set)} if was_set else {})
        | ({SENT: sent} if sent else {})
        | ({IDENTITY: known[IDENTITY]} if IDENTITY in known else {})
    )


def _older(state: Properties, revision: str) -> bool:
    try:
        return int(state["revision"]) < int(revision)
    except (KeyError, ValueError):
        return False


def _changed_elsewhere(
    kind: Resource, arn: str, names: list[str], old: Properties, current: Properties
) -> Conflict:
    def shown(state: Properties) -> str:
        values = ", ".join(f"{n} {json.dumps(state.get(n))}" for n in names)
        return f"revision {state['revision']}" + (f" ({values})" if values else "")

    return Conflict(
        f"{kind.aws_name} {arn} changed since Pulumi last read it.",
        f"AWS has {shown(current)}; this stack knows {shown(old)}.",
        "Bring the stack up to date, then try again:",
        "pulumi refresh",
    )


def _advised(failure: Failure, defaults: Collection[str]) -> Failure:
    if failure.property in defaults and failure.reason == "is required":
        return Failure(
            failure.property,
            "is required: set it, or run "
            f"`pulumi config set partnercentral:{failure.property} Sandbox`",
        )
    return failure


def _cannot_send(model: Any, given: Properties, prefix: str = "") -> list[Failure]:
    """Find the rare members that the installed botocore does not know."""
    failures = []
    for name, value in given.items():
        path = f"{prefix}{name}"
        mark = model.marked(SomeBotocore).get(name)
        if mark and not can_send(name):
            failures.append(
                Failure(path, f"cannot be sent by the installed boto3; it takes {mark.advice}")
            )
        nested = next(
            (nested_fields(i.annotation) for i in model.model_fields.values() if i.alias == name),
            None,
        )
        if nested and isinstance(value, dict):
            failures += _cannot_send(nested, value, f"{path}.")
    return failures
