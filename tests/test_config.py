"""Configuration: its shapes, and the sentences about wrong ones."""

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from partnercentral_provider.config import Configuration
from partnercentral_provider.model.errors import Misconfigured
from partnercentral_provider.model.unknown import UNKNOWN


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
        ("maxRetries", True, "maxRetries must be a whole number of retries"),
        ("rateLimits", '{"*":0}', "must be a number of calls a second, above 0"),
        ("rateLimits", '{"CreateRelationship":"fast"}', "must be a number of calls a second"),
        ("refreshTags", "no", "refreshTags must be true or false, got 'no'"),
        ("skipCredentialsValidation", "1", "must be true or false, got 1"),
        (
            "assumeRoleWithWebIdentity",
            '{"roleArn":"arn:aws:iam::111122223333:role/C","webIdentityToken":"xyz"}',
            "assumeRoleWithWebIdentity.webIdentityToken must have 4 to 20000 characters, got 3",
        ),
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


@pytest.mark.parametrize("empty", ["", "  "])
def test_an_empty_rate_limit_of_the_environment_says_nothing(monkeypatch, empty) -> None:
    """As if the variable were not set, which a shell cannot always do."""
    monkeypatch.setenv("PARTNERCENTRAL_RATE_LIMITS", empty)
    assert Configuration.of({}).rate_limits is None


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("fast", "must be an object, got text"),
        ('{"*": 0}', '["*"] must be a number of calls a second, above 0, got 0'),
        ('{"CreateRelationship": "x"}', ".CreateRelationship must be a number of calls a second"),
    ],
)
def test_a_wrong_rate_limit_of_the_environment_names_the_variable(monkeypatch, text, says) -> None:
    """And not the stack's configuration, which has nothing to do with it."""
    monkeypatch.setenv("PARTNERCENTRAL_RATE_LIMITS", text)
    with pytest.raises(Misconfigured) as caught:
        Configuration.of({"region": "us-east-1"})
    said = str(caught.value)
    assert said.startswith("The environment variable PARTNERCENTRAL_RATE_LIMITS cannot be used:")
    assert says in said
    assert "pulumi config" not in said
    assert said.endswith("    unset PARTNERCENTRAL_RATE_LIMITS\n")
    assert not Configuration.check({}).failures


@pytest.mark.parametrize("key", ["allowedAccountIds", "forbiddenAccountIds"])
def test_accounts_that_nobody_would_confirm(key) -> None:
    """A guard of accounts does not go with `skipCredentialsValidation`, which switches it off."""
    both = {"skipCredentialsValidation": True, key: ["111122223333"]}
    with pytest.raises(Misconfigured, match=f"cannot be had together with {key}, which needs"):
        Configuration.of(both)
    assert Configuration.of(both | {"skipCredentialsValidation": False})
    assert Configuration.of(both | {key: []})


EVERYTHING: dict[str, Any] = {
    "region": "us-east-1",
    "accessKey": "AKIA",
    "secretKey": "hush",
    "token": "session",
    "catalog": "Sandbox",
    "assumeRoleWithWebIdentity": {
        "roleArn": "arn:aws:iam::111122223333:role/C",
        "sessionName": "me",
        "webIdentityToken": "a.b.c",
        "durationSeconds": 900,
        "policy": "{}",
        "policyArns": ["arn:aws:iam::aws:policy/ReadOnlyAccess"],
    },
    "assumeRoles": [
        {
            "roleArn": "arn:aws:iam::111122223333:role/C",
            "externalId": "id",
            "durationSeconds": 900,
            "policyArns": ["arn:aws:iam::aws:policy/ReadOnlyAccess"],
            "tags": {"cost centre": "x"},
            "transitiveTagKeys": ["cost centre"],
            "sourceIdentity": "alice",
        }
    ],
    "accounts": {
        "111122223333": {"roleArn": "arn:aws:iam::111122223333:role/C", "externalId": "id"},
        "444455556666": {"profile": "theirs", "sessionName": "me"},
    },
    "accountRoleName": "Channel",
    "allowedAccountIds": ["111122223333", "444455556666"],
    "forbiddenAccountIds": ["777788889999"],
    "endpoints": {"sts": "http://127.0.0.1:1", "partnercentralChannel": "http://127.0.0.1:2"},
    "maxRetries": 3,
    "rateLimits": {"*": 5, "CreateRelationship": 1.5},
    "defaultTags": {"tags": {"team": "blue"}},
    "ignoreTags": {"keys": ["cost"], "keyPrefixes": ["x-"]},
    "refreshTags": False,
    "refreshPending": False,
    "contractExpiryWarningDays": 14,
    "skipCredentialsValidation": False,
}
"""Every key, but for `profile`, which does not go with keys."""


