"""Relationships."""

from typing import Any

from ..arns import TYPES, ArnForm
from ..attestations import settle, written
from ..call import Call, among, same_revision, updated_row
from ..errors import conflict, not_found, quota, refused

_FORM = ArnForm("program-management-account/{pma}/relationship/{id}", prefix="rs")
_GIVEN = (
    "catalog",
    "associationType",
    "associatedAccountId",
    "displayName",
    "resaleAccountModel",
    "sector",
    "requestedSupportPlan",
    "accountScope",
)
_MANAGED = "MANAGED_SERVICES_END_CUSTOMER"


def create_relationship(call: Call) -> dict[str, Any]:
    """Record a customer or seller."""
    settings, catalog = call.settings, call.catalog()
    parent = call.owned("pma", call.body["programManagementAccountIdentifier"])
    _fits(call, parent)
    other = call.body.get("associatedAccountId", "")
    existing = other and call.memory.first(
        "kind = 'rs' AND subject = ? AND catalog = ? AND parent = ?",
        [other, catalog, parent["id"]],
    )
    if existing and settings.one_relationship_per_account:
        raise conflict(f"{other} has a relationship already", existing["id"], _FORM.type)
    held = call.memory.count("kind = 'rs' AND parent = ?", [parent["id"]])
    if settings.quotas_enforced and held >= settings.most_relationships:
        raise quota(
            f"{parent['id']} has {held} relationships already",
            "L-RELATIONSHIPS",
            parent["id"],
            TYPES["pma"],
        )
    model = settings.fills_resale_account_model
    body: dict[str, Any] = {
        **call.named(_FORM, pma=parent["id"]),
        "revision": str(settings.first_revision),
        "programManagementAccountId": parent["id"],
        "createdAt": call.now(),
        "updatedAt": call.now(),
        "tags": call.given_tags(),
        **({"resaleAccountModel": model} if model else {}),
        **{name: call.body[name] for name in _GIVEN if name in call.body},
    }
    if "startDate" in call.body:
        body["startDate"] = written(call.body["startDate"])
    elif call.body["associationType"] == _MANAGED and settings.managed_services_start_at_creation:
        body["startDate"] = call.now()
    call.memory.insert(
        "rs",
        body["id"],
        call.at,
        body,
        owner=call.account,
        catalog=catalog,
        parent=parent["id"],
        subject=other,
    )
    return {"relationshipDetail": body}


def get_relationship(call: Call) -> dict[str, Any]:
    """Show one, with its resale account model, and the contract in effect about it."""
    settle(call)
    row = _found(call)
    body = call.seen(row)
    if body is None:
        raise not_found(row["id"], _FORM.type)
    return {"relationshipDetail": body}


def update_relationship(call: Call) -> dict[str, Any]:
    """Change the display name, or ask for another support plan."""
    row = _found(call)
    same_revision(call, row, _FORM.type)
    names = ("displayName", "requestedSupportPlan")
    changes: dict[str, Any] = {n: call.body[n] for n in names if n in call.body}
    return {"relationshipDetail": updated_row(call, row, changes)}


def delete_relationship(call: Call) -> dict[str, Any]:
    """Remove it."""
    settle(call)
    row = _found(call)
    _no_contract(call, row)
    pending = call.memory.first("kind = 'ch' AND parent = ? AND status = 'PENDING'", [row["id"]])
    if pending and call.settings.relationship_delete_needs_no_pending:
        raise conflict(f"{row['id']} has a pending handshake", pending["id"], TYPES["ch"])
    period = row["body"].get("servicePeriod")
    if period and call.settings.relationship_delete_needs_no_period:
        raise conflict(f"{row['id']} has a service period in force", row["id"], _FORM.type)
    call.memory.delete(row["id"])
    return {}


def list_relationships(call: Call) -> dict[str, Any]:
    """List those that the caller owns; a list does not tell the resale account model."""
    where, values = (
        "kind = 'rs' AND owner = ? AND catalog = ? AND sort = ''",
        [call.account, call.catalog()],
    )
    parents = call.body.get("programManagementAccountIdentifiers") or []
    for column, wanted in (
        ("subject", call.body.get("associatedAccountIds")),
        ("parent", [parent.rpartition("/")[2] for parent in parents]),
        ("json_extract(body, '$.associationType')", call.body.get("associationTypes")),
        ("json_extract(body, '$.displayName')", call.body.get("displayNames")),
    ):
        narrowed, given = among(column, wanted)
        where, values = where + narrowed, values + given
    return call.page(where, values, call.newest_first())


def _found(call: Call) -> dict[str, Any]:
    return call.owned(
        "rs", call.body["identifier"], call.body["programManagementAccountIdentifier"]
    )


def _no_contract(call: Call, row: dict[str, Any]) -> None:
    for status, kept in (
        ("PENDING", call.settings.relationship_delete_needs_no_pending_contract),
        ("ACCEPTED", call.settings.relationship_delete_needs_no_contract),
    ):
        where = "kind = 'cc' AND parent = ? AND status = ?"
        if kept and (found := call.memory.first(where, [row["id"], status])):
            raise conflict(f"{row['id']} has a contract, {status}", found["id"], "ChannelContract")


def _fits(call: Call, parent: dict[str, Any]) -> None:
    account = parent["body"]
    if (
        call.settings.relationship_needs_active_account
        and call.catalog() == "AWS"
        and account["status"] != "ACTIVE"
    ):
        raise refused(
            f"{account['id']} is {account['status']}, not ACTIVE",
            "programManagementAccountIdentifier",
            "INVALID_RESOURCE_STATE",
        )
    if (
        call.settings.downstream_sellers_need_distribution
        and call.body["associationType"] == "DOWNSTREAM_SELLER"
        and account["program"] != "DISTRIBUTION"
    ):
        raise refused(
            f"DOWNSTREAM_SELLER does not go with program {account['program']}", "associationType"
        )
    kind = call.body["associationType"]
    if not call.body.get("associatedAccountId") and kind != _MANAGED:
        raise refused(f"is required for {kind}", "associatedAccountId")
    names = ("resaleAccountModel", "requestedSupportPlan")
    if kind != _MANAGED:
        names = ("accountScope", "startDate")
    if wrong := [name for name in names if name in call.body]:
        raise refused(f"does not go with {kind}", wrong[0])
    if (
        call.settings.managed_services_need_provider_program
        and kind == _MANAGED
        and account["program"] != "MANAGED_SERVICES_PROVIDER"
    ):
        raise refused(f"{kind} does not go with program {account['program']}", "associationType")
