"""The rules of the service, through a plain boto3 client."""

import json
import urllib.request
from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any

import pytest
from botocore.exceptions import ClientError
from conftest import CUSTOMER, LINKED, MANAGEMENT
from partnercentral_emulator.settings import Settings

NOTICE = {"servicePeriodType": "MINIMUM_NOTICE_PERIOD", "minimumNoticeDays": "30"}


class Channel:
    """Short calls for one catalog."""

    def __init__(self, client: Callable[..., Any], catalog: str = "Sandbox") -> None:
        self.client, self.catalog = client, catalog
        self.linked, self.management, self.customer = (
            client(account) for account in (LINKED, MANAGEMENT, CUSTOMER)
        )

    def account(self, account: str = MANAGEMENT, **changed: Any) -> str:
        given = {"program": "SOLUTION_PROVIDER", "displayName": "A", "accountId": account}
        made = self.linked.create_program_management_account(
            catalog=self.catalog, **given | changed
        )
        return str(made["programManagementAccountDetail"]["arn"])

    def relationship(self, parent: str, **changed: Any) -> str:
        given = {
            "associationType": "END_CUSTOMER",
            "associatedAccountId": CUSTOMER,
            "displayName": "Acme",
            "sector": "COMMERCIAL",
            "programManagementAccountIdentifier": parent,
        }
        made = self.linked.create_relationship(catalog=self.catalog, **given | changed)
        return str(made["relationshipDetail"]["arn"])

    def invite(self, about: str, kind: str = "PROGRAM_MANAGEMENT_ACCOUNT", **payload: Any) -> str:
        made = self.linked.create_channel_handshake(
            catalog=self.catalog, handshakeType=kind, associatedResourceIdentifier=about, **payload
        )
        return str(made["channelHandshakeDetail"]["arn"])

    def start(self, relationship: str, **changed: Any) -> str:
        parent = {"programManagementAccountIdentifier": relationship.split("/")[3]}
        payload = {"startServicePeriodPayload": {k: v for k, v in (NOTICE | changed).items() if v}}
        payload["startServicePeriodPayload"] |= parent
        return self.invite(relationship, "START_SERVICE_PERIOD", payload=payload)

    def revoke(self, relationship: str) -> str:
        parent = {"programManagementAccountIdentifier": relationship.split("/")[3]}
        payload = {"revokeServicePeriodPayload": parent}
        return self.invite(relationship, "REVOKE_SERVICE_PERIOD", payload=payload)

    def accept(self, client: Any, handshake: str) -> str:
        answer = client.accept_channel_handshake(catalog=self.catalog, identifier=handshake)
        return str(answer["channelHandshakeDetail"]["status"])

    def accounts(self, **narrowed: Any) -> list[dict[str, Any]]:
        found = self.linked.list_program_management_accounts(catalog=self.catalog, **narrowed)
        return list(found["items"])

    def handshakes(self, client: Any, side: str, kind: str, **narrowed: Any) -> list[Any]:
        found = client.list_channel_handshakes(
            catalog=self.catalog, handshakeType=kind, participantType=side, **narrowed
        )
        return list(found["items"])


@pytest.fixture
def channel(client: Callable[..., Any]) -> Channel:
    """Give short calls in the Sandbox."""
    return Channel(client)


def refusal(call: Callable[..., Any], *arguments: Any, **named: Any) -> str:
    with pytest.raises(ClientError) as caught:
        call(*arguments, **named)
    return str(caught.value.response["Error"]["Code"])


def test_account_starts_pending_and_is_activated_by_its_answer(channel) -> None:
    """PENDING without a start date; ACTIVE with one as soon as the account accepts."""
    arn = channel.account()
    (before,) = channel.accounts()
    assert (before["status"], before["revision"]) == ("PENDING", "1")
    assert "startDate" not in before
    assert channel.accept(channel.management, channel.invite(arn)) == "ACCEPTED"
    (after,) = channel.accounts(statuses=["ACTIVE"])
    assert after["startDate"]
    assert arn.split(":")[4] == LINKED


