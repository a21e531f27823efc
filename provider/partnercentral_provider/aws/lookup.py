"""Finding one thing where the API only lists."""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from ..model.arn import Arn
from ..model.errors import NotFound, Refused, join_words
from ..model.fields import Fields, Properties
from ..model.handshakes import TYPES
from ..model.types import format_timestamp, parse_timestamp
from ..resources.contract import Resource
from .listings import LARGEST, Filters
from .tags import tags_of

MANY = LARGEST + 1
"""How many are counted before it is clear that they are too many."""


def state_of(
    resource: Resource,
    arn: str,
    known: Properties,
    item: Properties | None = None,
    tags: Properties | None = None,
) -> Properties:
    """
    Give the whole state, as Pulumi properties: what AWS says, and its tags.

    *known* narrows a search; *item* is what a list already said, and *tags* are those that need
    not be asked for. Raises NotFound.
    """
    if item is None:
        item = resource.read(arn, known)
    known_values = {
        name: known[name] for name in resource.fields_missing_from_list if name in known
    }
    named = {"arn": arn, resource.id_name(): Arn.parse(arn).id}
    found = resource.State.lenient(known_values | item | named).for_pulumi()
    if resource.taggable():
        found["tags"] = tags_of(resource.account.client, arn) if tags is None else tags
    return found


def shared_item(
    resource: Resource, arn: str, known: Properties, for_program: bool = False
) -> Properties | None:
    """
    Find it in a list that other reads need too; None where it is better read by itself.

    What a list shows from before the *known* state is lag, and not believed; nor, *for_program*,
    what it shows from before a write by another process.
    """
    if resource.fields_missing_from_list and resource.completeness_field not in known:
        return None  # a complete state knows what the list does not say
    identifier = Arn.parse(arn).id
    list_cache = resource.account.list_cache
    for filters in resource.lists(arn, known):
        item: Properties | None = list_cache.find(
            resource.account.client, filters, identifier, for_program
        )
        if item is not None:
            return None if _lags(item, known) else item
    return None


def _lags(item: Properties, known: Properties) -> bool:
    try:
        return parse_timestamp(format_timestamp(item["updatedAt"])) < parse_timestamp(
            known["updatedAt"]
        )
    except (KeyError, ValueError):
        return False


def only(resource: Resource, filters: Any, arn: str | None = None) -> Properties:
    """
    Give the state of the one thing with this ARN, or that the *filters* let through.

    Raises NotFound where there is none, and Refused where there are more.
    """
    name = resource.aws_name
    if arn:
        return state_of(resource, arn, {}, shared_item(resource, arn, {}, for_program=True))
    items = list(islice(list_items(resource.account, filters), MANY))
    if not items:
        raise NotFound(f"No {name} fits.", advice="Check the filters, the catalog and the account.")
    if len(items) > 1:
        count = f"At least {MANY}" if len(items) == MANY else str(len(items))
        some = join_words(item["arn"] for item in items[:3])
        raise Refused(
            f"{count} fit, but there has to be exactly one {name}.", f"Among them {some}."
        )
    return state_of(
        resource, items[0]["arn"], items[0], None if resource.fields_missing_from_list else items[0]
    )


def list_states(resource: Resource, filters: Any) -> list[Properties]:
    """Give the states of all things that the *filters* let through, as a list shows them."""
    named = (
        item | {resource.id_name(): item["id"]} for item in list_items(resource.account, filters)
    )
    return [resource.State.lenient(item).for_pulumi() for item in named]


def list_items(account: Any, filters: Filters) -> Iterator[dict[str, Any]]:
    """Give every item of the list, by pages that all share who ask for the same."""
    found: Iterator[dict[str, Any]] = account.list_cache.items(account.client, filters)
    return found


def find(
    client: Any,
    operation: str,
    arn: str,
    narrowed: Mapping[str, Any],
) -> dict[str, Any]:
    """
    Search a list, page by page, for the item with the id of *arn*.

    *narrowed* are the call's own filters. Pages have 100 items, the most that AWS gives. Raises
    NotFound where no page has it.
    """
    wanted = Arn.parse(arn)
    pages = client.get_paginator(operation).paginate(
        catalog=wanted.catalog, PaginationConfig={"PageSize": 100}, **narrowed
    )
    for page in pages:
        for item in page["items"]:
            if item["id"] == wanted.id:
                return dict(item)
    raise NotFound(f"AWS does not list {arn}.")


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


class _HandshakeList(Filters):
    operation = "list_channel_handshakes"

    handshake_type: str
    participant_type: str


def handshake_lists(arn: str, side: str, known: Properties) -> list[Fields]:
    """Give the filters of the lists that may have the handshake: of its type, or of each."""
    stated = known.get("handshakeType")
    catalog = Arn.parse(arn).catalog
    return [
        _HandshakeList.of(catalog, handshakeType=kind, participantType=side)
        for kind in ([stated] if stated else TYPES)
    ]
