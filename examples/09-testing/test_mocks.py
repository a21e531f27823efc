import pulumi
import pytest
from program import customer
from pulumi_partnercentral.testing import ChannelMocks


@pytest.fixture(autouse=True)
def mocks():
    mocks = ChannelMocks({"catalog": "Sandbox"})
    pulumi.runtime.set_mocks(mocks)
    return mocks


@pulumi.runtime.test
def test_a_customer_is_offered_a_service_period():
    acme, service = customer("acme", "444455556666", "pma-u8ic702rtzng8", notice=30)

    def check(values):
        relationship, tags, about, days = values
        assert tags == {"managed-by": "pulumi"}
        assert about == relationship
        assert days == "30"

    return pulumi.Output.all(
        acme.arn, acme.tags, service.relationship_identifier, service.minimum_notice_days
    ).apply(check)


def test_an_account_id_has_twelve_digits():
    @pulumi.runtime.test
    def program():
        customer("acme", "4444", "pma-u8ic702rtzng8", notice=30)

    with pytest.raises(Exception, match="`associatedAccountId` must be 12 digits, got 4"):
        program()
