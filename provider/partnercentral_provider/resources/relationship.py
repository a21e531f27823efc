"""Relationships: the customers and sellers that a partner works with."""

from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from typing import Annotated, Any, ClassVar

from pydantic import ValidationInfo, field_validator

from ..aws import listings
from ..aws.handshakes import handshakes_about
from ..model.amounts import Flag
from ..model.arn import RELATIONSHIP, Arn
from ..model.contracts import details_of, filters_about
from ..model.errors import ProviderError, Refused
from ..model.fields import Fields, OneOf
from ..model.properties import Properties
from ..model.service_periods import REVOKE, START, derived, terms_of
from ..model.types import (
    AccountId,
    Catalog,
    ChangesOnUpdate,
    Digits,
    Fixed,
    Identifier,
    Name,
    NotSentToAws,
    ProviderDefault,
    RequiresBoto3,
    Since,
    Tags,
    Timestamp,
    Values,
    WriteOnly,
    format_timestamp,
    parse_timestamp,
)
from .contract import CreateRequest, DeleteRequest, InForce, ReadRequest, Resource, UpdateRequest

AccountIdentifier = Annotated[str, Identifier("pma")]
AssociationType = Annotated[
    str,
    Values(
        "AssociationType",
        {
            "DOWNSTREAM_SELLER": (
                "The other side is a partner that resells under a distribution agreement."
            ),
            "END_CUSTOMER": "The other side is a customer that uses AWS itself.",
            "INTERNAL": (
                "The account is the partner's own, used to develop and test its channel business."
            ),
            "MANAGED_SERVICES_END_CUSTOMER": "The partner gives the customer managed services.",
        },
        description="What the other side of a relationship is to the partner.",
    ),
]
AccountScope = Annotated[
    str,
    Values(
        "AccountScope",
        {
            "ENTIRE_ORGANIZATION": "The relationship covers every account of the organization.",
            "SPECIFIC_MEMBER_ACCOUNTS": "The relationship covers accounts that its contract has.",
        },
        description="Which accounts of an organization a managed services relationship covers.",
    ),
]
ResaleAccountModel = Annotated[
    str,
    Values(
        "ResaleAccountModel",
        {
            "DISTRIBUTOR": "The distributor owns the accounts.",
            "END_CUSTOMER": "The end customer owns the accounts.",
            "SOLUTION_PROVIDER": "The solution provider owns the accounts.",
        },
        description="Who owns the AWS accounts that are resold.",
    ),
]
_MANAGED = "MANAGED_SERVICES_END_CUSTOMER"
_RESALE = ("END_CUSTOMER", "DOWNSTREAM_SELLER", "INTERNAL")
_NEWER = "boto3 1.44.8 or newer"
_CREATE = "CreateRelationshipRequest"

Sector = Annotated[
    str,
    Values(
        "Sector",
        {
            "COMMERCIAL": "The other side is not a public body.",
            "GOVERNMENT": "The other side is a public body.",
            "GOVERNMENT_EXCEPTION": (
                "The other side is a public body under an exception, which AWS does not document."
            ),
        },
        description="Whether the other side of a relationship is a public body.",
    ),
]
Coverage = Annotated[
    str,
    Values(
        "Coverage",
        {
            "ENTIRE_ORGANIZATION": "The plan covers every account of the organization.",
            "MANAGEMENT_ACCOUNT_ONLY": "The plan covers only the management account.",
        },
        description="Which accounts of an organization a support plan covers.",
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
        description="Who gives the support of a partner-led plan.",
    ),
]


class ResoldBusiness(Fields):
    """Business Support that the partner resells. AWS withdrew it from its API on 2026-03-03."""

    coverage: Coverage
    """Which accounts of the organization the plan covers."""


class ResoldEnterprise(Fields):
    """Enterprise Support that the partner resells."""

    coverage: Coverage
    """Which accounts of the organization the plan covers."""
    tam_location: str
    """The region that is preferred for the Technical Account Manager."""
    charge_account_id: AccountId | None = None
    """The 12 digits of the account that receives the consolidated support invoice."""


class ResoldUnifiedOperations(Fields):
    """Unified Operations that the partner resells; AWS's API has had it since 2026-03-03."""

    coverage: Coverage
    """Which accounts of the organization the plan covers."""
    tam_location: str
    """The region that is preferred for the Technical Account Manager."""
    charge_account_id: AccountId | None = None
    """The 12 digits of the account that receives the consolidated support invoice."""


