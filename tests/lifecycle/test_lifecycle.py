"""The lifecycle's rules, through real boto3, against the emulator."""

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from conftest import ACCOUNT, CUSTOMER, LINKED, MANAGEMENT, RELATIONSHIP
from partnercentral_provider.lifecycle.requests import ReadRequest
from partnercentral_provider.model.errors import Conflict, NotFound, ProviderError, WrongAccount

Any_ = dict[str, Any]
NOTICE = {"servicePeriodType": "MINIMUM_NOTICE_PERIOD", "minimumNoticeDays": "30"}


def identified(name: str, stack: str = "dev") -> dict[str, str]:
    return {"__identity": f'["project", "{stack}", "", "", "partnercentral:channel:X", "{name}"]'}


def invitation(account: Any_) -> Any_:
    return {
        "handshakeType": "PROGRAM_MANAGEMENT_ACCOUNT",
        "associatedResourceIdentifier": account["arn"],
    }


def start(relationship: Any_) -> Any_:
    parent = relationship["programManagementAccountId"]
    return {
        "handshakeType": "START_SERVICE_PERIOD",
        "associatedResourceIdentifier": relationship["arn"],
        "payload": {
            "startServicePeriodPayload": NOTICE | {"programManagementAccountIdentifier": parent}
        },
    }


def answer(handshake: Any_, response: str = "ACCEPT") -> Any_:
    return {
        "channelHandshakeIdentifier": handshake["arn"],
        "handshakeType": handshake["handshakeType"],
        "response": response,
    }


class TestState:
    def test_is_what_aws_says(self, account):
        """A created account has AWS's status, revision and times, and its tags."""
        assert account["status"] == "PENDING"
        assert account["revision"] == "1"
        assert account["createdAt"].endswith("Z")
        assert account["tags"] == {"team": "blue"}
        assert account["programManagementAccountId"] == account["arn"].rpartition("/")[2]

    def test_keeps_what_aws_never_returns(self, life, account):
        """A requested support plan stays in the state through a refresh."""
        plan = {"partnerLedSupport": {"coverage": "ENTIRE_ORGANIZATION", "tamLocation": "EU"}}
        state = life().create(
            "Relationship",
            **RELATIONSHIP,
            programManagementAccountIdentifier=account["arn"],
            requestedSupportPlan=plan,
        )
        found = life().read("Relationship", state)
        assert found.state["requestedSupportPlan"] == plan
        assert found.inputs["requestedSupportPlan"] == plan

    def test_refresh_returns_the_inputs_that_the_program_set(self, emulator, life, account):
        """A value that AWS fills in is no input, so that the next update does not remove it."""
        emulator.set(fills_resale_account_model="END_CUSTOMER")
        inputs = RELATIONSHIP | {"programManagementAccountIdentifier": account["arn"]}
        state = life().create("Relationship", **inputs)
        found = life().read("Relationship", state)
        assert found.state["resaleAccountModel"] == "END_CUSTOMER"
        assert sorted(found.inputs) == sorted([*inputs, "catalog"])
        assert not life().diff("Relationship", found.state, **inputs).diff.changed

    def test_foreign_tags_are_left_alone_where_the_program_sets_none(self, life, client):
        """Tags that somebody else gave are no change of a program that has none."""
        inputs = {k: v for k, v in ACCOUNT.items() if k != "tags"}
        state = life().create("ProgramManagementAccount", **inputs)
        client().tag_resource(resourceArn=state["arn"], tags=[{"key": "x", "value": "y"}])
        found = life().read("ProgramManagementAccount", state)
        assert found.state["tags"] == {"x": "y"}
        assert not life().diff("ProgramManagementAccount", found.state, **inputs).diff.changed

    def test_values_that_aws_fills_in_never_become_inputs(self, emulator, life, account):
        """Neither an update nor a refresh takes AWS's own value for one that the program set."""
        emulator.set(fills_resale_account_model="END_CUSTOMER")
        inputs = RELATIONSHIP | {"programManagementAccountIdentifier": account["arn"]}
        state = life().create("Relationship", **inputs)
        for name in ("B", "C"):
            inputs["displayName"] = name
            assert not life().diff("Relationship", state, **inputs).diff.replaces
            state = life().update("Relationship", state, **inputs)
        assert state["resaleAccountModel"] == "END_CUSTOMER"
        found = life().read("Relationship", state)
        assert "resaleAccountModel" not in found.inputs
        assert not life().diff("Relationship", found.state, **inputs).diff.changed

    def test_tags_taken_out_of_the_program_are_untagged(self, life, account):
        """No tags in the program any more means none in AWS."""
        inputs = {name: value for name, value in ACCOUNT.items() if name != "tags"}
        assert life().diff("ProgramManagementAccount", account, **inputs).diff.changed == ["tags"]
        state = life().update("ProgramManagementAccount", account, **inputs)
        assert not state["tags"]
        assert not life().diff("ProgramManagementAccount", state, **inputs).diff.changed

    def test_lacking_its_proof_is_completed_by_an_update(self, emulator, life):
        """Created but not readable: the ARN is kept, with a warning, and an update completes it."""
        emulator.fault("ListProgramManagementAccounts", error="AccessDeniedException")
        lived = life()
        state = lived.create("ProgramManagementAccount", **ACCOUNT)
        assert "revision" not in state
        assert "could not be read back" in lived.warnings[0]
        change = life().diff("ProgramManagementAccount", state, **ACCOUNT)
        assert change.unfinished
        assert not change.diff.changed
        completed = life().update("ProgramManagementAccount", state, **ACCOUNT)
        assert completed["revision"] == "1"
        assert not life().diff("ProgramManagementAccount", completed, **ACCOUNT).unfinished

    def test_of_another_version_never_stops_a_delete(self, life, account):
        """Old state with unknown members and odd values is refreshed, updated and deleted."""
        odd = {"arn": account["arn"], "status": "SUSPENDED", "future": {"a": 1}, "createdAt": 5}
        assert life().read("ProgramManagementAccount", odd).state["revision"] == "1"
        changed = life().update("ProgramManagementAccount", odd, **ACCOUNT | {"displayName": "B"})
        assert changed["displayName"] == "B"
        life().delete("ProgramManagementAccount", {"arn": account["arn"]})
        assert life().read("ProgramManagementAccount", odd) is None

    def test_lag_is_waited_out(self, emulator, life):
        """A list that shows a new account only a second later is read again."""
        emulator.set(list_lag_seconds=1.0)
        lived = life()
        assert lived.create("ProgramManagementAccount", **ACCOUNT)["revision"] == "1"
        assert lived.warnings == []

    def test_lag_of_an_update_is_waited_out(self, emulator, life, account):
        """A read that is older than the answer of the update is no state."""
        emulator.advance(10)
        emulator.set(list_lag_seconds=1.0)
        renamed = life().update(
            "ProgramManagementAccount", account, **ACCOUNT | {"displayName": "B"}
        )
        assert (renamed["revision"], renamed["displayName"]) == ("2", "B")


