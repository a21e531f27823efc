"""Whose credentials: keys, a profile, boto3's own search, and the roles assumed with them."""

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..model.errors import Denied, ProviderError, Refused, Unauthenticated, join_words


@dataclass(frozen=True)
class Keys:
    """An access key, as a user states it."""

    access: str
    secret: str = field(repr=False)
    token: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Role:
    """A role to assume, with what AssumeRole takes; times are in seconds."""

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

    def with_what(self) -> str:
        """Say what it is assumed with, for the sentence about a role that cannot be."""
        return ""

    def to_check(self) -> str:
        """Say what to check where AWS does not let it be assumed."""
        return (
            "Check that the role exists, that its trust policy names the caller, and its external "
            "id."
        )

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

    def with_what(self) -> str:
        """Name the token's source, and what it says of itself; never the token."""
        source = "of `assumeRoleWithWebIdentity.webIdentityToken`"
        if self.web_identity_token_file:
            source = f"in {self.web_identity_token_file}"
        claims = _claims(self._token())
        said = [f"{name} {claims[key]}" for key, name in _CLAIMS.items() if claims.get(key)]
        return f" with the token {source}" + (f" ({join_words(said)})" if said else "")

    def to_check(self) -> str:
        """Say what to check where AWS does not let it be assumed."""
        return (
            "Check that the role exists, that its account has an identity provider for the token's "
            "issuer and audience, and that the role's trust policy allows that provider "
            "sts:AssumeRoleWithWebIdentity for the token's subject."
        )

    def arguments(self) -> dict[str, Any]:
        """Spell it as STS takes it; a file is read each time, since its token is renewed."""
        token = self._token()
        if len(token) < LEAST_TOKEN:
            raise Refused(
                f"A web identity token has at least {LEAST_TOKEN} characters, and this has "
                f"{len(token)}.",
                advice="Check `webIdentityToken` or `webIdentityTokenFile` of "
                "`partnercentral:assumeRoleWithWebIdentity`.",
            )
        return super().arguments() | {"WebIdentityToken": token}

    def _token(self) -> str:
        if not self.web_identity_token_file:
            return self.web_identity_token or ""
        try:
            file = Path(self.web_identity_token_file).expanduser()
            return file.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise Unauthenticated(
                "The web identity token could not be read.",
                f"{error}.",
                "Check `assumeRoleWithWebIdentity.webIdentityTokenFile`.",
            ) from error


LEAST_TOKEN = 4
"""Characters of a web identity token, by botocore's model of STS."""

_CLAIMS = {"iss": "issuer", "aud": "audience", "sub": "subject"}


def _claims(token: str) -> dict[str, Any]:
    """Read what a JSON Web Token says of itself; nothing where it is none. Proves nothing."""
    try:
        body = token.split(".")[1]
        found = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    except (IndexError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _not_assumed(role: Role, error: ProviderError) -> Unauthenticated:
    """Name the role in a failure; where that says itself what to do, it is what to do."""
    what = f"The role {role.arn} of account {role.account} could not be assumed"
    why = " ".join(part for part in (error.what, error.why) if part)
    if error.advice and not isinstance(error, Denied):
        return Unauthenticated(f"{what}.", why, error.advice, error.command)
    return Unauthenticated(f"{what}{role.with_what()}.", why, role.to_check())


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
        except ProviderError as error:
            raise _not_assumed(role, error) from error
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
