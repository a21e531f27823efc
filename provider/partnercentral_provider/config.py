"""The configuration of the provider: its keys, their shapes, and what is wrong with them."""

import json
import os
import re
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, PrivateAttr, WrapValidator

from .model.amounts import Days, Flag, Rate, Retries, SessionSeconds
from .model.checking import NOT_KNOWN, Checked, Failure, check
from .model.errors import Misconfigured, join_words
from .model.fields import Fields
from .model.properties import Properties
from .model.types import AccountId, Catalog, Secret, TagKey, Tags, pass_unknown
from .model.unknown import UNKNOWN, has_unknown

T = TypeVar("T")

NAMESPACE = "partnercentral"

RATE_LIMITS = "PARTNERCENTRAL_RATE_LIMITS"
"""The environment's word for `rateLimits`, as JSON."""

SESSION = "pulumi-partnercentral"
"""The name of a role's session, unless another is stated."""

_ROLE = re.compile(r"arn:[a-z-]+:iam::\d{12}:role/[\w+=,.@/-]+")


def _role_arn(value: str) -> str:
    if not _ROLE.fullmatch(value):
        raise ValueError(
            "must be the ARN of a role such as arn:aws:iam::111122223333:role/Channel, "
            f"got {value!r}"
        )
    return value


def _role_name(value: str) -> str:
    if not re.fullmatch(r"[\w+=,.@/-]+", value):
        raise ValueError(f"must be the name of a role, with its path if any, got {value!r}")
    return value.lstrip("/")


def _url(value: str) -> str:
    if not re.match(r"https?://[^/\s]+", value):
        raise ValueError(f"must be an http or https URL, got {value!r}")
    return value


def _long(least: int, most: int) -> AfterValidator:
    """Make a rule: so many characters. The value may be secret, and is not shown."""

    def check(value: str) -> str:
        if not least <= len(value) <= most:
            raise ValueError(f"must have {least} to {most} characters, got {len(value)}")
        return value

    return AfterValidator(check)


Later = Annotated[T, WrapValidator(pass_unknown)]
"""An entry of a list or an object that may be known only after apply; fields may be anyway."""

# By botocore's model of STS, which refuses what is shorter before any call.
WebIdentityToken = Annotated[str, _long(4, 20000)]
RoleArn = Annotated[str, AfterValidator(_role_arn)]
RoleName = Annotated[str, AfterValidator(_role_name)]
Url = Annotated[str, AfterValidator(_url)]


class AssumeRole(Fields):
    """A role that the provider assumes."""

    role_arn: RoleArn
    """The ARN of the role to assume."""
    session_name: str = SESSION
    """The name of the role's session, which AWS shows in its logs."""
    external_id: str | None = None
    """The external id that the role's trust policy asks for."""
    duration_seconds: SessionSeconds | None = None
    """How long the session lasts, in seconds from 900 to 43200. It is renewed before its end."""
    policy: str | None = None
    """A policy, as JSON text, that narrows what the session may do."""
    policy_arns: tuple[Later[str], ...] | None = None
    """The ARNs of managed policies that narrow what the session may do."""
    tags: dict[str, Later[str]] | None = None
    """The tags that the session has."""
    transitive_tag_keys: tuple[Later[str], ...] | None = None
    """The keys of the tags that the session passes on to the next role of a chain."""
    source_identity: str | None = None
    """The identity that assumes the role, which AWS shows in its logs."""


class AssumeRoleWithWebIdentity(Fields):
    """A role to assume with the token that an identity provider, such as a build server, gives."""

    role_arn: RoleArn
    """The ARN of the role to assume."""
    session_name: str = SESSION
    """The name of the role's session, which AWS shows in its logs."""
    web_identity_token: Annotated[WebIdentityToken | None, Secret()] = None
    """The token that the identity provider gave, as text; it is kept secret."""
    web_identity_token_file: str | None = None
    """The path of a file that holds the token, which is read again at each renewal."""
    duration_seconds: SessionSeconds | None = None
    """How long the session lasts, in seconds from 900 to 43200. It is renewed before its end."""
    policy: str | None = None
    """A policy, as JSON text, that narrows what the session may do."""
    policy_arns: tuple[Later[str], ...] | None = None
    """The ARNs of managed policies that narrow what the session may do."""


