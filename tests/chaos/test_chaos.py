"""A small part of what `make chaos` does with 1,000 histories."""

import pytest
from chaos.run import run


@pytest.mark.parametrize(("form", "histories"), [("plugin", 21), ("dynamic", 4)])
def test_after_any_history_the_stack_is_what_aws_has(form, histories) -> None:
    """25 histories end without a duplicate, a loss, a wrong value or a traceback."""
    outcome = run(histories, form, seed=1, steps=6)
    assert outcome.reports == []
    assert outcome.figures["histories"] >= histories
    assert outcome.figures["objects compared"] > 0
