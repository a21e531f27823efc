"""Which properties leave as secrets, whatever their program made of them."""

from collections.abc import Collection

from ..model import types
from ..model.fields import Fields
from ..model.properties import Properties
from ..model.unknown import UNKNOWN
from .wire import Secret


def hide(model: type[Fields], properties: Properties, also: Collection[str] = ()) -> Properties:
    """
    Mark as secret what the fields of the *model* are, and those named *also*, whole.

    The engine keeps a mark only on what it gave out as a secret itself, and on what comes so.
    """
    hidden = {*model.marked(types.Secret), *also}
    return {
        name: Secret(value) if name in hidden and value is not UNKNOWN else value
        for name, value in properties.items()
    }
