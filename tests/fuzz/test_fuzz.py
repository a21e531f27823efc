"""A small part of what `make fuzz` does with 5,000 requests each."""

from fuzz import emulator, plugin


def test_odd_requests_to_the_plugin() -> None:
    """200 changed requests: the process lives, and each has a status and a sentence."""
    result = plugin.fuzz(200, seed=1)
    assert result.wrong == []
    assert result.requests == 200
    assert result.statuses["OK"] > 50, "most changes are harmless: else nothing real was sent"
    assert result.statuses["INVALID_ARGUMENT"] > 10


def test_odd_requests_to_the_emulator() -> None:
    """200 changed requests beside 100 silent clients: a status and a sentence each, and soon."""
    result = emulator.fuzz(200, seed=1, silent=100)
    assert result.wrong == []
    assert result.requests == 200
    assert result.statuses["200"] > 30, "most changes are harmless: else nothing real was sent"
    assert result.statuses["400"] > 30
    assert result.slowest < 5
