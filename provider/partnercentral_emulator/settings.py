"""What the emulator assumes where AWS does not say, and what a test may turn."""

from dataclasses import dataclass, field, fields
from typing import Any

from .amounts import amount

LARGEST = 1e9
"""The most that a number may be set to."""


def _setting(default: Any, about: str) -> Any:
    if isinstance(default, (list, dict)):
        return field(default_factory=lambda: type(default)(default), metadata={"about": about})
    return field(default=default, metadata={"about": about})


@dataclass
class Settings:
    """Every setting, with what it assumes; `describe` lists them for a reader."""

    first_revision: int = _setting(1, "The revision of a new object; AWS does not say.")
    stale_revision_conflicts: bool = _setting(
        True, "An update with another revision than the current one answers ConflictException."
    )
    activation_bumps_revision: bool = _setting(
        False, "The acceptance of its handshake gives an account a new revision."
    )
    one_account_per_catalog: bool = _setting(
        True, "A second program management account of the same AWS account is a conflict."
    )
    one_relationship_per_account: bool = _setting(
        True, "A second relationship with the same account under one parent is a conflict."
    )
    management_accounts: list[str] = _setting(
        [], "If not empty, only these are management accounts; others are refused in catalog AWS."
    )
    relationship_needs_active_account: bool = _setting(
        True, "In catalog AWS a relationship of a PENDING account is refused; Sandbox allows it."
    )
    downstream_sellers_need_distribution: bool = _setting(
        True, "DOWNSTREAM_SELLER goes with program DISTRIBUTION only (documented)."
    )
    fills_resale_account_model: str = _setting(
        "", "The resaleAccountModel of a relationship that was made without one; empty: none."
    )
    service_period_starts_next_day: bool = _setting(
        True, "A service period begins at the next midnight, UTC; otherwise when it is offered."
    )
    sender_sees_handshakes: bool = _setting(
        True, "The account that a handshake names as sender lists it as SENDER, as its owner does."
    )
    third_parties_are_denied: bool = _setting(
        False, "Who is no party to a handshake is denied; otherwise there is no such handshake."
    )
    tags_change_revision: bool = _setting(False, "A change of tags gives a new revision and time.")
    notice_days: list[str] = _setting(["14", "30", "60"], "The notices allowed (documented).")
    least_commitment_days: int = _setting(60, "The shortest fixed commitment; documents differ.")
    most_commitment_days: int = _setting(366, "The longest fixed commitment; documents differ.")
    handshake_expiry_days: int = _setting(
        30, "A pending handshake expires after so many days (documented for replacements)."
    )
    account_handshake_needs_pending: bool = _setting(
        True, "Inviting an account that is ACTIVE already is a conflict."
    )
    revoke_needs_active_period: bool = _setting(
        True, "REVOKE_SERVICE_PERIOD without a service period in force is refused."
    )
    same_answer_succeeds: bool = _setting(
        True, "Accepting what is ACCEPTED (and so on) succeeds; another final status is refused."
    )
    final_status_conflicts: bool = _setting(
        False,
        "Answering or canceling what is final is a conflict; otherwise it is refused as invalid.",
    )
    sandbox_contract_seconds: float = _setting(
        0.0, "Sandbox accepts a channel contract by itself (documented) after so many seconds."
    )
    one_pending_contract_per_relationship: bool = _setting(
        True, "A second pending contract about one relationship is a conflict."
    )
    contract_needs_managed_services: bool = _setting(
        True, "A contract goes with a MANAGED_SERVICES_END_CUSTOMER relationship only."
    )
    specific_scope_needs_member_accounts: bool = _setting(
        True, "A contract for specific member accounts has to name them."
    )
    accepted_contract_replaces_older: bool = _setting(
        True, "The acceptance of a contract makes the one in effect before it INACTIVE."
    )
    ended_contract_is_inactive: bool = _setting(
        True, "A contract whose end has passed becomes INACTIVE."
    )
    contract_ends_relationship: bool = _setting(
        True, "The relationship shows the end of its contract in effect as its own endDate."
    )
    contract_expiry_days: int = _setting(
        30, "A pending contract expires after so many days; 0: never."
    )
    contract_cancel_days: int = _setting(
        30, "A pending contract can be canceled for so many days (documented)."
    )
    contract_shows_address: bool = _setting(
        True, "GetChannelContract shows the legal entity's address, which AWS does if available."
    )
    contract_keeps_order: bool = _setting(
        True, "A contract's services and member accounts are shown in the order that was sent."
    )
    account_type_needed: bool = _setting(
        True, "Program MANAGED_SERVICES_PROVIDER needs a type (documented)."
    )
    managed_services_need_provider_program: bool = _setting(
        True, "MANAGED_SERVICES_END_CUSTOMER goes with program MANAGED_SERVICES_PROVIDER only."
    )
    managed_services_start_at_creation: bool = _setting(
        True, "A managed services relationship without a startDate starts when it is created."
    )
    managed_services_take_service_periods: bool = _setting(
        False, "A service period can be offered on a managed services relationship."
    )
    relationship_delete_needs_no_pending_contract: bool = _setting(
        True, "A relationship with a pending contract cannot be deleted."
    )
    relationship_delete_needs_no_contract: bool = _setting(
        False, "A relationship with a contract in effect cannot be deleted."
    )
    account_delete_needs_no_relationships: bool = _setting(
        True, "An account with relationships cannot be deleted."
    )
    relationship_delete_needs_no_pending: bool = _setting(
        True, "A relationship with a pending handshake cannot be deleted."
    )
    relationship_delete_needs_no_period: bool = _setting(
        False, "A relationship with a service period in force cannot be deleted."
    )
    deleted_account_stays_inactive: bool = _setting(
        False, "A deleted account stays listed as INACTIVE instead of vanishing."
    )
    client_token_hours: int = _setting(24, "How many hours a client token is kept.")
    tags_per_resource: int = _setting(50, "The most tags of one resource; AWS's usual number.")
    list_lag_seconds: float = _setting(
        0.0, "So long after a write, reads still show what was before it."
    )
    quotas_enforced: bool = _setting(True, "The documented quotas hold.")
    most_accounts: int = _setting(50, "Program management accounts per catalog (documented).")
    most_relationships: int = _setting(1000, "Relationships per account (documented).")
    most_pending_account_handshakes: int = _setting(
        100, "Pending handshakes about accounts, by catalog (documented; PENDING is assumed)."
    )
    most_pending_service_handshakes: int = _setting(
        200, "Pending service period handshakes of one type, by catalog (documented likewise)."
    )
    most_handshakes_a_day: int = _setting(
        5, "Handshakes of one type to the same account a day (documented)."
    )
    rates_enforced: bool = _setting(
        False, "3 writes and 5 reads a second per account and operation (documented)."
    )
    rate_scale: float = _setting(1.0, "Multiplies the rates.")
    session_seconds: int = _setting(
        0, "How long the keys that STS lends live, whatever is asked for; 0: as asked."
    )
    refused_roles: list[str] = _setting([], "ARNs of roles that cannot be assumed.")
    required_external_ids: dict[str, str] = _setting({}, "The external id that a role asks for.")
    sender_display_name: str = _setting("", "The partner's name on its handshakes; empty: none.")

    def describe(self) -> list[dict[str, Any]]:
        """List name, value and meaning of every setting."""
        return [
            {"name": f.name, "value": getattr(self, f.name), "about": f.metadata["about"]}
            for f in fields(self)
        ]

    def change(self, name: str, value: Any) -> None:
        """Set one; text is converted. Raises ValueError with a sentence."""
        if name not in {f.name for f in fields(self)}:
            raise ValueError(f"There is no setting {name!r}; GET /_emulator/settings lists them.")
        setattr(self, name, _like(name, getattr(self, name), value))


def _like(name: str, old: Any, value: Any) -> Any:
    try:
        if isinstance(old, bool):
            return {"true": True, "false": False}[str(value).lower()]
        if isinstance(old, list):
            parts = value.split(",") if isinstance(value, str) else value
            return [part for part in _texts(parts) if part]
        if isinstance(old, dict):
            return dict(zip(_texts([*value]), _texts([*value.values()]), strict=True))
        if isinstance(old, str):
            return _texts([value])[0]
        number = type(old)(value) if isinstance(value, str) else value
        if isinstance(old, float) or isinstance(number, int):
            return type(old)(amount(name, number, 0, LARGEST))
    except (AttributeError, KeyError, TypeError, ValueError):
        pass
    kind = "number from 0 to 1e9" if type(old) in (int, float) else type(old).__name__
    raise ValueError(f"The setting {name!r} takes a {kind}, got {value!r}.")


def _texts(values: Any) -> list[str]:
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise TypeError("not a list of text")
    return values
