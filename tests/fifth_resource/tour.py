"""Uses a package that has a fifth resource in every way there is, and prints what came of it."""

import json
import os
import sys
from pathlib import Path
from typing import Any

import boto3
import partnercentral_provider
from partnercentral_emulator import Emulator
from partnercentral_emulator.arns import TYPES
from partnercentral_emulator.operations import OPERATIONS
from partnercentral_emulator.rates import Rates
from partnercentral_emulator.settings import Settings
from partnercentral_provider import schema
from partnercentral_provider.aws.limits import quota
from partnercentral_provider.cli import main
from partnercentral_provider.config import Configuration
from partnercentral_provider.lifecycle.lifecycle import Lifecycle
from partnercentral_provider.lifecycle.requests import (
    CreateRequest,
    DeleteRequest,
    ListRequest,
    ReadRequest,
    UpdateRequest,
)
from partnercentral_provider.model.arn import Arn
from partnercentral_provider.model.errors import ProviderError

CHANNEL = "partnercentral:channel:"
CONTRACT = f"{CHANNEL}ChannelContract"


def payload(relationship: str, account: str) -> dict[str, Any]:
    """Give the payload of a contract about this relationship."""
    return {
        "managedServicesAttestationPayload": {
            "relationshipIdentifier": relationship,
            "programManagementAccountIdentifier": account,
            "legalEntityName": "Acme",
            "legalEntityAddress": {
                "addressLine": "1 Main Street",
                "city": "Springfield",
                "stateOrRegion": "Oregon",
                "postalCode": "97477",
                "countryCode": "US",
            },
            "endDate": "2030-01-01",
            "supportedServices": ["MONITORING"],
            "signatoryName": "Jane Doe",
            "signatoryEmail": "jane@example.com",
        }
    }


def made(life: Lifecycle, token: str, **inputs: Any) -> dict[str, Any]:
    """Check and create; the state."""
    checked = life.check(token, inputs)
    assert not checked.failures, checked.failures
    return life.create(CreateRequest(token, checked.inputs)).state


def error_of(attempt: Any) -> str:
    """Give the sentence that a call ends with."""
    try:
        attempt()
    except (ProviderError, ValueError) as error:
        return str(error)
    return ""


def tour(emulator: Emulator, folder: Path) -> dict[str, Any]:
    """Go through the package, part by part."""
    life = Lifecycle(Configuration.of({"region": "us-east-1", "catalog": "Sandbox"}), print)
    account = made(
        life,
        f"{CHANNEL}ProgramManagementAccount",
        program="SOLUTION_PROVIDER",
        accountId="111122223333",
        displayName="Reseller",
    )
    relationship = made(
        life,
        f"{CHANNEL}Relationship",
        programManagementAccountIdentifier=account["arn"],
        associatedAccountId="444455556666",
        associationType="END_CUSTOMER",
        sector="COMMERCIAL",
        displayName="Acme",
    )
    given = {
        "contractType": "MANAGED_SERVICES_ATTESTATION",
        "payload": payload(relationship["arn"], account["arn"]),
        "tags": {"team": "blue"},
    }
    checked = life.check(CONTRACT, {**given})
    state = made(life, CONTRACT, **given)
    arn = state["arn"]
    found: dict[str, Any] = {
        "package": partnercentral_provider.__file__,
        "schema": sorted(t for t in json.dumps(schema.build()).split('"') if "Contract" in t),
        "inputs": checked.inputs,
        "state": state,
        "one": life.invoke(f"{CHANNEL}getChannelContract", {"arn": arn})[1],
        "all": life.invoke(f"{CHANNEL}getChannelContracts", {})[1],
        "page": life.list_page(ListRequest(CONTRACT, {}, 0, "")).items,
        "form": Arn.parse(arn).form.noun,
        "not an ARN": error_of(lambda: life.read(ReadRequest(CONTRACT, account["arn"], {}))),
        "quotas": {name: quota(name) for name in OPERATIONS if "Contract" in name},
    }
    changed = checked.inputs | {"tags": {"team": "red"}}
    found["retagged"] = life.update(
        UpdateRequest(CONTRACT, arn, state, checked.inputs, changed)
    ).state["tags"]
    output = folder / "import.json"
    arguments = ["discover", "--catalog", "Sandbox", "--region", "us-east-1"]
    assert main([*arguments, "--output", str(output)]) == 0
    found["discovered"] = [r["type"] for r in json.loads(output.read_text())["resources"]]
    emulator.fault("CreateChannelContract", error="AccessDeniedException")
    found["denied"] = error_of(lambda: made(life, CONTRACT, **given))
    life.delete(DeleteRequest(CONTRACT, arn, state))
    found["deleted"] = life.read(ReadRequest(CONTRACT, arn, state, checked.inputs))
    return found


def emulated() -> dict[str, Any]:
    """Ask the emulator itself, by boto3 and by its own tables."""
    client = boto3.client("partnercentral-channel", region_name="us-east-1")
    arguments = {"catalog": "Sandbox", "contractType": "MANAGED_SERVICES_ATTESTATION"}
    rates, admitted = Rates(Settings(rates_enforced=True)), {}
    for operation in ("CreateChannelContract", "GetChannelContract"):
        admitted[operation] = 0
        while not throttled(rates, operation):
            admitted[operation] += 1
    return {
        "boto3": [item["status"] for item in client.list_channel_contracts(**arguments)["items"]],
        "types": TYPES,
        "admitted at once": admitted,
    }


def throttled(rates: Rates, operation: str) -> bool:
    """Make a call as far as its rate is concerned."""
    try:
        rates.admit("123456789012", operation)
    except Exception:
        return True
    return False


if __name__ == "__main__":
    with Emulator() as emulator:
        os.environ["AWS_ENDPOINT_URL"] = emulator.url
        json.dump(tour(emulator, Path(sys.argv[1])) | emulated(), sys.stderr)
