"""The templates: what `pulumi new` makes of each of them is deployed as it is."""

import json
from functools import partial
from pathlib import Path

import pytest
import yaml
from e2e import nodejs
from e2e.cli import has_yaml
from e2e.engine import MANAGEMENT, ROOT, Engine, changes
from e2e.templates import CONFIG, TEMPLATES
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from partnercentral_provider import __version__
from partnercentral_provider.plugin_folder import DOWNLOAD_URL

pytestmark = pytest.mark.skipif(not has_yaml(), reason="YAML's language host is built with Go")


def statuses(emulator) -> list[str | None]:
    return [each.get("status") for each in emulator.objects()]


def test_python(engine: Engine, emulator, new) -> None:
    """It lives and dies with one account's credentials, and moves to the plugin by one import."""
    folder = new("python")
    stack = engine.example(folder, project="channel", **CONFIG)
    assert stack.up().outputs["service"].value == "OFFERED"
    assert statuses(emulator) == ["PENDING", "PENDING", None, "PENDING"]
    assert changes(stack.preview()) == {}
    moved = engine.through_the_plugin(folder, project="channel", **CONFIG)
    assert changes(moved.preview()) == {}
    stack.destroy()
    assert set(statuses(emulator)) == {"CANCELED"}


def test_yaml(engine: Engine, emulator, new, client) -> None:
    """
    It lives and dies by the CLI's own commands.

    In catalog AWS the customer is refused until the account has accepted; the next `up` goes on.
    """
    assert engine.start("pulumi-partnercentral", "install-plugin").returncode == 0
    folder = new("yaml")
    pulumi = partial(engine.output, cwd=folder)
    up = ("up", "--yes", "--skip-preview")
    pulumi(*up)
    assert statuses(emulator) == ["PENDING", "PENDING", None, "PENDING"]
    pulumi("preview", "--expect-no-changes")
    pulumi("destroy", "--yes", "--skip-preview")

    pulumi("config", "set", "partnercentral:catalog", "AWS")
    refused = engine.run(*up, cwd=folder)
    assert refused.returncode != 0
    assert "has not accepted its handshake" in refused.stdout + refused.stderr
    account = client(MANAGEMENT)
    asked = {"catalog": "AWS", "handshakeType": "PROGRAM_MANAGEMENT_ACCOUNT"}
    (invitation,) = account.list_channel_handshakes(**asked, participantType="RECEIVER")["items"]
    account.accept_channel_handshake(catalog="AWS", identifier=invitation["id"])
    pulumi(*up)
    assert "OFFERED" in pulumi("stack", "output", "service")


@nodejs.NEEDED
def test_typescript(engine: Engine, emulator, new, tmp_path: Path) -> None:
    """It compiles on the SDK that `make sdks` generates, lives and dies."""
    folder = new("typescript")
    assert json.loads((folder / "package.json").read_text())["name"] == "channel"
    nodejs.generate(tmp_path / "sdk")
    nodejs.build(folder, "--install-links", str(tmp_path / "sdk"))
    made, kept, destroyed = nodejs.run(engine, folder, "up", "preview", "destroy")
    assert (made, kept, destroyed) == ({"create": 5}, {"same": 5}, {"delete": 5})


def test_their_requirements_take_this_version() -> None:
    """What the templates install is this release, too."""
    lines = (TEMPLATES / "partnercentral-python" / "requirements.txt").read_text().splitlines()
    python = {required.name: required.specifier for required in map(Requirement, lines)}
    package = json.loads((TEMPLATES / "partnercentral-typescript" / "package.json").read_text())
    typescript = package["dependencies"]["pulumi-partnercentral"]
    assert __version__ in python["pulumi-partnercentral"]
    assert __version__ in SpecifierSet(typescript.replace(" ", ","))


def test_yaml_programs_name_the_server_of_the_plugin() -> None:
    """A YAML program has no SDK that would say where the engine downloads the plugin from."""
    programs = [path.parent for path in ROOT.rglob("Pulumi.yaml") if _is_yaml(path)]
    assert len(programs) >= 3
    for folder in programs:
        said = yaml.safe_load((folder / "sdks" / "partnercentral.yaml").read_text())
        assert said["downloadUrl"] == DOWNLOAD_URL


def _is_yaml(project: Path) -> bool:
    inside = project.relative_to(ROOT).parts
    return inside[0] in ("examples", "templates") and "runtime: yaml" in project.read_text()
