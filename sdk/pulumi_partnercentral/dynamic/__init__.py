"""
The same classes as `pulumi_partnercentral`, served from inside the Pulumi program.

`from pulumi_partnercentral.dynamic import channel` needs no plugin. Nothing but what every
program imports belongs here; what the provider does is in `partnercentral_provider`.
"""

from .._inputs import (
    AccountAccessArgs,
    AccountAccessArgsDict,
    AssumeRoleArgs,
    AssumeRoleArgsDict,
    AssumeRoleWithWebIdentityArgs,
    AssumeRoleWithWebIdentityArgsDict,
    EndpointsArgs,
    EndpointsArgsDict,
)
from . import channel
from .provider import Provider

__all__ = [
    "AccountAccessArgs",
    "AccountAccessArgsDict",
    "AssumeRoleArgs",
    "AssumeRoleArgsDict",
    "AssumeRoleWithWebIdentityArgs",
    "AssumeRoleWithWebIdentityArgsDict",
    "EndpointsArgs",
    "EndpointsArgsDict",
    "Provider",
    "channel",
]
