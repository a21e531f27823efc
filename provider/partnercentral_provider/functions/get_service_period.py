"""`getServicePeriod`: what was agreed with a customer or seller, and whether it holds."""

from typing import Annotated, Any

from ..model.fields import Fields, from_arn
from ..model.handshakes import ServicePeriodType
from ..model.properties import Properties
from ..model.types import (
    Catalog,
    Digits,
    Identifier,
    ProviderDefault,
    Timestamp,
    Values,
    format_timestamp,
)
from ..resources.channel_handshake import ChannelHandshake
from .contract import Query

ServicePeriodStatus = Annotated[
    str,
    Values(
        "ServicePeriodStatus",
        {
            "NONE": "No service period was ever agreed on.",
            "SCHEDULED": "A service period was agreed on and has not begun yet.",
            "IN_FORCE": "A service period was agreed on and has begun.",
            "ENDED": "The service period was revoked, or its end has passed.",
        },
        description="Whether a relationship's service period is in force.",
    ),
]


class GetServicePeriod(Query):
    """
    Get the service period of a relationship.

    AWS has no such thing to read: it follows from the relationship's accepted handshakes, in the
    order in which they were created. An accepted START_SERVICE_PERIOD begins one, an accepted
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
        """
        Go through the accepted handshakes, oldest first.

        AWS shows when a handshake was created and when it last changed, and not when it was
        answered. Only one can be pending for a relationship, so that each was answered before the
        next was created: their order of creation is that of their acceptance. The last change
        says less, since a tag that is set later may count as one.
        """
        accepted = sorted(
            (
                item
                for kind in ("START_SERVICE_PERIOD", "REVOKE_SERVICE_PERIOD")
                for item in self.account.items(_accepted(inputs, kind))
            ),
            key=lambda item: item["createdAt"],
        )
        period: Properties = {"status": "NONE"}
        for item in accepted:
            if item["handshakeType"] == "START_SERVICE_PERIOD":
                period = _begun(item)
            elif period["status"] != "NONE":
                period |= {"status": "ENDED", "endDate": format_timestamp(item["updatedAt"])}
        return period if period["status"] in ("NONE", "ENDED") else self._dated(period)

    def _dated(self, period: Properties) -> Properties:
        now = format_timestamp(self.clock())
        if period.get("endDate", now) < now:
            return period | {"status": "ENDED"}
        return period | {
            "status": "SCHEDULED" if period.get("startDate", now) > now else "IN_FORCE"
        }


def _accepted(inputs: Any, kind: str) -> ChannelHandshake.Filters:
    return ChannelHandshake.Filters.model_validate(
        {
            "catalog": inputs.catalog,
            "handshakeType": kind,
            "statuses": ["ACCEPTED"],
            "associatedResourceIdentifiers": [inputs.relationship_identifier],
        }
    )


def _begun(item: dict[str, Any]) -> Properties:
    detail = item.get("detail", {}).get("startServicePeriodHandshakeDetail", {})
    found = {
        "status": "IN_FORCE",
        "channelHandshakeId": item["id"],
        "servicePeriodType": detail.get("servicePeriodType"),
        "minimumNoticeDays": detail.get("minimumNoticeDays"),
        "startDate": format_timestamp(detail.get("startDate")),
        "endDate": format_timestamp(detail.get("endDate")),
    }
    return {name: value for name, value in found.items() if value is not None}