class PartnerLedSupport(Fields):
    """Support that the partner gives itself."""

    coverage: Coverage
    """Which accounts of the organization the plan covers."""
    tam_location: str
    """The region that is preferred for the Technical Account Manager."""
    provider: SupportProvider | None = None
    """Who gives the support, where a distribution seller chooses the plan for a customer."""


class SupportPlan(OneOf):
    """A support plan, of which exactly one member has a value."""

    resold_enterprise: ResoldEnterprise | None = None
    """Enterprise Support that the partner resells."""
    resold_unified_operations: Annotated[
        ResoldUnifiedOperations | None, RequiresBoto3("boto3 1.42.60 or newer")
    ] = None
    """Unified Operations that the partner resells, which needs boto3 1.42.60 or newer."""
    resold_business: Annotated[
        ResoldBusiness | None,
        RequiresBoto3("a boto3 before 1.42.60; AWS withdrew this plan on 2026-03-03"),
    ] = None
    """
    Business Support that the partner resells. AWS withdrew it on 2026-03-03, so that it needs a
    boto3 before 1.42.60.
    """
    partner_led_support: PartnerLedSupport | None = None
    """Support that the partner gives itself."""


class Relationship(Resource):
    """
    An account that a partner works with: a customer, a downstream seller or the partner itself.

    Creating it needs no consent of the other side; a service period does (`ChannelHandshake`).
    """

    class Inputs(Fields):
        """The properties that a program sets."""

        catalog: Annotated[Fixed[Catalog], ProviderDefault()]
        """
        The catalog that the relationship is in: `AWS` for production or `Sandbox` for tests. Where
        absent, it is the `catalog` of the provider's configuration. A change replaces the resource.
        """
        program_management_account_identifier: Fixed[AccountIdentifier]
        """
        The ARN or the id (`pma-…`) of the program management account that the relationship belongs
        to. A change replaces the resource.
        """
        association_type: Fixed[AssociationType]
        """
        What the other side is to the partner; DOWNSTREAM_SELLER is for distributors only. A change
        replaces the resource.
        """
        associated_account_id: Annotated[
            Fixed[AccountId | None], RequiresBoto3(_NEWER, _CREATE, absent=True)
        ] = None
        """
        The 12 digits of the AWS account on the other side, which is the management account of the
        customer or seller. Only a MANAGED_SERVICES_END_CUSTOMER can go without. A change replaces
        the resource.
        """
        account_scope: Annotated[
            Fixed[AccountScope | None], Since("0.2.0"), RequiresBoto3(_NEWER, _CREATE)
        ] = None
        """
        Which accounts of the organization are managed, which only a MANAGED_SERVICES_END_CUSTOMER
        has. It needs boto3 1.44.8 or newer. A change replaces the resource.
        """
        start_date: Annotated[
            Fixed[Timestamp | None], Since("0.2.0"), RequiresBoto3(_NEWER, _CREATE)
        ] = None
        """
        When the managed services begin, which only a MANAGED_SERVICES_END_CUSTOMER has: an ISO 8601
        date or time, in UTC where it has no offset. It needs boto3 1.44.8 or newer. A change
        replaces the resource.
        """
        sector: Fixed[Sector]
        """
        The sector of the other side, which has to fit the partner's agreement with AWS. A change
        replaces the resource.
        """
        display_name: Name
        """The name that Partner Central shows, which has 1 to 30 characters."""
        resale_account_model: Fixed[ResaleAccountModel | None] = None
        """
        Who owns the accounts that are resold, which has to fit the partner's agreement with AWS. A
        MANAGED_SERVICES_END_CUSTOMER has none. A change replaces the resource.
        """
        requested_support_plan: Annotated[SupportPlan | None, WriteOnly()] = None
        """
        The support plan to ask AWS for. AWS never returns it, so that a change made elsewhere
        stays unseen. Taking it out of the program changes nothing, since AWS cannot take it back.
        A MANAGED_SERVICES_END_CUSTOMER has none.
        """
        force_destroy: Annotated[Flag | None, NotSentToAws()] = None
        """
        Whether the relationship may be deleted or replaced while a service period or a channel
        contract is in force. It counts once it is deployed, and is never sent to AWS. Where absent,
        it is false, and true in catalog `Sandbox`.
        """
        tags: Tags | None = None
        """
        The tags of the relationship, which are at most 50. Where the program never sets
        any, those that it has are left alone.
        """

        @field_validator("associated_account_id")
        @classmethod
        def _account_of_resale(cls, value: Any, info: ValidationInfo) -> Any:
            kind = info.data.get("association_type")
            if value is None and kind in _RESALE:
                raise ValueError(f"is required for {kind}")
            return value

        @field_validator("account_scope", "start_date")
        @classmethod
        def _only_managed(cls, value: Any, info: ValidationInfo) -> Any:
            kind = info.data.get("association_type")
            if value is not None and kind in _RESALE:
                raise ValueError(f"goes only with {_MANAGED}, not with {kind}")
            return value

        @field_validator("resale_account_model", "requested_support_plan")
        @classmethod
        def _only_resale(cls, value: Any, info: ValidationInfo) -> Any:
            if value is not None and info.data.get("association_type") == _MANAGED:
                raise ValueError(f"does not go with {_MANAGED}")
            return value

    class State(Fields):
        """A relationship as AWS shows it."""

        arn: str
        """The ARN of the relationship, which is also its Pulumi ID."""
        relationship_id: str
        """The id that AWS gave the relationship: `rs-` and 13 lower-case letters or digits."""
        catalog: Catalog
        """The catalog that the relationship is in: `AWS` for production or `Sandbox` for tests."""
        program_management_account_id: AccountIdentifier
        """The id of the program management account that the relationship belongs to."""
        associated_account_id: AccountId | None = None
        """The 12 digits of the AWS account that is on the other side, where AWS says it."""
        association_type: AssociationType
        """What the other side is to the partner."""
        sector: Sector
        """The sector that the other side belongs to."""
        display_name: Name
        """The name that Partner Central shows."""
        resale_account_model: ResaleAccountModel | None = None
        """Who owns the accounts that are resold; AWS does not say it in lists."""
        account_scope: AccountScope | None = None
        """Which accounts are managed; AWS does not say it in lists."""
        channel_contract_id: Annotated[str, Identifier("cc")] | None = None
        """The id of the contract that is in effect; AWS does not say it in lists."""
        revision: Annotated[Digits, ChangesOnUpdate()]
        """A number, as text, that grows with every change; AWS refuses to update an older one."""
        created_at: Timestamp
        """When the relationship was created, as an ISO 8601 time in UTC."""
        updated_at: Annotated[Timestamp, ChangesOnUpdate()]
        """When the relationship last changed, as an ISO 8601 time in UTC."""
        start_date: Timestamp | None = None
        """When the relationship took effect, as an ISO 8601 time in UTC, where AWS says it."""
        end_date: Timestamp | None = None
        """When the relationship ends, as an ISO 8601 time in UTC; AWS does not say it in lists."""
        tags: Tags | None = None
        """The tags that the relationship has, as AWS returns them."""

    class Filters(listings.Filters):
        """What narrows a list of relationships."""

        operation = "list_relationships"

        program_management_account_identifiers: tuple[AccountIdentifier, ...] | None = None
        """The program management accounts, by ARN or id, to which the list is narrowed."""
        associated_account_ids: tuple[AccountId, ...] | None = None
        """The AWS accounts on the other side, of 12 digits each, to which the list is narrowed."""
        association_types: tuple[AssociationType, ...] | None = None
        """The types of association to which the list is narrowed."""
        display_names: tuple[Name, ...] | None = None
        """The display names to which the list is narrowed."""
        sort: listings.Sort | None = None
        """The order of the list; where absent, AWS chooses its own."""

    aws_name = "Relationship"
    arn_form = RELATIONSHIP
    operations = (
        "CreateRelationship",
        "GetRelationship",
        "UpdateRelationship",
        "DeleteRelationship",
        "ListRelationships",
        "ListProgramManagementAccounts",
        "ListChannelHandshakes",
        "ListChannelContracts",
    )
    extra_actions: ClassVar = {
        "CreateRelationship": ("GetProgramManagementAccount", "TagResource"),
    }
    fields_missing_from_list = (
        "resaleAccountModel",
        "accountScope",
        "channelContractId",
        "endDate",
    )
    removed_by = (
        "delete-relationship --catalog {catalog} --program-management-account-identifier {parent} "
        "--identifier {id}"
    )
    completeness_field = "revision"

    def create(self, request: CreateRequest[Inputs]) -> str:
        """Record the relationship."""
        try:
            created = self.account.client.create_relationship(
                clientToken=request.client_token, **request.inputs.for_aws()
            )
        except Refused as refusal:
            raise self._advised(request.inputs, refusal) from refusal
        return str(created["relationshipDetail"]["arn"])

    def _advised(self, inputs: Inputs, refusal: Refused) -> Refused:
        """Say what has to be deployed first, where the account has not joined yet."""
        identifier = inputs.program_management_account_identifier
        parent: Properties | None = None
        with suppress(ProviderError):
            accounts = self.items_of("ProgramManagementAccount", inputs.catalog)
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

    def read(self, request: ReadRequest) -> Properties:
        """Get it: its ARN says all that AWS asks for."""
        found = self.account.client.get_relationship(**_address(request.arn))
        # What is not there is gone: nothing older may stand in for it.
        absent = dict.fromkeys(("accountScope", "channelContractId", "endDate"))
        return {**absent, **found["relationshipDetail"]}

    def lists(self, arn: str, known: Properties) -> list[listings.Filters]:
        """
        It is among the relationships of its catalog, of whatever parent.

        A list does not show the contract of a managed services relationship, nor its end, which
        both change without the program: such a one is read by itself.
        """
        if known.get("associationType") == _MANAGED:
            return []
        return [self.Filters.of(Arn.parse(arn).catalog)]

    def update(self, request: UpdateRequest[Inputs]) -> str:
        """Change the display name, or ask for another support plan."""
        updated = self.account.client.update_relationship(
            **_address(request.arn),
            revision=request.revision,
            **request.inputs.for_aws(request.changed),
        )
        return str(updated["relationshipDetail"].get("revision", ""))

    def delete(self, request: DeleteRequest) -> None:
        """Remove the relationship."""
        self.account.client.delete_relationship(**_address(request.arn))

    def in_force(self, arn: str, state: Properties) -> InForce | None:
        """Find the service period, else the contract, that was agreed on and is not over."""
        relationship = Arn.parse(arn)
        return self._period_in_force(relationship) or self._contract_in_force(relationship, state)

    def _period_in_force(self, relationship: Arn) -> InForce | None:
        """Find what was agreed on; what begins tomorrow is in force too."""
        period = derived(handshakes_about(self.account.client, relationship, START, REVOKE))
        if period.agreed is None or not period.in_force(self.now()):
            return None
        terms = terms_of(period.agreed)
        days, until = terms.get("minimumNoticeDays"), terms.get("endDate")
        says = f" with {days} days' notice" if days else f" until {until}" if until else ""
        return InForce(
            f"the service period of the handshake {period.agreed['arn']} is in force{says}",
            "End the service period first: delete its ServicePeriod with `onDelete: REVOKE`, or "
            "send a ChannelHandshake of type REVOKE_SERVICE_PERIOD. The other side must accept it.",
        )

    def _contract_in_force(self, relationship: Arn, state: Properties) -> InForce | None:
        """Find the contract that was signed; only managed services have one."""
        if state.get("associationType", _MANAGED) in _RESALE:
            return None
        for item in self._contracts(self.items_now, relationship, "ACCEPTED"):
            details = details_of(item)
            end = format_timestamp(details.get("endDate"))
            if end and parse_timestamp(end) <= self.now():
                continue
            return InForce(
                f"the channel contract {item['arn']} is in force"
                + (f" until {end}" if end else ""),
                "Wait for the end of the contract, which AWS has no way to end.",
            )
        return None

    def imported(self, stated: Properties) -> Properties:
        """Tell the inputs: when a resale took effect is shown by AWS, and is none of them."""
        found = super().imported(stated)
        if stated.get("associationType") in _RESALE:
            return {n: v for n, v in found.items() if n not in ("accountScope", "startDate")}
        return found

    @classmethod
    def parents(cls, arn: str, state: Properties) -> Collection[str]:
        """Its program management account, which its ARN names."""
        return (Arn.parse(arn).parent_id,)

    def in_the_way(self, arn: str) -> str | None:
        """Find the pending handshake about it."""
        relationship = Arn.parse(arn)
        for kind in ("START_SERVICE_PERIOD", "REVOKE_SERVICE_PERIOD"):
            pending = self.items_of(
                "ChannelHandshake",
                relationship.catalog,
                handshakeType=kind,
                statuses=["PENDING"],
                associatedResourceIdentifiers=[relationship.id],
            )
            for item in pending:
                return str(item["arn"])
        contracts = self._contracts(self.items_of, relationship, "PENDING")
        return next((str(item["arn"]) for item in contracts), None)

    @staticmethod
    def _contracts(
        items: Callable[..., Iterator[Properties]], relationship: Arn, status: str
    ) -> Iterator[Properties]:
        """List the contracts about it that have this status, by one of the two ways to list."""
        about = filters_about(relationship.id)
        return items("ChannelContract", relationship.catalog, statuses=[status], **about)

    def find_existing(self, inputs: Inputs) -> str | None:
        """Find the relationship that this account already has with the same account."""
        if inputs.associated_account_id is None:
            return None
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
