"""Channel contracts: sent once, canceled while nobody signed, let go afterwards."""

import copy
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from conftest import CUSTOMER
from managed_services import (
    ADDRESS,
    CUSTOMERS,
    DETAILS,
    END,
    KIND,
    MEMBER,
    NEWER,
    PRIVATE,
    contracts,
    later,
    sign,
)
from partnercentral_provider.lifecycle.requests import ReadRequest, UpdateRequest
from partnercentral_provider.model.errors import Conflict, Refused
from partnercentral_provider.model.unknown import UNKNOWN
from partnercentral_provider.resources.channel_contract import CANCEL_REASON

pytestmark = NEWER


def test_a_contract_is_sent_and_read_back(life, inputs, emulator) -> None:
    """Everything that AWS shows of it is an output; Sandbox has accepted it at once."""
    made = life().create(KIND, **inputs(), tags={"team": "blue"})
    assert made["channelContractId"] == made["arn"].rpartition("/")[2]
    assert made["status"] == "ACCEPTED"
    assert made["tags"] == {"team": "blue"}
    assert made["respondedAt"] >= made["createdAt"]
    said = made["details"][DETAILS]
    assert said["legalEntityAddress"] == ADDRESS
    assert said["endDate"] == END
    assert said["relationshipIdentifier"].startswith("rs-")
    sent = contracts(emulator)[0]["details"][DETAILS]
    assert sent["signatoryEmail"] == "jane@example.com"


def test_tags_alone_change_in_place(life, inputs, emulator) -> None:
    """Other tags are an update of the same contract; anything else replaces it."""
    made = life().create(KIND, **inputs())
    change = life().diff(KIND, made, **inputs(), tags={"team": "red"}).diff
    assert (change.changed, change.replaces) == (["tags"], [])
    changed = life().update(KIND, made, **inputs(), tags={"team": "red"})
    assert (changed["arn"], changed["tags"]) == (made["arn"], {"team": "red"})
    assert life().diff(KIND, made, **inputs(endDate=later(400))).diff.replaces == ["payload"]
    assert len(contracts(emulator)) == 1


def test_sets_have_no_order_and_no_repetition(life, inputs) -> None:
    """Services and member accounts in another order, or twice, are the same in check and diff."""
    made = life().create(KIND, **inputs())
    other = inputs(
        supportedServices=["MONITORING", "SECURITY", "MONITORING"],
        memberAccountIds=[CUSTOMER, "555566667777", CUSTOMER],
    )
    checked = life().inputs(KIND, **other)["payload"][MEMBER]
    assert checked["supportedServices"] == ["MONITORING", "SECURITY"]
    assert checked["memberAccountIds"] == [CUSTOMER, "555566667777"]
    assert life().diff(KIND, made, **other).diff.changed == []


def test_aws_may_show_sets_in_another_order(life, inputs, emulator) -> None:
    """What AWS sorts is no change in the state, after a refresh, or in what an import finds."""
    emulator.set(contract_keeps_order=False)
    lived = life()
    made = lived.create(KIND, **inputs())
    assert made["details"][DETAILS]["supportedServices"] == ["MONITORING", "SECURITY"]
    found = lived.read(KIND, made)
    assert lived.diff(KIND, found.state, **inputs()).diff.changed == []
    imported = lived.of.read(ReadRequest(f"partnercentral:channel:{KIND}", made["arn"], {}))
    checked = lived.inputs(KIND, **imported.inputs)
    assert lived.diff(KIND, made, **checked).diff.changed == []


def test_what_is_known_only_after_apply_passes_in_a_set(life, inputs) -> None:
    """A member account that another resource makes is no failure of the preview."""
    given = inputs(memberAccountIds=[UNKNOWN, CUSTOMER])
    checked = life().inputs(KIND, **given)["payload"][MEMBER]
    assert checked["memberAccountIds"] == [CUSTOMER, UNKNOWN]


