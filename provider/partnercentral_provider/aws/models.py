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
