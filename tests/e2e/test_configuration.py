"""Configuration and providers through the real engine, in both forms."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pulumi
import pulumi_partnercentral as generated
import pytest
from e2e.engine import CUSTOMER, LINKED, MANAGEMENT, Engine, Stack, changes
from partnercentral_provider.hosts.dynamic import _lifecycle
from pulumi.automation import CommandError
from pulumi_partnercentral import channel, dynamic

FORMS = {
    "dynamic": SimpleNamespace(Provider=dynamic.Provider, channel=dynamic.channel),
    "plugin": SimpleNamespace(Provider=generated.Provider, channel=channel),
}
TOKEN = "e30.eyJpc3MiOiJodHRwczovL2NpIn0.planted-secret"
SANDBOX = {"partnercentral:catalog": "Sandbox"}


@pytest.fixture(params=["dynamic", "plugin"])
def form(request: pytest.FixtureRequest) -> Any:
    """Give the modules of one form and of the other."""
    return FORMS[request.param]


def account(form: Any, provider: Any = None, **given: Any) -> Any:
    return form.channel.ProgramManagementAccount(
        "account",
        program="SOLUTION_PROVIDER",
        account_id=MANAGEMENT,
        display_name="Reseller",
        opts=pulumi.ResourceOptions(provider=provider),
        **given,
    )


def failure(run: Callable[[], Any]) -> str:
    with pytest.raises(CommandError) as caught:
        run()
    text = str(caught.value)
    # Where the engine ends a run early, the inline program shows the call that it was just making.
    assert "Traceback" not in text.partition("python inline source runtime error")[0]
    return text


def kept(engine: Engine) -> list[str]:
    """Give every file of the backend: states, their backups and histories."""
    found = [file.read_text() for file in (engine.folder / "backend").rglob("*.json*")]
    assert found
    return found


def web_identity(**given: Any) -> dict[str, Any]:
    return {"role_arn": f"arn:aws:iam::{LINKED}:role/Channel", "web_identity_token": TOKEN, **given}


@pytest.mark.parametrize("secret", [False, True])
def test_a_web_identity_token_is_never_in_the_state(engine, emulator, form, secret) -> None:
    """As an argument of a provider, marked by the program or not."""

    def program() -> None:
        token = pulumi.Output.secret(TOKEN) if secret else TOKEN
        given = web_identity(web_identity_token=token)
        provider = form.Provider("web", catalog="Sandbox", assume_role_with_web_identity=given)
        account(form, provider)

    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        engine.environment.pop(name)
    stack = engine.stack(program)
    shown = stack.up()
    assert "ProgramManagementAccount" in stack.state()["account"]["type"]
    assert emulator.calls()["sts:AssumeRoleWithWebIdentity"] >= 1
    assert not [text for text in [shown.stdout, *kept(engine)] if "planted-secret" in text]
    stack.destroy()


def test_a_web_identity_token_of_the_stacks_configuration(engine, emulator, form) -> None:
    """As `pulumi config set --secret --path` keeps it."""
    stack = engine.stack(lambda: account(form), **SANDBOX)
    key = "partnercentral:assumeRoleWithWebIdentity"
    for name, value, secret in (
        ("roleArn", f"arn:aws:iam::{LINKED}:role/Channel", False),
        ("webIdentityToken", TOKEN, True),
    ):
        stack.automated.set_config(
            f"{key}.{name}", pulumi.automation.ConfigValue(value, secret=secret), path=True
        )
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        engine.environment.pop(name)
    shown = stack.up()
    assert emulator.calls()["sts:AssumeRoleWithWebIdentity"] >= 1
    settings = [file.read_text() for file in (engine.folder / "work").rglob("Pulumi*.yaml")]
    texts = [shown.stdout, *kept(engine), *settings]
    assert not [text for text in texts if "planted-secret" in text]


def test_a_role_that_the_same_program_makes(engine, emulator, form) -> None:
    """An argument that is known after apply passes the preview, and works in the `up`."""

    def program() -> None:
        first = account(form, form.Provider("plain", catalog="Sandbox"))
        arn = first.account_id.apply(lambda id: f"arn:aws:iam::{id}:role/Answers")
        arn = pulumi.Output.all(first.id, arn).apply(lambda both: both[1])
        answers = form.Provider(
            "answers", catalog="Sandbox", accounts={MANAGEMENT: {"role_arn": arn}}
        )
        join = form.channel.ChannelHandshake(
            "join",
            handshake_type="PROGRAM_MANAGEMENT_ACCOUNT",
            associated_resource_identifier=first.arn,
            opts=pulumi.ResourceOptions(provider=answers),
        )
        form.channel.ChannelHandshakeResponse(
            "joined",
            handshake_type="PROGRAM_MANAGEMENT_ACCOUNT",
            channel_handshake_identifier=join.arn,
            response="ACCEPT",
            receiver_account_id=MANAGEMENT,
            opts=pulumi.ResourceOptions(provider=answers),
        )

    stack = engine.stack(program)
    assert changes(stack.preview()) == {"create": 6}
    stack.up()
    assert stack.state()["joined"]["outputs"]["status"] == "ACCEPTED"
    stack.destroy()


def test_a_missing_region_is_missed_by_the_preview(engine, emulator, form) -> None:
    """Which still makes no call and needs no credentials where there is one."""
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        engine.environment.pop(name, None)
    stack = engine.stack(lambda: account(form), **SANDBOX)
    text = failure(stack.preview)
    assert "There is no AWS region." in text
    assert "pulumi config set partnercentral:region us-east-1" in text
    stack.config(partnercentral__region="us-east-1")
    assert changes(stack.preview()) == {"create": 2}
    assert emulator.calls() == {}


def test_the_keys_that_there_are_are_listed_once(engine, form) -> None:
    """The engine shows the first line of an error twice: on the row, and below."""
    stack = engine.stack(lambda: account(form), **SANDBOX | {"partnercentral:regoin": "us-east-1"})
    text = failure(stack.preview)
    assert "regoin" in text
    assert "is no key of this provider; did you mean region?" in text
    assert text.count("skipCredentialsValidation") == 1


def test_an_emulator_that_is_not_running_is_asked_for_at_once(engine, form) -> None:
    """With its address, and no minute of retries."""
    engine.environment["AWS_ENDPOINT_URL"] = "http://127.0.0.1:1"
    text = failure(engine.stack(lambda: account(form), **SANDBOX).up)
    assert "Nothing listens at http://127.0.0.1:1" in text
    assert "Is the emulator running?" in text
    assert "waiting" not in text


@pytest.fixture
def in_process(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let this process, which runs the program, call AWS as the program's own would."""
    _lifecycle.cache_clear()
    for name, value in engine.environment.items():
        if name.startswith("AWS_"):
            monkeypatch.setenv(name, value)


