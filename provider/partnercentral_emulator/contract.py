"""Holds requests and answers against the installed botocore's own model of the service."""

import os
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from typing import Any

import regex
from botocore.loaders import create_loader
from botocore.model import ListShape, ServiceModel, Shape, StringShape, StructureShape

Problem = dict[str, str]


class Contract:
    """
    The shapes of a model of the service: botocore's own description of it.

    Where none is given, that of the installed botocore, or of a folder of `AWS_DATA_PATH`.
    """

    def __init__(self, model: dict[str, Any] | None = None) -> None:
        loader = create_loader(os.environ.get("AWS_DATA_PATH"))
        self.model = ServiceModel(
            model or loader.load_service_model("partnercentral-channel", "service-2"),
            "partnercentral-channel",
        )
        self._operations = {n: self.model.operation_model(n) for n in self.model.operation_names}

    def knows(self, operation: str) -> bool:
        """Tell whether the model has this operation; an older botocore's has not all."""
        return operation in self._operations

    def problems(self, operation: str, body: Any) -> list[Problem]:
        """List every field of a request that its shape does not allow."""
        return list(_check(self._operations[operation].input_shape, body, ""))

    def answer(self, operation: str, found: dict[str, Any]) -> Any:
        """Limit an answer to the members of its shape."""
        return _limited(self._operations[operation].output_shape, found)

    def takes_client_token(self, operation: str) -> bool:
        """Tell whether a repeated request is recognised."""
        return "clientToken" in self._operations[operation].input_shape.members


def form_problems(shape: StructureShape, form: dict[str, str]) -> list[Problem]:
    """List every field of a form, as AWS's query protocol sends it, that its shape forbids."""
    found: list[Problem] = []
    for name, member in shape.members.items():
        if name in form:
            value = form[name]
            is_number = member.type_name == "integer" and value.isascii() and value.isdecimal()
            found += _check(member, int(value[:20]) if is_number else value, name)
        elif name in shape.required_members:
            found.append(_problem(name, "REQUIRED_FIELD_MISSING", "is required"))
    return found


def _problem(name: str, code: str, message: str) -> Problem:
    return {"name": name or "body", "code": code, "message": message}


def _check(shape: Shape, value: Any, path: str) -> Iterator[Problem]:
    if isinstance(shape, StructureShape):
        yield from _structure(shape, value, path)
    elif isinstance(shape, ListShape):
        if not isinstance(value, list):
            yield _problem(path, "INVALID_VALUE", "must be a list")
            return
        for index, item in enumerate(value):
            yield from _check(shape.member, item, f"{path}[{index}]")
    elif shape.type_name == "timestamp":
        if not _is_instant(value):
            yield _problem(path, "INVALID_STRING_FORMAT", "must be a time in ISO 8601")
    elif shape.type_name == "integer":
        yield from _integer(shape, value, path)
    elif shape.type_name == "string":  # any other type is newer than the emulator: all is right
        yield from _string(shape, value, path)


def _structure(shape: StructureShape, value: Any, path: str) -> Iterator[Problem]:
    if not isinstance(value, dict):
        yield _problem(path, "INVALID_VALUE", "must be an object")
        return
    for name in shape.required_members:
        if value.get(name) is None:
            yield _problem(_join(path, name), "REQUIRED_FIELD_MISSING", "is required")
    given = {name: item for name, item in value.items() if item is not None}
    if shape.is_tagged_union and len(given) != 1:
        yield _problem(path, "INVALID_VALUE", "must have exactly one member")
    for name, item in given.items():
        member = shape.members.get(name)
        if member is None:
            yield _problem(_join(path, name), "INVALID_VALUE", "is not known")
        else:
            yield from _check(member, item, _join(path, name))


def _integer(shape: Shape, value: Any, path: str) -> Iterator[Problem]:
    if not isinstance(value, int) or isinstance(value, bool):
        yield _problem(path, "INVALID_VALUE", "must be a whole number")
        return
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if (least is not None and value < least) or (most is not None and value > most):
        yield _problem(path, "VALUE_OUT_OF_RANGE", f"must be from {least} to {most}")


def _string(shape: Shape, value: Any, path: str) -> Iterator[Problem]:
    if not isinstance(value, str):
        yield _problem(path, "INVALID_VALUE", "must be a string")
        return
    limits = shape.metadata
    if regex.search("[\ud800-\udfff]", value):
        yield _problem(path, "INVALID_STRING_FORMAT", "must be Unicode text")
    elif len(value) < limits.get("min", 0):
        yield _problem(path, "NOT_ENOUGH_VALUES", f"must have at least {limits['min']} characters")
    elif "max" in limits and len(value) > limits["max"]:
        yield _problem(path, "TOO_MANY_VALUES", f"must have at most {limits['max']} characters")
    elif "pattern" in limits and not _compiled(limits["pattern"]).fullmatch(value):
        yield _problem(path, "INVALID_STRING_FORMAT", f"must match {limits['pattern']}")
    elif isinstance(shape, StringShape) and shape.enum and value not in shape.enum:
        yield _problem(path, "INVALID_ENUM_VALUE", f"must be one of {', '.join(shape.enum)}")


@cache
def _compiled(pattern: str) -> Any:
    # re knows no \p{L}, which the tags' patterns use.
    return regex.compile(pattern)


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _is_instant(value: Any) -> bool:
    try:
        datetime.fromisoformat(value.replace("Z", "+00:00"))
    except (AttributeError, ValueError):
        return False
    return True


def _limited(shape: Shape, value: Any) -> Any:
    if isinstance(shape, StructureShape):
        return {
            name: _limited(member, value[name])
            for name, member in shape.members.items()
            if value.get(name) is not None
        }
    if isinstance(shape, ListShape):
        return [_limited(shape.member, item) for item in value]
    return value
