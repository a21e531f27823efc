"""The contract every function keeps."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from datetime import datetime
from typing import Any, ClassVar

from ..model.fields import Fields, Properties


class Query(ABC):
    """
    One function: its arguments, its result, and AWS's calls between them.

    *account* gives `account.client`, the boto3 client; *clock* tells the time in UTC.
    """

    Inputs: ClassVar[type[Fields]]
    Outputs: ClassVar[type[Fields]]

    def __init__(self, account: Any, clock: Callable[[], datetime]) -> None:
        self.account, self.clock = account, clock

    @classmethod
    def token(cls) -> str:
        """Give the function token, such as `partnercentral:channel:getRelationship`."""
        return f"partnercentral:channel:{cls.__name__[0].lower()}{cls.__name__[1:]}"

    @abstractmethod
    def answer(self, inputs: Any) -> Properties:
        """Ask AWS; the result has the properties of `Outputs`."""
