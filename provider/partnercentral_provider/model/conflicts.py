"""The sentences for what stands in the way of a create or an update."""

import json
import shlex
from collections.abc import Iterable

from .arn import Arn
from .errors import Conflict
from .properties import Properties

_ALIAS = "\n\n    aliases=[pulumi.Alias(name={name})]\n\n"

_RENAMED = (
    "If this resource was renamed, keep what it was by an alias among its options, with its old "
    'name in place of "OLD":' + _ALIAS.format(name='"OLD"')
)


def held_twice(name: str, arn: str, why: str, this: str, holder: str) -> Conflict:
    """Say that this stack holds it under another name, the *holder*."""
    return Conflict(
        f"This {name} exists already: {arn}.",
        f"{why} This stack holds it under the name {holder!r}, so nothing was changed.",
        f"If {holder!r} was renamed to {this!r}, keep it by an alias among the options of "
        f"{this!r}:{_ALIAS.format(name=_quoted(holder))}"
        "If the program describes it under both names, take one of the two out.",
    )


def exists_already(name: str, arn: str, why: str, forced: str, manage: str) -> Conflict:
    """
    Say that AWS has it already; nothing is adopted because it looks alike.

    Who holds it is not known: a renamed resource comes first, since whoever imports what the stack
    holds under an old name loses it. *forced* says what becomes of a forced replacement, and
    *manage* is the command that brings it under this name.
    """
    return Conflict(
        f"This {name} exists already: {arn}.",
        f"{why} Nothing was changed.",
        f"{_RENAMED}If the program describes it twice, take one of the two out. "
        f"{forced} Do not import what this stack holds under another name: the next `pulumi up` "
        "would delete that name, and the object with it. Only if no stack manages it, bring it "
        "under this name:",
        manage,
    )


def found_elsewhere(name: str, arn: str, why: str, refer: str) -> Conflict:
    """Say the same to a program of the dynamic provider, which cannot import."""
    return Conflict(
        f"This {name} exists already: {arn}.",
        f"{why} Nothing was changed.",
        f"{_RENAMED}If the program describes it twice, take one of the two out. What this stack "
        "holds under another name is deleted by the `pulumi up` whose program lacks that name. "
        "Only if no stack manages it, look it up in place of creating it:",
        refer,
    )


def not_deleted(
    name: str, arn: str, why: str, blocker: str | None, token: str = "", command: str = ""
) -> Conflict:
    """
    Say what keeps AWS from deleting it, and every way out.

    *blocker* is the ARN of the child that is in the way, where it is known, *token* its type, and
    *command* removes it by the AWS CLI.
    """
    what = f"AWS does not delete the {name} {arn}."
    if blocker is None:
        return Conflict(
            what,
            why,
            "What belongs to it has to go first: delete its relationships, cancel its pending "
            "handshakes, and end a service period in force by a ChannelHandshake of type "
            "REVOKE_SERVICE_PERIOD that the other side accepts. Then run the command again.",
        )
    return Conflict(
        what,
        f"{why} In the way is the {token.rpartition(':')[2]} {blocker}.",
        "If this stack holds it, Pulumi did not know which goes first: run the command again, with "
        "`--continue-on-error` if need be, and wire the program by `.arn`. If no stack holds it "
        "(its create was cut off, say), remove it, then run the command again:"
        f"\n\n    {command}\n\nOr bring it into this stack, through the plugin, and describe it in "
        "the program:",
        import_line(token, Arn.parse(blocker).id, blocker),
    )


def import_line(token: str, name: str, arn: str) -> str:
    """Spell the command that brings an object into a stack, ready to be copied."""
    return f"pulumi import {token} {shlex.quote(name)} {arn}"


def _quoted(name: str) -> str:
    return json.dumps(name, ensure_ascii=False)


class StaleIdempotentCreate(Conflict):
    """
    What a create found is not what it made.

    Import it if it is this stack's, and leave it alone if it is not.
    """


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
        f"AWS answered {attempts} times with an older {name} that has ended.",
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
