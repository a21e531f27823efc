"""Whatever is killed, the next `up` makes no second object and forgets none."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pulumi
import pytest
from e2e.channel_program import made_by_hand
from e2e.cli import home as cli_home
from e2e.engine import ROOT, Engine
from pulumi.automation import CommandError
from pulumi_partnercentral import channel as plugin_channel
from pulumi_partnercentral.dynamic import channel

PROGRAM = """
import sys
from pathlib import Path

sys.path[:0] = [{tests!r}]
from e2e.engine import Engine
from {package} import channel


def program():
    channel.ProgramManagementAccount(
        "account",
        catalog="Sandbox",
        program="SOLUTION_PROVIDER",
        account_id="111122223333",
        display_name="Reseller",
    )


Engine(Path({folder!r}), {url!r}).stack(program).up()
"""

PERIOD = """
import sys
from pathlib import Path

sys.path[:0] = [{tests!r}]
from e2e.engine import Engine
from {package} import channel


def program():
    channel.ServicePeriod(
        "service",
        relationship_identifier={relationship!r},
        service_period_type="MINIMUM_NOTICE_PERIOD",
        minimum_notice_days={days!r},
    )


Engine(Path({folder!r}), {url!r}).stack(program).up()
"""


@pytest.fixture
def start(engine: Engine, emulator: Any) -> Callable[..., subprocess.Popen[bytes]]:
    """Start `pulumi up` of one account, or of another program, in a process group of its own."""
    # The CLI of this project is in its cache folder, of which a test may choose another.
    cli = {"PULUMI_CLI_HOME": str(cli_home())}

    def run(
        package: str = "pulumi_partnercentral.dynamic", program: str = PROGRAM, **more: str
    ) -> subprocess.Popen[bytes]:
        tests, folder = str(ROOT / "tests"), str(engine.folder)
        text = program.format(tests=tests, folder=folder, url=emulator.url, package=package, **more)
        return subprocess.Popen(
            [sys.executable, "-c", text],
            start_new_session=True,
            env=os.environ | cli,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    return run


def until(condition: Callable[[], Any], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.02)


def provider_of(group: int, name: bytes = b"pulumi.dynamic") -> int:
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if name in (process / "cmdline").read_bytes() and (
                os.getpgid(int(process.name)) == group or _ancestor(int(process.name), group)
            ):
                return int(process.name)
        except (OSError, ProcessLookupError):
            continue
    return 0


def _ancestor(process: int, group: int) -> bool:
    while process > 1:
        stat = (Path("/proc") / str(process) / "stat").read_text().rpartition(")")[2].split()
        process = int(stat[1])
        if process == group:
            return True
    return False


@pytest.mark.parametrize("victim", ["engine", "provider"])
def test_killed_while_creating(engine, emulator, start, victim) -> None:
    """AWS made the account, nobody could write it down: the next `up` finds its own."""
    emulator.fault("ListProgramManagementAccounts", delay=5.0)
    running = start()
    until(lambda: emulator.objects())
    if victim == "engine":
        os.killpg(running.pid, signal.SIGKILL)
    else:
        provider = provider_of(running.pid)
        assert provider  # 0 would be this process's own group
        os.kill(provider, signal.SIGKILL)
    running.wait()
    if victim == "engine":
        engine.run(
            "cancel", "--yes", "--stack", "dev", "-C", str(engine.folder / "work/quickstart")
        )
    again = start()
    assert again.wait() == 0
    (made,) = emulator.objects()
    assert engine.stack(lambda: None).state()["account"]["id"] == made["arn"]


@pytest.mark.parametrize(
    ("package", "name"),
    [
        ("pulumi_partnercentral.dynamic", b"pulumi.dynamic"),
        ("pulumi_partnercentral", b"pulumi-resource-partnercentral"),
    ],
    ids=["dynamic", "plugin"],
)
def test_killed_between_the_old_offer_and_the_new_one(
    client, emulator, start, package, name
) -> None:
    """The old one was canceled, the new one was not sent: the next `up` sends it, once."""
    made = made_by_hand(client)
    client().cancel_channel_handshake(catalog="Sandbox", identifier=made["service"])
    about = {"program": PERIOD, "relationship": made["acme"]}

    def statuses() -> list[str]:
        offers = [each for each in emulator.objects() if each.get("associatedResourceId")]
        kinds = [each for each in offers if each["handshakeType"] == "START_SERVICE_PERIOD"]
        return sorted(each["status"] for each in kinds)

    assert start(package, days="30", **about).wait() == 0
    assert statuses() == ["CANCELED", "PENDING"]
    emulator.fault("ListChannelHandshakes", skip=2, delay=1.5)
    running = start(package, days="60", **about)
    until(lambda: statuses() == ["CANCELED", "CANCELED"])
    provider = provider_of(running.pid, name)
    assert provider  # 0 would be this process's own group
    os.kill(provider, signal.SIGKILL)
    assert running.wait() != 0
    assert statuses() == ["CANCELED", "CANCELED"]
    assert start(package, days="60", **about).wait() == 0
    assert statuses() == ["CANCELED", "CANCELED", "PENDING"]


PLUGIN = "pulumi_partnercentral"
CREATE = "CreateProgramManagementAccount"


@pytest.fixture
def kill(engine: Engine, start: Any) -> Callable[..., None]:
    """Kill the engine or the plugin of an `up`, and see that neither is left."""

    def run(running: subprocess.Popen[bytes], victim: str) -> None:
        plugin = provider_of(running.pid, b"pulumi-resource-partnercentral")
        assert plugin
        if victim == "engine":
            os.killpg(running.pid, signal.SIGKILL)
        else:
            os.kill(plugin, signal.SIGKILL)
        running.wait()
        until(lambda: not Path(f"/proc/{plugin}").exists(), 20)
        if victim == "engine":
            engine.run(
                "cancel", "--yes", "--stack", "dev", "-C", str(engine.folder / "work/quickstart")
            )

    return run


@pytest.mark.parametrize("victim", ["engine", "provider"])
def test_the_plugins_create_killed_before_the_answer(
    engine, emulator, start, kill, victim, monkeypatch, tmp_path
) -> None:
    """AWS made the account after all: the next `up` finds its own, and makes no second one."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    emulator.fault(CREATE, delay=1.5)
    running = start(PLUGIN)
    until(lambda: emulator.calls().get(CREATE))
    kill(running, victim)
    until(emulator.objects)
    assert start(PLUGIN).wait() == 0
    (made,) = emulator.objects()
    state = engine.stack(lambda: None).state()["account"]
    assert (state["id"], state["outputs"]["revision"]) == (made["arn"], "1")


