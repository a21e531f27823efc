"""`getServicePeriod`: what was agreed with a customer or seller, and whether it holds."""

from typing import Annotated, Any

from ..aws.listings import ChannelHandshakeFilters
from ..aws.lookup import list_items
from ..model.fields import Fields, Properties, from_arn
from ..model.handshakes import ServicePeriodType
from ..model.types import (
    Catalog,
    ChannelHandshakeIdentifier,
    Digits,
    ProviderDefault,
    RelationshipIdentifier,
    Timestamp,
    Values,
    format_timestamp,
)
from .contract import Query

ServicePeriodStatus = Annotated[
    str,
    Values(
        "ServicePeriodStatus",
        {
            "NONE": "None was ever agreed on.",
            "SCHEDULED": "Agreed on, and not begun yet.",
            "IN_FORCE": "Agreed on, and begun.",
            "ENDED": "Revoked, or past its end.",
        },
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
        """Which relationship."""

        catalog: Annotated[Catalog, ProviderDefault()]
        """
        `AWS` for production or `Sandbox` for tests. Where absent, that of the ARN, else of the
        configuration.
        """
        relationship_identifier: RelationshipIdentifier
        """The relationship, by ARN or by id."""

        _catalog = from_arn("relationshipIdentifier")

    class Outputs(Fields):
        """What was agreed on last."""

        status: ServicePeriodStatus
        """Whether it holds."""
        channel_handshake_id: ChannelHandshakeIdentifier | None = None
        """The handshake that began it."""
        service_period_type: ServicePeriodType | None = None
        """How it can end."""
        minimum_notice_days: Digits | None = None
        """The days of notice, for a minimum notice period."""
        start_date: Timestamp | None = None
        """When it begins or began, in UTC."""
        end_date: Timestamp | None = None
        """
        When it ends or ended, in UTC: the date of a fixed commitment, or the last change of the
        handshake that revoked it, which is its acceptance unless its tags were changed later.
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
                for item in list_items(self.account, _accepted(inputs, kind))
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


def _accepted(inputs: Any, kind: str) -> ChannelHandshakeFilters:
    return ChannelHandshakeFilters.model_validate(
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
