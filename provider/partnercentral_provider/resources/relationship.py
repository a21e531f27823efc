"""Relationships: the customers and sellers that a partner works with."""

from collections.abc import Collection
from contextlib import suppress
from typing import Annotated, Any

from ..aws.errors import translated
from ..aws.listings import (
    AssociationType,
    ChannelHandshakeFilters,
    ProgramManagementAccountFilters,
    RelationshipFilters,
)
from ..aws.lookup import list_items
from ..model.arn import Arn
from ..model.errors import ProviderError, Refused
from ..model.fields import Fields, OneOf, Properties
from ..model.types import (
    AccountId,
    Catalog,
    ChangesOnUpdate,
    Digits,
    Fixed,
    Name,
    ProgramManagementAccountIdentifier,
    ProviderDefault,
    RequiresBoto3,
    Tags,
    Timestamp,
    Values,
    WriteOnly,
)
from .contract import Resource

ResaleAccountModel = Annotated[
    str,
    Values(
        "ResaleAccountModel",
        {
            "DISTRIBUTOR": "The distributor owns the accounts.",
            "END_CUSTOMER": "The end customer owns the accounts.",
            "SOLUTION_PROVIDER": "The solution provider owns the accounts.",
        },
    ),
]
Sector = Annotated[
    str,
    Values(
        "Sector",
        {
            "COMMERCIAL": "Not a public body.",
            "GOVERNMENT": "A public body.",
            "GOVERNMENT_EXCEPTION": "A public body under an exception; AWS does not document it.",
        },
    ),
]
Coverage = Annotated[
    str,
    Values(
        "Coverage",
        {
            "ENTIRE_ORGANIZATION": "Every account of the organization.",
            "MANAGEMENT_ACCOUNT_ONLY": "Only the organization's management account.",
        },
    ),
]
SupportProvider = Annotated[
    str,
    Values(
        "SupportProvider",
        {
            "DISTRIBUTOR": "The distributor gives the support.",
            "DISTRIBUTION_SELLER": "The distribution seller gives the support.",
        },
    ),
]


class ResoldBusiness(Fields):
    """Business Support, resold. AWS withdrew it from its API on 2026-03-03."""

    coverage: Coverage
    """Which accounts the plan covers."""


class ResoldEnterprise(Fields):
    """Enterprise Support, resold."""

    coverage: Coverage
    """Which accounts the plan covers."""
    tam_location: str
    """The preferred region of the Technical Account Manager."""
    charge_account_id: AccountId | None = None
    """The account that receives the consolidated support invoice."""


class ResoldUnifiedOperations(Fields):
    """Unified Operations, resold; in AWS's API since 2026-03-03."""

    coverage: Coverage
    """Which accounts the plan covers."""
    tam_location: str
    """The preferred region of the Technical Account Manager."""
    charge_account_id: AccountId | None = None
    """The account that receives the consolidated support invoice."""


class PartnerLedSupport(Fields):
    """Support that the partner gives itself."""

    coverage: Coverage
    """Which accounts the plan covers."""
    tam_location: str
    """The preferred region of the Technical Account Manager."""
    provider: SupportProvider | None = None
    """Who gives the support, where a distribution seller chooses it for a customer."""


class SupportPlan(OneOf):
    """A support plan: exactly one of its members."""

    resold_enterprise: ResoldEnterprise | None = None
    """Enterprise Support, resold."""
    resold_unified_operations: Annotated[
        ResoldUnifiedOperations | None, RequiresBoto3("boto3 1.42.60 or newer")
    ] = None
    """Unified Operations, resold. Needs boto3 1.42.60 or newer."""
    resold_business: Annotated[
        ResoldBusiness | None,
        RequiresBoto3("a boto3 before 1.42.60; AWS withdrew this plan on 2026-03-03"),
    ] = None
    """Business Support, resold. AWS withdrew it on 2026-03-03; needs boto3 before 1.42.60."""
    partner_led_support: PartnerLedSupport | None = None
    """Support that the partner gives itself."""


