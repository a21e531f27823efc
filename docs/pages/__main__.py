"""Write each generated part into its page, or tell which are stale."""

import argparse
import re
import sys
from collections.abc import Callable
from pathlib import Path

from . import errors, policies, reference

DOCS = Path(__file__).resolve().parents[1]
PARTS: dict[str, tuple[str, Callable[[], str]]] = {
    "policies": ("security.md", policies.text),
    "errors": ("errors.md", errors.text),
}
"""What is generated: the page, and what makes the text between its marks."""


def main(arguments: list[str]) -> int:
    """Write, or with `--check` compare; `--programs FOLDER` has what was converted from YAML."""
    parser = argparse.ArgumentParser(prog="python -m pages", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing")
    parser.add_argument("--programs", type=Path, help="the folder of the converted programs")
    options = parser.parse_args(arguments)
    wanted = reference.pages(options.programs)
    made = {part: (name, make()) for part, (name, make) in PARTS.items()}
    made["example"] = ("_index.md", reference.chooser(wanted["reference/ServicePeriod.md"]))
    for part, (name, text) in made.items():
        wanted[name] = filled((DOCS / name).read_text(encoding="utf-8"), part, text)
    old = {
        name: (DOCS / name).read_text(encoding="utf-8") for name in wanted if (DOCS / name).exists()
    }
    old |= {f"reference/{p.name}": "" for p in (DOCS / "reference").glob("*.md")} | old
    stale = sorted(name for name in wanted | old if old.get(name) != wanted.get(name))
    if options.check:
        if stale:
            print(f"docs/{', docs/'.join(stale)}: stale, make generate", file=sys.stderr)
        return 1 if stale else 0
    for name in stale:
        if name in wanted:
            (DOCS / name).parent.mkdir(exist_ok=True)
            (DOCS / name).write_text(wanted[name], encoding="utf-8")
        else:
            (DOCS / name).unlink()
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
