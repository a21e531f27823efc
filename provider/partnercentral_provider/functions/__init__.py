"""
One file, one function: its arguments, its result and AWS's calls between them.

The folder is the registry: a new file is served without being named anywhere else. `lookups` makes
two functions of each resource. Functions answer with the state that the resources declare;
resources know no functions.
"""

from functools import lru_cache
from importlib import import_module
from pkgutil import iter_modules

from ..model.classes import is_class_of
from .contract import Query


@lru_cache(maxsize=1)
def by_function() -> dict[str, type[Query]]:
    """Find every function by its token."""
    from .lookups import lookups

    modules = (import_module(f"{__name__}.{found.name}") for found in iter_modules(__path__))
    written = (
        value
        for module in modules
        for value in vars(module).values()
        if is_class_of(value, Query)
        and value.__module__ == module.__name__
        and not value.__name__.startswith("_")
    )
    return {function.token(): function for function in (*written, *lookups()) if function != Query}
