"""
The operations, one file for each resource that they are about.

The folder is the registry: each public function of a file answers the operation of its name, and a
new file is served without being named anywhere else. What a file names in `CONTROLS` answers
`POST /_emulator/NAME`.
"""

from collections.abc import Callable
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from ..arns import operation_name
from ..call import Call

_MODULES = [import_module(f"{__name__}.{found.name}") for found in iter_modules(__path__)]

OPERATIONS: dict[str, Callable[[Call], dict[str, Any]]] = {
    operation_name(name): function
    for module in _MODULES
    for name, function in vars(module).items()
    if callable(function) and not name.startswith("_") and function.__module__ == module.__name__
}

CONTROLS: dict[str, Callable[[Call], dict[str, Any]]] = {
    name: function
    for module in _MODULES
    for name, function in getattr(module, "CONTROLS", {}).items()
}

__all__ = ["CONTROLS", "OPERATIONS", "Call"]
