"""How many requests a second the emulator answers, empty and full."""

from time import perf_counter
from typing import Any

from benchmarks.tables import markdown
from clients import client_of
from partnercentral_emulator import Emulator


def requests_a_second(requests: int, stored: int) -> str:
    """Measure reads through boto3 with one relationship, and with so many *stored*."""
    with Emulator(settings={"quotas_enforced": False}) as emulator:
        client = client_of(emulator.url)
        parent = client.create_program_management_account(
            catalog="Sandbox", program="SOLUTION_PROVIDER", displayName="A", accountId="1" * 12
        )["programManagementAccountDetail"]["id"]
        relationship = _add(client, parent, 0)
        rows = [["1", *_rates(client, parent, relationship, requests)]]
        _fill(emulator, relationship, stored)
        last = _add(client, parent, stored)
        rows.append([f"{stored:,}", *_rates(client, parent, last, requests)])
    return "The emulator, requests a second through boto3, as it fills:\n\n" + markdown(
        ["relationships", "GetRelationship", "ListRelationships"], rows
    )


def _add(client: Any, parent: str, number: int) -> str:
    made = client.create_relationship(
        catalog="Sandbox",
        associationType="END_CUSTOMER",
        programManagementAccountIdentifier=parent,
        associatedAccountId=f"{number:012}",
        displayName="Customer",
        sector="COMMERCIAL",
    )
    return str(made["relationshipDetail"]["id"])


def _fill(emulator: Emulator, first: str, stored: int) -> None:
    memory = emulator.application.memory
    row = memory.get("rs", first)
    assert row
    with memory.operation():
        for number in range(1, stored):
            id = f"rs-{number:013}"
            memory.insert(
                "rs",
                id,
                row["created"] + number / 1000,
                row["body"] | {"id": id},
                owner=row["owner"],
                catalog=row["catalog"],
                parent=row["parent"],
                subject=f"{number:012}",
            )


def _rates(client: Any, parent: str, relationship: str, requests: int) -> list[str]:
    named = {
        "catalog": "Sandbox",
        "identifier": relationship,
        "programManagementAccountIdentifier": parent,
    }
    calls = [
        lambda: client.get_relationship(**named),
        lambda: client.list_relationships(catalog="Sandbox"),
    ]
    rates = []
    for call in calls:
        start = perf_counter()
        for _ in range(requests):
            call()
        rates.append(f"{requests / (perf_counter() - start):.0f}")
    return rates