class TestCalls:
    """What each verb costs: reads and writes counted by the emulator."""

    def test_create_is_one_write_and_one_read(self, emulator, life):
        """A create makes two calls of the Channel API: its tags are known, since it sent them."""
        made = life().create("ProgramManagementAccount", **ACCOUNT | {"tags": {"a": "1", "b": ""}})
        assert _channel(emulator) == {
            "CreateProgramManagementAccount": 1,
            "ListProgramManagementAccounts": 1,
        }
        assert made["tags"] == {"a": "1", "b": ""}
        assert life().read("ProgramManagementAccount", made).state == made

    def test_a_create_that_finds_its_earlier_object_reads_its_tags(self, client, life):
        """What an earlier, lost create made may have been tagged by others since."""
        inputs = ACCOUNT | identified("n")
        made = life().create("ProgramManagementAccount", **inputs)
        client().tag_resource(resourceArn=made["arn"], tags=[{"key": "by", "value": "others"}])
        again = life().create("ProgramManagementAccount", **inputs)
        assert again["tags"] == {**ACCOUNT.get("tags", {}), "by": "others"}

    def test_check_and_diff_make_none(self, emulator, life, account):
        """A preview makes no call at all."""
        emulator.reset_calls()
        life().diff("ProgramManagementAccount", account, **ACCOUNT | {"displayName": "B"})
        assert emulator.calls() == {}

    def test_tags_are_one_untag_and_one_tag_call(self, emulator, life, account):
        """However many tags change; the account itself is not updated."""
        emulator.reset_calls()
        tags = {"a": "1", "b": "2", "c": "3"}
        state = life().update("ProgramManagementAccount", account, **ACCOUNT | {"tags": tags})
        assert state["tags"] == tags
        assert _channel(emulator) == {
            "UntagResource": 1,
            "TagResource": 1,
            "ListProgramManagementAccounts": 1,
            "ListTagsForResource": 1,
        }

    def test_refresh_of_a_relationship_is_two_reads(self, emulator, life, relationship):
        """A relationship is got by its ARN alone."""
        emulator.reset_calls()
        life().read("Relationship", relationship)
        assert _channel(emulator) == {"GetRelationship": 1, "ListTagsForResource": 1}


