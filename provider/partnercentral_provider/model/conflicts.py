"""The sentences for what stands in the way of a create or an update."""

import json
from collections.abc import Iterable

from .errors import Conflict
from .fields import Properties


def exists_already(name: str, arn: str, why: str, advice: str, command: str = "") -> Conflict:
    """Say that AWS has it already; nothing is adopted because it looks alike."""
    return Conflict(
        f"This {name} exists already: {arn}.",
        why,
        "It is not in this stack, so nothing was changed. Delete it in Partner Central, take it "
        f"out of this program, or {advice}",
        command,
    )


class StaleIdempotentCreate(Conflict):
    """What a create found is not what it made."""


def too_old(arn: str, created: str) -> StaleIdempotentCreate:
    """Say that what a create found is not the one that was cut off."""
    return StaleIdempotentCreate(
        f"{arn} was created by this resource at {created} and still exists, but is not in this "
        "stack's state.",
        "It is too old to be a create that was cut off, so it may be in use.",
        "Restore the state that knew it, or delete it in Partner Central.",
    )


def always_over(name: str, attempts: int) -> Conflict:
    """Say that every answer to a create was an older thing that is over."""
    return Conflict(
        f"AWS answered {attempts} times with an older {name} that is over.",
        "Each had been made for this same resource with the same inputs.",
        "Change an input, or wait until AWS forgets them (a day at most).",
    )


def changed_elsewhere(
    name: str, arn: str, fields: Iterable[str], old: Properties, current: Properties
) -> Conflict:
    """Say what changed on AWS's side, by both revisions."""
    fields = list(fields)

    def shown(state: Properties) -> str:
        values = ", ".join(f"{f} {json.dumps(state.get(f))}" for f in fields)
        return f"revision {state['revision']}" + (f" ({values})" if values else "")

    return Conflict(
        f"{name} {arn} changed since Pulumi last read it.",
        f"AWS has {shown(current)}; this stack knows {shown(old)}.",
        "Bring the stack up to date, then try again:",
        "pulumi refresh",
    )
