"""A small part of what `make chaos HISTORIES=1000` does."""

import pytest
from chaos.run import run


@pytest.mark.parametrize(("form", "histories"), [("plugin", 20), ("dynamic", 5)])
def test_after_any_history_the_stack_is_what_aws_has(form, histories) -> None:
    """25 histories end without a duplicate, a loss, a wrong value or a traceback."""
    figures = run(histories, form, repeatable=True)
    assert figures["histories"] >= histories
    assert figures["objects compared"] > 0
