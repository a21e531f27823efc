"""The policy of tags through the engine, in both forms, by configuration and by a provider."""

from collections.abc import Callable
from typing import Any

import pulumi
import pytest
from e2e.channel_program import CONFIG, FORMS, writes
from e2e.engine import CUSTOMER, MANAGEMENT, Engine, changes, dumped

DEFAULTS = "partnercentral:defaultTags"
HIDDEN = "[secret]"
SECRET = "1b47061264138c4ac30d75fd1eb44270"
"""The signature of what a state keeps secret."""


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


def hidden_of(value: Any) -> Any:
    """Replace by `HIDDEN` what a state keeps secret, at any depth."""
    if not isinstance(value, dict):
        return value
    if SECRET in value.values():
        return HIDDEN
    return {name: hidden_of(inner) for name, inner in value.items()}


def stored(engine: Engine) -> str:
    """Read all that the backend has stored; an export shows secrets, and does not tell."""
    files = [path for path in (engine.folder / "backend").rglob("*") if path.is_file()]
    return "".join(path.read_text(errors="replace") for path in files)


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
    """
    Neither `tags` nor `tagsAll` shows in the state what the program keeps secret.

    The plugin hides no more than that tag. Pulumi gives the dynamic provider no marks, so that all
    of `tagsAll` is hidden there.
    """
    secret = "planted-secret-tag"
    stack = engine.stack(
        program(form, lambda: {"key": pulumi.Output.secret(secret)}),
        **CONFIG | {DEFAULTS: dumped({"tags": {"team": "red"}})},
    )
    stack.up()
    assert at_aws(emulator) == {"key": secret, "team": "red"}
    for step in (stack.refresh, stack.preview, stack.up):
        step()
        assert secret not in stored(engine)
    assert changes(stack.preview()) == {}
    outputs = stack.state()["account"]["outputs"]
    shown = {name: hidden_of(outputs[name]) for name in ("tags", "tagsAll")}
    both = {"key": HIDDEN, "team": "red"}
    assert shown == {"tags": both, "tagsAll": both if form == "plugin" else HIDDEN}


@pytest.mark.parametrize("form", list(FORMS))
def test_a_secret_default_hides_all_tags(engine: Engine, emulator, form) -> None:
    """A default tag that is secret in the stack's configuration is in no state to be read."""
    secret = "planted-secret-tag"
    stack = engine.stack(program(form, {"team": "blue"}), **CONFIG)
    value = pulumi.automation.ConfigValue(dumped({"tags": {"key": secret}}), secret=True)
    stack.automated.set_config(DEFAULTS, value)
    stack.up()
    assert at_aws(emulator) == {"key": secret, "team": "blue"}
    for step in (stack.refresh, stack.preview, stack.up):
        step()
        assert secret not in stored(engine)
    assert changes(stack.preview()) == {}


@pytest.mark.parametrize("listed", [False, True])
@pytest.mark.parametrize("form", list(FORMS))
def test_a_secret_default_of_a_provider_hides_all_tags(
    engine: Engine, emulator, form, listed
) -> None:
    """The same for an argument of an explicit provider, also for a resource without own tags."""
    secret = "planted-secret-tag"

    def run() -> None:
        defaults = {"tags": {"key": pulumi.Output.secret(secret)}}
        provider = FORMS[form].Provider("ours", catalog="Sandbox", default_tags=defaults)
        named = {"providers": [provider]} if listed else {"provider": provider}
        FORMS[form].channel.ProgramManagementAccount(
            "account",
            program="SOLUTION_PROVIDER",
            account_id=MANAGEMENT,
            display_name="Reseller",
            opts=pulumi.ResourceOptions(**named),
        )

    stack = engine.stack(run)
    stack.up()
    assert at_aws(emulator) == {"key": secret}
    for step in (stack.refresh, stack.preview):
        step()
        assert secret not in stored(engine)
    assert changes(stack.preview()) == {}


@pytest.mark.parametrize("form", list(FORMS))
def test_a_state_from_before_tags_all_hides_its_secret_tag(engine: Engine, emulator, form) -> None:
    """A refresh adds no plain `tagsAll` to a state that has none yet, and shows no change."""
    secret = "planted-secret-tag"
    stack = engine.stack(program(form, lambda: {"key": pulumi.Output.secret(secret)}), **CONFIG)
    stack.up()
    deployment = stack.automated.export_stack()
    for resource in deployment.deployment["resources"]:
        for of in ("inputs", "outputs"):
            resource.get(of, {}).pop("tagsAll", None)
    stack.automated.import_stack(deployment)
    assert changes(stack.preview()) == {}
    stack.refresh()
    assert secret not in stored(engine)
    assert changes(stack.preview()) == {}
    stack.up()
    assert secret not in stored(engine)


@pytest.mark.parametrize("form", list(FORMS))
def test_a_preview_knows_all_tags(engine: Engine, emulator, form) -> None:
    """A program reads the merged `tags_all` in the preview of a create and of an update."""
    seen: list[Any] = []

    def run(**tags: str) -> None:
        account = FORMS[form].channel.ProgramManagementAccount(
            "account",
            program="SOLUTION_PROVIDER",
            account_id=MANAGEMENT,
            display_name="Reseller",
            tags=tags,
        )
        account.tags_all.apply(seen.append)

    config = CONFIG | {DEFAULTS: dumped({"tags": {"env": "dev", "team": "red"}})}
    stack = engine.stack(lambda: run(team=""), **config)
    stack.preview()
    assert seen == [{"env": "dev", "team": ""}]
    stack.up()
    assert at_aws(emulator) == {"env": "dev", "team": ""}
    seen.clear()
    engine.stack(lambda: run(own="x"), **config).preview()
    assert seen == [{"env": "dev", "own": "x", "team": "red"}]


@pytest.mark.parametrize("form", list(FORMS))
def test_an_unknown_default_makes_all_tags_unknown(engine: Engine, emulator, form) -> None:
    """What another resource gives is known after apply: until then no `tags_all` is shown."""
    seen: list[Any] = []

    def run() -> None:
        channel = FORMS[form].channel
        first = channel.ProgramManagementAccount(
            "first", program="SOLUTION_PROVIDER", account_id=CUSTOMER, display_name="First"
        )
        id = first.arn.apply(lambda arn: arn.rpartition("/")[2])
        provider = FORMS[form].Provider(
            "ours", catalog="Sandbox", default_tags={"tags": {"first": id}}
        )
        account = channel.ProgramManagementAccount(
            "account",
            program="SOLUTION_PROVIDER",
            account_id=MANAGEMENT,
            display_name="Reseller",
            tags={"team": "blue"},
            opts=pulumi.ResourceOptions(provider=provider),
        )
        account.tags_all.apply(seen.append)

    stack = engine.stack(run, **CONFIG)
    assert changes(stack.preview())["create"] >= 2
    assert seen == []
    stack.up()
    first = stack.state()["first"]["id"].rpartition("/")[2]
    assert seen == [{"first": first, "team": "blue"}]
    assert changes(stack.preview()) == {}
