"""The channel programs, which accounts and handshakes both name."""

from typing import Annotated

from .types import Values

Program = Annotated[
    str,
    Values(
        "Program",
        {
            "SOLUTION_PROVIDER": "Resells AWS to end customers.",
            "DISTRIBUTION": "Resells AWS through other partners.",
            "DISTRIBUTION_SELLER": "Resells AWS that it buys from a distributor.",
        },
    ),
]
