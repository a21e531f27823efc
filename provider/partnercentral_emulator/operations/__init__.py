"""
The operations, one file for each resource that they are about.

The folder is the registry: each public function of a file answers the operation of its name, and a
new file is served without being named anywhere else.
"""

from collections.abc import Callable
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from ..arns import operation_name
from ..call import Call

OPERATIONS: dict[str, Callable[[Call], dict[str, Any]]] = {
    operation_name(name): function
    for module in (import_module(f"{__name__}.{found.name}") for found in iter_modules(__path__))
    for name, function in vars(module).items()
    if callable(function) and not name.startswith("_") and function.__module__ == module.__name__
}

__all__ = ["OPERATIONS", "Call"]
