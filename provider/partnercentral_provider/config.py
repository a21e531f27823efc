"""The configuration of the provider: its keys, their shapes, and what is wrong with them."""

import json
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import AfterValidator

from .core import (
    AccountId,
    Catalog,
    Failure,
    Fields,
    Misconfigured,
    Properties,
    account_of,
    check,
    listed,
)

NAMESPACE = "partnercentral"


def _role_arn(value: str) -> str:
    parts = value.split(":")
    if len(parts) != 6 or parts[0] != "arn" or not parts[5].startswith("role/"):
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
        owners = {name: account_of(value) for name, value in inputs.items()}
        return [
            Failure(name, f"belongs to account {owner}, but this provider acts as {account}")
            for name, owner in owners.items()
            if account and owner and owner != account
        ]

    @classmethod
    def parse(cls, raw: Mapping[str, Any]) -> "Configuration":
        """
        Read Pulumi's configuration: text by namespaced keys, lists and objects as JSON.

        Keys of other namespaces are not ours. Raises Misconfigured, which names the key.
        """
        prefix = f"{NAMESPACE}:"
        ours = {k.removeprefix(prefix): v for k, v in raw.items() if k.startswith(prefix)}
        if strange := sorted(ours.keys() - set(cls.names())):
            raise Misconfigured(
                f"The configuration has {listed(prefix + key for key in strange)}, which is no key "
                "of this provider.",
                advice=f"Its keys are {listed(cls.names())}.",
                command=f"pulumi config rm {prefix}{strange[0]}",
            )
        checked = check(cls, {key: _decoded(key, value) for key, value in ours.items()})
        if checked.failures:
            first = checked.failures[0]
            raise Misconfigured(
                f"The configuration value {prefix}{first.property} {first.reason}.",
                "; ".join(f"{prefix}{f.property} {f.reason}." for f in checked.failures[1:]),
                "Set it anew:",
                f"pulumi config set --path '{prefix}{first.property}' VALUE",
            )
        return cls.model_validate(checked.inputs)


def _decoded(key: str, value: Any) -> Any:
    if key not in ("assumeRoles", "allowedAccountIds") or not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        raise Misconfigured(
            f"The configuration value {NAMESPACE}:{key} is not a list.",
            f"It reads {value!r}.",
            "Set its entries one by one:",
            f"pulumi config set --path '{NAMESPACE}:{key}[0]{_MEMBER.get(key, '')}' VALUE",
        ) from None


_MEMBER = {"assumeRoles": ".roleArn"}