class AccountAccess(Fields):
    """How one account is reached: by a role that it has, or by a profile."""

    role_arn: RoleArn | None = None
    """
    The ARN of a role of that account, which is assumed with the credentials of the profile, or
    with the provider's own.
    """
    profile: str | None = None
    """The name of a profile that the shared AWS configuration has."""
    session_name: str = SESSION
    """The name of the role's session, which AWS shows in its logs."""
    external_id: str | None = None
    """The external id that the role's trust policy asks for."""


class Endpoints(Fields):
    """The URLs that requests go to, in place of AWS's own."""

    partnercentral_channel: Url | None = None
    """The http or https URL that requests of the Partner Central Channel API go to."""
    sts: Url | None = None
    """The http or https URL that requests of STS go to."""


class DefaultTags(Fields):
    """The tags that every resource has which takes tags."""

    tags: Tags | None = None
    """The tags, which are at most 50; a resource's own tag of the same key wins."""


class IgnoreTags(Fields):
    """The tags that are neither set nor removed nor shown, since something else manages them."""

    keys: tuple[Later[TagKey], ...] = ()
    """The keys of such tags, exactly as they are written."""
    key_prefixes: tuple[Later[TagKey], ...] = ()
    """What the keys of such tags begin with, exactly as it is written."""


class Configuration(Fields):
    """
    What `partnercentral:` keys may say.

    Everything else (proxies, certificates, FIPS, shared files) is botocore's own environment.
    """

    region: str | None = None
    """
    The AWS region that requests are signed for, which may be any, since the API is global. Where
    absent, it is AWS_REGION, AWS_DEFAULT_REGION or that of the profile.
    """
    profile: str | None = None
    """
    The name of the profile that signs, of the shared AWS configuration. Where absent, boto3
    searches for credentials in its own way.
    """
    access_key: Annotated[str | None, Secret()] = None
    """The id of the access key that signs, in place of a profile. It needs `secretKey` too."""
    secret_key: Annotated[str | None, Secret()] = None
    """The secret that belongs to `accessKey`."""
    token: Annotated[str | None, Secret()] = None
    """The session token that belongs to a temporary `accessKey`."""
    catalog: Catalog | None = None
    """
    The catalog of every resource and function that sets none: `AWS` for production or `Sandbox`
    for tests.
    """
    # A mark on the token alone does not keep it out of the state: the engine goes by the whole.
    assume_role_with_web_identity: Annotated[AssumeRoleWithWebIdentity | None, Secret()] = None
    """
    A role to assume with the token that an identity provider gives, which needs no other
    credentials.
    """
    assume_roles: tuple[Later[AssumeRole], ...] = ()
    """Roles to assume one after the other, each with the credentials of the one before it."""
    accounts: dict[AccountId, Later[AccountAccess]] | None = None
    """How the accounts are reached that `receiverAccountId` lets sign, by their 12 digits."""
    account_role_name: RoleName | None = None
    """The name of the role to assume in every account that `accounts` does not list."""
    allowed_account_ids: tuple[Later[AccountId], ...] = ()
    """The only accounts, of 12 digits each, that may sign a change. Where empty, any may."""
    forbidden_account_ids: tuple[Later[AccountId], ...] = ()
    """The accounts, of 12 digits each, that may not sign any change."""
    endpoints: Endpoints | None = None
    """The URLs that requests go to in place of AWS's own; AWS_ENDPOINT_URL sets one for all."""
    max_retries: Retries | None = None
    """
    How often a call that failed is tried again, from 0 to 100 times. Where absent,
    AWS_MAX_ATTEMPTS says it, else it is 9 times.
    """
    rate_limits: dict[str, Later[Rate]] | None = None
    """
    The most calls a second that an operation may make, by its name, such as `CreateRelationship`;
    `*` stands for all others. Where absent, AWS's documented quotas hold: 3 for each operation
    that writes, 5 for each that reads.
    """
    default_tags: DefaultTags | None = None
    """
    The tags of every resource that takes tags, beside its own. From then on other tags of such a
    resource are removed, unless they are ignored.
    """
    ignore_tags: IgnoreTags | None = None
    """The tags that are neither set nor removed nor shown, whatever resource has them."""
    refresh_tags: Flag | None = None
    """Whether a refresh reads tags, by one call for each resource. Where absent, it does."""
    refresh_pending: Flag | None = None
    """
    Whether every preview and update first reads what is pending: handshakes, accounts, contracts
    and service periods that others have to answer. Where absent, it does. Only the plugin can.
    """
    contract_expiry_warning_days: Days | None = None
    """
    How many days before its end a warning tells of a channel contract that is in force, from 0 to
    3650. Where absent, it is 30.
    """
    skip_credentials_validation: Flag | None = None
    """
    Whether the provider signs without asking GetCallerIdentity whose account it is, so that no
    account is confirmed. Where absent, it asks.
    """

    _known_after_apply: frozenset[str] = PrivateAttr(default=frozenset())
    """Not of the schema."""

    @property
    def known_after_apply(self) -> frozenset[str]:
        """The keys that were stated, with a value that only apply will tell."""
        return self._known_after_apply

    def account(self) -> str | None:
        """Tell whose account this is, where that is known before any call."""
        roles = [*self.assume_roles]
        last = roles[-1] if roles else self.assume_role_with_web_identity
        if last:
            return last.role_arn.split(":")[4]
        return self.allowed_account_ids[0] if len(self.allowed_account_ids) == 1 else None

    def ignores_tag(self, key: str) -> bool:
        """Tell whether a tag is to be left alone and not shown; AWS's own, `aws:…`, always are."""
        ignored = self.ignore_tags or IgnoreTags()
        return key.startswith(("aws:", *ignored.key_prefixes)) or key in ignored.keys

    @classmethod
    def parse(cls, raw: Mapping[str, Any]) -> "Configuration":
        """
        Read a stack's configuration: text by namespaced keys, lists and objects as JSON.

        Keys of other namespaces are not ours. Raises Misconfigured, which names the key.
        """
        return cls.of(cls.own(raw))

    @staticmethod
    def own(raw: Mapping[str, Any]) -> Properties:
        """Take out the keys of our namespace, without it."""
        prefix = f"{NAMESPACE}:"
        return {k.removeprefix(prefix): v for k, v in raw.items() if k.startswith(prefix)}

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> "Configuration":
        """
        Make a configuration of a provider's arguments. Raises Misconfigured, which names the key.

        What is known only after apply is left out: a preview makes no call.
        """
        checked = cls.check(raw)
        if checked.failures:
            raise _wrong(checked.failures)
        later = frozenset(name for name, value in raw.items() if has_unknown(value))
        known = {name: value for name, value in checked.inputs.items() if name not in later}
        found = cls.model_validate(_rates_of_environment(raw) | known)
        found._known_after_apply = later
        return found

    @classmethod
    def check(cls, raw: Mapping[str, Any]) -> Checked:
        """
        Name everything that is wrong, by its key; what is no text may be JSON.

        What is known only after apply passes, at any depth.
        """
        strange = [Failure(key, _is_no_key(key)) for key in raw if key not in cls.names()]
        checked = check(cls, {k: _decoded(k, v) for k, v in raw.items() if k in cls.names()})
        wrong = strange + checked.failures
        return Checked(checked.inputs, wrong or _contradictions(checked.inputs))


