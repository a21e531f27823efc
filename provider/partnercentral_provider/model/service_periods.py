"""A relationship's service period, as it follows from its handshakes: AWS has no such object."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Annotated, Any

from pydantic import ValidationInfo, field_validator

from .fields import Fields
from .handshakes import ServicePeriodType
from .properties import Properties
from .types import Digits, Timestamp, Values, format_timestamp, parse_timestamp

START, REVOKE = "START_SERVICE_PERIOD", "REVOKE_SERVICE_PERIOD"
TERMS = ("servicePeriodType", "minimumNoticeDays", "endDate")
"""What two sides agree on, by the names on the wire; a note is no part of it."""

ACCEPTABLE = timedelta(days=30)
"""
How long an offer can be accepted: AWS's documents say it of one that replaces another. That it is
so for each is an assumption.
"""

_FAILED = ("REJECTED", "CANCELED", "EXPIRED")

ServicePeriodStatus = Annotated[
    str,
    Values(
        "ServicePeriodStatus",
        {
            "NONE": "No service period was ever agreed on, and none is offered.",
            "OFFERED": "No service period is in force, and one is waiting for an answer.",
            "SCHEDULED": "A service period was agreed on and has not begun yet.",
            "IN_FORCE": "A service period was agreed on and has begun.",
            "ENDING": "A service period is in force, and the other side was asked to end it.",
            "ENDED": "The service period was revoked, or its end has passed.",
        },
        description="Whether a relationship's service period is in force.",
    ),
]


class StatedTerms(Fields):
    """The terms of a service period, as a program states them."""

    service_period_type: ServicePeriodType
    """How the service period can end, which is with notice or at a fixed date."""
    minimum_notice_days: Digits | None = None
    """
    The number of days of notice, which a MINIMUM_NOTICE_PERIOD has to have and nothing else may
    have; AWS documents 14, 30 and 60.
    """
    end_date: Timestamp | None = None
    """
    When the service period ends, which a FIXED_COMMITMENT_PERIOD has to have and nothing else may
    have: an ISO 8601 date or time, in UTC where it has no offset.
    """

    @field_validator("minimum_notice_days")
    @classmethod
    def _days_with_notice(cls, days: Any, info: ValidationInfo) -> Any:
        kind = info.data.get("service_period_type")
        if kind == "MINIMUM_NOTICE_PERIOD" and days is None:
            raise ValueError("is required for MINIMUM_NOTICE_PERIOD, such as 14, 30 or 60")
        if kind == "FIXED_COMMITMENT_PERIOD" and days is not None:
            raise ValueError("does not go with FIXED_COMMITMENT_PERIOD, which ends by its endDate")
        return days

    @field_validator("end_date")
    @classmethod
    def _end_with_commitment(cls, end: Any, info: ValidationInfo) -> Any:
        kind = info.data.get("service_period_type")
        if kind == "FIXED_COMMITMENT_PERIOD" and end is None:
            raise ValueError("is required for FIXED_COMMITMENT_PERIOD, such as 2027-12-31")
        if kind == "MINIMUM_NOTICE_PERIOD" and end is not None:
            raise ValueError("does not go with MINIMUM_NOTICE_PERIOD, which ends by notice")
        return end


def terms_of(handshake: Properties) -> Properties:
    """Tell the terms that a START handshake of AWS's list proposes, in canonical form."""
    detail = detail_of(handshake)
    found = {
        "servicePeriodType": detail.get("servicePeriodType"),
        "minimumNoticeDays": detail.get("minimumNoticeDays"),
        "endDate": format_timestamp(detail.get("endDate")),
    }
    if found["servicePeriodType"] == "MINIMUM_NOTICE_PERIOD":
        del found["endDate"]  # AWS may show one, which is no part of what was asked for
    return {name: value for name, value in found.items() if value is not None}


def detail_of(handshake: Properties) -> Properties:
    """Give what a START handshake of AWS's list says of the service period."""
    detail = handshake.get("detail") or {}
    found: Properties = detail.get("startServicePeriodHandshakeDetail") or {}
    return found


