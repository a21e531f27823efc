"""How AWS shows what was created: by a call for it, or in a list that is narrowed to it."""

from collections.abc import Callable
from typing import Any

from .calls import Party
from .journal import Made

PARENT = "programManagementAccountIdentifier"


def _account(by: Party, made: Made) -> list[dict[str, Any]]:
    given = {"accountIds": [made.request["accountId"]], "maxResults": 100}
    return list(by.ask("list_program_management_accounts", **given)["items"])


def _relationship(by: Party, made: Made) -> list[dict[str, Any]]:
    given = {"identifier": made.arn, PARENT: made.request[PARENT]}
    return [by.ask("get_relationship", **given)["relationshipDetail"]]


def _handshake(by: Party, made: Made) -> list[dict[str, Any]]:
    given = {
        "handshakeType": made.request["handshakeType"],
        "associatedResourceIdentifiers": [made.request["associatedResourceIdentifier"]],
    }
    sent = {"participantType": "SENDER", "maxResults": 100}
    return list(by.ask("list_channel_handshakes", **given, **sent)["items"])


def _contract(by: Party, made: Made) -> list[dict[str, Any]]:
    return [by.ask("get_channel_contract", identifier=made.arn)["channelContractDetail"]]


LOOKS: dict[str, Callable[[Party, Made], list[dict[str, Any]]]] = {
    "create_program_management_account": _account,
    "create_relationship": _relationship,
    "create_channel_handshake": _handshake,
    "create_channel_contract": _contract,
}
