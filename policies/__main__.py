"""Serves the rules to Pulumi's engine, which starts this for `--policy-pack`."""

from pulumi_partnercentral.policies import rules
from pulumi_policy import PolicyPack

PolicyPack("partnercentral", rules())
