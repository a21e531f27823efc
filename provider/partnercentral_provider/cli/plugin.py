"""`install-plugin` and `uninstall-plugin`: where Pulumi finds the provider without a PATH."""

import argparse
import os
import shlex
import shutil
import sys
from pathlib import Path
from typing import Any

from .. import __version__

COMMAND = "pulumi-resource-partnercentral"
LAUNCHER = """#!/bin/sh
# Runs the provider of the program's own virtual environment, else the one it was installed from.
for folder in "$VIRTUAL_ENV/bin" .venv/bin venv/bin {installed}; do
  if [ -x "$folder/{command}" ]; then exec "$folder/{command}" "$@"; fi
done
echo "{command} is gone from where it was installed: run pulumi-partnercentral install-plugin" >&2
exit 1
"""


def add_to(commands: Any) -> None:
    """Add both commands."""
    installing = commands.add_parser("install-plugin", help="let Pulumi find the provider plugin")
    installing.set_defaults(run=install)
    removing = commands.add_parser("uninstall-plugin", help="take that back")
    removing.set_defaults(run=uninstall)


def install(_: argparse.Namespace) -> str:
    """Write the versioned folder that Pulumi looks into, with one launcher in it."""
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True)
    launcher = folder / COMMAND
    installed = shlex.quote(str(Path(sys.executable).parent))
    launcher.write_text(LAUNCHER.format(installed=installed, command=COMMAND))
    launcher.chmod(0o755)
    return f"Pulumi finds version {__version__} of the partnercentral provider in {folder}."


def uninstall(_: argparse.Namespace) -> str:
    """Remove that folder."""
    folder = _folder()
    if not folder.exists():
        return f"Version {__version__} was not installed: there is no {folder}."
    shutil.rmtree(folder)
    return f"Removed {folder}."


def _folder() -> Path:
    home = Path(os.environ.get("PULUMI_HOME") or Path.home() / ".pulumi")
    return home / "plugins" / f"resource-partnercentral-v{__version__}"
