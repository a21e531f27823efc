"""Finding one thing where the API only lists."""

from typing import Any

from ..core import Arn, NotFound


def find(client: Any, operation: str, arn: str, **narrowed: Any) -> dict[str, Any]:
    """
    Search a list, page by page, for the item with the id of *arn*.

    Pages have 100 items, the most that AWS gives. Raises NotFound where no page has it.
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
