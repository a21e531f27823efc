"""What may be deleted while it is in force: whatever `forceDestroy` is true for."""

from typing import Any

from pulumi_policy import (
    PolicyConfigSchema,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    StackValidationArgs,
    StackValidationPolicy,
)
from pulumi_policy.proxy import UNKNOWN_STRING_VALUE, UnknownValueError

from ._rule import MANDATORY, in_stacks, kind_of, names, rule

GUARDED = ("ProgramManagementAccount", "Relationship")


@rule(
    "no-force-destroy",
    "Nothing in production may be deleted while it is in force.",
    MANDATORY,
    stacks=names("The names of the stacks of production, such as prod-*.", "*"),
)
def no_force_destroy(kind: str, args: ResourceValidationArgs) -> str | None:
    """Judge what a program asks for in catalog AWS, whether or not it is in force yet."""
    forced = kind in GUARDED and in_stacks(args) and args.props.get("forceDestroy")
    if not forced or args.props.get("catalog") != "AWS":
        return None
    return (
        "This resource is in catalog AWS, and `forceDestroy` lets it be deleted even while it is "
        "in force. Take `forceDestroy` out of the program."
    )


class ActiveAccountsGuarded(StackValidationPolicy, ResourceValidationPolicy):
    """
    Judges what AWS shows: an account that is ACTIVE, and has no guard.

    `forceDestroy` is an input and `status` an output. The engine shows the inputs of each resource
    first, and the outputs of all at the end of the same run: so this is a policy of both kinds.
    """

    def __init__(self) -> None:
        # It makes what both have; the other's own would be a function, which `validate` replaces.
        ResourceValidationPolicy.__init__(
            self,
            "active-accounts-guarded",
            "No program management account may be deleted while it is ACTIVE.",
            enforcement_level=MANDATORY,
            config_schema=PolicyConfigSchema(
                {"catalogs": names("The catalogs whose accounts are looked at.", "AWS")}
            ),
        )
        self._unguarded: set[str] = set()

    def validate(self, args: Any, report_violation: ReportViolation) -> None:
        """Note what has no guard; at the end, judge which of it is ACTIVE."""
        if isinstance(args, StackValidationArgs):
            self._judge(args, report_violation)
        elif kind_of(args.resource_type) == "ProgramManagementAccount":
            self._note(args)

    def _note(self, args: ResourceValidationArgs) -> None:
        self._unguarded.discard(args.urn)
        catalog = args.props.get("catalog")
        if catalog not in args.get_config()["catalogs"]:
            return
        force = args.props.get("forceDestroy")
        if force or (force is None and catalog == "Sandbox"):  # as the provider counts it
            self._unguarded.add(args.urn)

    def _judge(self, args: StackValidationArgs, report: ReportViolation) -> None:
        unknown = None
        for resource in args.resources:
            if resource.urn not in self._unguarded:
                continue
            try:
                active = resource.props["status"] == "ACTIVE"
            except UnknownValueError as error:
                unknown = error  # the others are judged first
                continue
            except KeyError:  # in-process, the preview of a change shows no outputs at all
                unknown = UnknownValueError(UNKNOWN_STRING_VALUE, ["status"])
                continue
            if active:
                report(
                    f"{resource.name} is ACTIVE, and `forceDestroy` lets it be deleted: it is "
                    "true, which it also is in catalog Sandbox where absent. Set it to false.",
                    resource.urn,
                )
        if unknown:
            raise unknown