def test_a_refresh_reads_one_contract_by_one_call(life, inputs, emulator) -> None:
    """A refresh that finds everything as it was says so, by one read and one of tags."""
    made = life().create(KIND, **inputs())
    emulator.reset_calls()
    found = life().read(KIND, made)
    assert not life().diff(KIND, found.state, **inputs()).diff.changed
    assert emulator.calls()["GetChannelContract"] == 1
    assert "ListChannelContracts" not in emulator.calls()


# -- canceling ---------------------------------------------------------------------------------


def test_deleting_a_pending_contract_cancels_it(life, inputs, emulator, patient) -> None:
    """AWS records the reason of the program, which was never sent before."""
    lived = life()
    made = lived.create(KIND, **inputs(), cancelReason="We moved on.")
    assert "cancellationReason" not in contracts(emulator)[0]
    lived.delete(KIND, made)
    (canceled,) = contracts(emulator)
    assert (canceled["status"], canceled["cancellationReason"]) == ("CANCELED", "We moved on.")
    assert lived.warnings == []


def test_without_a_reason_a_sentence_is_recorded(life, inputs, emulator, patient) -> None:
    """Where the program states no reason, AWS records one all the same."""
    lived = life()
    lived.delete(KIND, lived.create(KIND, **inputs()))
    assert contracts(emulator)[0]["cancellationReason"] == CANCEL_REASON


def test_a_change_of_the_reason_alone_changes_nothing_at_aws(life, inputs, emulator) -> None:
    """It is an update that only reads, and the next diff is clean."""
    made = life().create(KIND, **inputs(), cancelReason="One.")
    change = life().diff(KIND, made, **inputs(), cancelReason="Two.").diff
    assert (change.changed, change.replaces) == (["cancelReason"], [])
    emulator.reset_calls()
    changed = life().update(KIND, made, **inputs(), cancelReason="Two.")
    assert {name for name in emulator.calls() if not name.startswith(("sts:", "Get", "List"))} == (
        set()
    )
    assert not life().diff(KIND, changed, **inputs(), cancelReason="Two.").diff.changed


def test_a_contract_in_force_is_let_go_with_a_warning(life, inputs, emulator) -> None:
    """It says what stays in force, and until when; nothing is sent to AWS."""
    lived = life()
    made = lived.create(KIND, **inputs())
    lived.delete(KIND, made)
    assert contracts(emulator)[0]["status"] == "ACCEPTED"
    assert "CancelChannelContract" not in emulator.calls()
    (warning,) = lived.warnings
    assert f"{made['arn']} leaves this stack and stays in force until {END}" in warning


def test_a_contract_signed_meanwhile_is_let_go(life, inputs, emulator, patient) -> None:
    """The state says PENDING, AWS refuses to cancel: the warning tells that it stays in force."""
    lived = life()
    made = lived.create(KIND, **inputs())
    sign(emulator, made["arn"])
    lived.delete(KIND, made)
    assert contracts(emulator)[0]["status"] == "ACCEPTED"
    assert "stays in force" in lived.warnings[0]


def test_an_old_pending_contract_is_let_go(life, inputs, emulator, patient) -> None:
    """AWS cancels none that is older than 30 days: it can still be signed, and that is told."""
    emulator.set(contract_expiry_days=0)
    lived = life()
    made = lived.create(KIND, **inputs())
    emulator.advance(31 * 86400)
    # What STS lent the first has expired.
    lived = life(clock=lambda: datetime.now(timezone.utc) + timedelta(days=31))
    lived.delete(KIND, made)
    assert contracts(emulator)[0]["status"] == "PENDING"
    assert "can still be signed, which puts it in force" in lived.warnings[0]


def test_a_young_contract_that_aws_does_not_cancel_stays(life, inputs, emulator, patient) -> None:
    """A refusal for another reason than its age is an error: it could still be signed."""
    lived = life()
    made = lived.create(KIND, **inputs())
    emulator.fault("CancelChannelContract", error="ValidationException")
    with pytest.raises(Refused, match="does not accept this CancelChannelContract"):
        lived.delete(KIND, made)
    assert lived.warnings == []
    lived.delete(KIND, made)
    assert contracts(emulator)[0]["status"] == "CANCELED"


