"""Runs probes one after the other, and gathers what each setting came to."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError

from .calls import BudgetSpent, ForbiddenCatalog, OutOfCalls, Undecided, code_of, public, told
from .journal import Found
from .probing import NEEDS, Probe, assumed
from .world import World

BUDGET_SPENT = "the budget of calls was spent before; a larger one goes on"

_NOT_SIGNED = {
    "ExpiredTokenException",
    "IncompleteSignatureException",
    "InvalidSignatureException",
    "MissingAuthenticationTokenException",
    "UnrecognizedClientException",
}


class Stopped(Exception):
    """Why the run cannot go on; the next one with the same journal does."""


@dataclass(frozen=True)
class Verdict:
    """What a setting came to: what was seen of it, or why it is not decided."""

    setting: str
    found: Found | None = None
    why: str = ""

    @property
    def word(self) -> str:
        """Say it in a word or two."""
        if self.found is None:
            return "not decided"
        return "confirmed" if self.found.value == assumed(self.setting) else "refuted"


def run(world: World, probes: Iterable[Probe], say: Callable[[str], Any]) -> list[Verdict]:
    """Run what is not decided yet, clean up, and give a verdict on every setting of the probes."""
    reasons: dict[str, str] = {}
    probes = list(probes)
    try:
        world.settle()
        for probe in probes:
            if not set(probe.decides) <= world.journal.found.keys():
                reasons |= dict.fromkeys(probe.decides, _performed(world, probe))
                say(f"{probe.name}: {_outcome(world, probe, reasons)}")
        world.settle()
        world.discard()
    except BotoCoreError as error:
        raise Stopped(f"{error}") from error
    if not world.journal.owed() and BUDGET_SPENT not in reasons.values():
        world.journal.end()
    found = world.journal.found
    decided = [setting for probe in probes for setting in probe.decides]
    return [Verdict(each, found.get(each), reasons.get(each, "")) for each in decided]


def _performed(world: World, probe: Probe) -> str:
    """Run a probe and clean up after it; why it did not decide all, if it did not."""
    world.scope = probe.name
    if missing := [NEEDS[need][1] for need in probe.needs if not NEEDS[need][0](world)]:
        return "; ".join(missing)
    world.discard(probe.name)  # what a killed run left
    why = _undecided(world, probe)
    world.discard(probe.name)
    return why


def _undecided(world: World, probe: Probe) -> str:
    try:
        with world.ledger.limited(probe.calls):
            _decide(world, probe)
    except BudgetSpent:
        return BUDGET_SPENT
    except OutOfCalls:
        return f"needs more than {probe.calls} calls"
    except Undecided as why:
        return str(why)
    except ClientError as error:
        if code_of(error) in _NOT_SIGNED:
            raise Stopped(f"{told(error)}: are the credentials right, and not expired?") from error
        return told(error)
    except ParamValidationError as error:
        return f"boto3 {boto3.__version__} does not know what is sent: {public(str(error))}"
    except (ForbiddenCatalog, BotoCoreError):
        raise
    except Exception as error:  # AWS may answer what nobody expects: the run goes on
        return f"the answer was not understood: {public(repr(error))}"
    return ""


def _decide(world: World, probe: Probe) -> None:
    world.seen = ""
    for setting, value in probe.run(world):
        if setting not in probe.decides:
            raise AssertionError(f"{probe.name} does not declare {setting}")
        world.journal.decided(setting, Found(value, world.seen))
        world.seen = ""


def _outcome(world: World, probe: Probe, reasons: dict[str, str]) -> str:
    found = world.journal.found
    return ", ".join(
        f"{each} is {found[each].value!r}" if each in found else reasons[each]
        for each in probe.decides
    )
