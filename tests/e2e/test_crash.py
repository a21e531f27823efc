"""Whatever is killed, the next `up` makes no second object and forgets none."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from e2e.engine import ROOT, Engine

PROGRAM = """
import sys
from pathlib import Path

sys.path[:0] = [{tests!r}]
from e2e.engine import Engine
from pulumi_partnercentral.dynamic import channel


def program():
    channel.ProgramManagementAccount(
        "account",
        catalog="Sandbox",
        program="SOLUTION_PROVIDER",
        account_id="111122223333",
        display_name="Reseller",
    )


Engine(Path({folder!r}), {url!r}).stack(program).up()
"""


@pytest.fixture
def start(engine: Engine, emulator: Any) -> Callable[[], subprocess.Popen[bytes]]:
    """Start `pulumi up` of one account in a process group of its own."""

    def run() -> subprocess.Popen[bytes]:
        tests, folder = str(ROOT / "tests"), str(engine.folder)
        text = PROGRAM.format(tests=tests, folder=folder, url=emulator.url)
        return subprocess.Popen(
            [sys.executable, "-c", text],
            start_new_session=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    return run


def until(condition: Callable[[], Any], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.02)


def provider_of(group: int) -> int:
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if b"pulumi.dynamic" in (process / "cmdline").read_bytes() and (
                os.getpgid(int(process.name)) == group or _ancestor(int(process.name), group)
            ):
                return int(process.name)
        except (OSError, ProcessLookupError):
            continue
    return 0


def _ancestor(process: int, group: int) -> bool:
    while process > 1:
        stat = (Path("/proc") / str(process) / "stat").read_text().rpartition(")")[2].split()
        process = int(stat[1])
        if process == group:
            return True
    return False


@pytest.mark.parametrize("victim", ["engine", "provider"])
def test_killed_while_creating(engine, emulator, start, victim) -> None:
    """AWS made the account, nobody could write it down: the next `up` finds its own."""
    emulator.fault("ListProgramManagementAccounts", delay=5.0)
    running = start()
    until(lambda: emulator.objects())
    if victim == "engine":
        os.killpg(running.pid, signal.SIGKILL)
    else:
        os.kill(provider_of(running.pid), signal.SIGKILL)
    running.wait()
    if victim == "engine":
        engine.run(
            "cancel", "--yes", "--stack", "dev", "-C", str(engine.folder / "work/quickstart")
        )
    again = start()
    assert again.wait() == 0
    (made,) = emulator.objects()
    assert engine.stack(lambda: None).state()["account"]["id"] == made["arn"]
