"""
The types with which resources declare their fields.

A type says everything about a value: what is valid, its one canonical form (so that inputs, state
and AWS's answers compare with `==`), and whether a change replaces the resource.
"""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timezone
from difflib import get_close_matches
from typing import Annotated, Any, TypeVar
from unicodedata import category

from pydantic import (
    AfterValidator,
    BeforeValidator,
    GetCoreSchemaHandler,
    ValidationInfo,
    WrapValidator,
)
from pydantic_core import core_schema

from .arn import Arn, ArnForm, short_id
from .errors import join_words
from .unknown import UNKNOWN

T = TypeVar("T")


class ReplaceOnChange:
    """Marks a field that AWS cannot change in place."""


class ChangesOnUpdate:
    """Marks an output that an update may change, so that a preview does not know it."""


class NotSentToAws:
    """Marks a field of this provider, which no create and no update sends to AWS."""


class Secret:
    """Marks a field that nobody may read in a state or a log."""


class WriteOnly:
    """Marks a field that AWS never returns, and that cannot be taken back once it was sent."""


@dataclass(frozen=True)
class Since:
    """Marks an input that the states of versions before *version* do not hold."""

    version: str


class ProviderDefault:
    """Marks a field that the provider's configuration may fill in."""


@dataclass(frozen=True)
class RequiresBoto3:
    """
    Marks a member that not every botocore can serialise; *advice* says which can.

    It is looked for in the *shape* of that name, or in any. *absent* marks one that not every
    botocore can leave out.
    """

    advice: str
    shape: str = ""
    absent: bool = False


@dataclass(frozen=True, eq=False)
class Values:
    """The values of an enum that this version knows, under the enum's *name* in AWS's model."""

    name: str
    known: Mapping[str, str]
    closed: bool = False
    """Whether no other value can be meant: the enum is this provider's own, not AWS's."""

    description: str = ""
    """What the enum as a whole stands for, a full sentence for every SDK's documentation."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> Any:
        """Let a value nobody knew when this was written pass, with a warning: AWS may know it."""
        return core_schema.with_info_after_validator_function(self._check, handler(source))

    def _check(self, value: str, info: ValidationInfo) -> str:
        if value not in self.known and self.closed:
            raise ValueError(f"must be {join_words(self.known, 'or')}, got {value!r}")
        if value not in self.known:
            _doubt(value, self.known, info)
        return value


def _doubt(value: str, known: Collection[str], info: ValidationInfo) -> None:
    """Warn of a value that nobody knew when this was written; suggest what may be meant."""
    if info.context is None:
        return
    near = get_close_matches(value.upper(), [k.upper() for k in known], 1, 0.7)
    meant = next((k for k in known if near and k.upper() == near[0]), None)
    said = f"did you mean {meant}?" if meant else f"this version knows {', '.join(known)}."
    info.context.setdefault("warnings", []).append(
        f"{camel(info.field_name or 'a value')}: {said} {value!r} goes to AWS as it is."
    )


def output_name(input_name: str) -> str:
    """Name the output that shows an input again: AWS takes `xIdentifier` and answers `xId`."""
    return input_name.removesuffix("Identifier") + "Id"


def camel(name: str) -> str:
    """Write a Python name as AWS and Pulumi do: `display_name` becomes `displayName`."""
    head, *tail = name.split("_")
    return head + "".join(word.capitalize() for word in tail)


def pass_unknown(value: Any, validate: Callable[[Any], Any]) -> Any:
    """Let a value that is known only after apply pass every rule."""
    return value if value is UNKNOWN else validate(value)


def _text(least: int, most: int, pattern: str = "", form: str = "") -> AfterValidator:
    compiled = re.compile(pattern)

    def check(value: str) -> str:
        if len(value) < least:
            raise ValueError("must not be empty")
        if len(value) > most:
            raise ValueError(f"must be at most {most} characters, got {len(value)}")
        if pattern and not compiled.fullmatch(value):
            raise ValueError(f"must be {form}, got {value!r}")
        return value

    return AfterValidator(check)


def _catalog(value: str, info: ValidationInfo) -> str:
    for known in ("AWS", "Sandbox"):
        if value != known and value.lower() == known.lower():
            raise ValueError(f"must be written {known}, got {value!r}")
    if value not in ("AWS", "Sandbox"):
        _doubt(value, ("AWS", "Sandbox"), info)
    return value


def _account_id(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        text = str(value)
        if len(text) < 12:
            raise ValueError(
                f"must be 12 digits, got {len(text)}; "
                "write it in quotes: as a number it loses its leading zeros"
            )
        value = text
    if isinstance(value, str):
        if not re.fullmatch("[0-9]*", value):
            raise ValueError(f"must be 12 digits, got {value!r}")
        if len(value) != 12:
            raise ValueError(f"must be 12 digits, got {len(value)}")
    return value


def _digits(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if isinstance(value, str):
        if not re.fullmatch("[0-9]{1,10}", value):
            raise ValueError(f"must be a whole number of at most 10 digits, got {value!r}")
        return str(int(value))
    return value


def format_timestamp(value: Any) -> Any:
    """
    Write a point in time as AWS answers it: UTC, ISO 8601, milliseconds only where there are any.

    Takes a datetime, or ISO 8601 text with or without a time; no offset means UTC.
    """
    if isinstance(value, str):
        value = _parsed(value)
    elif isinstance(value, date) and not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day)
    if not isinstance(value, datetime):
        return value
    if value.tzinfo is None:
        value = value.replace(tzinfo=timezone.utc)
    value = value.astimezone(timezone.utc)
    if milliseconds := value.microsecond // 1000:
        return f"{value:%Y-%m-%dT%H:%M:%S}.{milliseconds:03}Z"
    return f"{value:%Y-%m-%dT%H:%M:%S}Z"


def parse_timestamp(value: Any) -> datetime:
    """Read a point in time of AWS's answer, or of a state, as `format_timestamp` writes it."""
    return _parsed(str(format_timestamp(value)))


