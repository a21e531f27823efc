"""How AWS lists: what any list is narrowed and sorted by, and how its pages are read."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from typing_extensions import Self

from ..model.arn import Arn
from ..model.errors import NotFound, Refused
from ..model.fields import Fields
from ..model.properties import Properties
from ..model.types import Catalog, ProviderDefault, Values

LARGEST = 100
"""The most items that AWS puts on a page."""

SortOrder = Annotated[
    str,
    Values(
        "SortOrder",
        {
            "Ascending": "The item that changed longest ago comes first.",
            "Descending": "The item that changed last comes first.",
        },
        description="The direction in which AWS sorts a list.",
    ),
]
SortBy = Annotated[
    str,
    Values(
        "SortBy",
        {"UpdatedAt": "AWS sorts by the time of the last change."},
        description="What AWS sorts a list by.",
    ),
]


class Sort(Fields):
    """The order in which AWS returns a list."""

    sort_by: SortBy
    """What the list is sorted by; AWS knows only `UpdatedAt`, the time of the last change."""
    sort_order: SortOrder
    """The direction: `Ascending` starts with the oldest change, `Descending` with the newest."""


class Filters(Fields):
    """What narrows a list; each resource that AWS lists declares its own."""

    operation: ClassVar[str]
    """boto3's name of the call."""

    catalog: Annotated[Catalog, ProviderDefault()]
    """
    The catalog to list: `AWS` for production or `Sandbox` for tests. Where absent, it is the
    `catalog` of the provider's configuration.
    """

    @classmethod
    def of(cls, catalog: str, **given: Any) -> Self:
        """Filter by this catalog, and what is *given* besides in AWS's own words."""
        return cls.model_validate({"catalog": catalog} | given)

    def requests(self) -> list[Properties]:
        """Give the arguments of the calls that make up the whole list, one after the other."""
        return [self.for_aws()]


def page(
    client: Any, filters: Filters, token: str, size: int = LARGEST
) -> tuple[list[dict[str, Any]], str | None]:
    """
    Read one page: its items, and the token of the next; None after the last.

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
