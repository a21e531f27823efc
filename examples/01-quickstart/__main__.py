import pulumi
from pulumi_partnercentral.dynamic import Provider, channel

config = pulumi.Config()
management_id = config.get("management") or "111122223333"
customer_id = config.get("customer") or "444455556666"
force = config.get_bool("forceDestroy")  # deployed before a destroy of what is in force


def acting_as(name, account=None):
    roles = [{"role_arn": f"arn:aws:iam::{account}:role/Channel"}] if account else None
    catalog = config.get("catalog") or "Sandbox"
    provider = Provider(name, region="us-east-1", catalog=catalog, assume_roles=roles)
    return pulumi.ResourceOptions(provider=provider)


partner = acting_as("partner")  # your own credentials: the partner's linked account
management = acting_as("management", management_id)
customer = acting_as("customer", customer_id)

account = channel.ProgramManagementAccount("account",
    program="SOLUTION_PROVIDER", account_id=management_id,
    display_name=config.get("accountName") or "Example Reseller", force_destroy=force, opts=partner)
join = channel.ChannelHandshake("join", handshake_type="PROGRAM_MANAGEMENT_ACCOUNT",
    associated_resource_identifier=account.arn, opts=partner)
joined = channel.ChannelHandshakeResponse("join-accepted",
    handshake_type="PROGRAM_MANAGEMENT_ACCOUNT", channel_handshake_identifier=join.arn,
    response="ACCEPT", opts=management)

acme = channel.Relationship("acme", display_name="Acme", associated_account_id=customer_id,
    program_management_account_identifier=joined.associated_resource_id,  # waits for the answer
    association_type="END_CUSTOMER", sector="COMMERCIAL", resale_account_model="END_CUSTOMER",
    tags={"team": config.get("team") or "blue"}, force_destroy=force, opts=partner)
service = channel.ServicePeriod("service", relationship_identifier=acme.arn,
    service_period_type="MINIMUM_NOTICE_PERIOD",
    minimum_notice_days=config.get("notice") or "30", opts=partner)
channel.ChannelHandshakeResponse("service-accepted", handshake_type="START_SERVICE_PERIOD",
    channel_handshake_identifier=service.channel_handshake_arn, response="ACCEPT", opts=customer)
pulumi.export("relationship", acme.arn)
