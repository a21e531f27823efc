"""A channel that runs already comes under Pulumi, through the plugin."""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from e2e.cli import has_yaml
from e2e.engine import CUSTOMER, MANAGEMENT, Engine
from partnercentral_provider.cli import main

pytestmark = pytest.mark.skipif(
    not has_yaml(), reason="an import needs a language host; YAML's is built with Go"
)
PROJECT = "name: running\nruntime: yaml\nconfig: {partnercentral:catalog: Sandbox}\n"


@pytest.fixture
def channel(client: Callable[..., Any]) -> dict[str, str]:
    """Let a channel run: an account that accepted, two customers, a service period offered."""
    ours = client()
    account = ours.create_program_management_account(
        catalog="Sandbox",
        program="SOLUTION_PROVIDER",
        accountId=MANAGEMENT,
        displayName="Reseller",
        clientToken="a",
    )["programManagementAccountDetail"]["arn"]
    made = {"account": account}
    made["join"] = ours.create_channel_handshake(
        catalog="Sandbox",
        handshakeType="PROGRAM_MANAGEMENT_ACCOUNT",
        associatedResourceIdentifier=account,
        clientToken="h",
    )["channelHandshakeDetail"]["arn"]
    client(MANAGEMENT).accept_channel_handshake(catalog="Sandbox", identifier=made["join"])
    for name, customer in (("Acme", CUSTOMER), ("Beta", "777788889999")):
        made[name] = ours.create_relationship(
            catalog="Sandbox",
            programManagementAccountIdentifier=account,
            associatedAccountId=customer,
            displayName=name,
            associationType="END_CUSTOMER",
            sector="COMMERCIAL",
            resaleAccountModel="END_CUSTOMER",
            tags=[{"key": "team", "value": "blue"}],
            clientToken=name,
        )["relationshipDetail"]["arn"]
    made["service"] = ours.create_channel_handshake(
        catalog="Sandbox",
        handshakeType="START_SERVICE_PERIOD",
        associatedResourceIdentifier=made["Acme"],
        payload={
            "startServicePeriodPayload": {
                "programManagementAccountIdentifier": account,
                "servicePeriodType": "MINIMUM_NOTICE_PERIOD",
                "minimumNoticeDays": "30",
                "note": "As agreed",
            }
        },
        clientToken="s",
    )["channelHandshakeDetail"]["arn"]
    return made


@pytest.fixture
def project(engine: Engine, tmp_path: Path) -> Callable[..., str]:
    """Run the CLI in a YAML project of its own, whose language host can be had everywhere."""
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "Pulumi.yaml").write_text(PROJECT)

    def pulumi(*arguments: str, code: int = 0, **environment: str) -> str:
        done = engine.run(*arguments, cwd=folder, **environment)
        assert done.returncode == code, done.stdout + done.stderr
        assert "Traceback" not in done.stdout + done.stderr
        return done.stdout + done.stderr

    pulumi("stack", "init", "dev")
    return pulumi


def changes(pulumi: Callable[..., str]) -> Any:
    shown = pulumi("preview", "--json")
    return json.loads(shown[shown.index("{") : shown.rindex("}") + 1])["changeSummary"]


def test_a_running_channel_is_adopted_by_two_commands(
    project, channel, tmp_path, monkeypatch
) -> None:
    """`discover`, then `pulumi import --file`: the program it writes changes nothing."""
    folder = tmp_path / "project"
    monkeypatch.chdir(folder)
    assert main(["discover", "--catalog", "Sandbox", "--region", "us-east-1"]) == 0
    project("import", "--file", "import.json", "--yes", "--protect=false", "--out", "made.yaml")
    with (folder / "Pulumi.yaml").open("a") as program:
        program.write((folder / "made.yaml").read_text())
    assert changes(project) == {"same": len(channel) + 1}
    (folder / "export.json").write_text(project("stack", "export"))
    rest = ["discover", "--catalog", "Sandbox", "--region", "us-east-1", "--stack-export"]
    assert main([*rest, "export.json"]) == 0
    assert json.loads((folder / "import.json").read_text()) == {"resources": []}


