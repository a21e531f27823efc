"""Channel handshakes: sent by the owner, answered by the receiver."""

from datetime import datetime, timedelta, timezone
from typing import Any

from ..arns import TYPES, ArnForm
from ..call import Call, among, updated_row
from ..clock import format_timestamp
from ..errors import ApiError, conflict, invalid, not_found, quota, refused

_FORM = ArnForm("channel-handshake/{id}", prefix="ch")
_ACCOUNT, _START, _REVOKE = (
    "PROGRAM_MANAGEMENT_ACCOUNT",
    "START_SERVICE_PERIOD",
    "REVOKE_SERVICE_PERIOD",
)
_PAYLOADS = {_START: "startServicePeriodPayload", _REVOKE: "revokeServicePeriodPayload"}
_DETAILS = {
    _ACCOUNT: "programManagementAccountHandshakeDetail",
    _START: "startServicePeriodHandshakeDetail",
    _REVOKE: "revokeServicePeriodHandshakeDetail",
}
_DAY = 86400


def create_channel_handshake(call: Call) -> dict[str, Any]:
    """Invite an account to join, to start a service period, or to end one."""
    _expire(call)
    kind = call.body["handshakeType"]
    about = _about(call, kind)
    if kind == _ACCOUNT:
        receiver, sender = about["body"]["accountId"], call.account
        detail = {"program": about["body"]["program"]}
        _account_may_be_invited(call, about)
    else:
        receiver = about["body"]["associatedAccountId"]
        parent = call.memory.get("pma", about["parent"])
        sender = parent["body"]["accountId"] if parent else call.account
        detail = _start(call) if kind == _START else _revoke(call, about)
    _nothing_pending(call, about, kind)
    _within_quotas(call, kind, receiver)
    body: dict[str, Any] = {
        **call.named(_FORM),
        "catalog": call.catalog(),
        "handshakeType": kind,
        "ownerAccountId": call.account,
        "senderAccountId": sender,
        "senderDisplayName": call.settings.sender_display_name or None,
        "receiverAccountId": receiver,
        "associatedResourceId": about["id"],
        "detail": {_DETAILS[kind]: detail},
        "createdAt": call.now(),
        "updatedAt": call.now(),
        "status": "PENDING",
        "tags": call.given_tags(),
    }
    call.memory.insert(
        "ch",
        body["id"],
        call.at,
        body,
        owner=call.account,
        catalog=call.catalog(),
        parent=about["id"],
        subject=receiver,
        sort=kind,
        sender=sender,
        status="PENDING",
    )
    call.happened.append(("Created", body))
    return {"channelHandshakeDetail": body}


def accept_channel_handshake(call: Call) -> dict[str, Any]:
    """Agree, as the receiver."""
    return _finish(call, "ACCEPTED", "receiverAccountId")


def reject_channel_handshake(call: Call) -> dict[str, Any]:
    """Refuse, as the receiver."""
    return _finish(call, "REJECTED", "receiverAccountId")


def cancel_channel_handshake(call: Call) -> dict[str, Any]:
    """Take it back, as the owner."""
    return _finish(call, "CANCELED", "ownerAccountId")


def list_channel_handshakes(call: Call) -> dict[str, Any]:
    """List those of one type that the caller sent, or those that it received."""
    _expire(call)
    kind, catalog = call.body["handshakeType"], call.catalog()
    if call.body["participantType"] == "RECEIVER":
        where, values = "subject = ?", [call.account]
    else:
        # AWS shows a service period's handshake to the linked account, which owns it, although
        # it names the program management account as the sender.
        where, values = "(owner = ? OR sender = ?)", [call.account, call.account]
        if not call.settings.sender_sees_handshakes:
            where, values = "owner = ?", [call.account]
    where = f"kind = 'ch' AND sort = ? AND catalog = ? AND {where}"
    values = [kind, catalog, *values]
    about = call.body.get("associatedResourceIdentifiers") or []
    for column, wanted in (
        ("status", call.body.get("statuses")),
        ("parent", [identifier.rpartition("/")[2] for identifier in about]),
        _filtered(call, kind),
    ):
        narrowed, given = among(column, wanted)
        where, values = where + narrowed, values + given
    sort: dict[str, str] = next(iter((call.body.get("handshakeTypeSort") or {}).values()), {})
    return call.page(where, values, sort.get("sortOrder", "Descending") == "Descending")