def _is_no_key(key: str) -> str:
    # The engine shows an error's first line twice, on the row and below, and the rest once.
    near = get_close_matches(key, Configuration.names(), 1)
    meant = f"; did you mean {near[0]}?" if near else "."
    return f"is no key of this provider{meant}\n\nIts keys are {join_words(Configuration.names())}"


def _rates_of_environment(raw: Mapping[str, Any]) -> Properties:
    """Read the rates that the environment says, unless *raw* does. Raises Misconfigured."""
    text = os.environ.get(RATE_LIMITS, "")
    if not text.strip() or "rateLimits" in raw:
        return {}
    checked = check(Configuration, {"rateLimits": _decoded("rateLimits", text)})
    if checked.failures:
        reasons = "; ".join(
            f"{failure.property.removeprefix('rateLimits')} {failure.reason}".strip()
            for failure in checked.failures
        )
        raise Misconfigured(
            f"The environment variable {RATE_LIMITS} cannot be used: {reasons}.",
            advice='It is a JSON object such as {"*": 5, "CreateRelationship": 1}. Correct it, or '
            "take it out:",
            command=f"unset {RATE_LIMITS}",
        )
    return checked.inputs


def _wrong(failures: list[Failure]) -> Misconfigured:
    """Say what is wrong, and how to set the first of it right."""
    first, *rest = (f"{NAMESPACE}:{f.property} {f.reason}." for f in failures)
    key = failures[0].property
    root = re.split(r"[.\[]", key)[0]
    known = root in Configuration.names()
    right = root if failures[0].reason == NOT_KNOWN else key
    # Of digits that are set by a path, Pulumi makes a number unless it is told not to.
    digits = failures[0].reason.startswith(("must be text", "must be 12 digits"))
    typed = digits and right != root
    return Misconfigured(
        f"The configuration value {first}",
        " ".join(rest),
        "Set it anew:" if known else "Take it out:",
        f"pulumi config set {'--type string ' if typed else ''}--path "
        f"'{NAMESPACE}:{_SAMPLES.get(right, right)}' VALUE"
        if known
        else f"pulumi config rm {NAMESPACE}:{key}",
    )


