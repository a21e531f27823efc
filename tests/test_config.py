"""Configuration: its shapes, and the sentences about wrong ones."""

import pytest
from partnercentral_provider.config import Configuration
from partnercentral_provider.core import Misconfigured


def test_lists_come_as_json() -> None:
    """Pulumi hands lists and objects over as JSON text."""
    found = Configuration.parse(
        {
            "partnercentral:region": "eu-central-1",
            "partnercentral:assumeRoles": '[{"roleArn":"arn:aws:iam::111122223333:role/a/Channel",'
            '"externalId":"x"}]',
            "partnercentral:allowedAccountIds": '["111122223333"]',
            "aws:region": "ignored",
        }
    )
    (role,) = found.assume_roles
    assert (role.external_id, role.session_name) == ("x", "pulumi-partnercentral")
    assert found.allowed_account_ids == ("111122223333",)


@pytest.mark.parametrize(
    ("key", "value", "says"),
    [
        ("regoin", "us-east-1", "partnercentral:regoin is no key"),
        ("catalog", "my catalog", "partnercentral:catalog must be letters only"),
        (
            "assumeRoles",
            "arn:aws:iam::1:role/x",
            "assumeRoles must be a list, got text",
        ),
        ("assumeRoles", '{"roleArn": "x"}', "partnercentral:assumeRoles must be a list"),
        ("assumeRoles", "[{}]", "partnercentral:assumeRoles[0].roleArn is required"),
        ("assumeRoles", '[{"roleArn":"x"}]', "must be the ARN of a role such as"),
        (
            "assumeRoles",
            '[{"roleArn":"arn:aws:iam::111122223333:role/C","region":"x"}]',
            "partnercentral:assumeRoles[0].region is not known here",
        ),
        ("allowedAccountIds", '["12"]', "partnercentral:allowedAccountIds[0] must be 12 digits"),
        ("allowedAccountIds", "[111122223333, 1]", "allowedAccountIds[1] must be 12 digits"),
    ],
)
def test_a_wrong_value_names_its_key(key, value, says) -> None:
    """And shows the command that sets it."""
    with pytest.raises(Misconfigured) as caught:
        Configuration.parse({f"partnercentral:{key}": value})
    assert says in str(caught.value)
    assert "pulumi config" in str(caught.value)