def _parsed(text: str) -> datetime:
    # Python 3.10 reads neither "Z" nor a fraction of another length than three or six digits.
    plain = re.sub(r"[zZ]$", "+00:00", text.strip())
    plain = re.sub(r"\.(\d+)", lambda m: "." + m[1][:6].ljust(6, "0"), plain)
    try:
        return datetime.fromisoformat(plain)
    except ValueError:
        raise ValueError(
            f"must be a date or a time such as 2027-06-30 or 2027-06-30T00:00:00Z, got {text!r}"
        ) from None


class Identifier:
    """
    Marks text that names an object by its ARN or its short id; the short id is canonical.

    *prefixes* are those of the short ids that fit, such as `pma`: each resource declares its own.
    """

    def __init__(self, *prefixes: str) -> None:
        self.prefixes = prefixes

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> Any:
        """Shorten what is text; an ARN has to be of the catalog beside it."""
        return core_schema.with_info_after_validator_function(self._shorten, handler(source))

    def _shorten(self, value: str, info: ValidationInfo) -> str:
        catalog = (info.data or {}).get("catalog")
        return short_id(value, self.prefixes, catalog if isinstance(catalog, str) else None)


def arn_of(form: ArnForm) -> AfterValidator:
    """Make a rule: text that is an ARN of this form."""

    def check(value: str) -> str:
        arn = Arn.found_in(value)
        if arn is None or arn.form != form:
            raise ValueError(f"must be an ARN such as {form.sample}, got {value!r}")
        return value

    return AfterValidator(check)


def _tag_text(value: str) -> str:
    for character in value:
        if category(character)[0] not in "LZN" and character not in "_.:/=+-@":
            raise ValueError(
                f"must hold only letters, digits, spaces and _.:/=+-@, got {character!r}"
            )
    return value


def _sorted_tags(tags: dict[str, str]) -> dict[str, str]:
    for key in tags:
        if key.lower().startswith("aws:"):
            raise ValueError(f"key {key!r}: keys that begin with aws: are reserved by AWS")
    if len(tags) > 50:
        raise ValueError(f"must be at most 50 tags, got {len(tags)}")
    return dict(sorted(tags.items()))


Fixed = Annotated[T, ReplaceOnChange()]

AccountId = Annotated[str, BeforeValidator(_account_id)]
Catalog = Annotated[
    str,
    _text(1, 64, "[a-zA-Z]*", "letters only, such as AWS or Sandbox"),
    AfterValidator(_catalog),
]
Name = Annotated[str, _text(1, 30, r"[^\x00-\x1F\x7F]*", "free of control characters")]
Note = Annotated[str, _text(1, 300, r"[^\x00-\x1F\x7F]*", "free of control characters")]
Digits = Annotated[str, BeforeValidator(_digits)]
Timestamp = Annotated[str, BeforeValidator(format_timestamp)]
TagKey = Annotated[str, _text(1, 128), AfterValidator(_tag_text)]
TagValue = Annotated[str, _text(0, 256), AfterValidator(_tag_text), WrapValidator(pass_unknown)]
Tags = Annotated[dict[TagKey, TagValue], AfterValidator(_sorted_tags)]
