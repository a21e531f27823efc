"""How a state and its inputs are put together, compared and kept; plain values, no calls."""

from collections.abc import Collection

from ..model.arn import Arn
from ..model.errors import ProviderError
from ..model.properties import Properties
from ..model.types import ChangesOnUpdate, ReplaceOnChange, WriteOnly, output_name
from ..resources.contract import Resource
from .context import IDENTITY
from .results import Found


def parsed_id(kind: Resource, arn: str) -> Arn:
    """
    Take an ID apart; say which form it should have, with a sample.

    The ARN of an object stands for the part of it that the resource is.
    """
    try:
        parsed = Arn.parse(arn)
        reason = f"{arn!r} is not the ARN of a {kind.aws_name}"
    except ValueError as error:
        parsed, reason = None, str(error)
    if parsed and (part := parsed.part(kind.arn_form)):
        return part
    if parsed is None or parsed.form not in (kind.arn_form, *kind.other_arn_forms):
        raise ProviderError(
            f"{reason}.",
            advice=f"The ID of a {type(kind).__name__} is an ARN such as {kind.arn_form.sample}.",
        ) from None
    return parsed


def unread(kind: Resource, arn: str, inputs: Properties, why: object) -> Found:
    """Keep what was made and could not be read back."""
    names = kind.State.names()
    found = {"arn": arn, kind.id_name(): Arn.parse(arn).id} | inputs
    state = {n: v for n, v in found.items() if n in names}
    sentence = (
        f"{arn} was created but could not be read back: {why} It is kept in this stack; the "
        "next `pulumi up` completes its outputs."
    )
    return Found(arn, state, inputs, sentence)


def unanswered(
    kind: Resource,
    arn: str,
    old: Properties,
    new: Properties,
    changed: Collection[str],
    why: object,
) -> Found:
    """
    Keep an update as unfinished that AWS may have made or not.

    The outputs that move with every update are not known any more, and the completeness field goes
    too, so that the next update finds out. What was *changed* by taking it out of the program goes
    as well: no input tells of it any more.
    """
    taken_out = set(changed) - new.keys()
    unknown = {kind.completeness_field, *kind.State.marked(ChangesOnUpdate), *taken_out}
    state = {n: old[n] for n in kind.State.names() if n in old and n not in unknown}
    sentence = (
        f"{why} {arn} may have been changed or not: the next `pulumi up` finds out, and repeats "
        "what is missing."
    )
    return Found(arn, state, new, sentence)


def unsure(kind: type[Resource] | Resource, state: Properties) -> Collection[str]:
    """Name what AWS never returns, where nobody knows whether the last update reached AWS."""
    return kind.Inputs.marked(WriteOnly) if _is_unanswered(kind, state) else ()


def with_removed_tags(
    kind: type[Resource] | Resource, state: Properties, current: Properties, inputs: Properties
) -> Properties:
    """
    Add the *current* tags to the inputs where an unanswered update was to take all tags away.

    So they count as the program's, and are removed; else tags that it never sets are left alone.
    """
    removed = _is_unanswered(kind, state) and kind.taggable() and "tags" not in state
    return inputs | {"tags": current.get("tags") or {}} if removed else inputs


def _is_unanswered(kind: type[Resource] | Resource, state: Properties) -> bool:
    return "createdAt" in state and not kind.State.marked(ChangesOnUpdate).keys() & state.keys()


def as_inputs(kind: type[Resource] | Resource, state: Properties) -> Properties:
    """Spell a state as inputs: AWS takes `xIdentifier` and answers `xId`."""
    answers = {n: output_name(n) for n in kind.Inputs.names()}
    return state | {
        name: state[answer]
        for name, answer in answers.items()
        if name not in state and name != answer and answer in state
    }


def effective_inputs(
    kind: type[Resource] | Resource, state: Properties, old_inputs: Properties
) -> Properties:
    """
    Say what the inputs are by now.

    What AWS can change is as AWS shows it. What it cannot change, and what it never shows, is as
    the program said: AWS may show it in another form. What it shows wherever it has it is gone
    where a complete state lacks it.
    """
    fixed, stated = kind.Inputs.marked(ReplaceOnChange), as_inputs(kind, state)
    gone = kind.shown_if_any - stated.keys() if kind.completeness_field in state else ()
    sent = {
        n: v for n, v in old_inputs.items() if n in fixed or (n not in stated and n not in gone)
    }
    return stated | sent


def known_inputs(
    kind: type[Resource] | Resource, state: Properties, old_inputs: Properties
) -> Properties:
    """Leave out what is hidden among inputs, or unsure: none are left where nobody knows them."""
    hidden = {IDENTITY, *unsure(kind, state)}
    return {name: value for name, value in old_inputs.items() if name not in hidden}


def is_older(state: Properties, revision: str) -> bool:
    """Tell whether a state is from before that revision, where both are numbers."""
    try:
        return int(state["revision"]) < int(revision)
    except (KeyError, ValueError):
        return False
