"""The one way to AWS: boto3 about one catalog, counted and paced."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import boto3
from botocore.exceptions import ClientError

SERVICE = "partnercentral-channel"
WRITES, READS = 3, 5
"""How many calls a second AWS allows to an account and operation (documented)."""
SANDBOX = "Sandbox"
CONFLICT, DENIED, NOT_FOUND, QUOTA, THROTTLED, VALIDATION = (
    "ConflictException",
    "AccessDeniedException",
    "ResourceNotFoundException",
    "ServiceQuotaExceededException",
    "ThrottlingException",
    "ValidationException",
)


class Undecided(Exception):
    """Why something cannot be decided: what follows "not decided"."""


class OutOfCalls(Exception):
    """The next call would exceed what a probe may make."""


class BudgetSpent(OutOfCalls):
    """The next call would exceed the budget of the run."""


class ForbiddenCatalog(Exception):
    """A call that is about another catalog than it may be, which is not sent."""


class Ledger:
    """
    Counts what is sent, of all accounts and with repetitions, against a budget.

    So many calls as *owed* tells are kept back, so that all that exists can be deleted in the end.
    """

    def __init__(self, budget: int, spent: int = 0, owed: Callable[[], int] = lambda: 0) -> None:
        self.budget, self.spent, self._owed = budget, spent, owed
        self._ceiling: float = budget

    def spend(self, **_: Any) -> None:
        """Count one request that is about to be sent."""
        if self._ceiling < float("inf") and self.spent + self._owed() + 1 > self.budget:
            raise BudgetSpent
        if self.spent >= self._ceiling:
            raise OutOfCalls
        self.spent += 1

    @contextmanager
    def limited(self, calls: float) -> Iterator[None]:
        """Allow so many calls within; infinitely many are for cleaning up."""
        before, self._ceiling = self._ceiling, self.spent + calls
        try:
            yield
        finally:
            self._ceiling = before


class Party:
    """
    An account that calls, by boto3's *client*; *account* is its id, where it matters.

    No call is sent that is about another catalog than *catalog* is at that moment.
    """

    def __init__(
        self, client: Any, ledger: Ledger, pace: Callable[..., None], account: str = ""
    ) -> None:
        self.client, self.account, self.catalog, self._pace = client, account, SANDBOX, pace
        events = client.meta.events
        events.register(f"before-parameter-build.{SERVICE}", self._refuse_other_catalogs)
        events.register(f"request-created.{SERVICE}", ledger.spend)

    def knows(self, operation: str) -> bool:
        """Tell whether the installed boto3 has the operation."""
        return hasattr(self.client, operation)

    def ask(self, operation: str, **given: Any) -> dict[str, Any]:
        """Call an operation when it is its turn."""
        reads = operation.startswith(("get_", "list_"))
        self._pace((id(self), operation), 1 / (READS if reads else WRITES))
        return self._call(operation, given)

    def all_of(self, operation: str, **given: Any) -> Iterator[dict[str, Any]]:
        """List all pages."""
        page = self.ask(operation, **given, maxResults=100)
        yield from page["items"]
        while token := page.get("nextToken"):
            page = self.ask(operation, **given, maxResults=100, nextToken=token)
            yield from page["items"]

    def admits(self, operation: str, **given: Any) -> bool:
        """Call at once, and not again where AWS throttles it; tell whether it was answered."""

        def end(response: Any, operation: Any, **_: Any) -> None:
            if response and response[0].status_code >= 400:
                raise ClientError(response[1], operation.name)

        event = f"needs-retry.{SERVICE}"
        self.client.meta.events.register_first(event, end)
        try:
            self._call(operation, given)
        except ClientError as error:
            if code_of(error) != THROTTLED:
                raise
            return False
        finally:
            self.client.meta.events.unregister(event, end)
        return True

    def _call(self, operation: str, given: dict[str, Any]) -> dict[str, Any]:
        if not self.knows(operation):
            raise Undecided(f"boto3 {boto3.__version__} does not know {operation}")
        of_tags = {} if "resourceArn" in given else {"catalog": self.catalog}
        answer: dict[str, Any] = getattr(self.client, operation)(**of_tags | given)
        return answer

    def _refuse_other_catalogs(self, params: dict[str, Any], model: Any, **_: Any) -> None:
        if "catalog" in model.input_shape.members and params.get("catalog") != self.catalog:
            named = repr(params.get("catalog"))
            raise ForbiddenCatalog(f"{model.name} in catalog {named} is not sent.")
        for text in _texts(params):
            if text.startswith("arn:") and f":catalog/{self.catalog}/" not in text:
                raise ForbiddenCatalog(f"{model.name} about {text} is not sent.")


class Role:
    """A role that *client*, of STS, may assume; *external_id* is the one that it asks for."""

    def __init__(self, client: Any, ledger: Ledger, arn: str, external_id: str = "") -> None:
        client.meta.events.register("request-created.sts", ledger.spend)
        self.external_id, self._client, self._arn = external_id, client, arn

    def assume(self, **given: Any) -> datetime:
        """Assume it; when its keys expire."""
        answer = self._client.assume_role(RoleArn=self._arn, RoleSessionName="verify", **given)
        expiration: datetime = answer["Credentials"]["Expiration"]
        return expiration


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (dict, list)):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _texts(inner)


def code_of(error: ClientError) -> str:
    """Give the code of an error of AWS."""
    return str(error.response["Error"]["Code"])


def told(error: ClientError) -> str:
    """Tell what AWS answered, without its message, which may name accounts."""
    code, reason = code_of(error), error.response.get("reason")
    if code == DENIED:
        return f"AWS denied {error.operation_name}: the credentials may need a permission"
    return f"{error.operation_name} answered {code}{f' ({reason})' if reason else ''}"


def public(text: str) -> str:
    """Take out of a text what is nobody's business: account ids, ARNs and ids."""
    text = re.sub(r"arn:[^\s|`'\"]+", "ARN", text)
    text = re.sub(r"\b(pma|rs|ch|cc)-[a-z0-9]{13}\b", r"\1-…", text)
    return re.sub(r"(?<!\d)\d{12}(?!\d)", "ACCOUNT", text)
