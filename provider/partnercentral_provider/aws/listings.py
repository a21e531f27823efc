"""What AWS lists, with its own filters and sorts, and how it turns the pages."""

from typing import Annotated, Any, ClassVar

from typing_extensions import Self

from ..model.errors import Refused
from ..model.fields import Fields, Properties
from ..model.handshakes import HandshakeStatus, HandshakeType, ServicePeriodType
from ..model.programs import Program
from ..model.types import (
    AccountId,
    AssociatedResourceIdentifier,
    Catalog,
    Name,
    NotSentToAws,
    ProgramManagementAccountIdentifier,
    ProviderDefault,
    Values,
)

LARGEST = 100
"""The most items that AWS puts on a page."""

AssociationType = Annotated[
    str,
    Values(
        "AssociationType",
        {
            "DOWNSTREAM_SELLER": "A partner that resells under a distribution agreement.",
            "END_CUSTOMER": "A customer that uses AWS itself.",
            "INTERNAL": "The partner's own use, for developing and testing its channel business.",
        },
    ),
]
AccountStatus = Annotated[
    str,
    Values(
        "ProgramManagementAccountStatus",
        {
            "PENDING": "The account has not yet accepted its handshake.",
            "ACTIVE": "The account accepted; benefits and discounts apply to its invoices.",
            "INACTIVE": "The account no longer takes part.",
        },
    ),
]
ParticipantType = Annotated[
    str,
    Values(
        "ParticipantType",
        {
            "SENDER": "Handshakes that this account owns or sent.",
            "RECEIVER": "Handshakes that this account has to answer.",
        },
    ),
]
SortOrder = Annotated[
    str, Values("SortOrder", {"Ascending": "Oldest first.", "Descending": "Newest first."})
]
SortBy = Annotated[str, Values("SortBy", {"UpdatedAt": "By the time of the last change."})]


class Sort(Fields):
    """An order of a list."""

    sort_by: SortBy
    """What to order by."""
    sort_order: SortOrder
    """Which way."""


class Filters(Fields):
    """What narrows a list."""

    operation: ClassVar[str]
    """boto3's name of the call."""

    catalog: Annotated[Catalog, ProviderDefault()]
    """`AWS` for production or `Sandbox` for tests. The configuration's `catalog` where absent."""

    @classmethod
    def of(cls, catalog: str, **given: Any) -> Self:
        """Filter by this catalog, and what is *given* besides in AWS's own words."""
        return cls.model_validate({"catalog": catalog} | given)

    def requests(self) -> list[Properties]:
        """Give the arguments of the calls that make up the whole list, one after the other."""
        return [self.for_aws()]


class ProgramManagementAccountFilters(Filters):
    """What narrows a list of program management accounts."""

    operation = "list_program_management_accounts"

    account_ids: tuple[AccountId, ...] | None = None
    """Only these AWS accounts."""
    display_names: tuple[Name, ...] | None = None
    """Only those with one of these names."""
    programs: tuple[Program, ...] | None = None
    """Only those of these programs."""
    statuses: tuple[AccountStatus, ...] | None = None
    """Only those in one of these statuses."""
    sort: Sort | None = None
    """The order; AWS's own where absent."""


class RelationshipFilters(Filters):
    """What narrows a list of relationships."""

    operation = "list_relationships"

    program_management_account_identifiers: (
        tuple[ProgramManagementAccountIdentifier, ...] | None
    ) = None
    """Only those of these program management accounts, by ARN or by id."""
    associated_account_ids: tuple[AccountId, ...] | None = None
    """Only those with these AWS accounts."""
    association_types: tuple[AssociationType, ...] | None = None
    """Only those of these types."""
    display_names: tuple[Name, ...] | None = None
    """Only those with one of these names."""
    sort: Sort | None = None
    """The order; AWS's own where absent."""


class ServicePeriodTypeFilters(Fields):
    """What narrows handshakes about a service period."""

    service_period_types: tuple[ServicePeriodType, ...] | None = None
    """Only service periods of these types."""


