"""
`make bench`: what this provider costs, printed as docs/numbers.md shows it.

`ONLY=part` measures one part, `WRITE=1` puts the figures into that page in place of the last ones.
"""

import argparse
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from textwrap import fill

from benchmarks import calls, emulator, many, plugin, stacks
from e2e.engine import ROOT, cli_folder

PAGE = ROOT / "docs" / "numbers.md"


@dataclass(frozen=True)
class Size:
    """How much of everything is measured."""

    stack: int = 300
    large: int = 1000
    preview: int = 3000
    stored: int = 50_000
    requests: int = 500
    starts: int = 9
    asked: int = 300
    at_once: int = 64
    created: int = 500
    refreshed_accounts: int = 50
    refreshed: int = 1000
    answering: int = 500
    engine_accounts: int = 10
    at_aws_rates: int = 60
    grown: tuple[int, ...] = (100, 1000, 5000)


SMALLEST = Size(4, 20, 8, 20, 4, 1, 4, 4, 8, 2, 6, 4, 2, 6, (4, 8))

PARTS: dict[str, Callable[[Size], str]] = {
    "calls": lambda size: calls.by_verb(),
    "emulator": lambda size: emulator.requests_a_second(size.requests, size.stored),
    "plugin": lambda size: plugin.beside_empty(size.starts, size.asked, size.at_once),
    "quota": lambda size: many.at_the_quota(size.created),
    "refresh": lambda size: many.refresh_of_many(size.refreshed_accounts, size.refreshed),
    "accounts": lambda size: many.as_many_accounts(size.answering, size.engine_accounts),
    "rates": lambda size: many.with_the_engine(size.at_aws_rates),
    "growth": lambda size: many.as_it_grows(size.grown),
    "stack": lambda size: stacks.beside_naive(size.stack),
    "large": lambda size: stacks.large(size.large, size.preview),
}
"""What can be measured by itself, in the order of the page."""


def main() -> int:
    """Measure the parts that are asked for."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--only", nargs="*", choices=[*PARTS, ""], default=[])
    parser.add_argument("--write", action="store_true", help="put the figures into docs/numbers.md")
    options = parser.parse_args()
    if cli_folder() is None:
        print("There is no `pulumi` command: `make cli` finds or builds one.", file=sys.stderr)
        return 1
    for name in [part for part in options.only if part] or PARTS:
        text = PARTS[name](Size())
        print(text, flush=True)
        if options.write:
            PAGE.write_text(written(PAGE.read_text(), name, text))
    return 0


def written(page: str, part: str, text: str) -> str:
    """Put the figures of a part where the page has its marks; raise ValueError without them."""
    begin, end = f"<!-- bench {part} -->\n", f"<!-- end of {part} -->\n"
    found = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.S)
    if not found.search(page):
        raise ValueError(f"docs/numbers.md has no place for the figures of {part}: {begin.strip()}")
    wrapped = "\n".join(map(_wrapped, text.rstrip().splitlines()))
    return found.sub(lambda _: f"{begin}{wrapped}\n{end}", page)


def _wrapped(line: str) -> str:
    """Wrap a sentence as all prose; a row of a table is one line."""
    return line if line.startswith("|") else fill(line, 100, break_on_hyphens=False)


if __name__ == "__main__":
    sys.exit(main())
