"""
A known secret in every place that takes one is nowhere to be read afterwards.

What is searched is what this provider writes or says: the state, its logs at the highest level,
its errors, its cache and its import file. The engine's own glog at level 9 prints every property
of every call, of every provider; it is not ours, and not searched. External ids and policies are
no secrets in AWS's sense, nor in pulumi-aws: the state shows them. No log, error or cache of ours
repeats them.
"""

import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pulumi
import pulumi_partnercentral as generated
import pytest
from e2e.engine import LINKED, MANAGEMENT, Engine
from pulumi import automation
from pulumi_partnercentral import channel as plugin_channel
from pulumi_partnercentral import dynamic

ROLE = f"arn:aws:iam::{LINKED}:role/Planted"
EXTERNAL, POLICY = "planted-external-id", '{"planted-policy": 1}'
WEB_TOKEN = "planted-web-identity-token"
FORMS = {
    "dynamic": (dynamic.Provider, dynamic.channel),
    "plugin": (generated.Provider, plugin_channel),
}


@dataclass
class Keys:
    """Temporary keys of the linked account, each part a secret of its own."""

    access: str
    secret: str
    token: str


@dataclass
class Said:
    """All that a run printed and reported."""

    texts: list[str] = field(default_factory=list)

    def listen(self, event: Any) -> None:
        """Keep a diagnostic message of any severity, debug too."""
        if event.diagnostic_event:
            self.texts.append(event.diagnostic_event.message)

    def options(self) -> dict[str, Any]:
        """Give the options of the highest level of logs."""
        loudest = {"log_verbosity": 9, "log_to_std_err": True, "debug": True}
        return loudest | {"on_event": self.listen}


@pytest.fixture
def keys(client: Any) -> Keys:
    role = f"arn:aws:iam::{LINKED}:role/Lender"
    lent = client(service="sts").assume_role(RoleArn=role, RoleSessionName="me")["Credentials"]
    return Keys(lent["AccessKeyId"], lent["SecretAccessKey"], lent["SessionToken"])


@pytest.fixture
def cache(engine: Engine) -> Path:
    """Give the folder that our cache is written to, and limits that make it be written."""
    engine.environment["XDG_CACHE_HOME"] = str(engine.folder / "cache")
    engine.environment["PARTNERCENTRAL_RATE_LIMITS"] = '{"*": 100}'
    return engine.folder / "cache" / "pulumi-partnercentral"


@pytest.fixture
def processes(engine: Engine) -> Path:
    """Keep what our own processes write to stderr, in files of this folder."""
    folder = engine.folder / "processes"
    folder.mkdir()
    shims = engine.folder / "shims"
    shims.mkdir()
    for name in ("pulumi-resource-partnercentral", "pulumi-resource-pulumi-python"):
        found = subprocess.run(
            ["which", name], env=engine.environment, capture_output=True, text=True, check=True
        ).stdout.strip()
        shim = shims / name
        shim.write_text(f'#!/bin/sh\nexec "{found}" "$@" 2>>"{folder}/{name}.$$"\n')
        shim.chmod(0o755)
    engine.environment["PATH"] = f"{shims}:{engine.environment['PATH']}"
    return folder


def arguments(form: str, keys: Keys) -> dict[str, Any]:
    """Give the arguments of a provider for one form of credentials, with every secret in place."""
    chained = [{"role_arn": ROLE, "external_id": EXTERNAL, "policy": POLICY}]
    if form == "web identity":
        web = {"role_arn": ROLE, "web_identity_token": WEB_TOKEN, "policy": POLICY}
        return {"assume_role_with_web_identity": web, "assume_roles": chained}
    stated = {"access_key": keys.access, "secret_key": keys.secret, "token": keys.token}
    reached = {"role_arn": f"arn:aws:iam::{MANAGEMENT}:role/R", "external_id": EXTERNAL}
    return stated | {"assume_roles": chained, "accounts": {MANAGEMENT: reached}}


def account(module: Any, provider: Any = None) -> None:
    """Declare an account, and the handshake that it answers by itself."""
    mine = pulumi.ResourceOptions(provider=provider)
    enrolled = module.ProgramManagementAccount(
        "account",
        catalog="Sandbox",
        program="SOLUTION_PROVIDER",
        account_id=MANAGEMENT,
        display_name="Reseller",
        opts=mine,
    )
    module.ChannelHandshake(
        "join",
        catalog="Sandbox",
        handshake_type="PROGRAM_MANAGEMENT_ACCOUNT",
        associated_resource_identifier=enrolled.arn,
        opts=mine,
    )


def lived(stack: Any, emulator: Any) -> Said:
    """
    Deploy, and read in vain in two ways; all that was said.

    A refresh in-process fails; the plugin warns, since what could not be read is pending.
    """
    said = Said()
    said.texts.append(stack.up(**said.options()).stdout)
    for error in ("AccessDeniedException", "TeapotException"):
        emulator.fault("ListProgramManagementAccounts", error=error, times=20)
        try:
            shown = stack.refresh(**said.options()).stdout
        except automation.CommandError as failed:
            # The exception repeats the engine's glog; what the engine reports are the events.
            shown = str(failed).partition("stderr:")[0]
        assert "ordered by a test" in shown  # the message of the emulator's fault
        said.texts.append(shown)
        emulator.application.faults.clear()
    return said


def files(folder: Path) -> Iterator[tuple[str, str]]:
    """Read every file below a folder."""
    for path in folder.rglob("*"):
        if path.is_file():
            yield str(path), path.read_text(errors="replace")


