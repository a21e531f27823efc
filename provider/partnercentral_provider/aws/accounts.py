"""Who signs: AWS accounts, their clients, and how it is confirmed whose they are."""

import gc
import os
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from threading import RLock
from time import sleep as wait
from typing import TYPE_CHECKING, Any

from ..model.arn import Arn
from ..model.errors import Misconfigured, WrongAccount, join_words
from .calls import Note, Observed
from .client import Client, translated
from .credentials import Keys, Role, assumed
from .identities import Confirmed, Identities, Identity, freeze
from .limits import Limits
from .list_cache import ListCache, Writes
from .listings import Filters
from .regions import require_region
from .retries import never_retry_in_vain, wait_with
from .sending import Attempt, directly, send_by
from .tags import tags_of

if TYPE_CHECKING:
    from .sessions import Session

CONNECTIONS = 64
"""As many as a plugin has threads: else botocore opens one anew for each call beyond ten."""

TRIES = 10
"""Attempts of one call: at this API's low quotas, botocore's three are used up soon."""

CLIENTS = 100
"""So many accounts keep their clients: each takes 0.2 MB, and is made anew in milliseconds."""

CHANNEL = "partnercentral-channel"

UNKNOWN_ACCOUNT = "unknown"
"""The name under which calls are counted while nobody can tell whose they are."""

ASK_AGAIN = 60.0
"""Seconds until GetCallerIdentity is asked again only to count calls, after it failed."""


@dataclass(frozen=True)
class Access:
    """How an account is reached: a profile, or a role of it."""

    profile: str | None = None
    role: Role | None = None


@dataclass(frozen=True)
class ClientConfig:
    """
    How every account of one configuration calls AWS.

    *allowed* and *forbidden* are accounts that may, or may not, sign; *endpoints* are URLs by
    boto3's name of the service; *tries* is the most attempts of a call, as AWS_MAX_ATTEMPTS says
    where None; a *trusted* configuration is never checked by GetCallerIdentity; *ignores* tells of
    a tag's key whether the tag is left alone; *sleep* waits, *attempt* makes each attempt of a
    call, and *note* is told of it.
    """

    region: str | None = None
    allowed: frozenset[str] = frozenset()
    forbidden: frozenset[str] = frozenset()
    endpoints: Mapping[str, str] = field(default_factory=dict)
    tries: int | None = None
    trusted: bool = False
    user_agent: str = ""
    ignores: Callable[[str], bool] = field(default=lambda key: False)
    sleep: Callable[[float], None] = wait
    attempt: Attempt = directly
    note: Note = field(default=lambda attempt: None)
    limits: Limits = field(default_factory=Limits)
    writes: Writes = field(default_factory=Writes)
    sessions: "dict[str | None, Session]" = field(default_factory=dict)


