"""
The same classes as `pulumi_partnercentral`, served from inside the Pulumi program.

`from pulumi_partnercentral.dynamic import channel` needs no plugin. Nothing but what every
program imports belongs here; what the provider does is in `partnercentral_provider`.
"""

from .._inputs import (
    AccountAccessArgs,
    AssumeRoleArgs,
    AssumeRoleWithWebIdentityArgs,
    EndpointsArgs,
)
from . import channel
from .provider import Provider

__all__ = [
    "AccountAccessArgs",
    "AssumeRoleArgs",
    "AssumeRoleWithWebIdentityArgs",
    "EndpointsArgs",
    "Provider",
    "channel",
]
