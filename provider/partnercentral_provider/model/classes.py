"""What is a class, on every Python that is supported."""

from typing import Any, TypeGuard, TypeVar

C = TypeVar("C")


def is_class_of(value: Any, base: type[C]) -> TypeGuard[type[C]]:
    """Tell whether *value* is a class below *base*; `dict[str, int]` is none."""
    # Python 3.10 takes dict[str, int] for an instance of type, which issubclass then refuses.
    return issubclass(type(value), type) and issubclass(value, base)
