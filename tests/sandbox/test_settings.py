"""The emulator with other settings: each that is changed is found, and no other."""

from dataclasses import fields
from typing import Any

import pytest
from managed_services import NEWER
from partnercentral_emulator import Settings
from sandbox.conftest import EXTERNAL_ID, IN_AWS, ROLE
from sandbox.probing import all_probes
from sandbox.run import run

PROBES = all_probes()
DECIDED = {setting: probe for probe in PROBES for setting in probe.decides}
CHANGED: dict[str, Any] = {
    "first_revision": 7,
    "fills_resale_account_model": "END_CUSTOMER",
    "notice_days": ["14", "30"],
    "least_commitment_days": 31,
    "most_commitment_days": 1095,
    "handshake_expiry_days": 10,
    "sandbox_contract_seconds": 60.0,
    "contract_expiry_days": 0,
    "contract_cancel_days": 14,
    "client_token_hours": 48,
    "tags_per_resource": 20,
    "list_lag_seconds": 60.0,
    "most_handshakes_a_day": 3,
    "sender_display_name": "Example Partner",
    "management_accounts": IN_AWS[:1],
    "most_accounts": 7,
    "most_relationships": 12,
    "most_pending_account_handshakes": 9,
    "most_pending_service_handshakes": 11,
    "rate_scale": 1.6,
    "session_seconds": 900,
    "refused_roles": [ROLE],
    "required_external_ids": {ROLE: EXTERNAL_ID},
}
PRIVATE: dict[str, Any] = {
    "sender_display_name": "NAME",
    "refused_roles": ["ROLE"],
    "required_external_ids": {"ROLE": "EXTERNAL-ID"},
}
"""What is found without saying it."""
SEEN_IF_CHANGED = ["management_accounts", "rate_scale", "rates_enforced"]
"""What cannot be told from an AWS that refuses nothing."""
LARGE_PROBES = [probe for probe in PROBES if "large" in probe.needs]
LARGE = [name for probe in LARGE_PROBES for name in probe.decides]
NEVER_SIGNED = {"sandbox_contract_seconds": 1e9}
OF_PENDING_CONTRACTS = [
    "contract_cancel_days",
    "contract_expiry_days",
    "one_pending_contract_per_relationship",
    "relationship_delete_needs_no_pending_contract",
]
"""What is decided only where the Sandbox does not accept a contract at once."""


def changed(setting: str) -> Any:
    """Give a setting another value than its own."""
    value = getattr(Settings(), setting)
    return not value if isinstance(value, bool) else CHANGED[setting]


def refuted(verdicts: Any) -> set[str]:
    return {verdict.setting for verdict in verdicts if verdict.word == "refuted"}


def test_every_setting_is_decided_by_one_probe() -> None:
    """No setting of the emulator is forgotten, and none is decided twice."""
    declared = [setting for probe in PROBES for setting in probe.decides]
    assert sorted(declared) == sorted(f.name for f in fields(Settings))


@pytest.mark.parametrize(
    "setting",
    [
        pytest.param(name, marks=NEWER if "contracts" in probe.needs else ())
        for name, probe in DECIDED.items()
    ],
)
def test_a_changed_setting_is_found(setting, emulator, world) -> None:
    """Its probe refutes it and confirms whatever else it decides."""
    emulator.set(**{setting: changed(setting)})
    if setting in OF_PENDING_CONTRACTS:
        emulator.set(**NEVER_SIGNED)
    expected = {setting}
    if setting == "rate_scale":  # where no rate is kept, none can be found
        emulator.set(rates_enforced=True)
        expected.add("rates_enforced")
    verdicts = run(world(large=True), [DECIDED[setting]], print)
    assert refuted(verdicts) == expected
    (found,) = (verdict.found.value for verdict in verdicts if verdict.setting == setting)
    if setting in ("list_lag_seconds", "sandbox_contract_seconds"):
        assert 60 <= found <= 70
    else:
        assert found == PRIVATE.get(setting, changed(setting))


@NEWER
def test_the_emulator_as_it_is_confirms_all(emulator, world) -> None:
    """Nothing is refuted; what cannot be seen as it is, or was not asked for, is not decided."""
    made = world()
    verdicts = run(made, PROBES, print)
    open_ = {v.setting: v.why for v in verdicts if v.word == "not decided"}
    assert refuted(verdicts) == set()
    assert {*open_} == {*OF_PENDING_CONTRACTS, *LARGE, *SEEN_IF_CHANGED}
    assert all("needs a PENDING contract" in open_[name] for name in OF_PENDING_CONTRACTS)
    assert {open_[name] for name in LARGE} == {"creates hundreds of objects: --large"}
    assert open_["rate_scale"].endswith("none was throttled")
    assert made.ledger.spent == sum(emulator.calls().values()) <= 500


def test_the_quotas_of_the_emulator_are_confirmed(emulator, world) -> None:
    """All but one: the accounts that can be enrolled are fewer than invitations may wait."""
    verdicts = {v.setting: v for v in run(world(5000, large=True), LARGE_PROBES, print)}
    assert verdicts.keys() == {*LARGE}
    odd = verdicts.pop("most_pending_account_handshakes")
    assert odd.why == "no more accounts can be enrolled than 50, each invited once"
    assert {verdict.word for verdict in verdicts.values()} == {"confirmed"}
    assert {each["status"] for each in emulator.objects()} == {"CANCELED"}


@NEWER
def test_what_is_left_is_what_aws_keeps(emulator, world) -> None:
    """Every object had the tag of the run; handshakes and contracts are final, the rest is gone."""
    run(made := world(), PROBES, print)
    left = emulator.objects()
    assert {"-".join(each["id"].split("-")[:1]) for each in left} == {"ch", "cc"}
    assert not [each for each in left if each["status"] == "PENDING"]
    assert {each["tags"]["partnercentral:verify"] for each in left} == {made.journal.run}


@NEWER
@pytest.mark.parametrize(
    "together",
    [
        [*OF_PENDING_CONTRACTS, "contract_shows_address", "quotas_enforced"],
        ["list_lag_seconds", "first_revision", "tags_change_revision", "activation_bumps_revision"],
        [name for name in DECIDED if "_delete_" in name and name not in OF_PENDING_CONTRACTS],
        ["one_account_per_catalog", "one_relationship_per_account", "most_handshakes_a_day"],
        ["rates_enforced", "rate_scale", "least_commitment_days", "management_accounts"],
    ],
    ids=["contracts", "revisions", "deletes", "twice", "rates"],
)
def test_settings_that_are_changed_together_are_all_found(together, emulator, world) -> None:
    """A whole run refutes those, and no other."""
    expected = set(together)
    emulator.set(**{name: changed(name) for name in together})
    if expected & {*OF_PENDING_CONTRACTS}:
        emulator.set(**NEVER_SIGNED)
        expected |= {*NEVER_SIGNED}
    assert refuted(run(world(1000), PROBES, print)) == expected
