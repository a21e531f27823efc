"""What is generated is fresh, and what is built holds what Pulumi looks for."""

import filecmp
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from e2e.engine import ROOT

SDK = ROOT / "sdk" / "pulumi_partnercentral"
NOT_GENERATED = {"__pycache__", "dynamic", "testing", "policies"}


@pytest.mark.skipif(shutil.which("go") is None, reason="the code generator is a Go program")
def test_sdk_is_what_the_schema_makes(tmp_path: Path) -> None:
    """`make generate` would change nothing, and the generator has nothing to warn of."""
    made = subprocess.run(
        [
            "go",
            "run",
            "-trimpath",
            ".",
            "python",
            str(ROOT / "provider" / "schema.json"),
            str(tmp_path),
        ],
        cwd=ROOT / "sdk" / "generator",
        capture_output=True,
        text=True,
        check=False,
    )
    said = [s for s in made.stderr.splitlines() if not s.startswith("go: downloading")]
    assert (made.returncode, said) == (0, [])
    generated = sorted(p.relative_to(tmp_path) for p in tmp_path.rglob("*") if p.is_file())
    committed = sorted(
        p.relative_to(SDK)
        for p in SDK.rglob("*")
        if p.is_file() and NOT_GENERATED.isdisjoint(p.relative_to(SDK).parts)
    )
    assert generated == committed
    assert filecmp.cmpfiles(tmp_path, SDK, generated, shallow=False)[1:] == ([], [])


@pytest.mark.skipif(shutil.which("go") is None, reason="the code generator is a Go program")
def test_one_more_resource_needs_no_class_by_hand(tmp_path: Path) -> None:
    """A new file among the resources is a class of both forms, after the commands of generate."""
    for part in ("provider", "sdk"):
        shutil.copytree(ROOT / part, tmp_path / part)
    resources = tmp_path / "provider" / "partnercentral_provider" / "resources"
    (resources / "agreement.py").write_text(
        "from .relationship import Relationship\n\n\n"
        'class Agreement(Relationship):\n    """An agreement with a customer or a seller."""\n'
    )
    environment = os.environ | {"PYTHONPATH": f"{tmp_path}/provider:{tmp_path}/sdk"}

    def run(*command: str, cwd: Path = tmp_path) -> str:
        return subprocess.run(
            command, cwd=cwd, env=environment, capture_output=True, text=True, check=True
        ).stdout

    schema = tmp_path / "provider" / "schema.json"
    schema.write_text(run(sys.executable, "-m", "partnercentral_provider.schema"))
    sdk = tmp_path / "sdk" / "pulumi_partnercentral"
    run("go", "run", "-C", str(ROOT / "sdk" / "generator"), ".", "python", str(schema), str(sdk))
    module = sdk / "dynamic" / "channel.py"
    module.write_text(run(sys.executable, "sdk/generator/dynamic_channel.py"))
    program = (
        "from pulumi_partnercentral import channel as plugin\n"
        "from pulumi_partnercentral.dynamic import channel\n"
        "assert issubclass(channel.Agreement, plugin.Agreement)\n"
        "print(channel.__file__, channel.Agreement.__doc__.splitlines()[1].strip())"
    )
    assert all((sdk / name / "__init__.py").exists() for name in ("testing", "policies"))
    said = run(sys.executable, "-c", program)
    assert said == f"{module} An agreement with a customer or a seller.\n"


def test_wheel_says_that_no_plugin_is_to_be_downloaded(tmp_path: Path) -> None:
    """Else every preview would try to, and `pulumi install` would fail."""
    # The build backend is locked and installed, and is not to be downloaded anew.
    options = ["-q", "--no-deps", "--no-build-isolation", "-w", str(tmp_path)]
    subprocess.run([sys.executable, "-m", "pip", "wheel", *options, "."], cwd=ROOT, check=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        said = archive.read("pulumi_partnercentral/pulumi-plugin.json").decode()
        assert said.split() == ["{", '"resource":', "false", "}"]
        kept = {"py.typed", "testing/__init__.py", "policies/__init__.py"}
        assert {f"pulumi_partnercentral/{name}" for name in kept} <= {*archive.namelist()}
