"""
Tables in docs/ whose rows are what tests saw: a row that is not so any more fails its test.

`RECORD=1 .venv/bin/python -m pytest tests/e2e/test_moving.py` writes the rows anew.
"""

import os
from pathlib import Path

DOCS = Path(__file__).resolve().parents[2] / "docs"


def check_row(document: str, keys: list[str], cells: list[str]) -> None:
    """Compare the row that begins with *keys* with the *cells* seen, or record it."""
    path = DOCS / document
    lines = path.read_text().splitlines()
    start = _row(keys)
    found = [n for n, line in enumerate(lines) if line.startswith(start)]
    assert len(found) == 1, f"docs/{document} has {len(found)} rows that begin with {start}"
    if os.environ.get("RECORD"):
        lines[found[0]] = _row([*keys, *cells])
        path.write_text("\n".join(lines) + "\n")
    assert lines[found[0]] == _row([*keys, *cells]), f"docs/{document} is stale: RECORD=1"


def rows(document: str, header: str) -> list[list[str]]:
    """Give the rows of the table whose first column has this *header*."""
    lines = iter((DOCS / document).read_text().splitlines())
    for line in lines:
        if line.startswith(f"| {header} |"):
            break
    next(lines)
    table = []
    for line in lines:
        if not line.startswith("|"):
            break
        table.append([cell.strip() for cell in line.strip("|").split("|")])
    return table


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"
