"""Today's resources on the day after AWS's next release, and with a boto3 of the past."""

import copy
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import aws_model
import pytest
from botocore.loaders import Loader
from conftest import ACCOUNT, MANAGEMENT, RELATIONSHIP

TEXT = {"shape": "Note"}


def tomorrow(model: dict[str, Any]) -> dict[str, Any]:
    """Add to a model an operation, members of several types, an enum value and union arms."""
    grown = copy.deepcopy(model)
    shapes, operations = grown["shapes"], grown["operations"]
    listing = operations["ListRelationships"]
    operations["ListAudits"] = listing | {"name": "ListAudits"}
    shapes["Audited"] = {"type": "boolean", "box": True}
    shapes["Marks"] = {"type": "map", "key": TEXT, "value": TEXT}
    shapes["AuditDetail"] = {"type": "structure", "members": {"note": TEXT}}
    for name in (
        "ProgramManagementAccountSummary",
        "RelationshipDetail",
        "RelationshipSummary",
        "ChannelHandshakeSummary",
        "CreateRelationshipRequest",
        "UpdateRelationshipRequest",
        "CreateProgramManagementAccountRequest",
    ):
        shapes[name]["members"] |= {"audited": {"shape": "Audited"}, "marks": {"shape": "Marks"}}
    for name in ("ProgramManagementAccountStatus", "HandshakeStatus", "Sector", "Program"):
        shapes[name]["enum"].append("FROM_TOMORROW")
    for name in ("HandshakeDetail", "SupportPlan", "ChannelHandshakePayload"):
        shapes[name]["members"]["audit"] = {"shape": "AuditDetail"}
    return grown


@pytest.fixture(params=["boto3 of tomorrow", "installed boto3"])
def aws_of_tomorrow(request, monkeypatch, tmp_path) -> Any:
    """Serve a newer API, to a boto3 that knows it and to the one that is installed."""
    model = tomorrow(Loader().load_service_model("partnercentral-channel", "service-2"))
    monkeypatch.setenv("AWS_DATA_PATH", str(aws_model.put(model, tmp_path)))
    emulator = request.getfixturevalue("emulator")
    if request.param == "installed boto3":
        monkeypatch.delenv("AWS_DATA_PATH")
    return emulator


def change(emulator: Any, state: dict[str, Any], **members: Any) -> None:
    """Let AWS show more of an object than today."""
    memory = emulator.application.memory
    (row,) = memory.ask("SELECT * FROM objects WHERE id = ?", [state["arn"].rpartition("/")[2]])
    body = json.loads(row["body"]) | {"audited": True, "marks": {"a": "b"}} | members
    memory.retag(row["id"], body)


def test_an_account_lives_on_with_a_newer_model(aws_of_tomorrow, life) -> None:
    """It is refreshed, updated and deleted with a status and members that nobody knew."""
    lived = life()
    made = lived.create("ProgramManagementAccount", **ACCOUNT)
    change(aws_of_tomorrow, made, status="FROM_TOMORROW")
    found = lived.read("ProgramManagementAccount", made).state
    assert found["status"] == "FROM_TOMORROW"
    assert not lived.diff("ProgramManagementAccount", found, **ACCOUNT).diff.changed
    renamed = lived.update("ProgramManagementAccount", found, **ACCOUNT | {"displayName": "B"})
    assert (renamed["displayName"], renamed["revision"]) == ("B", "2")
    lived.delete("ProgramManagementAccount", renamed)
    assert aws_of_tomorrow.calls()["DeleteProgramManagementAccount"] == 1


def test_a_relationship_lives_on_with_a_newer_model(aws_of_tomorrow, life, account) -> None:
    """It is refreshed, updated and deleted with a sector and members that nobody knew."""
    lived = life()
    given = RELATIONSHIP | {"programManagementAccountIdentifier": account["arn"]}
    plan = {"resoldEnterprise": {"coverage": "ENTIRE_ORGANIZATION", "tamLocation": "EU"}}
    made = lived.create("Relationship", **given, requestedSupportPlan=plan)
    change(aws_of_tomorrow, made, sector="FROM_TOMORROW")
    found = lived.read("Relationship", made).state
    assert found["sector"] == "FROM_TOMORROW"
    changed = given | {"displayName": "B", "requestedSupportPlan": plan}
    renamed = lived.update("Relationship", found, **changed)
    assert (renamed["displayName"], renamed["revision"]) == ("B", "2")
    lived.delete("Relationship", renamed)
    assert lived.read("Relationship", renamed) is None