def _channel(emulator) -> dict[str, int]:
    return {k: v for k, v in emulator.calls().items() if not k.startswith("sts:")}


class TestRevision:
    def test_lost_answer_is_no_conflict(self, life, client, account):
        """An update whose answer was lost finds its value in AWS, and is done."""
        client().update_program_management_account(
            catalog="Sandbox", identifier=account["arn"], revision="1", displayName="B"
        )
        state = life().update("ProgramManagementAccount", account, **ACCOUNT | {"displayName": "B"})
        assert (state["displayName"], state["revision"]) == ("B", "2")

    def test_foreign_change_of_nothing_ours_is_retried(self, life, client, relationship):
        """A new revision without a change of what the program manages is updated once more."""
        parent = relationship["programManagementAccountId"]
        client().update_relationship(
            catalog="Sandbox",
            identifier=relationship["arn"],
            programManagementAccountIdentifier=parent,
            displayName="Acme",
        )
        inputs = RELATIONSHIP | {"programManagementAccountIdentifier": parent, "displayName": "B"}
        state = life().update("Relationship", relationship, **inputs)
        assert (state["displayName"], state["revision"]) == ("B", "3")

    def test_change_of_what_the_program_never_set_is_retried(self, life, emulator, account):
        """What AWS fills in by itself is not somebody else's change of ours."""
        inputs = RELATIONSHIP | {"programManagementAccountIdentifier": account["arn"]}
        state = life().create("Relationship", **inputs)
        memory = emulator.application.memory
        row = memory.get("rs", state["relationshipId"])
        filled = row["body"] | {"resaleAccountModel": "END_CUSTOMER", "revision": "2"}
        memory.retag(row["id"], filled)
        assert (
            life().update("Relationship", state, **inputs | {"displayName": "B"})["revision"] == "3"
        )

    def test_conflict_of_another_kind_keeps_its_own_words(self, life, emulator, account):
        """A conflict without a new revision is shown as AWS worded it."""
        emulator.fault("UpdateProgramManagementAccount", error="ConflictException", message="Busy")
        with pytest.raises(Conflict, match="Busy"):
            life().update("ProgramManagementAccount", account, **ACCOUNT | {"displayName": "B"})

    def test_second_conflict_tells_the_revisions(self, life, emulator, client, relationship):
        """Where the retry is refused too, both revisions and `pulumi refresh` are named."""
        parent = relationship["programManagementAccountId"]
        client().update_relationship(
            catalog="Sandbox",
            identifier=relationship["arn"],
            programManagementAccountIdentifier=parent,
            displayName="Acme",
        )
        emulator.fault("UpdateRelationship", error="ConflictException", skip=1)
        inputs = RELATIONSHIP | {"programManagementAccountIdentifier": parent, "displayName": "B"}
        with pytest.raises(Conflict) as caught:
            life().update("Relationship", relationship, **inputs)
        assert "revision 2" in str(caught.value)
        assert "pulumi refresh" in str(caught.value)

    def test_foreign_change_of_ours_fails_with_both_revisions(self, life, client, account):
        """Somebody else's name is not overwritten; the sentence tells both and what to do."""
        client().update_program_management_account(
            catalog="Sandbox", identifier=account["arn"], displayName="Theirs"
        )
        with pytest.raises(Conflict) as caught:
            life().update("ProgramManagementAccount", account, **ACCOUNT | {"displayName": "Ours"})
        text = str(caught.value)
        assert 'revision 2 (displayName "Theirs")' in text
        assert 'revision 1 (displayName "Reseller")' in text
        assert "pulumi refresh" in text


