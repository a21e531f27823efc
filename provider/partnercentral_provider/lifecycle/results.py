"""What the lifecycle answers: hosts put it on the wire."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..model.properties import Properties
from .tagging import with_all_tags

if TYPE_CHECKING:
    from ..model.diffing import Diff


@dataclass(frozen=True)
class Change:
    """
    A diff, and whether the state is unfinished, so that an update has to complete it.

    *deletes_first* tells in which order a replacement goes.
    """

    diff: "Diff"
    unfinished: bool
    deletes_first: bool = True


@dataclass(frozen=True)
class Found:
    """
    What is at this ARN: AWS's state, and the inputs that belong to it.

    *unfinished* says why the state is not complete yet, and is empty where it is.
    """

    arn: str
    state: Properties
    inputs: Properties
    unfinished: str = ""

    @property
    def outputs(self) -> Properties:
        """The state, with `tagsAll` where it has tags."""
        return with_all_tags(self.state)


@dataclass(frozen=True)
class Page:
    """
    Some of a list, as ARN and name, and how to ask for what is *following*.

    *details* are the same items with all that the list says of them.
    """

    items: list[tuple[str, str]]
    following: str
    details: list[Properties]
