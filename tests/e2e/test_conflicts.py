"""What stands in the way is named, and whoever follows the advice loses nothing."""

import json
import shlex
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pulumi
import pulumi_partnercentral
import pytest
from conftest import RELATIONSHIP
from e2e.cli import has_yaml
from e2e.engine import CUSTOMER, MANAGEMENT, Engine, Stack, changes
from pulumi.automation import CommandError
from pulumi_partnercentral import dynamic

FORMS = {"dynamic": dynamic.channel, "plugin": pulumi_partnercentral.channel}
SANDBOX = {"partnercentral:catalog": "Sandbox"}
PROJECT = "name: channel\nruntime: yaml\nconfig: {partnercentral:catalog: Sandbox}\n"


@pytest.fixture(params=FORMS)
def channel(request: pytest.FixtureRequest) -> ModuleType:
    """Give the classes of either form."""
    return FORMS[request.param]


@pytest.fixture
def deploy(engine: Engine) -> Callable[[Callable[[], Any]], Stack]:
    """Open the one stack with another program."""
    return lambda program: engine.stack(program, **SANDBOX)


def failure(run: Callable[[], Any]) -> str:
    """Give what the user reads of a command that fails."""
    with pytest.raises(CommandError) as caught:
        run()
    assert "Traceback" not in str(caught.value)
    return str(caught.value)


def commands(text: str) -> list[str]:
    """Give the lines that stand alone, indented, to be copied."""
    lines = [line.strip() for line in text.splitlines()]
    first = ("aliases=", "pulumi ", "aws ", "channel.")
    return [line for line in lines if line.startswith(first)]


def hub(channel: Any, name: str, **options: Any) -> Any:
    return channel.ProgramManagementAccount(
        name,
        program="SOLUTION_PROVIDER",
        account_id=MANAGEMENT,
        display_name="Reseller",
        opts=pulumi.ResourceOptions(**options),
    )


def customer(channel: Any, parent: Any, of: str = CUSTOMER) -> Any:
    return channel.Relationship(
        "acme",
        program_management_account_identifier=parent,
        associated_account_id=of,
        association_type="END_CUSTOMER",
        sector="COMMERCIAL",
        display_name="Acme",
    )


def invite(client: Any, about: str) -> str:
    """Make the handshake of a create that was cut off: AWS has it, and no stack."""
    parent = about.partition("/relationship/")[0].rpartition("/")[2]
    made = client().create_channel_handshake(
        catalog="Sandbox",
        handshakeType="START_SERVICE_PERIOD",
        associatedResourceIdentifier=about,
        payload={
            "startServicePeriodPayload": {
                "programManagementAccountIdentifier": parent,
                "servicePeriodType": "MINIMUM_NOTICE_PERIOD",
                "minimumNoticeDays": "30",
            }
        },
        clientToken=about.rpartition("/")[2],
    )
    return str(made["channelHandshakeDetail"]["arn"])


def test_a_renamed_resource_is_kept_by_following_the_advice(deploy, channel, emulator) -> None:
    """
    Renamed without an alias: nothing is claimed of the stack, and the alias keeps the object.

    Through the plugin, where this account is read first since it is pending, the stack's name for
    it is known, and said.
    """
    deploy(lambda: hub(channel, "a")).up()
    (made,) = emulator.objects()
    text = failure(deploy(lambda: hub(channel, "hub")).up)
    assert f"exists already: {made['arn']}" in text
    assert "not in this stack" not in text
    if channel is FORMS["plugin"]:
        assert "This stack holds it under the name 'a'" in text
        assert commands(text) == ['aliases=[pulumi.Alias(name="a")]']
    else:
        alias, manage = commands(text)[:2]
        assert alias == 'aliases=[pulumi.Alias(name="OLD")]'
        assert "hub" in manage
        assert made["arn"] in manage
        assert text.index(alias) < text.index("holds under another name") < text.index(manage)

    aliases = [pulumi.Alias(name="a")]
    kept = deploy(lambda: hub(channel, "hub", aliases=aliases))
    assert changes(kept.preview()) == {}
    kept.up()
    assert kept.state().keys() >= {"hub"}
    assert "a" not in kept.state()
    assert [one["arn"] for one in emulator.objects()] == [made["arn"]]
    deploy(lambda: hub(channel, "hub")).destroy()
    assert emulator.objects() == []


