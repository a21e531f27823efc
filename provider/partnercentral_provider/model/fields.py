"""A group of fields: what a resource takes, what it has, or an object nested in either."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Annotated, Any, TypeVar, cast, get_args

from pydantic import (
    BaseModel,
    ConfigDict,
    TypeAdapter,
    ValidationError,
    field_validator,
    model_validator,
)
from typing_extensions import Self

from .arn import Arn
from .classes import is_class_of
from .errors import join_words
from .properties import Properties
from .types import Identifier, NotSentToAws, camel, pass_unknown
from .unknown import UNKNOWN

M = TypeVar("M")


class Fields(BaseModel):
    """
    snake_case in Python, camelCase for Pulumi and AWS alike.

    `model_validate` is the strict way in, for what a program wrote; `lenient` is the way in for
    state and for AWS's answers, which must never make a refresh or a delete fail.
    """

    model_config = ConfigDict(
        alias_generator=camel,
        populate_by_name=True,
        extra="forbid",
        frozen=True,
        validate_default=True,
    )

    _pass_unknown = field_validator("*", mode="wrap")(pass_unknown)

    @classmethod
    def lenient(cls, raw: Mapping[str, Any]) -> Self:
        """Take what can be understood of *raw*; what is missing is None, what is odd stays."""
        values = {n: canonical(cls, camel(n), raw.get(camel(n))) for n in cls.model_fields}
        return cast("Self", cls.model_construct(**values))

    @classmethod
    def names(cls) -> list[str]:
        """List the fields by their names on the wire."""
        return [camel(name) for name in cls.model_fields]

    @classmethod
    def marked(cls, mark: type[M]) -> dict[str, M]:
        """List the fields whose type carries *mark*, with the mark."""
        return {
            camel(name): found
            for name, info in cls.model_fields.items()
            for found in info.metadata
            if isinstance(found, mark)
        }

    def for_pulumi(self) -> Properties:
        """Give the fields that have a value as Pulumi properties."""
        # pydantic's own dump knows nothing of UNKNOWN, and shows it in an object's place as {}.
        return {camel(n): _dumped(v) for n, v in self.__dict__.items() if v is not None}

    def for_aws(self, names: Iterable[str] | None = None) -> Properties:
        """Give the fields, or those of the given wire names, as arguments of an AWS call."""
        unsent = self.marked(NotSentToAws)
        sent = {name: value for name, value in self.for_pulumi().items() if name not in unsent}
        if "tags" in sent:
            sent["tags"] = [{"key": k, "value": v} for k, v in sent["tags"].items()]
        return sent if names is None else {name: sent[name] for name in names if name in sent}


class OneOf(Fields):
    """A union: exactly one of its members has a value."""

    @model_validator(mode="before")
    @classmethod
    def _exactly_one(cls, raw: Any) -> Any:
        if not isinstance(raw, dict):
            return raw
        given = [name for name in raw if raw[name] is not None]
        if len(given) != 1:
            raise ValueError(
                f"must have exactly one of {join_words(cls.names(), 'or')}, got {join_words(given)}"
            )
        return raw


def from_arn(name: str) -> Any:
    """Make a rule: the catalog is that of the ARN in the field of this wire name, if one is."""

    def fill(cls: type[Fields], raw: Any) -> Any:
        owner = Arn.catalog_of(raw.get(name)) if isinstance(raw, dict) else None
        return raw | {"catalog": owner} if owner else raw

    rule: Any = classmethod(fill)
    return model_validator(mode="before")(rule)


def canonical(model: type[Fields], name: str, value: Any) -> Any:
    """Bring one value into the canonical form of its field; leave alone what has none."""
    if value is None or value is UNKNOWN:
        return value
    try:
        return _adapter(model, name).validate_python(_known_members(model, name, value))
    except ValidationError:
        return value


def references(model: type[Fields]) -> set[str]:
    """Find the prefixes of all that the fields name by an identifier, at any depth."""
    return {
        prefix
        for info in model.model_fields.values()
        for part in (info.annotation, *info.metadata)
        for prefix in _referred(part)
    }


def _referred(part: Any) -> Iterator[str]:
    """Walk through an annotation such as `tuple[Annotated[str, Identifier("pma")], ...] | None`."""
    if isinstance(part, Identifier):
        yield from part.prefixes
    elif inner := get_args(part):
        for each in inner:
            yield from _referred(each)
    elif isinstance(part, type) and issubclass(part, Fields):
        yield from references(part)


def _dumped(value: Any) -> Any:
    if isinstance(value, Fields):
        return value.for_pulumi()
    if isinstance(value, dict):
        return {k: _dumped(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_dumped(v) for v in value]
    return value


def _known_members(model: type[Fields], name: str, value: Any) -> Any:
    """Drop members that a nested object does not know, such as those AWS added since."""
    nested = nested_in(model, name)
    if nested is None or not isinstance(value, dict):
        return value
    return {
        member: _known_members(nested, member, value[member])
        for member in nested.names()
        if value.get(member) is not None
    }


@cache
def _adapter(model: type[Fields], name: str) -> TypeAdapter[Any]:
    info = next(i for n, i in model.model_fields.items() if camel(n) == name)
    annotation: Any = info.annotation
    for extra in info.metadata:
        annotation = Annotated[annotation, extra]
    return TypeAdapter(annotation)


@cache
def nested_in(model: type[Fields], name: str) -> type[Fields] | None:
    """Find the group of fields that the field of this wire name holds, if it holds one."""
    info = next((i for n, i in model.model_fields.items() if camel(n) == name), None)
    return _fields_of(info.annotation) if info else None


def _fields_of(annotation: Any) -> type[Fields] | None:
    """Find the group of fields in an annotation such as `SupportPlan | None`."""
    if is_class_of(annotation, Fields):
        return annotation
    inner = (_fields_of(a) for a in getattr(annotation, "__args__", ()))
    return next((found for found in inner if found), None)
