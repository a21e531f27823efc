"""Large deployments: a stack for each account, several at once."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from e2e.engine import ROOT, Engine

DEPLOY = ROOT / "examples" / "05-many-stacks" / "deploy.py"


def test_killed_and_resumed(engine: Engine, emulator, tmp_path: Path) -> None:
    """Three stacks of five, killed on the way: the next run makes what is missing, once."""
    folder = tmp_path / "work"
    folder.mkdir()
    (folder / "Pulumi.yaml").write_text("name: many-stacks\nruntime: python\n")
    command = [sys.executable, str(DEPLOY), "3", "4", "--parallel", "2", "--folder", str(folder)]
    emulator.fault("CreateRelationship", times=99, skip=3, delay=0.3)
    first = subprocess.Popen(
        command,
        env=os.environ | engine.environment,
        start_new_session=True,
    )
    while len(emulator.objects()) < 5:
        assert first.poll() is None
        time.sleep(0.05)
    os.killpg(first.pid, signal.SIGKILL)
    first.wait()
    emulator.application.faults.clear()
    again = engine.start(*command, "--unlock")
    assert again.returncode == 0, again.stdout + again.stderr
    assert sorted(each["arn"].count("/") for each in emulator.objects()) == [3] * 3 + [5] * 12
    gone = engine.start(*command, "--destroy")
    assert gone.returncode == 0, gone.stdout + gone.stderr
    assert emulator.objects() == []
