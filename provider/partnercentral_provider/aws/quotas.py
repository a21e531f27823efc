"""When a quota that counts by day has room again: AWS's answer does not say it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from ..model.errors import ProviderError, QuotaExceeded
from ..model.types import format_timestamp, parse_timestamp

A_DAY = 5
"""Handshakes of one type that an account may be sent within 24 hours, by AWS's documents."""


@dataclass(frozen=True)
class Invitation:
    """A handshake that is about to be sent: its catalog, its type, and what it is about."""

    catalog: str
    handshake_type: str
    associated_resource_identifier: str


def told_of_quota(sent: Collection[Any], now: float) -> str | None:
    """
    Say, before one more is sent within a day, how much of AWS's quota it uses up.

    *sent* are the handshakes of one type to one account, as AWS lists them, and *now* is the time
    in seconds since 1970.
    """
    times = sorted(parse_timestamp(each["createdAt"]) for each in sent)
    today = [each for each in times if now - each.timestamp() < timedelta(days=1).total_seconds()]
    if not today:
        return None
    said = f"AWS lets an account be sent {A_DAY} handshakes of one type within 24 hours. "
    if len(today) < A_DAY - 1:
        return f"{said}This is number {len(today) + 1}."
    again = format_timestamp(today[-A_DAY if len(today) >= A_DAY else 0] + timedelta(days=1))
    if len(today) == A_DAY - 1:
        return f"{said}This is the last: the next can be sent at {again}."
    return (
        f"{said}This account was sent {len(today)}, so that AWS may refuse this one: it can be "
        f"sent at {again}."
    )


def with_next_time(account: Any, inputs: Any, error: QuotaExceeded) -> QuotaExceeded:
    """
    Add to the error of a create of a handshake when the next one can be sent, where lists tell.

    *inputs* are the handshake's. It costs a list or two; a failure of these changes nothing.
    """
    try:
        sent = _sent(account.client, inputs)
    except ProviderError:
        return error
    if len(sent) < A_DAY:
        return error
    receiver, first = (
        sent[0]["receiverAccountId"],
        parse_timestamp(sent[A_DAY - 1]["createdAt"]),
    )
    again = first + timedelta(days=1)
    if parse_timestamp(sent[0]["createdAt"]) >= again:
        return error  # they were not sent within a day: another quota is used up
    return QuotaExceeded(
        error.what,
        f"{error.why} AWS lets an account be sent {A_DAY} handshakes of one type within 24 hours, "
        f"and {receiver} was.",
        f"The next can be sent at {format_timestamp(again)}. Run the command again then.",
    )


def _sent(client: Any, inputs: Any) -> list[dict[str, Any]]:
    """List the handshakes of this type to the same receiver, newest first."""
    pages = client.get_paginator("list_channel_handshakes").paginate(
        catalog=inputs.catalog, handshakeType=inputs.handshake_type, participantType="SENDER"
    )
    items = [item for page in pages for item in page["items"]]
    about = inputs.associated_resource_identifier
    receivers = {i["receiverAccountId"] for i in items if i["associatedResourceId"] == about}
    same = [item for item in items if item["receiverAccountId"] in receivers]
    return sorted(same, key=lambda item: parse_timestamp(item["createdAt"]), reverse=True)
