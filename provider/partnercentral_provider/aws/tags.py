"""Tags live beside a resource, not in it."""

from typing import Any


def tags_of(client: Any, arn: str) -> dict[str, str]:
    """Read the tags of the resource with this ARN, sorted by key."""
    found = client.list_tags_for_resource(resourceArn=arn)["tags"]
    return dict(sorted((tag["key"], tag["value"]) for tag in found))


def retag(client: Any, arn: str, old: dict[str, str], new: dict[str, str]) -> None:
    """Go from *old* to *new* tags by one call each at most: untag what left, tag the rest."""
    if gone := sorted(old.keys() - new.keys()):
        client.untag_resource(resourceArn=arn, tagKeys=gone)
    if wanted := [{"key": k, "value": v} for k, v in new.items() if old.get(k) != v]:
        client.tag_resource(resourceArn=arn, tags=wanted)
