"""The channel programs, which accounts and handshakes both name."""

from typing import Annotated

from .types import Values

Program = Annotated[
    str,
    Values(
        "Program",
        {
            "SOLUTION_PROVIDER": "The partner resells AWS to end customers.",
            "DISTRIBUTION": "The partner resells AWS through other partners.",
            "DISTRIBUTION_SELLER": "The partner resells AWS that it buys from a distributor.",
            "MANAGED_SERVICES_PROVIDER": "The partner gives its customers managed services.",
        },
        description="The channel program that a program management account belongs to.",
    ),
]
