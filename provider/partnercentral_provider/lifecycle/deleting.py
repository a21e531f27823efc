"""Deleting: gone already is what was asked for, and a parent waits for its children."""

from collections.abc import Callable

from ..model.arn import Arn
from ..model.conflicts import not_deleted
from ..model.errors import Conflict, NotFound, ProviderError
from ..model.properties import Properties
from ..resources import contract, listed_as
from ..resources.contract import Resource
from .context import Context
from .deletions import Deletions
from .guard import Guard
from .requests import DeleteRequest
from .states import parsed_id


class Deleting:
    """The verb that deletes; a delete waits *longest_wait* seconds at most for the next child."""

    def __init__(self, context: Context, guard: Guard, longest_wait: float) -> None:
        self._context, self._guard = context, guard
        self._deletions = Deletions(context.sleep, longest_wait)

    def delete(self, request: DeleteRequest) -> None:
        """Remove it. Gone already is what was asked for."""
        arn, old = request.arn, request.state
        kind = self._context.resource(request.token, {})
        parsed_id(kind, arn)
        if kind.created_by_account:
            kind.account.confirm(arn)
        parents, id = kind.parents(arn, old), _own_id(arn)
        with self._deletions.under_way(parents):
            self._guard.deletion(kind, arn, old, self._deletions.canceled(id))
            canceled = self._deletions.canceled(id)
            warning = self._deleted(kind, arn, old, canceled.append)
            self._deletions.cancel(parents, canceled)
        self._context.holders.pop((kind.token(), arn), None)
        if warning:
            self._context.tell(old, warning)

    def _deleted(
        self, kind: Resource, arn: str, old: Properties, took_back: Callable[[str], None]
    ) -> str | None:
        """Delete it; where AWS refuses because of its children, wait for their deletes."""
        id, last = _own_id(arn), False
        declared = self._context.declared_for(kind, old)
        while True:
            ended = self._deletions.ended(id)
            try:
                return kind.delete(contract.DeleteRequest(arn, old, declared, took_back))
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
                blocker = kind.in_the_way(arn)
            except ProviderError:
                blocker = None
        if blocker is None:
            return not_deleted(kind.aws_name, arn, conflict.why, None)
        child = listed_as(blocker)
        command = child.removal(blocker) + kind.account.profile_option()
        return not_deleted(kind.aws_name, arn, conflict.why, blocker, child.token(), command)


def _own_id(arn: str) -> str:
    """Give what its children name it by; a part has none, and not the id of its whole."""
    parsed = Arn.parse(arn)
    return arn if parsed.form.part else parsed.id
