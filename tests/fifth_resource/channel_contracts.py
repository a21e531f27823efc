"""Channel contracts in a minimal form: the one file of the emulator, copied into operations/."""

from typing import Any

from ..arns import ArnForm
from ..call import Call, among, updated_row
from ..errors import refused

_FORM = ArnForm("channel-contract/{id}", prefix="cc")


def create_channel_contract(call: Call) -> dict[str, Any]:
    """Send a contract about a relationship of the caller."""
    payload = call.body["payload"]["managedServicesAttestationPayload"]
    account = payload["programManagementAccountIdentifier"]
    relationship = call.owned("rs", payload["relationshipIdentifier"], account)
    body: dict[str, Any] = {
        **call.named(_FORM),
        "catalog": call.catalog(),
        "contractType": call.body["contractType"],
        "status": "PENDING",
        "createdAt": call.now(),
        "updatedAt": call.now(),
        "details": {"managedServicesAttestationDetails": payload},
        "tags": call.given_tags(),
    }
    call.memory.insert(
        "cc",
        body["id"],
        call.at,
        body,
        owner=call.account,
        catalog=call.catalog(),
        parent=relationship["id"],
        status="PENDING",
    )
    return {"channelContractDetail": body}


def get_channel_contract(call: Call) -> dict[str, Any]:
    """Show one."""
    return {"channelContractDetail": call.owned("cc", call.body["identifier"])["body"]}


def list_channel_contracts(call: Call) -> dict[str, Any]:
    """List those that the caller owns."""
    narrowed, statuses = among("status", call.body.get("statuses"))
    where = f"kind = 'cc' AND owner = ? AND catalog = ?{narrowed}"
    return call.page(where, [call.account, call.catalog(), *statuses])


def cancel_channel_contract(call: Call) -> dict[str, Any]:
    """Take a pending one back."""
    row = call.owned("cc", call.body["identifier"])
    if row["status"] != "PENDING":
        raise refused(f"{row['id']} is {row['status']}, not PENDING", "identifier")
    return {"channelContractDetail": updated_row(call, row, {"status": "CANCELED"})}
