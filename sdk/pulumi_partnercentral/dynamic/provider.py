"""Explicit providers: one program that acts as several accounts."""

import inspect
import json
from collections.abc import Mapping
from typing import Any

import pulumi

from pulumi_partnercentral import provider as _generated


class _InProcess(pulumi.ProviderResource):
    """Follows the generated class in the order of bases, and so receives its call."""

    needs_plugin = False

    def __init__(
        self, package: str, name: str, props: Any, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        given = {_camel(n): _serialized(n, v) for n, v in vars(props).items() if v is not None}
        self.values: dict[str, Any] = given
        """The configuration by its keys, for functions that wait for outputs."""
        opts = pulumi.ResourceOptions.merge(None, opts)
        # The version is that of a plugin, which this provider does not use.
        opts.version = opts.plugin_download_url = None
        values = {f"{package}:{n}": v for n, v in given.items()}
        super().__init__("pulumi-python", name, values, opts)


class Provider(_generated.Provider, _InProcess):
    """
    A configuration of its own for the resources that are given it by `provider=`.

    See `pulumi_partnercentral.Provider`, whose arguments it takes. It does not inherit the stack's
    `partnercentral:` values. A change of its arguments changes the provider and never the
    resources.
    """

    stated: dict[str, Any]
    """The configuration by its keys, as the program states it: for functions that do not wait."""

    def _internal_init(self, resource_name: str, *arguments: Any, **given: Any) -> None:
        # The generated class wraps what is no text into an output, also where it is plain.
        self.stated = {
            _camel(name): _members(_plain(value)) if name in _OBJECTS else _plain(value)
            for name, value in given.items()
            if value is not None and name not in ("opts", "__props__")
        }
        super()._internal_init(resource_name, *arguments, **given)


def has_output(value: Any) -> bool:
    """Tell whether a value is, or holds at any depth, what the program waits for."""
    if isinstance(value, Mapping):
        return any(has_output(inner) for inner in value.values())
    if isinstance(value, (list, tuple)):
        return any(has_output(inner) for inner in value)
    return isinstance(value, pulumi.Output) or inspect.isawaitable(value)


_OBJECTS = (
    "accounts",
    "assume_role_with_web_identity",
    "assume_roles",
    "default_tags",
    "endpoints",
    "ignore_tags",
)
"""Arguments whose members a program spells as Python does; the generated class keeps that."""


def _serialized(name: str, value: Any) -> Any:
    if name not in _OBJECTS:
        return value
    return pulumi.Output.from_input(value).apply(
        lambda text: json.dumps(_members(json.loads(text)))
    )


def _plain(value: Any) -> Any:
    """Take Args classes apart into dictionaries; an output in one of them stays."""
    if hasattr(type(value), "_pulumi_input_type") and not isinstance(value, Mapping):
        value = vars(value)
    if isinstance(value, Mapping):
        return {name: _plain(inner) for name, inner in value.items() if inner is not None}
    if isinstance(value, (list, tuple)):
        return [_plain(inner) for inner in value]
    return value


def _members(value: Any) -> Any:
    if isinstance(value, list):
        return [_members(inner) for inner in value]
    if isinstance(value, dict):
        return {_camel(n): v if n == "tags" else _members(v) for n, v in value.items()}
    return value


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)
