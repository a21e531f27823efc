"""What is in effect for a managed services relationship, and the functions that find contracts."""

import json
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from managed_services import DETAILS, KIND, NEWER, contracts, later, sign
from partnercentral_provider.cli import main
from partnercentral_provider.lifecycle.requests import ListRequest
from partnercentral_provider.model.errors import Refused

pytestmark = NEWER


def asked(life: Any, function: str, **arguments: Any) -> dict[str, Any]:
    """Ask a function."""
    checked, answer = life().of.invoke(f"partnercentral:channel:{function}", arguments)
    assert checked.failures == []
    return dict(answer)


def in_effect(life: Any, relationship: dict[str, Any]) -> dict[str, Any]:
    """Ask what is in effect for a relationship."""
    return asked(life, "getContractInEffect", relationshipIdentifier=relationship["arn"])


def test_nothing_is_in_effect_before_a_signature(life, managed, inputs, patient) -> None:
    """Without any contract it is NONE, and PENDING while one waits for its signature."""
    assert in_effect(life, managed) == {"status": "NONE"}
    made = life().create(KIND, **inputs())
    assert in_effect(life, managed) == {
        "status": "PENDING",
        "pendingChannelContractId": made["channelContractId"],
    }


def test_the_contract_signed_last_is_in_effect(life, managed, inputs, emulator) -> None:
    """It is told with its end, services and member accounts, and without anything private."""
    life().create(KIND, **inputs())
    newer = life().create(KIND, **inputs(endDate=later(400)))
    found = in_effect(life, managed)
    assert (found["status"], found["arn"]) == ("IN_FORCE", newer["arn"])
    assert found["endDate"] == newer["details"][DETAILS]["endDate"]
    assert found["supportedServices"] == ["MONITORING", "SECURITY"]
    assert "Acme" not in json.dumps(found)
    emulator.set(sandbox_contract_seconds=1e9)
    waiting = life().create(KIND, **inputs(endDate=later(500)))
    found = in_effect(life, managed)
    assert (found["status"], found["arn"]) == ("IN_FORCE", newer["arn"])
    assert found["pendingChannelContractId"] == waiting["channelContractId"]


def test_a_contract_that_is_over_has_ended(life, managed, inputs, emulator) -> None:
    """An INACTIVE one has ended, and so has one whose end has passed by the clock."""
    made = life().create(KIND, **inputs())
    sign(emulator, made["arn"], "INACTIVE")
    assert in_effect(life, managed)["status"] == "ENDED"
    emulator.set(ended_contract_is_inactive=False)
    life().create(KIND, **inputs(endDate=later(0.00001)))
    emulator.advance(10)
    lived = life(clock=lambda: datetime.now(timezone.utc) + timedelta(days=1))
    _, found = lived.of.invoke(
        "partnercentral:channel:getContractInEffect", {"relationshipIdentifier": managed["arn"]}
    )
    assert found["status"] == "ENDED"


def test_contracts_are_found_by_arn_and_by_every_filter(life, managed, inputs, emulator) -> None:
    """One by its ARN or by filters, with all of its details; all of them as a list shows them."""
    old = life().create(KIND, **inputs())
    made = life().create(KIND, **inputs(endDate=later(400)), tags={"team": "blue"})
    found = asked(life, "getChannelContract", arn=made["arn"])
    assert found["tags"] == {"team": "blue"}
    assert found["details"][DETAILS]["signatoryName"] == "Jane Doe"
    filters = {
        "contractType": "MANAGED_SERVICES_ATTESTATION",
        "contractTypeFilters": {
            "managedServicesAttestationTypeFilters": {
                "relationshipIdentifiers": [managed["arn"]],
                "legalEntityNames": ["Acme Incorporated"],
            }
        },
    }
    accepted = asked(life, "getChannelContract", statuses=["ACCEPTED"], **filters)
    assert accepted["arn"] == made["arn"]
    sort = {"managedServicesAttestationTypeSort": {"sortBy": "UpdatedAt", "sortOrder": "Ascending"}}
    both = asked(life, "getChannelContracts", contractTypeSort=sort, **filters)["contracts"]
    assert {each["arn"] for each in both} == {old["arn"], made["arn"]}
    assert "signatoryName" not in both[0]["details"][DETAILS]
    filters["contractTypeFilters"] = {
        "managedServicesAttestationTypeFilters": {"legalEntityNames": ["Nobody"]}
    }
    assert asked(life, "getChannelContracts", **filters) == {"contracts": []}
    with pytest.raises(Refused, match="2 fit"):
        life().of.invoke("partnercentral:channel:getChannelContract", {})


def test_contracts_are_listed(life, inputs, emulator) -> None:
    """`pulumi do … list` shows each by its ARN, and names nobody."""
    made = life().create(KIND, **inputs())
    page = life().of.list_page(ListRequest(f"partnercentral:channel:{KIND}", {}))
    ((arn, name),) = page.items
    assert arn == made["arn"]
    assert name.startswith("managed services attestation rs-")


def test_discovery_walks_to_contracts(
    life, inputs, emulator, tmp_path, monkeypatch, capsys
) -> None:
    """Those in force or pending come after what they refer to; the others are not listed."""
    monkeypatch.chdir(tmp_path)
    life().create(KIND, **inputs())
    made = life().create(KIND, **inputs(endDate=later(400)))
    command = ["discover", "--catalog", "Sandbox", "--region", "us-east-1", "--program", "main.py"]
    assert main(command) == 0
    found = json.loads((tmp_path / "import.json").read_text())["resources"]
    kinds = [each["type"].rpartition(":")[2] for each in found]
    assert kinds == ["ProgramManagementAccount", "Relationship", KIND]
    assert found[-1]["id"] == made["arn"]
    text = (tmp_path / "main.py").read_text()
    assert '"relationship_identifier": acme.arn' in text
    assert '"program_management_account_identifier": managed.arn' in text
    assert '"address_line": "1 Main Street"' in text
    assert len(contracts(emulator)) == 2


def test_what_a_walk_keeps_is_for_its_user_alone(
    inputs, life, emulator, tmp_path, monkeypatch
) -> None:
    """The file from which a walk goes on has names of legal entities: nobody else reads it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    life().create(KIND, **inputs())
    emulator.fault("ListChannelHandshakes", error="AccessDeniedException")
    assert main(["discover", "--catalog", "Sandbox", "--region", "us-east-1"]) == 1
    assert (tmp_path / ".import.json.partial").stat().st_mode & 0o077 == 0
