"""`pulumi-partnercentral discover`: a running channel becomes an import file."""

import ast
import json
import subprocess
import sys
import unicodedata
from typing import Any

import pytest
from conftest import ACCOUNT, CUSTOMER, MANAGEMENT, RELATIONSHIP
from hypothesis import given
from hypothesis import strategies as st
from partnercentral_provider.aws.support import can_send
from partnercentral_provider.cli import main
from partnercentral_provider.cli.program_writer import identifiers, quoted
from partnercentral_provider.lifecycle.requests import ReadRequest
from partnercentral_provider.model.errors import Refused

CONTRACTS = {"ListChannelContracts": 1} if can_send("contractType") else {}
"""The calls that list contracts, where the installed botocore knows them."""


@pytest.fixture
def discover(emulator: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Run the command in a folder of its own."""
    monkeypatch.chdir(tmp_path)

    def run(*options: str) -> Any:
        (tmp_path / "main.py").unlink(missing_ok=True)
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
    assert {"reseller", "acme-söhne", "program-management-account-111122223333"} <= names
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
    assert emulator.calls() == CONTRACTS | {
        "ListChannelHandshakes": 3,
        "ListProgramManagementAccounts": 1,
        "ListRelationships": 10,
        "sts:GetCallerIdentity": 1,
    }


def accepted(life: Any, parent: dict[str, Any], relationship: dict[str, Any]) -> dict[str, Any]:
    """Agree on a service period; the handshake."""
    sent = life().create(
        "ChannelHandshake",
        handshakeType="START_SERVICE_PERIOD",
        associatedResourceIdentifier=relationship["arn"],
        payload={
            "startServicePeriodPayload": {
                "programManagementAccountIdentifier": parent["arn"],
                "servicePeriodType": "MINIMUM_NOTICE_PERIOD",
                "minimumNoticeDays": "30",
                "note": 'Say "yes", it\'s agreed \\ \u202e',
            }
        },
        tags={"costCenter": "4 2", "größe": "ß"},
    )
    life(relationship["associatedAccountId"]).create(
        "ChannelHandshakeResponse",
        channelHandshakeIdentifier=sent["arn"],
        handshakeType="START_SERVICE_PERIOD",
        response="ACCEPT",
    )
    return dict(sent)


@pytest.mark.parametrize("program", [(), ("--program", "main.py")])
def test_what_cannot_be_imported_is_left_out(
    discover, life, emulator, account, relationship, capsys, program
) -> None:
    """An INACTIVE account, and a handshake whose account is gone, would fail a whole import."""
    sent = accepted(life, account, relationship)
    life().delete("Relationship", relationship)
    life().delete("ProgramManagementAccount", account)
    emulator.set(deleted_account_stays_inactive=True)
    inactive = life().create("ProgramManagementAccount", **ACCOUNT | {"accountId": "999988887777"})
    life().delete("ProgramManagementAccount", inactive)
    alive = life().create("ProgramManagementAccount", **ACCOUNT | {"accountId": "777766665555"})
    assert [one["id"] for one in discover(*program)] == [alive["arn"]]
    said = capsys.readouterr().out
    assert "2 cannot be imported and are left out:" in said
    assert f"{inactive['arn']}: it is INACTIVE, which counts as deleted." in said
    assert f"{sent['arn']}: AWS lists no program management account of its sender" in said


def test_a_handshake_of_a_vanished_account_exists(life, account, relationship) -> None:
    """An import by ARN says what is gone, and never that the handshake is."""
    sent = accepted(life, account, relationship)
    life().delete("Relationship", relationship)
    life().delete("ProgramManagementAccount", account)
    with pytest.raises(Refused, match=f"of account {MANAGEMENT} any more"):
        life().of.read(ReadRequest("partnercentral:channel:ChannelHandshake", sent["arn"], {}))


@pytest.mark.parametrize("title", ["日本商事", "łódź-hub", "हिन्दी", "Ünïted № 7"])
def test_letters_of_any_script_are_kept(discover, life, title) -> None:
    """Pulumi takes them as names, and Python as variables."""
    life().create("ProgramManagementAccount", **ACCOUNT | {"displayName": title})
    (found,) = discover("--program", "main.py")
    assert found["name"] == title.lower().replace(" ", "-").replace("-№", "")


def test_another_accounts_half_is_not_taken_over(
    discover, channel, emulator, tmp_path, monkeypatch
) -> None:
    """What one account listed before it was cut off is nothing to another."""
    emulator.fault("ListChannelHandshakes", error="AccessDeniedException")
    assert main(["discover", "--catalog", "Sandbox", "--region", "us-east-1"]) == 1
    assert len((tmp_path / ".import.json.partial").read_text().splitlines()) == 4
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", CUSTOMER)
    assert discover() == []


def test_a_refused_token_starts_anew(discover, channel, emulator, tmp_path) -> None:
    """A page token that AWS takes no more costs a second walk, and no file deleted by hand."""
    whole = discover()
    emulator.fault("ListChannelHandshakes", error="AccessDeniedException", skip=1)
    assert main(["discover", "--catalog", "Sandbox", "--region", "us-east-1"]) == 1
    partial = tmp_path / ".import.json.partial"
    *before, last = partial.read_text().splitlines()
    stale = json.dumps(json.loads(last) | {"following": "1:stale"})
    partial.write_text("\n".join([*before, stale, '{"cut off in the midst of']))
    assert discover() == whole
    assert not partial.exists()


def test_the_program_refers_and_is_formatted(
    discover, life, account, relationship, emulator, tmp_path
) -> None:
    """Every input is there, parents are variables, and the formatter has nothing to do."""
    plain = '1st & "best" class'
    customer = life().create(
        "Relationship",
        **RELATIONSHIP | {"associatedAccountId": "000000000001", "displayName": plain},
        programManagementAccountIdentifier=account["arn"],
        resaleAccountModel="END_CUSTOMER",
    )
    accepted(life, account, relationship)
    accepted(life, account, customer)
    emulator.reset_calls()
    discover("--program", "main.py", "--raw-handshakes")
    text = (tmp_path / "main.py").read_text()
    formatted = subprocess.run(
        [sys.executable, "-m", "ruff", "format", "--check", "--isolated", "main.py"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert formatted.returncode == 0, formatted.stdout + formatted.stderr
    assert "pma-" not in text
    assert "rs-" not in text.replace(f'"start-service-period-{CUSTOMER}', "")
    calls = [node.value for node in ast.parse(text).body if isinstance(node, ast.Assign)][1:]
    made = {call.args[0].value: ast.unparse(call) for call in calls}
    assert "program_management_account_identifier=reseller.arn" in made["acme"]
    assert "resale_account_model='END_CUSTOMER'" in made["1st-best-class"]
    assert (
        "associated_resource_identifier=_1st_best_class.arn"
        in made["start-service-period-000000000001"]
    )
    offered = ast.literal_eval(next(k.value for k in calls[-1].keywords if k.arg == "tags"))
    assert offered == {"costCenter": "4 2", "größe": "ß"}
    assert "\u202e" not in text
    assert emulator.calls()["GetRelationship"] == 2
    assert emulator.calls()["ListTagsForResource"] == len(calls)


def test_service_periods_are_written_in_place_of_their_handshakes(
    discover, life, client, account, relationship, emulator, tmp_path
) -> None:
    """One for each relationship, with its terms, and wired to it; no handshake about it is left."""
    accepted(life, account, relationship)
    found = {resource["type"].rpartition(":")[2]: resource for resource in discover()}
    assert found["ServicePeriod"] == {
        "type": "partnercentral:channel:ServicePeriod",
        "name": "acme-service-period",
        "id": f"{relationship['arn']}/service-period",
    }
    assert "ChannelHandshake" not in found
    discover("--program", "main.py")
    text = (tmp_path / "main.py").read_text()
    (call,) = [
        node.value
        for node in ast.parse(text).body
        if isinstance(node, ast.Assign) and "ServicePeriod" in ast.unparse(node)
    ]
    written = {keyword.arg: ast.unparse(keyword.value) for keyword in call.keywords}
    assert written["relationship_identifier"] == "acme.arn"
    assert written["service_period_type"] == "'MINIMUM_NOTICE_PERIOD'"
    assert written["minimum_notice_days"] == "'30'"
    assert ast.literal_eval(written["note"]).startswith('Say "yes"')
    raw = {resource["type"].rpartition(":")[2] for resource in discover("--raw-handshakes")}
    assert raw == {"ProgramManagementAccount", "Relationship", "ChannelHandshake"}


def test_a_customer_in_force_is_imported_as_a_program_may_state_it(
    life, account, relationship
) -> None:
    """When resale took effect is shown by AWS, and no input: a check takes what is imported."""
    accepted(life, account, relationship)
    lived = life()
    token = "partnercentral:channel:Relationship"
    imported = lived.of.read(ReadRequest(token, relationship["arn"], {}))
    assert imported.state["startDate"]
    assert lived.inputs("Relationship", **imported.inputs) == imported.inputs


def test_a_service_period_that_was_revoked_is_left_out(
    discover, life, client, account, relationship, capsys
) -> None:
    """It has no terms that a program could state, and a line says so."""
    accepted(life, account, relationship)
    revoke = client().create_channel_handshake(
        catalog="Sandbox",
        handshakeType="REVOKE_SERVICE_PERIOD",
        associatedResourceIdentifier=relationship["arn"],
        payload={
            "revokeServicePeriodPayload": {"programManagementAccountIdentifier": account["arn"]}
        },
    )["channelHandshakeDetail"]["arn"]
    client(CUSTOMER).accept_channel_handshake(catalog="Sandbox", identifier=revoke)
    assert len(discover()) == 2
    said = capsys.readouterr().out
    assert f"{relationship['arn']}/service-period: it was revoked, and no other is offered." in said


def test_a_handshake_that_a_stack_has_stays_a_handshake(
    discover, life, account, relationship, tmp_path
) -> None:
    """No second resource is written for what a stack manages by raw handshakes."""
    sent = accepted(life, account, relationship)
    export = tmp_path / "export.json"
    export.write_text(json.dumps({"deployment": {"resources": [{"id": sent["arn"]}]}}))
    kinds = [one["type"].rpartition(":")[2] for one in discover("--stack-export", str(export))]
    assert kinds == ["ProgramManagementAccount", "Relationship"]


def test_a_program_is_never_overwritten(discover, channel, emulator, tmp_path, capsys) -> None:
    """A file of that name may be somebody's work: nothing is asked and nothing written."""
    (tmp_path / "__main__.py").write_text("print()")
    options = ["discover", "--catalog", "Sandbox", "--region", "us-east-1"]
    emulator.reset_calls()
    assert main([*options, "--program", "__main__.py"]) == 1
    assert "__main__.py exists already." in capsys.readouterr().err
    assert (tmp_path / "__main__.py").read_text() == "print()"
    assert emulator.calls() == {}


def test_reading_goes_on_after_it_was_cut_off(discover, channel, emulator, tmp_path) -> None:
    """What was read for the program is not read again."""
    emulator.fault("ListTagsForResource", error="AccessDeniedException", skip=3)
    options = ["discover", "--catalog", "Sandbox", "--region", "us-east-1"]
    assert main([*options, "--program", "main.py"]) == 1
    assert not (tmp_path / "main.py").exists()
    emulator.reset_calls()
    discover("--program", "main.py")
    assert emulator.calls()["ListTagsForResource"] == 2
    assert "ListRelationships" not in emulator.calls()


NAMES = st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), max_size=8)


@given(NAMES)
def test_variables_are_identifiers_and_unique(names) -> None:
    """Whatever the names, Python compiles the variables, and takes no two for one."""
    made = identifiers([*names, "class", "channel", "ﬁ", "fi"])
    for word in made:
        compile(f"{word} = 1", "program", "exec")
    assert len({unicodedata.normalize("NFKC", word) for word in made}) == len(made)
    assert not {"channel", "pulumi", "protected"} & set(made)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_texts_are_quoted_right(text) -> None:
    """What is written is read back the same, and holds no character that cannot be seen."""
    assert ast.literal_eval(quoted(text)) == text
    assert quoted(text).isprintable()


def test_errors_are_sentences(emulator, monkeypatch, tmp_path, capsys) -> None:
    """No credentials, say."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    assert main(["discover", "--catalog", "Sandbox", "--region", "us-east-1"]) == 1
    assert "There are no AWS credentials." in capsys.readouterr().err