@pytest.mark.parametrize("status", ["CANCELED", "INACTIVE"])
def test_a_contract_that_is_over_is_let_go(life, inputs, emulator, patient, status) -> None:
    """Nothing of it is in force, AWS keeps it on record, and a warning says both."""
    lived = life()
    made = lived.create(KIND, **inputs())
    sign(emulator, made["arn"])
    lived.delete(KIND, made | {"status": status})
    assert f"The contract is {status}" in lived.warnings[0]
    assert "on record" in lived.warnings[0]


def test_a_contract_that_is_gone_is_deleted(life, inputs, emulator, patient) -> None:
    """What AWS does not know any more is what was asked for."""
    lived = life()
    made = lived.create(KIND, **inputs())
    emulator.application.memory.delete(made["channelContractId"])
    lived.delete(KIND, made)
    assert lived.warnings == []


# -- never two ---------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["PENDING", "ACCEPTED"])
def test_an_equal_contract_is_never_sent_twice(life, inputs, emulator, status) -> None:
    """Whoever starts afresh, with another client token, is told the import line."""
    emulator.set(sandbox_contract_seconds=1e9 if status == "PENDING" else 0.0)
    made = life().create(KIND, **inputs())
    urn = f"urn:pulumi:dev::p::partnercentral:channel:{KIND}::attestation"
    other = inputs(supportedServices=["MONITORING", "SECURITY"])
    with pytest.raises(Conflict) as refused:
        life(urn=urn).create(KIND, **other)
    assert f"pulumi import partnercentral:channel:{KIND} attestation {made['arn']}" in str(
        refused.value
    )
    assert "A forced replacement sends nothing either." in str(refused.value)
    assert "delete_before_replace" not in str(refused.value)
    assert emulator.calls()["CreateChannelContract"] == 1
    assert len(contracts(emulator)) == 1


def test_an_equal_contract_is_known_without_the_address(life, inputs, emulator) -> None:
    """AWS shows an address only if available: without it the rest decides."""
    emulator.set(contract_shows_address=False)
    life().create(KIND, **inputs())
    with pytest.raises(Conflict, match="says the same"):
        life().create(KIND, **inputs())
    assert len(contracts(emulator)) == 1


@pytest.mark.parametrize("over", ["CANCELED", "EXPIRED", "INACTIVE"])
def test_what_is_over_is_sent_anew(life, inputs, emulator, patient, over) -> None:
    """Only a contract that is PENDING or ACCEPTED is in the way of an equal one."""
    lived = life()
    made = lived.create(KIND, **inputs())
    if over == "CANCELED":
        lived.delete(KIND, made)
    elif over == "INACTIVE":
        sign(emulator, made["arn"])
        sign(emulator, made["arn"], over)
    else:
        sign(emulator, made["arn"], over)
    again = lived.create(KIND, **inputs())
    assert again["arn"] != made["arn"]
    assert [each["status"] for each in contracts(emulator)] == [over, "PENDING"]


def test_another_pending_contract_is_named(life, inputs, emulator, patient) -> None:
    """AWS lets one wait for each relationship: the error names it, and how to cancel it."""
    made = life().create(KIND, **inputs())
    with pytest.raises(Conflict) as refused:
        life().create(KIND, **inputs(signatoryName="John Doe"))
    assert f"It is {made['arn']}." in str(refused.value)
    assert "aws partnercentral-channel cancel-channel-contract --catalog Sandbox" in str(
        refused.value
    )
    assert len(contracts(emulator)) == 1


@pytest.mark.parametrize("drop", ["before", "after"])
def test_a_lost_answer_never_leads_to_two(life, inputs, emulator, drop, monkeypatch) -> None:
    """The next create sends it, or names what the lost one had sent."""
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    emulator.fault("CreateChannelContract", drop=drop)
    with pytest.raises(Exception, match="no answer"):
        life().create(KIND, **inputs())
    if drop == "before":
        life().create(KIND, **inputs())
    else:
        with pytest.raises(Conflict, match=contracts(emulator)[0]["arn"]):
            life().create(KIND, **inputs())
    assert len(contracts(emulator)) == 1


