"""The workflow of the example takes the code that says "waiting" for a success, and no other."""

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

WORKFLOW = Path(__file__).parents[1] / "examples" / "07-build-server" / "deploy.yml"


@pytest.mark.skipif(sys.platform == "win32", reason="the step runs on Linux")
@pytest.mark.parametrize(("exits", "ends"), [(0, 0), (10, 0), (1, 1), (255, 255)])
def test_the_workflow_ends_well_while_people_are_awaited(tmp_path, exits, ends) -> None:
    """Code 10 of `pulumi up` ends the job well, any other failure fails it."""
    (pulumi := tmp_path / "pulumi").write_text(f"#!/bin/sh\nexit {exits}\n")
    pulumi.chmod(0o755)
    (step,) = (
        step
        for step in yaml.safe_load(WORKFLOW.read_text())["jobs"]["deploy"]["steps"]
        if step.get("name") == "Deploy"
    )
    # The shell that GitHub runs a step with.
    command = ["bash", "-e", "-c", step["run"]]
    ran = subprocess.run(command, env={"PATH": f"{tmp_path}:/usr/bin:/bin"}, check=False)
    assert ran.returncode == ends
