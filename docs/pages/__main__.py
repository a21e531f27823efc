"""Write each generated part into its page, or tell which are stale."""

import re
import sys
from collections.abc import Callable
from pathlib import Path

from . import errors, policies

DOCS = Path(__file__).resolve().parents[1]
PARTS: dict[str, tuple[str, Callable[[], str]]] = {
    "policies": ("security.md", policies.text),
    "errors": ("errors.md", errors.text),
}
"""What is generated: the page, and what makes the text between its marks."""


def main(arguments: list[str]) -> int:
    """Write, or with `--check` compare."""
    stale = []
    for part, (name, make) in PARTS.items():
        page = DOCS / name
        old = page.read_text()
        new = filled(old, part, make())
        if new != old:
            stale.append(f"docs/{name}")
            if "--check" not in arguments:
                page.write_text(new)
    if stale and "--check" in arguments:
        print(f"{', '.join(stale)}: stale, make generate", file=sys.stderr)
        return 1
    return 0


def filled(page: str, part: str, text: str) -> str:
    """Put the text between the marks of a part; raise ValueError where a page has none."""
    begin, end = f"<!-- made: {part} -->\n", f"<!-- end of {part} -->"
    found = re.compile(f"{begin}.*?{end}", re.DOTALL)
    if not found.search(page):
        raise ValueError(f"There is no place for {part}: {begin.strip()}")
    return found.sub(lambda _: f"{begin}\n{text.strip()}\n\n{end}", page)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
