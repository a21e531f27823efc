"""`getCallerAccount`: who signs."""

from typing import Any

from ..model.fields import Fields, Properties
from ..model.types import AccountId
from .contract import Query


class GetCallerAccount(Query):
    """Get the account whose credentials this provider uses, as AWS sees it."""

    class Inputs(Fields):
        """Whose."""

        receiver_account_id: AccountId | None = None
        """
        The account that is to sign, as the configuration says how it is reached. Where absent, the
        provider's own.
        """

    class Outputs(Fields):
        """What GetCallerIdentity says."""

        account_id: AccountId
        """The account, 12 digits."""
        arn: str
        """The ARN of the user or of the session of a role."""

    def answer(self, inputs: Any) -> Properties:
        """Ask STS, once for this provider."""
        caller = self.account.identity()
        return {"accountId": caller.account, "arn": caller.arn}
