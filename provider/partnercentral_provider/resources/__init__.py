"""
One file, one resource: its fields and its verbs, in AWS's own calls.

The folder is the registry: a new file is served without being named anywhere else.
"""

from functools import lru_cache
from importlib import import_module
from pkgutil import iter_modules

from .contract import Resource


@lru_cache(maxsize=1)
def by_token() -> dict[str, type[Resource]]:
    """Find every resource of this folder by its type token."""
    modules = (import_module(f"{__name__}.{found.name}") for found in iter_modules(__path__))
    return {
        value.token(): value
        for module in modules
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, Resource) and value is not Resource
    }
