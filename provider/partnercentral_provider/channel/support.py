"""What the installed botocore can put into a request."""

from functools import cache


@cache
def can_send(member: str) -> bool:
    """Tell whether any shape of the installed botocore's Channel model has this member."""
    import botocore.loaders  # only a program that uses a rare member waits for it

    model = botocore.loaders.Loader().load_service_model("partnercentral-channel", "service-2")
    return any(member in shape.get("members", {}) for shape in model["shapes"].values())
