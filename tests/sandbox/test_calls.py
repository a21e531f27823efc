"""The way to AWS: the Sandbox alone, within a budget, and errors that are sentences."""

import json
import re
from pathlib import Path

import aws_model
import boto3
import pytest
from conftest import MANAGEMENT
from managed_services import NEWER
from sandbox.calls import ForbiddenCatalog, OutOfCalls, public
from sandbox.clocks import DAY, RealClock
from sandbox.conftest import EXTERNAL_ID, IN_AWS, ROLE
from sandbox.probing import all_probes
from sandbox.report import report
from sandbox.run import BUDGET_SPENT, Stopped, run
from sandbox.things import account

PROBES = all_probes()


def probes(*settings: str) -> list:
    return [probe for probe in PROBES if {*settings} & {*probe.decides}]


@pytest.mark.parametrize(
    ("operation", "given"),
    [
        ("list_relationships", {"catalog": "AWS"}),
        ("create_program_management_account", {"catalog": "AWS", "accountId": MANAGEMENT}),
        ("list_tags_for_resource", {"resourceArn": "arn:aws:partnercentral:::catalog/AWS/x"}),
        (
            "get_relationship",
            {"identifier": "arn:aws:partnercentral:::catalog/AWS/x", "catalog": "Sandbox"},
        ),
    ],
)
def test_another_catalog_is_refused_before_a_call_is_sent(
    operation, given, emulator, world
) -> None:
    """By the catalog that is named, and by that of an ARN."""
    with pytest.raises(ForbiddenCatalog, match="is not sent"):
        world().linked.ask(operation, **given)
    assert emulator.calls() == {}


def test_catalog_aws_is_called_where_accounts_are_named_for_it_only(emulator, world) -> None:
    """Without, its probes are not decided; with, what they create there is deleted at once."""
    wanted = probes("management_accounts", "relationship_needs_active_account")
    with pytest.raises(ForbiddenCatalog), world(all_parties=False).in_catalog("AWS"):
        pass
    whys = [verdict.why for verdict in run(world(all_parties=False), wanted, print)]
    assert all("--catalog-aws" in why for why in whys)
    assert emulator.calls() == {}
    run(made := world(), wanted, print)
    assert {each.request["catalog"] for each in made.journal.made} == {"AWS"}
    assert emulator.objects() == []


@pytest.mark.parametrize("budget", [1, 7, 40, 111])
def test_a_budget_is_never_exceeded_and_all_is_cleaned_up_within(budget, emulator, world) -> None:
    """What was decided is told, the rest names the budget; a larger one goes on."""
    verdicts = run(world(budget), PROBES, print)
    assert BUDGET_SPENT in {verdict.why for verdict in verdicts}
    assert sum(emulator.calls().values()) <= budget
    left = [each.get("status", "LIVING") for each in emulator.objects()]
    assert not {"PENDING", "ACTIVE", "LIVING"} & {*left}
    before = {verdict.setting for verdict in verdicts if verdict.found}
    emulator.reset_calls()
    again = run(world(2000), PROBES, print)
    assert before <= {verdict.setting for verdict in again if verdict.found}
    assert BUDGET_SPENT not in {verdict.why for verdict in again}


def test_a_probe_has_a_budget_of_its_own(emulator, world) -> None:
    """It cannot spend that of the others."""
    made = world()
    with made.ledger.limited(2):
        account(made)
        account(made)
        with pytest.raises(OutOfCalls):
            account(made)
    assert emulator.calls() == {"CreateProgramManagementAccount": 2}


def test_calls_keep_the_rates_of_aws() -> None:
    """Each call waits for the end of the interval that the one before it of its kind began."""
    waited: list[float] = []
    clock = RealClock(0, waited.append)
    for what in ("write", "write", "read"):
        clock.pace(what, 1 / 3)
    assert len(waited) == 1
    assert 0 < waited[0] <= 1 / 3


