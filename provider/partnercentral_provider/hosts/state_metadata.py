"""
What the dynamic protocol drops, kept among a resource's outputs.

It hands a provider the old outputs and never the old inputs. So the outputs hold them too, under
names that no diff shows. The names are in every stack's state, and for ever.
"""

import json

from ..lifecycle.context import IDENTITY
from ..lifecycle.results import Found
from ..model.properties import Properties
from ..model.types import output_name

INPUT_NAMES = "__inputs"
"""The names of the inputs that the program had set, joined by commas."""

SENT_INPUTS = "__sent"
"""The inputs that AWS shows in another form, as they were sent."""


def pack(found: Found) -> Properties:
    """Make outputs of what was found, from which `unpack` can tell its inputs."""
    inputs = {n: v for n, v in found.inputs.items() if n != IDENTITY}
    state = found.outputs
    silent = {n: v for n, v in inputs.items() if not {n, output_name(n)} & state.keys()}
    sent = {n: v for n, v in inputs.items() if n in state and state[n] != v}
    return (
        state
        | silent
        | ({INPUT_NAMES: ",".join(inputs)} if inputs else {})
        | ({SENT_INPUTS: sent} if sent else {})
        | ({IDENTITY: found.inputs[IDENTITY]} if IDENTITY in found.inputs else {})
    )


def unpack(outputs: Properties) -> Properties:
    """Tell the inputs from outputs, by this version or an older one."""
    names = str(outputs.get(INPUT_NAMES) or "")
    shown = outputs | (outputs.get(SENT_INPUTS) or {})
    inputs = {
        name: shown.get(name, shown.get(output_name(name)))
        for name in names.split(",")
        if name in shown or output_name(name) in shown
    }
    return inputs | ({IDENTITY: outputs[IDENTITY]} if IDENTITY in outputs else {})


def same_identity(olds: Properties, news: Properties) -> Properties:
    """
    Give the identity of the inputs before, where the new one only says the organization too.

    States of 0.1.0 have identities without an organization, and keep them: nothing changed.
    """
    old, new = (json.loads(str(of.get(IDENTITY) or "[]")) for of in (olds, news))
    return {IDENTITY: olds[IDENTITY]} if old and old == new[-len(old) :] else {}