def test_two_resources_for_one_account_are_named(deploy, channel, emulator) -> None:
    """What this stack holds under another name is known once the program states it, and said."""

    def twice() -> None:
        first = hub(channel, "a")
        hub(channel, "hub", depends_on=[first])

    deploy(lambda: hub(channel, "a")).up()
    text = failure(deploy(twice).up)
    assert "This stack holds it under the name 'a'" in text
    assert 'aliases=[pulumi.Alias(name="a")]' in commands(text)
    assert "take one of the two out" in text
    assert "pulumi import" not in text
    assert len(emulator.objects()) == 1


def test_a_child_of_no_stack_is_named_with_both_ways_out(deploy, channel, emulator, client) -> None:
    """A handshake whose create was cut off blocks its relationship; canceled, it does no more."""
    stack = deploy(lambda: customer(channel, hub(channel, "a").arn))
    stack.up()
    blocker = invite(client, stack.state()["acme"]["id"])
    cancel = (
        "aws partnercentral-channel cancel-channel-handshake --catalog Sandbox "
        f"--identifier {blocker.rpartition('/')[2]}"
    )
    manage = (
        f"pulumi import partnercentral:channel:ChannelHandshake {blocker.rpartition('/')[2]} "
        f"{blocker}"
    )
    replaced = deploy(lambda: customer(channel, hub(channel, "a").arn, "777788889999"))
    for run in (replaced.up, stack.destroy):
        text = failure(run)
        assert f"In the way is the ChannelHandshake {blocker}." in text
        assert commands(text)[:2] == [cancel, manage]
    words = shlex.split(cancel)
    client().cancel_channel_handshake(catalog=words[4], identifier=words[6])
    stack.destroy()
    assert [one["status"] for one in emulator.objects()] == ["CANCELED"]


@pytest.fixture
def project(engine: Engine, tmp_path: Any) -> Callable[..., str]:
    """Run the CLI in a YAML project of its own, and give what it prints."""
    if not has_yaml():
        pytest.skip("an import needs a language host; YAML's is built with Go")
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "Pulumi.yaml").write_text(PROJECT)

    def run(*arguments: str, fails: bool = False) -> str:
        done = engine.run(*arguments, cwd=folder)
        assert (done.returncode != 0) is fails, done.stdout + done.stderr
        assert "Traceback" not in done.stdout + done.stderr
        return done.stdout + done.stderr

    run("stack", "init", "dev")
    return run


IMPORT = ("--yes", "--protect=false", "--generate-code=false")


def test_an_imported_child_no_longer_blocks_its_parent(
    project, relationship, emulator, client
) -> None:
    """The other way out: after the import line of the error was run, a destroy deletes both."""
    arn = relationship["arn"]
    project("import", "partnercentral:channel:Relationship", "acme", arn, *IMPORT)
    invite(client, arn)
    (manage, *_) = [
        line
        for line in commands(project("destroy", "--yes", fails=True))
        if line.startswith("pulumi import")
    ]
    project(*shlex.split(manage)[1:], *IMPORT)
    project("destroy", "--yes")
    assert {one["status"] for one in emulator.objects() if one["id"][:2] == "ch"} == {"CANCELED"}
    assert "rs" not in {one["id"][:2] for one in emulator.objects()}


def test_an_imported_channel_of_literals_is_destroyed(
    project, account, life, emulator, client, tmp_path
) -> None:
    """Pulumi knows no order and deletes all at once: each parent waits for its children."""
    found = [("ProgramManagementAccount", "hub", account["arn"])]
    for number in range(3):
        made = life().create(
            "Relationship",
            **RELATIONSHIP | {"associatedAccountId": f"{number:012}"},
            programManagementAccountIdentifier=account["arn"],
        )
        found.append(("Relationship", f"customer-{number}", made["arn"]))
        found.append(("ChannelHandshake", f"period-{number}", invite(client, made["arn"])))
    file = tmp_path / "import.json"
    resources = [
        {"type": f"partnercentral:channel:{kind}", "name": name, "id": arn}
        for kind, name, arn in found
    ]
    file.write_text(json.dumps({"resources": resources}))
    project("import", "--file", str(file), *IMPORT)
    emulator.fault("DeleteRelationship", delay=0.5)
    project("destroy", "--yes")
    assert {one["status"] for one in emulator.objects()} == {"CANCELED"}
