"""`pulumi-partnercentral discover`: a running channel becomes an import file."""

import json
from typing import Any

import pytest
from conftest import RELATIONSHIP
from partnercentral_provider.cli import main


@pytest.fixture
def discover(emulator: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Run the command in a folder of its own."""
    monkeypatch.chdir(tmp_path)

    def run(*options: str) -> Any:
        code = main(["discover", "--catalog", "Sandbox", "--region", "us-east-1", *options])
        assert code == 0
        return json.loads((tmp_path / "import.json").read_text())["resources"]

    return run


@pytest.fixture
def channel(life: Any, account: dict[str, Any]) -> dict[str, Any]:
    """Record three customers, two of them of the same name, and invite the account."""
    for number, name in enumerate(("Acme & Söhne", "Beta", "Beta")):
        life().create(
            "Relationship",
            **RELATIONSHIP | {"associatedAccountId": f"{number:012}", "displayName": name},
            programManagementAccountIdentifier=account["arn"],
        )
    life().create(
        "ChannelHandshake",
        handshakeType="PROGRAM_MANAGEMENT_ACCOUNT",
        associatedResourceIdentifier=account["arn"],
    )
    return account


def test_names_are_unique_and_parents_come_first(discover, channel) -> None:
    """Names come from display names; where two are alike, AWS's id tells them apart."""
    found = discover()
    kinds = [resource["type"].rpartition(":")[2] for resource in found]
    assert kinds == ["ProgramManagementAccount", *["Relationship"] * 3, "ChannelHandshake"]
    names = {resource["name"] for resource in found}
    assert len(names) == 5
    assert {"reseller", "acme-sohne", "program-management-account-111122223333"} <= names
    assert all(
        resource["name"] == f"beta-{resource['id'].rpartition('/')[2]}"
        for resource in found
        if resource["name"].startswith("beta")
    )
    assert discover() == found


def test_what_a_stack_has_is_left_out(discover, channel, tmp_path, capsys) -> None:
    """Only what is new is written."""
    export = tmp_path / "export.json"
    export.write_text(json.dumps({"deployment": {"resources": [{"id": channel["arn"]}]}}))
    assert channel["arn"] not in {r["id"] for r in discover("--stack-export", str(export))}
    assert "1 are in the stack already" in capsys.readouterr().out


def test_goes_on_after_it_was_cut_off(discover, channel, emulator, tmp_path) -> None:
    """What was listed is not listed again, and the file is that of a run in one piece."""
    whole = discover()
    emulator.fault("ListChannelHandshakes", error="AccessDeniedException")
    assert main(["discover", "--catalog", "Sandbox", "--region", "us-east-1"]) == 1
    emulator.reset_calls()
    assert discover() == whole
    assert set(emulator.calls()) == {"ListChannelHandshakes", "sts:GetCallerIdentity"}


def test_a_thousand_relationships_are_ten_pages(discover, channel, emulator) -> None:
    """Nothing is read one by one."""
    memory = emulator.application.memory
    row = memory.first("kind = 'rs'", [])
    with memory.operation():
        for number in range(997):
            id = f"rs-{number:013}"
            memory.insert(
                "rs",
                id,
                row["created"] - number,
                row["body"] | {"id": id, "arn": row["body"]["arn"].replace(row["id"], id)},
                owner=row["owner"],
                catalog=row["catalog"],
                parent=row["parent"],
            )
    emulator.reset_calls()
    assert len(discover()) == 1002
    assert emulator.calls() == {
        "ListChannelHandshakes": 3,
        "ListProgramManagementAccounts": 1,
        "ListRelationships": 10,
        "sts:GetCallerIdentity": 1,
    }


def test_errors_are_sentences(emulator, monkeypatch, tmp_path, capsys) -> None:
    """No credentials, say."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    assert main(["discover", "--catalog", "Sandbox", "--region", "us-east-1"]) == 1
    assert "There are no AWS credentials." in capsys.readouterr().err
