"""Finding one thing where the API only lists."""

from collections.abc import Callable, Mapping
from typing import Any

from ..core import Arn, NotFound


def find(
    client: Any,
    operation: str,
    arn: str,
    narrowed: Mapping[str, Any],
    fits: Callable[[dict[str, Any]], bool] | None = None,
) -> dict[str, Any]:
    """
    Search a list, page by page, for the item with the id of *arn*, or the first that *fits*.

    *narrowed* are the call's own filters.

    Pages have 100 items, the most that AWS gives. Raises NotFound where no page has it.
    """
    wanted = Arn.parse(arn)
    fits = fits or (lambda item: bool(item["id"] == wanted.id))
    pages = client.get_paginator(operation).paginate(
        catalog=wanted.catalog, PaginationConfig={"PageSize": 100}, **narrowed
    )
    for page in pages:
        for item in page["items"]:
            if fits(item):
                return dict(item)
    raise NotFound(f"AWS does not list {arn}.")
