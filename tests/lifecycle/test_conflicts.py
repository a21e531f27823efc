"""What stands in the way of a create or a delete, and what is final, told and survived."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from time import sleep as wait
from typing import Any

import pytest
from conftest import ACCOUNT, CUSTOMER, MANAGEMENT, RELATIONSHIP
from partnercentral_provider.lifecycle.deletions import GRACE, Deletions
from partnercentral_provider.model.arn import FORMS, Arn
from partnercentral_provider.model.errors import Conflict, Refused

RECEIVED = {"PROGRAM_MANAGEMENT_ACCOUNT": MANAGEMENT, "START_SERVICE_PERIOD": CUSTOMER}


def identified(name: str, parent: str = "") -> dict[str, str]:
    token = "partnercentral:channel:ChannelHandshake"
    return {"__identity": json.dumps(["project", "dev", parent, parent and "up", token, name])}


def invitation(account: dict[str, Any]) -> dict[str, Any]:
    return {
        "handshakeType": "PROGRAM_MANAGEMENT_ACCOUNT",
        "associatedResourceIdentifier": account["arn"],
    }


def start(relationship: dict[str, Any], kind: str = "START") -> dict[str, Any]:
    period = {"servicePeriodType": "MINIMUM_NOTICE_PERIOD", "minimumNoticeDays": "30"}
    payload = {"programManagementAccountIdentifier": relationship["programManagementAccountId"]}
    return {
        "handshakeType": f"{kind}_SERVICE_PERIOD",
        "associatedResourceIdentifier": relationship["arn"],
        "payload": {
            f"{kind.lower()}ServicePeriodPayload": payload | (period if kind == "START" else {})
        },
    }


def answer(sent: dict[str, Any], response: str = "ACCEPT") -> dict[str, Any]:
    return {
        "channelHandshakeIdentifier": sent["arn"],
        "handshakeType": sent["handshakeType"],
        "response": response,
    }


class TestCreate:
    def test_the_import_line_has_the_resources_own_name(self, life, account):
        """The command can be copied as it is, whatever characters the name has."""
        urn = "urn:pulumi:dev::project::partnercentral:channel:ProgramManagementAccount::my hub"
        with pytest.raises(Conflict) as caught:
            life(urn=urn).create("ProgramManagementAccount", **ACCOUNT)
        assert caught.value.command == (
            f"pulumi import partnercentral:channel:ProgramManagementAccount 'my hub' "
            f"{account['arn']}"
        )

    def test_an_account_that_joined_names_what_it_accepted(self, life, account):
        """A second invitation of an ACTIVE account is refused with the ARN of the first."""
        sent = life().create("ChannelHandshake", **invitation(account))
        life(MANAGEMENT).create("ChannelHandshakeResponse", **answer(sent))
        with pytest.raises(Conflict, match="exists already") as caught:
            life().create("ChannelHandshake", **invitation(account))
        assert sent["arn"] in str(caught.value)

    def test_an_invitation_and_its_answer_keep_their_own_names(self, life, account):
        """Both have one ARN: the name of the answer is not given out as that of the invitation."""
        lived = life(accountRoleName="Channel")
        sent = lived.create("ChannelHandshake", **invitation(account), **identified("join"))
        given = answer(sent) | {"receiverAccountId": MANAGEMENT} | identified("joined")
        lived.create("ChannelHandshakeResponse", **given)
        with pytest.raises(Conflict, match="exists already") as caught:
            lived.create("ChannelHandshake", **invitation(account), **identified("again"))
        assert "'join'" in str(caught.value)
        assert "'joined'" not in str(caught.value)

    def test_a_pending_handshake_of_the_other_type_is_named(self, life, relationship):
        """Starting and revoking have one slot: the ARN in it, and how to cancel it, are said."""
        sent = life().create("ChannelHandshake", **start(relationship))
        life(CUSTOMER).create("ChannelHandshakeResponse", **answer(sent))
        revoked = life().create("ChannelHandshake", **start(relationship, "REVOKE"))
        with pytest.raises(Conflict) as caught:
            life().create("ChannelHandshake", **start(relationship))
        assert f"the REVOKE_SERVICE_PERIOD handshake {revoked['arn']}" in str(caught.value)
        assert caught.value.command.endswith(revoked["channelHandshakeId"])

    def test_a_relationship_of_a_pending_account_says_what_comes_first(self, life):
        """In catalog AWS the account has to join before; its handshake is what to deploy."""
        lived = life(catalog="AWS")
        account = lived.create("ProgramManagementAccount", **ACCOUNT)
        parent = {"programManagementAccountIdentifier": account["arn"]}
        with pytest.raises(Refused) as caught:
            lived.create("Relationship", **RELATIONSHIP, **parent)
        assert f"{account['arn']} is PENDING" in str(caught.value)
        assert "`associated_resource_id`" in str(caught.value)

    def test_a_rejection_within_a_create_sends_no_second_invitation(
        self, emulator, life, client, account
    ):
        """A receiver that rejects before the create is read back gets one invitation, not five."""
        emulator.set(list_lag_seconds=0.1)

        def reject(seconds: float) -> None:
            for one in emulator.objects():
                if one["id"].startswith("ch-") and one["status"] == "PENDING":
                    client(MANAGEMENT).reject_channel_handshake(
                        catalog="Sandbox", identifier=one["arn"]
                    )
            emulator.advance(10)

        emulator.advance(10)
        made = life(sleep=reject).create(
            "ChannelHandshake", **invitation(account), **identified("join")
        )
        assert made["status"] == "REJECTED"
        assert [one["arn"] for one in emulator.objects()[1:]] == [made["arn"]]

    def test_what_a_create_finds_rejected_is_sent_anew(self, life, account):
        """What was rejected before is no answer to a new create, which sends one invitation."""
        inputs = invitation(account) | identified("join")
        first = life().create("ChannelHandshake", **inputs)
        life(MANAGEMENT).create("ChannelHandshakeResponse", **answer(first, "REJECT"))
        assert life().create("ChannelHandshake", **inputs)["status"] == "PENDING"


class TestDelete:
    def test_a_blocked_relationship_names_the_handshake(self, life, relationship):
        """AWS tells the short id alone; the ARN follows from the relationship's own."""
        sent = life().create("ChannelHandshake", **start(relationship))
        with pytest.raises(Conflict) as caught:
            life().delete("Relationship", relationship)
        text = str(caught.value)
        assert f"In the way is the ChannelHandshake {sent['arn']}." in text
        assert (
            f"\n    aws partnercentral-channel cancel-channel-handshake --catalog Sandbox "
            f"--identifier {sent['channelHandshakeId']}\n" in text
        )
        assert caught.value.command.endswith(f"{sent['channelHandshakeId']} {sent['arn']}")

    def test_a_blocked_account_names_the_relationship(self, life, account, relationship):
        """With the command that deletes it, and the one that imports it."""
        with pytest.raises(Conflict) as caught:
            life().delete("ProgramManagementAccount", account)
        text = str(caught.value)
        assert f"In the way is the Relationship {relationship['arn']}." in text
        assert (
            "\n    aws partnercentral-channel delete-relationship --catalog Sandbox "
            f"--program-management-account-identifier {account['programManagementAccountId']} "
            f"--identifier {relationship['relationshipId']}\n"
        ) in text

    @pytest.mark.parametrize("kind", ["Relationship", "ProgramManagementAccount"])
    def test_what_blocks_is_looked_up_where_aws_does_not_tell(
        self, emulator, life, account, relationship, kind
    ):
        """A conflict that names nothing, or the parent itself, is explained all the same."""
        sent = life().create("ChannelHandshake", **start(relationship))
        emulator.fault(f"Delete{kind}", error="ConflictException", message="In use", times=9)
        states = {"Relationship": relationship, "ProgramManagementAccount": account}
        blocker = {"Relationship": sent, "ProgramManagementAccount": relationship}[kind]
        with pytest.raises(Conflict, match="In use") as caught:
            life().delete(kind, states[kind])
        assert blocker["arn"] in str(caught.value)

    def test_a_period_in_force_says_how_it_ends(self, emulator, life, relationship):
        """Nothing is pending, and still AWS refuses: a revocation is the next step."""
        emulator.set(relationship_delete_needs_no_period=True)
        sent = life().create("ChannelHandshake", **start(relationship))
        life(CUSTOMER).create("ChannelHandshakeResponse", **answer(sent))
        with pytest.raises(Conflict, match="REVOKE_SERVICE_PERIOD"):
            life().delete("Relationship", relationship)

    def test_a_parent_waits_for_children_on_their_way(self, emulator, life, account, relationship):
        """Deleted at once and refused first, the account goes as soon as its relationship went."""
        emulator.fault("DeleteRelationship", delay=0.3)
        refused = Event()

        def sleep(seconds: float) -> None:
            refused.set()
            wait(0.05)

        lived = life(sleep=sleep)
        with ThreadPoolExecutor(2) as pool:
            child = pool.submit(lived.delete, "Relationship", relationship)
            parent = pool.submit(lived.delete, "ProgramManagementAccount", account)
            child.result()
            parent.result()
        assert emulator.objects() == []
        assert emulator.calls()["DeleteProgramManagementAccount"] <= 3

    def test_a_parent_alone_waits_for_seconds_only(self, life, account, relationship):
        """With `--parallel 1` no child comes while its parent waits: the error comes soon."""
        slept: list[float] = []
        with pytest.raises(Conflict, match="--continue-on-error"):
            life(sleep=slept.append).delete("ProgramManagementAccount", account)
        assert sum(slept) <= GRACE + 1

    def test_a_wait_has_an_end(self):
        """A child that never comes to its end holds its parent for the seconds given, no more."""
        slept: list[float] = []
        deletions = Deletions(slept.append, longest=30.0)
        with deletions.under_way(["pma-u8ic702rtzng8"]), deletions.under_way([]):
            assert not deletions.wait("pma-u8ic702rtzng8", 0)
        assert sum(slept) == 30

    def test_waiting_deletes_do_not_wait_for_each_other(self):
        """Where all that run in parallel are parents that wait, they end after a grace."""
        deletions = Deletions(lambda seconds: wait(0.01), longest=1e9)

        def parent(id: str) -> bool:
            with deletions.under_way([]):
                return deletions.wait(id, 0)

        with ThreadPoolExecutor(2) as pool:
            assert list(pool.map(parent, ["pma-u8ic702rtzng8", "pma-u8ic702rtzng9"])) == [
                False,
                False,
            ]


