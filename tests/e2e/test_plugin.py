"""The provider plugin through the real engine."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pulumi
import pytest
from e2e.channel_program import writes
from e2e.engine import CUSTOMER, LINKED, MANAGEMENT, Engine, Stack, changes
from partnercentral_provider.cli import main
from pulumi.automation import CommandError
from pulumi_partnercentral import channel

SANDBOX = {"partnercentral:catalog": "Sandbox"}


def account(opts: pulumi.ResourceOptions | None = None, **changed: Any) -> Any:
    given = {"program": "SOLUTION_PROVIDER", "account_id": MANAGEMENT, "display_name": "Reseller"}
    return channel.ProgramManagementAccount("account", **given | changed, opts=opts)


@pytest.fixture
def deploy(engine: Engine) -> Callable[..., Stack]:
    """Open a stack of a program, with the Sandbox as its catalog."""
    return lambda program: engine.stack(program, **SANDBOX)


def failure(run: Callable[[], Any]) -> str:
    with pytest.raises(CommandError) as caught:
        run()
    text = str(caught.value)
    assert "Traceback" not in text
    return text


def test_the_quickstart_lives_and_dies(engine: Engine, emulator) -> None:
    """Three accounts in one program: previewed without a call, deployed, changed, destroyed."""
    stack = engine.through_the_plugin("01-quickstart")
    assert changes(stack.preview()) == {"create": 10}
    assert emulator.calls() == {}
    stack.up()
    emulator.reset_calls()
    assert stack.up().summary.resource_changes == {"same": 10}
    assert writes(emulator) == {}, "only what was pending is read"
    emulator.reset_calls()
    assert changes(stack.preview()) == {}
    assert emulator.calls() == {}, "nothing is pending any more"
    stack.config(accountName="Renamed", team="green")
    shown = stack.preview(diff=True)
    assert changes(shown) == {"update": 2}
    assert '~ displayName: "Example Reseller" => "Renamed"' in shown.stdout
    stack.up()
    stack.refresh()
    assert changes(stack.preview()) == {}
    destroyed = stack.destroy()
    assert "cannot be taken back" in destroyed.stdout
    assert "exited prematurely" not in destroyed.stdout


def test_drift_is_repaired_and_foreign_values_make_no_noise(deploy, client) -> None:
    """A name changed by hand comes back; tags that the program never set stay."""
    stack = deploy(account)
    stack.up()
    arn = stack.state()["account"]["id"]
    client().update_program_management_account(
        catalog="Sandbox", identifier=arn, displayName="By hand"
    )
    client().tag_resource(resourceArn=arn, tags=[{"key": "theirs", "value": "x"}])
    stack.refresh()
    assert changes(stack.preview()) == {"update": 1}
    stack.up()
    assert stack.state()["account"]["outputs"]["displayName"] == "Reseller"
    assert stack.state()["account"]["outputs"]["tags"] == {"theirs": "x"}


def test_options_of_resources(deploy, emulator) -> None:
    """ignore_changes, replace_on_changes and protect do what they do everywhere."""
    deploy(account).up()
    ignored = pulumi.ResourceOptions(ignore_changes=["displayName"], protect=True)
    assert changes(deploy(lambda: account(ignored, display_name="B")).preview()) == {}
    replaced = pulumi.ResourceOptions(replace_on_changes=["displayName"])
    shown = deploy(lambda: account(replaced, display_name="B")).preview()
    assert changes(shown) == {"replace": 1}
    deploy(lambda: account(ignored, display_name="B")).up()
    assert "protected" in failure(deploy(lambda: None).up)


def test_a_secret_stays_one(deploy, engine) -> None:
    """A secret input is no plain text in the state, neither as input nor as output."""
    deploy(lambda: account(display_name=pulumi.Output.secret("Hush"))).up()
    (checkpoint,) = (engine.folder / "backend").rglob("stacks/**/dev.json")
    assert "displayName" in checkpoint.read_text()
    assert "Hush" not in checkpoint.read_text()


def test_created_but_not_read_back_is_finished_by_the_next_up(deploy, emulator) -> None:
    """The first `up` fails and keeps what it made; the second completes it."""
    emulator.fault("ListProgramManagementAccounts", error="AccessDeniedException")
    stack = deploy(account)
    assert "could not be read back" in failure(stack.up)
    (made,) = emulator.objects()
    assert stack.state()["account"]["id"] == made["arn"]
    assert stack.up().summary.resource_changes == {"same": 1, "update": 1}
    assert stack.state()["account"]["outputs"]["revision"] == "1"
    assert len(emulator.objects()) == 1


def test_a_forced_replacement_loses_nothing(deploy, emulator) -> None:
    """
    AWS refuses a second one, and the sentence says so, never answered with the living object;
    with delete_before_replace it works.
    """
    stack = deploy(account)
    stack.up()
    urn = stack.state()["account"]["urn"]
    refused = failure(lambda: stack.up(replace=[urn]))
    assert f"exists already: {stack.state()['account']['id']}" in refused
    assert "A forced replacement needs `delete_before_replace=True`" in refused
    assert len(emulator.objects()) == 1
    first = pulumi.ResourceOptions(delete_before_replace=True)
    stack = deploy(lambda: account(first))
    stack.up(replace=[urn])
    assert len(emulator.objects()) == 1


def test_import_option(deploy, client) -> None:
    """`import_=` takes over what is there, and the next preview is clean."""
    arn = client().create_program_management_account(
        catalog="Sandbox",
        program="SOLUTION_PROVIDER",
        accountId=MANAGEMENT,
        displayName="Reseller",
    )["programManagementAccountDetail"]["arn"]
    stack = deploy(lambda: account(pulumi.ResourceOptions(import_=arn)))
    assert changes(stack.preview()) == {"create": 1, "import": 1}
    stack.up()
    assert changes(deploy(account).preview()) == {}
    wrong = deploy(lambda: account(pulumi.ResourceOptions(import_="acme"), account_id=CUSTOMER))
    assert "catalog/AWS/program-management-account/pma-" in failure(wrong.preview)


def test_functions(deploy) -> None:
    """Plain and as outputs."""

    def program() -> None:
        found = channel.get_program_management_account_output(arn=account().arn)
        pulumi.export("name", found.display_name)
        pulumi.export("caller", channel.get_caller_account().account_id)

    outputs = deploy(program).up().outputs
    assert (outputs["name"].value, outputs["caller"].value) == ("Reseller", LINKED)


def test_the_installed_plugin_is_found(engine: Engine, monkeypatch, tmp_path) -> None:
    """Without the virtual environment on the PATH, `install-plugin` is enough."""
    monkeypatch.setenv("PULUMI_HOME", engine.environment["PULUMI_HOME"])
    engine.environment["PATH"] = "/usr/bin:/bin"
    engine.environment["PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION"] = "1"
    stack = engine.stack(account, **SANDBOX)
    assert "partnercentral" in failure(stack.preview)
    assert main(["install-plugin"]) == 0
    shown = stack.preview()
    assert changes(shown) == {"create": 2}
    assert "from $PATH" not in shown.stdout
    assert main(["uninstall-plugin"]) == 0
    plugins = Path(engine.environment["PULUMI_HOME"]) / "plugins"
    assert not [path for path in plugins.iterdir() if path.is_dir()]
