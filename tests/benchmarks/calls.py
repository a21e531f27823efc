"""AWS calls by resource and verb."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from benchmarks.tables import markdown
from e2e.engine import CUSTOMER, MANAGEMENT
from managed_services import attestation
from partnercentral_emulator import Emulator
from partnercentral_provider.config import Configuration
from partnercentral_provider.lifecycle.lifecycle import Lifecycle
from partnercentral_provider.lifecycle.requests import (
    CreateRequest,
    DeleteRequest,
    ReadRequest,
    UpdateRequest,
)
from partnercentral_provider.lifecycle.results import Found

ACCOUNT = {"program": "SOLUTION_PROVIDER", "accountId": MANAGEMENT, "displayName": "A"}
RELATIONSHIP = {
    "associatedAccountId": CUSTOMER,
    "associationType": "END_CUSTOMER",
    "sector": "COMMERCIAL",
    "displayName": "Acme",
}

MANAGED = {
    "associatedAccountId": CUSTOMER,
    "associationType": "MANAGED_SERVICES_END_CUSTOMER",
    "accountScope": "ENTIRE_ORGANIZATION",
    "sector": "COMMERCIAL",
    "displayName": "Acme",
}


def by_verb() -> str:
    """Take each resource through its verbs, and count the calls of each."""
    with Emulator() as emulator:
        os.environ |= {
            "AWS_ENDPOINT_URL": emulator.url,
            "AWS_ACCESS_KEY_ID": "123456789012",
            "AWS_SECRET_ACCESS_KEY": "secret",
            "PARTNERCENTRAL_RATE_LIMITS": '{"*": 1e9}',
        }
        counted = _Counted(emulator)
        rows, refreshed = counted.rows(), counted.refreshes(20)
    return (
        "AWS calls of each verb, as the emulator counts them:\n\n"
        + markdown(["resource", "verb", "calls"], rows)
        + "\n\nCalls of a refresh of 20 relationships at once, but for tags:\n\n"
        + markdown(["relationships", "calls"], refreshed)
    )


class _Counted:
    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator
        self._rows: list[list[str]] = []
        self._linked, self._management = (
            Lifecycle(
                Configuration.model_validate(
                    {
                        "region": "us-east-1",
                        "catalog": "Sandbox",
                        "assumeRoles": [{"roleArn": f"arn:aws:iam::{account}:role/Channel"}],
                    }
                ),
                lambda _: None,
            )
            for account in ("123456789012", MANAGEMENT)
        )

    def rows(self) -> list[list[str]]:
        account = self._life(self._linked, "ProgramManagementAccount", ACCOUNT, "displayName")
        parent = {"programManagementAccountIdentifier": account["arn"]}
        child = self._life(self._linked, "Relationship", RELATIONSHIP | parent, "displayName")
        invitation = {
            "handshakeType": "PROGRAM_MANAGEMENT_ACCOUNT",
            "associatedResourceIdentifier": account["arn"],
        }
        sent = self._life(self._linked, "ChannelHandshake", invitation, "")
        answer = {
            "channelHandshakeIdentifier": sent["arn"],
            "handshakeType": "PROGRAM_MANAGEMENT_ACCOUNT",
            "response": "ACCEPT",
        }
        given = self._life(self._management, "ChannelHandshakeResponse", answer, "")
        self._delete(self._management, "ChannelHandshakeResponse", given)
        pending = {"arn": sent["arn"], "status": "ACCEPTED"}
        self._delete(self._linked, "ChannelHandshake", pending)
        self._delete(self._linked, "Relationship", child)
        self._delete(self._linked, "ProgramManagementAccount", account)
        self._contract()
        return sorted(self._rows, key=lambda row: row[0])

    def _provider(self, number: int) -> str:
        token = "partnercentral:channel:ProgramManagementAccount"
        given = ACCOUNT | {
            "program": "MANAGED_SERVICES_PROVIDER",
            "type": "MANAGED_SERVICES",
            "accountId": f"{number:012}",
        }
        return self._made(token, given).arn

    def _contract(self) -> None:
        """Take a contract through its verbs."""
        parent = self._provider(1)
        token = "partnercentral:channel:Relationship"
        given = MANAGED | {"programManagementAccountIdentifier": parent}
        about = self._made(token, given)
        payload = attestation(parent, about.arn)
        contract = {
            "contractType": "MANAGED_SERVICES_ATTESTATION",
            "payload": payload,
        }
        made = self._life(self._linked, "ChannelContract", contract, "")
        self._delete(self._linked, "ChannelContract", made)

    def refreshes(self, count: int) -> list[list[str]]:
        """Count what a refresh of so many relationships costs, for each kind of them."""
        return [
            [name, self._refresh(count, parent, kind)]
            for name, parent, kind in (
                ("resale", self._resale(), RELATIONSHIP),
                ("managed services", self._provider(2), MANAGED),
            )
        ]

    def _resale(self) -> str:
        token = "partnercentral:channel:ProgramManagementAccount"
        given = ACCOUNT | {"accountId": f"{3:012}"}
        return self._made(token, given).arn

    def _refresh(self, count: int, parent: str, kind: dict[str, Any]) -> str:
        token = "partnercentral:channel:Relationship"
        made = []
        for number in range(count):
            other = {"associatedAccountId": f"{number:012}"}
            given = kind | other | {"programManagementAccountIdentifier": parent}
            made.append(self._made(token, given))
        self._emulator.reset_calls()
        with ThreadPoolExecutor(count) as threads:
            list(
                threads.map(
                    lambda m: self._linked.read(ReadRequest(token, m.arn, m.state, m.inputs)), made
                )
            )
        counted = self._emulator.calls()
        names = ("ListRelationships", "GetRelationship")
        return ", ".join(f"{counted[name]} {name}" for name in names if name in counted)

    def _life(self, life: Lifecycle, kind: str, given: dict[str, Any], name: str) -> dict[str, Any]:
        token = f"partnercentral:channel:{kind}"
        inputs = life.check(token, given).inputs
        made = self._count(kind, "create", lambda: life.create(CreateRequest(token, inputs)))
        arn, state = made.arn, made.state
        self._count(kind, "read", lambda: life.read(ReadRequest(token, arn, state, inputs)))
        changes = {f"update of {name}": {name: "New"}} if name else {}
        if kind != "ChannelHandshakeResponse":
            changes["update of two tags"] = {"tags": {"a": "1", "b": "2"}}
        for verb, change in changes.items():
            update = partial(life.update, UpdateRequest(token, arn, state, inputs, inputs | change))
            state, inputs = self._count(kind, verb, update).state, inputs | change
        return dict(state)

    def _delete(self, life: Lifecycle, kind: str, state: dict[str, Any]) -> None:
        token = f"partnercentral:channel:{kind}"
        verb = "delete, answered" if kind == "ChannelHandshake" else "delete"
        self._count(kind, verb, lambda: life.delete(DeleteRequest(token, state["arn"], state)))

    def _made(self, token: str, given: dict[str, Any]) -> Found:
        inputs = self._linked.check(token, given).inputs
        return self._linked.create(CreateRequest(token, inputs))

    def _count(self, kind: str, verb: str, call: Callable[[], Any]) -> Any:
        self._emulator.reset_calls()
        answer = call()
        counted = {k: v for k, v in self._emulator.calls().items() if not k.startswith("sts:")}
        listed = ", ".join(f"{n} {name}" for name, n in counted.items()) or "none"
        self._rows.append([kind, verb, listed])
        return answer
