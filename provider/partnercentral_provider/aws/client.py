"""The one way to what is boto3's: a call waits for its turn, and its errors are our sentences."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, ParamSpec, TypeVar

from botocore import exceptions

from .errors import from_aws, from_botocore, unknown_operation

P = ParamSpec("P")
R = TypeVar("R")


def translated(account: Any, call: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """
    Call what is boto3's, and raise each of its errors as a ProviderError.

    *account* tells who called, for the sentence about a call that AWS does not allow.
    """
    try:
        return call(*args, **kwargs)
    except exceptions.ClientError as error:
        raise from_aws(error, account) from error
    except exceptions.BotoCoreError as error:
        raise from_botocore(error, account) from error


class Client:
    """
    A boto3 client, under boto3's own names, that raises ProviderError and nothing of botocore's.

    *client* has the handlers that wait for each attempt's turn (`Limits.hold`) and confirm whose
    keys sign it; *account* is who calls.
    """

    def __init__(self, client: Any, account: Any) -> None:
        self._client, self._account = client, account

    def __getattr__(self, name: str) -> Any:
        try:
            found = getattr(self._client, name)
        except AttributeError as error:  # it has a method for each operation that its model knows
            raise unknown_operation(name) from error
        return partial(translated, self._account, found) if callable(found) else found

    def get_paginator(self, operation: str) -> "Paginator":
        """Give boto3's paginator of an operation; turning a page raises ProviderError too."""
        if not hasattr(self._client, operation):
            raise unknown_operation(operation)
        return Paginator(self._client.get_paginator(operation), self._account)


class Paginator:
    """A paginator of boto3 that raises ProviderError."""

    def __init__(self, paginator: Any, account: Any) -> None:
        self._paginator, self._account = paginator, account

    def paginate(self, **arguments: Any) -> Iterator[dict[str, Any]]:
        """Give page by page, each by one call."""
        pages: Iterator[dict[str, Any]] = iter(self._paginator.paginate(**arguments))
        while page := translated(self._account, next, pages, None):
            yield page
