"""A value that is known only after apply."""

from typing import Any, Final


class Unknown:
    """The type of `UNKNOWN`, a value of its own that cannot be mistaken for text."""

    def __repr__(self) -> str:
        return "UNKNOWN"

    def __copy__(self) -> "Unknown":
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> "Unknown":
        return self


UNKNOWN: Final = Unknown()


def has_unknown(value: Any) -> bool:
    """Tell whether *value* is, or holds at any depth, something known only after apply."""
    if isinstance(value, dict):
        return any(has_unknown(v) for v in value.values())
    if isinstance(value, (list, tuple)):
        return any(has_unknown(v) for v in value)
    return value is UNKNOWN
