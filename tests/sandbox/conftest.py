"""A run of `make verify-sandbox` against an emulator in this process."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import CUSTOMER, LINKED, MANAGEMENT
from sandbox.__main__ import ACCOUNTS, CUSTOMERS
from sandbox.calls import Ledger, Party
from sandbox.clocks import EmulatorClock
from sandbox.journal import Journal
from sandbox.world import Parties, World


@pytest.fixture
def world(emulator, client: Callable[..., Any], tmp_path: Path) -> Callable[..., World]:
    """Make the world of a run, or of one that goes on with it."""

    def make(budget: int = 300, all_parties: bool = True, clock: Any = None) -> World:
        clock = clock or EmulatorClock(emulator.url)
        journal = Journal(tmp_path / "journal.jsonl", {"endpoint": emulator.url})
        ledger = Ledger(budget, journal.calls, journal.owed)
        linked, *others = (
            Party(client(account), ledger, clock.pace, account)
            for account in (LINKED, MANAGEMENT, CUSTOMER)
        )
        parties = Parties(linked, *(others if all_parties else []))
        return World(parties, journal, ledger, clock, ACCOUNTS.split(","), CUSTOMERS.split(","))

    return make
