"""The engine for end-to-end tests."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from e2e.cli import YAML, path
from e2e.engine import MISSING, ROOT, Engine, cli_folder
from e2e.reader import Reader
from e2e.templates import CONFIG, TEMPLATES
from moto.server import ThreadedMotoServer
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


@pytest.fixture
def new(engine: Engine, tmp_path: Path) -> Callable[[str], Path]:
    """Make a project of a template, with nobody there to answer questions."""
    # A language host installs the release of this package that its registry has. YAML's own has
    # nothing to install, and stands in for the others.
    (hosts := tmp_path / "hosts").mkdir()
    host = shutil.which(YAML, path=path())
    assert host
    for language in ("python", "nodejs"):
        (hosts / f"pulumi-language-{language}").symlink_to(host)
    environment = {"PATH": os.pathsep.join([str(hosts), engine.environment["PATH"]])}

    def make(language: str) -> Path:
        folder = tmp_path / "project"
        named = ["--name", "channel", "--description", "Mine: all", "--stack", "dev"]
        template = str(TEMPLATES / f"partnercentral-{language}")
        engine.output("new", template, "--yes", "--dir", str(folder), *named, **environment)
        project = yaml.safe_load((folder / "Pulumi.yaml").read_text())
        assert (project["name"], project["description"]) == ("channel", "Mine: all")
        assert "template" not in project
        for file in filter(Path.is_file, folder.rglob("*")):
            assert "${PROJECT}" not in file.read_text()
        assert yaml.safe_load((folder / "Pulumi.dev.yaml").read_text())["config"] == CONFIG
        return folder

    return make


@pytest.fixture(scope="module")
def aws() -> Iterator[str]:
    """Serve other services of AWS; the URL."""
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel."""
    folder = tmp_path_factory.mktemp("wheel")
    build = ["hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run([sys.executable, "-m", *build], cwd=ROOT, check=True)
    return next(folder.iterdir())


@pytest.fixture
def reader(engine: Engine, wheel: Path) -> Iterator[Reader]:
    """Let somebody read who has this package, in an empty folder."""
    reader = Reader(engine, PIP_FIND_LINKS=str(wheel.parent))
    yield reader
    reader.leaves()