class TestIdempotency:
    def test_repeated_create_finds_its_own(self, emulator, life, client):
        """A create whose state was lost is repeated and answers with the same account."""
        inputs = ACCOUNT | identified("a")
        first = life().create("ProgramManagementAccount", **inputs)
        assert life().create("ProgramManagementAccount", **inputs)["arn"] == first["arn"]
        assert len(emulator.objects()) == 1

    def test_dropped_connection_makes_no_second_object(self, emulator, life):
        """An answer lost on the wire is asked for again under the same token."""
        emulator.fault("CreateProgramManagementAccount", drop="after")
        life().create("ProgramManagementAccount", **ACCOUNT | identified("a"))
        assert len(emulator.objects()) == 1

    def test_another_stack_shares_nothing(self, life):
        """The same program in another stack is refused, and the ARN that exists is named."""
        made = life().create("ProgramManagementAccount", **ACCOUNT | identified("a"))
        with pytest.raises(Conflict, match="exists already") as caught:
            life().create("ProgramManagementAccount", **ACCOUNT | identified("a", "prod"))
        assert made["arn"] in str(caught.value)

    def test_after_a_delete_the_next_attempt_makes_a_new_one(self, life):
        """AWS answers a known token with the deleted object; the next token makes another."""
        inputs = ACCOUNT | identified("a")
        first = life().create("ProgramManagementAccount", **inputs)
        life().delete("ProgramManagementAccount", first)
        assert life().create("ProgramManagementAccount", **inputs)["arn"] != first["arn"]

    def test_after_a_rejection_the_next_attempt_invites_again(self, life, account):
        """A forced replacement of a rejected handshake is a new invitation."""
        inputs = invitation(account) | identified("h")
        first = life().create("ChannelHandshake", **inputs)
        life(MANAGEMENT).create("ChannelHandshakeResponse", **answer(first, "REJECT"))
        second = life().create("ChannelHandshake", **inputs)
        assert second["arn"] != first["arn"]
        assert second["status"] == "PENDING"

    def test_an_old_living_object_is_somebodys_contract(self, life):
        """A match older than an hour is refused, since it may be in use."""
        inputs = ACCOUNT | identified("a")
        life().create("ProgramManagementAccount", **inputs)
        later = datetime.now(timezone.utc) + timedelta(hours=2)
        with pytest.raises(Conflict, match="too old"):
            life(clock=lambda: later).create("ProgramManagementAccount", **inputs)

    def test_gives_up_after_five_attempts(self, life):
        """Objects that are over five times in a row end in a sentence, not in a loop."""
        inputs = ACCOUNT | identified("a")
        for _ in range(5):
            made = life().create("ProgramManagementAccount", **inputs)
            life().delete("ProgramManagementAccount", made)
        with pytest.raises(Conflict, match="AWS answered 5 times"):
            life().create("ProgramManagementAccount", **inputs)

    def test_lag_of_a_list_is_not_taken_for_gone(self, emulator, life):
        """What a list does not show yet is kept, and no second one is made."""
        emulator.set(list_lag_seconds=3600, one_account_per_catalog=False)
        lived = life()
        state = lived.create("ProgramManagementAccount", **ACCOUNT | identified("a"))
        assert len(emulator.objects()) == 1
        assert "could not be read back" in lived.warnings[0]
        # Until a list shows it, a refresh keeps it too.
        assert life().read("ProgramManagementAccount", state).unfinished
        emulator.advance(3601)
        assert life().read("ProgramManagementAccount", state).state["revision"] == "1"

    def test_what_was_gone_when_it_was_answered_with_is_forgotten(self, emulator, life):
        """
        A refresh forgets a deleted account that a repeated create was answered with.

        The create could not read it back, so that it was never seen. AWS has its tags no longer.
        """
        inputs = ACCOUNT | identified("a")
        gone = life().create("ProgramManagementAccount", **inputs)
        life().delete("ProgramManagementAccount", gone)
        emulator.fault("ListProgramManagementAccounts", error="AccessDeniedException")
        again = life().create("ProgramManagementAccount", **inputs)
        assert again["arn"] == gone["arn"]
        assert life().read("ProgramManagementAccount", again) is None
        made = life().create("ProgramManagementAccount", **inputs)
        assert [held["arn"] for held in emulator.objects()] == [made["arn"]]

    @pytest.mark.parametrize("kind", ["ProgramManagementAccount", "ChannelHandshake"])
    def test_lag_of_a_list_keeps_what_was_seen_before(self, emulator, life, account, kind):
        """
        A refresh by another process keeps what lists stop to show while AWS has its tags.

        Forgotten, it would be refused at the next `pulumi up`, since it exists already.
        """
        state = account
        if kind == "ChannelHandshake":
            state = life().create(kind, **invitation(account))
        emulator.set(list_lag_seconds=3600)
        lived = life()
        found = lived.read(kind, state)
        assert found
        assert found.state == state
        assert not found.unfinished
        assert "It stays in this stack as it was: `pulumi refresh` again." in lived.warnings[-1]
        emulator.set(list_lag_seconds=0)
        assert life().read(kind, state).state["arn"] == state["arn"]

    def test_accepted_meanwhile_is_still_its_own(self, life, emulator, account):
        """An invitation whose answer was lost, and that was accepted, is not sent again."""
        inputs = invitation(account) | identified("join")
        sent = life().create("ChannelHandshake", **inputs)
        life(MANAGEMENT).create("ChannelHandshakeResponse", **answer(sent))
        again = life().create("ChannelHandshake", **inputs)
        assert (again["arn"], again["status"]) == (sent["arn"], "ACCEPTED")
        assert len(emulator.objects()) == 2

    def test_nothing_after_the_write_loses_what_was_made(self, emulator, life):
        """Even an answer that nobody could foresee leaves the ARN in the state."""
        emulator.fault("ListTagsForResource", error="TeapotException")
        state = life().create("ProgramManagementAccount", **ACCOUNT)
        assert state["arn"] == emulator.objects()[0]["arn"]


