"""Programs in other languages, through the plugin and Pulumi's own language hosts and SDKs."""

import shutil
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest
import yaml
from e2e import nodejs
from e2e.cli import has_yaml
from e2e.engine import ROOT, Engine


@pytest.mark.skipif(not has_yaml(), reason="YAML's language host is built with Go")
def test_yaml(engine: Engine, emulator, tmp_path: Path) -> None:
    """The YAML quickstart is deployed, changed and destroyed by the CLI's own commands."""
    folder = tmp_path / "yaml"
    shutil.copytree(ROOT / "examples" / "02-yaml", folder)
    pulumi = partial(engine.output, cwd=folder)
    pulumi("stack", "init", "dev")
    assert "+ 10 to create" in pulumi("preview")
    assert emulator.calls() == {}
    pulumi("up", "--yes", "--skip-preview")
    assert len(emulator.objects()) == 4
    pulumi("config", "set", "team", "green")
    shown = pulumi("preview", "--diff")
    assert '~ team: "blue" => "green"' in shown
    assert "~ 1 to update" in shown
    pulumi("refresh", "--yes")
    assert "~ 1 to update" in pulumi("preview")
    pulumi("destroy", "--yes", "--skip-preview")


def typescript(engine: Engine, tmp_path: Path, *steps: str) -> list[dict[str, int]]:
    """Build the TypeScript quickstart on a generated SDK, and run it; each step's changes."""
    # In the places that the example's package.json names.
    folder = tmp_path / "examples" / "03-typescript"
    shutil.copytree(ROOT / "examples" / "03-typescript", folder)
    nodejs.generate(tmp_path / "build" / "sdks" / "nodejs")
    nodejs.build(folder)
    return nodejs.run(engine, folder, *steps)


@nodejs.NEEDED
def test_typescript(engine: Engine, emulator, tmp_path: Path) -> None:
    """The TypeScript quickstart, on the SDK that `make sdks` generates, lives and dies."""
    steps = ["preview", "up", "preview", "refresh", "destroy"]
    made, up, kept, refreshed, destroyed = typescript(engine, tmp_path, *steps)
    assert (made, up, kept) == ({"create": 10}, {"create": 10}, {"same": 10})
    assert refreshed == {"same": 10}
    assert destroyed == {"delete": 10}


@nodejs.NEEDED
@pytest.mark.skipif(not has_yaml(), reason="YAML's language host is built with Go")
def test_all_examples_in_their_order_on_one_emulator(
    engine: Engine, emulator, tmp_path: Path
) -> None:
    """Each is deployed and destroyed twice on one day, and none runs into AWS's daily quota."""

    def python(name: str) -> None:
        project = yaml.safe_load((ROOT / "examples" / name / "Pulumi.yaml").read_text())
        stack = engine.example(name, project=project["name"], **project.get("config", {}))
        for _ in range(2):
            stack.up()
            stack.destroy()

    python("01-quickstart")
    folder = tmp_path / "yaml"
    shutil.copytree(ROOT / "examples" / "02-yaml", folder)
    steps = [["up", "--yes", "--skip-preview"], ["destroy", "--yes", "--skip-preview"]] * 2
    for arguments in (["stack", "init", "dev"], *steps):
        engine.output(*arguments, cwd=folder)
    assert len(typescript(engine, tmp_path, "up", "destroy", "up", "destroy")) == 4
    python("04-many-accounts")
    deploy = [sys.executable, str(ROOT / "examples/05-many-stacks/deploy.py"), "2", "1"]
    for more in ([], ["--destroy"]):
        done = engine.start(*deploy, "--folder", str(_many_stacks(tmp_path)), *more)
        assert done.returncode == 0, done.stdout + done.stderr
    living = [o for o in emulator.objects() if o.get("status") not in ("ACCEPTED", "INACTIVE")]
    assert living == []


def _many_stacks(tmp_path: Path) -> Path:
    folder = tmp_path / "many"
    folder.mkdir(exist_ok=True)
    (folder / "Pulumi.yaml").write_text("name: many-stacks\nruntime: python\n")
    return folder


def test_started_by_its_folder() -> None:
    """As Python's language host does for `pulumi package add`: a port, and nothing else."""
    assert yaml.safe_load((ROOT / "PulumiPlugin.yaml").read_text())["runtime"]["name"] == "python"
    command = [sys.executable, str(ROOT), "127.0.0.1:1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            assert int(process.stdout.readline()) > 0
        finally:
            process.terminate()


@pytest.mark.skipif(
    shutil.which("pulumi-language-python") is None,
    reason="there is no Python language host, which only the official CLI brings",
)
def test_package_add(engine: Engine, tmp_path: Path) -> None:
    """`pulumi package add` takes the provider from a clone."""
    (tmp_path / "Pulumi.yaml").write_text("name: added\nruntime: yaml\n")
    done = engine.run("package", "add", str(ROOT), cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
