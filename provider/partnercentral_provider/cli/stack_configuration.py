"""The configuration that a command goes by: the stack's, and what its options say besides."""

import argparse
import json
import shutil
import subprocess
from typing import Any

from ..config import NAMESPACE, Configuration
from ..model.errors import join_words


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that every such command has."""
    parser.add_argument(
        "--stack", help="the stack whose configuration counts, else the one that is selected"
    )
    parser.add_argument("--catalog", help="AWS or Sandbox, else the configuration's")
    parser.add_argument("--region")
    parser.add_argument("--profile")


def stated(options: argparse.Namespace) -> dict[str, Any]:
    """Give what the command line says of the configuration."""
    given = {name: getattr(options, name) for name in ("catalog", "region", "profile")}
    return {name: value for name, value in given.items() if value is not None}


def of_stack(stack: str | None) -> tuple[dict[str, Any] | None, str]:
    """Ask the CLI for a stack's configuration, and say what it has of ours; None without one."""
    named = ["--stack", stack] if stack else []
    pulumi = shutil.which("pulumi")
    command = [str(pulumi), "config", "--json", "--show-secrets", "--non-interactive", *named]
    text = output_of(command) if pulumi else ""
    try:
        values = {key: entry.get("value") for key, entry in json.loads(text).items()}
    except (ValueError, AttributeError):
        return None, "no stack is selected here: that of the command line alone counts."
    own = Configuration.own(values)
    keys = join_words(f"{NAMESPACE}:{key}" for key in own) if own else "nothing of this provider"
    return own, f"the stack says {keys}."


def output_of(command: list[str]) -> str:
    """Give what a command prints; nothing, where it cannot be run."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout
