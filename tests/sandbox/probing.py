"""What a probe declares."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import boto3
from partnercentral_emulator import Settings

from .clocks import DAY
from .world import World

Findings = Iterator[tuple[str, Any]]

NEEDS: dict[str, tuple[Callable[[World], Any], str]] = {
    "management": (
        lambda world: world.parties.management,
        "needs the credentials of an account that can be enrolled: --management-profile",
    ),
    "customer": (
        lambda world: world.parties.customer,
        "needs the credentials of a customer's account: --customer-profile",
    ),
    "contracts": (
        lambda world: world.linked.knows("create_channel_contract"),
        f"boto3 {boto3.__version__} does not know channel contracts",
    ),
    "catalog AWS": (
        lambda world: world.in_aws,
        "needs an account that may be enrolled in catalog AWS, for a moment: --catalog-aws",
    ),
    "large": (
        lambda world: world.large,
        "creates hundreds of objects: --large",
    ),
    "role": (
        lambda world: world.role,
        "needs a role that may be assumed: --role",
    ),
    "days": (
        lambda world: world.clock.patience >= DAY,
        "needs days to pass, which only the emulator's clock can",
    ),
}
"""What a probe may need, how to tell whether it is there, and what to say where it is not."""


@dataclass(frozen=True)
class Probe:
    """One attempt to find out how AWS behaves."""

    name: str
    about: str
    run: Callable[[World], Findings]
    decides: tuple[str, ...]
    needs: tuple[str, ...]
    calls: int
    keeps: str


_PROBES: dict[str, Probe] = {}


def probe(
    *decides: str, needs: tuple[str, ...] = (), calls: int = 15, keeps: str = ""
) -> Callable[[Callable[[World], Findings]], Callable[[World], Findings]]:
    """
    Declare a probe: a generator of settings and the values that were seen of them.

    *decides* are those settings, *needs* keys of `NEEDS`, *calls* the most that it may make, and
    *keeps* says what AWS lists for ever because of it. What it creates is deleted when it ends.
    """

    def declare(function: Callable[[World], Findings]) -> Callable[[World], Findings]:
        name, about = function.__name__, str(function.__doc__).strip().partition("\n")[0]
        _PROBES[name] = Probe(name, about, function, decides, needs, calls, keeps)
        return function

    return declare


def all_probes() -> list[Probe]:
    """List the probes of all files in `probes/`; those that let days pass come last."""
    for found in iter_modules([str(Path(__file__).with_name("probes"))]):
        import_module(f"sandbox.probes.{found.name}")
    return sorted(_PROBES.values(), key=lambda probe: "days" in probe.needs)


def assumed(setting: str) -> Any:
    """Give what the emulator assumes."""
    return getattr(Settings(), setting)


def boundary(holds: Callable[[int], bool], expected: int, least: int, most: int) -> int:
    """
    Find the greatest number, from *least* to *most*, for which something holds.

    It asks about the expected one and the next first: two questions where all is as expected; then
    about *most*, which stands for no end. Where it never holds, the answer is below *least*.
    """
    low, high = least - 1, most + 1
    for guess in (expected, expected + 1, most):
        if low < guess < high:
            low, high = (guess, high) if holds(guess) else (low, guess)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if holds(middle) else (low, middle)
    return low