def test_a_second_one_is_a_conflict_that_names_the_first(channel) -> None:
    """The same account twice, and the same relationship twice."""
    parent = channel.account()
    with pytest.raises(ClientError) as caught:
        channel.account()
    assert caught.value.response["resourceId"] == parent.rpartition("/")[2]
    channel.relationship(parent)
    assert refusal(channel.relationship, parent) == "ConflictException"


def test_revision_counts_updates_and_guards_them(channel) -> None:
    """A match is one more, another one is a conflict, none is unconditional."""
    arn = channel.account()
    update = channel.linked.update_program_management_account
    named = {"catalog": "Sandbox", "identifier": arn, "displayName": "B"}
    detail = update(**named, revision="1")["programManagementAccountDetail"]
    assert detail["revision"] == "2"
    assert refusal(update, **named, revision="1") == "ConflictException"
    assert update(**named)["programManagementAccountDetail"]["revision"] == "3"


def test_in_production_a_relationship_needs_an_active_account(client) -> None:
    """Sandbox does not ask for it."""
    channel = Channel(client, "AWS")
    parent = channel.account()
    assert refusal(channel.relationship, parent) == "ValidationException"
    channel.accept(channel.management, channel.invite(parent))
    assert channel.relationship(parent)


def test_downstream_sellers_are_for_distributors(channel) -> None:
    """Another program is refused."""
    seller = {"associationType": "DOWNSTREAM_SELLER"}
    assert refusal(channel.relationship, channel.account(), **seller) == "ValidationException"
    parent = channel.account(CUSTOMER, program="DISTRIBUTION")
    assert channel.relationship(parent, **seller)


@pytest.mark.parametrize(
    "changed",
    [
        {"minimumNoticeDays": "15"},
        {"minimumNoticeDays": None},
        {"endDate": "2027-01-01"},
        {"servicePeriodType": "FIXED_COMMITMENT_PERIOD"},
        {"servicePeriodType": "FIXED_COMMITMENT_PERIOD", "minimumNoticeDays": None},
        {
            "servicePeriodType": "FIXED_COMMITMENT_PERIOD",
            "minimumNoticeDays": None,
            "endDate": "2099-01-01",
        },
    ],
)
def test_service_periods_that_do_not_fit_are_refused(channel, changed) -> None:
    """Notice of 14, 30 or 60 days, or a commitment of a length that is allowed."""
    about = channel.relationship(channel.account())
    assert refusal(channel.start, about, **changed) == "ValidationException"


def test_service_period_is_sent_by_the_management_account(channel) -> None:
    """It shows as sender, the linked account owns and lists it, the customer receives it."""
    about = channel.relationship(channel.account())
    channel.start(about)
    (sent,) = channel.handshakes(channel.linked, "SENDER", "START_SERVICE_PERIOD")
    (got,) = channel.handshakes(channel.customer, "RECEIVER", "START_SERVICE_PERIOD")
    assert sent["arn"] == got["arn"]
    assert (sent["ownerAccountId"], sent["senderAccountId"]) == (LINKED, MANAGEMENT)
    detail = sent["detail"]["startServicePeriodHandshakeDetail"]
    assert detail["minimumNoticeDays"] == "30"
    assert detail["startDate"] > datetime.now(timezone.utc)
    assert channel.handshakes(channel.customer, "SENDER", "START_SERVICE_PERIOD") == []


def test_one_pending_service_period_handshake_per_relationship(channel) -> None:
    """A second one waits until the first is answered; a revoke needs a period in force."""
    about = channel.relationship(channel.account())
    assert refusal(channel.revoke, about) == "ValidationException"
    first = channel.start(about)
    assert refusal(channel.start, about) == "ConflictException"
    channel.accept(channel.customer, first)
    revoke = channel.revoke(about)
    assert channel.accept(channel.customer, revoke) == "ACCEPTED"
    assert refusal(channel.revoke, about) == "ValidationException"


