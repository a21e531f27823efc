"""Who signs: one AWS account, its client, and the proof of whose it is."""

import os
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import cache
from threading import RLock
from time import sleep as wait
from typing import Any

from ..core import Arn, Unauthenticated, WrongAccount, listed
from .errors import translated
from .retries import wait_with

CONNECTIONS = 64
"""As many as a plugin has threads: else botocore opens one anew for each call beyond ten."""

TRIES = 10
"""Attempts of one call: at this API's low quotas, botocore's three are used up soon."""


@dataclass(frozen=True)
class Role:
    """A role to assume: its ARN, and what its trust policy asks for."""

    arn: str
    session_name: str
    external_id: str | None = None


@dataclass(frozen=True)
class Identity:
    """What GetCallerIdentity says: the account of 12 digits, and the caller's ARN."""

    account: str
    arn: str


class Account:
    """
    One account as boto3 reaches it.

    *region* and *profile* are boto3's own; *roles* is a chain, each assumed with the credentials
    of the one before. Where *allowed* names accounts, the caller's has to be among them. *sleep*
    waits between retries. Nothing is opened before the first call.
    """

    def __init__(
        self,
        region: str | None = None,
        profile: str | None = None,
        roles: Sequence[Role] = (),
        allowed: Collection[str] = (),
        user_agent: str = "",
        sleep: Callable[[float], None] = wait,
    ) -> None:
        self._region, self._profile, self._roles = region, profile, roles
        self._allowed, self._user_agent, self._sleep = allowed, user_agent, sleep
        self._lock = RLock()
        self._opened: Any = None
        self._clients: dict[str, Any] = {}
        self._identity: Identity | None = None

    @property
    def channel(self) -> Any:
        """The boto3 client of `partnercentral-channel`, made on first use."""
        return self._client("partnercentral-channel")

    def identity(self) -> Identity:
        """Ask AWS, once, whose credentials these are."""
        with self._lock:
            if self._identity is None:
                with translated(self):
                    answer = self._client("sts").get_caller_identity()
                self._identity = Identity(answer["Account"], answer["Arn"])
            return self._identity

    def confirm(self, owner: str | None = None) -> None:
        """
        Make sure, before a write, that the caller is the right account.

        *owner* is the ARN of what is about to change. Raises WrongAccount, naming both accounts.
        """
        if owner is None and not self._allowed:
            return
        caller = self.identity()
        if self._allowed and caller.account not in self._allowed:
            raise WrongAccount(
                f"The credentials are those of account {caller.account} ({caller.arn}).",
                f"`allowedAccountIds` allows only {listed(sorted(self._allowed))}.",
                "Use other credentials, or add the account to the configuration.",
            )
        if owner is not None:
            self.confirm_identity(Arn.parse(owner).account, owner)

    def confirm_identity(self, account: str | None, arn: str) -> None:
        """
        Make sure that the caller is the *account* to which *arn* belongs, where it is known.

        Else AWS would say that there is no such thing, and a refresh would forget it.
        """
        caller = self.identity() if account else None
        if caller and caller.account != account:
            raise WrongAccount(
                f"{arn} belongs to account {account}, but the credentials are those of account "
                f"{caller.account} ({caller.arn}).",
                advice="Nothing was changed. Give the resource the provider of its own account.",
            )

    def caller_name(self) -> str:
        """Name the caller for a sentence, as well as it can be known."""
        try:
            return self.identity().arn
        except Exception:  # A sentence about one failed call must not become another's.
            return "the caller"

    def profile_option(self) -> str:
        """Give the option with which the AWS CLI uses the same profile."""
        return f" --profile {self._profile}" if self._profile else ""

    def _client(self, service: str) -> Any:
        with self._lock:
            if service not in self._clients:
                with translated(self):
                    self._clients[service] = self.connect(self._session(), service)
            return self._clients[service]

    def connect(self, session: Any, service: str) -> Any:
        """Make a client of a service, with this account's manners."""
        from botocore.config import Config

        retries: dict[str, Any] = {"mode": os.environ.get("AWS_RETRY_MODE", "standard")}
        if "AWS_MAX_ATTEMPTS" not in os.environ:
            retries["total_max_attempts"] = TRIES
        client = session.client(
            service,
            config=Config(
                connect_timeout=10,
                max_pool_connections=CONNECTIONS,
                user_agent_extra=self._user_agent,
                retries=retries,
            ),
        )
        wait_with(self._sleep, client)
        return client

    def _session(self) -> Any:
        if self._opened is None:
            session = _session(self._region, self._profile)
            for role in self._roles:
                session = _assume(session, role, self, self._profile)
            self._opened = session
        return self._opened


@cache
def _models() -> Any:
    """Load AWS's service models once for all sessions: each would take 0.1 s and 10 MB anew."""
    from botocore.loaders import create_loader

    return create_loader()


def _session(region: str | None, profile: str | None = None, credentials: Any = None) -> Any:
    """Open a boto3 session, with credentials of its own or those that boto3 finds."""
    import boto3  # 0.2 s and 20 MB: not before an answer needs it
    import botocore.session

    inner = botocore.session.Session(profile=profile)
    inner.register_component("data_loader", _models())
    if credentials is not None:
        inner.register_component("credential_provider", credentials)
    # boto3 reads only AWS_DEFAULT_REGION; every other AWS tool reads this one first.
    region = region or os.environ.get("AWS_REGION")
    return boto3.Session(botocore_session=inner, region_name=region)


def _assume(session: Any, role: Role, account: Account, profile: str | None) -> Any:
    """Open a session whose credentials are the role's, renewed by botocore before they expire."""
    from botocore.credentials import CredentialResolver, RefreshableCredentials

    extra = {"ExternalId": role.external_id} if role.external_id else {}
    sts = account.connect(session, "sts")

    def fetch() -> dict[str, str]:
        try:
            with translated(account):
                answer = sts.assume_role(
                    RoleArn=role.arn, RoleSessionName=role.session_name, **extra
                )["Credentials"]
        except Exception as error:
            raise Unauthenticated(
                f"The role {role.arn} could not be assumed.",
                str(error),
                "Check that the role exists, that its trust policy names the caller, and its "
                "external id.",
            ) from error
        return {
            "access_key": answer["AccessKeyId"],
            "secret_key": answer["SecretAccessKey"],
            "token": answer["SessionToken"],
            "expiry_time": answer["Expiration"].isoformat(),
        }

    class AssumedRole:
        """botocore's credential provider interface, for this one role."""

        METHOD = "assume-role"
        CANONICAL_NAME = None

        def load(self) -> Any:
            return RefreshableCredentials.create_from_metadata(fetch(), fetch, self.METHOD)

    # The profile's endpoints and certificates are meant for the role's calls too.
    return _session(session.region_name, profile, CredentialResolver([AssumedRole()]))
