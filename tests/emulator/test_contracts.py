"""The rules of channel contracts in the emulator, and the settings that turn them."""

import json
import urllib.error
import urllib.request
from typing import Any

import pytest
from botocore.exceptions import ClientError
from managed_services import CUSTOMERS, DETAILS, MEMBER, NEWER, PROVIDER, contracts, later

pytestmark = NEWER
TYPE = "MANAGED_SERVICES_ATTESTATION"


@pytest.fixture
def sent(client, inputs) -> Any:
    """Send contracts, with changed members of their payload; their ARNs."""

    def send(catalog: str = "Sandbox", **changed: Any) -> str:
        made = client().create_channel_contract(
            catalog=catalog, contractType=TYPE, payload=inputs(**changed)["payload"]
        )
        return str(made["channelContractDetail"]["arn"])

    return send


def shown(client: Any, arn: str, catalog: str = "Sandbox") -> dict[str, Any]:
    """Get a contract."""
    found = client().get_channel_contract(catalog=catalog, identifier=arn)
    return dict(found["channelContractDetail"])


def reason(attempt: Any) -> str:
    """Give the code of the error that a call ends with."""
    with pytest.raises(ClientError) as caught:
        attempt()
    return str(caught.value.response["Error"]["Code"])


def control(url: str, order: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    """Play the signatory by the control call."""
    request = urllib.request.Request(f"{url}/_emulator/contracts", json.dumps(order).encode())
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)


def test_sandbox_accepts_by_itself(client, sent, emulator) -> None:
    """At once, or after as many seconds as the setting says."""
    assert shown(client, sent())["status"] == "ACCEPTED"
    emulator.set(sandbox_contract_seconds=60)
    arn = sent(endDate=later(400))
    assert shown(client, arn)["status"] == "PENDING"
    emulator.advance(61)
    assert shown(client, arn)["status"] == "ACCEPTED"


def test_a_relationship_shows_its_contract_in_effect(client, sent, managed, emulator) -> None:
    """Get does, and a list does not; the newer contract takes the place of the older."""

    def relationship() -> dict[str, Any]:
        found = client().get_relationship(
            catalog="Sandbox",
            identifier=managed["relationshipId"],
            programManagementAccountIdentifier=managed["programManagementAccountId"],
        )
        return dict(found["relationshipDetail"])

    assert "channelContractId" not in relationship()
    end = later(400)
    first, second = sent(), sent(endDate=end)
    assert relationship()["channelContractId"] == second.rpartition("/")[2]
    assert f"{relationship()['endDate']:%Y-%m-%dT%H:%M:%SZ}" == end
    assert shown(client, first)["status"] == "INACTIVE"
    (listed,) = client().list_relationships(catalog="Sandbox")["items"]
    assert not {"channelContractId", "accountScope", "endDate"} & listed.keys()
    emulator.advance(401 * 86400)
    assert "channelContractId" not in relationship()


def test_a_list_does_not_tell_the_signatory(client, sent) -> None:
    """Its items have no signatory and no address, which Get has."""
    arn = sent()
    (listed,) = client().list_channel_contracts(catalog="Sandbox", contractType=TYPE)["items"]
    hidden = {"signatoryName", "signatoryEmail", "legalEntityAddress"}
    assert not hidden & listed["details"][DETAILS].keys()
    assert hidden <= shown(client, arn)["details"][DETAILS].keys()


def test_lists_are_paged(client, sent) -> None:
    """The paginator of boto3 gives every contract once."""
    arns = {sent(endDate=later(100 + n)) for n in range(3)}
    pages = (
        client()
        .get_paginator("list_channel_contracts")
        .paginate(catalog="Sandbox", contractType=TYPE, PaginationConfig={"PageSize": 1})
    )
    assert {item["arn"] for page in pages for item in page["items"]} == arns


def test_only_a_young_pending_contract_is_canceled(client, sent, patient, emulator) -> None:
    """Its reason is kept; a second cancel, a signed one and an old one are refused."""
    emulator.set(contract_expiry_days=0)
    arn = sent()
    answer = client().cancel_channel_contract(catalog="Sandbox", identifier=arn, reason="No.")
    assert answer["channelContractDetail"]["cancellationReason"] == "No."

    def cancel(one: str) -> str:
        return reason(
            lambda: client().cancel_channel_contract(
                catalog="Sandbox", identifier=one, reason="Other."
            )
        )

    assert cancel(arn) == "ValidationException"
    assert shown(client, arn)["cancellationReason"] == "No."
    old = sent()
    emulator.advance(31 * 86400)
    assert cancel(old) == "ValidationException"


def test_the_control_plays_the_signatory(client, sent, patient, emulator) -> None:
    """A PENDING contract becomes ACCEPTED; what cannot be is told in a sentence."""
    arn = sent()
    assert control(emulator.url, {"arn": arn, "status": "ACCEPTED"}) == (
        200,
        {"arn": arn, "status": "ACCEPTED"},
    )
    assert shown(client, arn)["status"] == "ACCEPTED"
    status, answer = control(emulator.url, {"arn": arn, "status": "ACCEPTED"})
    assert (status, "is ACCEPTED and cannot become" in answer["message"]) == (400, True)
    status, answer = control(emulator.url, {"arn": "nothing"})
    assert (status, "There is no channel contract" in answer["message"]) == (400, True)
    status, answer = control(emulator.url, {"arn": {"a": 1}, "status": ["x"]})
    assert status == 400


