"""
What a resource is: fields, check, diff, ARNs, unknown values and errors.

Pure data lives here. No I/O, no Pulumi, no AWS, and no other room of the house.
"""

from .arn import Arn, short_id
from .checking import Checked, Failure, check, path
from .conflicts import always_over, changed_elsewhere, exists_already, too_old
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
from .fields import Fields, OneOf, Properties, canonical, from_arn, nested_in
from .query import Query
from .resource import Resource
from .unknown import UNKNOWN, has_unknown
from .vocabulary import (
    AccountId,
    AssociatedResourceIdentifier,
    Catalog,
    ChannelHandshakeIdentifier,
    Digits,
    Fixed,
    Moves,
    Name,
    Note,
    ProgramManagementAccountIdentifier,
    ProviderDefault,
    RelationshipIdentifier,
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
    "Moves",
    "Name",
    "NotFound",
    "Note",
    "OneOf",
    "ProgramManagementAccountIdentifier",
    "Properties",
    "ProviderDefault",
    "ProviderError",
    "Query",
    "QuotaExceeded",
    "Refused",
    "RelationshipIdentifier",
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
    "always_over",
    "camel",
    "canonical",
    "changed_elsewhere",
    "check",
    "diff",
    "exists_already",
    "from_arn",
    "has_unknown",
    "instant",
    "listed",
    "nested_in",
    "path",
    "short_id",
    "too_old",
]
