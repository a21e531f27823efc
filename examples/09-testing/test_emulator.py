import pytest
from program import accept_offers


@pytest.fixture
def offer(partnercentral_emulator):
    """A service period that account 444455556666 is offered."""
    client = partnercentral_emulator.client()
    account = client.create_program_management_account(catalog="Sandbox",
        program="SOLUTION_PROVIDER", accountId="111122223333", displayName="Example Reseller",
    )["programManagementAccountDetail"]["id"]
    relationship = client.create_relationship(catalog="Sandbox", displayName="Acme",
        programManagementAccountIdentifier=account, associatedAccountId="444455556666",
        associationType="END_CUSTOMER", sector="COMMERCIAL")["relationshipDetail"]["id"]
    terms = {"programManagementAccountIdentifier": account, "minimumNoticeDays": "30",
             "servicePeriodType": "MINIMUM_NOTICE_PERIOD"}
    client.create_channel_handshake(catalog="Sandbox", handshakeType="START_SERVICE_PERIOD",
        associatedResourceIdentifier=relationship, payload={"startServicePeriodPayload": terms})


@pytest.mark.usefixtures("offer")
def test_an_offer_is_accepted_in_spite_of_throttling(partnercentral_emulator):
    partnercentral_emulator.fault("AcceptChannelHandshake", error="ThrottlingException")
    assert accept_offers(partnercentral_emulator.client("444455556666")) == 1
    assert partnercentral_emulator.calls()["AcceptChannelHandshake"] == 2
    assert partnercentral_emulator.objects()[-1]["status"] == "ACCEPTED"


@pytest.mark.usefixtures("offer")
def test_an_offer_that_has_expired_is_left_alone(partnercentral_emulator):
    partnercentral_emulator.advance(31 * 86400)
    assert accept_offers(partnercentral_emulator.client("444455556666")) == 0
