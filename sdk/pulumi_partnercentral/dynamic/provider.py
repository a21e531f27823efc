"""Explicit providers: one program that acts as several accounts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi


@dataclass
class AssumeRoleArgs:
    """A role to assume: its ARN, the name of the session, and the external id it asks for."""

    role_arn: pulumi.Input[str]
    session_name: pulumi.Input[str] | None = None
    external_id: pulumi.Input[str] | None = None


class Provider(pulumi.ProviderResource):
    """
    A configuration of its own for the resources that are given it by `provider=`.

    It does not inherit the stack's `partnercentral:` values. A change of its arguments changes
    the provider and never the resources.
    """

    def __init__(
        self,
        resource_name: str,
        *,
        region: pulumi.Input[str] | None = None,
        profile: pulumi.Input[str] | None = None,
        catalog: pulumi.Input[str] | None = None,
        assume_roles: Sequence[AssumeRoleArgs | Mapping[str, pulumi.Input[str]]] | None = None,
        allowed_account_ids: Sequence[pulumi.Input[str]] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """
        Make a provider.

        *region* is what requests are signed for, *profile* one of the shared AWS configuration,
        *catalog* the default of every resource, *assume_roles* a chain of roles, and
        *allowed_account_ids* the only accounts that may be changed.
        """
        values: dict[str, Any] = {"region": region, "profile": profile, "catalog": catalog}
        if assume_roles is not None:
            roles = [_role(role) for role in assume_roles]
            values["assumeRoles"] = pulumi.Output.json_dumps(roles)
        if allowed_account_ids is not None:
            values["allowedAccountIds"] = pulumi.Output.json_dumps([*allowed_account_ids])
        self.values = {name: value for name, value in values.items() if value is not None}
        """The configuration by its keys, for functions that are asked in this process."""
        super().__init__(
            "pulumi-python",
            resource_name,
            {f"partnercentral:{k}": v for k, v in self.values.items()},
            opts,
        )


def _role(role: AssumeRoleArgs | Mapping[str, Any]) -> dict[str, Any]:
    given = vars(role) if isinstance(role, AssumeRoleArgs) else role
    names = {"role_arn": "roleArn", "session_name": "sessionName", "external_id": "externalId"}
    return {names.get(k, k): v for k, v in given.items() if v is not None}
