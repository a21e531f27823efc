"""What probes create: each with what AWS asks for, and whatever a probe says otherwise."""

from datetime import datetime
from typing import Any

from .calls import Party, Undecided
from .journal import Made
from .world import World

DETAILS = "managedServicesAttestationDetails"
NOT_SIGNED = "needs an ACCEPTED contract, and the Sandbox did not accept it"
FIRST_ID = 900_000_000_100
"""Made-up ids of accounts begin here."""
SERVICES = ["PATCHING", "MONITORING", "SECURITY"]
"""In no order that a service could bring them into by itself."""

_ADDRESS = {
    "addressLine": "1 Example Street",
    "city": "Springfield",
    "stateOrRegion": "Oregon",
    "postalCode": "97477",
    "countryCode": "US",
}


def account(world: World, **changed: Any) -> Made:
    """Enrol an account."""
    if "accountId" not in changed:
        changed["accountId"] = world.unused(world.accounts, "accountId")
    given = {"program": "SOLUTION_PROVIDER", "displayName": _name(world)}
    return world.create("create_program_management_account", **given | changed)


def relationship(world: World, parent: Made | None = None, **changed: Any) -> Made:
    """Record a customer, of the shared reseller where no parent is given."""
    parent = parent or reseller(world)
    if "associatedAccountId" not in changed:
        changed["associatedAccountId"] = world.unused(world.customers, "associatedAccountId")
    given = {
        "programManagementAccountIdentifier": parent.arn,
        "associationType": "END_CUSTOMER",
        "displayName": _name(world),
        "sector": "COMMERCIAL",
    }
    return world.create("create_relationship", **given | changed)


def reseller(world: World) -> Made:
    """Give the solution provider's account that probes share."""
    return world.standing("reseller", account)


def provider(world: World) -> Made:
    """Give the managed services provider's account that probes share."""
    kind = {"program": "MANAGED_SERVICES_PROVIDER", "type": "MANAGED_SERVICES"}
    return world.standing("provider", lambda world: account(world, **kind))


def managed(world: World, parent: Made | None = None, **changed: Any) -> Made:
    """Record a customer of managed services."""
    given = {
        "associationType": "MANAGED_SERVICES_END_CUSTOMER",
        "accountScope": "ENTIRE_ORGANIZATION",
    }
    return relationship(world, parent or provider(world), **given | changed)


def invite(world: World, about: Made) -> Made:
    """Invite an account to join."""
    kind = "PROGRAM_MANAGEMENT_ACCOUNT"
    return world.create(
        "create_channel_handshake", handshakeType=kind, associatedResourceIdentifier=about.arn
    )


def start(world: World, about: Made, **terms: str) -> Made:
    """Offer a service period, with a notice of 30 days where no terms are given."""
    usual = {"servicePeriodType": "MINIMUM_NOTICE_PERIOD", "minimumNoticeDays": "30"}
    return _about_periods(world, about, "START_SERVICE_PERIOD", "start", terms or usual)


def revoke(world: World, about: Made) -> Made:
    """Ask to end a service period."""
    return _about_periods(world, about, "REVOKE_SERVICE_PERIOD", "revoke", {})


def _about_periods(world: World, about: Made, kind: str, member: str, said: dict[str, str]) -> Made:
    parent = "programManagementAccountIdentifier"
    payload = {f"{member}ServicePeriodPayload": {parent: about.request[parent], **said}}
    return world.create(
        "create_channel_handshake",
        handshakeType=kind,
        associatedResourceIdentifier=about.arn,
        payload=payload,
    )


def accept(by: Party, handshake: Made) -> None:
    """Accept as the receiver."""
    by.ask("accept_channel_handshake", identifier=handshake.arn)


def contract(world: World, about: Made, **changed: Any) -> Made:
    """Send a contract for signature, to nobody: a domain of examples has no mail."""
    said = {
        "relationshipIdentifier": about.arn,
        "programManagementAccountIdentifier": about.request["programManagementAccountIdentifier"],
        "endDate": world.later(days=300),
        "supportedServices": SERVICES,
        "legalEntityName": "Example Corporation",
        "legalEntityAddress": _ADDRESS,
        "signatoryName": "Example Signatory",
        "signatoryEmail": "signatory@example.com",
    }
    return world.create(
        "create_channel_contract",
        contractType="MANAGED_SERVICES_ATTESTATION",
        payload={"managedServicesAttestationPayload": said | changed},
    )


def signed(world: World, sent: Made) -> tuple[float, dict[str, Any]]:
    """Wait until the Sandbox accepted a contract, an hour at most; how long, and how it is then."""

    def look() -> dict[str, Any]:
        shown = world.shown(sent)
        return shown if shown.get("status") == "ACCEPTED" else {}

    return world.until(look)


def accepted(world: World, sent: Made) -> Made:
    """Give a contract that the Sandbox has accepted."""
    if not signed(world, sent)[1]:
        raise Undecided(NOT_SIGNED)
    return sent


def pending(world: World, sent: Made) -> Made:
    """Give a contract that waits for its signature, which the Sandbox has if it takes its time."""
    status = world.shown(sent)["status"]
    if status != "PENDING":
        raise Undecided(f"needs a PENDING contract, and the Sandbox made it {status} at once")
    return sent


def moment(text: str) -> datetime:
    """Read a time of a request."""
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def _name(world: World) -> str:
    return f"verify {world.journal.run} {len(world.journal.made)}"
