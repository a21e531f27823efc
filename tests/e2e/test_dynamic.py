"""What the dynamic provider promises, seen through the real engine."""

import socket
from collections.abc import Callable
from threading import Thread
from typing import Any

import pulumi
import pytest
from e2e.engine import CUSTOMER, LINKED, MANAGEMENT, Engine, Stack, changes
from partnercentral_provider.hosts.dynamic import _lifecycle
from pulumi.automation import CommandError
from pulumi_partnercentral.dynamic import Provider, channel

ACCOUNT: dict[str, Any] = {
    "program": "SOLUTION_PROVIDER",
    "account_id": MANAGEMENT,
    "display_name": "Reseller",
}
RELATIONSHIP: dict[str, Any] = {
    "associated_account_id": CUSTOMER,
    "association_type": "END_CUSTOMER",
    "sector": "COMMERCIAL",
    "display_name": "Acme",
}


def account(**changed: Any) -> channel.ProgramManagementAccount:
    return channel.ProgramManagementAccount("account", **ACCOUNT | changed)


def relationship(parent: Any, **changed: Any) -> channel.Relationship:
    return channel.Relationship(
        "acme", program_management_account_identifier=parent, **RELATIONSHIP | changed
    )


@pytest.fixture
def deploy(engine: Engine) -> Callable[..., Stack]:
    """Open a stack of a program, with the Sandbox as its catalog."""

    def make(program: Callable[[], Any], **config: str) -> Stack:
        return engine.stack(program, **{"partnercentral:catalog": "Sandbox"} | config)

    return make


def failure(run: Callable[[], Any]) -> str:
    """Give what the user reads of a command that fails."""
    with pytest.raises(CommandError) as caught:
        run()
    text = str(caught.value)
    assert "Traceback" not in text
    assert ".py" not in text
    return text


def test_type_and_pickle_are_pinned(deploy) -> None:
    """The type token and the pickled class are in every stack, and stay as they are."""
    stack = deploy(account)
    stack.up()
    state = stack.state()["account"]
    assert state["type"] == "pulumi-python:dynamic/partnercentral/channel:ProgramManagementAccount"
    assert state["inputs"]["__provider"] == (
        "gASVegAAAAAAAACMJXBhcnRuZXJjZW50cmFsX3Byb3ZpZGVyLmhvc3RzLmR5bmFtaWOUjAtEeW5hbWljSG9zdJSTlCmB"
        "lH2UjAV0b2tlbpSML3BhcnRuZXJjZW50cmFsOmNoYW5uZWw6UHJvZ3JhbU1hbmFnZW1lbnRBY2NvdW50lHNiLg=="
    )


def test_a_replaced_input_deletes_first(deploy, emulator) -> None:
    """AWS refuses a second account: the old one and its dependents are deleted before."""
    stack = deploy(lambda: relationship(account().arn))
    stack.up()
    stack = deploy(lambda: relationship(account(program="DISTRIBUTION").arn))
    previewed = stack.preview(diff=True)
    assert changes(previewed) == {"replace": 2}
    assert "program" in previewed.stdout
    stack.up()
    assert len(emulator.objects()) == 2


def test_a_forced_replacement_deletes_first(deploy, emulator) -> None:
    """`--replace` asks no diff, and would create first but for the option of the class."""
    stack = deploy(account)
    stack.up()
    before = stack.state()["account"]
    stack.up(replace=[before["urn"]])
    assert stack.state()["account"]["id"] != before["id"]
    assert len(emulator.objects()) == 1


def test_create_before_delete_is_refused_with_the_reason(deploy) -> None:
    """An explicit delete_before_replace=False cannot be honoured, and says why."""
    opts = pulumi.ResourceOptions(delete_before_replace=False)
    assert "AWS refuses a second object" in failure(deploy(lambda: account(opts=opts)).preview)


def test_failures_name_each_property_at_once(deploy, emulator) -> None:
    """Everything wrong is shown in one preview, without a call."""
    text = failure(deploy(lambda: account(account_id="1112", display_name="x" * 31)).preview)
    assert "must be 12 digits, got 4" in text
    assert "must be at most 30 characters, got 31" in text
    assert emulator.calls() == {}


def test_unknown_configuration_is_named(deploy) -> None:
    """A key that does not exist is named with those that do."""
    text = failure(deploy(account, **{"partnercentral:regoin": "us-east-1"}).preview)
    assert "partnercentral:regoin" in text
    assert "region" in text


def test_refusal_of_aws_is_a_sentence(deploy, emulator) -> None:
    """AccessDenied names the caller, the operation and the IAM actions that it needs."""
    emulator.fault("CreateProgramManagementAccount", error="AccessDeniedException", message="No")
    text = failure(deploy(account).up)
    assert f"AWS does not allow arn:aws:iam::{LINKED}:user/emulator to call" in text
    assert "partnercentral:CreateProgramManagementAccount" in text


def test_a_lost_answer_makes_no_second_object(deploy, emulator) -> None:
    """AWS made the account, no answer ever came: the next `up` finds it again."""
    emulator.fault("CreateProgramManagementAccount", drop="after", times=10)
    stack = deploy(account)
    failure(stack.up)
    emulator.application.faults.clear()
    stack.up()
    assert [o["arn"] for o in emulator.objects()] == [stack.state()["account"]["id"]]