class TestFinal:
    """AWS may answer what is final with a conflict or as invalid: neither breaks anything."""

    @pytest.fixture(autouse=True, params=[False, True], ids=["invalid", "conflict"])
    def conflicts(self, emulator, request):
        emulator.set(final_status_conflicts=request.param, same_answer_succeeds=False)

    @pytest.mark.parametrize("response", ["ACCEPT", "REJECT"])
    def test_an_answered_handshake_is_let_go(self, life, account, response):
        """A destroy whose state is older than the answer finds it out, and ends."""
        sent = life().create("ChannelHandshake", **invitation(account))
        life(MANAGEMENT).create("ChannelHandshakeResponse", **answer(sent, response))
        lived = life()
        lived.delete("ChannelHandshake", sent)
        assert "leaves this stack" in lived.warnings[0]

    @pytest.mark.parametrize("response", ["ACCEPT", "REJECT"])
    def test_an_answer_that_was_given_is_adopted(self, life, account, response):
        """Accepting what is ACCEPTED, and rejecting what is REJECTED, is done already."""
        sent = life().create("ChannelHandshake", **invitation(account))
        first = life(MANAGEMENT).create("ChannelHandshakeResponse", **answer(sent, response))
        again = life(MANAGEMENT).create("ChannelHandshakeResponse", **answer(sent, response))
        assert (again["arn"], again["status"]) == (first["arn"], first["status"])

    def test_another_answer_than_the_one_given_is_a_sentence(self, life, account):
        """It names the status, which is final."""
        sent = life().create("ChannelHandshake", **invitation(account))
        life(MANAGEMENT).create("ChannelHandshakeResponse", **answer(sent))
        with pytest.raises(Conflict, match="already ACCEPTED"):
            life(MANAGEMENT).create("ChannelHandshakeResponse", **answer(sent, "REJECT"))


