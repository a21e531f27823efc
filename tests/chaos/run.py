"""Runs random histories by their seeds, and counts what they did and what was found."""

import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import hypothesis
from hypothesis import HealthCheck, Phase
from hypothesis.internal.conjecture import engine as shrinking
from hypothesis.stateful import run_state_machine_as_test

from .findings import Finding
from .history import History
from .real_history import RealHistory
from .world import World

SIZES = {"plugin": 20, "dynamic": 20, "engine": 5}
"""The histories of one seed, by form."""

STEPS = {"plugin": 12, "dynamic": 6, "engine": 6}
"""The most things that happen in one history: only a plugin serves more than one command."""

shrinking.MAX_SHRINKING_SECONDS = 30  # of 300: no setting of hypothesis says it


@dataclass
class Outcome:
    """What histories did, and what was found: a kind of finding, or the test's own error."""

    figures: Counter[str] = field(default_factory=Counter)
    findings: Counter[str] = field(default_factory=Counter)
    reports: list[str] = field(default_factory=list)

    def add(self, other: "Outcome") -> None:
        """Take over what other histories did."""
        self.figures.update(other.figures)
        self.findings.update(other.findings)
        self.reports += other.reports


def form_of(seed: int) -> str:
    """Tell which form the histories of a seed take: of 1,000 about 20 are the real engine's."""
    if seed % 13 == 1:
        return "engine"
    return "dynamic" if seed % 12 == 2 else "plugin"


def part(seed: int, histories: int, shrinks: bool = False) -> Outcome:
    """Run histories of one seed, which says the form."""
    return run(histories, form_of(seed), seed, shrinks)


def run(histories: int, form: str, seed: int, shrinks: bool = False, steps: int = 0) -> Outcome:
    """Run so many histories through one form, until one fails: that is made short, and told."""
    outcome = Outcome()
    world = World(outcome.figures)
    machine = hypothesis.seed(seed)(_machine(outcome, world, form))
    phases = (Phase.generate, Phase.shrink) if shrinks else (Phase.generate,)
    try:
        run_state_machine_as_test(
            machine, settings=_settings(histories, steps or STEPS[form], phases)
        )
    except Exception as error:
        if not outcome.findings:  # an error of the test itself
            outcome.findings["errors of the test"] += 1
        shown = "".join(traceback.format_exception_only(error))
        outcome.reports.append(
            f"{form}, seed {seed}: {next(iter(outcome.findings))}\n{shown}\n"
            f"Repeat it: make chaos HISTORIES={SIZES[form]} SEED={seed}"
        )
    finally:
        world.close()
    outcome.figures[f"{form} histories"] = outcome.figures["histories"]
    return outcome


def _machine(outcome: Outcome, world: World, form: str) -> type[History]:
    """Make the class of one run's histories, which stops to count at the first finding."""

    def on_finding(error: Exception) -> None:
        if not outcome.findings:
            kind = error.kind if isinstance(error, Finding) else "errors of the test"
            outcome.findings[kind] += 1
            machine.figures = world.figures = Counter()

    found: dict[str, Callable[..., Any]] = {"on_finding": staticmethod(on_finding)}
    about = {"form": form, "figures": outcome.figures, "world": world}
    base = RealHistory if form == "engine" else History
    machine: type[History] = type("ChaosHistory", (base,), found | about)
    return machine


def _settings(histories: int, steps: int, phases: tuple[Phase, ...]) -> hypothesis.settings:
    return hypothesis.settings(
        max_examples=histories,
        stateful_step_count=steps,
        deadline=None,
        database=None,
        phases=phases,
        suppress_health_check=list(HealthCheck),
        print_blob=False,
        report_multiple_bugs=False,
    )
