"""
What a resource is: fields, check, diff, ARNs, unknown values and errors.

Pure data lives here. No I/O, no Pulumi, no AWS, and no other room of the house.
"""

from .arn import Arn, short_id
from .checking import Checked, Failure, check, path
from .diffing import Diff, diff
from .errors import (
    Conflict,
    Denied,
    Incapable,
    Misconfigured,
    NotFound,
    ProviderError,
    QuotaExceeded,
    Refused,
    Throttled,
    Unauthenticated,
    Unreachable,
    WrongAccount,
    listed,
)
from .fields import Fields, OneOf, Properties, canonical, nested_fields
from .resource import Resource
from .unknown import UNKNOWN, has_unknown
from .vocabulary import (
    AccountId,
    AssociatedResourceIdentifier,
    Catalog,
    ChannelHandshakeIdentifier,
    Digits,
    Fixed,
    Name,
    Note,
    ProgramManagementAccountIdentifier,
    ProviderDefault,
    ReplaceOnChange,
    SomeBotocore,
    Tags,
    Timestamp,
    Values,
    WriteOnly,
    camel,
    instant,
)

__all__ = [
    "UNKNOWN",
    "AccountId",
    "Arn",
    "AssociatedResourceIdentifier",
    "Catalog",
    "ChannelHandshakeIdentifier",
    "Checked",
    "Conflict",
    "Denied",
    "Diff",
    "Digits",
    "Failure",
    "Fields",
    "Fixed",
    "Incapable",
    "Misconfigured",
    "Name",
    "NotFound",
    "Note",
    "OneOf",
    "ProgramManagementAccountIdentifier",
    "Properties",
    "ProviderDefault",
    "ProviderError",
    "QuotaExceeded",
    "Refused",
    "ReplaceOnChange",
    "Resource",
    "SomeBotocore",
    "Tags",
    "Throttled",
    "Timestamp",
    "Unauthenticated",
    "Unreachable",
    "Values",
    "WriteOnly",
    "WrongAccount",
    "camel",
    "canonical",
    "check",
    "diff",
    "has_unknown",
    "instant",
    "listed",
    "nested_fields",
    "path",
    "short_id",
]