class TestGone:
    def test_delete_of_what_is_gone_is_done(self, life, account):
        """Deleting twice is no error."""
        life().delete("ProgramManagementAccount", account)
        life().delete("ProgramManagementAccount", account)

    def test_inactive_is_gone(self, emulator, life, account):
        """An account that stays listed as INACTIVE counts as deleted."""
        emulator.set(deleted_account_stays_inactive=True)
        life().delete("ProgramManagementAccount", account)
        assert life().read("ProgramManagementAccount", account) is None

    def test_expired_handshake_is_gone(self, emulator, life, account):
        """A handshake that nobody answered within 30 days is created anew by the next `up`."""
        sent = life().create("ChannelHandshake", **invitation(account))
        emulator.advance(31 * 86400)
        assert life().read("ChannelHandshake", sent) is None

    def test_handshake_canceled_by_someone_else_is_gone(self, life, client, account):
        """So is one that was taken back by hand."""
        sent = life().create("ChannelHandshake", **invitation(account))
        client().cancel_channel_handshake(catalog="Sandbox", identifier=sent["arn"])
        assert life().read("ChannelHandshake", sent) is None

    def test_malformed_arn_says_the_form(self, life):
        """A wrong ID is refused with the form that is expected."""
        with pytest.raises(ProviderError, match="arn:aws:partnercentral"):
            life().of.read(ReadRequest("partnercentral:channel:Relationship", "rs-nonsense", {}))


class TestHandshake:
    def test_pending_is_canceled(self, emulator, life, account):
        """Deleting a pending handshake takes it back."""
        sent = life().create("ChannelHandshake", **invitation(account))
        life().delete("ChannelHandshake", sent)
        assert emulator.objects()[-1]["status"] == "CANCELED"

    def test_accepted_is_let_go_with_a_warning(self, emulator, life, account):
        """What was accepted stays in force, and the warning says so; state may lag behind."""
        sent = life().create("ChannelHandshake", **invitation(account))
        life(MANAGEMENT).create("ChannelHandshakeResponse", **answer(sent))
        lived = life()
        lived.delete("ChannelHandshake", sent)
        assert "stays in force" in lived.warnings[0]
        assert emulator.objects()[-1]["status"] == "ACCEPTED"

    def test_rejected_warns_at_each_refresh(self, life, account):
        """A refusal stays in the state and is shown; nobody is invited again by itself."""
        sent = life().create("ChannelHandshake", **invitation(account))
        life(MANAGEMENT).create("ChannelHandshakeResponse", **answer(sent, "REJECT"))
        lived = life()
        assert lived.read("ChannelHandshake", sent).state["status"] == "REJECTED"
        assert "rejected" in lived.warnings[0]

    def test_arn_alone_is_enough_to_read(self, life, relationship):
        """A handshake's ARN holds no type: all three are searched."""
        sent = life().create("ChannelHandshake", **start(relationship))
        found = life().read("ChannelHandshake", {"arn": sent["arn"]})
        assert found.state["handshakeType"] == "START_SERVICE_PERIOD"
        assert found.state["associatedResourceId"] == relationship["relationshipId"]

    def test_service_period_keeps_its_payload(self, life, relationship):
        """The payload is AWS's to show in another form; the inputs compare equal."""
        inputs = start(relationship)
        sent = life().create("ChannelHandshake", **inputs)
        assert sent["receiverAccountId"] == CUSTOMER
        found = life().read("ChannelHandshake", sent)
        assert not life().diff("ChannelHandshake", found.state, **inputs).diff.changed


