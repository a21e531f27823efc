"""
Values that no Check has seen, and state that this provider never wrote.

Pulumi's engine sends neither: it checks inputs before it creates or updates, and gives back the
state as it was. What calls the plugin without it is told what is wrong, as Check would do.
"""

from collections.abc import Iterable
from typing import Any

from ..model.checking import Failure, check
from ..model.errors import Refused
from ..model.fields import Fields
from ..model.properties import Properties
from ..model.unknown import has_unknown
from ..resources import by_token


def confirm(token: str, inputs: Properties, preview: bool) -> None:
    """Make sure that inputs are such as Check gives out. Raises Refused, which names each."""
    given = {n: v for n, v in inputs.items() if not n.startswith("__") and v is not None}
    if failures := check(by_token()[token].Inputs, given).failures:
        raise Refused("The inputs cannot be used.", _sentences(failures))
    if not preview:
        confirm_known(inputs)


def confirm_known(values: Properties) -> None:
    """Make sure that all is known. Raises Refused: nothing can be sent to AWS that is not."""
    after = "is known only after apply, and has to be known by now"
    if unknown := [Failure(name, after) for name, value in values.items() if has_unknown(value)]:
        raise Refused("The values cannot be used.", _sentences(unknown))


def damage(token: str, states: Iterable[Properties], inputs: Iterable[Properties]) -> str:
    """Name the values that do not fit their property, in the states and the inputs from before."""
    kind = by_token().get(token)
    if kind is None:
        return ""
    models: list[tuple[type[Fields], Iterable[Properties]]] = [
        (kind.State, states),
        (kind.Inputs, inputs),
    ]
    return _sentences(
        failure for model, trees in models for tree in trees for failure in _odd(model, tree)
    )


def _odd(model: type[Fields], tree: dict[str, Any]) -> list[Failure]:
    known = {n: v for n, v in tree.items() if n in model.names() and v is not None}
    return [f for f in check(model, known).failures if f.property in known or "." in f.property]


def _sentences(failures: Iterable[Failure]) -> str:
    return " ".join(f"`{failure.property}` {failure.reason}." for failure in failures)