def _filtered(call: Call, kind: str) -> tuple[str, list[str] | None]:
    """The one filter that goes with a type; another type's is refused."""
    names = {
        _START: ("startServicePeriod", "servicePeriodTypes", "servicePeriodType"),
        _REVOKE: ("revokeServicePeriod", "servicePeriodTypes", "servicePeriodType"),
        _ACCOUNT: ("programManagementAccount", "programs", "program"),
    }
    prefix, plural, member = names[kind]
    for union, suffix in (
        ("handshakeTypeFilters", "TypeFilters"),
        ("handshakeTypeSort", "TypeSort"),
    ):
        for name in call.body.get(union) or {}:
            if name != prefix + suffix:
                raise invalid(
                    [
                        {
                            "name": f"{union}.{name}",
                            "code": "INVALID_VALUE",
                            "message": f"does not go with {kind}",
                        }
                    ]
                )
    wanted = (call.body.get("handshakeTypeFilters") or {}).get(f"{prefix}TypeFilters", {})
    return f"json_extract(body, '$.detail.{_DETAILS[kind]}.{member}')", wanted.get(plural)


def _about(call: Call, kind: str) -> dict[str, Any]:
    """Find what the handshake is about; its kind and the payload have to fit the type."""
    identifier, wanted = call.body["associatedResourceIdentifier"], _PAYLOADS.get(kind)
    payload = call.body.get("payload") or {}
    problems = []
    if next(iter(payload), None) != wanted:
        message = f"must have {wanted} for {kind}" if wanted else f"does not go with {kind}"
        problems.append(("payload", message))
    prefix = "pma" if kind == _ACCOUNT else "rs"
    if not identifier.rpartition("/")[2].startswith(f"{prefix}-"):
        problems.append(("associatedResourceIdentifier", f"must be a {TYPES[prefix]}"))
    if problems:
        raise invalid([{"name": n, "code": "INVALID_VALUE", "message": m} for n, m in problems])
    found = call.owned(prefix, identifier)
    if wanted:
        _may_have_periods(call, found["body"])
        parent = payload[wanted]["programManagementAccountIdentifier"].rpartition("/")[2]
        if found["parent"] != parent:
            raise not_found(parent, TYPES["pma"])
    return found


def _may_have_periods(call: Call, relationship: dict[str, Any]) -> None:
    managed = relationship["associationType"] == "MANAGED_SERVICES_END_CUSTOMER"
    allowed = call.settings.managed_services_take_service_periods or not managed
    if not (allowed and relationship.get("associatedAccountId")):
        raise refused(
            f"{relationship['id']} is a managed services relationship, without service periods",
            "associatedResourceIdentifier",
        )


def _start(call: Call) -> dict[str, Any]:
    payload, settings = call.body["payload"]["startServicePeriodPayload"], call.settings
    days, end = payload.get("minimumNoticeDays"), payload.get("endDate")
    path = "payload.startServicePeriodPayload"
    midnight = call.moment.replace(hour=0, minute=0, second=0, microsecond=0)
    if payload["servicePeriodType"] == "MINIMUM_NOTICE_PERIOD":
        if days not in settings.notice_days:
            allowed = ", ".join(settings.notice_days)
            raise refused(f"must be one of {allowed}", f"{path}.minimumNoticeDays")
        if end:
            raise refused("does not go with a notice period", f"{path}.endDate")
    else:
        if days:
            raise refused("does not go with a fixed commitment", f"{path}.minimumNoticeDays")
        if not end:
            raise refused("is required for a fixed commitment", f"{path}.endDate")
        moment = datetime.fromisoformat(end.replace("Z", "+00:00"))
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=timezone.utc)
        length = (moment - midnight).days
        least, most = settings.least_commitment_days, settings.most_commitment_days
        if not least <= length <= most:
            raise refused(f"must be {least} to {most} days ahead", f"{path}.endDate")
    return {
        "note": payload.get("note"),
        "servicePeriodType": payload["servicePeriodType"],
        "minimumNoticeDays": days,
        "startDate": format_timestamp(
            midnight + timedelta(days=1) if settings.service_period_starts_next_day else call.moment
        ),
        "endDate": end,
    }


def _revoke(call: Call, about: dict[str, Any]) -> dict[str, Any]:
    period = about["body"].get("servicePeriod")
    if not period and call.settings.revoke_needs_active_period:
        raise refused(
            f"{about['id']} has no service period in force",
            "associatedResourceIdentifier",
            "INVALID_RESOURCE_STATE",
        )
    note = call.body["payload"]["revokeServicePeriodPayload"].get("note")
    return {**(period or {}), "note": note}


