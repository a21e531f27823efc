"""The program of each stack: an account, and its customers."""

import pulumi
from pulumi_partnercentral.dynamic import channel


def program():
    config = pulumi.Config()
    account = channel.ProgramManagementAccount("account",
        program="SOLUTION_PROVIDER", account_id=config.require("account"),
        display_name=pulumi.get_stack())
    first = int(config.require("firstCustomer"))
    for number in range(first, first + int(config.require("customers"))):
        channel.Relationship(f"customer-{number}", display_name=f"Customer {number}",
            associated_account_id=f"{number:012}",
            program_management_account_identifier=account.arn,
            association_type="END_CUSTOMER", sector="COMMERCIAL")
