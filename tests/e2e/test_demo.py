"""What `make demo` prints."""

import re
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
    assert len(lines) <= 105
    assert max(map(len, lines)) <= 100
    counts = [line.strip().rpartition(":")[0] for line in lines if line.endswith(" s")]
    assert counts == [
        "10 to create",
        "10 created",
        "10 unchanged",
        "1 to replace, 7 unchanged, 2 to update",
        "1 replaced, 7 unchanged, 2 updated",
        "10 unchanged",
        "3 created, 3 deleted, 7 unchanged",
        "2 deleted",
        "2 created, 6 unchanged, 2 updated",
        "10 deleted",
        "3 created",
        "3 created, 3 unchanged",
    ]
    assert [line.strip() for line in lines if line.startswith("    service: ")] == [
        "service: SCHEDULED, 30 days' notice in force",
        "service: SCHEDULED, 30 days' notice in force, 60 days' notice offered",
        "service: SCHEDULED, 60 days' notice in force",
    ]
    text = " ".join(run.stdout.split())
    assert "The service period in force stays so until the new offer is accepted." in text
    assert re.search(r"error: The Relationship \S+ is not deleted: the service period of", text)
    assert "set `forceDestroy: true`, deploy that alone by `pulumi up`, then delete it." in text
    assert "Account 222233334444 has not answered" in text
    assert "Beta 777788889999 END_CUSTOMER offer waits for account 777788889999" in text
    warnings = [line for line in lines if "warning:" in line]
    assert len(warnings) == 9
    assert all("ChannelHandshake" in line or "ServicePeriod" in line for line in warnings)
    assert lines[-1].startswith("Done: ")