class Relationship(Resource):
    """
    An account that a partner works with: a customer, a downstream seller or the partner itself.

    Creating it needs no consent of the other side; a service period does (`ChannelHandshake`).
    """

    class Inputs(Fields):
        """What the program states."""

        catalog: Annotated[Fixed[Catalog], ProviderDefault()]
        """
        `AWS` for production or `Sandbox` for tests. The configuration's `catalog` where absent.
        """
        program_management_account_identifier: Fixed[ProgramManagementAccountIdentifier]
        """The program management account that it belongs to, by ARN or by id."""
        associated_account_id: Fixed[AccountId]
        """The 12 digits of the management account of the customer or seller."""
        association_type: Fixed[AssociationType]
        """What the other side is. DOWNSTREAM_SELLER is for distributors only."""
        sector: Fixed[Sector]
        """The sector of the other side; it has to fit the partner's agreement with AWS."""
        display_name: Name
        """The name shown in Partner Central, 1 to 30 characters."""
        resale_account_model: Fixed[ResaleAccountModel | None] = None
        """Who owns the accounts; it has to fit the partner's agreement with AWS."""
        requested_support_plan: Annotated[SupportPlan | None, WriteOnly()] = None
        """
        The support plan to ask AWS for. AWS never returns it, so that a change made elsewhere
        stays unseen; taken out of the program it changes nothing, since it cannot be taken back.
        """
        tags: Tags | None = None
        """Tags of this resource, at most 50. Tags that the program never sets are left alone."""

    class State(Fields):
        """What AWS says."""

        arn: str
        """The ARN, which is also the Pulumi ID."""
        relationship_id: str
        """AWS's id of this resource, `rs-` and 13 letters or digits."""
        catalog: Catalog
        """The catalog it lives in."""
        program_management_account_id: ProgramManagementAccountIdentifier
        """The id of the program management account that it belongs to."""
        associated_account_id: AccountId
        """The management account of the customer or seller."""
        association_type: AssociationType
        """What the other side is."""
        sector: Sector
        """The sector of the other side."""
        display_name: Name
        """The name shown in Partner Central."""
        resale_account_model: ResaleAccountModel | None = None
        """Who owns the accounts."""
        revision: Annotated[Digits, ChangesOnUpdate()]
        """A number that grows with every change; an update of an older one is refused."""
        created_at: Timestamp
        """When it was created, in UTC."""
        updated_at: Annotated[Timestamp, ChangesOnUpdate()]
        """When it last changed, in UTC."""
        start_date: Timestamp | None = None
        """When it took effect, in UTC."""
        tags: Tags | None = None
        """Its tags."""

    aws_name = "Relationship"
    arn_kind = "rs"
    Filters = RelationshipFilters
    fields_missing_from_list = ("resaleAccountModel",)
    completeness_field = "revision"

    def create(self, inputs: Inputs, client_token: str) -> str:
        """Record the relationship."""
        try:
            with translated(self.account):
                created = self.account.client.create_relationship(
                    clientToken=client_token, **inputs.for_aws()
                )
        except Refused as refusal:
            raise self._advised(inputs, refusal) from refusal
        return str(created["relationshipDetail"]["arn"])

    def _advised(self, inputs: Inputs, refusal: Refused) -> Refused:
        """Say what has to be deployed first, where the account has not joined yet."""
        identifier = inputs.program_management_account_identifier
        everything = ProgramManagementAccountFilters.of(inputs.catalog)
        parent: Properties | None = None
        with suppress(ProviderError), translated(self.account):
            accounts = list_items(self.account, everything)
            parent = next((item for item in accounts if item["id"] == identifier), None)
        if parent is None or parent["status"] != "PENDING":
            return refusal
        return Refused(
            refusal.what,
            refusal.why,
            f"{parent['arn']} is PENDING: account {parent['accountId']} has not accepted its "
            "handshake. Deploy a ChannelHandshake of type PROGRAM_MANAGEMENT_ACCOUNT and its "
            "ChannelHandshakeResponse first: give this resource the response's "
            "`associated_resource_id` as `program_management_account_identifier`, and it waits.",
        )

    def read(self, arn: str, known: Properties) -> Properties:
        """Get it: its ARN says all that AWS asks for."""
        found = self.account.client.get_relationship(**_address(arn))
        return dict(found["relationshipDetail"])

    def lists(self, arn: str, known: Properties) -> list[Fields]:
        """It is among the relationships of its catalog, of whatever parent."""
        return [RelationshipFilters.of(Arn.parse(arn).catalog)]

    def update(self, arn: str, changed: Collection[str], revision: str, inputs: Inputs) -> str:
        """Change the display name, or ask for another support plan."""
        updated = self.account.client.update_relationship(
            **_address(arn), revision=revision, **inputs.for_aws(changed)
        )
        return str(updated["relationshipDetail"].get("revision", ""))

    def delete(self, arn: str, state: Properties) -> None:
        """Remove the relationship."""
        self.account.client.delete_relationship(**_address(arn))

    @classmethod
    def parents(cls, arn: str, state: Properties) -> Collection[str]:
        """Its program management account, which its ARN names."""
        return (Arn.parse(arn).parent_id,)

    def in_the_way(self, arn: str) -> str | None:
        """Find the pending handshake about it."""
        relationship = Arn.parse(arn)
        for kind in ("START_SERVICE_PERIOD", "REVOKE_SERVICE_PERIOD"):
            pending = ChannelHandshakeFilters.of(
                relationship.catalog,
                handshakeType=kind,
                statuses=["PENDING"],
                associatedResourceIdentifiers=[relationship.id],
            )
            for item in list_items(self.account, pending):
                return str(item["arn"])
        return None

    def find_existing(self, inputs: Inputs) -> str | None:
        """Find the relationship that this account already has with the same account."""
        pages = self.account.client.get_paginator("list_relationships").paginate(
            catalog=inputs.catalog,
            associatedAccountIds=[inputs.associated_account_id],
            programManagementAccountIdentifiers=[inputs.program_management_account_identifier],
        )
        return next((item["arn"] for page in pages for item in page["items"]), None)


def _address(text: str) -> dict[str, Any]:
    arn = Arn.parse(text)
    return {
        "catalog": arn.catalog,
        "identifier": arn.id,
        "programManagementAccountIdentifier": arn.parent_id,
    }
