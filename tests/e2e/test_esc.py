"""The example of Pulumi ESC: its environment, opened by ESC's own evaluator, deploys a channel."""

import json
import shutil
import subprocess
from functools import partial
from pathlib import Path
from typing import Any

import boto3
import pytest
import yaml
from e2e.cli import GENERATOR, has_yaml
from e2e.engine import ROOT, Engine
from partnercentral_provider.config import Configuration

EXAMPLE = ROOT / "examples" / "08-esc"
OPENER = Path(__file__).with_name("open_environment.go")
pytestmark = pytest.mark.skipif(
    shutil.which("go") is None, reason="ESC's evaluator is a package of Go"
)


@pytest.fixture(scope="module")
def opened() -> dict[str, Any]:
    """Open the environment, with a stand-in for the login to AWS."""
    command = ["go", "run", "-trimpath", str(OPENER), str(EXAMPLE / "environment.yaml")]
    done = subprocess.run(command, cwd=GENERATOR, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_boto3_and_the_provider_take_what_it_says(opened, monkeypatch) -> None:
    """Its variables are the credentials that boto3 finds, its configuration has no wrong key."""
    for name, value in opened["environmentVariables"].items():
        monkeypatch.setenv(name, value)
    found = boto3.Session().get_credentials()
    assert found.method == "env"
    assert [found.access_key, found.secret_key, found.token] == [*opened["aws"]["login"].values()]
    own = Configuration.own(opened["pulumiConfig"])
    assert len(own) == len(opened["pulumiConfig"])
    assert Configuration.of(own).region == opened["environmentVariables"]["AWS_REGION"]


@pytest.mark.skipif(not has_yaml(), reason="YAML's language host is built with Go")
def test_the_example_deploys_with_what_it_says(engine: Engine, emulator, opened, tmp_path) -> None:
    """
    The accounts sign as the environment says, and the state keeps no key.

    Only Pulumi Cloud opens environments: the CLI, which has another backend here, says so of this
    stack, and is given the values in the same places.
    """
    folder = tmp_path / "esc"
    shutil.copytree(EXAMPLE, folder)
    environment = opened["environmentVariables"]
    pulumi = partial(engine.output, cwd=folder, **environment)
    pulumi("stack", "init", "prod")
    asked = engine.run("preview", cwd=folder)
    assert "does not support environments" in asked.stderr
    roles = opened["pulumiConfig"]["partnercentral:accounts"].values()
    emulator.set(required_external_ids={role["roleArn"]: role["externalId"] for role in roles})
    (folder / "Pulumi.prod.yaml").write_text(yaml.safe_dump({"config": opened["pulumiConfig"]}))
    pulumi("up", "--yes", "--skip-preview")
    assert [each["status"] for each in emulator.objects()] == ["ACTIVE", "ACCEPTED"]
    pulumi("preview", "--expect-no-changes")
    state = pulumi("stack", "export")
    assert environment["AWS_SECRET_ACCESS_KEY"] not in state
    assert environment["AWS_SESSION_TOKEN"] not in state
