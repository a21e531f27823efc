"""A user's program with a mistake in each line after the imports: type checkers flag every one."""

from pulumi_partnercentral.dynamic import Provider, channel

Provider("partner", assume_rols=[])
Provider("partner", assume_roles="arn:aws:iam::111122223333:role/Channel")
Provider("partner", max_retries="many")
channel.Relationshop("acme")
channel.Relationship("acme", display_nam="Acme")
channel.Relationship("acme", display_name=7)
channel.Relationship("acme", requested_support_plan={"partner_led_suport": {}})
channel.Relationship("acme", channel.RelationshipArgs(display_nam="Acme"))
channel.Relationship.get("theirs", idd="rs-0123456789abc")
channel.Relationship.get("theirs", "rs-0123456789abc").display_nam.apply(print)
channel.ProgramManagementAccount("account", programm="SOLUTION_PROVIDER")
channel.ChannelHandshake("join", handshake_typ="PROGRAM_MANAGEMENT_ACCOUNT")
channel.ChannelHandshakeResponse("joined", respons="ACCEPT")
channel.AssociationType.END_CUSTOMR.lower()
channel.get_relationship(display_name=["Acme"])
channel.get_relationship(display_names=[7])
channel.get_relationship(arn="arn").display_nam.lower()
channel.get_relationship_output(display_name=["Acme"])
channel.get_caller_account(reciever_account_id="111122223333")
