"""
Whose the keys are that sign, asked of AWS once for each access key.

botocore renews credentials by itself, from wherever they came: a profile's `credential_process` or
IAM Identity Center may give those of another account by then. So a client signs with credentials
that are confirmed at each signature, the very keys that make it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Any

from ..model.errors import Unauthenticated, WrongAccount


@dataclass(frozen=True)
class Identity:
    """What GetCallerIdentity says: the account of 12 digits, and the caller's ARN."""

    account: str
    arn: str


class Identities:
    """
    The identities behind one account's credentials, by access key.

    *ask* calls GetCallerIdentity with frozen credentials. `first` is the identity that was
    confirmed first: one run acts as one account.
    """

    def __init__(self, ask: Callable[[Any], Identity]) -> None:
        self._ask = ask
        self._lock = Lock()
        self._known: dict[str, Identity] = {}
        self.first: Identity | None = None

    def of(self, key: str, frozen: Any) -> Identity:
        """Tell whose the *frozen* credentials are; asks only where *key* was never asked about."""
        if key not in self._known:
            with self._lock:
                if key not in self._known:
                    self._known[key] = self._ask(frozen)
        return self._known[key]

    def confirm(self, caller: Identity) -> None:
        """
        Make sure that the *caller* is of the account that was confirmed first, if any was.

        Raises WrongAccount, naming both accounts.
        """
        with self._lock:
            first = self.first = self.first or caller
        if caller.account != first.account:
            raise WrongAccount(
                f"The credentials are no longer those of account {first.account} ({first.arn}): "
                f"they were renewed as those of account {caller.account} ({caller.arn}).",
                advice=f"Nothing was sent with them. Sign in to account {first.account} again, "
                "then run the command again.",
            )

    def confirm_signature(self, key: str, frozen: Any) -> None:
        """
        Confirm the *frozen* credentials that are about to sign.

        Where no account was confirmed yet, nothing is asked for it. Raises as `confirm` does.
        """
        if self.first or key in self._known:
            self.confirm(self.of(key, frozen))


class Confirmed:
    """
    Credentials for a botocore client, which asks them to freeze once for each signature.

    *confirm* takes what is about to sign, and raises where it must not.
    """

    def __init__(self, credentials: Any, confirm: Callable[[Any], None] | None) -> None:
        self._credentials, self._confirm = credentials, confirm

    def get_frozen_credentials(self) -> Any:
        """Give the keys of this moment, confirmed. Raises what confirming raises."""
        frozen = freeze(self._credentials)
        if self._confirm:
            self._confirm(frozen)
        return frozen

    def __getattr__(self, name: str) -> Any:
        return getattr(self._credentials, name)


def freeze(credentials: Any) -> Any:
    """
    Give the keys of this moment, renewed if they are about to end.

    Raises Unauthenticated where what they were renewed with has expired too, and botocore's own
    NoCredentialsError where there are none.
    """
    from botocore.exceptions import NoCredentialsError

    if credentials is None:
        raise NoCredentialsError
    try:
        return credentials.get_frozen_credentials()
    except RuntimeError as error:  # botocore's only name for it
        raise Unauthenticated(
            "The AWS credentials have expired.",
            "They were renewed just now, and what came has expired too.",
            "Check what gives them: the profile's `credential_process`, or the clock of this "
            "machine.",
        ) from error
