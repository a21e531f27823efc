"""Pages that begin with an installation, followed by somebody who has nothing of this product."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from e2e.cli import has_python, has_yaml
from e2e.engine import CUSTOMER, ROOT
from e2e.reader import INSTALLED, WITHOUT_AWS, Reader

pytestmark = pytest.mark.skipif(not has_yaml(), reason="YAML's language host is built with Go")


@pytest.fixture(scope="module")
def wheels(wheel: Path) -> Path:
    """Download all that is installed beside the wheel, so that the network is asked once."""
    (found,) = re.findall(r"^requires = (.*)$", (ROOT / "pyproject.toml").read_text(), re.MULTILINE)
    # Pulumi's host of Python brings the last three up to date in each environment that it makes.
    wanted = [f"{wheel}[emulator]", "pytest", "awscli", "pip", "setuptools", "wheel"]
    wanted += json.loads(found)  # to build a clone
    command = [sys.executable, "-m", "pip", "download", "-q", "-d", str(wheel.parent)]
    subprocess.run([*command, *wanted], check=True)
    return wheel.parent


@pytest.fixture(scope="module")
def venv(tmp_path_factory: pytest.TempPathFactory, wheel: Path, wheels: Path) -> Path:
    """Install the AWS CLI, and what the package needs, which takes most of the time."""
    folder = tmp_path_factory.mktemp("reader") / "channel-venv"
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    options = ["--no-index", "--find-links", str(wheels), f"{wheel}[emulator]", "pytest", "awscli"]
    subprocess.run([str(folder / "bin" / "pip"), "install", "-q", *options], check=True)
    return folder


@pytest.fixture
def new_reader(reader: Reader, venv: Path, wheels: Path) -> Reader:
    """Let somebody read who has a virtual environment and the AWS CLI, and not this package."""
    reader.does(f"export PIP_NO_INDEX=1 PIP_FIND_LINKS={wheels}")
    # The first of the PATH is the environment of these tests.
    reader.does(f"PATH={venv}/bin:${{PATH#*:}}; pip uninstall -qy pulumi-partnercentral")
    return reader


def test_getting_started(new_reader: Reader, venv: Path) -> None:
    """The emulator is installed, a channel deployed there, changed, accepted and destroyed."""
    start, make, up, accept, destroy = new_reader.opens("docs/getting-started.md")
    new_reader.does(f"{WITHOUT_AWS} PULUMI_BACKEND_URL; cd {venv.parent}")
    new_reader.follows(start)
    if not has_python():
        new_reader.does(INSTALLED)
    # Which home is meant, Pulumi asks the system.
    new_reader.follows(make, {"--local": "file://$HOME"})
    assert "OFFERED" in new_reader.follows(up)
    program = "__main__.py" if has_python() else "Pulumi.yaml"
    new_reader.does(f"sed -i.old s/30/60/ {program}")
    assert "~ 1 updated" in new_reader.does("pulumi up")
    offer = new_reader.does(f"""
        AWS_ACCESS_KEY_ID={CUSTOMER} aws partnercentral-channel list-channel-handshakes \
            --catalog Sandbox --participant-type RECEIVER --handshake-type START_SERVICE_PERIOD \
            --statuses PENDING --query 'items[0].id' --output text
    """)
    shown = new_reader.follows(accept, {"ch-...": offer.strip()})
    assert offer.strip() in shown
    assert '"OFFERED" => "SCHEDULED"' in shown
    shown = new_reader.follows(destroy)
    assert "stays in force" in shown
    assert "- 5 deleted" in shown


def test_emulator(new_reader: Reader) -> None:
    """It is installed and started, and answers the AWS CLI."""
    start, ask = new_reader.opens("docs/emulator.md")
    new_reader.does(WITHOUT_AWS)
    new_reader.follows(start)
    assert json.loads(new_reader.follows(ask)) == {"items": []}
    assert (new_reader.folder / "channel.db").exists()


def test_testing(new_reader: Reader) -> None:
    """The testing kit is installed, with what it needs."""
    (install,) = new_reader.opens("docs/testing.md")
    new_reader.follows(install)
    new_reader.does("python -m pytest -p pulumi_partnercentral.testing --fixtures > fixtures")
    assert "partnercentral_emulator" in (new_reader.folder / "fixtures").read_text()


def test_example_in_yaml(new_reader: Reader, emulator) -> None:
    """The clone and the plugin are installed, and the example is deployed."""
    install, deploy = new_reader.opens("examples/02-yaml/README.md")
    new_reader.does(f"{WITHOUT_AWS}; cd {new_reader.clone}/examples/02-yaml")
    new_reader.follows(install)
    assert "+ 10 created" in new_reader.follows(deploy)
    assert len(emulator.objects()) == 4


def test_example_of_a_build_server(new_reader: Reader, aws: str) -> None:
    """EventBridge takes the rule."""
    (rule,) = new_reader.opens("examples/07-build-server/README.md")
    new_reader.does(f"cd {new_reader.clone}/examples/07-build-server")
    new_reader.does(f"export AWS_ENDPOINT_URL={aws}")
    assert "rule/channel-answers" in new_reader.follows(rule)


def test_example_of_tests(new_reader: Reader) -> None:
    """The example's own tests pass in an environment of their own."""
    (test,) = new_reader.opens("examples/09-testing/README.md")
    new_reader.does(f"{WITHOUT_AWS}; cd {new_reader.clone}/examples/09-testing")
    assert "5 passed" in new_reader.follows(test)
