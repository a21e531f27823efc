"""Updating: what changed is sent under the state's revision, and nothing of others is lost."""

from collections.abc import Collection
from functools import partial

from ..aws.tags import retag
from ..model.conflicts import changed_elsewhere
from ..model.diffing import Diff, diff
from ..model.errors import Conflict, NotFound, ProviderError, Unreachable
from ..model.fields import canonical
from ..model.properties import Properties
from ..model.types import NotSentToAws, ReplaceOnChange
from ..resources import contract
from ..resources.contract import Resource
from .completing import completed
from .context import Context
from .reading import Reading, state_of
from .requests import UpdateRequest
from .results import Found
from .states import (
    as_inputs,
    effective_inputs,
    known_inputs,
    parsed_id,
    unanswered,
    unsure,
    with_removed_tags,
)


class Updating:
    """The verb that updates."""

    def __init__(self, context: Context, reading: Reading) -> None:
        self._context, self._reading = context, reading

    def update(self, request: UpdateRequest) -> Found:
        """Change it in place, and return what AWS shows afterwards."""
        arn, new = request.arn, request.inputs
        old = self._context.tagging.visible(request.state)
        kind = self._context.resource(request.token, new)
        parsed_id(kind, arn)
        known = known_inputs(kind, old, request.old_inputs)
        found = diff(kind.Inputs, effective_inputs(kind, old, known), new, known)
        repeats = kind.repeats(old, new, self._context.clock())
        if _concerns_only_the_stack(kind, old, found) and not repeats:
            return Found(arn, {n: old[n] for n in kind.State.names() if n in old}, new)
        kind.account.confirm(arn if kind.created_by_account else None)
        if found.not_known or kind.completeness_field not in old:
            names = [n for n in found.not_known if n not in unsure(kind, old)]
            old = self._reading.current(kind, arn, old, new)
            known = self._completed(kind, old, known, new, names)
            known = with_removed_tags(kind, request.state, old, known)
            found = diff(kind.Inputs, effective_inputs(kind, old, known), new, known)
        unanswerable: tuple[type[ProviderError], ...] = (Unreachable,) if found.changed else ()
        try:
            revision = self._change(kind, arn, found.changed, old, new)
            unanswerable = (ProviderError,) if found.changed else ()
            return self._reading.read_back(kind, arn, new, revision)
        except NotFound:
            if kind.kept_when_unlisted and (kept := self._reading.not_found(kind, arn, old, new)):
                return kept
            raise
        except unanswerable as error:
            return unanswered(kind, arn, old, new, found.changed, error)

    def _change(
        self, kind: Resource, arn: str, names: Collection[str], old: Properties, new: Properties
    ) -> str:
        """Make the calls that change these inputs; give the new revision, where there is one."""
        revision = ""
        silent = {"tags", *kind.Inputs.marked(ReplaceOnChange), *kind.Inputs.marked(NotSentToAws)}
        own = [n for n in names if n not in silent]
        if own or kind.repeats(old, new, self._context.clock()):
            revision = self._write(kind, arn, own, old, new)
        if "tags" in names:
            retag(kind.account.client, arn, old.get("tags") or {}, new.get("tags") or {})
        return revision

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
            self._context.tell(
                new,
                f"{name} is recorded as the program says it, and was not sent: AWS never returns "
                "it, and this stack does not know what was sent before. A change of it is sent.",
            )
        return found.inputs

    def _write(
        self, kind: Resource, arn: str, names: Collection[str], old: Properties, new: Properties
    ) -> str:
        """Update under the state's revision; where AWS has another, find out whether it matters."""
        wanted = kind.Inputs.lenient(new)
        if "revision" not in kind.State.names():
            tell = partial(self._context.tell, new)
            given = contract.UpdateRequest(arn, names, "", wanted, tell)
            return self._context.waiting.until(new, lambda: kind.update(given))
        revision = str(canonical(kind.State, "revision", old["revision"]))
        try:
            return kind.update(contract.UpdateRequest(arn, names, revision, wanted))
        except Conflict:
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
                    return kind.update(
                        contract.UpdateRequest(arn, left, current["revision"], wanted)
                    )
            except Conflict:
                current = state_of(kind, arn, old)
            raise changed_elsewhere(kind.aws_name, arn, foreign or left, old, current) from None


def _concerns_only_the_stack(kind: Resource, state: Properties, found: Diff) -> bool:
    """Tell whether a complete state has all but what AWS neither takes nor tells."""
    silent = kind.Inputs.marked(NotSentToAws).keys() - {*kind.State.names()}
    complete = kind.completeness_field in state and not found.not_known
    return complete and bool(found.changed) and set(found.changed) <= silent
