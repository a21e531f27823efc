"""Which catalog a stack may use."""

import re
from contextlib import suppress

from pulumi_policy import ResourceValidationArgs
from pulumi_policy.proxy import UnknownValueError

from ._rule import MANDATORY, Props, in_stacks, names, rule

_CATALOG = re.compile(r":catalog/(\w+)/")


@rule(
    "sandbox-only",
    "A stack for development uses no catalog but Sandbox.",
    MANDATORY,
    stacks=names("The names of these stacks, such as dev-*.", "dev"),
)
def sandbox_only(kind: str, args: ResourceValidationArgs) -> str | None:
    """Judge whatever is in a catalog."""
    if not in_stacks(args) or (catalog := _catalog(kind, args.props)) in (None, "Sandbox"):
        return None
    return (
        f"This resource is in catalog {catalog}. Set `catalog` to Sandbox, or run `pulumi config "
        "set partnercentral:catalog Sandbox`."
    )


def _catalog(kind: str, props: Props) -> str | None:
    """
    Tell the catalog of a resource: of a service period, its relationship's.

    A relationship whose ARN is not known yet is of the same stack, and is judged itself.
    """
    if kind != "ServicePeriod":
        return props.get("catalog")
    with suppress(UnknownValueError):
        if found := _CATALOG.search(props.get("relationshipIdentifier", "")):
            return found[1]
    return None
