"""`getChannelHandshakes`: all channel handshakes that fit."""

from typing import Any

from ..aws.listings import ChannelHandshakeFilters
from ..aws.lookup import list_states
from ..model.fields import Fields, Properties
from ..resources.channel_handshake import ChannelHandshake
from .contract import Query


class GetChannelHandshakes(Query):
    """Get all channel handshakes that fit, every page of them."""

    Inputs = ChannelHandshakeFilters

    class Outputs(Fields):
        """What AWS lists."""

        handshakes: tuple[ChannelHandshake.State, ...]
        """The channel handshakes, as a list shows them: without tags."""

    def answer(self, inputs: Any) -> Properties:
        """List them."""
        return {"handshakes": list_states(ChannelHandshake(self.account), inputs)}
