"""`getChannelHandshake`: the one channel handshake that fits."""

from typing import Any

from ..channel import ChannelHandshakeFilters, only
from ..core import ChannelHandshakeArn, Properties, Query, from_arn
from ..resources.channel_handshake import ChannelHandshake


class GetChannelHandshake(Query):
    """
    Get the one channel handshake that fits, with its tags.

    None, or more than one, is an error.
    """

    class Inputs(ChannelHandshakeFilters):
        """Its ARN, or what tells it from all others."""

        arn: ChannelHandshakeArn | None = None
        """The ARN; nothing else is needed with it."""

        _catalog = from_arn("arn")

    Outputs = ChannelHandshake.State

    def answer(self, inputs: Any) -> Properties:
        """Find it."""
        return only(ChannelHandshake(self.account), inputs, inputs.arn)
