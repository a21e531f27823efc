"""Whole lives of stacks, with the real engine: seconds, calls, memory and the size of the state."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread

from benchmarks.tables import markdown
from clients import client_of
from e2e.engine import ROOT
from partnercentral_emulator import Emulator

STEPS = ("preview", "up", "no-op preview", "refresh", "destroy")


@dataclass
class Run:
    """One program's life: seconds and calls by step, and what it leaves."""

    seconds: dict[str, float] = field(default_factory=dict)
    calls: dict[str, int] = field(default_factory=dict)
    state: list[int] = field(default_factory=list)
    memory: float = 0.0


def live(program: str, size: int) -> Run:
    """Take a program through every step, on an engine and an emulator of its own."""
    run = Run()
    emulated = Emulator(settings={"most_accounts": size + 1, "most_relationships": size + 1})
    with tempfile.TemporaryDirectory() as folder, emulated as emulator:
        parent = enrolled(emulator.url)
        with peak_memory(run):
            for name in STEPS:
                emulator.reset_calls()
                run.seconds[name] = timed(program, str(size), name, folder, emulator.url, parent)
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
    command = [sys.executable, "-m", "benchmarks.programs", *step]
    done = subprocess.run(command, cwd=ROOT / "tests", capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{step}: {done.stdout[-2000:]} {done.stderr[-2000:]}")
    return float(done.stdout)


def enrolled(url: str) -> str:
    """Make the account that the relationships of a program belong to."""
    client = client_of(url)
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


def beside_naive(size: int) -> str:
    """Compare both forms with a naive provider, in seconds beyond those of an empty program."""
    nothing, *runs = (live(name, size) for name in ("empty", "dynamic", "plugin", "naive"))
    rows = []
    for step in STEPS:
        net = [max(0.01, run.seconds[step] - nothing.seconds[step]) for run in runs]
        rows.append([step, *(f"{seconds:.1f}" for seconds in net), *_ratios(net)])
    for index, name in enumerate(("state file", "state file without the engine's stack traces")):
        size_of = [run.state[index] / 2**20 for run in runs]
        rows.append([name, *(f"{mebibytes:.2f} MiB" for mebibytes in size_of), *_ratios(size_of)])
    head = ["step", "dynamic", "plugin", "naive dynamic", "dynamic / naive", "plugin / dynamic"]
    return f"{size:,} relationships, seconds beyond those of an empty program:\n\n" + markdown(
        head, rows
    )


def large(size: int, preview: int) -> str:
    """Take a large stack through its life in both forms, and preview a larger one."""
    dynamic, plugin = live("accounts", size), live("accounts plugin", size)
    rows = [
        [
            step,
            f"{dynamic.seconds[step]:.1f}",
            f"{plugin.seconds[step]:.1f}",
            str(dynamic.calls[step]),
            str(plugin.calls[step]),
        ]
        for step in STEPS
    ]
    head = [
        "step",
        "dynamic, seconds",
        "plugin, seconds",
        "AWS calls, dynamic",
        "AWS calls, plugin",
    ]
    with tempfile.TemporaryDirectory() as folder, Emulator() as emulator:
        parent = enrolled(emulator.url)
        seconds = timed("dynamic", str(preview), "preview", folder, emulator.url, parent)
    return (
        f"{size:,} resources, a twentieth of them accounts and the rest relationships:\n\n"
        f"{markdown(head, rows)}\n"
        f"The provider's process held at most {dynamic.memory:.0f} MiB in the dynamic form and "
        f"{plugin.memory:.0f} MiB as a plugin. A preview of {preview:,} resources took "
        f"{seconds:.1f} seconds.\n"
    )


def _ratios(figures: list[float]) -> list[str]:
    """Divide the dynamic form by the naive provider, and the plugin by the dynamic form."""
    ours, plugged, naive = figures
    return [f"{ours / naive:.2f}", f"{plugged / ours:.2f}"]
