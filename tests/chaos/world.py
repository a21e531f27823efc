"""What outlives a history: an emulator with a state file, the engine's log, and one plugin."""

import json
import shutil
import tempfile
import urllib.request
from collections import Counter
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from clients import client_of
from e2e.engine import Engine
from fuzz.plugin import write
from partnercentral_provider.model.types import parse_timestamp
from pulumi.runtime.proto import provider_pb2 as pb

from .processes import Log, Provider, SurvivingEmulator
from .program import ACCOUNTS, CUSTOMERS, LINKED

SETTINGS = {
    "quotas_enforced": False,
    "account_handshake_needs_pending": False,
    "final_status_conflicts": False,
    "list_lag_seconds": 0.0,
    "one_account_per_catalog": True,
    "refused_roles": [],
    "sandbox_contract_seconds": 3600.0,
    "session_seconds": 0,
    "tags_change_revision": False,
}
CONFIG = {
    "region": "us-east-1",
    "catalog": "Sandbox",
    "accountRoleName": "Channel",
    "allowedAccountIds": [LINKED, *ACCOUNTS.values(), *CUSTOMERS.values()],
    "maxRetries": 2,
}


class World:
    """An emulator, and the processes that talk to it."""

    def __init__(self, figures: Counter[str]) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="chaos-"))
        self.emulator, self.log = SurvivingEmulator(self.folder), Log()
        self.figures = figures
        self.defect = ""
        """Python that runs in each provider's process before the provider does."""
        self.plugins: dict[bool, Provider] = {}
        """The plugins that live, by whether their disk is full."""
        self.written = ""
        """What the processes wrote to stderr."""
        self.calls: dict[str, Counter[str]] = {}
        """What each account called in this history, in emulators that were killed since."""
        self._ordered: list[dict[str, Any]] = []

    def begin(self) -> None:
        """Make everything as new for a history."""
        self.heal()
        self.control("DELETE", "state")
        self.control("DELETE", "calls")
        self.calls.clear()
        self.log.messages.clear()
        self.written = ""

    def control(self, method: str, name: str, body: Any = None) -> Any:
        """Give the emulator an order."""
        data = None if body is None else json.dumps(body).encode()
        url = f"{self.emulator.url}/_emulator/{name}"
        request = urllib.request.Request(url, data, method=method)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def held(self) -> dict[str, dict[str, Any]]:
        """Give what the emulator holds, by ARN."""
        return {item["arn"]: item for item in self.control("GET", "state")}

    def shown(self, held: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
        """Give what, of all that is *held*, every reader sees by now: reads may lag."""
        settings = {each["name"]: each["value"] for each in self.control("GET", "settings")}
        now = parse_timestamp(self.control("GET", "clock")["now"])
        since = now - timedelta(seconds=settings["list_lag_seconds"])
        return {a: item for a, item in held.items() if parse_timestamp(item["updatedAt"]) <= since}

    def fault(self, operation: str, times: int, skip: int, **fault: Any) -> None:
        """Let calls of an operation fail."""
        order = {"operation": operation, "times": times, "skip": skip} | fault
        self.control("POST", "faults", order)
        self._ordered.append(order)

    def left(self, error: str = "") -> int:
        """Count the calls that are still to fail, of one error or all."""
        faults = self.control("GET", "faults")
        return sum(fault["times"] for fault in faults if error in ("", fault["error"]))

    def assumed(self) -> int:
        """Count how often a role was asked for, since calls were last taken over."""
        by_account = self.control("GET", "calls")["byAccount"].values()
        return sum(calls.get("sts:AssumeRole", 0) for calls in by_account)

    def heal(self) -> None:
        """End all faults, and count those that happened."""
        self._count()
        self.control("DELETE", "faults")
        self.control("POST", "settings", SETTINGS)

    def restart(self) -> None:
        """Kill the emulator, and start it anew on what it left."""
        self._count()
        self.emulator.restart()
        self.control("POST", "settings", SETTINGS)

    def called(self) -> dict[str, Counter[str]]:
        """Give what each account called in this history."""
        self._count()
        return self.calls

    def _count(self) -> None:
        """Take over what the emulator counts in memory only: calls, and faults that happened."""
        for account, calls in self.control("GET", "calls")["byAccount"].items():
            self.calls.setdefault(account, Counter()).update(calls)
        self.control("DELETE", "calls")
        left = Counter[str]()
        for fault in self.control("GET", "faults"):
            left[_kind(fault)] += fault["times"]
        for fault in self._ordered:
            self.figures[f"fault: {_kind(fault)}"] += fault["times"]
        for kind, times in left.items():
            self.figures[f"fault: {kind}"] -= times
        self._ordered.clear()

    def client(self, account: str = LINKED, service: str = "partnercentral-channel") -> Any:
        """Make boto3's client of another person in an account."""
        return client_of(self.emulator.url, account, service)

    @cached_property
    def engine(self) -> Engine:
        """The real engine, with a home and a backend of its own."""
        made = Engine(self.folder / "engine", self.emulator.url)
        cache = self.folder / "cache"
        cache.mkdir(exist_ok=True)
        made.environment |= {"AWS_MAX_ATTEMPTS": "3", "XDG_CACHE_HOME": str(cache)}
        return made

    def provider(self, form: str, full_disk: bool = False, **config: Any) -> Provider:
        """Start a provider for one command; a plugin is kept, with a configuration anew."""
        cache = self.folder / "cache"
        cache.mkdir(exist_ok=True)
        kept = self.plugins.get(full_disk) if form == "plugin" else None
        if kept is None or kept.process.poll() is not None:
            kept = Provider(form, self.emulator.url, self.log, cache, full_disk, self.defect)
        if form == "plugin":
            self.plugins[full_disk] = kept
        given = CONFIG | config
        if form == "dynamic":
            values = {n: v if isinstance(v, str) else json.dumps(v) for n, v in given.items()}
            given = {f"partnercentral:{name}": value for name, value in values.items()}
        request = pb.ConfigureRequest()
        write(given, request.args)
        kept.calls.Configure(request, timeout=60)
        return kept

    def release(self, provider: Provider) -> None:
        """End a provider after its command, but for a plugin that can serve another."""
        if provider in self.plugins.values() and provider.process.poll() is None:
            return
        self.written += provider.close()
        self.plugins = {full: p for full, p in self.plugins.items() if p is not provider}

    def plant(self, defect: str) -> None:
        """Give each provider from now on a defect, or none."""
        self._end_plugins()
        self.defect = defect

    def close(self) -> None:
        """End everything."""
        self._end_plugins()
        self.emulator.close()
        self.log.close()
        shutil.rmtree(self.folder)

    def _end_plugins(self) -> None:
        for plugin in self.plugins.values():
            plugin.close()
        self.plugins.clear()


def _kind(fault: dict[str, Any]) -> str:
    if fault.get("drop"):
        return f"connection dropped {fault['drop']} the effect"
    return str(fault.get("error")) if fault.get("error") else "delay"