def test_what_takes_days_is_not_waited_for(emulator, world) -> None:
    """With the real clock it is not decided, says why, and costs no call."""
    waited: list[float] = []
    made = world(clock=RealClock(300, waited.append))
    found = run(made, probes("handshake_expiry_days"), print)
    assert [verdict.why for verdict in found] == [
        "needs days to pass, which only the emulator's clock can"
    ]
    assert emulator.calls() == {}
    (verdict,) = run(made, probes("client_token_hours"), print)
    assert verdict.why == "needs 23:59:00 (h:mm:ss) to pass"
    (verdict,) = run(made, probes("relationship_delete_needs_no_period"), print)
    assert verdict.why == "the relationship could be deleted before its service period began"
    assert max(waited) < DAY


def test_without_other_accounts_their_probes_are_not_decided(emulator, world) -> None:
    """They name the option that gives credentials."""
    settings = ("activation_bumps_revision", "third_parties_are_denied")
    verdicts = run(world(all_parties=False), probes(*settings), print)
    whys = {verdict.setting: verdict.why for verdict in verdicts}
    assert "--management-profile" in whys["activation_bumps_revision"]
    assert "--customer-profile" in whys["third_parties_are_denied"]


def test_unexpected_errors_leave_a_probe_undecided_and_the_run_goes_on(emulator, world) -> None:
    """A denied call is a sentence, any other error its code."""
    emulator.fault("CreateRelationship", error="AccessDeniedException")
    emulator.fault("CreateRelationship", error="OddException")
    wanted = probes(
        "fills_resale_account_model",
        "one_relationship_per_account",
        "downstream_sellers_need_distribution",
    )
    whys = [verdict.why for verdict in run(world(), wanted, print)]
    assert whys == [
        "AWS denied CreateRelationship: the credentials may need a permission",
        "CreateRelationship answered OddException",
        "",
    ]


def test_credentials_that_do_not_sign_stop_the_run(emulator, world) -> None:
    """Nothing could be decided any more, nor cleaned up: the next start goes on."""
    emulator.fault("CreateProgramManagementAccount", error="ExpiredTokenException")
    with pytest.raises(Stopped, match="are the credentials right"):
        run(world(), probes("first_revision"), print)
    assert [v.word for v in run(world(), probes("first_revision"), print)] == ["confirmed"] * 2


def test_an_older_boto3_is_a_sentence(
    emulator, world, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it does not know is not decided, and says so."""
    model = aws_model.written_for()
    for operation in [name for name in model["operations"] if "ChannelContract" in name]:
        del model["operations"][operation]
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)  # it knows the newer one
    monkeypatch.setenv("AWS_DATA_PATH", str(aws_model.put(model, tmp_path / "older")))
    (verdict,) = run(world(), probes("account_type_needed"), print)
    assert "does not know channel contracts" in verdict.why


@NEWER
def test_a_report_names_no_account(emulator, world) -> None:
    """Neither ids nor ARNs, and each refuted setting as the emulator takes it."""
    asked = {ROLE: EXTERNAL_ID}
    emulator.set(
        notice_days=["14"],
        same_answer_succeeds=False,
        required_external_ids=asked,
        management_accounts=IN_AWS[:1],
    )
    wanted = ("notice_days", "same_answer_succeeds", "refused_roles", "management_accounts")
    verdicts = run(made := world(), probes(*wanted), print)
    text = report(verdicts, made.ledger.spent, emulator.url, "us-east-1")
    assert "not told: `management_accounts`, `required_external_ids`." in text
    assert "--setting management_accounts" not in text
    assert EXTERNAL_ID not in text
    assert "--setting notice_days=14" in text
    assert "--setting same_answer_succeeds=false" in text
    assert not re.search(r"\d{12}|arn:|(pma|rs|ch|cc)-\w{13}", text)
    assert not any(each.arn in text for each in made.journal.made if each.arn)


def test_a_report_says_whether_it_was_aws() -> None:
    """By the endpoint that boto3 itself has for the service."""
    endpoint = boto3.client("partnercentral-channel", "us-east-1").meta.endpoint_url
    assert "\nAWS (partnercentral-channel" in report([], 0, endpoint, "us-east-1")
    assert "\nNot AWS" in report([], 0, "http://127.0.0.1:4599", "us-east-1")


def test_private_names_are_taken_out() -> None:
    """Of whatever AWS says."""
    said = json.dumps(["a_123456789012", "arn:aws:partnercentral:x", "pma-u8ic702rtzng8"])
    assert public(said) == '["a_ACCOUNT", "ARN", "pma-…"]'