def test_a_contract_that_cannot_be_read_back_is_kept(life, inputs, emulator, monkeypatch) -> None:
    """It is in the stack as unfinished, and the next update completes it."""
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    emulator.fault("GetChannelContract", error="InternalServerException", times=4)
    lived = life()
    made = lived.create(KIND, **inputs())
    assert "was created but could not be read back" in lived.warnings[0]
    emulator.application.faults.clear()
    assert lived.diff(KIND, made, **inputs()).unfinished
    assert lived.update(KIND, made, **inputs())["status"] == "ACCEPTED"
    assert len(contracts(emulator)) == 1


# -- replacement and statuses ------------------------------------------------------------------


def test_a_contract_in_force_is_replaced_without_a_gap(life, inputs, emulator) -> None:
    """The new one is sent first, and the preview says so; the old one is then let go."""
    lived = life()
    made = lived.create(KIND, **inputs())
    change = lived.diff(KIND, made, **inputs(endDate=later(400)))
    assert (change.diff.replaces, change.deletes_first) == (["payload"], False)
    assert "a new contract is sent for signature first" in lived.warnings[0]
    lived.create(KIND, **inputs(endDate=later(400)))
    lived.delete(KIND, made)
    assert [each["status"] for each in contracts(emulator)] == ["INACTIVE", "ACCEPTED"]
    assert "CancelChannelContract" not in emulator.calls()


def test_a_pending_contract_is_canceled_before_its_replacement(life, inputs, patient) -> None:
    """AWS may refuse a second one beside it; the preview says that it is canceled first."""
    lived = life()
    made = lived.create(KIND, **inputs())
    assert lived.diff(KIND, made, **inputs(endDate=later(400))).deletes_first
    assert "it is canceled first" in lived.warnings[0]


def test_an_expired_contract_is_gone(life, inputs, emulator, patient) -> None:
    """A refresh takes it out, so that the next `up` sends a new one."""
    lived = life()
    made = lived.create(KIND, **inputs())
    emulator.advance(31 * 86400)
    lived = life()  # what STS lent the first has expired
    assert lived.read(KIND, made) is None
    assert "is EXPIRED" in lived.warnings[0]


def test_a_contract_canceled_by_somebody_else_stays(life, inputs, client, patient) -> None:
    """A refresh warns with the reason and how to send it anew; nothing is sent by itself."""
    urn = f"urn:pulumi:dev::p::partnercentral:channel:{KIND}::attestation"
    lived = life(urn=urn)
    made = lived.create(KIND, **inputs())
    client().cancel_channel_contract(catalog="Sandbox", identifier=made["arn"], reason="Wrong.")
    found = lived.read(KIND, made)
    assert found.state["status"] == "CANCELED"
    assert found.state["cancellationReason"] == "Wrong."
    assert "was canceled (Wrong.)" in lived.warnings[0]
    assert f"pulumi up --replace {urn}" in lived.warnings[0]
    assert not lived.diff(KIND, found.state, **inputs()).diff.changed
    assert lived.diff(KIND, found.state, **inputs(endDate=later(9))).diff.replaces == ["payload"]


def test_an_inactive_contract_names_the_one_in_effect(life, inputs, emulator, client) -> None:
    """Somebody sent a newer one by hand, which was signed: the refresh names it."""
    lived = life()
    made = lived.create(KIND, **inputs())
    payload = copy.deepcopy(inputs(endDate=later(400))["payload"])
    newer = client().create_channel_contract(
        catalog="Sandbox", contractType="MANAGED_SERVICES_ATTESTATION", payload=payload
    )["channelContractDetail"]["arn"]
    found = lived.read(KIND, made)
    assert found.state["status"] == "INACTIVE"
    assert f"{newer} is in effect in its place" in lived.warnings[0]
    sign(emulator, newer, "INACTIVE")
    again = life()
    again.read(KIND, made)
    assert "No other is in effect." in again.warnings[0]


