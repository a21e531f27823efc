"""Whose the objects are that a program's inputs name by their ARNs, and in which catalog."""

from collections.abc import Iterator

from .arn import Arn
from .checking import Failure
from .fields import Fields, nested_in
from .properties import Properties
from .types import Identifier


def misplaced(
    model: type[Fields], given: Properties, catalog: object, account: str | None
) -> list[Failure]:
    """
    Find the ARNs, at any depth, of another catalog or another owner than the resource's own.

    *account* is the owner of 12 digits, where it is known: else the ARNs are held against the
    first of them.
    """
    named = [*_arns(model, given)]
    owner = account or (named[0][1].account if named else "")
    failures = []
    for place, arn in named:
        if arn.account != owner and account:
            reason = f"belongs to account {arn.account}, but this provider acts as {account}"
            failures.append(Failure(place, reason))
        elif arn.account != owner:
            reason = f"belongs to account {arn.account}, but `{named[0][0]}` to {owner}"
            failures.append(Failure(place, reason))
        if isinstance(catalog, str) and arn.catalog != catalog:
            reason = f"is in catalog {arn.catalog}, but this resource is in {catalog}"
            failures.append(Failure(place, reason))
    return failures


def _arns(model: type[Fields], given: Properties, within: str = "") -> Iterator[tuple[str, Arn]]:
    """Walk through the fields that name an object; other text may be an ARN and mean nothing."""
    identifiers = model.marked(Identifier)
    for name, value in given.items():
        nested = nested_in(model, name)
        if nested and isinstance(value, dict):
            yield from _arns(nested, value, f"{within}{name}.")
        elif name in identifiers and (arn := Arn.found_in(value)):
            yield f"{within}{name}", arn
