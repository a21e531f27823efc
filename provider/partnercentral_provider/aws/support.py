"""What the installed botocore can put into a request."""

from ..model.checking import Failure
from ..model.fields import Fields, nested_in
from ..model.properties import Properties
from ..model.types import RequiresBoto3
from .models import loader


def cannot_send(model: type[Fields], given: Properties, prefix: str = "") -> list[Failure]:
    """Find the rare members among *given* that the installed botocore does not know."""
    failures = []
    for name, value in given.items():
        mark = model.marked(RequiresBoto3).get(name)
        if mark and not can_send(name):
            reason = f"cannot be sent by the installed boto3; it takes {mark.advice}"
            failures.append(Failure(prefix + name, reason))
        nested = nested_in(model, name)
        if nested and isinstance(value, dict):
            failures += cannot_send(nested, value, f"{prefix}{name}.")
    return failures


def can_send(member: str) -> bool:
    """Tell whether any shape of the installed botocore's Channel model has this member."""
    model = loader().load_service_model("partnercentral-channel", "service-2")
    return any(member in shape.get("members", {}) for shape in model["shapes"].values())
