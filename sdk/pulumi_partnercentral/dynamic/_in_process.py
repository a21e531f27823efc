"""What makes a generated class be served in-process."""

import json
from collections.abc import Hashable
from functools import cache
from typing import Any, NoReturn, TypeVar, cast

import pulumi
from partnercentral_provider.hosts.dynamic import pickled
from partnercentral_provider.model.tokens import in_process
from pulumi.runtime.config import is_config_secret

from ._functions import mocked
from .provider import Provider, has_output

A = TypeVar("A")

DEFAULT_TAGS = "partnercentral:defaultTags"


class InProcess(pulumi.CustomResource):
    """
    Follows a generated class in the order of bases, and so receives its call of the constructor.

    It swaps the type for Pulumi's dynamic provider, and adds the two hidden inputs: the pickled
    provider, and who this resource is. What takes tags has `tagsAll` as an input besides, for the
    output of that name: Pulumi knows in a preview only what is an input too, and is secret by name.
    """

    needs_plugin = False

    deletes_first = True
    """Whether AWS refuses a second object like the first; else the provider decides each time."""

    def __init__(
        self, token: str, name: str, props: Any, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        opts = pulumi.ResourceOptions.merge(None, opts)
        if self.deletes_first and opts.delete_before_replace is False:
            raise pulumi.RunError(
                f"{name}: delete_before_replace=False is not possible. AWS refuses a second "
                "object like the first, so that the old one has to be deleted before the new one "
                "is created. Leave the option out."
            )
        if self.deletes_first:
            opts.delete_before_replace = True
        # The version is that of a plugin, which this resource does not use.
        opts.version = opts.plugin_download_url = None
        own = in_process(token)
        # The generated class has this type as an alias; the alias of this one is the plugin's type.
        others = [a for a in opts.aliases or [] if getattr(a, "type_", None) != own]
        opts.aliases = [*others, pulumi.Alias(type_=token)]
        arguments: Any = type(props)
        hidden = _with_hidden(arguments)
        extended = hidden.__new__(hidden)
        extended.__dict__.update(props.__dict__)
        extended.__dict__["_provider_"] = pickled(token)
        extended.__dict__["_identity_"] = _identity(token, name, opts.parent)
        if "tags" in extended.__dict__ and opts.id is None and not mocked():
            tags = _hidden_like_defaults(extended.__dict__["tags"], own, opts)
            extended.__dict__["tags"] = tags
            # Whole, since a transformation may still give the resource a secret tag.
            extended.__dict__["tags_all"] = pulumi.Output.secret({} if tags is None else tags)
        super().__init__(own, name, extended, opts)


def short_id(resource: pulumi.CustomResource) -> pulumi.Output[str]:
    """
    Give AWS's short id, which is the last part of the ARN.

    The ARN and this id follow from Pulumi's id, which stays known in the preview of an update;
    every other output of a dynamic resource is unknown there, and what is wired to it would be
    shown as replaced.
    """
    return resource.id.apply(_last_part)


def _last_part(arn: str) -> str:
    return arn.rpartition("/")[2] if arn else arn


def for_get(
    id: pulumi.Input[str],
    opts: pulumi.ResourceOptions | None,
    generated: type[pulumi.CustomResource],
    arguments: type[A],
) -> tuple[pulumi.ResourceOptions, A]:
    """Give the options and the properties with which a class looks up what has that ID."""
    props = arguments.__new__(arguments)
    outputs = [name for name, value in vars(generated).items() if isinstance(value, property)]
    props.__dict__.update(dict.fromkeys(outputs))
    return pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(id=id)), props


def refuse_exists() -> NoReturn:
    """Say what to ask in place of `exists`, which Pulumi's engine asks of the plugin only."""
    raise pulumi.RunError(
        "`exists` asks the provider plugin, which the classes of `pulumi_partnercentral.dynamic` "
        "do without. Ask a function such as `get_relationships_output`, which gives what exists."
    )


@cache
def _with_hidden(arguments: Hashable) -> Any:
    """Extend an Args class by the hidden inputs, once; their names are in every state for ever."""

    class WithHidden(arguments):  # type: ignore[misc, valid-type] # known at run time only
        @property
        @pulumi.getter(name="__provider")
        def _provider_(self) -> pulumi.Input[str]:
            return cast("pulumi.Input[str]", pulumi.get(self, "_provider_"))

        @property
        @pulumi.getter(name="__identity")
        def _identity_(self) -> pulumi.Input[str]:
            return cast("pulumi.Input[str]", pulumi.get(self, "_identity_"))

        @property
        @pulumi.getter(name="tagsAll")
        def tags_all(self) -> pulumi.Input[Any]:
            return cast("pulumi.Input[Any]", pulumi.get(self, "tags_all"))

    return WithHidden


def _hidden_like_defaults(tags: Any, type_: str, opts: pulumi.ResourceOptions) -> Any:
    """
    Make tags secret, whole, where the default tags may be: Pulumi does not tell the provider.

    The defaults are those of the explicit provider, or else of the stack's configuration.
    """
    listed: Any = opts.providers or {}  # merged options have them by their package
    provider = opts.provider or listed.get(type_.partition(":")[0])
    provider = provider or (opts.parent and opts.parent.get_provider(type_))
    if not isinstance(provider, Provider):
        secret = provider is None and is_config_secret(DEFAULT_TAGS)
        return pulumi.Output.secret(tags or {}) if secret else tags
    if not has_output(provider.stated.get("defaultTags")):
        return tags
    return pulumi.Output.all(tags or {}, provider.values["defaultTags"]).apply(lambda both: both[0])


def _identity(token: str, name: str, parent: pulumi.Resource | None) -> str:
    """Say which resource of which stack this is: its creates are told apart by it."""
    over = [parent.pulumi_resource_type, parent.pulumi_resource_name] if parent else ["", ""]
    # A backend without organizations calls its one "organization", and is not told apart.
    organization = [o for o in [pulumi.get_organization()] if o and o != "organization"]
    return json.dumps([*organization, pulumi.get_project(), pulumi.get_stack(), *over, token, name])
