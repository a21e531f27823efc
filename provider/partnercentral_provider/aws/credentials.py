"""Whose credentials: keys, a profile, boto3's own search, and the roles assumed with them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..model.errors import Unauthenticated


@dataclass(frozen=True)
class Keys:
    """An access key, as a user states it."""

    access: str
    secret: str = field(repr=False)
    token: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Role:
    """A role to assume, with what AssumeRole may be told; times are in seconds."""

    arn: str
    session_name: str
    external_id: str | None = None
    duration_seconds: int | None = None
    policy: str | None = None
    policy_arns: Sequence[str] = ()
    tags: Mapping[str, str] = field(default_factory=dict)
    transitive_tag_keys: Sequence[str] = ()
    source_identity: str | None = None

    @property
    def account(self) -> str:
        """The account of 12 digits that the role is in."""
        return self.arn.split(":")[4]

    def arguments(self) -> dict[str, Any]:
        """Spell it as STS takes it."""
        given = {
            "RoleArn": self.arn,
            "RoleSessionName": self.session_name,
            "ExternalId": self.external_id,
            "DurationSeconds": self.duration_seconds,
            "Policy": self.policy,
            "PolicyArns": [{"arn": arn} for arn in self.policy_arns],
            "Tags": [{"Key": key, "Value": value} for key, value in self.tags.items()],
            "TransitiveTagKeys": list(self.transitive_tag_keys),
            "SourceIdentity": self.source_identity,
        }
        return {name: value for name, value in given.items() if value not in (None, [])}


@dataclass(frozen=True)
class WebIdentityRole(Role):
    """A role that is assumed with the token of an identity provider, from a file or as text."""

    web_identity_token: str | None = None
    web_identity_token_file: str | None = None

    def arguments(self) -> dict[str, Any]:
        """Spell it as STS takes it; a file is read each time, since its token is renewed."""
        token = self.web_identity_token
        if self.web_identity_token_file:
            try:
                token = Path(self.web_identity_token_file).expanduser().read_text().strip()
            except OSError as error:
                raise Unauthenticated(
                    "The web identity token could not be read.",
                    f"{error}.",
                    "Check `assumeRoleWithWebIdentity.webIdentityTokenFile`.",
                ) from error
        return super().arguments() | {"WebIdentityToken": token}


def assumed(role: Role, sts: Callable[[], Any]) -> Any:
    """
    Give botocore credentials that are the role's, fetched now and renewed before they expire.

    *sts* gives the client that assumes it. Raises Unauthenticated, naming account and role.
    """
    from botocore.credentials import RefreshableCredentials

    def fetch() -> dict[str, str]:
        try:
            client = sts()
            call = client.assume_role
            if isinstance(role, WebIdentityRole):
                call = client.assume_role_with_web_identity
            answer = call(**role.arguments())["Credentials"]
        except Exception as error:
            raise Unauthenticated(
                f"The role {role.arn} of account {role.account} could not be assumed.",
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

    # botocore's own times suit sessions of an hour: a shorter one would be renewed at each call.
    lasting = role.duration_seconds or 3600
    return RefreshableCredentials.create_from_metadata(
        fetch(),
        fetch,
        "assume-role",
        advisory_timeout=min(900, lasting // 3),
        mandatory_timeout=min(600, lasting // 6),
    )
