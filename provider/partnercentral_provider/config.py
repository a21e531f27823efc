"""The configuration of the provider: its keys, their shapes, and what is wrong with them."""

import json
import re
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import AfterValidator

from .core import (
    AccountId,
    Arn,
    Catalog,
    Checked,
    Failure,
    Fields,
    Misconfigured,
    Properties,
    check,
    has_unknown,
    listed,
)

NAMESPACE = "partnercentral"


_ROLE = re.compile(r"arn:[a-z-]+:iam::\d{12}:role/[\w+=,.@/-]+")


def _role_arn(value: str) -> str:
    if not _ROLE.fullmatch(value):
        raise ValueError(
            "must be the ARN of a role such as arn:aws:iam::111122223333:role/Channel, "
            f"got {value!r}"
        )
    return value


class AssumeRole(Fields):
    """A role to assume."""

    role_arn: Annotated[str, AfterValidator(_role_arn)]
    """The ARN of the role."""
    session_name: str = "pulumi-partnercentral"
    """The session's name, which AWS shows in its logs."""
    external_id: str | None = None
    """The external id that the role's trust policy asks for."""


class Configuration(Fields):
    """
    What `partnercentral:` keys may say.

    Everything else (proxies, certificates, endpoints such as AWS_ENDPOINT_URL, shared files) is
    botocore's own environment.
    """

    region: str | None = None
    """The region to sign for, any. Else AWS_REGION, AWS_DEFAULT_REGION or the profile's."""
    profile: str | None = None
    """The profile of the shared AWS configuration. Else boto3's own search for credentials."""
    catalog: Catalog | None = None
    """The catalog of every resource that states none: `AWS` or `Sandbox`."""
    assume_roles: tuple[AssumeRole, ...] = ()
    """Roles to assume, one with the credentials of the other before it."""
    allowed_account_ids: tuple[AccountId, ...] = ()
    """The accounts that may be changed. Any, where empty."""

    def account(self) -> str | None:
        """Tell whose account this is, where that is known before any call."""
        if self.assume_roles:
            return self.assume_roles[-1].role_arn.split(":")[4]
        return self.allowed_account_ids[0] if len(self.allowed_account_ids) == 1 else None

    def foreign(self, inputs: Properties) -> list[Failure]:
        """Find the inputs that are ARNs of another account's objects."""
        account = self.account()
        owners = {name: Arn.account_of(value) for name, value in inputs.items()}
        return [
            Failure(name, f"belongs to account {owner}, but this provider acts as {account}")
            for name, owner in owners.items()
            if account and owner and owner != account
        ]

    @classmethod
    def parse(cls, raw: Mapping[str, Any]) -> "Configuration":
        """
        Read a stack's configuration: text by namespaced keys, lists and objects as JSON.

        Keys of other namespaces are not ours. Raises Misconfigured, which names the key.
        """
        prefix = f"{NAMESPACE}:"
        return cls.of({k.removeprefix(prefix): v for k, v in raw.items() if k.startswith(prefix)})

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> "Configuration":
        """
        Make a configuration of a provider's arguments. Raises Misconfigured, which names the key.

        What is known only after apply is left out: a preview makes no call.
        """
        checked = cls.check({k: v for k, v in raw.items() if not has_unknown(v)})
        if not checked.failures:
            return cls.model_validate(checked.inputs)
        first, *rest = (f"{NAMESPACE}:{f.property} {f.reason}." for f in checked.failures)
        key = checked.failures[0].property
        known = key.partition("[")[0] in cls.names()
        raise Misconfigured(
            f"The configuration value {first}",
            " ".join(rest),
            "Set it anew:" if known else "Take it out:",
            f"pulumi config set --path '{NAMESPACE}:{_SAMPLES.get(key, key)}' VALUE"
            if known
            else f"pulumi config rm {NAMESPACE}:{key}",
        )

    @classmethod
    def check(cls, raw: Mapping[str, Any]) -> Checked:
        """Name everything that is wrong, by its key; lists and objects may be JSON."""
        strange = [
            Failure(key, f"is no key of this provider; its keys are {listed(cls.names())}")
            for key in raw
            if key not in cls.names()
        ]
        checked = check(cls, {k: _decoded(k, v) for k, v in raw.items() if k in cls.names()})
        return Checked(checked.inputs, strange + checked.failures)


def _decoded(key: str, value: Any) -> Any:
    if key not in _SAMPLES or not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


_SAMPLES = {"assumeRoles": "assumeRoles[0].roleArn", "allowedAccountIds": "allowedAccountIds[0]"}
"""The keys that hold more than text, and how to set an entry."""
