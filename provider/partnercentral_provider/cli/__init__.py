"""
`pulumi-partnercentral`: what a user does beside Pulumi's own commands; one file, one command.

The folder is the registry: a module with `add_to` is a command. A command prints sentences, asks
AWS through the lifecycle alone, and writes files whole or not at all.
"""

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module
from pkgutil import iter_modules

from ..model.errors import ProviderError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; what goes wrong is a sentence, and exit code 1."""
    parser = argparse.ArgumentParser(prog="pulumi-partnercentral")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    modules = (import_module(f"{__name__}.{found.name}") for found in iter_modules(__path__))
    for module in modules:
        if hasattr(module, "add_to"):
            module.add_to(commands)
    options = parser.parse_args(arguments)
    try:
        print(options.run(options))
    except (ProviderError, OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0
