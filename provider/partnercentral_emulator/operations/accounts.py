"""Program management accounts."""

from typing import Any

from ..arns import TYPES, ArnForm
from ..call import Call, among, same_revision, updated_row
from ..errors import conflict, quota, refused

_FORM = ArnForm("program-management-account/{id}", prefix="pma")
_GIVEN = ("catalog", "program", "type", "displayName", "accountId")


def create_program_management_account(call: Call) -> dict[str, Any]:
    """Enrol an account; it is PENDING until it accepts a handshake."""
    account_id, catalog, settings = call.body["accountId"], call.catalog(), call.settings
    managed = settings.management_accounts
    if catalog == "AWS" and managed and account_id not in managed:
        raise refused(f"{account_id} is not a management account", "accountId")
    existing = call.memory.first(
        "kind = 'pma' AND subject = ? AND catalog = ? AND status != 'INACTIVE'",
        [account_id, catalog],
    )
    if existing and settings.one_account_per_catalog:
        raise conflict(f"{account_id} is enrolled already", existing["id"], _FORM.type)
    if (
        settings.account_type_needed
        and call.body["program"] == "MANAGED_SERVICES_PROVIDER"
        and "type" not in call.body
    ):
        raise refused("is required for program MANAGED_SERVICES_PROVIDER", "type")
    held = call.memory.count(
        "kind = 'pma' AND owner = ? AND catalog = ? AND sort = '' AND status != 'INACTIVE'",
        [call.account, catalog],
    )
    if settings.quotas_enforced and held >= settings.most_accounts:
        raise quota(
            f"{held} program management accounts exist already",
            "L-PROGRAM-MANAGEMENT-ACCOUNTS",
            account_id,
            _FORM.type,
        )
    body: dict[str, Any] = {
        **call.named(_FORM),
        "revision": str(settings.first_revision),
        "status": "PENDING",
        "createdAt": call.now(),
        "updatedAt": call.now(),
        "tags": call.given_tags(),
        **{name: call.body[name] for name in _GIVEN if name in call.body},
    }
    call.memory.insert(
        "pma",
        body["id"],
        call.at,
        body,
        owner=call.account,
        catalog=catalog,
        subject=account_id,
        status="PENDING",
    )
    return {"programManagementAccountDetail": body}


def update_program_management_account(call: Call) -> dict[str, Any]:
    """Change the display name."""
    row = call.owned("pma", call.body["identifier"])
    same_revision(call, row, _FORM.type)
    changes = {n: call.body[n] for n in ("displayName",) if n in call.body}
    return {"programManagementAccountDetail": updated_row(call, row, changes)}


def delete_program_management_account(call: Call) -> dict[str, Any]:
    """End the enrolment."""
    row = call.owned("pma", call.body["identifier"])
    child = call.memory.first("kind = 'rs' AND parent = ?", [row["id"]])
    if child and call.settings.account_delete_needs_no_relationships:
        raise conflict(f"{row['id']} still has relationships", child["id"], TYPES["rs"])
    if call.settings.deleted_account_stays_inactive:
        updated_row(call, row, {"status": "INACTIVE"})
    else:
        call.memory.delete(row["id"])
    return {}


def list_program_management_accounts(call: Call) -> dict[str, Any]:
    """List those that the caller owns."""
    where, values = (
        "kind = 'pma' AND owner = ? AND catalog = ? AND sort = ''",
        [call.account, call.catalog()],
    )
    for column, name in (
        ("subject", "accountIds"),
        ("status", "statuses"),
        ("json_extract(body, '$.displayName')", "displayNames"),
        ("json_extract(body, '$.program')", "programs"),
    ):
        narrowed, wanted = among(column, call.body.get(name))
        where, values = where + narrowed, values + wanted
    if "type" in call.body:
        where += " AND json_extract(body, '$.type') = ?"
        values = [*values, call.body["type"]]
    return call.page(where, values, call.newest_first())
