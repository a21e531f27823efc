"""`pulumi_partnercentral.channel`, served in-process: same names, same signatures."""

from pulumi_partnercentral import channel as _channel
from pulumi_partnercentral.channel import *  # noqa: F403 - the Args, enums and the rest

from ._functions import output_form, plain_form
from ._in_process import InProcess, served

for _name in dir(_channel):
    if _name.startswith("get_") and callable(getattr(_channel, _name)):
        _form = output_form if _name.endswith("_output") else plain_form
        globals()[_name] = _form(getattr(_channel, _name))


@served("channel_handshake_id")
class ChannelHandshake(_channel.ChannelHandshake, InProcess):  # type: ignore[no-redef] # takes the name of the generated one
    """See `pulumi_partnercentral.channel.ChannelHandshake`."""


@served("channel_handshake_id")
class ChannelHandshakeResponse(_channel.ChannelHandshakeResponse, InProcess):  # type: ignore[no-redef] # takes the name of the generated one
    """See `pulumi_partnercentral.channel.ChannelHandshakeResponse`."""


@served("program_management_account_id")
class ProgramManagementAccount(_channel.ProgramManagementAccount, InProcess):  # type: ignore[no-redef] # takes the name of the generated one
    """See `pulumi_partnercentral.channel.ProgramManagementAccount`."""


@served("relationship_id")
class Relationship(_channel.Relationship, InProcess):  # type: ignore[no-redef] # takes the name of the generated one
    """See `pulumi_partnercentral.channel.Relationship`."""
