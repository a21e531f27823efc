"""Runs random histories, and counts what they did."""

from collections import Counter

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from .history import History, World

STEPS = 12
"""The most things that happen in one history."""


def run(histories: int, form: str, repeatable: bool) -> Counter[str]:
    """Run so many histories through one form; raise what is wrong, with the shortest history."""
    figures: Counter[str] = Counter()
    machine = type("ChaosHistory", (History,), {"form": form, "figures": figures})
    machine.world = World()
    try:
        run_state_machine_as_test(
            machine,
            settings=settings(
                max_examples=histories,
                stateful_step_count=STEPS,
                deadline=None,
                derandomize=repeatable,
                database=None,
                phases=(Phase.generate, Phase.shrink),
                suppress_health_check=list(HealthCheck),
                print_blob=True,
            ),
        )
    finally:
        machine.world.close()
    return figures
