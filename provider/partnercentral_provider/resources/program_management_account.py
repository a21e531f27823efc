"""Program management accounts: the AWS accounts from which a partner runs a channel program."""

from itertools import chain
from typing import Annotated, Any, ClassVar

from pydantic import ValidationInfo, field_validator

from ..aws import listings
from ..model.amounts import Flag
from ..model.arn import ACCOUNT, Arn
from ..model.fields import Fields
from ..model.programs import Program
from ..model.properties import Properties
from ..model.types import (
    AccountId,
    Catalog,
    ChangesOnUpdate,
    Digits,
    Fixed,
    Name,
    NotSentToAws,
    ProviderDefault,
    RequiresBoto3,
    Since,
    Tags,
    Timestamp,
    Values,
)
from .contract import CreateRequest, DeleteRequest, InForce, ReadRequest, Resource, UpdateRequest

AccountStatus = Annotated[
    str,
    Values(
        "ProgramManagementAccountStatus",
        {
            "PENDING": "The account has not yet accepted its handshake.",
            "ACTIVE": "The account accepted; benefits and discounts apply to its invoices.",
            "INACTIVE": "The account no longer takes part in the program.",
        },
        description="Whether a program management account takes part in its program.",
    ),
]
AccountType = Annotated[
    str,
    Values(
        "ProgramManagementAccountType",
        {
            "RESALE_BILLING_TRANSFER": "The partner resells AWS, and receives the bills.",
            "MANAGED_SERVICES": "The partner gives its customers managed services.",
        },
        description="What a program management account is used for.",
    ),
]


