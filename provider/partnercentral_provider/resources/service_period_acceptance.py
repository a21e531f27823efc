"""Acceptances of service periods."""

from .acceptance import (
    HandshakeAcceptance,
    HandshakeAcceptanceInputs,
    HandshakeAcceptanceState,
)


class ServicePeriodAcceptance(HandshakeAcceptance):
    """
    The acceptance of a `ServicePeriod`'s offer: it exists once the other side has accepted.

    It waits as a `ChannelHandshakeAcceptance` does. New terms are a new offer, which it waits for
    in place.
    """

    class Inputs(HandshakeAcceptanceInputs):
        """The properties that a program sets."""

    class State(HandshakeAcceptanceState):
        """The offer that the other side accepted."""

    aws_name = "ServicePeriodAcceptance"
