"""What becomes of channel contracts as time passes: it is found out by the first who looks."""

from datetime import datetime
from typing import Any

from .call import Call, updated_row
from .clock import format_timestamp

DETAILS = "managedServicesAttestationDetails"
DAY = 86400


def settle(call: Call) -> None:
    """Accept what Sandbox accepts by itself, expire what nobody signed, end what is over."""
    settings = call.settings
    for row in _pending(call, call.at - settings.sandbox_contract_seconds, "catalog = 'Sandbox'"):
        accept(call, row)
    if settings.contract_expiry_days:
        for row in _pending(call, call.at - settings.contract_expiry_days * DAY, "1"):
            updated_row(call, row, {"status": "EXPIRED"})
    if settings.ended_contract_is_inactive:
        accepted = call.memory.ask(
            "SELECT id FROM objects WHERE kind = 'cc' AND status = 'ACCEPTED'"
        )
        for row in (_row(call, each["id"]) for each in accepted):
            if moment_of(row["body"]["details"][DETAILS]["endDate"]) <= call.moment:
                end(call, row)


def accept(call: Call, row: dict[str, Any]) -> None:
    """Sign a contract: it is in effect, and the one before it is not any more."""
    if call.settings.accepted_contract_replaces_older:
        for older in call.memory.ask(
            "SELECT id FROM objects WHERE kind = 'cc' AND parent = ? AND status = 'ACCEPTED'",
            [row["parent"]],
        ):
            end(call, _row(call, older["id"]))
    body = updated_row(call, row, {"status": "ACCEPTED", "respondedAt": call.now()})
    about = call.memory.get("rs", row["parent"])
    if about:
        shown = {"channelContractId": row["id"]}
        if call.settings.contract_ends_relationship:
            shown["endDate"] = body["details"][DETAILS]["endDate"]
        updated_row(call, about, shown, bump=False)


def end(call: Call, row: dict[str, Any]) -> None:
    """Let a contract be in effect no longer."""
    updated_row(call, row, {"status": "INACTIVE"})
    about = call.memory.get("rs", row["parent"])
    if about and about["body"].get("channelContractId") == row["id"]:
        updated_row(call, about, {"channelContractId": None}, bump=False)


def moment_of(text: str) -> datetime:
    """Read a time of a request, in UTC where it says no offset."""
    moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return moment if moment.tzinfo else datetime.fromisoformat(f"{text}+00:00")


def written(text: str) -> str:
    """Write a time of a request as AWS answers it."""
    return format_timestamp(moment_of(text))


def _pending(call: Call, created: float, where: str) -> list[dict[str, Any]]:
    found = call.memory.ask(
        "SELECT id FROM objects WHERE kind = 'cc' AND status = 'PENDING' AND created <= ? "
        f"AND {where} ORDER BY sequence",
        [created],
    )
    return [_row(call, each["id"]) for each in found]


def _row(call: Call, id: str) -> dict[str, Any]:
    row = call.memory.get("cc", id)
    assert row
    return row
