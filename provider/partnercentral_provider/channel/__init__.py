"""
The only room that knows boto3: the client, who signs, AWS's errors, its lists, tags and words.

It decides nothing about a resource's life; it may import core, and nothing of Pulumi.
"""

from .accounts import Access, Account, Accounts, Manners
from .credentials import Keys, Role, WebIdentityRole
from .errors import translated
from .handshakes import HandshakeState, HandshakeType, ServicePeriodType
from .identities import Identity
from .limits import Limits
from .listings import (
    LARGEST,
    AccountStatus,
    AssociationType,
    ChannelHandshakeFilters,
    Filters,
    ProgramManagementAccountFilters,
    RelationshipFilters,
    page,
)
from .lookup import (
    find,
    find_handshake,
    handshake_sweeps,
    listed_items,
    listed_states,
    only,
    shared_item,
    state_of,
)
from .program import Program
from .quotas import with_next_time
from .sending import Attempt, directly
from .support import cannot_send
from .tags import retag, tags_of

__all__ = [
    "LARGEST",
    "Access",
    "Account",
    "AccountStatus",
    "Accounts",
    "AssociationType",
    "Attempt",
    "ChannelHandshakeFilters",
    "Filters",
    "HandshakeState",
    "HandshakeType",
    "Identity",
    "Keys",
    "Limits",
    "Manners",
    "Program",
    "ProgramManagementAccountFilters",
    "RelationshipFilters",
    "Role",
    "ServicePeriodType",
    "WebIdentityRole",
    "cannot_send",
    "directly",
    "find",
    "find_handshake",
    "handshake_sweeps",
    "listed_items",
    "listed_states",
    "only",
    "page",
    "retag",
    "shared_item",
    "state_of",
    "tags_of",
    "translated",
    "with_next_time",
]
