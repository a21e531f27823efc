"""What a rule is made of."""

import re
from collections.abc import Callable, Mapping
from fnmatch import fnmatchcase
from typing import Any

from pulumi_policy import (
    EnforcementLevel,
    PolicyConfigSchema,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
)

ADVISORY, MANDATORY = EnforcementLevel.ADVISORY, EnforcementLevel.MANDATORY

Props = Mapping[str, Any]
Rule = Callable[[str, ResourceValidationArgs], str | None]
"""Says what is wrong with a resource of a kind, and what to do; None where nothing is."""

_TYPE = re.compile(r"(?:partnercentral:|pulumi-python:dynamic/partnercentral/)channel:(\w+)")


def rule(
    name: str, description: str, level: EnforcementLevel, **config: dict[str, Any]
) -> Callable[[Rule], ResourceValidationPolicy]:
    """Make a policy of a function; *config* describes what users may set."""

    def made(judge: Rule) -> ResourceValidationPolicy:
        def validate(args: ResourceValidationArgs, report: ReportViolation) -> None:
            kind = kind_of(args.resource_type)
            if kind and (said := judge(kind, args)):
                report(said, None)

        schema = PolicyConfigSchema(config)
        return ResourceValidationPolicy(name, description, validate, level, schema)

    return made


def kind_of(resource_type: str) -> str:
    """Name the class of a resource, in either form of the provider; empty for any other's."""
    found = _TYPE.fullmatch(resource_type)
    return found[1] if found else ""


def names(description: str, *default: str) -> dict[str, Any]:
    """Describe a list of names in the configuration; the engine fills in its default."""
    items = {"type": "string"}
    return {"type": "array", "items": items, "default": [*default], "description": description}


def days(description: str, default: int) -> dict[str, Any]:
    """Describe a number of days in the configuration; the engine fills in its default."""
    return {"type": "integer", "minimum": 0, "default": default, "description": description}


def in_stacks(args: ResourceValidationArgs) -> bool:
    """Tell whether `stacks` of the configuration names this stack."""
    stack = args.urn.split(":")[2]
    return any(fnmatchcase(stack, pattern) for pattern in args.get_config()["stacks"])


def payload(props: Props, member: str) -> Props:
    """Give a member of the payload of a handshake or a contract; empty where there is none."""
    return (props.get("payload") or {}).get(member) or {}
