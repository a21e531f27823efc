"""Numbers and switches of the configuration, which come as such or as text."""

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


Flag = Annotated[bool, BeforeValidator(_flag)]
Rate = Annotated[float, BeforeValidator(_rate)]
SessionSeconds = Annotated[int, counted(900, 43200, "seconds")]
Retries = Annotated[int, counted(0, 100, "retries")]
Days = Annotated[int, counted(0, 3650, "days")]
