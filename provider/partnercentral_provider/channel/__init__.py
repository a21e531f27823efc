"""
The only room that knows boto3: the client, who signs, AWS's errors, its lists, tags and words.

It decides nothing about a resource's life; it may import core, and nothing of Pulumi.
"""

from .accounts import Account, Identity, Role
from .errors import translated
from .handshakes import HandshakeState, HandshakeType, ServicePeriodType, find_handshake
from .lookup import find
from .program import Program
from .support import cannot_send
from .tags import retag, tags_of

__all__ = [
    "Account",
    "HandshakeState",
    "HandshakeType",
    "Identity",
    "Program",
    "Role",
    "ServicePeriodType",
    "cannot_send",
    "find",
    "find_handshake",
    "retag",
    "tags_of",
    "translated",
]
