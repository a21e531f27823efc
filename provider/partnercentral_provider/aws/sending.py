"""How one attempt of a call is sent: by whoever may give it up."""

from collections.abc import Callable
from typing import Any

from .calls import Observed

READING = ("Assume", "Get", "List")
"""How the names of operations begin that change nothing."""

Attempt = Callable[[Callable[[], Any], str], Any]
"""Makes an attempt: takes what sends it and, where it changes something, the operation's name."""


def directly(send: Callable[[], Any], _: str) -> Any:
    """Send, and wait for the answer however long it takes."""
    return send()


def send_by(attempt: Attempt, client: Any, observed: Observed) -> None:
    """
    Make every attempt of the client's calls by *attempt*, after it is signed, and have it noted.

    It gives botocore's response, of which it may know `status_code`, or raises what sending raised,
    or an error of its own, after which botocore tries no more.
    """
    service = client.meta.service_model.service_id.hyphenize()
    transport = client._endpoint.http_session

    def send(event_name: str, request: Any, **_: Any) -> Any:
        operation = event_name.rpartition(".")[2]
        changing = "" if operation.startswith(READING) else operation
        return observed.send(
            operation, request, lambda: attempt(lambda: transport.send(request), changing)
        )

    client.meta.events.register(f"before-send.{service}", send)
