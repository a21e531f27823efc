"""The 17 operations, by what they are about; each function bears its operation's name."""

from collections.abc import Callable
from typing import Any

from . import accounts, handshakes, relationships, tags
from .call import Call

OPERATIONS: dict[str, Callable[[Call], dict[str, Any]]] = {
    "".join(word.capitalize() for word in name.split("_")): function
    for module in (accounts, handshakes, relationships, tags)
    for name, function in vars(module).items()
    if callable(function) and not name.startswith("_") and function.__module__ == module.__name__
}

__all__ = ["OPERATIONS", "Call"]
