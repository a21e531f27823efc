"""
Finds other Pythons of this machine: `python pythons.py 3.10`, or `newest`.

Prints the path of the first that runs; where there is none, the reason goes to stderr, and it ends
with 1. A shim of pyenv counts only where pyenv has that version switched on, so that the versions
that pyenv has installed are looked at, too.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

OLDEST, NEWEST = (3, 10), (3, 14)
"""What the wheel promises to run on, and the newest for which its dependencies have wheels."""


def find(version: str) -> str | None:
    """Find a Python of that version that runs; its path."""
    wanted = f"import sys, venv; sys.exit('%d.%d' % sys.version_info[:2] != '{version}')"
    for candidate in _candidates(version):
        try:
            run = subprocess.run([candidate, "-c", wanted], capture_output=True, timeout=20)
        except (OSError, subprocess.TimeoutExpired):
            continue
        if run.returncode == 0:
            return candidate
    return None


def newest() -> tuple[str, str] | None:
    """Find the newest Python that runs: its version and its path."""
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        version = f"3.{minor}"
        if found := find(version):
            return version, found
    return None


def _candidates(version: str) -> Iterator[str]:
    if on_path := shutil.which(f"python{version}"):
        yield on_path
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    for folder in sorted((pyenv / "versions").glob(f"{version}.*"), reverse=True):
        yield str(folder / "bin" / "python")


def main(wanted: str) -> int:
    """Print the path of a Python, of a version or of the `newest` one beside the one that runs."""
    own = "{}.{}".format(*sys.version_info)
    if wanted != "newest":
        found = find(wanted)
        print(found or f"There is no Python {wanted}.", file=None if found else sys.stderr)
        return 0 if found else 1
    version, path = newest() or (own, sys.executable)
    if version == own:
        print(f"There is no Python newer than {own}, which ran the tests.", file=sys.stderr)
        return 1
    print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
