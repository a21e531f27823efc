"""
`make bench`: what the dynamic door costs, printed as Markdown tables.

Beside it stands the same program on upstream's `pulumi.dynamic.Resource`, with a provider as one
would write it at first: a class in the program itself, and a boto3 client for each call.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from threading import Event, Thread
from time import perf_counter
from typing import Any

import boto3
from benchmarks.calls import calls_by_verb
from benchmarks.emulator import requests_a_second
from benchmarks.many import report
from benchmarks.plugin import plugin_rows, slow_creates
from e2e.engine import LINKED, MISSING, Engine, cli_folder
from partnercentral_emulator import Emulator
from pulumi import dynamic
from pulumi_partnercentral import channel as plugged
from pulumi_partnercentral.dynamic import channel

MIDDLING, LARGE, HUGE = 300, 1000, 3000
STEPS = ("preview", "up", "no-op preview", "refresh", "destroy")


class NaiveProvider(dynamic.ResourceProvider):
    """A relationship as a first attempt would manage it."""

    def create(self, props: dict[str, Any]) -> dynamic.CreateResult:
        """Create it."""
        given = {k: v for k, v in props.items() if not k.startswith("__")}
        made = boto3.client("partnercentral-channel").create_relationship(**given)
        return dynamic.CreateResult(made["relationshipDetail"]["arn"], props)

    def read(self, id_: str, props: dict[str, Any]) -> dynamic.ReadResult:
        """Read it."""
        boto3.client("partnercentral-channel").get_relationship(**self.named(id_, props))
        return dynamic.ReadResult(id_, props)

    def diff(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> dynamic.DiffResult:
        """Compare it."""
        return dynamic.DiffResult(
            changes=any(_olds.get(k) != v for k, v in _news.items() if k != "__provider")
        )

    def delete(self, _id: str, _props: dict[str, Any]) -> None:
        """Delete it."""
        boto3.client("partnercentral-channel").delete_relationship(**self.named(_id, _props))

    def named(self, id_: str, props: dict[str, Any]) -> dict[str, Any]:
        """Name it."""
        parent = props["programManagementAccountIdentifier"]
        return {
            "identifier": id_,
            "catalog": props["catalog"],
            "programManagementAccountIdentifier": parent,
        }


class NaiveRelationship(dynamic.Resource):
    """The resource of that provider."""

    def __init__(self, name: str, inputs: dict[str, Any]) -> None:
        super().__init__(NaiveProvider(), name, inputs)


def relationship(number: int, parent: Any) -> dict[str, Any]:
    """Give the inputs of one relationship of many."""
    return {
        "catalog": "Sandbox",
        "programManagementAccountIdentifier": parent,
        "associatedAccountId": f"{number:012}",
        "associationType": "END_CUSTOMER",
        "sector": "COMMERCIAL",
        "displayName": f"Customer {number}",
    }


def snake(inputs: dict[str, Any]) -> dict[str, Any]:
    """Spell inputs as a Python program does."""
    return {"".join(f"_{c.lower()}" if c.isupper() else c for c in k): v for k, v in inputs.items()}


def empty(_parent: str) -> None:
    """Do nothing: what the engine takes by itself."""


def ours(parent: str) -> None:
    """Declare the middling channel with this provider."""
    for number in range(MIDDLING):
        channel.Relationship(f"r{number}", **snake(relationship(number, parent)))


def plugin(parent: str) -> None:
    """Declare the middling channel through the provider plugin."""
    for number in range(MIDDLING):
        plugged.Relationship(f"r{number}", **snake(relationship(number, parent)))


def naive(parent: str) -> None:
    """Declare the middling channel with the naive provider."""
    for number in range(MIDDLING):
        NaiveRelationship(f"r{number}", relationship(number, parent))


def large(_parent: str, size: int = LARGE, through: Any = channel) -> None:
    """Declare one account for every twenty resources, and relationships for the rest."""
    accounts = [
        through.ProgramManagementAccount(
            f"a{n}",
            catalog="Sandbox",
            program="SOLUTION_PROVIDER",
            account_id=f"9{n:011}",
            display_name=f"A{n}",
        )
        for n in range(size // 20)
    ]
    for number in range(size - len(accounts)):
        parent = accounts[number % len(accounts)].arn
        through.Relationship(f"r{number}", **snake(relationship(number, parent)))


def huge(parent: str) -> None:
    """Declare more than a catalog can hold, for a preview."""
    for number in range(HUGE):
        channel.Relationship(f"r{number}", **snake(relationship(number, parent)))


PROGRAMS: dict[str, Callable[[str], None]] = {
    "empty": empty,
    "ours": ours,
    "plugin": plugin,
    "naive": naive,
    "large": large,
    "large plugin": partial(large, through=plugged),
    "huge": huge,
}


@dataclass
class Run:
    """One program's life: seconds and calls by step, and what it leaves."""

    seconds: dict[str, float] = field(default_factory=dict)
    calls: dict[str, int] = field(default_factory=dict)
    state: list[int] = field(default_factory=list)
    memory: float = 0.0


def live(program: str) -> Run:
    """Take a program through every step, on an engine and an emulator of its own."""
    run = Run()
    # The parent of the middling programs is one account more than the quota of the large one.
    emulated = Emulator(settings={"most_accounts": LARGE})
    with tempfile.TemporaryDirectory() as folder, emulated as emulator:
        parent = enrolled(emulator.url)
        with peak_memory(run):
            for name in STEPS:
                emulator.reset_calls()
                run.seconds[name] = timed(program, name, folder, emulator.url, parent)
                run.calls[name] = sum(emulator.calls().values())
                if name == "up":
                    run.state = state_sizes(Path(folder))
    return run


