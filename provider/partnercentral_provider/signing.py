"""Makes the accounts that sign, of what the configuration says about them."""

from collections.abc import Callable
from time import time

from . import __version__
from .aws.accounts import Access, Account, Accounts, ClientConfig
from .aws.calls import noted
from .aws.credentials import Keys, Role, WebIdentityRole
from .aws.limits import Limits
from .aws.sending import Attempt, directly
from .aws.shared_database import silent
from .config import SESSION, AccountAccess, AssumeRole, AssumeRoleWithWebIdentity, Configuration

SERVICES = {"partnercentralChannel": "partnercentral-channel", "sts": "sts"}
"""boto3's names of the services that have an endpoint of their own."""


def accounts(
    configuration: Configuration,
    sleep: Callable[[float], None],
    warn: Callable[[str], None] = silent,
    attempt: Attempt = directly,
    clock: Callable[[], float] = time,
    debug: Callable[[str], None] = silent,
) -> Accounts:
    """
    Make the accounts of one configuration; *clock* counts seconds since 1970.

    *warn* shows what the user should know of the machine; *attempt* makes each attempt of a call,
    of which *debug* is told in a line.

    The own one starts with the stated keys, else the profile, else what boto3 finds; then
    come the role of a web identity and the chain of roles. Every other one is reached from it.
    Makes no call and needs no credentials. Raises Misconfigured where no region can be found.
    """
    endpoints = configuration.endpoints.for_pulumi() if configuration.endpoints else {}
    retries = configuration.max_retries
    client_config = ClientConfig(
        region=configuration.region,
        allowed=frozenset(configuration.allowed_account_ids),
        forbidden=frozenset(configuration.forbidden_account_ids),
        endpoints={SERVICES[name]: url for name, url in endpoints.items()},
        tries=None if retries is None else retries + 1,
        trusted=bool(configuration.skip_credentials_validation),
        ignores=configuration.ignores_tag,
        user_agent=f"pulumi-partnercentral/{__version__}",
        sleep=sleep,
        attempt=attempt,
        note=noted(debug),
        limits=Limits(configuration.rate_limits, clock, warn=warn),
    )
    key, secret = configuration.access_key, configuration.secret_key
    web = configuration.assume_role_with_web_identity
    own = Account(
        client_config,
        profile=configuration.profile,
        keys=Keys(key, secret, configuration.token) if key and secret else None,
        roles=[*([_web_role(web)] if web else []), *map(_role, configuration.assume_roles)],
    )
    if not configuration.known_after_apply & {"region", "profile"}:
        own.require_region()
    name = configuration.account_role_name

    def everywhere(account: str) -> Role:
        return Role(f"arn:{own.partition()}:iam::{account}:role/{name}", SESSION)

    known = {account: _access(how) for account, how in (configuration.accounts or {}).items()}
    return Accounts(own, client_config, known, everywhere if name else None)


def _role(role: AssumeRole) -> Role:
    return Role(
        role.role_arn,
        role.session_name,
        role.external_id,
        role.duration_seconds,
        role.policy,
        role.policy_arns or (),
        role.tags or {},
        role.transitive_tag_keys or (),
        role.source_identity,
    )


def _web_role(role: AssumeRoleWithWebIdentity) -> WebIdentityRole:
    return WebIdentityRole(
        role.role_arn,
        role.session_name,
        duration_seconds=role.duration_seconds,
        policy=role.policy,
        policy_arns=role.policy_arns or (),
        web_identity_token=role.web_identity_token,
        web_identity_token_file=role.web_identity_token_file,
    )


def _access(how: AccountAccess) -> Access:
    role = Role(how.role_arn, how.session_name, how.external_id) if how.role_arn else None
    return Access(how.profile, role)