def test_a_running_channel_becomes_a_program(project, engine, channel, tmp_path, client) -> None:
    """The program that `discover` writes changes nothing, and tells Pulumi the order of deletes."""
    client().tag_resource(resourceArn=channel["join"], tags=[{"key": "größe", "value": "= ß @"}])
    folder = tmp_path / "project"
    files = ["--output", str(folder / "import.json"), "--program", str(folder / "channel.py")]
    assert main(["discover", "--catalog", "Sandbox", "--region", "us-east-1", *files]) == 0
    project("import", "--file", "import.json", "--yes", "--generate-code=false")
    text = (folder / "channel.py").read_text()
    stack = engine.stack(lambda: exec(compile(text, "channel.py", "exec"), {}), project="running")
    assert stack.preview().change_summary == {"same": len(channel) + 1}
    assert stack.up().summary.resource_changes == {"same": len(channel) + 1}
    state = stack.state()
    urn = {name: one["urn"] for name, one in state.items()}
    assert state["acme"]["dependencies"] == [urn["reseller"]]
    service = state["acme-service-period"]
    assert service["dependencies"] == [urn["acme"]]
    assert service["protect"]
    project("state", "unprotect", "--all", "--yes")
    project("destroy", "--yes", "--parallel", "1")


@pytest.mark.parametrize(
    ("kind", "name", "account"),
    [
        ("ProgramManagementAccount", "account", None),
        ("Relationship", "Acme", None),
        ("ChannelHandshake", "service", None),
        ("ChannelHandshakeResponse", "join", MANAGEMENT),
    ],
)
def test_import_by_arn(project, channel, tmp_path, kind, name, account) -> None:
    """Each type, from nothing but its ARN; the program that is printed previews unchanged."""
    signed = {"AWS_ACCESS_KEY_ID": account} if account else {}
    token = f"partnercentral:channel:{kind}"
    made = tmp_path / "made.yaml"
    options = ["--yes", "--protect=false", "--out", str(made)]
    project("import", token, "it", channel[name], *options, **signed)
    with (tmp_path / "project" / "Pulumi.yaml").open("a") as program:
        program.write(made.read_text())
    assert changes(project) == {"same": 2}


def test_an_import_leaves_out_what_the_default_tags_say(project, channel, tmp_path) -> None:
    """The program that is printed states no tag that the defaults do, and previews unchanged."""
    made = tmp_path / "made.yaml"
    project("config", "set", "--path", "partnercentral:defaultTags.tags.team", "blue")
    options = ["--yes", "--protect=false", "--out", str(made)]
    project("import", "partnercentral:channel:Relationship", "it", channel["Acme"], *options)
    assert "displayName: Acme" in made.read_text()
    assert "tags" not in made.read_text()
    with (tmp_path / "project" / "Pulumi.yaml").open("a") as program:
        program.write(made.read_text())
    assert changes(project) == {"same": 2}


@pytest.mark.parametrize(
    ("arn", "sentence"),
    [
        ("rs-l9o4fj3b5zb91", "is not an ARN of the Partner Central Channel API"),
        ("{join}", "is not the ARN of a Relationship"),
        ("{Acme}x", "is not an ARN of the Partner Central Channel API"),
    ],
)
def test_a_wrong_id_is_explained(project, channel, arn, sentence) -> None:
    """What form it should have, with a sample of it."""
    arguments = ["import", "partnercentral:channel:Relationship", "it", arn.format(**channel)]
    shown = project(*arguments, "--yes", code=1)
    assert sentence in shown
    assert "an ARN such as arn:aws:partnercentral:us-east-1:" in shown


def test_list_by_the_engine(project, channel, engine) -> None:
    """`pulumi do … list` gives ARNs and names, as many as are asked for."""
    plugin = Path(sys.executable).with_name("pulumi-resource-partnercentral")
    do = ["do", "--package", str(plugin), "partnercentral:channel:Relationship", "list"]
    shown = project(*do, "--catalog", "Sandbox")
    found = json.loads(shown[shown.index("[\n") : shown.rindex("]") + 1])
    assert {(item["id"], item["name"]) for item in found} == {
        (channel["Acme"], "Acme"),
        (channel["Beta"], "Beta"),
    }
    assert project(*do, "--catalog", "Sandbox", "--count", "1").count('"id"') == 1


def test_plugin_named_in_the_project(engine, project, channel, tmp_path) -> None:
    """`plugins.providers` of Pulumi.yaml finds it where no PATH does."""
    binaries = Path(sys.executable).parent
    engine.environment["PATH"] = os.pathsep.join(
        folder
        for folder in engine.environment["PATH"].split(os.pathsep)
        if not (Path(folder) / "pulumi-resource-partnercentral").exists()
    )
    account = (
        "resources: {it: {type: 'partnercentral:channel:Relationship', "
        f"get: {{id: '{channel['Acme']}'}}}}}}\n"
    )
    named = f"plugins: {{providers: [{{name: partnercentral, path: {binaries}}}]}}\n"
    (tmp_path / "project" / "Pulumi.yaml").write_text(PROJECT + account)
    assert "partnercentral" in project("preview", code=1)
    (tmp_path / "project" / "Pulumi.yaml").write_text(PROJECT + named + account)
    shown = project("preview")
    assert "1 to create" in shown
    assert "from $PATH" not in shown
