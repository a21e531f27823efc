"""
`pulumi-partnercentral`: what a user does beside Pulumi's own commands; one file, one command.

A command prints sentences, asks AWS through the lifecycle alone, and writes files whole or not at
all.
"""

import argparse
import sys
from collections.abc import Sequence

from ..model.errors import ProviderError
from . import discover, plugin


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; what goes wrong is a sentence, and exit code 1."""
    parser = argparse.ArgumentParser(prog="pulumi-partnercentral")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for module in (discover, plugin):
        module.add_to(commands)
    options = parser.parse_args(arguments)
    try:
        print(options.run(options))
    except (ProviderError, OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0
