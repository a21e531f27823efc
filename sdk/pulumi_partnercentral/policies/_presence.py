"""What a resource has to have that AWS does not ask for."""

from contextlib import suppress

from pulumi_policy import ResourceValidationArgs
from pulumi_policy.proxy import UnknownValueError

from ._rule import ADVISORY, Props, names, rule

TAGGABLE = ("ProgramManagementAccount", "Relationship", "ChannelHandshake", "ChannelContract")


@rule(
    "owner-tag",
    "Whatever takes tags has a tag that tells its owner.",
    ADVISORY,
    tags=names("The keys of the tags that need a value.", "owner"),
)
def owner_tag(kind: str, args: ResourceValidationArgs) -> str | None:
    """Judge the tags of a resource, the default tags of its provider among them."""
    if kind not in TAGGABLE:
        return None
    tags = args.props.get("tags") or {}
    missing = [key for key in args.get_config()["tags"] if not _has(tags, key)]
    if not missing:
        return None
    return (
        f"This resource has no value for {', '.join(missing)} among its tags. Add it to `tags`, or "
        "to `partnercentral:defaultTags` for all resources."
    )


def _has(tags: Props, key: str) -> bool:
    """Tell whether a tag has a value; one that is known only after apply is a value."""
    with suppress(UnknownValueError):
        return bool(tags.get(key))
    return True


@rule(
    "support-plan",
    "A relationship asks AWS for a support plan.",
    ADVISORY,
    associationTypes=names(
        "The types of relationships that need one.", "END_CUSTOMER", "DOWNSTREAM_SELLER"
    ),
)
def support_plan(kind: str, args: ResourceValidationArgs) -> str | None:
    """Judge a relationship by its program alone: AWS never returns the plan."""
    if kind != "Relationship" or "requestedSupportPlan" in [*args.props]:
        return None
    association = args.props.get("associationType")
    if association not in args.get_config()["associationTypes"]:
        return None
    return (
        f"This relationship of type {association} asks for no support plan. Set "
        "`requestedSupportPlan`."
    )