def test_only_the_right_party_acts(channel, client) -> None:
    """The receiver answers, the owner cancels, a third party sees nothing."""
    sent = channel.invite(channel.account())
    assert refusal(channel.accept, channel.linked, sent) == "AccessDeniedException"
    assert refusal(channel.accept, client("999999999999"), sent) == "ResourceNotFoundException"
    cancel = channel.management.cancel_channel_handshake
    assert refusal(cancel, catalog="Sandbox", identifier=sent) == "AccessDeniedException"


def test_final_statuses_stay(channel) -> None:
    """The same answer again succeeds, another one is refused."""
    sent = channel.invite(channel.account())
    channel.accept(channel.management, sent)
    assert channel.accept(channel.management, sent) == "ACCEPTED"
    reject = channel.management.reject_channel_handshake
    assert refusal(reject, catalog="Sandbox", identifier=sent) == "ValidationException"


def test_handshakes_expire_after_thirty_days(channel, emulator) -> None:
    """Whoever looks first finds it EXPIRED, and it can be answered no more."""
    sent = channel.invite(channel.account())
    emulator.advance(30 * 86400 + 1)
    assert refusal(channel.accept, channel.management, sent) == "ValidationException"
    kind = "PROGRAM_MANAGEMENT_ACCOUNT"
    (found,) = channel.handshakes(channel.linked, "SENDER", kind, statuses=["EXPIRED"])
    assert found["arn"] == sent


def test_five_handshakes_a_day_to_one_account(channel, emulator) -> None:
    """The sixth exceeds a quota; a day later it does not."""
    about = channel.account()
    for _ in range(5):
        sent = channel.invite(about)
        channel.linked.cancel_channel_handshake(catalog="Sandbox", identifier=sent)
    assert refusal(channel.invite, about) == "ServiceQuotaExceededException"
    emulator.advance(86401)
    assert channel.invite(about)


@pytest.mark.parametrize(("setting", "make"), [("most_accounts", 1), ("most_relationships", 2)])
def test_quotas_hold_and_are_counted_by_catalog(emulator, client, setting, make) -> None:
    """One more than allowed is refused with the quota's code; another catalog counts apart."""
    emulator.set(**{setting: 1})
    channel = Channel(client)
    parent = channel.account()
    if make == 2:
        channel.relationship(parent)
        call = lambda: channel.relationship(parent, associatedAccountId="999999999999")  # noqa: E731
    else:
        call = lambda: channel.account("999999999999")  # noqa: E731
    with pytest.raises(ClientError) as caught:
        call()
    assert caught.value.response["quotaCode"].startswith("L-")
    assert Channel(client, "AWS").account()


def test_deletes_ask_for_what_is_left(channel, emulator) -> None:
    """An account with relationships, and a relationship with a pending handshake, stay."""
    parent = channel.account()
    about = channel.relationship(parent)
    sent = channel.start(about)
    account = {"catalog": "Sandbox", "identifier": parent}
    child = account | {"identifier": about, "programManagementAccountIdentifier": parent}
    assert (
        refusal(channel.linked.delete_program_management_account, **account) == "ConflictException"
    )
    assert refusal(channel.linked.delete_relationship, **child) == "ConflictException"
    channel.accept(channel.customer, sent)
    emulator.set(relationship_delete_needs_no_period=True)
    assert refusal(channel.linked.delete_relationship, **child) == "ConflictException"
    emulator.set(relationship_delete_needs_no_period=False)
    channel.linked.delete_relationship(**child)
    channel.linked.delete_program_management_account(**account)
    assert channel.accounts() == []


def test_client_tokens_are_remembered_for_a_day(channel, emulator) -> None:
    """The same request has the same answer, even of what is gone; another body is a conflict."""
    first = channel.account(clientToken="t")
    assert channel.account(clientToken="t") == first
    assert refusal(channel.account, clientToken="t", displayName="B") == "ConflictException"
    channel.linked.delete_program_management_account(catalog="Sandbox", identifier=first)
    assert channel.account(clientToken="t") == first
    emulator.advance(86401)
    assert channel.account(clientToken="t") != first


