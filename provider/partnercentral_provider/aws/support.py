"""What the installed botocore can put into a request."""

from typing import Any

from ..model.checking import Failure
from ..model.fields import Fields, nested_in
from ..model.properties import Properties
from ..model.types import RequiresBoto3
from .models import service_model


def cannot_send(model: type[Fields], given: Properties, prefix: str = "") -> list[Failure]:
    """Find the rare members among *given* that the installed botocore does not know."""
    failures = []
    for name, value in given.items():
        mark = model.marked(RequiresBoto3).get(name)
        if mark and not mark.absent and not can_send(name, mark.shape):
            reason = f"cannot be sent by the installed boto3; it takes {mark.advice}"
            failures.append(Failure(prefix + name, reason))
        nested = nested_in(model, name)
        if nested and isinstance(value, dict):
            failures += cannot_send(nested, value, f"{prefix}{name}.")
    for name, mark in model.marked(RequiresBoto3).items():
        if mark.absent and name not in given and _requires(mark.shape, name):
            reason = f"cannot be left out with the installed boto3; it takes {mark.advice}"
            failures.append(Failure(prefix + name, reason))
    return failures


def can_send(member: str, shape: str = "") -> bool:
    """Tell whether the *shape* of the installed botocore's Channel model, or any, has a member."""
    shapes = _shapes()
    found = [shapes.get(shape, {})] if shape else shapes.values()
    return any(member in each.get("members", {}) for each in found)


def _requires(shape: str, member: str) -> bool:
    return member in _shapes().get(shape, {}).get("required", [])


def _shapes() -> dict[str, Any]:
    return dict(service_model()["shapes"])