def places(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """List the place of every value, at every depth."""
    inner: list[tuple[Any, Any]] = []
    if isinstance(value, dict):
        inner = [*value.items()]
    elif isinstance(value, list):
        inner = [*enumerate(value)]
    return [found for key, each in inner for found in [(*at, key), *places(each, (*at, key))]]


@settings(deadline=None)
@given(chosen=st.sets(st.sampled_from(places(EVERYTHING)), max_size=6))
def test_what_only_apply_will_tell_passes_at_every_depth(chosen) -> None:
    """Every key, every entry and every member may be known after apply; none of it is a failure."""
    assert {*Configuration.names()} == {*EVERYTHING, "profile"}
    raw = deepcopy(EVERYTHING)
    for *way, last in sorted(chosen, key=len):
        inner: Any = raw
        for key in way:
            inner = inner if inner is UNKNOWN else inner[key]
        if inner is not UNKNOWN:
            inner[last] = UNKNOWN
    checked = Configuration.check(raw)
    assert not checked.failures
    for (key, *way), value in ((place, UNKNOWN) for place in chosen):
        found: Any = checked.inputs[key]
        for each in way:
            found = found if found is UNKNOWN else found[each]
        assert found is value
    made = Configuration.of(raw)
    assert made.known_after_apply == {place[0] for place in chosen}


def test_a_wrong_value_beside_one_that_apply_will_tell_is_named() -> None:
    """What is known is checked as ever."""
    accounts = {
        "111122223333": {"roleArn": UNKNOWN},
        "444455556666": UNKNOWN,
        "777788889999": {"roleArn": "arn:aws:iam::111122223333:role/C", "externalId": UNKNOWN},
        "999900009999": {"sessionName": UNKNOWN},
    }
    failures = Configuration.check({"accounts": accounts, "allowedAccountIds": [UNKNOWN]}).failures
    assert [f"{f.property} {f.reason}" for f in failures] == [
        'accounts["777788889999"].roleArn is a role of account 111122223333',
        'accounts["999900009999"] must have a roleArn or a profile',
    ]


@pytest.mark.parametrize(
    ("wrong", "sets"),
    [
        ({"defaultTags": {"team": "blue"}}, "partnercentral:defaultTags.tags.team"),
        ({"ignoreTags": {"prefixes": ["x"]}}, "partnercentral:ignoreTags.keys[0]"),
        ({"endpoints": {"st": "http://localhost"}}, "partnercentral:endpoints.sts"),
    ],
)
def test_the_way_out_of_an_unknown_member_is_a_known_one(wrong, sets) -> None:
    """The command that a user copies does not repeat what was wrong."""
    with pytest.raises(Misconfigured) as caught:
        Configuration.of(wrong)
    assert f"pulumi config set --path '{sets}' VALUE" in str(caught.value)


@pytest.mark.parametrize(
    ("wrong", "key"),
    [
        ({"defaultTags": {"tags": {"team": 4711}}}, "defaultTags.tags.team"),
        ({"allowedAccountIds": [12345678901]}, "allowedAccountIds[0]"),
    ],
)
def test_the_way_out_of_a_number_in_place_of_text_says_the_type(wrong, key) -> None:
    """Pulumi makes a number of digits that are set by a path, unless it is told not to."""
    with pytest.raises(Misconfigured) as caught:
        Configuration.of(wrong)
    command = f"pulumi config set --type string --path 'partnercentral:{key}' VALUE"
    assert command in str(caught.value)


def test_a_misspelt_key_is_guessed() -> None:
    """And the keys that there are stand below, where the engine shows them once."""
    with pytest.raises(Misconfigured) as caught:
        Configuration.of({"regoin": "x"})
    first, *rest = str(caught.value).splitlines()
    assert first.endswith("partnercentral:regoin is no key of this provider; did you mean region?")
    assert "accountRoleName" in "".join(rest)


def test_secrets_are_never_shown() -> None:
    """Not in the sentence about another value."""
    with pytest.raises(Misconfigured) as caught:
        Configuration.of({"accessKey": "AKIA", "secretKey": "hush", "regoin": "x"})
    assert "hush" not in str(caught.value)