class ProgramManagementAccountTypeFilters(Fields):
    """What narrows handshakes about a program management account."""

    programs: tuple[Program, ...] | None = None
    """Only those of these programs."""


class HandshakeTypeFilters(Fields):
    """What narrows handshakes of one type each."""

    start_service_period_type_filters: ServicePeriodTypeFilters | None = None
    """For START_SERVICE_PERIOD."""
    revoke_service_period_type_filters: ServicePeriodTypeFilters | None = None
    """For REVOKE_SERVICE_PERIOD."""
    program_management_account_type_filters: ProgramManagementAccountTypeFilters | None = None
    """For PROGRAM_MANAGEMENT_ACCOUNT."""


class HandshakeTypeSort(Fields):
    """The order of handshakes of one type each."""

    start_service_period_type_sort: Sort | None = None
    """For START_SERVICE_PERIOD."""
    revoke_service_period_type_sort: Sort | None = None
    """For REVOKE_SERVICE_PERIOD."""
    program_management_account_type_sort: Sort | None = None
    """For PROGRAM_MANAGEMENT_ACCOUNT."""


_MEMBERS = {
    "START_SERVICE_PERIOD": "startServicePeriodType",
    "REVOKE_SERVICE_PERIOD": "revokeServicePeriodType",
    "PROGRAM_MANAGEMENT_ACCOUNT": "programManagementAccountType",
}


class ChannelHandshakeFilters(Filters):
    """What narrows a list of handshakes."""

    operation = "list_channel_handshakes"

    handshake_type: HandshakeType | None = None
    """Only this type. AWS lists one type at a time: without it there are three lists in a row."""
    receiver_account_id: Annotated[AccountId | None, NotSentToAws()] = None
    """The account that asks, and signs, as the configuration says how; the provider's own else."""
    participant_type: ParticipantType = "SENDER"
    """The side on which this account is; SENDER where absent."""
    statuses: tuple[HandshakeStatus, ...] | None = None
    """Only those in one of these statuses."""
    associated_resource_identifiers: tuple[AssociatedResourceIdentifier, ...] | None = None
    """Only those about these program management accounts or relationships, by ARN or by id."""
    handshake_type_filters: HandshakeTypeFilters | None = None
    """More filters, by type."""
    handshake_type_sort: HandshakeTypeSort | None = None
    """The order, by type; AWS's own where absent."""

    def requests(self) -> list[Properties]:
        """Give one call for each type that is asked for."""
        return [
            self._request(kind)
            for kind in ([self.handshake_type] if self.handshake_type else _MEMBERS)
        ]

    def _request(self, kind: str) -> Properties:
        """AWS takes the filters and the order of the type that is listed, and no other."""
        arguments = self.for_aws() | {"handshakeType": kind}
        for name, suffix in (("handshakeTypeFilters", "Filters"), ("handshakeTypeSort", "Sort")):
            member = f"{_MEMBERS.get(kind, kind)}{suffix}"
            given = arguments.pop(name, {})
            if member in given:
                arguments[name] = {member: given[member]}
        return arguments


def page(
    client: Any, filters: Filters, token: str, size: int = LARGEST
) -> tuple[list[dict[str, Any]], str | None]:
    """
    Turn one page: its items, and the token of the next; None after the last.

    The token is AWS's own, behind the number of the request. The first page has none. Raises
    Refused on a token that no page gave.
    """
    number, _, following = token.partition(":")
    requests = filters.requests()
    numbers = [str(i) for i in range(len(requests))]
    if (number or "0") not in numbers:
        raise Refused(
            "The list cannot be continued.",
            "The continuation token is not one that this list gave.",
            "Begin it anew, without a token.",
        )
    index = numbers.index(number or "0")
    arguments = requests[index] | {"maxResults": min(size, LARGEST)}
    if following:
        arguments["nextToken"] = following
    found = getattr(client, filters.operation)(**arguments)
    if more := found.get("nextToken"):
        return found["items"], f"{index}:{more}"
    return found["items"], f"{index + 1}:" if index + 1 < len(requests) else None
