"""Numbers that a client states, within the range that the emulator can work with."""

from typing import Any


def amount(name: str, value: Any, least: float, most: float) -> float:
    """Give a number from *least* to *most*. Raises ValueError with a sentence on anything else."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not least <= value <= most:
        raise ValueError(
            f"`{name}` must be a number from {least:g} to {most:g}, got {_shown(value)}."
        )
    return value


def whole(name: str, value: Any, least: int, most: int) -> int:
    """Give a whole number from *least* to *most*. Raises ValueError with a sentence."""
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise ValueError(
            f"`{name}` must be a whole number from {least} to {most}, got {_shown(value)}."
        )
    return value


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:60]}…"