class ProgramManagementAccount(Resource):
    """
    An AWS Organizations management account that is enrolled in a Partner Central channel program.

    It starts as PENDING. AWS does not invite the account by itself: add a `ChannelHandshake` of
    type PROGRAM_MANAGEMENT_ACCOUNT, which that account has to accept.
    """

    class Inputs(Fields):
        """The properties that a program sets."""

        catalog: Annotated[Fixed[Catalog], ProviderDefault()]
        """
        The catalog that the account is enrolled in: `AWS` for production or `Sandbox` for tests.
        Where absent, it is the `catalog` of the provider's configuration. A change replaces the
        resource.
        """
        program: Fixed[Program]
        """
        The channel program that the account belongs to, which is exactly one. A change replaces
        the resource.
        """
        account_id: Fixed[AccountId]
        """
        The 12 digits of the AWS account to enrol, which has to be the management account of an
        organization: AWS refuses member and standalone accounts. A change replaces the resource.
        """
        type: Annotated[
            Fixed[AccountType | None],
            Since("0.2.0"),
            RequiresBoto3("boto3 1.44.8 or newer", "CreateProgramManagementAccountRequest"),
        ] = None
        """
        What the account is used for, which program MANAGED_SERVICES_PROVIDER needs. It needs boto3
        1.44.8 or newer. A change replaces the resource.
        """
        display_name: Name
        """The name that Partner Central shows, which has 1 to 30 characters."""
        force_destroy: Annotated[Flag | None, NotSentToAws()] = None
        """
        Whether the account may be deleted or replaced while it is ACTIVE. It counts once it is
        deployed, and is never sent to AWS. Where absent, it is false, and true in catalog
        `Sandbox`.
        """
        tags: Tags | None = None
        """
        The tags of the account, which are at most 50. Where the program never sets any,
        those that it has are left alone.
        """

        @field_validator("type")
        @classmethod
        def _type_fits_program(cls, value: Any, info: ValidationInfo) -> Any:
            if value is None and info.data.get("program") == "MANAGED_SERVICES_PROVIDER":
                raise ValueError(
                    "is required for MANAGED_SERVICES_PROVIDER, such as MANAGED_SERVICES"
                )
            return value

    class State(Fields):
        """A program management account as AWS shows it."""

        arn: str
        """The ARN of the program management account, which is also its Pulumi ID."""
        program_management_account_id: str
        """The id that AWS gave the account: `pma-` and 13 lower-case letters or digits."""
        catalog: Catalog
        """The catalog that the account is in: `AWS` for production or `Sandbox` for tests."""
        program: Program
        """The channel program that the account belongs to."""
        type: AccountType | None = None
        """What the account is used for, where AWS says it."""
        account_id: AccountId
        """The 12 digits of the AWS account that is enrolled."""
        display_name: Name
        """The name that Partner Central shows."""
        status: AccountStatus
        """Whether the account takes part: it is PENDING until it accepts its handshake."""
        revision: Annotated[Digits, ChangesOnUpdate()]
        """A number, as text, that grows with every change; AWS refuses to update an older one."""
        created_at: Timestamp
        """When the account was enrolled, as an ISO 8601 time in UTC."""
        updated_at: Annotated[Timestamp, ChangesOnUpdate()]
        """When the enrolment last changed, as an ISO 8601 time in UTC."""
        start_date: Timestamp | None = None
        """When the account became active, as an ISO 8601 time in UTC, where AWS says it."""
        tags: Tags | None = None
        """The tags that the account has, as AWS returns them."""

    class Filters(listings.Filters):
        """What narrows a list of program management accounts."""

        operation = "list_program_management_accounts"

        account_ids: tuple[AccountId, ...] | None = None
        """The AWS accounts, of 12 digits each, to which the list is narrowed."""
        display_names: tuple[Name, ...] | None = None
        """The display names to which the list is narrowed."""
        programs: tuple[Program, ...] | None = None
        """The channel programs to which the list is narrowed."""
        statuses: tuple[AccountStatus, ...] | None = None
        """The statuses to which the list is narrowed."""
        type: AccountType | None = None
        """The one type of accounts to which the list is narrowed."""
        sort: listings.Sort | None = None
        """The order of the list; where absent, AWS chooses its own."""

    aws_name = "ProgramManagementAccount"
    arn_form = ACCOUNT
    operations = (
        "CreateProgramManagementAccount",
        "UpdateProgramManagementAccount",
        "DeleteProgramManagementAccount",
        "ListProgramManagementAccounts",
        "ListRelationships",
        "ListChannelHandshakes",
    )
    extra_actions: ClassVar = {"CreateProgramManagementAccount": ("TagResource",)}
    removed_by = "delete-program-management-account --catalog {catalog} --identifier {id}"
    completeness_field = "revision"
    deleted_statuses = frozenset({"INACTIVE"})

    def create(self, request: CreateRequest[Inputs]) -> str:
        """Enrol the account."""
        created = self.account.client.create_program_management_account(
            clientToken=request.client_token, **request.inputs.for_aws()
        )
        return str(created["programManagementAccountDetail"]["arn"])

    def read(self, request: ReadRequest) -> Properties:
        """Search the list, the only way to read one; AWS cannot look for an id."""
        account_id = request.known.get("accountId")
        return listings.find(
            self.account.client,
            "list_program_management_accounts",
            request.arn,
            {"accountIds": [account_id]} if account_id else {},
        )

    def lists(self, arn: str, known: Properties) -> list[listings.Filters]:
        """It is among the accounts of its catalog."""
        return [self.Filters.of(Arn.parse(arn).catalog)]

    def update(self, request: UpdateRequest[Inputs]) -> str:
        """Change the display name."""
        updated = self.account.client.update_program_management_account(
            catalog=Arn.parse(request.arn).catalog,
            identifier=request.arn,
            revision=request.revision,
            **request.inputs.for_aws(request.changed),
        )
        return str(updated["programManagementAccountDetail"].get("revision", ""))

    def delete(self, request: DeleteRequest) -> None:
        """End the enrolment."""
        self.account.client.delete_program_management_account(
            catalog=Arn.parse(request.arn).catalog, identifier=request.arn
        )

    def in_force(self, arn: str, state: Properties) -> InForce | None:
        """Tell that it takes part in its program."""
        if self.read(ReadRequest(arn, state))["status"] != "ACTIVE":
            return None
        return InForce(
            "the account is ACTIVE, so that benefits and discounts apply to its invoices",
            "Keep the account, which AWS makes inactive in no other way.",
        )

    def in_the_way(self, arn: str) -> str | None:
        """Find a relationship that belongs to it, else the pending handshake about it."""
        account = Arn.parse(arn)
        children = self.items_of(
            "Relationship", account.catalog, programManagementAccountIdentifiers=[account.id]
        )
        pending = self.items_of(
            "ChannelHandshake",
            account.catalog,
            handshakeType="PROGRAM_MANAGEMENT_ACCOUNT",
            statuses=["PENDING"],
            associatedResourceIdentifiers=[account.id],
        )
        for item in chain(children, pending):
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
