"""What `make demo` prints."""

import subprocess
import sys

from e2e.engine import ROOT


def test_demo_is_a_story_of_one_page() -> None:
    """Every step is said in short lines, and no line is a warning about the machine's set-up."""
    run = subprocess.run(
        [sys.executable, "-m", "e2e.demo"], cwd=ROOT / "tests", capture_output=True, text=True
    )
    lines = run.stdout.splitlines()
    assert (run.returncode, run.stderr) == (0, "")
    assert len(lines) <= 80
    assert max(map(len, lines)) <= 100
    counts = [line.strip().rpartition(":")[0] for line in lines if line.endswith(" s")]
    assert counts == [
        "10 to create",
        "10 created",
        "8 unchanged, 2 to update",
        "8 unchanged, 2 updated",
        "10 unchanged",
        "3 created, 3 deleted, 7 unchanged",
        "10 deleted",
    ]
    warnings = [line for line in lines if "warning:" in line]
    assert len(warnings) == 4
    assert all("ChannelHandshake" in line or "ServicePeriod" in line for line in warnings)
    assert lines[-1].startswith("Done: ")
