"""The contract every function keeps."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from datetime import datetime
from typing import Any, ClassVar, Protocol

from ..aws.accounts import Account
from ..model.fields import Fields
from ..model.properties import Properties
from ..resources.contract import Resource


class StateReader(Protocol):
    """How the lifecycle puts states together from what AWS says."""

    def only(self, resource: Resource, filters: Any, arn: str | None = None) -> Properties:
        """Give the state of the one thing with this ARN, or that the *filters* let through."""

    def list_states(self, resource: Resource, filters: Any) -> list[Properties]:
        """Give the states of all things that the *filters* let through, as a list shows them."""


class Query(ABC):
    """
    One function: its arguments, its result, and AWS's calls between them.

    *account* gives `account.client`, the boto3 client; *clock* tells the time in UTC; *reading*
    gives states as a refresh would.
    """

    Inputs: ClassVar[type[Fields]]
    Outputs: ClassVar[type[Fields]]

    def __init__(
        self, account: Account, clock: Callable[[], datetime], reading: "StateReader"
    ) -> None:
        self.account, self.clock, self.reading = account, clock, reading

    @classmethod
    def token(cls) -> str:
        """Give the function token, such as `partnercentral:channel:getRelationship`."""
        return f"partnercentral:channel:{cls.__name__[0].lower()}{cls.__name__[1:]}"

    @abstractmethod
    def answer(self, inputs: Any) -> Properties:
        """Ask AWS; the result has the properties of `Outputs`."""
