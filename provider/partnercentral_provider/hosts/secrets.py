"""Which properties leave as secrets: what their fields are, and what their program made of them."""

from collections.abc import Collection
from typing import Any

from ..model import types
from ..model.fields import Fields
from ..model.properties import Properties
from ..model.unknown import UNKNOWN
from .wire import Secret, has_secret


def hide(model: type[Fields], properties: Properties, also: Collection[str] = ()) -> Properties:
    """Mark as secret what the fields of the *model* are, and those named *also*, whole."""
    hidden = {*model.marked(types.Secret), *also}
    return {
        name: Secret(value) if name in hidden and value is not UNKNOWN else value
        for name, value in properties.items()
    }


def marked_like(values: Properties, given: Properties) -> Properties:
    """
    Mark as secret what is so in *given*, under the same names.

    It goes by the rule of the engine, for providers that take no secrets: down into objects, and a
    list with a secret in it is one as a whole.
    """
    return {n: _like(v, given[n]) if n in given else v for n, v in values.items()}


def _like(value: Any, given: Any) -> Any:
    if isinstance(value, dict) and isinstance(given, dict):
        return marked_like(value, given)
    return Secret(value) if has_secret(given) and not isinstance(value, Secret) else value
