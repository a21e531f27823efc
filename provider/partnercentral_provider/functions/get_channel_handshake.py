"""`getChannelHandshake`: the one channel handshake that fits."""

from typing import Any

from ..aws.listings import ChannelHandshakeFilters
from ..aws.lookup import only
from ..model.fields import Properties, from_arn
from ..model.types import ChannelHandshakeArn
from ..resources.channel_handshake import ChannelHandshake
from .contract import Query


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
