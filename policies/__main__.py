"""Serves the rules to Pulumi's engine, which starts this for `--policy-pack`."""

from datetime import datetime, timezone

from pulumi_policy import PolicyPack
from rules.catalogs import sandbox_only
from rules.guards import active_accounts_guarded, no_force_destroy
from rules.presence import owner_tag, support_plan
from rules.terms import contract_end, minimum_notice

PolicyPack(
    "partnercentral",
    [
        sandbox_only,
        minimum_notice,
        owner_tag,
        no_force_destroy,
        active_accounts_guarded,
        support_plan,
        contract_end(lambda: datetime.now(timezone.utc)),
    ],
)
