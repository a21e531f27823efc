"""A run of `make verify-sandbox` against an emulator in this process."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import CUSTOMER, LINKED, MANAGEMENT
from sandbox.__main__ import ACCOUNTS, CUSTOMERS
from sandbox.calls import Ledger, Party, Role
from sandbox.clocks import EmulatorClock
from sandbox.journal import Journal
from sandbox.world import Parties, World

IN_AWS = ["111122223333", "222233334444"]
ROLE, EXTERNAL_ID = "arn:aws:iam::111122223333:role/Channel", "channel-7"


@pytest.fixture
def world(emulator, client: Callable[..., Any], tmp_path: Path) -> Callable[..., World]:
    """Make the world of a run, or of one that goes on with it."""

    def make(
        budget: int = 500, all_parties: bool = True, clock: Any = None, large: bool = False
    ) -> World:
        clock = clock or EmulatorClock(emulator.url)
        journal = Journal(tmp_path / "journal.jsonl", {"endpoint": emulator.url})
        ledger = Ledger(budget, journal.calls, journal.owed)
        linked, *others = (
            Party(client(account), ledger, clock.pace, account)
            for account in (LINKED, MANAGEMENT, CUSTOMER)
        )
        if all_parties:
            role = Role(client(LINKED, service="sts"), ledger, ROLE, EXTERNAL_ID)
            parties, in_aws = Parties(linked, *others, role), IN_AWS
        else:
            parties, in_aws = Parties(linked), []
        ids = (ACCOUNTS.split(","), CUSTOMERS.split(","), in_aws)
        return World(parties, journal, ledger, clock, *ids, large)

    return make
