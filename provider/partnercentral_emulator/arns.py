"""The forms of ARNs and short ids: each file of operations declares that of its own resource."""

import secrets
from dataclasses import dataclass

_ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789"


@dataclass(frozen=True)
class ArnForm:
    """
    The form of the ARNs of one type of object, and the *prefix* of its short ids.

    *template* is what follows the catalog, such as `channel-handshake/{id}`; a parent's id is named
    by its prefix, as in `program-management-account/{pma}/relationship/{id}`.
    """

    template: str
    prefix: str

    def __post_init__(self) -> None:
        """Make the type known by its prefix, for messages about objects of another file."""
        TYPES[self.prefix] = self.type

    @property
    def type(self) -> str:
        """AWS's name of the type, such as `ChannelHandshake`."""
        return operation_name(self.template.split("/")[-2].replace("-", "_"))

    def new_id(self) -> str:
        """Make a short id: the prefix, `-` and 13 lower-case letters or digits."""
        return f"{self.prefix}-" + "".join(secrets.choice(_ALPHABET) for _ in range(13))

    def path(self, id: str, **parents: str) -> str:
        """Give the end of an ARN; *parents* are short ids by their prefixes."""
        return self.template.format(id=id, **parents)


TYPES: dict[str, str] = {}
"""AWS's names of the types, by the prefix of their short ids."""


def operation_name(function: str) -> str:
    """Name as AWS does what Python names in snake_case: `get_relationship`, `GetRelationship`."""
    return "".join(word.capitalize() for word in function.split("_"))