def _contradictions(given: Properties) -> list[Failure]:
    """Find values that do not go together, among those that are known."""
    found = []
    for one, other in (("accessKey", "secretKey"), ("secretKey", "accessKey")):
        if given.get(one) and not given.get(other):
            found.append(Failure(other, f"is required with {one}"))
    if given.get("token") and not given.get("accessKey"):
        found.append(Failure("accessKey", "is required with token"))
    if given.get("profile") and given.get("accessKey"):
        found.append(Failure("profile", "cannot go with accessKey: give one of the two"))
    if given.get("skipCredentialsValidation") is True:
        found += [
            Failure(
                "skipCredentialsValidation",
                f"cannot be had together with {key}, which needs GetCallerIdentity: state one",
            )
            for key in ("allowedAccountIds", "forbiddenAccountIds")
            if given.get(key)
        ]
    web = _members(given.get("assumeRoleWithWebIdentity"))
    if web and len({"webIdentityToken", "webIdentityTokenFile"} & web.keys()) != 1:
        reason = "must have exactly one of webIdentityToken and webIdentityTokenFile"
        found.append(Failure("assumeRoleWithWebIdentity", reason))
    for account, access in _members(given.get("accounts")).items():
        found += _wrong_access(account, access)
    return found


def _wrong_access(account: str, access: Any) -> list[Failure]:
    place, members = f'accounts["{account}"]', _members(access)
    if access is not UNKNOWN and not {"roleArn", "profile"} & members.keys():
        return [Failure(place, "must have a roleArn or a profile")]
    role = members.get("roleArn")
    owner = role.split(":")[4] if isinstance(role, str) else account
    if owner == account:
        return []
    return [Failure(f"{place}.roleArn", f"is a role of account {owner}")]


def _members(value: Any) -> Properties:
    """Give an object's members; none where it is absent, or known only after apply."""
    return value if isinstance(value, dict) else {}


_TEXT = frozenset(
    {"region", "profile", "accessKey", "secretKey", "token", "catalog", "accountRoleName"}
)


def _decoded(key: str, value: Any) -> Any:
    if key in _TEXT or not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


_SAMPLES = {
    "assumeRoles": "assumeRoles[0].roleArn",
    "allowedAccountIds": "allowedAccountIds[0]",
    "forbiddenAccountIds": "forbiddenAccountIds[0]",
    "accounts": 'accounts["111122223333"].roleArn',
    "assumeRoleWithWebIdentity": "assumeRoleWithWebIdentity.roleArn",
    "defaultTags": "defaultTags.tags.team",
    "ignoreTags": "ignoreTags.keys[0]",
    "endpoints": "endpoints.sts",
    "rateLimits": "rateLimits.CreateRelationship",
}
"""The keys that hold more than text, and how to set an entry."""
