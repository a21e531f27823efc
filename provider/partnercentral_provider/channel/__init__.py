"""
The only room that knows boto3: the client, who signs, AWS's errors, its lists, tags and words.

It decides nothing about a resource's life; it may import core, and nothing of Pulumi.
"""

from .accounts import Account, Identity, Role
from .errors import translated
from .handshakes import HandshakeState, HandshakeType, ServicePeriodType
from .listings import (
    LARGEST,
    AccountStatus,
    AssociationType,
    ChannelHandshakeFilters,
    Filters,
    ProgramManagementAccountFilters,
    RelationshipFilters,
    listed_items,
    page,
)
from .lookup import find, find_handshake, listed_states, only, state_of
from .program import Program
from .support import cannot_send
from .tags import retag, tags_of

__all__ = [
    "LARGEST",
    "Account",
    "AccountStatus",
    "AssociationType",
    "ChannelHandshakeFilters",
    "Filters",
    "HandshakeState",
    "HandshakeType",
    "Identity",
    "Program",
    "ProgramManagementAccountFilters",
    "RelationshipFilters",
    "Role",
    "ServicePeriodType",
    "cannot_send",
    "find",
    "find_handshake",
    "listed_items",
    "listed_states",
    "only",
    "page",
    "retag",
    "state_of",
    "tags_of",
    "translated",
]