class TestResponse:
    def test_accepting_activates_the_account(self, life, account):
        """An accepted invitation makes the account ACTIVE, and names the account it is about."""
        sent = life().create("ChannelHandshake", **invitation(account))
        given = life(MANAGEMENT).create("ChannelHandshakeResponse", **answer(sent))
        assert given["status"] == "ACCEPTED"
        assert given["associatedResourceId"] == account["programManagementAccountId"]
        found = life().read("ProgramManagementAccount", account)
        assert found.state["status"] == "ACTIVE"

    @pytest.mark.parametrize("succeeds", [True, False])
    def test_same_answer_is_adopted(self, emulator, life, account, succeeds):
        """An answer given before is adopted, whether AWS repeats it or refuses the repetition."""
        emulator.set(same_answer_succeeds=succeeds)
        sent = life().create("ChannelHandshake", **invitation(account))
        first = life(MANAGEMENT).create("ChannelHandshakeResponse", **answer(sent))
        again = life(MANAGEMENT).create("ChannelHandshakeResponse", **answer(sent))
        assert again["status"] == first["status"] == "ACCEPTED"

    def test_odd_answer_is_refused_before_any_call(self, life):
        """Only ACCEPT and REJECT are answers: nothing else may reject what cannot be undone."""
        checked = life().check(
            "ChannelHandshakeResponse",
            channelHandshakeIdentifier="ch-4fj3bd2o3vb91",
            handshakeType="START_SERVICE_PERIOD",
            response="Accept",
        )
        assert [f.reason for f in checked.failures] == ["must be ACCEPT or REJECT, got 'Accept'"]

    def test_wrong_type_is_found_nevertheless(self, life, account):
        """AWS accepts an answer without its type, so that it is looked for under all."""
        sent = life().create("ChannelHandshake", **invitation(account))
        state = life(MANAGEMENT).create(
            "ChannelHandshakeResponse", **answer(sent) | {"handshakeType": "START_SERVICE_PERIOD"}
        )
        assert state["status"] == "ACCEPTED"
        assert (
            life(MANAGEMENT).read("ChannelHandshakeResponse", state).state["status"] == "ACCEPTED"
        )

    def test_other_answer_is_an_error_that_names_it(self, life, account):
        """REJECT after ACCEPT says what was answered."""
        sent = life().create("ChannelHandshake", **invitation(account))
        life(MANAGEMENT).create("ChannelHandshakeResponse", **answer(sent))
        with pytest.raises(Conflict, match="already ACCEPTED"):
            life(MANAGEMENT).create("ChannelHandshakeResponse", **answer(sent, "REJECT"))

    def test_no_longer_listed_stays_with_a_warning(self, emulator, life, account):
        """An answer that AWS lists no longer is still an answer."""
        sent = life().create("ChannelHandshake", **invitation(account))
        given = life(MANAGEMENT).create("ChannelHandshakeResponse", **answer(sent))
        emulator.application.memory.delete(given["channelHandshakeId"])
        lived = life(MANAGEMENT)
        assert lived.read("ChannelHandshakeResponse", given).state == given
        assert "no longer lists" in lived.warnings[0]

    def test_delete_lets_go_with_a_warning(self, life, account):
        """An answer cannot be taken back."""
        sent = life().create("ChannelHandshake", **invitation(account))
        lived = life(MANAGEMENT)
        given = lived.create("ChannelHandshakeResponse", **answer(sent))
        lived.delete("ChannelHandshakeResponse", given)
        assert "cannot be taken back" in lived.warnings[0]


