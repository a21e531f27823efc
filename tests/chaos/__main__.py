"""`python -m chaos [HISTORIES]`: so many random histories, most through the plugin."""

import sys
from time import monotonic

from .run import run


def main(histories: int) -> int:
    """Print what the histories did; what is wrong ends the run with the shortest history."""
    dynamic = histories // 5
    for form, number in (("plugin", histories - dynamic), ("dynamic", dynamic)):
        begun = monotonic()
        figures = run(number, form, repeatable=False)
        did = ", ".join(f"{count} {what}" for what, count in figures.items())
        print(f"{form}: {did}, nothing wrong, in {monotonic() - begun:.0f} s", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 25))
