"""What changed in meaning, and whether the change needs a replacement."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from .fields import Fields, canonical, nested_in
from .properties import Properties
from .types import ReplaceOnChange, Since, WriteOnly


@dataclass(frozen=True)
class Diff:
    """
    The names of the inputs that changed, those that replace, and write-only ones taken away.

    *not_known* are those of the changed ones whose old value neither the old inputs nor the old
    outputs hold: they never replace. *details* are the changed values by their path: `add`,
    `delete` or `update`.
    """

    changed: list[str] = field(default_factory=list)
    replaces: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    not_known: list[str] = field(default_factory=list)
    details: dict[str, str] = field(default_factory=dict)


def diff(model: type[Fields], old: Properties, new: Properties, was_set: Iterable[str]) -> Diff:
    """
    Compare inputs with the state before them.

    *old* holds an input under the name it has in the program, *was_set* the names that the program
    had set; none where nobody knows them. A value the program never set is AWS's own affair. What
    is known only after apply counts as changed.
    """
    set_before = set(was_set)
    differing = [
        name
        for name in model.names()
        if (name in new or name in set_before) and not _same(model, name, old, new)
    ]
    kept = [name for name in differing if name not in new and name in model.marked(WriteOnly)]
    changed = [name for name in differing if name not in kept]
    fixed, later = model.marked(ReplaceOnChange), model.marked(Since)
    not_known = [
        name
        for name in changed
        if name not in old and (not set_before or (name in fixed and name in later))
    ]
    replaces = [name for name in changed if name in fixed and name not in not_known]
    details = {
        path: kind
        for name in changed
        for path, kind in _detailed(
            name,
            _plain(_canonical(model, name, old.get(name))),
            _plain(new.get(name)),
            nested_in(model, name),
        )
    }
    return Diff(changed, replaces, kept, not_known, details)


def returned(model: type[Fields], name: str, value: Any) -> Any:
    """Leave out of one value what AWS never returns of it, at any depth, for a comparison."""
    value, nested = _canonical(model, name, value), nested_in(model, name)
    if nested is None or not isinstance(value, dict):
        return _plain(value)
    hidden = nested.marked(WriteOnly)
    return {n: returned(nested, n, v) for n, v in value.items() if n not in hidden}


def _same(model: type[Fields], name: str, old: Properties, new: Properties) -> bool:
    was, wanted = _plain(old.get(name)), _plain(new.get(name))
    return bool(was == wanted) or _plain(_canonical(model, name, was)) == wanted


def _canonical(model: type[Fields], name: str, value: Any) -> Any:
    found = canonical(model, name, value)
    return found.for_pulumi() if isinstance(found, Fields) else found


def _plain(value: Any) -> Any:
    """No tags and an empty set of tags mean the same."""
    return None if value == {} else value


def _detailed(
    path: str, old: Any, new: Any, model: type[Fields] | None
) -> Iterator[tuple[str, str]]:
    """Walk down to the values that differ: members of an object, or entries of a map."""
    if old is None or new is None:
        yield path, "delete" if new is None else "add"
    elif isinstance(old, dict) and isinstance(new, dict):
        for name in [*old, *(n for n in new if n not in old)]:
            if old.get(name) != new.get(name):
                inner = f"{path}.{name}" if model else f'{path}["{name}"]'
                below = nested_in(model, name) if model else None
                yield from _detailed(inner, old.get(name), new.get(name), below)
    else:
        yield path, "update"
