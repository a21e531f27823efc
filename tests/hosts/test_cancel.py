"""A plugin whose run was canceled, or whose engine is gone, ends soon and loses nothing."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import grpc
import pytest
from conftest import LINKED
from google.protobuf.empty_pb2 import Empty
from hosts.host import GRACE, BlackHole, Host, ended, until
from partnercentral_provider.__main__ import THREADS
from partnercentral_provider.hosts.watch import engine_address, until_gone
from partnercentral_provider.hosts.wire import decoded
from pulumi.runtime.proto import plugin_pb2, provider_pb2_grpc, status_pb2
from pulumi.runtime.proto import provider_pb2 as pb


@pytest.fixture
def host(monkeypatch: pytest.MonkeyPatch) -> Iterator[Host]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", LINKED)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    running = Host()
    yield running
    running.close()


@pytest.fixture
def hole(host: Host) -> Iterator[BlackHole]:
    """Configure the host for a black hole; who calls is not asked."""
    made = BlackHole()
    host.configure(endpoints={"partnercentralChannel": made.url}, skipCredentialsValidation=True)
    yield made
    made.close()


def test_a_read_ends_with_the_cancel(host, hole) -> None:
    """AWS never answers: the read ends within a second, and no other request leaves after it."""
    reading = host.read()
    until(lambda: hole.requests)
    host.calls.Cancel(Empty())
    code, text, seconds = ended(reading)
    assert (code, text) == (grpc.StatusCode.CANCELLED, "Canceled while waiting for AWS.")
    assert seconds < 1
    time.sleep(0.3)
    assert len(hole.requests) == 1


def test_a_cancel_comes_through_when_every_thread_waits_for_aws(host, hole) -> None:
    """More reads than the plugin has threads: all end within a second or two, and few were sent."""
    reading = [host.read() for _ in range(THREADS + 10)]
    until(lambda: len(hole.requests) >= THREADS)
    begun = time.monotonic()
    host.calls.Cancel(Empty())
    assert {ended(read)[0] for read in reading} == {grpc.StatusCode.CANCELLED}
    assert time.monotonic() - begun < 2
    assert len(hole.requests) == THREADS


def test_a_change_on_its_way_is_awaited_and_then_may_have_been_made(host, hole) -> None:
    """After the grace the sentence says so, what to do, and no second request leaves."""
    creating = host.create()
    until(lambda: hole.requests)
    host.calls.Cancel(Empty())
    code, text, seconds = ended(creating)
    assert code == grpc.StatusCode.FAILED_PRECONDITION
    assert text.startswith("CreateProgramManagementAccount may have been made. It was on its way")
    assert "Run the same command again" in text
    assert GRACE * 0.9 < seconds < GRACE + 1
    time.sleep(0.3)
    assert len(hole.requests) == 1


def test_a_change_that_comes_back_within_the_grace_is_kept(host, emulator) -> None:
    """The create that was on its way is in the state; what it lacks, the next `up` completes."""
    host.configure()
    emulator.fault("CreateProgramManagementAccount", delay=GRACE / 2)
    creating = host.create()
    until(lambda: emulator.calls().get("CreateProgramManagementAccount"))
    host.calls.Cancel(Empty())
    with pytest.raises(grpc.RpcError) as caught:
        creating.result()
    packed = dict(caught.value.trailing_metadata())["grpc-status-details-bin"]
    failed = pb.ErrorResourceInitFailed()
    status_pb2.Status.FromString(packed).details[0].Unpack(failed)
    (made,) = emulator.objects()
    assert failed.id == made["arn"] == decoded(failed.properties)["arn"]
    assert "was created but could not be read back" in failed.reasons[0]


def test_a_lost_answer_and_a_cancel_before_the_retry_may_have_been_made(host, emulator) -> None:
    """AWS made it and the connection broke: the wait for the next attempt ends in that sentence."""
    host.configure()
    emulator.fault("CreateProgramManagementAccount", drop="after")
    emulator.fault("CreateProgramManagementAccount", error="ThrottlingException", times=50)
    creating = host.create()
    until(lambda: emulator.calls().get("CreateProgramManagementAccount", 0) > 2)
    host.calls.Cancel(Empty())
    _, text, seconds = ended(creating)
    assert text.startswith("CreateProgramManagementAccount may have been made.")
    assert seconds < 1
    assert len(emulator.objects()) == 1


def test_what_is_not_sent_yet_stays_unsent(host, emulator) -> None:
    """A request that comes after the cancel asks AWS nothing, changed nothing and says so."""
    host.configure()
    host.calls.Cancel(Empty())
    for call in (host.create(), host.read()):
        assert ended(call)[:2] == (
            grpc.StatusCode.CANCELLED,
            "Canceled while waiting for AWS.",
        )
    assert emulator.calls() == {}


def test_an_engine_that_attaches_begins_a_new_run(host, emulator) -> None:
    """A plugin that was started by hand serves the run after a run that ended by a cancel."""
    host.configure()
    host.calls.Cancel(Empty())
    host.calls.Attach(plugin_pb2.PluginAttach(address="127.0.0.1:1"))
    host.configure()
    assert host.create().result().id == emulator.objects()[0]["arn"]


def test_a_request_that_nobody_waits_for_ends(host, hole) -> None:
    """The engine died, and its connection with it: what it asked ends without a word of its own."""
    reading = host.read()
    until(lambda: hole.requests)
    reading.cancel()
    begun = time.monotonic()
    host.engine.idle()
    assert time.monotonic() - begun < 1
    assert len(hole.requests) == 1


class Process:
    """A plugin in a process of its own, once it serves."""

    def __init__(self, *arguments: str) -> None:
        command = [sys.executable, "-m", "partnercentral_provider", *arguments]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE)
        assert self.process.stdout
        with grpc.insecure_channel(f"127.0.0.1:{int(self.process.stdout.readline())}") as channel:
            calls = provider_pb2_grpc.ResourceProviderStub(channel)
            calls.GetPluginInfo(Empty())
            if not arguments:
                calls.Attach(plugin_pb2.PluginAttach(address="127.0.0.1:1"))

    def end(self) -> int:
        self.process.terminate()
        return self.wait()

    def wait(self) -> int:
        with self.process:
            return self.process.wait(20)


def test_a_plugin_ends_after_its_engine() -> None:
    """Its engine's port was there and is no more: the process leaves by itself."""
    engine = socket.create_server(("127.0.0.1", 0))
    started = Process(f"127.0.0.1:{engine.getsockname()[1]}")
    engine.settimeout(20)
    engine.accept()[0].close()
    assert started.process.poll() is None
    engine.close()
    assert started.wait() == 0


