"""A small part of what `make chaos` does with 1,000 histories."""

import pytest
from chaos.run import run

SHARES = [
    ("plugin", 22, 5),
    ("dynamic", 2, 2),
    pytest.param("engine", 1, 2, marks=pytest.mark.engine),
]


@pytest.mark.parametrize(("form", "histories", "steps"), SHARES)
def test_after_any_history_the_stack_is_what_aws_has(form, histories, steps) -> None:
    """25 histories end without a duplicate, a loss, a wrong value or a traceback."""
    outcome = run(histories, form, seed=1, steps=steps)
    assert outcome.reports == []
    assert outcome.figures["histories"] >= histories
    assert outcome.figures["objects compared"] > 0
