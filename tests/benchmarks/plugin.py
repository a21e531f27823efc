"""The provider plugin beside an empty servicer: how soon it listens, answers, and at what cost."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import boto3
import grpc
from benchmarks.tables import markdown
from partnercentral_emulator import Emulator
from partnercentral_provider.hosts.wire import encoded
from pulumi.runtime.proto import provider_pb2 as pb
from pulumi.runtime.proto import provider_pb2_grpc

EMPTY = """
import grpc
from concurrent.futures import ThreadPoolExecutor
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

class Empty(provider_pb2_grpc.ResourceProviderServicer):
    def Handshake(self, request, context):
        return provider_pb2.ProviderHandshakeResponse()
    def Check(self, request, context):
        return provider_pb2.CheckResponse(inputs=request.news)
    def Diff(self, request, context):
        return provider_pb2.DiffResponse()

server = grpc.server(ThreadPoolExecutor(64))
provider_pb2_grpc.add_ResourceProviderServicer_to_server(Empty(), server)
port = server.add_insecure_port("127.0.0.1:0")
server.start()
print(port, flush=True)
server.wait_for_termination()
"""
TOKEN = "partnercentral:channel:ProgramManagementAccount"
INPUTS = {
    "catalog": "Sandbox",
    "program": "SOLUTION_PROVIDER",
    "accountId": "111122223333",
    "displayName": "Reseller",
    "tags": {"team": "blue", "cost": "1", "stage": "dev"},
}


class _Host:
    def __init__(self, *arguments: str) -> None:
        begun = perf_counter()
        self.process = subprocess.Popen(
            [sys.executable, *arguments], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        assert self.process.stdout
        port = int(self.process.stdout.readline())
        self.to_port = perf_counter() - begun
        self.channel = grpc.insecure_channel(f"127.0.0.1:{port}")
        self.calls = provider_pb2_grpc.ResourceProviderStub(self.channel)
        self.calls.Handshake(pb.ProviderHandshakeRequest())
        self.to_answer = perf_counter() - begun

    def memory(self) -> float:
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0]) / 1024

    def close(self) -> None:
        self.channel.close()
        self.process.terminate()
        self.process.wait()
        assert self.process.stdout
        self.process.stdout.close()


def _plugin() -> _Host:
    return _Host("-m", "partnercentral_provider", "127.0.0.1:1")


def _empty() -> _Host:
    return _Host("-c", EMPTY)


def beside_empty(starts: int, asked: int, at_once: int) -> str:
    """Compare this plugin with an empty servicer, and creates at once with one alone."""
    head = ["what", "this plugin", "empty servicer", "ratio"]
    return (
        f"The provider plugin beside an empty servicer:\n\n{markdown(head, _rows(starts, asked))}\n"
        f"{at_once} creates of 200 ms at once take {slow_creates(at_once):.2f} times as long as "
        f"one, the quotas aside; the same calls by bare boto3 {slow_calls(at_once):.2f} times.\n"
    )


def _rows(count: int, asked: int) -> list[list[str]]:
    starts: dict[Callable[[], _Host], list[_Host]] = {_plugin: [], _empty: []}
    for _ in range(count):
        for make, made in starts.items():
            made.append(make())
            made[-1].close()
    rows = []
    for name, figure in (("port", "to_port"), ("first answer", "to_answer")):
        pair = [median(getattr(host, figure) for host in hosts) for hosts in starts.values()]
        rows.append(_row(f"start to {name}, ms", [1000 * seconds for seconds in pair], 0))
    hosts = ours, _ = _plugin(), _empty()
    rows.append(_row("memory at rest, MiB", [host.memory() for host in hosts], 0))
    ours.calls.Configure(pb.ConfigureRequest(args=encoded({"region": "us-east-1"})))
    news = encoded(INPUTS)
    check = pb.CheckRequest(type=TOKEN, news=news)
    diff = pb.DiffRequest(type=TOKEN, olds=news, news=news, old_inputs=news)
    checks = [1000 * _median(partial(host.calls.Check, check), asked) for host in hosts]
    diffs = [1000 * _median(partial(host.calls.Diff, diff), asked) for host in hosts]
    rows += [_row("Check, median ms", checks, 2), _row("Diff, median ms", diffs, 2)]
    rows.append(_row("memory after these, MiB", [host.memory() for host in hosts], 0))
    for host in hosts:
        host.close()
    return rows


def _row(name: str, pair: list[float], digits: int) -> list[str]:
    ours, other = pair
    return [name, f"{ours:.{digits}f}", f"{other:.{digits}f}", f"{ours / other:.2f}"]


def _median(ask: Callable[[], Any], times: int) -> float:
    ask()
    seconds = []
    for _ in range(times):
        begun = perf_counter()
        ask()
        seconds.append(perf_counter() - begun)
    return median(seconds)


def slow_creates(at_once: int) -> float:
    """Make so many accounts at once where AWS takes 200 ms a write; in units of one alone."""
    with _slow_emulator():
        host = _plugin()
        host.calls.Configure(pb.ConfigureRequest(args=encoded({"region": "us-east-1"})))

        def create(number: int) -> None:
            inputs = INPUTS | {"accountId": f"{number:012}"}
            host.calls.Create(pb.CreateRequest(type=TOKEN, properties=encoded(inputs)))

        found = _at_once(create, at_once)
        host.close()
    return found


def slow_calls(at_once: int) -> float:
    """Make the same accounts by boto3 alone, each read back as the plugin does."""
    with _slow_emulator():
        client = boto3.client("partnercentral-channel", region_name="us-east-1")

        def create(number: int) -> None:
            account = f"{number:012}"
            client.create_program_management_account(
                catalog="Sandbox",
                program="SOLUTION_PROVIDER",
                accountId=account,
                displayName="Reseller",
            )
            client.list_program_management_accounts(catalog="Sandbox", accountIds=[account])

        return _at_once(create, at_once)


@contextmanager
def _slow_emulator() -> Iterator[None]:
    with Emulator(settings={"quotas_enforced": False}) as emulator:
        os.environ |= {
            "AWS_ENDPOINT_URL": emulator.url,
            "AWS_ACCESS_KEY_ID": "123456789012",
            "AWS_SECRET_ACCESS_KEY": "secret",
            "PARTNERCENTRAL_RATE_LIMITS": '{"*": 1e9}',
        }
        emulator.fault("CreateProgramManagementAccount", delay=0.2, times=1000)
        yield


def _at_once(create: Callable[[int], None], count: int) -> float:
    """Give the time of so many at once, in units of one alone."""
    create(count)  # what the first call alone has to load is no news here
    begun = perf_counter()
    create(count + 1)
    alone = perf_counter() - begun
    begun = perf_counter()
    with ThreadPoolExecutor(count) as pool:
        list(pool.map(create, range(count)))
    return (perf_counter() - begun) / alone