def test_tags_of_all_three_kinds(channel) -> None:
    """Added, overwritten, taken away; an absent key is no error; 50 are the most."""
    parent = channel.account(tags=[{"key": "a", "value": "1"}])
    about = channel.relationship(parent)
    for arn in (parent, about, channel.start(about)):
        channel.linked.tag_resource(resourceArn=arn, tags=[{"key": "a", "value": "é 2"}])
        channel.linked.tag_resource(resourceArn=arn, tags=[{"key": "b", "value": ""}])
        channel.linked.untag_resource(resourceArn=arn, tagKeys=["b", "absent"])
        found = channel.linked.list_tags_for_resource(resourceArn=arn)["tags"]
        assert found == [{"key": "a", "value": "é 2"}]
    many = [{"key": str(n), "value": ""} for n in range(50)]
    tag = channel.linked.tag_resource
    assert refusal(tag, resourceArn=parent, tags=many) == "ValidationException"
    read = channel.customer.list_tags_for_resource
    assert refusal(read, resourceArn=parent) == "ResourceNotFoundException"


def test_lists_have_pages_of_twenty_newest_first(channel, emulator) -> None:
    """A token continues its own list and no other; every item comes once."""
    emulator.set(quotas_enforced=False)
    made = [channel.account(f"{n:012}") for n in range(45)]
    first = channel.linked.list_program_management_accounts(catalog="Sandbox")
    assert [item["arn"] for item in first["items"]] == made[:24:-1]
    paginator = channel.linked.get_paginator("list_program_management_accounts")
    pages = list(paginator.paginate(catalog="Sandbox"))
    assert [len(page["items"]) for page in pages] == [20, 20, 5]
    assert [item["arn"] for page in pages for item in page["items"]] == made[::-1]
    other = {"catalog": "AWS", "nextToken": first["nextToken"]}
    list_ = channel.linked.list_program_management_accounts
    assert refusal(list_, **other) == "ValidationException"
    upwards = channel.accounts(sort={"sortBy": "UpdatedAt", "sortOrder": "Ascending"})
    assert upwards[0]["arn"] == made[0]


def test_lists_are_narrowed(channel) -> None:
    """By account, program, name and status; relationships by parent, account, type and name."""
    parent = channel.account(displayName="One")
    other = channel.account(CUSTOMER, program="DISTRIBUTION", displayName="Two")
    for narrowed in (
        {"accountIds": [CUSTOMER]},
        {"programs": ["DISTRIBUTION"]},
        {"displayNames": ["Two"]},
    ):
        assert [item["arn"] for item in channel.accounts(**narrowed)] == [other]
    about = channel.relationship(parent)
    channel.relationship(
        other, associatedAccountId=LINKED, displayName="B", associationType="INTERNAL"
    )
    for narrowed in (
        {"programManagementAccountIdentifiers": [parent]},
        {"associatedAccountIds": [CUSTOMER]},
        {"associationTypes": ["END_CUSTOMER"]},
        {"displayNames": ["Acme"]},
    ):
        found = channel.linked.list_relationships(catalog="Sandbox", **narrowed)["items"]
        assert [item["arn"] for item in found] == [about]


def test_handshake_filters_fit_their_type(channel) -> None:
    """The filter of another type is refused; one's own narrows."""
    channel.start(channel.relationship(channel.account()))
    kind = "START_SERVICE_PERIOD"
    own = {"startServicePeriodTypeFilters": {"servicePeriodTypes": ["FIXED_COMMITMENT_PERIOD"]}}
    assert channel.handshakes(channel.linked, "SENDER", kind, handshakeTypeFilters=own) == []
    other = {"programManagementAccountTypeFilters": {"programs": ["DISTRIBUTION"]}}
    assert (
        refusal(channel.handshakes, channel.linked, "SENDER", kind, handshakeTypeFilters=other)
        == "ValidationException"
    )