def timed(*step: str) -> float:
    """
    Run one step in a process of its own, and give its seconds.

    Upstream's base class grows Python's stack with every resource that a process declares, so
    that the naive program could not even be previewed and deployed by the same process.
    """
    command = [sys.executable, "-m", "benchmarks", *step]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{step}: {done.stdout[-2000:]} {done.stderr[-2000:]}")
    return float(done.stdout)


def one_step(program: str, name: str, folder: str, url: str, parent: str) -> None:
    """Be that process."""
    stack = Engine(Path(folder), url).stack(lambda: PROGRAMS[program](parent))
    step = getattr(stack, name.split()[-1])
    start = perf_counter()
    step()
    print(perf_counter() - start)


def enrolled(url: str) -> str:
    """Make the account that the relationships of a program belong to."""
    client = boto3.client(
        "partnercentral-channel",
        endpoint_url=url,
        region_name="us-east-1",
        aws_access_key_id=LINKED,
        aws_secret_access_key="secret",
    )
    made = client.create_program_management_account(
        catalog="Sandbox", program="SOLUTION_PROVIDER", displayName="Parent", accountId="1" * 12
    )
    return str(made["programManagementAccountDetail"]["id"])


def state_sizes(folder: Path) -> list[int]:
    """Measure the checkpoint: the file, and what of it is not the engine's stack traces."""
    file = max((folder / "backend").rglob("stacks/**/dev.json"), key=lambda p: p.stat().st_size)
    text = file.read_text()
    checkpoint = json.loads(text)
    for resource in checkpoint["checkpoint"]["latest"]["resources"]:
        for traced in ("stackTrace", "sourcePosition"):
            resource.pop(traced, None)
    return [len(text), len(json.dumps(checkpoint, separators=(",", ":")))]


@contextmanager
def peak_memory(run: Run) -> Iterator[None]:
    """Watch the provider's processes, and keep the most that one of them ever held, in MiB."""
    ended = Event()

    def watch() -> None:
        while not ended.wait(0.2):
            for process in Path("/proc").glob("[0-9]*"):
                try:
                    line = (process / "cmdline").read_bytes()
                    if b"pulumi.dynamic" in line or b"pulumi-resource-partnercentral" in line:
                        status = (process / "status").read_text()
                        kib = int(status.partition("VmHWM:")[2].split()[0])
                        run.memory = max(run.memory, kib / 1024)
                except (OSError, IndexError, ValueError):
                    continue

    thread = Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def ratios(figures: list[float]) -> list[str]:
    """Put the dynamic door beside the naive provider, and the plugin beside the dynamic door."""
    ours, plugged, naive = figures
    return [f"{ours / naive:.2f}", f"{plugged / ours:.2f}"]


def table(head: list[str], rows: list[list[str]]) -> None:
    """Print a Markdown table."""
    for row in (head, ["---"] * len(head), *rows):
        print(f"| {' | '.join(row)} |")
    print(flush=True)


def main(arguments: list[str]) -> int:
    """Measure, and print; or be one step of it."""
    if arguments:
        one_step(*arguments)
        return 0
    if cli_folder() is None:
        print(MISSING, file=sys.stderr)
        return 1
    print("AWS calls of each verb, as the emulator counts them:\n")
    table(["resource", "verb", "calls"], calls_by_verb())

    print("The emulator, requests a second through boto3, as it fills:\n")
    table(["relationships", "GetRelationship", "ListRelationships"], requests_a_second())

    print("The provider plugin beside an empty servicer:\n")
    table(["what", "this plugin", "empty servicer", "ratio"], plugin_rows())
    print(f"64 creates of 200 ms at once take {slow_creates():.2f} times as long as one\n")

    report(table)

    nothing, *runs = (live(program) for program in ("empty", "ours", "plugin", "naive"))
    print(f"{MIDDLING} relationships, seconds beyond those of an empty program:\n")
    rows = []
    for step in STEPS:
        net = [max(0.01, run.seconds[step] - nothing.seconds[step]) for run in runs]
        rows.append([step, *(f"{seconds:.1f}" for seconds in net), *ratios(net)])
    for index, name in enumerate(("state file", "state file but for stack traces")):
        size = [run.state[index] / 2**20 for run in runs]
        rows.append([name, *(f"{mebibytes:.2f} MiB" for mebibytes in size), *ratios(size)])
    table(
        ["step", "dynamic", "plugin", "naive dynamic", "dynamic / naive", "plugin / dynamic"], rows
    )

    many, plugged_many = live("large"), live("large plugin")
    print(f"{LARGE} resources (a twentieth accounts, the rest relationships):\n")
    table(
        ["step", "dynamic, seconds", "plugin, seconds", "AWS calls"],
        [
            [
                step,
                f"{many.seconds[step]:.1f}",
                f"{plugged_many.seconds[step]:.1f}",
                str(many.calls[step]),
            ]
            for step in STEPS
        ],
    )
    print("Peak memory of the provider's process:", end=" ")
    print(f"{many.memory:.0f} MiB dynamic, {plugged_many.memory:.0f} MiB plugin")
    with tempfile.TemporaryDirectory() as folder, Emulator() as emulator:
        seconds = timed("huge", "preview", folder, emulator.url, enrolled(emulator.url))
    print(f"A preview of {HUGE} resources: {seconds:.1f} seconds")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
