"""Which resource of which stack a sentence is about: its name and its URN, in either form."""

import json
import shlex
from dataclasses import dataclass

from .tokens import in_process


@dataclass(frozen=True)
class Subject:
    """
    A resource as its stack knows it.

    *type*, such as `Relationship`, *name* and *urn* are empty where they are not known; *dynamic*
    tells that it is served by Pulumi's dynamic provider, which cannot import.
    """

    type: str = ""
    name: str = ""
    urn: str = ""
    dynamic: bool = False


def by_replacing(urn: str, purpose: str) -> str:
    """Say how a replacement is forced, for a *purpose* such as `invite again`."""
    if not urn:
        return (
            f"To {purpose}, run `pulumi up --replace` with its URN, which `pulumi stack "
            "--show-urns` shows."
        )
    return f"To {purpose}:\n\n    pulumi up --replace {shlex.quote(urn)}\n"


def of_urn(urn: str) -> Subject:
    """Tell the subject of a plugin's request: the name follows the third `::` of its URN."""
    *_, token, name = ["", *urn.split("::", 3)]
    return Subject(token.rpartition(":")[2], name, urn)


def of_identity(identity: object) -> Subject:
    """
    Tell the subject of the hidden input `__identity`; nothing is known of one that is odd.

    It has organization (if any), project, stack, type and name of the parent, type and name. The
    URN holds the types of all ancestors, of which the identity has only the nearest: below a parent
    it is not known.
    """
    try:
        *_, project, stack, parent, _, token, name = json.loads(str(identity))
        urn = "" if parent else f"urn:pulumi:{stack}::{project}::{in_process(token)}::{name}"
    except (AttributeError, TypeError, ValueError, RecursionError):
        return Subject(dynamic=True)
    return Subject(token.rpartition(":")[2], name, urn, dynamic=True)
