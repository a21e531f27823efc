import pulumi
from pulumi_partnercentral.dynamic import Provider, channel

config = pulumi.Config()
accounts = {"management": "111122223333", "customer": "444455556666"}
settings = {"region": "us-east-1", "catalog": config.get("catalog") or "Sandbox"}

partner = Provider("partner", **settings)
management, customer = (
    Provider(
        name,
        assume_roles=[{"role_arn": f"arn:aws:iam::{config.get(name) or account}:role/Channel"}],
        **settings,
    )
    for name, account in accounts.items()
)


def invite(name, asked, about, receiver, **payload):
    sent = channel.ChannelHandshake(
        name, handshake_type=asked, associated_resource_identifier=about,
        opts=pulumi.ResourceOptions(provider=partner), **payload)  # fmt: skip
    return channel.ChannelHandshakeResponse(
        f"{name}-accepted", handshake_type=asked, channel_handshake_identifier=sent.arn,
        response="ACCEPT", opts=pulumi.ResourceOptions(provider=receiver))  # fmt: skip


account = channel.ProgramManagementAccount(
    "account", program="SOLUTION_PROVIDER", account_id=config.get("management") or "111122223333",
    display_name=config.get("accountName") or "Example Reseller",
    opts=pulumi.ResourceOptions(provider=partner))  # fmt: skip
joined = invite("join", "PROGRAM_MANAGEMENT_ACCOUNT", account.arn, management)
acme = channel.Relationship(
    "acme", program_management_account_identifier=joined.associated_resource_id,
    associated_account_id=config.get("customer") or "444455556666", display_name="Acme",
    association_type="END_CUSTOMER", sector="COMMERCIAL", resale_account_model="END_CUSTOMER",
    tags={"team": config.get("team") or "blue"},
    opts=pulumi.ResourceOptions(provider=partner))  # fmt: skip
invite("service", "START_SERVICE_PERIOD", acme.arn, customer, payload={
    "start_service_period_payload": {
        "program_management_account_identifier": account.arn,
        "service_period_type": "MINIMUM_NOTICE_PERIOD", "minimum_notice_days": "30"}})  # fmt: skip
pulumi.export("relationship", acme.arn)
