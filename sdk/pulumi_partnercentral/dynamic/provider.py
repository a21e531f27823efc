"""Explicit providers: one program that acts as several accounts."""

import json
from typing import Any

import pulumi

from pulumi_partnercentral import provider as _generated


class _InProcess(pulumi.ProviderResource):
    """Follows the generated class in the order of bases, and so receives its call."""

    def __init__(
        self, package: str, name: str, props: Any, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        given = {_camel(n): _serialized(n, v) for n, v in vars(props).items() if v is not None}
        self.values: dict[str, Any] = given
        """The configuration by its keys, for functions that are asked in this process."""
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


_OBJECTS = ("accounts", "assume_role_with_web_identity", "assume_roles", "endpoints")
"""Arguments whose members a program spells as Python does; the generated class keeps that."""


def _serialized(name: str, value: Any) -> Any:
    if name not in _OBJECTS:
        return value
    return pulumi.Output.from_input(value).apply(
        lambda text: json.dumps(_members(json.loads(text)))
    )


def _members(value: Any) -> Any:
    if isinstance(value, list):
        return [_members(inner) for inner in value]
    if isinstance(value, dict):
        return {_camel(n): v if n == "tags" else _members(v) for n, v in value.items()}
    return value


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)