def found(secrets: list[str], texts: Iterator[tuple[str, str]]) -> list[tuple[str, str]]:
    """Find the secrets in texts, each with the place of the text."""
    return [(secret, place) for place, text in texts for secret in secrets if secret in text]


@pytest.mark.parametrize(
    ("form", "protocol", "place"),
    [
        ("keys", "dynamic", "configuration"),
        ("keys", "plugin", "provider"),
        ("web identity", "dynamic", "provider"),
        ("web identity", "plugin", "configuration"),
    ],
)
def test_no_secret_is_told(
    engine: Engine, emulator, keys, cache, processes, form, protocol, place
) -> None:
    """Arguments and configuration in every form: nothing of them in logs, errors or the cache."""
    made, module = FORMS[protocol]
    given = arguments(form, keys)
    engine.environment["AWS_ACCESS_KEY_ID"] = "nobody"

    def program() -> None:
        account(module, made("planted", **given) if place == "provider" else None)

    stack = engine.stack(program)
    if place == "configuration":
        configure(stack, given)
    said = lived(stack, emulator)
    secrets = [keys.secret, keys.token, keys.access, WEB_TOKEN]
    quiet = [EXTERNAL, "planted-policy"]
    texts = ((f"message {number}", text) for number, text in enumerate(said.texts))
    assert len(said.texts) > 10
    assert found(secrets + quiet, texts) == []
    assert found(secrets + quiet, files(cache)) == []
    assert list(files(cache)), "the cache was written"
    assert found(secrets + quiet, files(processes)) == []
    stack.destroy()


def configure(stack: Any, given: dict[str, Any]) -> None:
    """Set arguments as the stack's configuration: what is a secret as a secret."""
    for name, value in given.items():
        head, *tail = name.split("_")
        key = head + "".join(word.capitalize() for word in tail)
        text = value if isinstance(value, str) else json.dumps(_camel(value))
        secret = name in ("access_key", "secret_key", "token", "assume_role_with_web_identity")
        planted = automation.ConfigValue(text, secret=secret)
        stack.automated.set_config(f"partnercentral:{key}", planted)


def _camel(value: Any) -> Any:
    if isinstance(value, list):
        return [_camel(inner) for inner in value]
    if isinstance(value, dict):
        words = {name: name.split("_") for name in value}
        return {
            head + "".join(w.capitalize() for w in tail): _camel(value[name])
            for name, (head, *tail) in words.items()
        }
    return value


@pytest.mark.parametrize("form", ["keys", "web identity"])
@pytest.mark.parametrize("protocol", ["dynamic", "plugin"])
def test_no_secret_is_in_the_state(engine: Engine, emulator, keys, form, protocol) -> None:
    """Keys, tokens and web identity tokens are encrypted in every file of the backend."""
    made, module = FORMS[protocol]
    engine.environment["AWS_ACCESS_KEY_ID"] = "nobody"
    stack = engine.stack(lambda: account(module, made("planted", **arguments(form, keys))))
    stack.up()
    stack.refresh()
    kept = list(files(engine.folder / "backend"))
    stack.destroy()
    assert kept
    assert found([keys.secret, keys.token, keys.access, WEB_TOKEN], iter(kept)) == []


@pytest.mark.parametrize("protocol", ["dynamic", "plugin"])
def test_the_environment_stays_out_of_the_state(engine: Engine, emulator, keys, cache, protocol):
    """Keys of the environment are used and written nowhere."""
    engine.environment |= {
        "AWS_ACCESS_KEY_ID": keys.access,
        "AWS_SECRET_ACCESS_KEY": keys.secret,
        "AWS_SESSION_TOKEN": keys.token,
    }
    stack = engine.stack(lambda: account(FORMS[protocol][1]))
    said = lived(stack, emulator)
    secrets = [keys.access, keys.secret, keys.token]
    assert found(secrets, ((text, text) for text in said.texts)) == []
    assert found(secrets, files(engine.folder / "backend")) == []
    assert found(secrets, files(cache)) == []
    stack.destroy()


def test_an_import_file_holds_no_secret(engine: Engine, emulator, keys, cache, tmp_path) -> None:
    """`discover` writes names and ARNs, also where it was cut off."""
    stack = engine.stack(lambda: account(plugin_channel))
    stack.up()
    planted = {
        "AWS_ACCESS_KEY_ID": keys.access,
        "AWS_SECRET_ACCESS_KEY": keys.secret,
        "AWS_SESSION_TOKEN": keys.token,
    }
    folder = tmp_path / "imports"
    folder.mkdir()
    command = ["pulumi-partnercentral", "discover", "--catalog", "Sandbox"]
    emulator.fault("ListChannelHandshakes", error="AccessDeniedException", times=20)
    cut = engine.start(*command, "--output", str(folder / "a.json"), **planted)
    emulator.application.faults.clear()
    whole = engine.start(*command, "--output", str(folder / "b.json"), **planted)
    stack.destroy()
    assert (cut.returncode, whole.returncode) == (1, 0)
    written = dict(files(folder))
    assert any(".partial" in name for name in written)
    secrets = [keys.access, keys.secret, keys.token]
    said = {"cut": cut.stdout + cut.stderr, "whole": whole.stdout + whole.stderr}
    assert found(secrets, iter((written | said).items())) == []
    assert found(secrets, files(cache)) == []
