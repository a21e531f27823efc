"""Each part of `make bench` runs, and what it counts is right."""

import re

import pytest
from benchmarks.__main__ import PARTS, SMALLEST, written
from managed_services import NEWER


@pytest.mark.engine
@pytest.mark.parametrize("part", PARTS)
def test_each_part_measures_something(part, monkeypatch) -> None:
    """At its smallest size, every part prints figures, and its tables have no empty cell."""
    monkeypatch.setenv("PARTNERCENTRAL_RATE_LIMITS", '{"*": 1e9}')
    text = PARTS[part](SMALLEST)
    assert re.search(r"\d", text)
    assert text.endswith("\n")
    cells = [line.strip("|").split("|") for line in text.splitlines() if line.startswith("| ")]
    assert all(cell.strip() for row in cells[1:] for cell in row[:4])


@NEWER
def test_a_create_is_a_write_and_a_refresh_is_no_write() -> None:
    """A create is one write and a read of the object; a delete is one call."""
    lines = PARTS["calls"](SMALLEST).splitlines()
    rows = [line.strip("| ").split(" | ") for line in lines if line.count(" | ") == 2]
    calls = {(kind, verb): counted for kind, verb, counted in rows}
    made = calls["Relationship", "create"]
    assert made == "1 CreateRelationship, 1 GetRelationship"
    assert calls["Relationship", "read"] == "1 GetRelationship, 1 ListTagsForResource"
    assert calls["Relationship", "delete"] == "1 DeleteRelationship"
    assert not [c for (_, verb), c in calls.items() if verb == "read" and "Update" in c]


def test_figures_replace_the_last_ones_of_their_part() -> None:
    """`WRITE=1` changes one part of the page and nothing around it."""
    marks = "before\n<!-- bench calls -->\nold\n<!-- end of calls -->\nafter\n"
    new = "before\n<!-- bench calls -->\nnew\n<!-- end of calls -->\nafter\n"
    assert written(marks, "calls", "new\n\n") == new
    long = f"| {'cell ' * 30}|\n\n{'word ' * 30}\n"
    row, _, *sentence = written(marks, "calls", long).splitlines()[2:-2]
    assert len(row) > 100
    assert len(sentence) == 2
    with pytest.raises(ValueError, match="no place for the figures of large"):
        written(marks, "large", "new")
