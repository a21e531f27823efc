"""What a state does not tell of a resource's inputs, completed from what AWS shows of them."""

import json
from collections.abc import Iterable
from dataclasses import dataclass

from ..model.diffing import returned
from ..model.errors import Conflict, join_words
from ..model.properties import Properties
from ..model.types import ReplaceOnChange, Secret, output_name
from ..resources.contract import Resource


@dataclass(frozen=True)
class Completed:
    """The *inputs* before an update, and the names of those that AWS *never* returns."""

    inputs: Properties
    never: list[str]


def completed(
    kind: Resource, stated: Properties, old: Properties, new: Properties, names: Iterable[str]
) -> Completed:
    """
    Tell the inputs before an update, where neither *old* ones nor outputs hold those of *names*.

    *stated* is what AWS shows, under the names of inputs. What AWS never returns is taken to be as
    in *new*. Raises Conflict where AWS shows another value of what it cannot change in place.
    """
    shown, fixed = kind.shown(stated), kind.Inputs.marked(ReplaceOnChange)
    names = list(names)
    never = [n for n in names if n not in shown and not _returns(kind, n)]
    differing = [
        n
        for n in names
        if n in fixed and n not in never
        if returned(kind.Inputs, n, shown.get(n)) != returned(kind.Inputs, n, new[n])
    ]
    if differing:
        raise _would_replace(kind, stated["arn"], differing, shown, new)
    return Completed(old | {n: new[n] for n in names if n in fixed or n in never}, never)


def _returns(kind: Resource, name: str) -> bool:
    """Tell whether AWS returns it, under its own name or as `xId` for `xIdentifier`."""
    return bool({name, output_name(name)} & {*kind.State.names()})


def _would_replace(
    kind: Resource, arn: str, names: list[str], shown: Properties, new: Properties
) -> Conflict:
    hidden = kind.Inputs.marked(Secret)

    def value(of: Properties, name: str) -> str:
        if name in hidden:
            return "[secret]"
        return json.dumps(returned(kind.Inputs, name, of.get(name)), sort_keys=True)

    def values(of: Properties) -> str:
        return ", ".join(f"{name} {value(of, name)}" for name in names)

    return Conflict(
        f"{kind.aws_name} {arn} differs from the program in {join_words(names)}, which AWS cannot "
        "change in place.",
        f"AWS has {values(shown)}; the program says {values(new)}. The stack does not know what "
        "was there before, since the dynamic provider wrote it and the plugin reads it, or the "
        "other way round, or an older version wrote it. Nothing was changed.",
        "Let the program say what AWS has, and `pulumi up`. To delete it and create it anew "
        "instead, run `pulumi up --replace` with its URN.",
    )
