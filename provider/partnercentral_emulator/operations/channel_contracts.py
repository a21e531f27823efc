"""Channel contracts: sent by the owner to a signatory, who has no account of AWS to answer from."""

from typing import Any

from ..arns import TYPES, ArnForm
from ..attestations import DAY, DETAILS, accept, end, moment_of, settle, written
from ..call import Call, among, updated_row
from ..errors import conflict, invalid, not_found, refused

_FORM = ArnForm("channel-contract/{id}", prefix="cc")
_PAYLOAD = "managedServicesAttestationPayload"


def create_channel_contract(call: Call) -> dict[str, Any]:
    """Send a contract about a managed services relationship; Sandbox accepts it by itself."""
    settle(call)
    payload, settings = call.body["payload"][_PAYLOAD], call.settings
    about = call.owned(
        "rs", payload["relationshipIdentifier"], payload["programManagementAccountIdentifier"]
    )
    _fits(call, about, payload)
    pending = call.memory.first("kind = 'cc' AND parent = ? AND status = 'PENDING'", [about["id"]])
    if pending and settings.one_pending_contract_per_relationship:
        raise conflict(f"{about['id']} has a pending contract", pending["id"], _FORM.type)
    body: dict[str, Any] = {
        **call.named(_FORM),
        "catalog": call.catalog(),
        "contractType": call.body["contractType"],
        "status": "PENDING",
        "createdAt": call.now(),
        "updatedAt": call.now(),
        "details": {DETAILS: _shown(call, payload)},
        "tags": call.given_tags(),
    }
    call.memory.insert(
        "cc",
        body["id"],
        call.at,
        body,
        owner=call.account,
        catalog=call.catalog(),
        parent=about["id"],
        sort=call.body["contractType"],
        status="PENDING",
    )
    settle(call)
    return {"channelContractDetail": body}


def get_channel_contract(call: Call) -> dict[str, Any]:
    """Show one, with its signatory."""
    row = _found(call)
    body = call.seen(row)
    if body is None:
        raise not_found(row["id"], _FORM.type)
    return {"channelContractDetail": body}


def list_channel_contracts(call: Call) -> dict[str, Any]:
    """List those of one type that the caller owns; a list does not tell their signatories."""
    settle(call)
    where, values = (
        "kind = 'cc' AND owner = ? AND catalog = ? AND sort = ?",
        [call.account, call.catalog(), call.body["contractType"]],
    )
    filters: dict[str, Any] = next(iter((call.body.get("contractTypeFilters") or {}).values()), {})
    about = filters.get("relationshipIdentifiers") or []
    for column, wanted in (
        ("status", call.body.get("statuses")),
        ("parent", [identifier.rpartition("/")[2] for identifier in about]),
        (
            f"json_extract(body, '$.details.{DETAILS}.legalEntityName')",
            filters.get("legalEntityNames"),
        ),
    ):
        narrowed, given = among(column, wanted)
        where, values = where + narrowed, values + given
    sort: dict[str, str] = next(iter((call.body.get("contractTypeSort") or {}).values()), {})
    return call.page(where, values, sort.get("sortOrder", "Descending") == "Descending")


def cancel_channel_contract(call: Call) -> dict[str, Any]:
    """Take a pending one back that is young enough."""
    row = _found(call)
    if row["status"] != "PENDING":
        message = f"{row['id']} is {row['status']}, not PENDING"
        raise refused(message, "identifier", "INVALID_RESOURCE_STATE")
    days = call.settings.contract_cancel_days
    if call.at - row["created"] > days * DAY:
        message = f"{row['id']} was created more than {days} days ago"
        raise refused(message, "identifier", "INVALID_RESOURCE_STATE")
    changes = {"status": "CANCELED", "cancellationReason": call.body.get("reason")}
    return {"channelContractDetail": updated_row(call, row, changes)}


def _sign(call: Call) -> dict[str, Any]:
    """Play the signatory, or time: bring the contract of an ARN into a status."""
    settle(call)
    arn, status = call.body.get("arn"), call.body.get("status", "ACCEPTED")
    row = call.memory.get("cc", str(arn).rpartition("/")[2])
    if row is None:
        raise ValueError(f"There is no channel contract {arn!r}.")
    if status == "ACCEPTED" and row["status"] == "PENDING":
        accept(call, row)
    elif status == "EXPIRED" and row["status"] == "PENDING":
        updated_row(call, row, {"status": status})
    elif status == "INACTIVE" and row["status"] == "ACCEPTED":
        end(call, row)
    else:
        raise ValueError(
            f"{row['id']} is {row['status']} and cannot become {status!r}: a PENDING one can be "
            "ACCEPTED or EXPIRED, an ACCEPTED one INACTIVE."
        )
    return {"arn": arn, "status": status}


CONTROLS = {"contracts": _sign}


def _found(call: Call) -> dict[str, Any]:
    settle(call)
    identifier = call.body["identifier"]
    row = call.memory.get("cc", identifier.rpartition("/")[2])
    if (
        row is None
        or row["owner"] != call.account
        or row["catalog"] != call.catalog()
        or (identifier.startswith("arn:") and row["body"]["arn"] != identifier)
    ):
        raise not_found(identifier, TYPES["cc"])
    return row


def _fits(call: Call, about: dict[str, Any], payload: dict[str, Any]) -> None:
    """Refuse what does not go with the relationship, every problem at once."""
    relationship, settings, problems = about["body"], call.settings, []
    kind, scope = relationship["associationType"], relationship.get("accountScope")
    if settings.contract_needs_managed_services and kind != "MANAGED_SERVICES_END_CUSTOMER":
        raise refused(f"{about['id']} is a relationship of type {kind}", "relationshipIdentifier")
    members = payload.get("memberAccountIds")
    if members and scope == "ENTIRE_ORGANIZATION":
        problems.append(("memberAccountIds", "is not allowed for an entire organization"))
    needed = settings.specific_scope_needs_member_accounts
    if needed and not members and scope == "SPECIFIC_MEMBER_ACCOUNTS":
        problems.append(("memberAccountIds", "is required for specific member accounts"))
    start = relationship.get("startDate")
    if start and moment_of(payload["endDate"]) <= moment_of(start):
        problems.append(("endDate", f"must be after the relationship's start, {start}"))
    if problems:
        raise invalid(
            [
                {"name": f"payload.{_PAYLOAD}.{n}", "code": "INVALID_VALUE", "message": m}
                for n, m in problems
            ]
        )


def _shown(call: Call, payload: dict[str, Any]) -> dict[str, Any]:
    """Give the payload as AWS shows it: ids in place of ARNs, times in UTC."""
    shown = payload | {
        name: payload[name].rpartition("/")[2]
        for name in ("relationshipIdentifier", "programManagementAccountIdentifier")
    }
    shown["endDate"] = written(payload["endDate"])
    if not call.settings.contract_shows_address:
        del shown["legalEntityAddress"]
    if not call.settings.contract_keeps_order:
        for name in ("supportedServices", "memberAccountIds"):
            if name in shown:
                shown[name] = sorted(set(shown[name]), reverse=True)
    return shown
