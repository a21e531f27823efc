"""Writes a channel down as a Python program, in which what belongs together refers to it."""

import json
import keyword
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic.alias_generators import to_snake

from ..model.arn import Arn
from ..model.properties import Properties

TAKEN = {"channel", "pulumi"}
"""Names that the program imports."""

_HEAD = '''\
"""The channel of account {account} in catalog {catalog}, as AWS had it."""

import pulumi
from pulumi_partnercentral import channel

protected = pulumi.ResourceOptions(protect=True)
'''


@dataclass(frozen=True)
class Described:
    """One resource of the program: its class, its name, its ARN and its inputs."""

    kind: str
    name: str
    arn: str
    inputs: Properties


def written(resources: Iterable[Described]) -> str:
    """
    Write the program, in the form that Python's formatters leave as it is.

    Parents come before children. Where an input is the id of one of the *resources*, it is that
    one's `.arn`, so that Pulumi knows which is deleted first.
    """
    found = list(resources)
    variables = dict(
        zip((one.arn for one in found), identifiers(one.name for one in found), strict=True)
    )
    for arn in [*variables]:
        parsed = Arn.parse(arn)
        if not parsed.form.part:  # an input names its object by the ARN or the short id
            variables[parsed.id] = variables[arn]
    return "\n".join([_head(found), *(_resource(one, variables) for one in found)])


def identifiers(names: Iterable[str]) -> list[str]:
    """Make a variable of each name, in letters of any script; none is like another."""
    taken: set[str] = {*TAKEN, "protected"}
    made = []
    for name in names:
        # Python itself takes identifiers of the same letters for one, in this very form.
        plain = unicodedata.normalize("NFKC", name)
        word = "".join(c if f"_{c}".isidentifier() else "_" for c in plain)
        if not word.isidentifier():
            word = f"_{word}"
        unique, number = word, 1
        while unique in taken or keyword.iskeyword(unique):
            number += 1
            unique = f"{word}_{number}"
        taken.add(unique)
        made.append(unique)
    return made


def _head(found: list[Described]) -> str:
    if not found:
        return '"""An empty channel."""\n'
    first = Arn.parse(found[0].arn)
    return _HEAD.format(account=first.account, catalog=first.catalog)


def _resource(one: Described, variables: Mapping[str, str]) -> str:
    arguments = "".join(
        f"    {to_snake(name)}={_literal(name, value, variables, 1)},\n"
        for name, value in one.inputs.items()
    )
    return (
        f"{variables[one.arn]} = channel.{one.kind}(\n    {quoted(one.name)},\n{arguments}"
        "    opts=protected,\n)\n"
    )


def _literal(name: str, value: Any, variables: Mapping[str, str], depth: int) -> str:
    """Spell a value; the keys of tags are the user's own, all others are names of fields."""
    if isinstance(value, dict):
        serialized = str if name == "tags" else to_snake
        inner = "".join(
            f"{'    ' * (depth + 1)}{quoted(serialized(key))}: "
            f"{_literal(key if name != 'tags' else '', item, variables, depth + 1)},\n"
            for key, item in value.items()
        )
        return f"{{\n{inner}{'    ' * depth}}}"
    if isinstance(value, list):
        inner = "".join(
            f"{'    ' * (depth + 1)}{_literal('', item, variables, depth + 1)},\n" for item in value
        )
        return f"[\n{inner}{'    ' * depth}]"
    if isinstance(value, str):
        if name.endswith("Identifier") and value in variables:
            return f"{variables[value]}.arn"
        return quoted(value)
    return repr(value)


def quoted(text: str) -> str:
    """Quote a text as Python's formatters do, and escape what nobody could see."""
    inner = json.dumps(text, ensure_ascii=False)[1:-1]
    seen = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in inner)
    if '\\"' in seen and text.count('"') > text.count("'"):
        single = text.replace("\\", "\\\\").replace("'", "\\'")
        seen = "".join(
            c if c.isprintable() else c.encode("unicode_escape").decode() for c in single
        )
        return f"'{seen}'"
    return f'"{seen}"'