class TestRejected:
    def test_the_command_that_invites_again_has_the_urn(self, life, account):
        """Through the plugin the engine tells it; `$` does not reach a shell bare."""
        urn = "urn:pulumi:dev::p::my:x:Y$partnercentral:channel:ChannelHandshake::join"
        assert f"\n    pulumi up --replace '{urn}'\n" in self.remark(life, account, {}, urn)

    def test_the_dynamic_identity_makes_the_urn(self, life, account):
        """Without a parent all that the URN holds is in the identity."""
        urn = (
            "urn:pulumi:dev::project::"
            "pulumi-python:dynamic/partnercentral/channel:ChannelHandshake::join"
        )
        text = self.remark(life, account, identified("join"))
        assert f"\n    pulumi up --replace {urn}\n" in text

    def test_where_the_urn_is_not_known_the_command_shows_it(self, life, account):
        """Below a parent the identity does not tell all ancestors."""
        text = self.remark(life, account, identified("join", parent="my:x:Y"))
        assert "pulumi stack --show-urns" in text

    def remark(
        self, life: Callable[..., Any], account: Any, identity: dict[str, str], urn: str = ""
    ) -> str:
        sent = life().create("ChannelHandshake", **invitation(account), **identity)
        life(MANAGEMENT).create("ChannelHandshakeResponse", **answer(sent, "REJECT"))
        lived = life(urn=urn)
        assert lived.read("ChannelHandshake", sent).state["status"] == "REJECTED"
        return str(lived.warnings[0])


