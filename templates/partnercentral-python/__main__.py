"""A channel of AWS Partner Central: an account, a customer and what is agreed on with it."""

import pulumi

# These resources live inside this program, which is to try them. In production change the import to
# `from pulumi_partnercentral import channel`, the provider plugin: nothing is replaced.
from pulumi_partnercentral.dynamic import channel

config = pulumi.Config()

# An account of yours joins your channel program, and is invited to it.
account = channel.ProgramManagementAccount(
    "account",
    program="SOLUTION_PROVIDER",
    account_id=config.require("accountId"),
    display_name="Example Reseller",
)
invitation = channel.ChannelHandshake(
    "invitation",
    handshake_type="PROGRAM_MANAGEMENT_ACCOUNT",
    associated_resource_identifier=account.arn,
)

# A customer. Catalog AWS refuses it until the account has accepted its invitation: run `pulumi up`
# again then.
customer = channel.Relationship(
    "customer",
    program_management_account_identifier=account.arn,
    associated_account_id=config.require("customerId"),
    association_type="END_CUSTOMER",
    sector="COMMERCIAL",
    display_name="Example Customer",
    opts=pulumi.ResourceOptions(depends_on=[invitation]),
)

# What the customer is offered. Edit the terms, and the next `pulumi up` offers the new ones.
service = channel.ServicePeriod(
    "service",
    relationship_identifier=customer.arn,
    service_period_type="MINIMUM_NOTICE_PERIOD",
    minimum_notice_days=30,
)

pulumi.export("relationship", customer.arn)
pulumi.export("service", service.status)
