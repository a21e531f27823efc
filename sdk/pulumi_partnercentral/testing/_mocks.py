"""Mocks that answer what the provider would preview, from its own check: no engine, no AWS."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
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
from partnercentral_provider.model.checking import check
from partnercentral_provider.model.errors import ProviderError, Refused
from partnercentral_provider.model.properties import Properties
from partnercentral_provider.model.tokens import in_process
from partnercentral_provider.model.types import ProviderDefault
from partnercentral_provider.model.unknown import UNKNOWN
from partnercentral_provider.resources import by_token
from partnercentral_provider.resources.contract import Resource
from pulumi.output import Unknown
from pulumi.runtime import MockCallArgs, MockResourceArgs, Mocks, rpc

from ._fixtures import ACCOUNT
from ._ids import Ids, arn_of_id

REGION = "us-east-1"
"""The region of the ARNs, where the configuration states none."""

Answer = Mapping[str, Any] | Callable[[dict[str, Any]], Mapping[str, Any]]
"""What a function answers, by the names of the wire; or what makes it of the arguments."""


@dataclass(frozen=True)
class _Provider:
    """A configuration, and the provider that checks under it."""

    configuration: Configuration
    life: Lifecycle

    @property
    def owner(self) -> str:
        """What the ARNs of its account begin with."""
        account = self.configuration.account() or ACCOUNT
        return f"arn:aws:partnercentral:{self.configuration.region or REGION}:{account}:"


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
    "IN_FORCE"}}`; ValueError is raised for what is no output of the resource.

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
        self._providers = {"": self._provider(configuration)}
        self._ids = Ids()
        self._states: dict[str, Properties] = {}
        """What is known of all that was declared, by its ARN."""
        self._lock = Lock()  # Pulumi asks from several threads

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
        with self._lock:
            if args.resource_id and args.custom is None:  # a `.get()`
                state = self._looked_up(kind, args.resource_id)
            else:
                state = self._declared(kind, args, plain(given))
            state |= self._told(kind, args.name)
            arn = str(state["arn"])
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
                known = self._states.get(str(given.get("arn")), {})
            shown = {name: known[name] for name in kind.Outputs.names() if name in known}
            answer = _given_out(hide(kind.Outputs, shown)) or None
        if answer is None:
            arguments = json.dumps(given, default=repr)
            raise ProviderError(
                f"These mocks have no answer to {args.token} with {arguments}.",
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
        self, kind: type[Resource], args: MockResourceArgs, inputs: Properties
    ) -> Properties:
        """Check inputs; give what the preview of their creation knows, and the ids."""
        provider, token = self._of(args.provider), kind.token()
        identity = [pulumi.get_project(), pulumi.get_stack(), "", "", token, args.name]
        checked = provider.life.check(token, inputs | {IDENTITY: json.dumps(identity)})
        if checked.failures:
            reasons = " ".join(f"`{f.property}` {f.reason}." for f in checked.failures)
            raise Refused(f"{kind.__name__} {args.name}: the inputs cannot be used.", reasons)
        planned = provider.life.preview(PreviewRequest(token, checked.inputs))
        known = {name: value for name, value in planned.items() if value is not UNKNOWN}
        self._ids.learn(inputs)
        canonical = {n: v for n, v in checked.inputs.items() if n != IDENTITY}
        if args.resource_id:  # an import
            arn = arn_of_id(kind, args.resource_id)
        else:
            arn = self._ids.arn(kind, args.name, canonical, provider.owner)
        found = self._ids.following(kind, arn, canonical)
        if "channelHandshakeArn" in kind.State.names():  # of a service period, which is offered
            found["channelHandshakeArn"] = self._ids.offer(arn)
        return found | known

    def _looked_up(self, kind: type[Resource], id: str) -> Properties:
        """Give what is known of an object with this ID: declared here, or what its ARN tells."""
        arn = arn_of_id(kind, id)
        known = {n: v for n, v in self._states.get(arn, {}).items() if n in kind.Outputs.names()}
        return self._ids.following(kind, arn, {}) | known

    def _told(self, kind: type[Resource], name: str) -> Properties:
        """Give the outputs that the test states for a resource. Raises ValueError."""
        stated, names = self._outputs.get(name, {}), kind.Outputs.names()
        if strange := sorted({*stated} - {*names}):
            raise ValueError(f"{name} has no output {strange[0]!r}; it has {', '.join(names)}.")
        return {**stated}


def _kind(token: str) -> type[Resource] | None:
    """Find the resource of a type of either form."""
    return next((k for own, k in by_token().items() if token in (own, in_process(own))), None)


def _wrong(
    kind: type[Query], given: Properties, configuration: Configuration
) -> list[tuple[str, str]]:
    """Name what is wrong with the arguments of a function, as the provider does."""
    defaults = {n: getattr(configuration, n) for n in kind.Inputs.marked(ProviderDefault)}
    arguments = {n: v for n, v in (defaults | given).items() if v is not None}
    return [(f.property, f.reason) for f in check(kind.Inputs, arguments).failures]


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
        return Unknown()  # type: ignore[no-untyped-call] # Pulumi's own class
    if isinstance(value, Secret):
        return rpc.wrap_rpc_secret(_given_out(value.value))
    if isinstance(value, dict):
        return {name: _given_out(inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_given_out(inner) for inner in value]
    return value