class Account:
    """
    One account as boto3 reaches it.

    *roles* is a chain, each assumed with the credentials of the one before; the first with *keys*,
    or those of *source*, or those of the *profile*, or those that boto3 finds. Where it is
    *expected* to be an account of 12 digits, its identity has to be that. Nothing is opened before
    the first call.
    """

    def __init__(
        self,
        client_config: ClientConfig,
        profile: str | None = None,
        keys: Keys | None = None,
        roles: Sequence[Role] = (),
        source: "Account | None" = None,
        expected: str | None = None,
    ) -> None:
        self._client_config, self._profile, self._keys = client_config, profile, keys
        self._roles, self._source, self._expected = roles, source, expected
        self._lock = RLock()
        self._signing: list[Any] = []
        self._clients: dict[str, Any] = {}
        self._identities = Identities(self._ask)
        self._ask_again = 0.0
        self.list_cache = ListCache(client_config.sleep, client_config.limits, client_config.writes)

    @property
    def client(self) -> Any:
        """The boto3 client of `partnercentral-channel`, made on first use."""
        return self._client(CHANNEL)

    def items(self, filters: Filters, max_age: float | None = None) -> Iterator[dict[str, Any]]:
        """Give every item of a list, by pages that all share who ask for the same."""
        return self.list_cache.items(self.client, filters, max_age)

    def tags(self, arn: str) -> dict[str, str]:
        """Read the tags of the resource with this ARN that are not ignored, sorted by key."""
        found, ignores = tags_of(self.client, arn), self._client_config.ignores
        return {key: value for key, value in found.items() if not ignores(key)}

    def identity(self) -> Identity:
        """
        Tell whose the credentials of this moment are; AWS is asked once for each access key.

        Raises WrongAccount where not expected.
        """
        frozen = translated(self, freeze, self._credentials())
        caller = self._identities.of(self._key(frozen), frozen)
        self._check(caller)
        return caller

    def stated(self) -> str | None:
        """Tell the account where the configuration says it: no call is needed."""
        return self._expected or (self._roles[-1].account if self._roles else None)

    def made_elsewhere(self, arn: str) -> str:
        """Say, of what a create just made, that it is another account's; empty where it is not."""
        first = self._identities.first
        caller = first.account if first else self.stated()
        owner = Arn.parse(arn).account
        if caller in (None, owner):
            return ""
        return (
            f"{arn} was created in account {owner}, although the credentials are those of account "
            f"{caller}. It is kept in this stack as unfinished. Find out what signs in between, "
            f"such as a proxy; to delete it, give the resource a provider of account {owner}."
        )

    def confirm(self, owner: str | None = None) -> None:
        """
        Make sure, before a write, that the caller is the right account.

        *owner* is the ARN of what is about to change. Raises WrongAccount, naming both accounts.
        """
        client_config = self._client_config
        if client_config.trusted:
            return
        if owner:
            self.confirm_identity(Arn.parse(owner).account, owner)
        if client_config.allowed or client_config.forbidden or self._expected:
            caller = self.identity()
            self._permit(caller)
            self._identities.confirm(caller)

    def confirm_identity(self, account: str | None, arn: str) -> None:
        """
        Make sure that the caller is the *account* to which *arn* belongs, where it is known.

        Else AWS would say that there is no such thing, and a refresh would forget it.
        """
        if account is None or self._client_config.trusted:
            return
        caller = self.identity()
        if caller.account != account:
            raise WrongAccount(
                f"{arn} belongs to account {account}, but the credentials are those of account "
                f"{caller.account} ({caller.arn}).",
                advice="Nothing was changed. Give the resource the provider of its own account.",
            )
        self._identities.confirm(caller)

    def _check(self, caller: Identity) -> None:
        if self._expected not in (None, caller.account):
            raise WrongAccount(
                f"Account {self._expected} has to sign, but the credentials configured for it are "
                f"those of account {caller.account} ({caller.arn}).",
                advice="Nothing was changed. Correct its entry in "
                f'`partnercentral:accounts["{self._expected}"]`.',
            )

    def _permit(self, caller: Identity) -> None:
        allowed, forbidden = self._client_config.allowed, self._client_config.forbidden
        whose = f"The credentials are those of account {caller.account} ({caller.arn})."
        advice = "Nothing was changed. Use other credentials, or change the configuration."
        if allowed and caller.account not in allowed:
            only = f"`allowedAccountIds` allows only {join_words(sorted(allowed))}."
            raise WrongAccount(whose, only, advice)
        if caller.account in forbidden:
            raise WrongAccount(whose, "`forbiddenAccountIds` has that account.", advice)

    def name(self) -> str:
        """
        Name the account whose quotas are used up by its calls: 12 digits where they are known.

        Costs no call where a role says it. Where AWS does not tell, it is asked again later.
        """
        if stated := self.stated():
            return stated
        now = self._client_config.limits.now()
        if self._client_config.trusted or now < self._ask_again:
            return UNKNOWN_ACCOUNT
        try:
            return self.identity().account
        except Exception:  # The call that is about to be made says what is wrong.
            self._ask_again = now + ASK_AGAIN
            return UNKNOWN_ACCOUNT

    def known_name(self) -> str:
        """Name the account as far as it is known by now, for a log: nobody is asked."""
        first = self._identities.first
        return self.stated() or (first.account if first else UNKNOWN_ACCOUNT)

    def endpoint(self) -> str:
        """Give the URL that its calls go to."""
        return str(self.client.meta.endpoint_url)

    def caller_name(self) -> str:
        """Name the caller for a sentence, as well as it can be known."""
        try:
            return self.identity().arn
        except Exception:  # A sentence about one failed call must not become another's.
            return "the caller"

    def now(self) -> float:
        """Tell the time, in seconds since 1970, by the clock of this configuration."""
        return self._client_config.limits.now()

    def profile_option(self) -> str:
        """Give the option with which the AWS CLI uses the same profile."""
        profile = self._profile or os.environ.get("AWS_PROFILE")
        return f" --profile {profile}" if profile else ""

    def release_clients(self) -> int:
        """Let its clients go until they are needed again, and count them; who it is stays known."""
        if not self._lock.acquire(blocking=False):
            return 0  # it is just being asked who it is, which may take its time
        try:
            held = len(self._clients)
            self._clients.clear()
            return held
        finally:
            self._lock.release()

    def require_region(self) -> None:
        """Raise Misconfigured where no region can be found; makes no call, needs no credentials."""
        if not self._client_config.region:
            translated(self, require_region, self._profile)

    def partition(self) -> str:
        """Tell the partition that its region is in."""
        return self._session().partition()

    def _client(self, service: str) -> Any:
        with self._lock:
            if service not in self._clients:
                self._clients[service] = self._connect(service, self._credentials())
            return self._clients[service]

    def _confirm(self, frozen: Any) -> None:
        """Confirm what is about to sign; a role's account is in its ARN, a profile's is not."""
        if self._expected and not self._roles:
            self._check(self._identities.of(self._key(frozen), frozen))
        self._identities.confirm_signature(self._key(frozen), frozen)

    def _key(self, frozen: Any) -> str:
        """Name what an identity belongs to: a role's, whatever its keys, is always the same."""
        return self._roles[-1].arn if self._roles else str(frozen.access_key)

    def _ask(self, frozen: Any) -> Identity:
        from .sessions import fixed

        # Not kept: of hundreds of accounts, each client is a quarter of a megabyte.
        answer = self._connect("sts", fixed(frozen)).get_caller_identity()
        return Identity(answer["Account"], answer["Arn"])

    def _connect(self, service: str, credentials: Any) -> Client:
        """Make a client of a service, as its configuration says."""
        from botocore.config import Config

        client_config = self._client_config
        retries: dict[str, Any] = {"mode": os.environ.get("AWS_RETRY_MODE", "standard")}
        if client_config.tries is not None or "AWS_MAX_ATTEMPTS" not in os.environ:
            retries["total_max_attempts"] = client_config.tries or TRIES
        confirmed = service == CHANNEL and not client_config.trusted
        client = translated(
            self,
            self._session().client,
            credentials and Confirmed(credentials, self._confirm if confirmed else None),
            service,
            endpoint_url=client_config.endpoints.get(service),
            config=Config(
                connect_timeout=10,
                max_pool_connections=CONNECTIONS,
                user_agent_extra=client_config.user_agent,
                retries=retries,
            ),
        )
        # Before what waits for its turn, so that the wait is measured.
        observed = Observed(client, self.known_name, client_config.note)
        if service == CHANNEL:
            client_config.limits.hold(client, self.name, client_config.sleep)
            self.list_cache.evict_at_writes(client)
        wait_with(client_config.sleep, client)
        never_retry_in_vain(client)
        send_by(client_config.attempt, client, observed)
        return Client(client, self)

    def _session(self) -> "Session":
        from .sessions import Session  # 0.2 s and 20 MB: not before an answer needs it

        if self._source:
            return self._source._session()
        opened = self._client_config.sessions
        with self._lock:
            if self._profile not in opened:
                # boto3 reads only AWS_DEFAULT_REGION; every other AWS tool reads this one first.
                region = self._client_config.region or os.environ.get("AWS_REGION")
                opened[self._profile] = translated(self, Session, self._profile, region)
        return opened[self._profile]

    def _credentials(self) -> Any:
        """Go through the chain of roles, once; None where nothing is found at its beginning."""
        with self._lock:
            if not self._signing:
                held = self._first()
                for role in self._roles:
                    held = assumed(role, self._assumer(held))
                self._signing = [held]
            return self._signing[0]

    def _first(self) -> Any:
        from .sessions import static_credentials

        if self._keys:
            return static_credentials(self._keys)
        if self._source:
            return self._source._credentials()
        return translated(self, self._session().credentials)

    def _assumer(self, credentials: Any) -> Callable[[], Any]:
        """Give the STS client that assumes a role, and renews it, with these credentials."""
        source = self._source
        if source and credentials is source._credentials():
            return lambda: source._client("sts")
        made: list[Client] = []

        def sts() -> Any:
            if not made:
                made.append(self._connect("sts", credentials))
            return made[0]

        return sts


