"""EventBridge's events about handshakes, posted to a URL in place of a bus."""

import json
import sys
from queue import SimpleQueue
from threading import Thread
from typing import Any
from urllib.request import Request, urlopen
from uuid import uuid4

SOURCE = "aws.partnercentral-channel"
PATIENCE = 10.0
"""Seconds that a receiver has to answer."""

_SENT_TO = {"Created": "receiverAccountId"}
"""Whose bus has an event; those that are not here are on the owner's."""


def event(what: str, handshake: dict[str, Any], at: str) -> dict[str, Any]:
    """
    Make the event that a handshake was Created, Accepted or Rejected, *at* a time.

    AWS documents no other: a handshake that is canceled or expires has none.
    """
    names = ("catalog", "handshakeType", "id", "ownerAccountId", "senderAccountId")
    return {
        "version": "0",
        "id": str(uuid4()),
        "detail-type": f"Channel Handshake {what}",
        "source": SOURCE,
        "account": handshake[_SENT_TO.get(what, "ownerAccountId")],
        "time": at,
        "region": "us-east-1",
        "resources": [handshake["arn"]],
        "detail": {
            "requestId": str(uuid4()),
            **{name: handshake[name] for name in names},
            "senderDisplayName": handshake.get("senderDisplayName"),
            "receiverAccountId": handshake["receiverAccountId"],
            "associatedResourceIdentifier": handshake["associatedResourceId"],
            "handshakeDetail": handshake["detail"],
        },
    }


class Events:
    """Posts events to a *url* in their order, one after the other; to none, where there is none."""

    def __init__(self, url: str | None = None) -> None:
        self._url, self._waiting = url, SimpleQueue[dict[str, Any]]()
        if url:
            Thread(target=self._post_all, daemon=True).start()

    def post(self, event: dict[str, Any]) -> None:
        """Let it be posted soon; nobody waits for it."""
        if self._url:
            self._waiting.put(event)

    def _post_all(self) -> None:
        while True:
            event = self._waiting.get()
            body, kind = json.dumps(event).encode(), {"Content-Type": "application/json"}
            try:
                with urlopen(Request(str(self._url), body, kind), timeout=PATIENCE):
                    pass
            except (OSError, ValueError) as error:
                said = f"The event {event['detail-type']!r} could not be posted: {error}"
                print(said, file=sys.stderr, flush=True)
