"""Property values on the wire, by properties."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from partnercentral_provider.hosts.wire import (
    _SENTINELS,
    Asset,
    Output,
    Reference,
    Secret,
    decoded,
    encoded,
    plain,
)
from partnercentral_provider.model.errors import Refused
from partnercentral_provider.model.unknown import UNKNOWN

TEXT = st.text(max_size=8).filter(lambda text: text not in _SENTINELS)
LEAVES = (
    st.none()
    | st.booleans()
    | TEXT
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False).filter(lambda f: not f.is_integer())
    | st.just(UNKNOWN)
)
URNS = st.lists(TEXT, max_size=2).map(tuple)


def _deeper(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    members = st.dictionaries(TEXT, values, max_size=3)
    return (
        st.lists(values, max_size=3)
        | members
        | values.map(Secret)
        | st.builds(Output, values, URNS, st.booleans())
        | st.builds(Reference, TEXT, st.none() | TEXT | st.just(UNKNOWN), TEXT)
        | st.builds(Asset, st.sampled_from(["asset", "archive"]), members)
    )


VALUES = st.recursive(LEAVES, _deeper, max_leaves=12)


@given(st.dictionaries(TEXT, VALUES, max_size=4))
def test_everything_comes_back_as_it_was(properties: dict[str, Any]) -> None:
    """What is written and read again is the same, at any depth and of every kind."""
    assert decoded(encoded(properties)) == properties


@pytest.mark.parametrize("sentinel", sorted(_SENTINELS))
def test_all_seven_sentinels_are_unknown(sentinel: str) -> None:
    """Pulumi has one for each type; here they are all the same."""
    assert len(_SENTINELS) == 7
    assert decoded(encoded({"a": [{"b": sentinel}]})) == {"a": [{"b": UNKNOWN}]}


def test_an_unknown_output_is_unknown() -> None:
    """An output without a value is known after apply; one whose value is null is not."""
    assert plain(decoded(encoded({"a": Output(UNKNOWN), "b": Output(None)}))) == {
        "a": UNKNOWN,
        "b": None,
    }


def _no_assets(value: Any) -> bool:
    if isinstance(value, Asset):
        return False
    if isinstance(value, dict):
        return all(map(_no_assets, value.values()))
    if isinstance(value, (list, tuple)):
        return all(map(_no_assets, value))
    inner = getattr(value, "value", None) if isinstance(value, (Secret, Output)) else None
    return _no_assets(inner) if inner is not None else True


def _marked(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(_marked, value.values()))
    if isinstance(value, list):
        return any(map(_marked, value))
    return isinstance(value, (Secret, Output, Reference))


@given(VALUES.filter(_no_assets))
def test_plain_values_hold_no_marks(value: Any) -> None:
    """Secrets, outputs and references are gone; a second time changes nothing."""
    found = plain(value)
    assert plain(found) == found
    assert not _marked(found)


@pytest.mark.parametrize("kind", ["asset", "archive"])
def test_a_file_is_refused(kind: str) -> None:
    """No property of this provider takes one, and the sentence says what to do."""
    with pytest.raises(Refused, match="read it, and give its text"):
        plain({"tags": {"a": Asset(kind, {"text": "x"})}})


@pytest.mark.parametrize("number", [14, 14.0])
def test_whole_numbers_are_integers(number: float) -> None:
    """On the wire all numbers are floats; 14 comes back as 14."""
    found = decoded(encoded({"n": number}))["n"]
    assert (found, type(found)) == (14, int)
