"""What counts as a class."""

from typing import Any

import pytest
from partnercentral_provider.model.classes import is_class_of


@pytest.mark.parametrize(
    ("value", "base", "expected"),
    [(bool, int, True), (str, int, False), (dict[str, Any], dict, False), (1, int, False)],
)
def test_a_class_is_told_from_a_generic_alias(value, base, expected) -> None:
    """`dict[str, Any]`, which Python 3.10 takes for a class, is none, and neither is a value."""
    assert is_class_of(value, base) is expected
