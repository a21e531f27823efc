"""Channel handshakes can only be listed: how one is found, from either side."""

from typing import Any

from ..model.arn import Arn
from ..model.errors import NotFound
from ..model.handshakes import TYPES
from ..model.properties import Properties
from .listings import Filters, find


def find_handshake(client: Any, arn: str, side: str, known: Properties) -> dict[str, Any]:
    """
    Search the handshakes of which the caller is the *side*: SENDER or RECEIVER.

    AWS lists one type at a time: the `handshakeType` of *known* is searched first, and where there
    is none, each. An answer that was given under a wrong type is looked for under the others.
    """
    about = known.get("associatedResourceIdentifier") or known.get("associatedResourceId")
    narrowed: dict[str, Any] = {"associatedResourceIdentifiers": [about]} if about else {}
    stated = known.get("handshakeType")
    others = [kind for kind in TYPES if kind != stated]
    for kind in [stated, *(others if side == "RECEIVER" else [])] if stated else TYPES:
        try:
            return find(
                client,
                "list_channel_handshakes",
                arn,
                {"handshakeType": kind, "participantType": side} | narrowed,
            )
        except NotFound:
            continue
    raise NotFound(f"AWS does not list {arn} among the handshakes with this account as {side}.")


def handshakes_about(client: Any, relationship: Arn, *kinds: str) -> list[dict[str, Any]]:
    """List the handshakes of these types about a relationship, as AWS has them now."""
    return [
        item
        for kind in kinds
        for page in client.get_paginator("list_channel_handshakes").paginate(
            catalog=relationship.catalog,
            handshakeType=kind,
            participantType="SENDER",
            associatedResourceIdentifiers=[relationship.id],
        )
        for item in page["items"]
    ]


class _HandshakeList(Filters):
    operation = "list_channel_handshakes"

    handshake_type: str
    participant_type: str


def handshake_lists(arn: str, side: str, known: Properties) -> list[Filters]:
    """Give the filters of the lists that may have the handshake: of its type, or of each."""
    stated = known.get("handshakeType")
    catalog = Arn.parse(arn).catalog
    return [
        _HandshakeList.of(catalog, handshakeType=kind, participantType=side)
        for kind in ([stated] if stated else TYPES)
    ]