@pytest.mark.parametrize("victim", ["engine", "provider"])
def test_the_plugins_create_killed_after_the_answer(
    engine, emulator, start, kill, victim, monkeypatch, tmp_path
) -> None:
    """The engine never heard of it: the next `up` names it, makes no second, and it is imported."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    emulator.fault("ListProgramManagementAccounts", delay=1.5)
    running = start(PLUGIN)
    until(lambda: emulator.calls().get("ListProgramManagementAccounts"))
    kill(running, victim)
    (made,) = emulator.objects()

    def program(**options: Any) -> Callable[[], None]:
        return lambda: plugin_channel.ProgramManagementAccount(
            "account",
            catalog="Sandbox",
            program="SOLUTION_PROVIDER",
            account_id="111122223333",
            display_name="Reseller",
            opts=pulumi.ResourceOptions(**options),
        )

    with pytest.raises(CommandError) as caught:
        engine.stack(program()).up()
    token = "partnercentral:channel:ProgramManagementAccount"
    assert f"pulumi import {token} account {made['arn']}" in str(caught.value)
    assert "`pulumi refresh`" in str(caught.value)
    engine.stack(program(import_=made["arn"])).up()
    assert engine.stack(program()).up().summary.resource_changes == {"same": 2}
    assert len(emulator.objects()) == 1


def test_emulator_killed_while_creating(tmp_path: Path) -> None:
    """With `--state`, what it had made is there after a kill -9, and no second one is made."""

    def serve(port: int) -> tuple[subprocess.Popen[str], str]:
        command = [sys.executable, "-m", "partnercentral_emulator", "--port", str(port)]
        process = subprocess.Popen(
            [*command, "--state", str(tmp_path / "state.db")], stdout=subprocess.PIPE, text=True
        )
        assert process.stdout
        return process, process.stdout.readline().split()[-1]

    def program() -> None:
        channel.ProgramManagementAccount(
            "account",
            catalog="Sandbox",
            program="SOLUTION_PROVIDER",
            account_id="111122223333",
            display_name="Reseller",
        )

    def ask(path: str, **body: Any) -> Any:
        data = json.dumps(body).encode() if body else None
        with urllib.request.urlopen(f"{url}/_emulator/{path}", data) as answer:
            return json.load(answer)

    # Below the ports that clients are given, else one of them may hold it when it starts again.
    process, url = serve(20000 + os.getpid() % 10000)
    engine = Engine(tmp_path / "pulumi", url)
    engine.environment["AWS_MAX_ATTEMPTS"] = "2"
    ask("faults", operation="ListProgramManagementAccounts", delay=30.0)
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(engine.stack(program).up)
        until(lambda: ask("state"))
        process.kill()
        process.communicate()
        running.exception()
    process, _ = serve(int(url.rpartition(":")[2]))
    engine.stack(program).up()
    (made,) = ask("state")
    state = engine.stack(program).state()["account"]
    assert (state["id"], state["outputs"]["revision"]) == (made["arn"], "1")
    process.terminate()
    process.communicate()
