"""`getCallerAccount`: who signs."""

from typing import Any

from ..model.fields import Fields
from ..model.properties import Properties
from ..model.types import AccountId
from .contract import Query


class GetCallerAccount(Query):
    """Get the account whose credentials this provider uses, as AWS sees it."""

    class Inputs(Fields):
        """Which account is asked for."""

        receiver_account_id: AccountId | None = None
        """
        The 12 digits of the account that is to sign, reached as `accounts` or `accountRoleName` of
        the configuration says. Where absent, it is the provider's own account.
        """

    class Outputs(Fields):
        """What GetCallerIdentity says."""

        account_id: AccountId
        """The 12 digits of the account to which the credentials belong."""
        arn: str
        """The ARN of the user, or of the role's session, that signs."""

    def answer(self, inputs: Any) -> Properties:
        """Ask STS, once for this provider."""
        caller = self.account.identity()
        return {"accountId": caller.account, "arn": caller.arn}
