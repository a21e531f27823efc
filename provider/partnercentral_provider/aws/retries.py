"""botocore decides what is retried and when; how the time passes is ours to say."""

from collections.abc import Callable
from typing import Any


def wait_with(sleep: Callable[[float], None], client: Any) -> None:
    """
    Make the client wait for its retries by *sleep*, which may raise to end them.

    botocore itself sleeps where nothing can wake it. Only its standard mode is known here; the
    modes that AWS_RETRY_MODE may choose instead wait in botocore's own way.
    """
    from botocore.retries.standard import register_retry_handler

    retries = client.meta.config.retries
    if retries.get("mode") != "standard":
        return
    service, events = client.meta.service_model.service_id.hyphenize(), client.meta.events
    event, own = f"needs-retry.{service}", f"retry-config-{service}"
    events.unregister(event, unique_id=own)
    standard = register_retry_handler(client, retries.get("total_max_attempts"))
    events.unregister(event, unique_id=own)

    def needs_retry(**happened: Any) -> float | None:
        delay: float | None = standard.needs_retry(**happened)
        if not delay:
            return delay
        sleep(delay)
        return 0.0

    events.register(event, needs_retry)
