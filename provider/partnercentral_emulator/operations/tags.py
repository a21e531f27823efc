"""Tags of every type of object."""

from typing import Any

from ..call import Call, updated_row
from ..errors import not_found


def tag_resource(call: Call) -> dict[str, Any]:
    """Add tags, or give those that are there another value."""
    row = _tagged(call)
    return _keep(call, row, call.given_tags(row["body"]["tags"]))


def untag_resource(call: Call) -> dict[str, Any]:
    """Take tags away; one that is not there is no error."""
    row = _tagged(call)
    gone = set(call.body["tagKeys"])
    return _keep(call, row, {k: v for k, v in row["body"]["tags"].items() if k not in gone})


def list_tags_for_resource(call: Call) -> dict[str, Any]:
    """List tags."""
    tags = _tagged(call)["body"]["tags"]
    return {"tags": [{"key": k, "value": v} for k, v in tags.items()]}


def _tagged(call: Call) -> dict[str, Any]:
    arn = call.body["resourceArn"]
    id = arn.rpartition("/")[2]
    row = call.memory.get(id.partition("-")[0], id)
    if row is None or row["owner"] != call.account or row["body"]["arn"] != arn:
        raise not_found(arn, "Resource")
    return row


def _keep(call: Call, row: dict[str, Any], tags: dict[str, str]) -> dict[str, Any]:
    if call.settings.tags_change_revision:
        updated_row(call, row, {"tags": tags})
    else:
        call.memory.retag(row["id"], row["body"] | {"tags": tags})
    return {}