def test_what_is_owned_elsewhere_is_not_found(channel, client) -> None:
    """Another account's objects, and those of another catalog, do not exist."""
    arn = channel.account()
    third_party = client("999999999999")
    named = {"identifier": arn, "displayName": "B"}
    for who, catalog in ((third_party, "Sandbox"), (channel.linked, "AWS")):
        update = who.update_program_management_account
        assert refusal(update, catalog=catalog, **named) == "ResourceNotFoundException"


def test_a_catalog_that_does_not_exist_is_refused(client) -> None:
    """Only AWS and Sandbox exist."""
    list_ = client().list_relationships
    assert refusal(list_, catalog="Moon") == "ValidationException"


def test_rates_hold_when_asked_for(emulator, client) -> None:
    """3 writes a second by the emulator's clock; another operation has its own."""
    emulator.set(rates_enforced=True)
    channel = Channel(client)
    for number in range(3):
        channel.account(f"{number:012}")
    assert refusal(channel.account, "999999999999") == "ThrottlingException"
    assert len(channel.accounts()) == 3
    assert emulator.application.calls.listed()["throttled"] == 1
    emulator.advance(1)
    channel.account("999999999999")
    emulator.advance(-3600)
    channel.account("888888888888")


def test_every_setting_says_what_it_assumes() -> None:
    """A reader learns of each what it means, and a wrong value is a sentence."""
    settings = Settings()
    assert all(setting["about"].endswith(".") for setting in settings.describe())
    for name, value in (("nobody_knows", 1), ("most_accounts", "many"), ("rates_enforced", 2)):
        with pytest.raises(ValueError, match="setting"):
            settings.change(name, value)


ACCOUNT_: dict[str, Any] = {
    "catalog": "Sandbox",
    "program": "SOLUTION_PROVIDER",
    "accountId": MANAGEMENT,
    "displayName": "A",
}
TOO_MANY = [{"key": f"k{n}", "value": "v"} for n in range(51)]
RESERVED = [{"key": "aws:x", "value": "v"}]


@pytest.mark.parametrize("tags", [TOO_MANY, RESERVED], ids=["too many", "reserved"])
def test_tags_are_refused_at_create_and_later(client, tags) -> None:
    """A resource has at most 50 tags, and none that begins with aws:."""
    with pytest.raises(ClientError, match="ValidationException"):
        client().create_program_management_account(**ACCOUNT_, tags=tags)
    arn = client().create_program_management_account(**ACCOUNT_)["programManagementAccountDetail"][
        "arn"
    ]
    with pytest.raises(ClientError, match="ValidationException"):
        client().tag_resource(resourceArn=arn, tags=tags)


def test_a_session_token_is_the_callers(client) -> None:
    """GetSessionToken lends keys of the same account."""
    lent = client(service="sts").get_session_token()["Credentials"]
    session = client(
        service="sts",
        aws_access_key_id=lent["AccessKeyId"],
        aws_secret_access_key=lent["SecretAccessKey"],
        aws_session_token=lent["SessionToken"],
    )
    assert session.get_caller_identity()["Account"] == LINKED


def test_an_answer_through_a_foreign_arn_is_not_found(client) -> None:
    """An ARN has to be the object's own, whole."""
    linked = client()
    account = linked.create_program_management_account(**ACCOUNT_)["programManagementAccountDetail"]
    sent = linked.create_channel_handshake(
        catalog="Sandbox",
        handshakeType="PROGRAM_MANAGEMENT_ACCOUNT",
        associatedResourceIdentifier=account["id"],
    )["channelHandshakeDetail"]["arn"]
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        client(MANAGEMENT).accept_channel_handshake(
            catalog="Sandbox", identifier=sent.replace(LINKED, "999988887777")
        )