def test_a_tag_on_an_old_period_does_not_bring_it_back(emulator, life, client, relationship):
    """The order is that of creation: tagging, which AWS may count as a change, moves nothing."""
    emulator.set(tags_change_revision=True)
    sent = []
    for kind in ("START", "REVOKE"):
        sent.append(life().create("ChannelHandshake", **start(relationship, kind)))
        life(CUSTOMER).create("ChannelHandshakeResponse", **answer(sent[-1]))
        emulator.advance(60)
    client().tag_resource(resourceArn=sent[0]["arn"], tags=[{"key": "team", "value": "red"}])
    _, found = life().of.invoke(
        "partnercentral:channel:getServicePeriod",
        {"relationshipIdentifier": relationship["arn"]},
    )
    assert found["status"] == "ENDED"
    assert found["channelHandshakeId"] == sent[0]["channelHandshakeId"]


@pytest.mark.parametrize(
    ("own", "id", "path"),
    [
        ("rs", "ch-4fj3bd2o3vb91", "channel-handshake/ch-4fj3bd2o3vb91"),
        (
            "pma",
            "rs-l9o4fj3b5zb91",
            "program-management-account/pma-l9o4fj3b5zb91/relationship/rs-l9o4fj3b5zb91",
        ),
        ("rs", "pma-u8ic702rtzng8", "program-management-account/pma-u8ic702rtzng8"),
        ("ch", "rs-l9o4fj3b5zb91", None),
        ("rs", "", None),
        ("rs", "111122223333", None),
    ],
)
def test_an_arn_follows_from_a_relatives(own, id, path):
    """Account, catalog and partition are the same; a relationship's parent has to be known."""
    found = Arn.parse(FORMS[own].sample).related(id)
    assert found == (path and f"arn:aws:partnercentral:us-east-1:123456789012:catalog/AWS/{path}")
