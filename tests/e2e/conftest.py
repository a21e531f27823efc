"""The engine for end-to-end tests."""

from pathlib import Path
from typing import Any

import pytest
from e2e.engine import MISSING, Engine, cli_folder
from partnercentral_emulator import Emulator


def pytest_collection_modifyitems(items: list[Any]) -> None:
    """Mark every test of this folder, so that others can be run without the engine."""
    here = Path(__file__).parent
    for item in items:
        if here in Path(item.path).parents:
            item.add_marker(pytest.mark.engine)


@pytest.fixture
def engine(emulator: Emulator, tmp_path: Path) -> Engine:
    """Give a Pulumi home and backend of its own; without a CLI the test fails and says how."""
    if cli_folder() is None:
        pytest.fail(MISSING)
    return Engine(tmp_path, emulator.url)