def test_the_watch_ends_where_the_engine_was_killed_at_once() -> None:
    """Nobody was ever seen at the address, and the parent process became another: it is gone."""
    parents, pauses = iter([7, 7, 7, 1]), []
    until_gone("127.0.0.1:1", lambda: next(parents), lambda: pauses.append(1))
    assert len(pauses) == 2


def test_the_watch_goes_on_where_nobody_can_tell() -> None:
    """Neither an engine that is there, nor one that was never seen, counts as gone."""
    engine = socket.create_server(("127.0.0.1", 0))

    class Enough(Exception):
        pass

    for address in (f"127.0.0.1:{engine.getsockname()[1]}", "127.0.0.1:1"):
        pauses = iter(range(5))

        def pause(pauses: Iterator[int] = pauses) -> None:
            if next(pauses, None) is None:
                raise Enough

        with pytest.raises(Enough):
            until_gone(address, lambda: 7, pause)
    engine.close()


@pytest.mark.parametrize("arguments", [(), (r"C:\plugins\thing",), ("--verbose:3:x",)])
def test_a_plugin_without_an_engines_address_serves_until_it_is_ended(arguments) -> None:
    """Started by hand, it lives on after the engine that attached; a Windows path is no address."""
    started = Process(*arguments)
    time.sleep(1.2)  # longer than the watch of an engine pauses
    assert started.process.poll() is None
    assert started.end() == 0


@pytest.mark.parametrize(
    ("argument", "address"),
    [
        ("127.0.0.1:53412", True),
        ("localhost:1", True),
        ("[::1]:65535", True),
        (r"C:\Users\me\plugin.exe", False),
        ("C:/plugin", False),
        ("127.0.0.1:", False),
        ("127.0.0.1:0", False),
        ("127.0.0.1:65536", False),
        ("--logtostderr", False),
        ("", False),
    ],
)
def test_only_a_host_and_a_port_are_an_engines_address(argument, address) -> None:
    """Whatever else has a colon is another argument."""
    assert engine_address(argument) == (argument if address else None)
