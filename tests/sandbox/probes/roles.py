"""A role of IAM that deployments assume."""

from datetime import datetime

from ..calls import Undecided
from ..probing import Findings, probe
from ..world import World

DENIED = {"AccessDenied": True, "": False}
ASKED = 1800
ROLE, EXTERNAL_ID = "ROLE", "EXTERNAL-ID"
"""What the report calls them: neither is anybody's business."""


@probe("refused_roles", "session_seconds", "required_external_ids", needs=("role",), calls=5)
def assumed_role(world: World) -> Findings:
    """Assume the role for half an hour, with its external id and without."""
    assert world.role
    role, ends = world.role, list[datetime]()
    external = {"ExternalId": role.external_id} if role.external_id else {}

    def assume(**given: str) -> None:
        ends.append(role.assume(DurationSeconds=ASKED, **given))

    refused = world.answer(lambda: assume(**external), DENIED)
    if refused and not external:
        raise Undecided("it was refused, and may ask for an external id: --external-id")
    yield "refused_roles", [ROLE] if refused else []
    if refused:
        raise Undecided("the role cannot be assumed")
    lasts = 60 * round((ends[0] - world.clock.now()).total_seconds() / 60)  # clocks differ
    yield "session_seconds", 0 if lasts == ASKED else lasts
    if not external:
        raise Undecided("needs the external id that the role asks for: --external-id")
    needed = world.answer(assume, DENIED)
    yield "required_external_ids", {ROLE: EXTERNAL_ID} if needed else {}