@pytest.mark.parametrize(("days", "warned"), [(None, True), ("10", False), ("60", True)])
def test_the_end_of_a_contract_in_force_is_told(life, inputs, days, warned) -> None:
    """Within so many days of its end, previews and refreshes say so; 30 where nothing is set."""
    made = life().create(KIND, **inputs(endDate=later(20)))
    for ask in ("diff", "read"):
        lived = life(contractExpiryWarningDays=days)
        if ask == "diff":
            lived.diff(KIND, made, **inputs(endDate=later(20)) | {"payload": _payload(made)})
        else:
            lived.read(KIND, made)
        assert [f"The contract {made['arn']} ends at" in text for text in lived.warnings] == (
            [True] if warned else []
        )


def _payload(state: dict[str, Any]) -> dict[str, Any]:
    return {MEMBER: state["details"][DETAILS]}


def test_only_a_contract_in_force_ends(life, inputs, patient) -> None:
    """One that waits for its signature has no end to warn of."""
    lived = life()
    lived.read(KIND, lived.create(KIND, **inputs(endDate=later(20))))
    assert lived.warnings == []


# -- checks ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "property_", "reason"),
    [
        ({"signatoryEmail": "nobody"}, "signatoryEmail", "must be an e-mail address"),
        ({"signatoryEmail": "a" * 250 + "@b.example"}, "signatoryEmail", "at most 256"),
        ({"signatoryName": "a\nb"}, "signatoryName", "free of control characters"),
        ({"legalEntityName": "a" * 301}, "legalEntityName", "must be at most 300 characters"),
        ({"legalEntityName": " "}, "legalEntityName", "must not be empty"),
        (
            {"legalEntityAddress": ADDRESS | {"countryCode": "us"}},
            "legalEntityAddress.countryCode",
            "must be two capital letters",
        ),
        (
            {"legalEntityAddress": ADDRESS | {"postalCode": "1" * 11}},
            "legalEntityAddress.postalCode",
            "must be at most 10 characters",
        ),
        ({"memberAccountIds": ["1"]}, "memberAccountIds[0]", "must be 12 digits"),
        ({"endDate": "soon"}, "endDate", "must be a date or a time"),
        ({"supportedServices": None}, "supportedServices", "is required"),
    ],
)
def test_what_the_model_documents_is_checked(life, inputs, changed, property_, reason) -> None:
    """Each mistake is named by its path, without repeating what is private."""
    (failure,) = life().check(KIND, **inputs(**changed)).failures
    assert failure.property == f"payload.{MEMBER}.{property_}"
    assert reason in failure.reason
    if property_.startswith(("signatory", "legal")):
        for value in changed.values():
            assert not isinstance(value, str) or not value.strip() or value not in failure.reason


def test_a_reason_is_checked(life, inputs) -> None:
    """A reason for canceling has 1 to 1,024 characters."""
    for reason in ("", "a" * 1025):
        (failure,) = life().check(KIND, **inputs(), cancelReason=reason).failures
        assert failure.property == "cancelReason"


@pytest.mark.parametrize("end", ["2027-06-30", "whenever"])
def test_one_wrong_member_hides_no_sentence_behind_a_crash(life, inputs, managed, end) -> None:
    """Where the relationship is known and a member is wrong, each failure is still a sentence."""
    lived = life()
    parent = {"programManagementAccountIdentifier": managed["programManagementAccountId"]}
    lived.diff("Relationship", managed, **CUSTOMERS, **parent)
    given = inputs(signatoryEmail="nobody", endDate=end)
    failures = {f.property.rpartition(".")[2] for f in lived.check(KIND, **given).failures}
    assert "signatoryEmail" in failures


def test_an_end_that_is_no_time_fails_no_refresh(life, inputs) -> None:
    """What AWS shows in a form that nobody knew is kept, and no warning can be derived of it."""
    lived = life()
    made = lived.create(KIND, **inputs())
    made["details"][DETAILS]["endDate"] = "whenever"
    assert not lived.diff(KIND, made, **inputs()).diff.replaces
    assert not any("ends at" in warning for warning in lived.warnings)


