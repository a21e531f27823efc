"""A managed services customer at the emulator, and the inputs of a contract with it."""

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from botocore.loaders import Loader

CUSTOMER = "444455556666"
MODEL = Loader().load_service_model("partnercentral-channel", "service-2")
KIND = "ChannelContract"
MEMBER = "managedServicesAttestationPayload"
DETAILS = "managedServicesAttestationDetails"
PROVIDER = {
    "program": "MANAGED_SERVICES_PROVIDER",
    "type": "MANAGED_SERVICES",
    "accountId": "222233334444",
    "displayName": "Managed",
}
CUSTOMERS = {
    "associatedAccountId": CUSTOMER,
    "associationType": "MANAGED_SERVICES_END_CUSTOMER",
    "accountScope": "SPECIFIC_MEMBER_ACCOUNTS",
    "sector": "COMMERCIAL",
    "displayName": "Acme",
}
ADDRESS = {
    "addressLine": "1 Main Street",
    "city": "Springfield",
    "stateOrRegion": "Oregon",
    "postalCode": "97477",
    "countryCode": "US",
}
PRIVATE = ["Acme Incorporated", "1 Main Street", "Springfield", "Jane Doe", "jane@example.com"]

NEWER = pytest.mark.skipif(
    "CreateChannelContract" not in MODEL["operations"],
    reason="the installed botocore does not know channel contracts yet",
)


def later(days: float) -> str:
    """Give a time so many days ahead, in the form of AWS."""
    return f"{datetime.now(timezone.utc) + timedelta(days=days):%Y-%m-%dT%H:%M:%SZ}"


END = later(300)


def attestation(account: Any, relationship: Any, **changed: Any) -> dict[str, Any]:
    """
    Give the payload of a contract about this relationship, with members that are *changed*.

    Both are what stands for an ARN or an id; None takes a member out.
    """
    said = {
        "programManagementAccountIdentifier": account,
        "relationshipIdentifier": relationship,
        "endDate": END,
        "supportedServices": ["SECURITY", "MONITORING"],
        "legalEntityName": "Acme Incorporated",
        "legalEntityAddress": ADDRESS,
        "signatoryName": "Jane Doe",
        "signatoryEmail": "jane@example.com",
    } | changed
    return {MEMBER: {name: value for name, value in said.items() if value is not None}}


@pytest.fixture(name="provider")
def made_provider(life) -> dict[str, Any]:
    """Enrol an account for managed services; its state."""
    return life().create("ProgramManagementAccount", **PROVIDER)


@pytest.fixture(name="managed")
def made_managed(life, provider) -> dict[str, Any]:
    """Record a managed services relationship; its state."""
    return life().create(
        "Relationship", **CUSTOMERS, programManagementAccountIdentifier=provider["arn"]
    )


@pytest.fixture(name="inputs")
def made_inputs(provider, managed) -> Callable[..., dict[str, Any]]:
    """Make the inputs of a contract, with members of its payload that are *changed*."""

    def make(**changed: Any) -> dict[str, Any]:
        members = {"memberAccountIds": ["555566667777", CUSTOMER]}
        payload = attestation(provider["arn"], managed["arn"], **members | changed)
        return {"contractType": "MANAGED_SERVICES_ATTESTATION", "payload": payload}

    return make


@pytest.fixture(name="patient")
def made_patient(emulator) -> None:
    """Let Sandbox leave contracts PENDING, so that they wait for a signature."""
    emulator.set(sandbox_contract_seconds=1e9)


def contracts(emulator: Any) -> list[dict[str, Any]]:
    """Give the contracts at AWS, oldest first."""
    return [each for each in emulator.objects() if each["id"].startswith("cc-")]


def sign(emulator: Any, arn: str, status: str = "ACCEPTED") -> None:
    """Play the signatory, as the emulator's control does."""
    emulator.application._controlled("POST", "contracts", {"arn": arn, "status": status})