def test_in_catalog_aws_nobody_signs_by_itself(client, emulator) -> None:
    """There a contract stays PENDING until the control call plays its signatory."""
    emulator.set(relationship_needs_active_account=False)
    account = client().create_program_management_account(catalog="AWS", **PROVIDER)[
        "programManagementAccountDetail"
    ]["id"]
    about = client().create_relationship(
        catalog="AWS", programManagementAccountIdentifier=account, **CUSTOMERS
    )["relationshipDetail"]["id"]
    payload = {
        "programManagementAccountIdentifier": account,
        "relationshipIdentifier": about,
        "endDate": later(100),
        "supportedServices": ["MONITORING"],
        "memberAccountIds": ["444455556666"],
        "legalEntityName": "Acme",
        "legalEntityAddress": {
            "addressLine": "1",
            "city": "A",
            "stateOrRegion": "B",
            "postalCode": "C",
            "countryCode": "US",
        },
        "signatoryName": "Jane",
        "signatoryEmail": "jane@example.com",
    }
    arn = client().create_channel_contract(
        catalog="AWS", contractType=TYPE, payload={MEMBER: payload}
    )["channelContractDetail"]["arn"]
    emulator.advance(86400)
    assert shown(client, arn, "AWS")["status"] == "PENDING"
    control(emulator.url, {"arn": arn})
    assert shown(client, arn, "AWS")["status"] == "ACCEPTED"


@pytest.mark.parametrize(
    ("setting", "changed", "code"),
    [
        ("one_pending_contract_per_relationship", {}, "ConflictException"),
        ("specific_scope_needs_member_accounts", {"memberAccountIds": None}, "ValidationException"),
    ],
)
def test_an_assumption_is_a_setting(sent, patient, emulator, setting, changed, code) -> None:
    """What AWS does not document is refused by default, and is not where it is turned."""
    if not changed:
        sent()
    assert reason(lambda: sent(**changed)) == code
    emulator.set(**{setting: False})
    sent(**changed)


def test_what_is_documented_is_refused(client, sent, managed) -> None:
    """An end before the start of the relationship, and a relationship of somebody else."""
    assert reason(lambda: sent(endDate="2020-01-01")) == "ValidationException"
    unknown = {"relationshipIdentifier": "rs-0000000000000"}
    assert reason(lambda: sent(**unknown)) == "ResourceNotFoundException"


def test_which_values_go_with_which_association_type(client, provider, emulator) -> None:
    """Managed services have a scope and no resale model; resale has an account and no scope."""

    def create(**given: Any) -> str:
        return reason(
            lambda: client().create_relationship(
                catalog="Sandbox",
                programManagementAccountIdentifier=provider["arn"],
                sector="COMMERCIAL",
                displayName="A",
                **given,
            )
        )

    emulator.set(managed_services_need_provider_program=False)
    assert create(associationType="END_CUSTOMER") == "ValidationException"
    resale = {"associationType": "END_CUSTOMER", "associatedAccountId": "000000000001"}
    assert create(**resale, accountScope="ENTIRE_ORGANIZATION") == "ValidationException"
    model = {"resaleAccountModel": "END_CUSTOMER"}
    assert create(associationType=CUSTOMERS["associationType"], **model) == "ValidationException"


def test_no_contract_about_a_resale_relationship(client, provider, sent, emulator) -> None:
    """By default a contract goes with managed services only."""
    about = client().create_relationship(
        catalog="Sandbox",
        programManagementAccountIdentifier=provider["arn"],
        associationType="END_CUSTOMER",
        associatedAccountId="000000000001",
        sector="COMMERCIAL",
        displayName="A",
    )["relationshipDetail"]["id"]
    assert reason(lambda: sent(relationshipIdentifier=about)) == "ValidationException"
    emulator.set(contract_needs_managed_services=False)
    sent(relationshipIdentifier=about)


def test_a_service_period_needs_a_resale_relationship(client, provider, managed, emulator) -> None:
    """By default none can be offered on a managed services relationship."""

    def offer() -> None:
        client().create_channel_handshake(
            catalog="Sandbox",
            handshakeType="START_SERVICE_PERIOD",
            associatedResourceIdentifier=managed["arn"],
            payload={
                "startServicePeriodPayload": {
                    "programManagementAccountIdentifier": provider["arn"],
                    "servicePeriodType": "MINIMUM_NOTICE_PERIOD",
                    "minimumNoticeDays": "30",
                }
            },
        )

    assert reason(offer) == "ValidationException"
    emulator.set(managed_services_take_service_periods=True)
    offer()


def test_a_repeated_request_sends_one_contract(client, inputs, emulator) -> None:
    """The same client token and the same body answer with the same contract."""
    given = {"catalog": "Sandbox", "contractType": TYPE, "payload": inputs()["payload"]}
    first, second = (
        client().create_channel_contract(**given, clientToken="one")["channelContractDetail"]
        for _ in range(2)
    )
    assert first == second
    assert len(contracts(emulator)) == 1
