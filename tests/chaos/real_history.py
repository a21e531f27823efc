"""Histories by the real engine: the same rules, but for kills and disks, which tests/e2e has."""

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import initialize

from .engine import Run
from .history import NAMES, History
from .real import CLASSES, RealStack
from .world import CONFIG


class RealHistory(History):
    """One history of a stack that the real engine deploys, through either form of the provider."""

    @initialize(
        names=st.lists(NAMES, min_size=1, max_size=4),
        guards=st.booleans(),
        form=st.sampled_from([*CLASSES]),
    )
    def begin(self, names: list[str], guards: bool, form: str) -> None:
        """Write some resources into the program, and deploy them."""
        self.stack = RealStack(form, self.stack.stack, self.world.engine, self.world.log)
        self.figures[f"engine histories, {form}"] += 1
        super().begin(names, guards)

    def _ran(self, command: Any, killed: bool, dies: bool) -> Run:
        self.stack.configure(CONFIG | self.config | self.policy.config())
        return command(None)
