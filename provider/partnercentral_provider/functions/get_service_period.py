"""`getServicePeriod`: what was agreed with a customer or seller, and whether it holds."""

from typing import Annotated, Any

from ..model.fields import Fields, from_arn
from ..model.handshakes import ServicePeriodType
from ..model.properties import Properties
from ..model.service_periods import (
    REVOKE,
    START,
    ServicePeriodStatus,
    derived,
    detail_of,
    terms_of,
)
from ..model.types import (
    Catalog,
    Digits,
    Identifier,
    ProviderDefault,
    Timestamp,
    format_timestamp,
    parse_timestamp,
)
from ..resources.channel_handshake import ChannelHandshake
from .contract import Query


class GetServicePeriod(Query):
    """
    Get the service period of a relationship.

    AWS has no such thing to read: it follows from the relationship's handshakes, in the order in
    which they were created. An accepted START_SERVICE_PERIOD begins one, an accepted
    REVOKE_SERVICE_PERIOD ends it, and a fixed commitment ends by its date.
    """

    class Inputs(Fields):
        """What names the relationship."""

        catalog: Annotated[Catalog, ProviderDefault()]
        """
        The catalog that the relationship is in: `AWS` for production or `Sandbox` for tests. Where
        absent, it is that of the ARN, else the `catalog` of the provider's configuration.
        """
        relationship_identifier: Annotated[str, Identifier("rs")]
        """The ARN or the id (`rs-…`) of the relationship that is asked about."""

        _catalog = from_arn("relationshipIdentifier")

    class Outputs(Fields):
        """The service period that was agreed on last."""

        status: ServicePeriodStatus
        """Whether the service period that was agreed on last is in force."""
        channel_handshake_id: Annotated[str, Identifier("ch")] | None = None
        """The id of the handshake that began the service period."""
        service_period_type: ServicePeriodType | None = None
        """How the service period can end, which is with notice or at a fixed date."""
        minimum_notice_days: Digits | None = None
        """The number of days of notice, as text, which only a MINIMUM_NOTICE_PERIOD has."""
        start_date: Timestamp | None = None
        """When the service period begins or began, as an ISO 8601 time in UTC."""
        end_date: Timestamp | None = None
        """
        When the service period ends or ended, as an ISO 8601 time in UTC: the date of a fixed
        commitment, or the last change of the handshake that revoked it, which is its acceptance
        unless its tags were changed later.
        """

    def answer(self, inputs: Any) -> Properties:
        """Put it together from the handshakes about the relationship."""
        period = derived(
            item for kind in (START, REVOKE) for item in self.account.items(_about(inputs, kind))
        )
        now = parse_timestamp(self.clock())
        found: Properties = {"status": period.status(now)}
        if period.agreed is None:
            return found
        start = format_timestamp(detail_of(period.agreed).get("startDate"))
        shown = {"channelHandshakeId": period.agreed["id"], **terms_of(period.agreed)}
        shown |= {"startDate": start, "endDate": period.ends()}
        return found | {name: value for name, value in shown.items() if value is not None}


def _about(inputs: Any, kind: str) -> ChannelHandshake.Filters:
    return ChannelHandshake.Filters.of(
        inputs.catalog,
        handshakeType=kind,
        associatedResourceIdentifiers=[inputs.relationship_identifier],
    )