@pytest.mark.usefixtures("in_process")
@pytest.mark.parametrize("by_args", [False, True])
def test_functions_take_every_argument_of_a_dynamic_provider(engine, by_args) -> None:
    """The plain form too, where the arguments are plain: lists, objects, numbers and flags."""

    def given() -> dict[str, Any]:
        role = {"role_arn": f"arn:aws:iam::{CUSTOMER}:role/Channel", "tags": {"cost_centre": "x"}}
        own = {"role_arn": f"arn:aws:iam::{MANAGEMENT}:role/Own"}
        return {
            "assume_roles": [generated.AssumeRoleArgs(**role) if by_args else role],
            "accounts": {MANAGEMENT: generated.AccountAccessArgs(**own) if by_args else own},
            "allowed_account_ids": [CUSTOMER, MANAGEMENT],
            "rate_limits": {"CreateRelationship": 9.5},
            "max_retries": 2,
            "refresh_tags": False,
        }

    def program() -> None:
        args = [generated.ProviderArgs(**given())] if by_args else []
        provider = dynamic.Provider("all", *args, **{} if by_args else given())
        options = pulumi.InvokeOptions(provider=provider)
        get = dynamic.channel.get_caller_account
        pulumi.export("own", get(opts=options).account_id)
        pulumi.export("other", get(receiver_account_id=MANAGEMENT, opts=options).arn)
        output = dynamic.channel.get_caller_account_output(opts=options)
        pulumi.export("output", output.account_id)

    outputs = engine.stack(program).up().outputs
    assert outputs["own"].value == outputs["output"].value == CUSTOMER
    assert outputs["other"].value.startswith(f"arn:aws:sts::{MANAGEMENT}:assumed-role/Own/")


@pytest.mark.usefixtures("in_process")
def test_a_plain_function_cannot_wait_for_its_providers_argument(engine) -> None:
    """An argument that is an output is named as the provider's, with the form that waits."""

    def program() -> None:
        late = [{"role_arn": pulumi.Output.from_input(f"arn:aws:iam::{CUSTOMER}:role/Channel")}]
        provider = dynamic.Provider("late", assume_roles=late)
        dynamic.channel.get_caller_account(opts=pulumi.InvokeOptions(provider=provider))

    text = failure(engine.stack(program).preview)
    assert "was given an output, in an argument of its provider. Use get_caller_account_output" in (
        text
    )


def test_an_answer_is_imported_by_whoever_gave_it(engine, emulator, client) -> None:
    """With the sender's credentials the sentence names the account whose are needed."""
    made = client().create_program_management_account(
        catalog="Sandbox", program="SOLUTION_PROVIDER", accountId=MANAGEMENT, displayName="A"
    )["programManagementAccountDetail"]
    sent = client().create_channel_handshake(
        catalog="Sandbox",
        handshakeType="PROGRAM_MANAGEMENT_ACCOUNT",
        associatedResourceIdentifier=made["id"],
    )["channelHandshakeDetail"]
    client(MANAGEMENT).accept_channel_handshake(catalog="Sandbox", identifier=sent["id"])

    def program() -> None:
        channel.ChannelHandshakeResponse(
            "joined",
            channel_handshake_identifier=sent["arn"],
            handshake_type="PROGRAM_MANAGEMENT_ACCOUNT",
            response="ACCEPT",
            opts=pulumi.ResourceOptions(import_=sent["arn"]),
        )

    def stack() -> Stack:
        return engine.stack(program, **SANDBOX)

    text = failure(stack().preview)
    assert "does not exist" not in text
    assert f"with the credentials of account {MANAGEMENT}" in text

    def got() -> None:
        dynamic.channel.ChannelHandshakeResponse.get("joined", sent["arn"])

    assert f"the credentials of account {MANAGEMENT}" in failure(
        engine.stack(got, "got", **SANDBOX).up
    )
    engine.environment["AWS_ACCESS_KEY_ID"] = MANAGEMENT
    assert changes(stack().preview()) == {"create": 1, "import": 1}
