"""One program, one configuration, many accounts: through the dynamic provider and the plugin."""

from typing import Any

import pulumi
import pytest
from e2e.channel_program import writes
from e2e.engine import CUSTOMER, LINKED, MANAGEMENT, Engine, changes, dumped
from pulumi_partnercentral import channel
from pulumi_partnercentral.dynamic import Provider

ONE = {
    "partnercentral:catalog": "Sandbox",
    "partnercentral:accountRoleName": "Channel",
    "management": MANAGEMENT,
    "customers": dumped({"Acme": CUSTOMER, "Beta": "777788889999"}),
}


def opened(engine: Engine, form: str, name: str = "04-many-accounts") -> Any:
    program = {"dynamic": engine.example, "plugin": engine.through_the_plugin}[form]
    return program(name, **ONE)


@pytest.mark.parametrize("form", ["dynamic", "plugin"])
def test_one_configuration_answers_everywhere(engine: Engine, emulator, form) -> None:
    """Four accounts, no explicit provider; each assumed and confirmed once in a process."""
    stack = opened(engine, form)
    assert changes(stack.preview()) == {"create": 10}
    assert emulator.calls() == {}
    stack.up()
    answered = emulator.application.calls.listed()["byAccount"]
    for account in (MANAGEMENT, CUSTOMER, "777788889999"):
        assert answered[account]["AcceptChannelHandshake"] == 1
        assert answered[account]["sts:GetCallerIdentity"] == 1
    assert answered[LINKED]["sts:AssumeRole"] == 3
    assert "AcceptChannelHandshake" not in answered[LINKED]
    emulator.reset_calls()
    assert stack.up().summary.resource_changes == {"same": 10}
    assert writes(emulator) == {}
    stack.refresh()
    assert changes(stack.preview()) == {}
    stack.destroy()


@pytest.mark.parametrize("form", ["dynamic", "plugin"])
def test_one_accounts_failure_stops_no_other(engine: Engine, emulator, form) -> None:
    """The rest is deployed, and the next `up` does what is missing."""
    role = f"arn:aws:iam::{CUSTOMER}:role/Channel"
    emulator.set(refused_roles=[role])
    stack = opened(engine, form)
    with pytest.raises(pulumi.automation.CommandError, match=f"account {CUSTOMER}"):
        stack.up(continue_on_error=True)
    assert "Beta-accepted" in stack.state()
    assert "Acme-accepted" not in stack.state()
    emulator.set(refused_roles=[])
    assert stack.up().summary.resource_changes == {"create": 1, "same": 9}


@pytest.mark.parametrize("form", ["dynamic", "plugin"])
def test_secrets_of_a_provider_stay_secret(engine: Engine, emulator, form) -> None:
    """Keys that a user states are encrypted in the state, and work."""
    from pulumi_partnercentral import Provider as PluginProvider
    from pulumi_partnercentral.dynamic import channel as dynamic_channel

    made, module = {
        "dynamic": (Provider, dynamic_channel),
        "plugin": (PluginProvider, channel),
    }[form]

    def program() -> None:
        keys = made("keys", access_key=LINKED, secret_key="hush-hush", max_retries=3)
        module.ProgramManagementAccount(
            "account",
            catalog="Sandbox",
            program="SOLUTION_PROVIDER",
            account_id=MANAGEMENT,
            display_name="Reseller",
            opts=pulumi.ResourceOptions(provider=keys),
        )

    engine.environment["AWS_ACCESS_KEY_ID"] = "nobody"
    stack = engine.stack(program)
    shown = stack.up()
    assert "hush-hush" not in shown.stdout
    kept = [file.read_text() for file in (engine.folder / "backend").rglob("*.json")]
    assert kept
    assert not [text for text in kept if "hush-hush" in text]
    stack.destroy()


@pytest.mark.parametrize("form", ["dynamic", "plugin"])
def test_every_kind_of_argument(engine: Engine, emulator, monkeypatch, form) -> None:
    """Args classes, dict literals, numbers and switches of an explicit provider all arrive."""
    import pulumi_partnercentral as generated
    from pulumi_partnercentral.dynamic import channel as dynamic_channel

    made, module = {
        "dynamic": (Provider, dynamic_channel),
        "plugin": (generated.Provider, channel),
    }[form]
    url = engine.environment.pop("AWS_ENDPOINT_URL")
    monkeypatch.delenv("AWS_ENDPOINT_URL")
    role = f"arn:aws:iam::{LINKED}:role/Channel"

    def program() -> None:
        provider = made(
            "all",
            catalog="Sandbox",
            region="eu-central-1",
            endpoints=generated.EndpointsArgs(partnercentral_channel=url, sts=url),
            assume_roles=[generated.AssumeRoleArgs(role_arn=role, tags={"cost_centre": "x"})],
            accounts={MANAGEMENT: {"role_arn": f"arn:aws:iam::{MANAGEMENT}:role/Own"}},
            rate_limits={"CreateRelationship": 9.5},
            max_retries=2,
            refresh_tags=False,
            forbidden_account_ids=[CUSTOMER],
        )
        mine = pulumi.ResourceOptions(provider=provider)
        account = module.ProgramManagementAccount(
            "account",
            program="SOLUTION_PROVIDER",
            account_id=MANAGEMENT,
            display_name="Reseller",
            opts=mine,
        )
        join = module.ChannelHandshake(
            "join",
            handshake_type="PROGRAM_MANAGEMENT_ACCOUNT",
            associated_resource_identifier=account.arn,
            opts=mine,
        )
        module.ChannelHandshakeResponse(
            "joined",
            handshake_type="PROGRAM_MANAGEMENT_ACCOUNT",
            channel_handshake_identifier=join.arn,
            response="ACCEPT",
            receiver_account_id=MANAGEMENT,
            opts=mine,
        )

    stack = engine.stack(program)
    stack.up()
    assert stack.state()["joined"]["outputs"]["status"] == "ACCEPTED"
    emulator.reset_calls()
    stack.refresh()
    assert "ListTagsForResource" not in emulator.calls()
    assert changes(stack.preview()) == {}
    stack.destroy()


@pytest.mark.parametrize("form", ["dynamic", "plugin"])
def test_a_long_wait_is_shown(engine: Engine, emulator, form) -> None:
    """While it lasts: on the resource's row by the plugin, on the stack's in the dynamic form."""
    from pulumi_partnercentral.dynamic import channel as dynamic_channel

    module = {"dynamic": dynamic_channel, "plugin": channel}[form]

    def program() -> None:
        for number in range(3):
            module.ProgramManagementAccount(
                f"account-{number}",
                catalog="Sandbox",
                program="SOLUTION_PROVIDER",
                account_id=f"{number:012}",
                display_name="Reseller",
            )

    said = []
    row: dict[str | None, str] = {}

    def listen(event: Any) -> None:
        if (told := event.diagnostic_event) and told.ephemeral:
            row[told.urn] = told.message
            if "for AWS" in told.message:
                said.append((told.urn, told.message))

    engine.environment["XDG_CACHE_HOME"] = str(engine.folder)
    rates = '{"CreateProgramManagementAccount": 0.5}'
    stack = engine.stack(program, **{"partnercentral:rateLimits": rates})
    stack.up(on_event=listen)
    assert said
    assert all("waiting" in message for _, message in said)
    rows = {"dynamic": "pulumi:pulumi:Stack", "plugin": "ProgramManagementAccount"}
    if form == "plugin":
        assert all(rows[form] in urn for urn, _ in said)
    assert not any("waiting" in row[urn] for urn, _ in said)
    stack.destroy()