def test_a_deleted_account_stays_deleted(client, emulator) -> None:
    """Accepting an old invitation does not wake an account that stays listed as INACTIVE."""
    emulator.set(deleted_account_stays_inactive=True)
    linked = client()
    account = linked.create_program_management_account(**ACCOUNT_)["programManagementAccountDetail"]
    sent = linked.create_channel_handshake(
        catalog="Sandbox",
        handshakeType="PROGRAM_MANAGEMENT_ACCOUNT",
        associatedResourceIdentifier=account["id"],
    )["channelHandshakeDetail"]["id"]
    linked.delete_program_management_account(catalog="Sandbox", identifier=account["id"])
    client(MANAGEMENT).accept_channel_handshake(catalog="Sandbox", identifier=sent)
    assert emulator.objects()[0]["status"] == "INACTIVE"


@pytest.mark.parametrize(
    ("operation", "body", "status"),
    [
        ("ListProgramManagementAccounts", {"sort": None, "maxResults": None}, 200),
        (
            "CreateProgramManagementAccount",
            {"program": "DISTRIBUTION", "accountId": "1" * 12, "displayName": "A", "tags": None},
            200,
        ),
    ],
)
def test_null_is_absence(emulator, operation, body, status) -> None:
    """A JSON null in an optional member means that the member is not there."""
    request = urllib.request.Request(
        emulator.url,
        json.dumps({"catalog": "Sandbox"} | body).encode(),
        {
            "X-Amz-Target": f"PartnerCentralChannel.{operation}",
            "Authorization": f"AWS4-HMAC-SHA256 Credential={LINKED}/20261124/us-east-1/"
            "partnercentral-channel/aws4_request, SignedHeaders=host, Signature=x",
        },
    )
    assert urllib.request.urlopen(request).status == status


def test_who_sees_and_who_is_denied_can_be_turned(emulator, channel, client) -> None:
    """Whether the named sender lists a handshake, and what others are answered, are assumptions."""
    sent = channel.start(channel.relationship(channel.account()))
    assert channel.handshakes(channel.management, "SENDER", "START_SERVICE_PERIOD")
    emulator.set(sender_sees_handshakes=False, third_parties_are_denied=True)
    assert channel.handshakes(channel.management, "SENDER", "START_SERVICE_PERIOD") == []
    assert channel.handshakes(channel.linked, "SENDER", "START_SERVICE_PERIOD")
    assert refusal(channel.accept, client("999999999999"), sent) == "AccessDeniedException"


def test_a_service_period_may_begin_at_once(emulator, channel) -> None:
    """When it begins is an assumption."""
    emulator.set(service_period_starts_next_day=False)
    channel.start(channel.relationship(channel.account()))
    (sent,) = channel.handshakes(channel.linked, "SENDER", "START_SERVICE_PERIOD")
    detail = sent["detail"]["startServicePeriodHandshakeDetail"]
    assert detail["startDate"] <= datetime.now(timezone.utc)


def test_tags_may_change_the_revision(emulator, life, account) -> None:
    """The provider copes: the next update knows the new one."""
    emulator.set(tags_change_revision=True)
    given = {"program": "SOLUTION_PROVIDER", "accountId": account["accountId"]}
    lived = life()
    tagged = lived.update(
        "ProgramManagementAccount", account, **given, displayName="Reseller", tags={"team": "green"}
    )
    assert (account["revision"], tagged["revision"]) == ("1", "2")
    renamed = lived.update(
        "ProgramManagementAccount", tagged, **given, displayName="New", tags={"team": "red"}
    )
    assert (renamed["displayName"], renamed["tags"]) == ("New", {"team": "red"})
    assert renamed["revision"] == "4"


def test_a_fault_of_no_operation_is_refused(emulator) -> None:
    """A misspelt one would wait for ever."""
    with pytest.raises(ValueError, match="There is no operation 'CreateRelationships'"):
        emulator.fault("CreateRelationships", error="ThrottlingException")
