"""
Finds the Pulumi CLI, or brings it: `python -m e2e.cli cli` (`make cli`).

A `pulumi` on the PATH is used as it is; else the pinned version is installed by Pulumi's own
installer into this project's cache folder; else it is built there with Go. What cannot work ends
within seconds and says so in a line. `sdk/generator/go.mod` is the only place of the version.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
GENERATOR = ROOT / "sdk/generator"
INSTALLER = Path(__file__).with_name("installer.py")
SDK = "github.com/pulumi/pulumi/sdk/v3"
LAUNCHER = "pulumi-resource-pulumi-python"
YAML = "pulumi-language-yaml"
PYTHON = "pulumi-language-python"
MISSING = (
    "There is no `pulumi` command. `make cli` brings it; or install it as "
    "https://www.pulumi.com/docs/install tells, and run this again."
)
PATIENCE = 10.0
"""Seconds to wait for the first answer of Pulumi's site."""


class Failed(Exception):
    """One way to the CLI did not work; its text says why."""


def pinned() -> str:
    """Give the version of the CLI that is pinned, with its `v`."""
    found = re.search(
        r"^\s*(?:require )?\S+/pulumi/pkg/v3 (v\S+)$", (GENERATOR / "go.mod").read_text(), re.M
    )
    assert found
    return found[1]


def home() -> Path:
    """Give the folder of the pinned CLI: outside the work tree, so that all clones share it."""
    cache = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    folder = Path(cache) / "pulumi-partnercentral" / f"cli-{pinned()}"
    return Path(os.environ.get("PULUMI_CLI_HOME") or folder)


def path() -> str:
    """Give the PATH on which commands of Pulumi are looked for, the user's own first."""
    # Pulumi's installer puts them into `bin`, Go's build beside it.
    return os.pathsep.join([os.environ["PATH"], str(home()), str(home() / "bin")])


def cli_folder() -> Path | None:
    """Find the folder of the CLI: the one on the PATH, else the one that `make cli` brought."""
    found = shutil.which("pulumi", path=path())
    return Path(found).parent if found else None


def has_yaml() -> bool:
    """Tell whether there is the language host of YAML, of the official CLI or built by `make`."""
    return shutil.which(YAML, path=path()) is not None


def has_python() -> bool:
    """Tell whether there is the language host of Python, which the official CLI alone has."""
    return shutil.which(PYTHON, path=path()) is not None


def bring(say: Callable[[str], None], patience: float = PATIENCE) -> bool:
    """
    Find the CLI, or bring it; *say* is given a line for each step. False where no way worked.

    *patience* is how many seconds Pulumi's site has for its first answer.
    """
    version = pinned()
    if found := cli_folder():
        say(f"Using the Pulumi CLI in {found}")
        return True
    ways: list[tuple[str, Callable[[], None]]] = [
        (
            f"Installing the Pulumi CLI {version} by Pulumi's own installer: about a minute",
            lambda: install(version, patience),
        ),
        (
            f"Building the Pulumi CLI {version} with Go: three to six minutes",
            lambda: build_cli(version),
        ),
    ]
    for sentence, way in ways:
        say(sentence)
        try:
            way()
            return True
        except Failed as failure:
            say(f"That did not work: {failure}")
    say(
        f"There is no Pulumi CLI: install {version} or newer as "
        "https://www.pulumi.com/docs/install tells, then run this again."
    )
    return False


def install(version: str, patience: float) -> None:
    """Run Pulumi's own installer, as the Automation API does. Raises Failed."""
    command = [sys.executable, str(INSTALLER)]
    # Looking up the site's name has no time limit of its own.
    _run([*command, "reach", str(patience)], limit=2 * patience)
    _run([*command, "install", version.removeprefix("v"), str(home())], limit=600)


def build_cli(version: str) -> None:
    """Build the CLI, and put the launcher of dynamic providers beside it. Raises Failed."""
    _need_go()
    home().mkdir(parents=True, exist_ok=True)
    # A module that was never downloaded has no folder yet.
    _go("mod", "download", SDK, limit=30)
    folder = _go("list", "-m", "-f", "{{.Dir}}", SDK, limit=30).strip()
    shutil.copy(Path(folder) / "python/dist" / LAUNCHER, home() / LAUNCHER)
    (home() / LAUNCHER).chmod(0o755)
    stated = f"-s -w -X {SDK}/go/common/version.Version={version}"
    package = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
    _build("pulumi", package, "-tags", "osusergo,grpcnotrace", ldflags=stated)


def build_yaml(say: Callable[[str], None]) -> None:
    """Build the language host of YAML where it is missing and Go is there; tests need no more."""
    if has_yaml():
        return
    try:
        _need_go()
        say("Building Pulumi's YAML language host with Go, once: about a minute")
        home().mkdir(parents=True, exist_ok=True)
        package = "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml"
        _build(YAML, package, folder=GENERATOR / "yaml")
    except Failed as failure:
        say(f"Tests of YAML programs will be skipped, they need {YAML}: {failure}")


def _build(
    command: str, package: str, *options: str, ldflags: str = "-s -w", folder: Path = GENERATOR
) -> None:
    new = home() / f"{command}.new"
    arguments = ["-trimpath", *options, "-ldflags", ldflags, "-o", str(new), package]
    _go("build", *arguments, limit=3600, folder=folder)
    new.replace(home() / command)


def _need_go() -> None:
    if shutil.which("go") is None:
        raise Failed("there is no `go` command.")


def _go(*arguments: str, limit: float, folder: Path = GENERATOR) -> str:
    return _run(["go", *arguments], limit, folder)


def _run(command: list[str], limit: float, folder: Path = ROOT) -> str:
    """Run a command quietly, and give its output. Raises Failed with its last words."""
    try:
        run = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, timeout=limit, check=False
        )
    except subprocess.TimeoutExpired:
        raise Failed(f"`{command[0]}` gave no answer within {limit:g} s.") from None
    if run.returncode:
        lines = [line.strip() for line in run.stderr.splitlines() if line.strip()]
        said = [line for line in lines if not line.startswith("go: downloading")]
        raise Failed(" ".join(said[-3:]) or f"`{command[0]}` ended with {run.returncode}.")
    return run.stdout


def main(wanted: str) -> int:
    """Bring the `cli`; or the language host of `yaml`, without which some tests are skipped."""

    def say(line: str) -> None:
        print(line, flush=True)

    if wanted == "yaml":
        build_yaml(say)
        return 0
    return 0 if bring(say) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
