"""Numbers and switches of the configuration, which come as such or as text."""

import re
from typing import Annotated, Any

from pydantic import BeforeValidator


def counted(least: int, most: int, unit: str) -> BeforeValidator:
    """Make a rule: a whole number of *unit*, in a range."""

    def rule(value: Any) -> Any:
        text = isinstance(value, (str, int)) and not isinstance(value, bool) and _number(value)
        number = float(value) if text else value
        if not isinstance(number, float) or not number.is_integer():
            raise ValueError(f"must be a whole number of {unit}, got {value!r}")
        if not least <= number <= most:
            raise ValueError(f"must be {least} to {most} {unit}, got {value}")
        return int(number)

    return BeforeValidator(rule)


def _rate(value: Any) -> Any:
    if isinstance(value, bool) or not _number(value) or not 0 < float(value) < float("inf"):
        raise ValueError(f"must be a number of calls a second, above 0, got {value!r}")
    return float(value)


def _number(value: Any) -> bool:
    try:
        float(value)
    except (TypeError, ValueError):
        return False
    return True


def _flag(value: Any) -> Any:
    if value in (True, False) and isinstance(value, bool):
        return value
    if value in ("true", "false"):
        return value == "true"
    raise ValueError(f"must be true or false, got {value!r}")


_DURATION = re.compile(r"(?:([0-9]+)h)?(?:([0-9]+)m)?(?:([0-9]+)s)?")


def seconds_of(duration: str) -> float:
    """Give the seconds of a duration such as `1h30m`, which an input of type Duration is."""
    found = _DURATION.fullmatch(duration)
    hours, minutes, seconds = (int(each or 0) for each in found.groups()) if found else (0, 0, 0)
    return float(3600 * hours + 60 * minutes + seconds)


def _duration(value: Any) -> Any:
    if not isinstance(value, str) or not value or not _DURATION.fullmatch(value):
        raise ValueError(f"must be a duration such as 90s, 10m or 1h30m, got {value!r}")
    return value


Duration = Annotated[str, BeforeValidator(_duration)]
Flag = Annotated[bool, BeforeValidator(_flag)]
Rate = Annotated[float, BeforeValidator(_rate)]
SessionSeconds = Annotated[int, counted(900, 43200, "seconds")]
Retries = Annotated[int, counted(0, 100, "retries")]
Days = Annotated[int, counted(0, 3650, "days")]
