"""The ids that mocks make up: well-formed, always the same, and fitting where one names another."""

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from hashlib import sha256
from typing import Any

from partnercentral_provider.model.arn import FORMS, Arn, short_id
from partnercentral_provider.model.errors import Refused
from partnercentral_provider.model.properties import Properties
from partnercentral_provider.model.types import Identifier
from partnercentral_provider.resources.contract import Resource


class Ids:
    """The ARNs of all objects that a program declares or names."""

    def __init__(self) -> None:
        self._arns: dict[str, str] = {}
        """ARNs, by short ids."""
        self._about: dict[str, list[str]] = {}
        """The short ids of what an object names, by its own."""
        self._types: dict[str, str] = {}
        """What a handshake or a contract asks for, by its short id."""

    def learn(self, inputs: Any) -> None:
        """Note the ARNs among inputs as the program wrote them: canonical are the short ids."""
        if isinstance(inputs, dict):
            for value in inputs.values():
                self.learn(value)
        elif arn := Arn.found_in(inputs):
            self._arns.setdefault(arn.id, arn.whole.text)

    def arn(self, kind: type[Resource], name: str, inputs: Properties, owner: str) -> str:
        """
        Make up the ARN of a resource of this *name*, with canonical *inputs*.

        That of what belongs to another object follows from the inputs. *owner* is what an ARN
        begins with, up to the account.
        """
        named, form = [*_named(inputs)], kind.arn_form
        stated = inputs.get("catalog")
        catalog = stated if isinstance(stated, str) else "Sandbox"
        seed = f"{kind.token()} {name} {json.dumps(inputs, sort_keys=True, default=repr)}"
        asked = inputs.get("handshakeType") or inputs.get("contractType")
        if kind.created_by_account and not form.part:
            id = _made_up(form.prefix, seed)
            self._about[id] = named
            if isinstance(asked, str):
                self._types[id] = asked
            return self._whole(id, owner, catalog, named)
        prefixes = [each.prefix for each in (form, *kind.other_arn_forms)]
        others = [*named, *self._beyond(named)]
        fitting = (id for prefix in prefixes for id in others if id.startswith(f"{prefix}-"))
        whole = self._whole(next(fitting, "") or _made_up(form.prefix, seed), owner, catalog)
        known = [asked, *map(self._types.get, named), "START_SERVICE_PERIOD"]
        type_ = next(each for each in known if isinstance(each, str))
        return f"{whole}/{form.part.format(type=type_)}" if form.part else whole

    def following(self, kind: type[Resource], arn: str, inputs: Properties) -> Properties:
        """Say which outputs follow from an ARN, and from what the inputs name."""
        parsed, named = Arn.parse(arn), [*_named(inputs)]
        found = {
            "arn": arn,
            "catalog": parsed.catalog,
            "handshakeType": parsed.type,
            "relationshipIdentifier": parsed.whole.text,
            kind.id_name(): parsed.id,
        }
        for name, mark in kind.State.marked(Identifier).items():
            for id in (parsed.id, parsed.parent_id, *named, *self._beyond(named)):
                if id.partition("-")[0] in mark.prefixes:
                    found.setdefault(name, id)
        return {n: found[n] for n in kind.State.names() if found.get(n)}

    def offer(self, period: str) -> str:
        """Make up the ARN of the handshake that offers a service period."""
        id, of = _made_up("ch", period), Arn.parse(period)
        self._about[id], self._types[id] = [of.id], "START_SERVICE_PERIOD"
        return self._whole(id, period.partition("catalog/")[0], of.catalog)

    def _beyond(self, ids: list[str]) -> list[str]:
        """Give what is named in turn by the objects with these short ids."""
        return [other for id in ids for other in self._about.get(id, [])]

    def _whole(self, id: str, owner: str, catalog: str, named: list[str] | None = None) -> str:
        """Give the ARN of what has a short id; a parent is among those *named*, or made up."""
        ids = {one.partition("-")[0]: one for one in named or []} | {"catalog": catalog, "id": id}

        def filled(hole: "re.Match[str]") -> str:
            return ids.get(hole[1]) or _made_up(hole[1], id)

        template = FORMS[id.partition("-")[0]].template
        return self._arns.setdefault(id, owner + re.sub(r"\{(\w+)\}", filled, template))


def arn_of_id(kind: type[Resource], id: str) -> str:
    """Give the ARN that an ID is, as for a refresh or an import. Raises Refused."""
    arn = Arn.found_in(id)
    if arn and (part := arn.part(kind.arn_form)):
        return part.text
    if arn is None or arn.form not in (kind.arn_form, *kind.other_arn_forms):
        raise Refused(
            f"{id!r} is not the ARN of a {kind.aws_name}.",
            advice=f"The ID of a {kind.__name__} is an ARN such as {kind.arn_form.sample}.",
        )
    return id


def _named(value: Any) -> Iterator[str]:
    """Find the short ids of all objects that inputs name, at any depth and in their order."""
    if isinstance(value, dict):
        for inner in value.values():
            yield from _named(inner)
    elif isinstance(value, str):
        with suppress(ValueError):
            yield short_id(value, tuple(prefix for prefix in FORMS if "/" not in prefix))


def _made_up(prefix: str, seed: str) -> str:
    """Make the short id that always follows from this seed."""
    return f"{prefix}-{sha256(seed.encode()).hexdigest()[:13]}"
