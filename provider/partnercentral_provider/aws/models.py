"""Where botocore's models of AWS's services are read from."""

import os
from functools import cache
from typing import Any


def loader() -> Any:
    """Give botocore's loader, which looks into the folders of `AWS_DATA_PATH` first."""
    return _loader(os.environ.get("AWS_DATA_PATH"))


@cache
def _loader(folders: str | None) -> Any:
    # Shared by all sessions: one of its own would read the same models and endpoints anew.
    from botocore.loaders import create_loader  # not before something of AWS is needed

    return create_loader(folders)


OPERATIONS = frozenset(
    f"{verb}{noun}"
    for noun, verbs in {
        "ProgramManagementAccount": ("Create", "Update", "Delete"),
        "ProgramManagementAccounts": ("List",),
        "Relationship": ("Create", "Get", "Update", "Delete"),
        "Relationships": ("List",),
        "ChannelHandshake": ("Create", "Accept", "Reject", "Cancel"),
        "ChannelHandshakes": ("List",),
        "ChannelContract": ("Create", "Get", "Cancel"),
        "ChannelContracts": ("List",),
        "Resource": ("Tag", "Untag"),
        "TagsForResource": ("List",),
    }.items()
    for verb in verbs
)
"""The operations of the Channel API that this version was written for."""


def service_model() -> dict[str, Any]:
    """Give the installed botocore's model of the Channel API."""
    return dict(loader().load_service_model("partnercentral-channel", "service-2"))
