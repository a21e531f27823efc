"""The policy of tags through the engine, in both forms, by configuration and by a provider."""

import json
from collections.abc import Callable
from typing import Any

import pulumi
import pytest
from e2e.channel_program import CONFIG, FORMS, writes
from e2e.engine import MANAGEMENT, Engine, changes, dumped

DEFAULTS = "partnercentral:defaultTags"


def program(form: str, tags: Any = None, **policy: Any) -> Callable[[], None]:
    """Make a program of one account; a *policy* makes it one of an explicit provider."""

    def run() -> None:
        options = pulumi.ResourceOptions()
        if policy:
            provider = FORMS[form].Provider("ours", catalog="Sandbox", **policy)
            options = pulumi.ResourceOptions(provider=provider)
        FORMS[form].channel.ProgramManagementAccount(
            "account",
            program="SOLUTION_PROVIDER",
            account_id=MANAGEMENT,
            display_name="Reseller",
            tags=tags() if callable(tags) else tags,
            opts=options,
        )

    return run


def at_aws(emulator: Any) -> dict[str, str]:
    (found,) = emulator.objects()
    return dict(found["tags"])


@pytest.mark.parametrize("form", list(FORMS))
def test_a_policy_of_the_configuration(engine: Engine, emulator, form) -> None:
    """It comes as an update of tags, a refresh leaves it clean, and it goes as it came."""
    stack = engine.stack(program(form, {"team": "blue"}), **CONFIG)
    stack.up()
    stack.config(**{DEFAULTS: dumped({"tags": {"Cost Center": "1", "team": "red"}})})
    emulator.reset_calls()
    assert changes(stack.preview()) == {"update": 1}
    stack.up()
    assert writes(emulator) == {"TagResource": 1}
    both = {"Cost Center": "1", "team": "blue"}
    assert at_aws(emulator) == both
    assert stack.state()["account"]["outputs"]["tags"] == both
    stack.refresh()
    assert changes(stack.preview()) == {}
    stack.config(**{"partnercentral:ignoreTags": dumped({"keyPrefixes": ["Cost"]})})
    assert changes(stack.preview()) == {}
    stack.automated.remove_config(DEFAULTS)
    assert changes(stack.preview()) == {}
    stack.automated.remove_config("partnercentral:ignoreTags")
    stack.refresh()
    assert changes(stack.preview()) == {"update": 1}
    stack.up()
    assert at_aws(emulator) == {"team": "blue"}


@pytest.mark.parametrize("form", list(FORMS))
def test_a_policy_of_a_provider(engine: Engine, emulator, client, form) -> None:
    """Its arguments say the same; the last default is removed although no tags are left."""
    policy = {
        "default_tags": {"tags": {"cost_center": "1"}},
        "ignore_tags": {"keys": ["owner"], "key_prefixes": ["auto_"]},
    }
    stack = engine.stack(program(form, **policy))
    stack.up()
    assert at_aws(emulator) == {"cost_center": "1"}
    arn = stack.state()["account"]["id"]
    theirs = {"auto_stop": "22:00", "owner": "them"}
    client().tag_resource(resourceArn=arn, tags=[{"key": k, "value": v} for k, v in theirs.items()])
    stack.refresh()
    assert changes(stack.preview()) == {}
    assert stack.state()["account"]["outputs"]["tags"] == {"cost_center": "1"}
    stack = engine.stack(program(form, ignore_tags=policy["ignore_tags"]))
    stack.up()
    assert at_aws(emulator) == theirs
    assert changes(stack.preview()) == {}


@pytest.mark.parametrize("form", list(FORMS))
def test_a_secret_tag_is_nowhere_to_be_read(engine: Engine, emulator, form) -> None:
    """Neither `tags` nor `tagsAll` shows in the state what the program keeps secret."""
    secret = "planted-secret-tag"
    stack = engine.stack(
        program(form, lambda: {"key": pulumi.Output.secret(secret)}),
        **CONFIG | {DEFAULTS: dumped({"tags": {"team": "red"}})},
    )
    stack.up()
    assert at_aws(emulator) == {"key": secret, "team": "red"}
    for step in (stack.refresh, stack.preview, stack.up):
        step()
        assert secret not in json.dumps(stack.automated.export_stack().deployment)


def test_a_secret_default_hides_all_tags_of_the_plugin(engine: Engine, emulator) -> None:
    """The plugin knows that its configuration is secret, and keeps what is merged so."""
    secret = "planted-secret-tag"
    stack = engine.stack(program("plugin", {"team": "blue"}), **CONFIG)
    value = pulumi.automation.ConfigValue(dumped({"tags": {"key": secret}}), secret=True)
    stack.automated.set_config(DEFAULTS, value)
    stack.up()
    assert at_aws(emulator) == {"key": secret, "team": "blue"}
    assert secret not in json.dumps(stack.automated.export_stack().deployment)
    assert changes(stack.preview()) == {}