def test_the_payload_is_held_against_the_relationship_where_it_is_known(
    life, provider, inputs
) -> None:
    """The end before the start, and members for an entire organization, fail without a call."""
    lived = life()
    whole = lived.create(
        "Relationship",
        **CUSTOMERS
        | {
            "accountScope": "ENTIRE_ORGANIZATION",
            "startDate": "2030-01-01",
            "associatedAccountId": "777788889999",
        },
        programManagementAccountIdentifier=provider["arn"],
    )
    given = inputs(relationshipIdentifier=whole["arn"], endDate="2029-12-31")
    failures = {
        f.property.rpartition(".")[2]: f.reason for f in lived.check(KIND, **given).failures
    }
    assert set(failures) == {"endDate", "memberAccountIds"}
    assert "2030-01-01T00:00:00Z" in failures["endDate"]
    assert life().check(KIND, **given).failures == []


def test_absent_members_are_warned_of(life, provider, inputs, managed) -> None:
    """That specific member accounts have to be named is an assumption: a warning, no failure."""
    lived = life()
    given = CUSTOMERS | {"programManagementAccountIdentifier": provider["arn"]}
    lived.diff("Relationship", managed, **given)
    assert lived.check(KIND, **inputs(memberAccountIds=None)).failures == []
    assert "memberAccountIds is absent" in lived.warnings[0]


def test_a_relationship_with_a_pending_contract_names_it(life, inputs, managed, patient) -> None:
    """What keeps AWS from deleting the relationship is told with the command that cancels it."""
    lived = life()
    made = lived.create(KIND, **inputs())
    with pytest.raises(Conflict) as refused:
        lived.delete("Relationship", managed)
    assert f"In the way is the ChannelContract {made['arn']}" in str(refused.value)
    assert "cancel-channel-contract --catalog Sandbox" in str(refused.value)


# -- imports -----------------------------------------------------------------------------------


def test_a_contract_is_imported_with_its_payload(life, inputs) -> None:
    """What AWS shows as details is the payload of the program, with nothing left to change."""
    lived = life()
    made = lived.create(KIND, **inputs(), tags={"team": "blue"})
    found = lived.of.read(ReadRequest(f"partnercentral:channel:{KIND}", made["arn"], {}))
    assert set(found.inputs) == {"catalog", "contractType", "payload", "tags"}
    checked = lived.inputs(KIND, **found.inputs)
    assert checked == found.inputs
    assert not lived.diff(
        KIND, lived.outputs(found), **inputs(), tags={"team": "blue"}
    ).diff.changed


def test_a_contract_without_its_address_is_not_imported(life, inputs, emulator) -> None:
    """The payload has to have an address: the error says that AWS does not show it."""
    emulator.set(contract_shows_address=False)
    lived = life()
    made = lived.create(KIND, **inputs())
    with pytest.raises(Refused, match="does not show the address"):
        lived.of.read(ReadRequest(f"partnercentral:channel:{KIND}", made["arn"], {}))


def test_no_message_tells_what_is_private(life, inputs, emulator, patient, client) -> None:
    """Neither warnings nor errors repeat the signatory or the legal entity."""
    lived = life(urn=f"urn:pulumi:dev::p::partnercentral:channel:{KIND}::a")
    made = lived.create(KIND, **inputs())
    texts = []
    for attempt in (
        lambda: lived.create(KIND, **inputs()),
        lambda: lived.create(KIND, **inputs(signatoryName="John Doe")),
        lambda: lived.of.update(
            UpdateRequest(
                f"partnercentral:channel:{KIND}",
                made["arn"],
                {n: v for n, v in made.items() if not n.startswith("__") and n != "payload"},
                {},
                lived.inputs(KIND, **inputs(signatoryName="John Doe")),
            )
        ),
    ):
        with pytest.raises(Conflict) as refused:
            attempt()
        texts.append(str(refused.value))
    lived.diff(KIND, made, **inputs(signatoryName="John Doe"))
    client().cancel_channel_contract(catalog="Sandbox", identifier=made["arn"])
    lived.read(KIND, made)
    for text in [*texts, *lived.warnings]:
        assert not [private for private in [*PRIVATE, "John Doe"] if private in text]
