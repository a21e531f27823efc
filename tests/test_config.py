"""Configuration: its shapes, and the sentences about wrong ones."""

import pytest
from partnercentral_provider.config import Configuration
from partnercentral_provider.model.errors import Misconfigured


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
        ("assumeRoles", '[{"roleArn":"arn:aws:iam::12:role/C"}]', "must be the ARN of a role"),
        (
            "assumeRoles",
            '[{"roleArn":"arn:aws:iam::111122223333:role/C","durationSeconds":5}]',
            "assumeRoles[0].durationSeconds must be 900 to 43200 seconds, got 5",
        ),
        ("accessKey", "AKIA", "partnercentral:secretKey is required with accessKey"),
        ("token", "x", "partnercentral:accessKey is required with token"),
        ("accounts", '{"12":{"profile":"x"}}', "must be 12 digits, got 2"),
        ("accounts", '{"111122223333":{}}', 'accounts["111122223333"] must have a roleArn or'),
        (
            "accounts",
            '{"111122223333":{"roleArn":"arn:aws:iam::444455556666:role/C"}}',
            'accounts["111122223333"].roleArn is a role of account 444455556666',
        ),
        ("accountRoleName", "a b", "must be the name of a role"),
        (
            "assumeRoleWithWebIdentity",
            '{"roleArn":"arn:aws:iam::111122223333:role/C"}',
            "must have exactly one of webIdentityToken and webIdentityTokenFile",
        ),
        ("endpoints", '{"sts":"localhost"}', "endpoints.sts must be an http or https URL"),
        ("maxRetries", "-1", "maxRetries must be 0 to 100 retries, got -1"),
        ("maxRetries", "2.5", "maxRetries must be a whole number of retries"),
        ("rateLimits", '{"*":0}', "must be a number of calls a second, above 0"),
        ("rateLimits", '{"CreateRelationship":"fast"}', "must be a number of calls a second"),
        ("refreshTags", "no", "refreshTags must be true or false, got 'no'"),
        ("skipCredentialsValidation", "1", "must be true or false, got 1"),
    ],
)
def test_a_wrong_value_names_its_key(key, value, says) -> None:
    """And shows the command that sets it."""
    with pytest.raises(Misconfigured) as caught:
        Configuration.parse({f"partnercentral:{key}": value})
    assert says in str(caught.value)
    assert "pulumi config" in str(caught.value)


def test_numbers_and_switches_come_as_text() -> None:
    """As `pulumi config set` stores them."""
    found = Configuration.parse(
        {
            "partnercentral:maxRetries": "3",
            "partnercentral:refreshTags": "false",
            "partnercentral:rateLimits": '{"CreateRelationship": 10}',
        }
    )
    assert (found.max_retries, found.refresh_tags) == (3, False)
    assert found.rate_limits == {"CreateRelationship": 10.0}


def test_the_environment_says_rates(monkeypatch) -> None:
    """Unless the configuration does."""
    monkeypatch.setenv("PARTNERCENTRAL_RATE_LIMITS", '{"*": 7}')
    assert Configuration.of({}).rate_limits == {"*": 7.0}
    assert Configuration.of({"rateLimits": {"*": 8}}).rate_limits == {"*": 8.0}


def test_secrets_are_never_shown() -> None:
    """Not in the sentence about another value."""
    with pytest.raises(Misconfigured) as caught:
        Configuration.of({"accessKey": "AKIA", "secretKey": "hush", "regoin": "x"})
    assert "hush" not in str(caught.value)
