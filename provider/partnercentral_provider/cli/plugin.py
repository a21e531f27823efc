"""`install-plugin` and `uninstall-plugin`: where Pulumi finds the provider without a PATH."""

import argparse
import os
import shlex
import shutil
import sys
from typing import Any

from .. import __version__
from ..plugin_folder import COMMAND, plugin_folder

GONE = f"{COMMAND} is gone from where it was installed: run pulumi-partnercentral install-plugin"
SHELL = """#!/bin/sh
# Runs the provider of the program's own virtual environment, else the one it was installed from.
for folder in "${{VIRTUAL_ENV:-.venv}}/bin" .venv/bin venv/bin {installed}; do
  if [ -x "$folder/{command}" ]; then exec "$folder/{command}" "$@"; fi
done
echo "{gone}" >&2
exit 1
"""
WINDOWS = r"""@echo off
rem Runs the provider of the program's own virtual environment, else the one it was installed from.
chcp 65001 >nul
set "active=.venv"
if defined VIRTUAL_ENV set "active=%VIRTUAL_ENV%"
for %%f in ("%active%\Scripts" ".venv\Scripts" "venv\Scripts" {installed}) do (
  if exist "%%~f\{command}.exe" (
    "%%~f\{command}.exe" %*
    exit /b
  )
)
echo {gone} >&2
exit /b 1
"""


def add_to(commands: Any) -> None:
    """Add both commands, but to those of the plugin's own archive, which Pulumi has found."""
    if getattr(sys, "frozen", False):
        return
    installing = commands.add_parser("install-plugin", help="let Pulumi find the provider plugin")
    installing.set_defaults(run=install)
    removing = commands.add_parser("uninstall-plugin", help="take that back")
    removing.set_defaults(run=uninstall)


def install(_: argparse.Namespace) -> str:
    """Write the versioned folder that Pulumi looks into, with one launcher in it."""
    folder = plugin_folder(__version__)
    folder.mkdir(parents=True, exist_ok=True)
    name, text = launcher(os.path.dirname(sys.executable))
    (folder / name).write_bytes(text.encode())
    (folder / name).chmod(0o755)
    return f"Pulumi finds version {__version__} of the partnercentral provider in {folder}."


def launcher(installed: str, system: str = os.name) -> tuple[str, str]:
    """
    Give the name and the text of the file that starts the plugin, on a *system* as `os.name` has.

    On Windows the engine looks for `.exe` and `.cmd`. *installed* is the folder of the commands
    that pip has installed beside this one.
    """
    if system == "nt":
        quoted = '"' + installed.replace("%", "%%") + '"'
        text = WINDOWS.format(installed=quoted, command=COMMAND, gone=GONE)
        return f"{COMMAND}.cmd", text.replace("\n", "\r\n")
    return COMMAND, SHELL.format(installed=shlex.quote(installed), command=COMMAND, gone=GONE)


def uninstall(_: argparse.Namespace) -> str:
    """Remove that folder."""
    folder = plugin_folder(__version__)
    if not folder.exists():
        return f"Version {__version__} was not installed: there is no {folder}."
    shutil.rmtree(folder)
    return f"Removed {folder}."