def test_a_handshake_lives_on_with_a_newer_model(aws_of_tomorrow, life, account) -> None:
    """Its detail is an arm that nobody knew, and so is its status; it can be let go."""
    lived = life()
    given = {
        "handshakeType": "PROGRAM_MANAGEMENT_ACCOUNT",
        "associatedResourceIdentifier": account["arn"],
    }
    made = lived.create("ChannelHandshake", **given)
    change(aws_of_tomorrow, made, detail={"audit": {"note": "x"}}, status="FROM_TOMORROW")
    found = lived.read("ChannelHandshake", made).state
    assert found["status"] == "FROM_TOMORROW"
    assert not lived.diff("ChannelHandshake", found, **given).diff.changed
    tagged = lived.update("ChannelHandshake", found, **given, tags={"team": "green"})
    assert tagged["tags"] == {"team": "green"}
    lived.delete("ChannelHandshake", tagged)
    assert "CancelChannelHandshake" not in aws_of_tomorrow.calls()


def test_a_response_lives_on_with_a_newer_model(aws_of_tomorrow, life, account) -> None:
    """The receiver's side is refreshed and let go, whatever the handshake has become."""
    sent = life().create(
        "ChannelHandshake",
        handshakeType="PROGRAM_MANAGEMENT_ACCOUNT",
        associatedResourceIdentifier=account["arn"],
    )
    lived = life(MANAGEMENT)
    given = {
        "handshakeType": "PROGRAM_MANAGEMENT_ACCOUNT",
        "channelHandshakeIdentifier": sent["arn"],
        "response": "ACCEPT",
    }
    made = lived.create("ChannelHandshakeResponse", **given)
    change(aws_of_tomorrow, made, detail={"audit": {"note": "x"}}, status="FROM_TOMORROW")
    found = lived.read("ChannelHandshakeResponse", made).state
    assert found["status"] == "FROM_TOMORROW"
    assert not lived.diff("ChannelHandshakeResponse", found, **given).diff.changed
    lived.delete("ChannelHandshakeResponse", found)


def test_a_state_with_more_members_than_today_is_updated_and_deleted(life, account) -> None:
    """What a later version of this package wrote into a state stands in nobody's way."""
    lived = life()
    newer = account | {"audited": True, "status": "FROM_TOMORROW", "detail": {"audit": {}}}
    renamed = lived.update("ProgramManagementAccount", newer, **ACCOUNT | {"displayName": "B"})
    assert renamed["displayName"] == "B"
    lived.delete("ProgramManagementAccount", renamed | {"audited": True})


def test_a_support_plan_that_boto3_no_longer_knows_is_no_hindrance(
    life, account, monkeypatch, tmp_path
) -> None:
    """A relationship in whose state it stands is refreshed, renamed and deleted without it."""
    plan = {"resoldEnterprise": {"coverage": "ENTIRE_ORGANIZATION", "tamLocation": "EU"}}
    given = RELATIONSHIP | {"programManagementAccountIdentifier": account["arn"]}
    made = life().create("Relationship", **given, requestedSupportPlan=plan)
    older = copy.deepcopy(Loader().load_service_model("partnercentral-channel", "service-2"))
    del older["shapes"]["SupportPlan"]["members"]["resoldEnterprise"]
    del older["shapes"]["RelationshipDetail"]["members"]["startDate"]
    monkeypatch.setenv("AWS_DATA_PATH", str(aws_model.put(older, tmp_path)))
    lived = life()
    found = lived.read("Relationship", made).state
    renamed = lived.update("Relationship", found, **given | {"displayName": "B"})
    assert renamed["displayName"] == "B"
    lived.delete("Relationship", renamed)
    assert lived.read("Relationship", renamed) is None


def test_the_drift_of_a_model_is_told_in_sentences() -> None:
    """Each operation, member, arm, value, limit and duty that differs is one line, and no more."""
    ours = aws_model.written_for()
    theirs = tomorrow(ours)
    theirs["shapes"]["Note"]["max"] = 500
    theirs["shapes"]["CreateRelationshipRequest"]["required"].remove("sector")
    theirs["shapes"]["Sector"]["enum"].remove("GOVERNMENT")
    said = list(aws_model.drift(ours, theirs))
    assert len(said) == len(set(said)) == 1 + 14 + 4 + 3 + 3
    for sentence in (
        "AWS added the operation ListAudits.",
        "AWS added the member audited of RelationshipDetail (Audited).",
        "AWS added the arm audit of SupportPlan (AuditDetail).",
        "AWS added the value FROM_TOMORROW of Program.",
        "AWS took away the value GOVERNMENT of Sector.",
        "AWS changed the greatest length or value of Note from 300 to 500.",
        "AWS no longer requires the member sector of CreateRelationshipRequest.",
    ):
        assert sentence in said
    assert list(aws_model.drift(ours, ours)) == []


def test_make_drift_says_nothing_in_words(tmp_path) -> None:
    """Where the installed model is the one that was written for, a sentence says so."""
    here = Path(aws_model.__file__)
    for name in ("aws_model.py", "aws_model.json"):
        (tmp_path / name).write_text((here.parent / name).read_text())
    for command, last in (("write", "describes the model of botocore"), ("drift", "Nothing: ")):
        run = subprocess.run(
            [sys.executable, tmp_path / "aws_model.py", command], capture_output=True, text=True
        )
        assert run.returncode == 0
        assert last in run.stdout.splitlines()[-1]
