"""Mocks that answer what the provider would preview, from its own check: no engine, no AWS."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from threading import Lock
from typing import Any

import pulumi
from partnercentral_provider.config import NAMESPACE, Configuration
from partnercentral_provider.functions import by_function
from partnercentral_provider.functions.contract import Query
from partnercentral_provider.hosts.secrets import hide, marked_like
from partnercentral_provider.hosts.wire import Secret, plain
from partnercentral_provider.lifecycle.context import IDENTITY
from partnercentral_provider.lifecycle.lifecycle import Lifecycle
from partnercentral_provider.lifecycle.requests import PreviewRequest
from partnercentral_provider.model.arn import FORMS, Arn, short_id
from partnercentral_provider.model.checking import check
from partnercentral_provider.model.errors import ProviderError, Refused
from partnercentral_provider.model.properties import Properties
from partnercentral_provider.model.tokens import in_process
from partnercentral_provider.model.types import Identifier, ProviderDefault
from partnercentral_provider.model.unknown import UNKNOWN
from partnercentral_provider.resources import by_token
from partnercentral_provider.resources.contract import Resource
from pulumi.output import Unknown
from pulumi.runtime import MockCallArgs, MockResourceArgs, Mocks, rpc

from ._fixtures import ACCOUNT

REGION = "us-east-1"
"""The region of the ARNs, where the configuration states none."""

Answer = Mapping[str, Any] | Callable[[dict[str, Any]], Mapping[str, Any]]
"""What a function answers, by the names of the wire; or what makes it of the arguments."""


@dataclass(frozen=True)
class _Provider:
    """A configuration, and the provider that checks under it."""

    configuration: Configuration
    life: Lifecycle

    def arn(self, path: str) -> str:
        """Give the ARN of an object of its account."""
        account = self.configuration.account() or ACCOUNT
        region = self.configuration.region or REGION
        return f"arn:aws:partnercentral:{region}:{account}:{path}"


class ChannelMocks(Mocks):
    """
    Mocks for `pulumi.runtime.set_mocks`: the provider itself checks what a program declares.

    Inputs that it would refuse raise Refused with its own sentence. The outputs are those that a
    preview knows, in canonical form; beside them the ID, the ARN and the short ids are made up,
    well-formed and always the same for the same resource. What only AWS can tell stays None, or
    unknown under `set_mocks(…, preview=True)`. Both forms of the resources are understood; what
    belongs to other packages has its name and `_id` as ID, and its inputs as outputs.

    *configuration* has the keys that a stack has under `partnercentral:`, such as `{"catalog":
    "Sandbox"}`; where absent, it is what `pulumi.runtime.set_all_config` has set before. *answers*
    are those of functions, by their tokens, such as `partnercentral:channel:getRelationships`: the
    result by the names of the wire (`displayName`), or a function that makes it of the arguments.
    Without one, a `getX` with the ARN of what the program declared is answered with that, and
    everything else raises ProviderError. *outputs* are what AWS is to have told of single
    resources, by the resource's name and then as on the wire: `{"service": {"status":
    "IN_FORCE"}}`.

    Raises Misconfigured where the configuration is wrong, ValueError for the token of a function
    that this package does not have.
    """

    warnings: list[str]
    """What the provider warned of, a sentence each."""

    def __init__(
        self,
        configuration: Mapping[str, Any] | None = None,
        answers: Mapping[str, Answer] | None = None,
        outputs: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> None:
        if configuration is None:
            stack = pulumi.Config(NAMESPACE)
            stated = {name: stack.get(name) for name in Configuration.names()}
            configuration = {name: value for name, value in stated.items() if value is not None}
        self.warnings = []
        self._answers, self._outputs = {**(answers or {})}, {**(outputs or {})}
        for token in self._answers:
            if token.startswith(f"{NAMESPACE}:") and token not in by_function():
                raise ValueError(f"There is no function {token!r}: {', '.join(by_function())}.")
        self._lock = Lock()  # Pulumi asks from several threads
        self._providers = {"": self._provider(configuration)}
        self._arns: dict[str, str] = {}
        """ARNs by short ids."""
        self._about: dict[str, list[str]] = {}
        """What an object names, by short ids."""
        self._states: dict[str, Properties] = {}
        """What is known of an object, by its ARN."""

    def new_resource(self, args: MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        """Check a resource, and answer with its ID and what is known of it. Raises Refused."""
        given = _taken(args.inputs)
        if args.typ in (f"pulumi:providers:{NAMESPACE}", "pulumi:providers:pulumi-python"):
            values = plain(given)
            own = Configuration.own(values) if args.typ.endswith("python") else values
            self._providers[f"{args.name}_id"] = self._provider(own)
        kind = _kind(args.typ)
        if kind is None:
            return f"{args.name}_id", args.inputs
        provider = self._of(args.provider)
        with self._lock:
            if args.resource_id and args.custom is None:  # a `.get()`
                state = self._looked_up(kind, args.resource_id)
            else:
                state = self._declared(kind, args, plain(given), provider)
            state |= self._told(kind, args.name)
            arn = state["arn"]
            self._states[arn] = self._states.get(arn, {}) | state
        given |= {"tagsAll": given["tags"]} if "tags" in given else {}
        return arn, _given_out(marked_like(hide(kind.Outputs, state), given))

    def call(self, args: MockCallArgs) -> tuple[dict[str, Any], list[tuple[str, str]]]:
        """Answer a function, or name each argument that is wrong. Raises ProviderError."""
        given, kind = plain(_taken(args.args)), by_function().get(args.token)
        if kind and (failures := _wrong(kind, given, self._of(args.provider).configuration)):
            return {}, failures
        answer = self._answers.get(args.token)
        if callable(answer):
            answer = answer(given)
        if answer is None and kind:
            with self._lock:
                known = self._states.get(given.get("arn", ""), {})
            shown = {name: known[name] for name in kind.Outputs.names() if name in known}
            answer = _given_out(hide(kind.Outputs, shown)) or None
        if answer is None:
            raise ProviderError(
                f"These mocks have no answer to {args.token} with {json.dumps(given, default=repr)}.",
                advice=f"Give them one: ChannelMocks(answers={{{args.token!r}: {{…}}}}).",
            )
        return {**answer}, []

    def _provider(self, values: Mapping[str, Any]) -> _Provider:
        configuration = Configuration.of({"region": REGION} | {**values})
        return _Provider(configuration, Lifecycle(configuration, self.warnings.append))

    def _of(self, reference: str | None) -> _Provider:
        """Give the provider of a reference, which ends in its ID; the stack's, where it is none."""
        return self._providers.get((reference or "").rpartition("::")[2], self._providers[""])

    def _declared(
        self, kind: type[Resource], args: MockResourceArgs, inputs: Properties, provider: _Provider
    ) -> Properties:
        """Check inputs, and say what the preview of their creation knows, and which ids follow."""
        token = kind.token()
        identity = [pulumi.get_project(), pulumi.get_stack(), "", "", token, args.name]
        checked = provider.life.check(token, inputs | {IDENTITY: json.dumps(identity)})
        if checked.failures:
            reasons = " ".join(f"`{f.property}` {f.reason}." for f in checked.failures)
            raise Refused(f"{kind.__name__} {args.name}: the inputs cannot be used.", reasons)
        planned = provider.life.preview(PreviewRequest(token, checked.inputs))
        known = {name: value for name, value in planned.items() if value is not UNKNOWN}
        self._learn(inputs)
        named = [*_named(checked.inputs)]
        if args.resource_id:  # an import
            arn = _arn_of_id(kind, args.resource_id)
        else:
            arn = self._arn(kind, args.name, checked.inputs, named, provider)
        return self._following(kind, arn, named) | known | {"arn": arn}

    def _looked_up(self, kind: type[Resource], id: str) -> Properties:
        """Say what is known of an object with this ID: declared here, or what its ARN tells."""
        arn = _arn_of_id(kind, id)
        known = {n: v for n, v in self._states.get(arn, {}).items() if n in kind.Outputs.names()}
        return self._following(kind, arn, []) | known | {"arn": arn}

    def _told(self, kind: type[Resource], name: str) -> Properties:
        """Give the outputs that the test states for a resource. Raises ValueError."""
        stated = self._outputs.get(name, {})
        if strange := stated.keys() - kind.Outputs.names():
            names = ", ".join(kind.Outputs.names())
            raise ValueError(f"{name} has no output {sorted(strange)[0]!r}; it has {names}.")
        return {**stated}

    def _learn(self, given: Any) -> None:
        """Note the ARNs among inputs, whose canonical form is the short id alone."""
        if isinstance(given, dict):
            for value in given.values():
                self._learn(value)
        elif arn := Arn.found_in(given):
            self._arns.setdefault(arn.id, arn.whole.text)

    def _arn(
        self,
        kind: type[Resource],
        name: str,
        inputs: Properties,
        named: list[str],
        provider: _Provider,
    ) -> str:
        """Make up the ARN of an object; of what belongs to another one, it follows from that."""
        catalog, form = inputs.get("catalog"), kind.arn_form
        catalog = catalog if isinstance(catalog, str) else "Sandbox"
        seed = f"{kind.token()} {name} {json.dumps(inputs, sort_keys=True, default=repr)}"
        if kind.created_by_account and not form.part:
            id = _made_up(form.prefix, seed)
            self._about[id] = named
            return self._arn_of(id, catalog, provider, named)
        others = [*named, *(id for one in named for id in self._about.get(one, []))]
        prefixes = [each.prefix for each in (form, *kind.other_arn_forms)]
        fitting = (id for prefix in prefixes for id in others if id.startswith(f"{prefix}-"))
        id = next(fitting, "") or _made_up(form.prefix, seed)
        arn = self._arn_of(id, catalog, provider)
        if not form.part:
            return arn
        states = (self._states.get(self._arns.get(one, ""), {}) for one in named)
        types = (
            properties.get("handshakeType") or properties.get("contractType")
            for properties in (inputs, *states)
        )
        type = next((each for each in types if isinstance(each, str)), "START_SERVICE_PERIOD")
        return f"{arn}/{form.part.format(type=type)}"

    def _arn_of(
        self, id: str, catalog: str, provider: _Provider, named: list[str] | None = None
    ) -> str:
        """Give the ARN of what has a short id; its parents are among those *named*, or made up."""
        if id not in self._arns:
            template = FORMS[id.partition("-")[0]].template
            ids = {one.partition("-")[0]: one for one in named or []}
            ids |= {"catalog": catalog, "id": id}

            def filled(hole: "re.Match[str]") -> str:
                return ids.get(hole[1]) or _made_up(hole[1], id)

            self._arns[id] = provider.arn(re.sub(r"\{(\w+)\}", filled, template))
        return self._arns[id]

    def _following(self, kind: type[Resource], arn: str, named: list[str]) -> Properties:
        """Say which outputs follow from an ARN, and from what the inputs name."""
        parsed, names = Arn.parse(arn), kind.State.names()
        about = [id for one in named for id in self._about.get(one, [])]
        found = {"catalog": parsed.catalog, kind.id_name(): parsed.id, "handshakeType": parsed.type}
        for name, mark in kind.State.marked(Identifier).items():
            for id in (parsed.id, parsed.parent_id, *named, *about):
                if id.partition("-")[0] in mark.prefixes:
                    found.setdefault(name, id)
        if "channelHandshakeArn" in names:  # of a service period, which sends one
            found["channelHandshakeArn"] = self._offer(parsed)
        return {name: value for name, value in found.items() if name in names and value}

    def _offer(self, period: Arn) -> str:
        """Make up the handshake that offers a service period."""
        id = _made_up("ch", period.text)
        owner = period.text.partition("/program-management-account/")[0]
        arn = self._arns.setdefault(id, f"{owner}/channel-handshake/{id}")
        self._about[id] = [period.id]
        self._states.setdefault(
            arn, {"arn": arn, "channelHandshakeId": id, "handshakeType": "START_SERVICE_PERIOD"}
        )
        return arn


def _kind(type: str) -> type[Resource] | None:
    """Find the resource of a type of either form."""
    kinds = by_token()
    return next((kinds[token] for token in kinds if type in (token, in_process(token))), None)


def _arn_of_id(kind: type[Resource], id: str) -> str:
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


def _wrong(
    kind: type[Query], given: Properties, configuration: Configuration
) -> list[tuple[str, str]]:
    """Name what is wrong with the arguments of a function, as the provider does."""
    defaults = {n: getattr(configuration, n) for n in kind.Inputs.marked(ProviderDefault)}
    arguments = {n: v for n, v in (defaults | given).items() if v is not None}
    return [(f.property, f.reason) for f in check(kind.Inputs, arguments).failures]


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


def _taken(value: Any) -> Any:
    """Take values in, as Pulumi gives them to mocks: secrets and unknown ones become ours."""
    if isinstance(value, Unknown):
        return UNKNOWN
    if rpc.is_rpc_secret(value):
        return Secret(_taken(rpc.unwrap_rpc_secret(value)))
    if isinstance(value, dict):
        return {name: _taken(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_taken(inner) for inner in value]
    return value


def _given_out(value: Any) -> Any:
    """Give our values out."""
    if value is UNKNOWN:
        return Unknown()
    if isinstance(value, Secret):
        return rpc.wrap_rpc_secret(_given_out(value.value))
    if isinstance(value, dict):
        return {name: _given_out(inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_given_out(inner) for inner in value]
    return value
