"""Acceptances of channel handshakes."""

from ..model.arn import ACCOUNT
from ..model.handshakes import HandshakeType
from ..model.types import Fixed
from .acceptance import (
    PART,
    HandshakeAcceptance,
    HandshakeAcceptanceInputs,
    HandshakeAcceptanceState,
)


class ChannelHandshakeAcceptance(HandshakeAcceptance):
    """
    The acceptance of a channel handshake: it exists once the receiver has accepted.

    What depends on it is deployed only then. While nobody has answered, `pulumi up` shows it as
    awaiting, deploys everything else and exits with code 10; the next one asks again. With the
    dynamic provider that is an error. A handshake that was rejected, canceled or expired is an
    error at once.
    """

    class Inputs(HandshakeAcceptanceInputs):
        """The properties that a program sets."""

        handshake_type: Fixed[HandshakeType]
        """
        The type of the handshake, without which AWS cannot find it. A change replaces the resource.
        """

    class State(HandshakeAcceptanceState):
        """What the receiver accepted."""

    aws_name = "ChannelHandshakeAcceptance"
    other_arn_forms = (ACCOUNT.with_part(PART),)