def test_get_reads_what_nobody_here_manages(deploy, client) -> None:
    """`.get()` brings the outputs of an account by its ARN; a missing one is an error."""
    made = client().create_program_management_account(
        catalog="Sandbox",
        program="SOLUTION_PROVIDER",
        accountId=MANAGEMENT,
        displayName="Theirs",
    )["programManagementAccountDetail"]["arn"]

    def program(arn: str) -> None:
        found = channel.ProgramManagementAccount.get("theirs", arn)
        pulumi.export("name", found.display_name)
        pulumi.export("id", found.program_management_account_id)

    result = deploy(lambda: program(made)).up()
    assert result.outputs["name"].value == "Theirs"
    assert result.outputs["id"].value == made.rpartition("/")[2]
    assert "There is no ProgramManagementAccount" in failure(
        deploy(lambda: program(made[:-3] + "xyz")).up
    )


def test_explicit_providers_act_as_their_accounts(deploy, emulator) -> None:
    """Each provider owns what it makes; a change of a provider changes no resource."""

    def program(session: str) -> None:
        for name, owner, managed in (("a", LINKED, MANAGEMENT), ("b", CUSTOMER, "999900009999")):
            role = {"role_arn": f"arn:aws:iam::{owner}:role/Channel", "session_name": session}
            provider = Provider(name, region="us-east-1", catalog="Sandbox", assume_roles=[role])
            channel.ProgramManagementAccount(
                f"account-{name}",
                **ACCOUNT | {"account_id": managed},
                opts=pulumi.ResourceOptions(provider=provider),
            )

    stack = deploy(lambda: program("one"))
    stack.up()
    assert [o["arn"].split(":")[4] for o in emulator.objects()] == [LINKED, CUSTOMER]
    stack = deploy(lambda: program("two"))
    assert changes(stack.preview()) == {"update": 2}
    emulator.reset_calls()
    stack.up()
    assert emulator.calls() == {}


def test_an_expired_handshake_is_sent_again(deploy, emulator) -> None:
    """After a refresh found it expired, the next `up` invites again."""

    def program() -> None:
        channel.ChannelHandshake(
            "join",
            handshake_type="PROGRAM_MANAGEMENT_ACCOUNT",
            associated_resource_identifier=account().arn,
        )

    stack = deploy(program)
    stack.up()
    emulator.advance(31 * 86400)
    stack.refresh()
    assert changes(stack.preview()) == {"create": 1}
    stack.up()
    assert [o["status"] for o in emulator.objects()] == ["PENDING", "EXPIRED", "PENDING"]


def test_a_thousand_resources_in_one_program(deploy) -> None:
    """The provider's text is the same object in all of them, so that a large program fits."""

    def program() -> None:
        for number in range(1000):
            channel.Relationship(
                f"r{number}",
                program_management_account_identifier="pma-0123456789abc",
                **RELATIONSHIP | {"associated_account_id": f"{number:012}"},
            )

    assert changes(deploy(program).preview()) == {"create": 1001}


@pytest.fixture
def in_process(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let this process, which runs the program, call AWS as the program's own would."""
    _lifecycle.cache_clear()
    for name, value in engine.environment.items():
        if name.startswith("AWS_"):
            monkeypatch.setenv(name, value)


@pytest.mark.usefixtures("in_process")
def test_functions_are_answered_in_process(deploy) -> None:
    """The functions of the SDK work without a plugin, with plain values and with outputs."""

    def program() -> None:
        options = pulumi.InvokeOptions(provider=Provider("partner", catalog="Sandbox"))
        enrolled = account()
        found = channel.get_program_management_account_output(arn=enrolled.arn, opts=options)
        pulumi.export("status", found.status)
        many = channel.get_program_management_accounts_output(
            account_ids=[enrolled.account_id],
            sort={"sort_by": "UpdatedAt", "sort_order": "Ascending"},
        )
        names = many.accounts.apply(lambda items: [item.display_name for item in items])
        pulumi.export("names", names)
        pulumi.export("caller", channel.get_caller_account().account_id)

    result = deploy(program).up()
    shown = {name: output.value for name, output in result.outputs.items()}
    assert shown == {"status": "PENDING", "names": ["Reseller"], "caller": LINKED}


@pytest.mark.usefixtures("in_process")
def test_a_function_that_finds_none_says_so(deploy) -> None:
    """Exactly one, or a sentence."""

    def program() -> None:
        channel.get_relationship(display_names=["Nobody"])

    assert "No Relationship fits" in failure(deploy(program).preview)


@pytest.mark.parametrize(("package", "downloads"), [("dynamic", False), ("plugin", True)])
def test_only_the_plugin_is_looked_for_on_the_network(
    engine: Engine, package: str, downloads: bool
) -> None:
    """The dynamic classes attempt no download; the plugin's do, where no plugin is installed."""
    asked = []

    def count(site: socket.socket) -> None:
        while True:
            try:
                opened, _ = site.accept()
            except OSError:
                return
            asked.append(opened.recv(200))
            opened.close()

    engine.leave_plugin_off_path()
    with socket.create_server(("127.0.0.1", 0)) as site:
        Thread(target=count, args=[site], daemon=True).start()
        engine.environment["HTTPS_PROXY"] = f"http://127.0.0.1:{site.getsockname()[1]}"
        open_stack = engine.example if package == "dynamic" else engine.through_the_plugin
        stack = open_stack("01-quickstart")
        if downloads:
            with pytest.raises(CommandError):
                stack.preview()
        else:
            assert changes(stack.preview()) == {"create": 10}
    assert bool(asked) == downloads, asked
