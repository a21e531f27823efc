"""What is in force is deleted only where `forceDestroy` was deployed before."""

from collections.abc import Collection

from ..model.arn import Arn
from ..model.diffing import Diff
from ..model.errors import NotFound, StillInForce, Unauthenticated, Unreachable, join_words
from ..model.properties import Properties
from ..model.unknown import has_unknown
from ..resources.contract import InForce, Resource
from .context import IDENTITY, Context
from .requests import DiffRequest

FORCE_DESTROY = "forceDestroy"

_NEVERTHELESS = (
    "Or let it be deleted nevertheless: set `forceDestroy: true`, deploy that alone by `pulumi "
    "up`, then {again}."
)


class Guard:
    """
    Refuses to delete what is in force.

    Pulumi deletes what depends on a thing before it asks for the thing itself, and asks for a diff
    before it deletes anything: so a replacement is refused by its diff.
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        self._unsettled: set[str] = set()

    def checked(self, inputs: Properties) -> None:
        """Note of which resource the program itself states what is known only after apply."""
        if has_unknown(inputs):
            self._unsettled.add(self._name(inputs))

    def deletion(
        self, kind: Resource, arn: str, state: Properties, canceled: Collection[str]
    ) -> None:
        """
        Make sure that a deletion ends nothing that is in force. Raises StillInForce.

        *canceled* are the offers about it that this run canceled before.
        """
        if not kind.guarded() or _allowed(arn, state.get(FORCE_DESTROY)):
            return
        if found := _in_force(kind, arn, state):
            raise StillInForce(
                f"The {kind.aws_name} {arn} is not deleted: {found.what}.",
                f"Canceled before this was asked for: {join_words(canceled)}." if canceled else "",
                f"{found.instead} {_NEVERTHELESS.format(again='delete it')}",
            )

    def replacement(self, request: DiffRequest, known: Properties, found: Diff) -> None:
        """
        Make sure that a replacement ends nothing that is in force. Raises StillInForce.

        *known* are the inputs before. Without credentials, a warning says that nobody checked.
        """
        kind, arn = self._context.resource(request.token, {}), str(request.state.get("arn"))
        parsed, new = Arn.found_in(arn), request.inputs
        force = known.get(FORCE_DESTROY, request.state.get(FORCE_DESTROY))
        if not (kind.guarded() and parsed) or _allowed(arn, force):
            return
        if why := self._not_to_be_asked(found, new):
            self._unchecked(new, why)
            return
        try:
            kind.account.confirm_identity(parsed.account, arn)
            in_force = _in_force(kind, arn, request.state)
        except (Unauthenticated, Unreachable) as error:
            self._unchecked(new, str(error))
            return
        if in_force:
            raise StillInForce(
                f"The {kind.aws_name} {arn} is not replaced: {in_force.what}.",
                f"A change of {join_words(found.replaces)} would delete it.",
                f"Undo the change. {in_force.instead} "
                + _NEVERTHELESS.format(again="make the change"),
            )

    def _not_to_be_asked(self, found: Diff, new: Properties) -> str:
        """
        Say why AWS cannot tell yet whether the replacement is one.

        What depends on a replaced thing comes with values that no check of the program gave.
        """
        unknown = all(has_unknown(new.get(name)) for name in found.replaces)
        if unknown and self._name(new) in self._unsettled:
            return "whether it is replaced is known only after apply."
        later = sorted(self._context.configuration.known_after_apply)
        return f"{join_words(later)} of the provider is known only after apply." if later else ""

    def _unchecked(self, inputs: Properties, why: str) -> None:
        self._context.tell(
            inputs,
            f"not checked whether its replacement ends what is in force: {why} If so, its deletion "
            "is refused.",
        )

    def _name(self, inputs: Properties) -> str:
        return self._context.urn() or str(inputs.get(IDENTITY))


def _allowed(arn: str, force: object) -> bool:
    """Tell what `forceDestroy` says; absent, it is true in Sandbox, and stays absent."""
    return Arn.parse(arn).catalog == "Sandbox" if force is None else force is True


def _in_force(kind: Resource, arn: str, state: Properties) -> InForce | None:
    try:
        return kind.in_force(arn, state)
    except NotFound:
        return None
