"""
One file, one resource: its fields and its verbs, in AWS's own calls.

The folder is the registry: a new file is served without being named anywhere else.
"""

from functools import lru_cache
from graphlib import TopologicalSorter
from importlib import import_module
from pkgutil import iter_modules

from ..model.arn import Arn
from ..model.classes import is_class_of
from ..model.fields import references
from .contract import Resource


@lru_cache(maxsize=1)
def by_token() -> dict[str, type[Resource]]:
    """Find every resource of this folder by its type token."""
    modules = (import_module(f"{__name__}.{found.name}") for found in iter_modules(__path__))
    return {
        value.token(): value
        for module in modules
        for value in vars(module).values()
        if is_class_of(value, Resource) and hasattr(value, "aws_name")  # else it is a base of some
    }


def listed_as(arn: str) -> type[Resource]:
    """Give the resource that AWS's list of things with such an ARN is of."""
    form = Arn.parse(arn).form
    return next(kind for kind in by_token().values() if kind.arn_form == form and kind.Filters)


def parents_first() -> list[type[Resource]]:
    """Sort the resources that AWS lists: each comes after those that its inputs name."""
    listed = {kind.arn_form.prefix: kind for kind in by_token().values() if kind.Filters}
    parents = {prefix: references(kind.Inputs) & listed.keys() for prefix, kind in listed.items()}
    return [listed[prefix] for prefix in TopologicalSorter(parents).static_order()]
