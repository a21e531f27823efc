"""
The rules of a policy pack for Pulumi's policy as code, a file for each theme.

`PolicyPack("channel", rules())` is such a pack; `[*rules(), one_of_yours]` has a rule of your own
too. Nothing that a program imports knows this package, and it knows nothing of the provider. Raises
ModuleNotFoundError, with what to install, where Pulumi's SDK of policies is missing.

The engine shows a rule the inputs of a resource as the provider's check returns them: the catalog
and the default tags of the provider's configuration are filled in, days and times have one form.
They are the same in both forms of the provider, under two types. What is known only after apply
raises UnknownValueError where it is read, which shows as an advisory: so a rule reads no more than
it needs.
"""

from collections.abc import Callable
from datetime import datetime, timezone

try:
    from pulumi_policy import Policy
except ModuleNotFoundError as missing:
    raise ModuleNotFoundError(
        f"pulumi_partnercentral.policies needs {missing.name}, which is not installed: "
        "pip install 'pulumi-partnercentral[policies]'",
        name=missing.name,
    ) from None

from ._catalogs import sandbox_only
from ._guards import ActiveAccountsGuarded, no_force_destroy
from ._presence import owner_tag, support_plan
from ._terms import contract_end, minimum_notice

__all__ = ["rules"]


def _now() -> datetime:
    return datetime.now(timezone.utc)


def rules(now: Callable[[], datetime] = _now) -> list[Policy]:
    """Make the rules that policies/README.md of the repository lists; *now* is their clock."""
    return [
        sandbox_only,
        minimum_notice,
        owner_tag,
        no_force_destroy,
        ActiveAccountsGuarded(),
        support_plan,
        contract_end(now),
    ]