def _account_may_be_invited(call: Call, about: dict[str, Any]) -> None:
    if call.settings.account_handshake_needs_pending and about["body"]["status"] != "PENDING":
        raise conflict(
            f"{about['id']} is {about['body']['status']} already", about["id"], TYPES["pma"]
        )


def _nothing_pending(call: Call, about: dict[str, Any], kind: str) -> None:
    # Service periods have one slot for both types; accounts have their own.
    pending = call.memory.first("kind = 'ch' AND parent = ? AND status = 'PENDING'", [about["id"]])
    if pending:
        raise conflict(f"{about['id']} has a pending handshake", pending["id"], _FORM.type)


def _within_quotas(call: Call, kind: str, receiver: str) -> None:
    settings = call.settings
    if not settings.quotas_enforced:
        return
    # An index of its own for (kind, owner, status) is not worth it: pending ones are few.
    pending = call.memory.count(
        "kind = 'ch' AND status = 'PENDING' AND sort = ? AND owner = ? AND catalog = ?",
        [kind, call.account, call.catalog()],
    )
    service = settings.most_pending_service_handshakes
    if pending >= (settings.most_pending_account_handshakes if kind == _ACCOUNT else service):
        raise quota(f"{pending} handshakes are pending", f"L-ACTIVE-{kind}", receiver, _FORM.type)
    today = call.memory.count(
        "kind = 'ch' AND subject = ? AND catalog = ? AND sort = ? AND owner = ? AND created > ?",
        [receiver, call.catalog(), kind, call.account, call.at - _DAY],
    )
    if today >= settings.most_handshakes_a_day:
        raise quota(
            f"{receiver} received {today} such handshakes within a day",
            f"L-DAILY-{kind}",
            receiver,
            _FORM.type,
        )


def _finish(call: Call, status: str, party: str) -> dict[str, Any]:
    _expire(call)
    identifier = call.body["identifier"]
    row = call.memory.get("ch", identifier.rpartition("/")[2])
    parties = ("ownerAccountId", "senderAccountId", "receiverAccountId")
    if (
        row is None
        or row["catalog"] != call.catalog()
        or (identifier.startswith("arn:") and row["body"]["arn"] != identifier)
    ):
        raise not_found(identifier, _FORM.type)
    body = row["body"]
    third_party = call.account not in [body[p] for p in parties]
    if third_party and not call.settings.third_parties_are_denied:
        raise not_found(identifier, _FORM.type)
    if body[party] != call.account:
        raise ApiError(
            "AccessDeniedException",
            f"{call.caller.arn} is not the account that can make {row['id']} {status}",
            reason="ACCESS_DENIED",
        )
    if body["status"] == status and call.settings.same_answer_succeeds:
        return {"channelHandshakeDetail": body}
    if body["status"] != "PENDING":
        message = f"{row['id']} is {body['status']}, not PENDING"
        if call.settings.final_status_conflicts:
            raise conflict(message, row["id"], _FORM.type)
        raise refused(message, "identifier", "INVALID_RESOURCE_STATE")
    body = updated_row(call, row, {"status": status})
    if status == "ACCEPTED":
        _take_effect(call, body)
    if status != "CANCELED":
        call.happened.append((status.capitalize(), body))
    return {"channelHandshakeDetail": body}


def _take_effect(call: Call, body: dict[str, Any]) -> None:
    kind, detail = body["handshakeType"], body["detail"][_DETAILS[body["handshakeType"]]]
    about = call.memory.get("pma" if kind == _ACCOUNT else "rs", body["associatedResourceId"])
    if about is None or about["status"] == "INACTIVE":
        return
    if kind == _ACCOUNT:
        changes = {"status": "ACTIVE", "startDate": call.now()}
        updated_row(call, about, changes, call.settings.activation_bumps_revision)
    elif kind == _START:
        changes = {"servicePeriod": detail, "startDate": detail["startDate"]}
        updated_row(call, about, changes, bump=False)
    else:
        updated_row(call, about, {"servicePeriod": None}, bump=False)


def _expire(call: Call) -> None:
    """Expire what nobody answered in time; it is found out by the first who looks."""
    cutoff = call.at - call.settings.handshake_expiry_days * _DAY
    late = call.memory.ask(
        "SELECT id FROM objects WHERE kind = 'ch' AND status = 'PENDING' AND created <= ?",
        [cutoff],
    )
    for row in late:
        found = call.memory.get("ch", row["id"])
        if found:
            updated_row(call, found, {"status": "EXPIRED"})