class TestDiff:
    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("catalog", "AWS"),
            ("associatedAccountId", LINKED),
            ("associationType", "INTERNAL"),
            ("sector", "GOVERNMENT"),
            ("resaleAccountModel", "DISTRIBUTOR"),
            ("programManagementAccountIdentifier", "pma-0123456789abc"),
        ],
    )
    def test_what_aws_cannot_update_replaces(self, life, relationship, name, value):
        """The diff names the input that replaces."""
        inputs = RELATIONSHIP | {
            "programManagementAccountIdentifier": relationship["programManagementAccountId"],
            name: value,
        }
        assert life().diff("Relationship", relationship, **inputs).diff.replaces == [name]

    def test_forms_of_the_same_value_are_no_change(self, life, relationship):
        """ARN or id, numbers or digits, other order of tags: the meaning counts."""
        parent = relationship["arn"].partition("/relationship/")[0]
        inputs = RELATIONSHIP | {
            "programManagementAccountIdentifier": parent,
            "associatedAccountId": float(CUSTOMER),
        }
        assert not life().diff("Relationship", relationship, **inputs).diff.changed

    def test_support_plan_taken_away_changes_nothing_and_warns(self, life, account):
        """AWS cannot take a request back."""
        plan = {"partnerLedSupport": {"coverage": "ENTIRE_ORGANIZATION", "tamLocation": "EU"}}
        inputs = RELATIONSHIP | {"programManagementAccountIdentifier": account["arn"]}
        lived = life()
        state = lived.create("Relationship", **inputs, requestedSupportPlan=plan)
        assert not lived.diff("Relationship", state, **inputs).diff.changed
        assert "cannot take it back" in lived.warnings[0]

    def test_unlike_echo_of_aws_never_replaces(self, life, client, emulator, account):
        """What AWS shows in another form than it was sent is compared with what was sent."""
        inputs = RELATIONSHIP | {"programManagementAccountIdentifier": account["arn"]}
        inputs["resaleAccountModel"] = "DISTRIBUTOR"
        state = life().create("Relationship", **inputs)
        memory = emulator.application.memory
        row = memory.get("rs", state["relationshipId"])
        memory.retag(row["id"], row["body"] | {"resaleAccountModel": "END_CUSTOMER"})
        found = life().read("Relationship", state)
        assert found.state["resaleAccountModel"] == "END_CUSTOMER"
        assert not life().diff("Relationship", found.state, **inputs).diff.changed
        assert found.inputs["resaleAccountModel"] == "DISTRIBUTOR"


class TestAccounts:
    def test_write_with_another_accounts_credentials_does_nothing(self, emulator, life, account):
        """Before a write the account in the ARN must be the caller's; both are named."""
        emulator.reset_calls()
        with pytest.raises(WrongAccount) as caught:
            life(CUSTOMER).delete("ProgramManagementAccount", account)
        assert LINKED in str(caught.value)
        assert CUSTOMER in str(caught.value)
        assert _channel(emulator) == {}

    def test_account_that_is_not_allowed_does_nothing(self, emulator, life):
        """`allowedAccountIds` is asked before a create too."""
        with pytest.raises(WrongAccount, match="allowedAccountIds"):
            life(allowedAccountIds=[CUSTOMER]).create("ProgramManagementAccount", **ACCOUNT)
        assert _channel(emulator) == {}

    def test_read_with_another_accounts_credentials_forgets_nothing(self, life, account):
        """AWS would answer that nothing is there; the refresh fails instead, and names both."""
        with pytest.raises(WrongAccount) as caught:
            life(MANAGEMENT).read("ProgramManagementAccount", account)
        assert MANAGEMENT in str(caught.value)
        assert LINKED in str(caught.value)

    def test_identity_is_asked_once(self, emulator, life, account):
        """GetCallerIdentity is one call for the life of a provider."""
        emulator.reset_calls()
        lived = life()
        for name in ("B", "C", "D"):
            account = lived.update(
                "ProgramManagementAccount", account, **ACCOUNT | {"displayName": name}
            )
        assert emulator.calls()["sts:GetCallerIdentity"] == 1

    def test_update_of_what_vanished_says_so(self, emulator, life, account):
        """An update of a deleted account is an error, never a silent create."""
        life().delete("ProgramManagementAccount", account)
        with pytest.raises(NotFound):
            life().update("ProgramManagementAccount", account, **ACCOUNT | {"displayName": "B"})
        assert emulator.objects() == []
