"""The handshakes of a walk, put together as the service periods that they come to."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from ..model.arn import Arn
from ..model.properties import Properties
from ..model.service_periods import REVOKE, START
from ..resources.service_period import ServicePeriod

Found = dict[str, tuple[str, Properties]]
"""Items of AWS's lists by their ARN, each with the name of its resource."""


def with_service_periods(found: Found, held: Collection[str], now: datetime) -> Found:
    """
    Put a ServicePeriod in place of the handshakes about each relationship that was *found*.

    Handshakes stay where their relationship was not found, and where a stack has one of them: its
    ARN is among those *held*.
    """
    relationships = {
        Arn.parse(arn).id: item for arn, (kind, item) in found.items() if kind == "Relationship"
    }
    about = defaultdict[str, list[Properties]](list)
    for arn, (_, item) in found.items():
        if item.get("handshakeType") in (START, REVOKE):
            about[item["associatedResourceId"]].append(item | {"arn": arn})
    replaced = {
        id: items
        for id, items in about.items()
        if id in relationships and not {each["arn"] for each in items} & {*held}
    }
    gone = {each["arn"] for items in replaced.values() for each in items}
    rest = {arn: of for arn, of in found.items() if arn not in gone}
    return rest | {
        state["arn"]: ("ServicePeriod", state)
        for id, items in replaced.items()
        for state in [_state(relationships[id], items, now)]
    }


def _state(relationship: Properties, handshakes: list[Properties], now: datetime) -> Properties:
    state = ServicePeriod.from_handshakes(Arn.parse(relationship["arn"]), handshakes, {}, now)
    named = {"displayName": relationship.get("displayName")}
    return {name: value for name, value in (state | named).items() if value is not None}
