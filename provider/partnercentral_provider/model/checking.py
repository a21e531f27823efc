"""Raw properties in; canonical inputs out, or every failure at once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from .fields import Fields
from .properties import Properties
from .types import camel

NOT_KNOWN = "is not known here; it may be misspelt"
"""The reason of a member that there is none."""


@dataclass(frozen=True)
class Failure:
    """One property, by its path, and the reason why its value cannot be used."""

    property: str
    reason: str


@dataclass(frozen=True)
class Checked:
    """Canonical inputs where there are no failures, else the inputs as they came."""

    inputs: Properties
    failures: list[Failure] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def check(model: type[Fields], raw: Properties) -> Checked:
    """
    Bring what a program wrote into canonical form.

    What is known only after apply passes, at any depth.
    """
    context: dict[str, list[str]] = {}
    try:
        inputs = model.model_validate(raw, context=context).for_pulumi()
    except ValidationError as error:
        failures = [Failure(_place(e), _reason(e)) for e in error.errors(include_url=False)]
        return Checked(raw, failures, context.get("warnings", []))
    return Checked(inputs, [], context.get("warnings", []))


def path(location: tuple[int | str, ...]) -> str:
    """Write the place of a value as Pulumi does: `tags["cost centre"]`, `payload.note`."""
    text = ""
    for part in location:
        if isinstance(part, int):
            text += f"[{part}]"
        elif part == "[key]":
            continue
        elif part.isidentifier():
            text += f".{part}" if text else part
        else:
            text += f'["{part}"]'
    return text


def _place(error: Mapping[str, Any]) -> str:
    if error["input"] is not None:
        return path(error["loc"])
    # pydantic names the place of an absent value as Python does.
    return path(tuple(camel(p) if isinstance(p, str) else p for p in error["loc"]))


_KINDS = {str: "text", bool: "true or false", int: "a number", float: "a number"} | {
    dict: "an object",
    list: "a list",
}


def _kind(value: Any) -> str:
    return _KINDS.get(type(value), type(value).__name__)


def _reason(error: Mapping[str, Any]) -> str:
    kind, value = error["type"], error["input"]
    if kind == "value_error":
        return str(error["ctx"]["error"])
    if kind == "missing":
        return "is required"
    if kind == "extra_forbidden":
        return NOT_KNOWN
    if kind == "string_type":
        return "is required" if value is None else f"must be text, got {_kind(value)}"
    if kind in ("model_type", "dict_type"):
        return f"must be an object, got {_kind(value)}"
    if kind in ("list_type", "tuple_type"):
        return f"must be a list, got {_kind(value)}"
    return str(error["msg"])
