"""`python -m chaos`: random histories, most through the plugin, and what was found in them."""

import argparse
import multiprocessing
import sys
from concurrent.futures import ProcessPoolExecutor, as_completed
from random import SystemRandom
from time import monotonic

from .findings import KINDS
from .real import CLASSES
from .run import SIZES, Outcome, form_of, part

OTHERS = ("errors of the test",)


def main() -> int:
    """Print what the histories did; 1 where anything was found."""
    parser = argparse.ArgumentParser(prog="make chaos")
    parser.add_argument("--histories", type=int, default=1000)
    parser.add_argument("--seed", type=int, help="repeat it, and make what fails short")
    parser.add_argument("--jobs", type=int, default=3, help="processes, which mostly wait")
    given = parser.parse_args()
    begun = monotonic()
    repeats = given.seed is not None
    seed = given.seed if repeats else 156 * SystemRandom().randrange(1, 10**4)
    print(f"{given.histories} histories from seed {seed}", flush=True)
    outcome = _run(given.histories, seed, given.jobs, repeats)
    _print(outcome, monotonic() - begun)
    return min(1, outcome.findings.total())


def _run(histories: int, seed: int, jobs: int, shrinks: bool) -> Outcome:
    """Run the parts side by side; what one found is told at once."""
    outcome = Outcome()
    spawned = multiprocessing.get_context("spawn")  # gRPC lives through no fork
    with ProcessPoolExecutor(jobs, mp_context=spawned) as pool:
        parts = []
        left = histories
        while left > 0:
            size = min(SIZES[form_of(seed)], left)
            parts.append(pool.submit(part, seed, size, shrinks))
            seed, left = seed + 1, left - size
        try:
            for done in as_completed(parts):
                ended = done.result()
                outcome.add(ended)
                print(f"{outcome.figures['histories']} of {histories}", flush=True)
                for report in ended.reports:
                    print(f"\n{report}\n", flush=True)
        except KeyboardInterrupt:
            print("Interrupted: what follows is of the histories that came to their end.")
            pool.shutdown(wait=False, cancel_futures=True)
    return outcome


def _print(outcome: Outcome, seconds: float) -> None:
    figures = outcome.figures
    names = (
        *("steps", "commands", "refusals", "refusals by guards", "guards checked"),
        *("imports", "objects compared"),
    )
    print(f"{figures['histories']} histories in {seconds / 60:.1f} minutes")
    forms = ", ".join(f"{figures[f'{form} histories']} {form}" for form in SIZES)
    real = ", ".join(f"{figures[f'engine histories, {form}']} {form}" for form in CLASSES)
    print(f"by form: {forms} ({real})")
    print(", ".join(f"{figures[name]} {name}" for name in names))
    for title, prefix in (("steps", "step: "), ("faults injected", "fault: ")):
        counts = sorted((n, f) for n, f in figures.items() if n.startswith(prefix) and f)
        print(f"{title}: {', '.join(f'{f} {n.removeprefix(prefix)}' for n, f in counts)}")
    for kind in (*KINDS, *OTHERS):
        print(f"{outcome.findings[kind]} {kind}")


if __name__ == "__main__":
    sys.exit(main())
