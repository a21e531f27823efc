"""Program management accounts: the AWS accounts from which a partner runs a channel program."""

from collections.abc import Collection
from typing import Annotated

from ..aws.listings import (
    AccountStatus,
    ChannelHandshakeFilters,
    ProgramManagementAccountFilters,
    RelationshipFilters,
)
from ..aws.lookup import find, list_items
from ..model.arn import Arn
from ..model.fields import Fields, Properties
from ..model.programs import Program
from ..model.types import (
    AccountId,
    Catalog,
    ChangesOnUpdate,
    Digits,
    Fixed,
    Name,
    ProviderDefault,
    Tags,
    Timestamp,
)
from .contract import Resource


class ProgramManagementAccount(Resource):
    """
    An AWS Organizations management account that is enrolled in a Partner Central channel program.

    It starts as PENDING. AWS does not invite the account by itself: add a `ChannelHandshake` of
    type PROGRAM_MANAGEMENT_ACCOUNT, which that account has to accept.
    """

    class Inputs(Fields):
        """What the program states."""

        catalog: Annotated[Fixed[Catalog], ProviderDefault()]
        """
        `AWS` for production or `Sandbox` for tests. The configuration's `catalog` where absent.
        """
        program: Fixed[Program]
        """The channel program that the account belongs to, exactly one."""
        account_id: Fixed[AccountId]
        """
        The 12 digits of the account: the management account of an AWS organization. Member and
        standalone accounts are refused by AWS.
        """
        display_name: Name
        """The name shown in Partner Central, 1 to 30 characters."""
        tags: Tags | None = None
        """Tags of this resource, at most 50. Tags that the program never sets are left alone."""

    class State(Fields):
        """What AWS says."""

        arn: str
        """The ARN, which is also the Pulumi ID."""
        program_management_account_id: str
        """AWS's id of this resource, `pma-` and 13 letters or digits."""
        catalog: Catalog
        """The catalog it lives in."""
        program: Program
        """The channel program that the account belongs to."""
        account_id: AccountId
        """The AWS account that is managed."""
        display_name: Name
        """The name shown in Partner Central."""
        status: AccountStatus
        """PENDING until the account accepts its handshake, then ACTIVE."""
        revision: Annotated[Digits, ChangesOnUpdate()]
        """A number that grows with every change; an update of an older one is refused."""
        created_at: Timestamp
        """When it was created, in UTC."""
        updated_at: Annotated[Timestamp, ChangesOnUpdate()]
        """When it last changed, in UTC."""
        start_date: Timestamp | None = None
        """When it became active, in UTC."""
        tags: Tags | None = None
        """Its tags."""

    aws_name = "ProgramManagementAccount"
    arn_kind = "pma"
    Filters = ProgramManagementAccountFilters
    completeness_field = "revision"
    deleted_statuses = frozenset({"INACTIVE"})

    def create(self, inputs: Inputs, client_token: str) -> str:
        """Enrol the account."""
        created = self.account.client.create_program_management_account(
            clientToken=client_token, **inputs.for_aws()
        )
        return str(created["programManagementAccountDetail"]["arn"])

    def read(self, arn: str, known: Properties) -> Properties:
        """Search the list, the only way to read one; AWS cannot look for an id."""
        account_id = known.get("accountId")
        return find(
            self.account.client,
            "list_program_management_accounts",
            arn,
            {"accountIds": [account_id]} if account_id else {},
        )

    def lists(self, arn: str, known: Properties) -> list[Fields]:
        """It is among the accounts of its catalog."""
        return [ProgramManagementAccountFilters.of(Arn.parse(arn).catalog)]

    def update(self, arn: str, changed: Collection[str], revision: str, inputs: Inputs) -> str:
        """Change the display name."""
        updated = self.account.client.update_program_management_account(
            catalog=Arn.parse(arn).catalog,
            identifier=arn,
            revision=revision,
            **inputs.for_aws(changed),
        )
        return str(updated["programManagementAccountDetail"].get("revision", ""))

    def delete(self, arn: str, state: Properties) -> None:
        """End the enrolment."""
        self.account.client.delete_program_management_account(
            catalog=Arn.parse(arn).catalog, identifier=arn
        )

    def in_the_way(self, arn: str) -> str | None:
        """Find a relationship that belongs to it, else the pending handshake about it."""
        account = Arn.parse(arn)
        children = RelationshipFilters.of(
            account.catalog, programManagementAccountIdentifiers=[account.id]
        )
        pending = ChannelHandshakeFilters.of(
            account.catalog,
            handshakeType="PROGRAM_MANAGEMENT_ACCOUNT",
            statuses=["PENDING"],
            associatedResourceIdentifiers=[account.id],
        )
        for filters in (children, pending):
            for item in list_items(self.account, filters):
                return str(item["arn"])
        return None

    def find_existing(self, inputs: Inputs) -> str | None:
        """Find the enrolment that this account already has in this catalog."""
        pages = self.account.client.get_paginator("list_program_management_accounts").paginate(
            catalog=inputs.catalog, accountIds=[inputs.account_id]
        )
        found = (item for page in pages for item in page["items"])
        return next(
            (item["arn"] for item in found if item["status"] not in self.deleted_statuses), None
        )
