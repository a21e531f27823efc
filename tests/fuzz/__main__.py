"""`python -m fuzz [COUNT]`: so many odd requests to the plugin and to the emulator each."""

import sys
from collections import Counter
from time import monotonic

from . import emulator, plugin

COUNT = 5000

FLAT = 20.0
"""MiB by which a process's memory may grow after the first fifth: more is a leak."""


def main(count: int) -> int:
    """Print what became of them; 1 where any answer was wrong, or memory went on growing."""
    failed = 0
    for name, fuzz in (("plugin", plugin.fuzz), ("emulator", emulator.fuzz)):
        begun = monotonic()
        result = fuzz(count)
        statuses = ", ".join(f"{number} {what}" for what, number in result.statuses.most_common())
        print(
            f"{name}: {result.requests} odd requests in {monotonic() - begun:.0f} s, "
            f"{len(result.wrong)} wrong answers; slowest {result.slowest:.1f} s; "
            f"memory {result.growth:+.1f} MiB\n  {statuses}",
            flush=True,
        )
        for wrong, times in Counter(result.wrong).most_common(20):
            print(f"  {times} times: {wrong}")
        failed += bool(result.wrong) or result.growth > FLAT
    return min(failed, 1)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else COUNT))