def stated_terms(properties: Properties) -> Properties:
    """Tell the terms among the inputs or the outputs of a program's service period."""
    return {name: properties[name] for name in TERMS if properties.get(name) is not None}


@dataclass
class ServicePeriod:
    """
    What the handshakes about one relationship come to.

    *agreed* is the START handshake that was accepted last, *pending* the one that waits for an
    answer, and *failed* are those since the last agreement that came to nothing, oldest first.
    *revoked* is the REVOKE handshake that ended what was agreed, *revoking* one that waits for its
    answer. *ignored* are those of a type or a status that nobody knew when this was written.
    """

    agreed: Properties | None = None
    pending: Properties | None = None
    failed: list[Properties] = field(default_factory=list)
    revoked: Properties | None = None
    revoking: Properties | None = None
    ignored: list[Properties] = field(default_factory=list)
    sent: list[Properties] = field(default_factory=list)
    """All START handshakes, oldest first."""

    def in_force(self, now: datetime) -> bool:
        """Tell whether what was agreed on holds, or will from its start on."""
        ends = self.ends()
        unrevoked = self.agreed is not None and self.revoked is None
        return unrevoked and (ends is None or parse_timestamp(ends) >= now)

    def ends(self) -> str | None:
        """
        Tell when what was agreed on ends or ended; None where it has no end.

        A revocation has no date of its own: it is the last change of its handshake, which is its
        acceptance unless its tags were changed later.
        """
        if self.revoked:
            return str(format_timestamp(self.revoked["updatedAt"]))
        end = detail_of(self.agreed).get("endDate") if self.agreed else None
        return None if end is None else str(format_timestamp(end))

    def status(self, now: datetime) -> str:
        """Tell whether it is in force."""
        if self.agreed and self.in_force(now):
            if self.revoking:
                return "ENDING"
            start = format_timestamp(detail_of(self.agreed).get("startDate"))
            return "SCHEDULED" if start and parse_timestamp(start) > now else "IN_FORCE"
        if self.pending:
            return "OFFERED"
        return "ENDED" if self.agreed else "NONE"

    def offer(self, wanted: Properties) -> Properties | None:
        """
        Give the START handshake, not accepted, that a program with the *wanted* terms stands by.

        It is the one that waits, else the last that came to nothing and said these terms; one of
        other terms only where nothing was ever agreed on.
        """
        if self.pending:
            return self.pending
        same = [each for each in self.failed if terms_of(each) == wanted]
        return next(reversed(same or ([] if self.agreed else self.failed)), None)

    def current(self, wanted: Properties) -> Properties | None:
        """Give the START handshake whose terms count: the offer's, else those agreed and valid."""
        return self.offer(wanted) or (None if self.revoked else self.agreed)


def derived(handshakes: Iterable[Properties]) -> ServicePeriod:
    """
    Go through the handshakes about one relationship, in the order in which they were created.

    AWS shows when a handshake was created and when it last changed, and not when it was answered.
    Only one can be pending for a relationship, so that each was answered before the next was
    created: their order of creation is that of their answers. The last change says less, since a
    tag that is set later may count as one.
    """
    period = ServicePeriod()
    for each in sorted(handshakes, key=lambda item: parse_timestamp(item["createdAt"])):
        _take(period, each, each.get("handshakeType"), each.get("status"))
    return period


def _take(period: ServicePeriod, each: Properties, kind: Any, status: Any) -> None:
    if kind not in (START, REVOKE) or status not in ("PENDING", "ACCEPTED", *_FAILED):
        period.ignored.append(each)
        return
    if kind == START:
        period.sent.append(each)
    if status == "ACCEPTED" and kind == START:
        period.agreed, period.revoked, period.failed = each, None, []
    elif status == "ACCEPTED" and period.agreed:
        period.revoked, period.failed = each, []
    elif status == "PENDING":
        if kind == START:
            period.pending = each
        else:
            period.revoking = each
    elif status in _FAILED and kind == START:
        period.failed.append(each)
