"""botocore decides what is retried and when; how the time passes, and when it is vain, is ours."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit


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


def never_retry_in_vain(client: Any) -> None:
    """
    Make the client, in every retry mode, give up at once where another try cannot succeed.

    A quota that is used up stays so for hours, although botocore's model marks the error as
    retryable. Where nothing listens at an address that a user configured, nothing is about to.
    The error is raised here, as botocore would at the end: there is no answer that keeps the
    other handlers from retrying in every version of botocore (1.41 takes False as no delay).
    """
    service = client.meta.service_model.service_id.hyphenize()

    def give_up(
        response: Any = None, caught_exception: Any = None, operation: Any = None, **_: Any
    ) -> None:
        if response and response[1].get("Error", {}).get("Code") == "ServiceQuotaExceededException":
            kind = client.exceptions.from_code("ServiceQuotaExceededException")
            raise kind(response[1], operation.name)
        if caught_exception and refused_address(caught_exception):
            raise caught_exception

    client.meta.events.register_first(f"needs-retry.{service}", give_up)


def refused_address(error: BaseException) -> str | None:
    """Give the URL of an endpoint in place of AWS's own that refused the connection."""
    url = str(getattr(error, "kwargs", {}).get("endpoint_url") or "")
    cause: BaseException | None = error
    while cause and not isinstance(cause, ConnectionRefusedError):
        cause = cause.__cause__ or cause.__context__
    return url if cause and url and not _of_aws(url) else None


def _of_aws(url: str) -> bool:
    """Tell whether a URL is in a domain of AWS, of any partition."""
    from .models import loader

    host = urlsplit(url).hostname or ""
    outputs = [each["outputs"] for each in loader().load_data("partitions")["partitions"]]
    suffixes = {each[name] for each in outputs for name in ("dnsSuffix", "dualStackDnsSuffix")}
    return any(host.endswith(f".{suffix}") for suffix in suffixes)
