"""A user's program with types: test_types.py has mypy and pyright read it, for both forms."""

import pulumi
from pulumi_partnercentral.dynamic import AssumeRoleArgs, AssumeRoleArgsDict, Provider, channel
from pulumi_partnercentral.dynamic.channel import AssociationType, RelationshipArgs


def acting_as(name: str, account: str | None = None) -> pulumi.ResourceOptions:
    """Give the options of a provider whose roles are built outside the call."""
    roles = [{"role_arn": f"arn:aws:iam::{account}:role/Channel"}] if account else None
    return pulumi.ResourceOptions(provider=Provider(name, catalog="Sandbox", assume_roles=roles))


chain: list[AssumeRoleArgsDict] = [
    {"role_arn": "arn:aws:iam::111122223333:role/First", "duration_seconds": 900},
    {"role_arn": "arn:aws:iam::444455556666:role/Second"},
]
access = {"111122223333": {"profile": "management"}}
endpoints = {"sts": "https://sts.us-east-1.amazonaws.com"}
identity = {"role_arn": "arn:aws:iam::111122223333:role/Web", "web_identity_token_file": "token"}
Provider("chain", assume_roles=chain, accounts=access, endpoints=endpoints)
Provider("web", assume_role_with_web_identity=identity)
Provider("class", assume_roles=[AssumeRoleArgs(role_arn="arn:aws:iam::111122223333:role/Channel")])

partner = acting_as("partner")
account = channel.ProgramManagementAccount(
    "account",
    program="SOLUTION_PROVIDER",
    account_id="111122223333",
    display_name="Reseller",
    opts=partner,
)
acme = channel.Relationship(
    "acme",
    RelationshipArgs(
        associated_account_id="444455556666",
        association_type=AssociationType.END_CUSTOMER,
        display_name="Acme",
        program_management_account_identifier=account.arn,
        requested_support_plan=channel.SupportPlanArgs(
            partner_led_support=channel.PartnerLedSupportArgs(
                coverage="ENTIRE_ORGANIZATION", tam_location="EU"
            )
        ),
        sector="COMMERCIAL",
    ),
    partner,
)
service = channel.ChannelHandshake(
    "service",
    handshake_type=channel.HandshakeType.START_SERVICE_PERIOD,
    associated_resource_identifier=acme.arn,
    payload={
        "start_service_period_payload": {
            "program_management_account_identifier": account.arn,
            "service_period_type": "MINIMUM_NOTICE_PERIOD",
            "minimum_notice_days": "30",
        }
    },
)
theirs = channel.Relationship.get("theirs", acme.id, partner)
period = channel.get_service_period(relationship_identifier="rs-0123456789abc")
found = channel.get_relationship_output(arn=acme.arn)
sort: channel.SortDict = {"sort_by": "UpdatedAt", "sort_order": "Ascending"}
many = channel.get_relationships(display_names=["Acme"], sort=sort)
pulumi.export("status", period.status)
pulumi.export("sector", found.apply(lambda one: one.sector.lower()))
pulumi.export("names", [each.display_name for each in many.relationships])

reveal_type(channel.Relationship)  # noqa: F821 - test_types.py asks what these lines say
reveal_type(channel.Relationship.get)  # noqa: F821
reveal_type(channel.get_service_period)  # noqa: F821
reveal_type(channel.get_service_period_output)  # noqa: F821
reveal_type(acme)  # noqa: F821
reveal_type(acme.arn)  # noqa: F821
reveal_type(acme.relationship_id)  # noqa: F821
reveal_type(theirs)  # noqa: F821
reveal_type(period.end_date)  # noqa: F821
