"""
Each page's shell blocks, run in their order by a reader who follows the page.

Who opens a page gets all of its blocks; test_documents.py notices a page that nobody opens.
"""

import json
import shutil
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import boto3
import grpc
import pytest
from e2e.cli import has_python, has_yaml
from e2e.engine import LINKED, MANAGEMENT, ROOT
from e2e.reader import INSTALLED, WITHOUT_AWS, Reader, blocks
from e2e.test_policies import pack  # noqa: F401 - a fixture
from pulumi.automation._server import LanguageServer
from pulumi.runtime.proto import language_pb2_grpc

pytestmark = pytest.mark.skipif(not has_yaml(), reason="YAML's language host is built with Go")


@contextmanager
def host_of(program: Callable[[], None]) -> Iterator[str]:
    """Be the language host of a Python program, as the Automation API is; the address."""
    server = grpc.server(ThreadPoolExecutor(4))
    language_pb2_grpc.add_LanguageRuntimeServicer_to_server(LanguageServer(program), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        yield f"127.0.0.1:{port}"
    finally:
        server.stop(0)


@pytest.fixture
def project(reader: Reader) -> Reader:
    """Let the reader have a project of their own, and a stack of it."""
    reader.does(INSTALLED)
    reader.does(f"pulumi new {reader.clone}/templates/partnercentral-yaml --name channel")
    return reader


@pytest.fixture
def running(reader: Reader) -> Reader:
    """Let the reader have deployed a channel in catalog AWS, with a customer who agreed."""
    reader.does(f"""
        cp -r {reader.clone}/examples/02-yaml/* .
        pulumi stack init dev
        pulumi config set catalog AWS
        pulumi up
    """)
    return reader


def test_readme(reader: Reader) -> None:
    """A new project of the template is deployed."""
    (new,) = reader.opens("README.md")
    reader.does(INSTALLED)
    assert "OFFERED" in reader.follows(new)


def test_destroying(running: Reader, emulator) -> None:
    """A destroy is refused, until it was deployed that it is not, without a call that writes."""
    (force,) = running.opens("docs/destroying.md")
    assert "forceDestroy" in running.does("if pulumi destroy; then exit 1; fi")
    for properties in ("program: SOLUTION_PROVIDER", "sector: COMMERCIAL"):
        running.edits("Pulumi.yaml", properties, f"forceDestroy: true\n      {properties}")
    up, destroy = force.splitlines()
    before = emulator.objects()
    running.follows(up)
    assert emulator.objects() == before
    running.follows(destroy)
    assert {each.get("status") for each in emulator.objects()} == {"ACCEPTED"}


def test_importing(running: Reader) -> None:
    """A channel becomes a program that changes nothing; a single object is imported by its ARN."""
    whole, single = running.opens("docs/importing.md")
    arn = running.does("pulumi stack output relationship").strip()
    begin = "mkdir {0}; cd {0}; printf 'name: {0}\\nruntime: yaml\\n' > Pulumi.yaml; "
    begin += "pulumi stack init dev"
    running.does(begin.format("whole"))
    running.follows(whole)
    program = (running.folder / "whole" / "discovered.py").read_text()
    stack = running.engine.stack(lambda: exec(program, {}), project="whole")
    assert stack.preview().change_summary.keys() == {"same"}
    running.does(begin.format("single"))
    (example,) = [word for word in single.split() if word.startswith("arn:")]
    assert "1 imported" in running.follows(single, {example: arn})


def test_configuration_for_the_registry(project: Reader) -> None:
    """Region and catalog are set, and a preview takes them."""
    (configure,) = project.opens("docs/installation-configuration.md")
    project.does("rm Pulumi.dev.yaml; pulumi config set accountId 111122223333")
    project.does("pulumi config set customerId 444455556666; unset AWS_REGION AWS_DEFAULT_REGION")
    assert "region" in project.does("if pulumi preview; then exit 1; fi")
    project.follows(configure)
    assert "+ 5 to create" in project.does("pulumi preview")


def test_many_accounts(project: Reader, emulator) -> None:
    """The account of the configuration's role answers its invitation."""
    (configure,) = project.opens("docs/many-accounts.md")
    shutil.copy(ROOT / "docs/programs/ChannelHandshakeAcceptance.yaml", project.folder / "new.yaml")
    project.does("sed 's/^name: .*/name: channel/' new.yaml > Pulumi.yaml")
    project.follows(configure)
    project.does("pulumi up")
    assert [each["status"] for each in emulator.objects()] == ["ACTIVE", "ACCEPTED"]


def test_sandbox_to_aws(project: Reader) -> None:
    """A second stack of the same program is previewed for catalog AWS."""
    (prod,) = project.opens("docs/sandbox-to-aws.md")
    assert "+ 5 to create" in project.follows(prod)
    assert "AWS\n" in project.does("pulumi config get partnercentral:catalog")


def test_security(project: Reader, aws: str) -> None:
    """Secrets are encrypted in the settings of the stack, and by a key of KMS where it says so."""
    secrets, keys = project.opens("docs/security.md")
    project.follows(secrets)
    text = (project.folder / "Pulumi.dev.yaml").read_text()
    assert text.count("secure:") == 2
    assert "SECRET" not in text
    key = {"endpoint_url": aws, "aws_access_key_id": LINKED, "aws_secret_access_key": "any"}
    kms = boto3.client("kms", "us-east-1", **key)
    kms.create_alias(AliasName="alias/pulumi", TargetKeyId=kms.create_key()["KeyMetadata"]["KeyId"])
    project.does(f"export AWS_ENDPOINT_URL={aws}")
    new, existing = keys.splitlines()
    project.follows(new)
    project.does("pulumi stack select dev")
    project.follows(existing)
    for stack in ("dev", "prod"):
        settings = (project.folder / f"Pulumi.{stack}.yaml").read_text()
        assert "secretsprovider: awskms://alias/pulumi" in settings


def test_tags(project: Reader) -> None:
    """The preview shows a default tag, which stays text."""
    (configure,) = project.opens("docs/tags.md")
    project.follows(configure)
    assert 'cost-center: "4711"' in project.does("pulumi preview --diff")


def test_verify_sandbox(reader: Reader) -> None:
    """The plan, a run, its report, and an emulator that is told what the report says."""
    run, report, told = reader.opens("docs/verify-sandbox.md")
    keys = f"aws_access_key_id = {LINKED}\naws_secret_access_key = any\n"
    (reader.folder / ".aws").mkdir()
    (reader.folder / ".aws" / "config").write_text(f"[profile partner]\n{keys}")
    reader.has_made_the_environment()
    reader.does(f"cd {reader.clone}; unset AWS_CONFIG_FILE")
    emulated = {"YES=1": "YES=1 CLOCK=emulator"}
    shown = reader.follows(run, emulated)
    assert "these probes would run" in shown
    assert "### 0 refuted" in shown
    reader.follows(report, emulated)
    assert (reader.clone / "report.md").read_text().startswith("### 0 refuted")
    reader.follows(told)
    with urlopen(reader.does("echo $EMULATOR/_emulator/settings").strip()) as answer:
        settings = {each["name"]: each["value"] for each in json.load(answer)}
    assert (settings["first_revision"], settings["notice_days"][-1]) == (4, "90")


def test_waiting(reader: Reader, client) -> None:
    """Code 10 ends the job well, with a sentence; once the account accepted there is none."""
    (script,) = reader.opens("docs/waiting.md")
    (program,) = blocks(ROOT / "docs" / "waiting.md", "python")
    program = program.replace('maximum_wait="10m"', 'maximum_wait="0s"')
    (reader.folder / "Pulumi.yaml").write_text("name: waiting\nruntime: python\n")
    sentence = "The channel waits for people: the next run asks again."
    with host_of(lambda: exec(program, {})) as address:
        reader.does(f'pulumi() {{ command pulumi "$@" --client={address}; }}')
        reader.does("command pulumi stack init dev")
        reader.does("command pulumi config set partnercentral:catalog AWS")
        assert sentence in reader.follows(f"({script})")
        account = client(MANAGEMENT)
        asked = {"catalog": "AWS", "handshakeType": "PROGRAM_MANAGEMENT_ACCOUNT"}
        (join,) = account.list_channel_handshakes(**asked, participantType="RECEIVER")["items"]
        account.accept_channel_handshake(catalog="AWS", identifier=join["id"])
        shown = reader.follows(f"({script})")
    assert sentence not in shown
    assert "+ 2 created" in shown


def test_policies(project: Reader, pack: str) -> None:  # noqa: F811
    """Advisories are shown, and the configuration of the page is heard."""
    page = ROOT / "policies" / "README.md"
    preview, configured = project.opens("policies/README.md")
    # Without Python's host, the pack is started by its own environment.
    own = {} if has_python() else {"pulumi install": ":", "-pack CLONE/policies": f"-pack {pack}"}
    shown = project.follows(preview, own)
    assert "This resource has no value for owner among its tags." in shown
    (config,) = blocks(page, "json")
    (project.folder / "policies.json").write_text(config)
    project.edits("Pulumi.yaml", '"30"', '"60"')
    shown = project.follows(configured, own)
    assert "This resource has no value for owner, cost-center among its tags." in shown


def test_contributing(project: Reader) -> None:
    """A plugin that was started by hand deploys; Pulumi finds no other."""
    (debug,) = project.opens("CONTRIBUTING.md")
    project.has_made_the_environment()
    start, up = debug.splitlines()
    project.does(f"cd {project.clone}")
    project.follows(f"behind {start}")
    project.does("cd; pulumi-partnercentral uninstall-plugin; PATH=${PATH#*:}")
    assert "OFFERED" in project.follows(up, {"PORT": "$said"})


@pytest.mark.skipif(not has_python(), reason="Python's host comes with the official CLI only")
@pytest.mark.parametrize(
    "page",
    [
        "examples/01-quickstart/README.md",
        "examples/04-many-accounts/README.md",
        "examples/06-managed-services/README.md",
    ],
)
def test_example_in_python(reader: Reader, emulator, page: str) -> None:
    """The example is deployed from its folder, and destroyed."""
    (deploy,) = reader.opens(page)
    reader.does(f"{WITHOUT_AWS}; cd {(reader.clone / page).parent}")
    reader.follows(deploy)
    assert emulator.objects()
    reader.does("pulumi destroy")


def test_example_of_many_stacks(reader: Reader, emulator) -> None:
    """Three stacks are deployed and destroyed."""
    (deploy,) = reader.opens("examples/05-many-stacks/README.md")
    venv = Path(sys.executable).parents[1]
    own = {} if has_python() else {"pulumi install": f"ln -s {venv} .venv"}
    reader.does(f"{WITHOUT_AWS}; cd {reader.clone}/examples/05-many-stacks")
    made, destroy = deploy.rsplit("\n", 2)[:2]
    reader.follows(made, own)
    assert len(emulator.objects()) == 3 * 21
    reader.follows(destroy)
    assert emulator.objects() == []