class Accounts:
    """
    All accounts of one configuration: its *own*, and those that it answers as.

    *known* says how single accounts are reached; in any other the role named *role* is assumed.
    """

    def __init__(
        self,
        own: Account,
        client_config: ClientConfig,
        known: Mapping[str, Access],
        role: Callable[[str], Role] | None = None,
    ) -> None:
        self.own = own
        self._client_config, self._known, self._role = client_config, known, role
        self._lock = RLock()
        self._others: OrderedDict[str, Account] = OrderedDict()
        self._resting = 0

    def signing(self, account: str | None) -> Account:
        """
        Give the account of 12 digits; the configuration's own, where None.

        Raises Misconfigured where nothing says how it is reached.
        """
        if account is None:
            return self.own
        with self._lock:
            if account not in self._others:
                self._others[account] = self._reached(account)
            self._others.move_to_end(account)
            for longest_unused in islice(reversed(self._others.values()), CLIENTS, CLIENTS + 1):
                self._evict(longest_unused)
            return self._others[account]

    def _evict(self, account: Account) -> None:
        """Free its clients: botocore's refer to themselves, so that only a collection does it."""
        self._resting += account.release_clients()
        if self._resting >= CLIENTS // 2:
            self._resting = 0
            gc.collect()

    def _reached(self, account: str) -> Account:
        access = self._known.get(account)
        if access is None and self._role is None:
            return self._own_as(account)
        if access is None:
            assert self._role
            access = Access(role=self._role(account))
        roles = [access.role] if access.role else []
        if access.profile:
            return Account(self._client_config, access.profile, None, roles, expected=account)
        return Account(self._client_config, roles=roles, source=self.own, expected=account)

    def _own_as(self, account: str) -> Account:
        """Give the own account where it is this one. Raises Misconfigured."""
        trusted = self._client_config.trusted
        own = self.own.stated() or (None if trusted else self.own.identity().account)
        if own == account:
            return self.own
        whose, leave = f"The credentials are those of account {own}.", ""
        if own is None:
            whose = (
                "Whose the credentials are is not known either: `skipCredentialsValidation` "
                "forbids to ask."
            )
            leave = "If they are that account's, leave `receiverAccountId` out. Otherwise: "
        raise Misconfigured(
            f"Account {account} has to sign, and nothing says how it is reached.",
            whose,
            f"{leave}Name a role that can be assumed in every account that has no entry of its own "
            "in `partnercentral:accounts`:",
            "pulumi config set partnercentral:accountRoleName NAME",
        )
