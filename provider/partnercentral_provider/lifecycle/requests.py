"""
What hosts ask of the lifecycle.

*token* is the type token, *arn* the Pulumi ID. A *state* holds outputs; inputs are canonical, as
Check returned them. All properties have the names that programs use, such as `displayName`.
"""

from dataclasses import dataclass

from ..model.properties import Properties


@dataclass(frozen=True)
class DiffRequest:
    """What changed between a state, with the inputs that led to it, and new inputs."""

    token: str
    state: Properties
    old_inputs: Properties
    inputs: Properties


@dataclass(frozen=True)
class PreviewRequest:
    """What the state will be: of a create, where there is none yet, or of an update."""

    token: str
    inputs: Properties
    state: Properties | None = None
    old_inputs: Properties | None = None


@dataclass(frozen=True)
class CreateRequest:
    """Create a resource with these inputs."""

    token: str
    inputs: Properties


@dataclass(frozen=True)
class ReadRequest:
    """
    Refresh a resource; import it, where nobody knows its *inputs*.

    Where the read may be one that every preview makes, and *pending_may_stay*, what is pending and
    cannot be read stays as it was.
    """

    token: str
    arn: str
    state: Properties
    inputs: Properties | None = None
    pending_may_stay: bool = False


@dataclass(frozen=True)
class UpdateRequest:
    """Update a resource in place."""

    token: str
    arn: str
    state: Properties
    old_inputs: Properties
    inputs: Properties


@dataclass(frozen=True)
class DeleteRequest:
    """Delete a resource."""

    token: str
    arn: str
    state: Properties


@dataclass(frozen=True)
class ListRequest:
    """
    List what there is of a type: one page of at most *limit* items, 100 where it is 0.

    *filters* narrow the list; *following* is what the page before gave, empty for the first.
    """

    token: str
    filters: Properties
    limit: int = 0
    following: str = ""
