"""
A random history of a stack: what people, other people and the network do to it, in any order.

After each history the faults end, the stack is brought up to date until nothing changes, and what
it has is compared with what the emulator holds. hypothesis draws the histories, and shortens one
that fails.
"""

import json
import shutil
import tempfile
import urllib.request
from collections import Counter
from contextlib import suppress
from itertools import count
from pathlib import Path
from threading import Thread
from time import sleep
from typing import Any, ClassVar

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from fuzz.mutations import is_sentence
from fuzz.plugin import write
from hypothesis import note
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule
from pulumi.runtime.proto import provider_pb2 as pb

from .engine import Run, Stack, Stored
from .processes import Log, Provider, SurvivingEmulator
from .program import ACCOUNTS, CUSTOMERS, KNOWN, LINKED, Program

ROUNDS = 8
"""So many times a stack is refreshed and deployed until nothing changes."""

FINAL = {"ACCEPTED", "REJECTED", "CANCELED", "EXPIRED", "INACTIVE"}
"""The statuses of what AWS keeps for ever: no stack has to have it."""

REPLACING = {
    "a": ("program", ["SOLUTION_PROVIDER", "DISTRIBUTION_SELLER"]),
    "r": ("sector", ["COMMERCIAL", "GOVERNMENT"]),
}
"""The inputs of an account and a relationship that cannot be changed in place."""

SETTINGS = {
    "quotas_enforced": False,
    "account_handshake_needs_pending": False,
    "list_lag_seconds": 0.0,
    "session_seconds": 0,
}
OPERATIONS = st.sampled_from(
    [
        *("*", "CreateProgramManagementAccount", "CreateRelationship", "CreateChannelHandshake"),
        *("UpdateProgramManagementAccount", "UpdateRelationship", "TagResource", "UntagResource"),
        *("DeleteProgramManagementAccount", "DeleteRelationship", "CancelChannelHandshake"),
        *("AcceptChannelHandshake", "ListProgramManagementAccounts", "ListChannelHandshakes"),
        *("ListRelationships", "GetRelationship", "ListTagsForResource"),
    ]
)
FAULTS = st.sampled_from(
    [
        {"error": "ThrottlingException", "retry_after": 0},
        {"error": "InternalServerException"},
        {"error": "AccessDeniedException"},
        {"error": "ConflictException", "members": {"resourceId": "x", "resourceType": "y"}},
        {"drop": "before"},
        {"drop": "after"},
        {"delay": 0.1},
    ]
)
NAMES = st.sampled_from([*KNOWN])


class World:
    """What outlives a history: an emulator, the log, and one plugin while it lives."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="chaos-"))
        self.emulator, self.log = SurvivingEmulator(self.folder), Log()
        self.plugin: Provider | None = None
        self.written = ""
        """What the processes wrote to stderr."""

    def control(self, method: str, name: str, body: Any = None) -> Any:
        """Give the emulator an order."""
        data = None if body is None else json.dumps(body).encode()
        url = f"{self.emulator.url}/_emulator/{name}"
        request = urllib.request.Request(url, data, method=method)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def client(self, account: str = LINKED) -> Any:
        """Make boto3's client of another person in an account."""
        return boto3.client(
            "partnercentral-channel",
            endpoint_url=self.emulator.url,
            region_name="us-east-1",
            aws_access_key_id=account,
            aws_secret_access_key="secret",
            config=Config(retries={"total_max_attempts": 1}),
        )

    def provider(self, form: str, full_disk: bool = False, **config: Any) -> Provider:
        """Start a provider for one command; the plugin is kept, with a configuration anew."""
        cache = self.folder / "cache"
        cache.mkdir(exist_ok=True)
        kept = self.plugin if form == "plugin" and not full_disk else None
        if kept is None or kept.process.poll() is not None:
            kept = Provider(form, self.emulator.url, self.log, cache, full_disk)
        given = {"region": "us-east-1", "catalog": "Sandbox", "accountRoleName": "Channel"} | config
        if form == "dynamic":
            given = {f"partnercentral:{name}": value for name, value in given.items()}
        request = pb.ConfigureRequest()
        write(given, request.args)
        kept.calls.Configure(request, timeout=60)
        if form == "plugin" and not full_disk:
            self.plugin = kept
        return kept

    def release(self, provider: Provider) -> None:
        """End a provider after its command, but for a plugin that can serve another."""
        if provider is self.plugin and provider.process.poll() is None:
            return
        self.written += provider.close()
        if provider is self.plugin:
            self.plugin = None

    def close(self) -> None:
        """End everything."""
        if self.plugin:
            self.written += self.plugin.close()
        self.emulator.close()
        self.log.close()
        shutil.rmtree(self.folder)


class History(RuleBasedStateMachine):
    """One history: a stack, its program, and what happens to both."""

    form: ClassVar[str] = "plugin"
    world: ClassVar[World]
    figures: ClassVar[Counter[str]] = Counter()
    numbers: ClassVar[Any] = count()

    def __init__(self) -> None:
        super().__init__()
        world = self.world
        world.control("DELETE", "faults")
        world.control("POST", "settings", SETTINGS)
        world.control("DELETE", "state")
        world.control("DELETE", "calls")
        world.log.messages.clear()
        world.written = ""
        self.program, self.stack = Program(), Stack(self.form, f"h{next(self.numbers)}")
        self.foreign: set[str] = set()
        self.later = 0.0
        self.config: dict[str, Any] = {}
        self.full_disk = False
        self.figures["histories"] += 1

    # What the user does.

    @rule(name=NAMES)
    def declare(self, name: str) -> None:
        """Write a resource into the program, with what it is wired to."""
        self.program.declare(name)

    @rule(names=st.lists(NAMES, min_size=2, max_size=4))
    def declare_many(self, names: list[str]) -> None:
        """Write several resources into the program, and deploy them."""
        for name in names:
            self.program.declare(name)
        self._up()

    @rule(name=NAMES)
    def remove(self, name: str) -> None:
        """Take a resource out of the program, with those that are wired to it."""
        self.program.remove(name)

    @rule(name=NAMES, title=st.sampled_from(["A", "Another name", "Übung & Söhne"]))
    def rename(self, name: str, title: str) -> None:
        """Give it another display name, where it has one."""
        declared = self.program.resources.get(name)
        if declared and "displayName" in declared.inputs:
            self.program.resources[name] = declared.with_inputs(displayName=title)

    @rule(name=NAMES, tags=st.sampled_from([None, {}, {"team": "red"}, {"team": "red", "x": ""}]))
    def retag(self, name: str, tags: dict[str, str] | None) -> None:
        """Give it other tags, or none."""
        declared = self.program.resources.get(name)
        if declared and declared.kind != "ChannelHandshakeResponse":
            self.program.resources[name] = declared.with_inputs(tags=tags)

    @rule(name=NAMES, index=st.integers(0, 1))
    def change_what_replaces(self, name: str, index: int) -> None:
        """Change an input that AWS cannot change in place."""
        declared = self.program.resources.get(name)
        if declared and name[0] in REPLACING:
            property, values = REPLACING[name[0]]
            self.program.resources[name] = declared.with_inputs(**{property: values[index]})
        if declared and name[0] == "o":
            payload = declared.inputs["payload"]["startServicePeriodPayload"]
            changed = {"startServicePeriodPayload": payload | {"note": f"Note {index}"}}
            self.program.resources[name] = declared.with_inputs(payload=changed)

    @rule()
    def deploy(self) -> None:
        """Run `pulumi up`."""
        self._up()

    @rule()
    def refresh(self) -> None:
        """Run `pulumi refresh`."""
        self._run(lambda provider: self.stack.refresh(provider))

    @precondition(lambda self: self.form == "plugin")
    @rule(number=st.sampled_from([*CUSTOMERS]))
    def adopt(self, number: str) -> None:
        """Import a relationship that somebody made by hand."""
        parent = self.stack.state.get(f"a{number[0]}")
        name = f"r{number}"
        if (
            parent is None
            or name in self.stack.state
            or f"a{number[0]}" not in self.program.resources
        ):
            return
        inputs = KNOWN[name].inputs | {"programManagementAccountIdentifier": parent.id}
        tags = [{"key": k, "value": v} for k, v in inputs.pop("tags").items()]
        try:
            made = self.world.client().create_relationship(catalog="Sandbox", tags=tags, **inputs)
        except (ClientError, BotoCoreError):
            return  # there is one already, or a fault hit this person
        arn = made["relationshipDetail"]["arn"]
        self.foreign.add(arn)
        run = self._run(lambda p: self.stack.adopt(p, name, "Relationship", arn, {f"a{number[0]}"}))
        if name in self.stack.state:
            self.foreign.discard(arn)
            self.program.declare(name)
        else:
            assert run.refusals or run.cut

    # What other people do.

    @rule(name=NAMES, what=st.sampled_from(["rename", "tag", "untag", "delete", "cancel"]))
    def meddle(self, name: str, what: str) -> None:
        """Change or delete behind the stack's back, as somebody else in the linked account."""
        stored = self.stack.state.get(name)
        if stored is None:
            return
        client = self.world.client()
        with suppress(ClientError, BotoCoreError, KeyError):
            _meddle(client, stored, what)

    @rule(account=st.sampled_from([*ACCOUNTS.values(), *CUSTOMERS.values()]), accept=st.booleans())
    def answer(self, account: str, accept: bool) -> None:
        """Answer the invitations of an account by hand."""
        client = self.world.client(account)
        with suppress(ClientError, BotoCoreError):
            for kind in ("PROGRAM_MANAGEMENT_ACCOUNT", "START_SERVICE_PERIOD"):
                found = client.list_channel_handshakes(
                    catalog="Sandbox",
                    handshakeType=kind,
                    participantType="RECEIVER",
                    statuses=["PENDING"],
                )["items"]
                verb = "accept_channel_handshake" if accept else "reject_channel_handshake"
                for item in found:
                    getattr(client, verb)(catalog="Sandbox", identifier=item["id"])

    @rule(days=st.sampled_from([0.05, 1, 31]))
    def wait(self, days: float) -> None:
        """Let time pass: sessions expire after an hour, invitations after 30 days."""
        self.later += days * 86400
        self.world.control("POST", "clock", {"advance": days * 86400})

    # What goes wrong.

    @rule(operation=OPERATIONS, fault=FAULTS, times=st.integers(1, 4), skip=st.integers(0, 2))
    def fault(self, operation: str, fault: dict[str, Any], times: int, skip: int) -> None:
        """Let the next calls of an operation fail."""
        order = {"operation": operation, "times": times, "skip": skip}
        self.world.control("POST", "faults", order | fault)

    @rule(seconds=st.sampled_from([0.2, 1.0, 30.0]))
    def lag(self, seconds: float) -> None:
        """Let reads show what was before, for so long after a write."""
        self.world.control("POST", "settings", {"list_lag_seconds": seconds})

    @rule()
    def lend_short_sessions(self) -> None:
        """Let the keys of roles last a second, so that they are renewed for each call."""
        self.world.control("POST", "settings", {"session_seconds": 1})

    @rule(expired=st.booleans())
    def take_other_credentials(self, expired: bool) -> None:
        """Run the next commands with temporary keys, which are still good or expired."""
        sts = boto3.client(
            "sts",
            endpoint_url=self.world.emulator.url,
            region_name="us-east-1",
            aws_access_key_id=LINKED,
            aws_secret_access_key="secret",
        )
        role = f"arn:aws:iam::{LINKED}:role/Deploy"
        keys = sts.assume_role(RoleArn=role, RoleSessionName="me")["Credentials"]
        self.config = {
            "accessKey": keys["AccessKeyId"],
            "secretKey": keys["SecretAccessKey"],
            "token": keys["SessionToken"],
        }
        if expired:
            self.wait(0.05)

    @rule()
    def fill_the_disk(self) -> None:
        """Run the next commands where no file can be written."""
        self.full_disk = True

    @rule()
    def kill_the_emulator(self) -> None:
        """Kill AWS's double; what it promised is kept."""
        self.world.emulator.restart()
        self.world.control("POST", "settings", SETTINGS)

    @rule(name=NAMES, skip=st.integers(0, 5))
    def kill_the_provider(self, name: str, skip: int) -> None:
        """Deploy, and kill the provider while one of its calls is on the way."""
        self.program.declare(name)
        self.world.control("POST", "faults", {"operation": "*", "delay": 0.3, "skip": skip})
        self._run(lambda provider: self.stack.up(provider, self.program), killed=True)

    @rule(name=NAMES, dies_at=st.integers(0, 3))
    def kill_the_engine(self, name: str, dies_at: int) -> None:
        """Deploy, and kill the engine when it gets the answer of one of its writes."""
        self.program.declare(name)
        self.stack.dies_at = dies_at
        self._run(lambda provider: self.stack.up(provider, self.program), dies=True)

    # The commands.

    def _up(self) -> Run:
        return self._run(lambda provider: self.stack.up(provider, self.program))

    def _run(self, command: Any, killed: bool = False, dies: bool = False) -> Run:
        """Run one command with a provider of its own; every refusal has to be a sentence."""
        provider = self.world.provider(self.form, self.full_disk, **self.config)
        killer = Thread(target=self._kill, args=(provider,)) if killed else None
        if killer:
            killer.start()
        run: Run = command(provider)
        if killer:
            killer.join()
        if run.cut and dies:
            provider.kill()  # as it would end after its engine
            provider.process.wait()
        assert not run.cut or killed or dies, "the provider's process ended by itself"
        self.world.release(provider)
        self.figures["commands"] += 1
        self.figures["cut off"] += run.cut
        for refusal in run.refusals:
            self.figures["refusals"] += 1
            note(str(refusal))
            assert is_sentence(refusal.sentence), f"no sentence: {refusal}"
        return run

    def _kill(self, provider: Provider) -> None:
        """Kill the provider once a call of its is delayed; soon, where there is none."""
        for _ in range(40):
            if not [f for f in self.world.control("GET", "faults") if f["delay"] == 0.3]:
                break
            sleep(0.02)
        provider.kill()
        provider.process.wait()

    # What has to be true in the end.

    def teardown(self) -> None:
        """Heal, converge, compare, destroy, and compare again."""
        try:
            self._heal()
            self._converge()
            self._compare()
            self._destroy()
            self._nothing_is_wrong()
        finally:
            self.world.control("POST", "clock", {"advance": -self.later})

    def _heal(self) -> None:
        self.world.control("DELETE", "faults")
        self.world.control("POST", "settings", SETTINGS)
        self.config, self.full_disk = {}, False

    def _converge(self) -> None:
        """Bring the stack up to date, doing what each refusal says."""
        for _ in range(ROUNDS):
            note(f"refresh: {self._run(lambda p: self.stack.refresh(p))}")
            run = self._up()
            note(f"up: {run}")
            if not (run.refusals or run.changed):
                return
            for refusal in run.refusals:
                self._follow(refusal.name, refusal.sentence)
        raise AssertionError(f"not up to date after {ROUNDS} rounds: {run.refusals}")

    def _follow(self, name: str, sentence: str) -> None:
        """Do what a refusal advises: import what is there, or give up what is final."""
        declared = self.program.resources.get(name)
        if declared is None:
            return
        if "pulumi import" in sentence:
            arn = sentence.partition("pulumi import")[2].split()[2]
            parents, kind = declared.parents, declared.kind
            self._run(lambda p: self.stack.adopt(p, name, kind, arn, parents))
            self.figures["imports"] += 1
        elif declared.kind == "ChannelHandshakeResponse":
            handshake = self._held().get(self.stack.state[next(iter(declared.parents))].id)
            assert handshake, f"{name} answers what is not there: {sentence}"
            if handshake["status"] in FINAL - {"ACCEPTED"}:
                self.program.remove(name)

    def _held(self) -> dict[str, Any]:
        return {item["arn"]: item for item in self.world.control("GET", "state")}

    def _compare(self) -> None:
        """Hold the stack against the emulator's memory: no loss, no duplicate, no wrong value."""
        held = self._held()
        assert self.stack.state.keys() == self.program.resources.keys()
        for name, stored in self.stack.state.items():
            assert stored.id in held, f"{name} is lost: {stored.id}"
            wrong = list(_wrong(self.program.resources[name].inputs, held[stored.id]))
            assert not wrong, f"{name} has wrong values at AWS: {wrong}"
            assert not stored.unfinished, f"{name} is still unfinished"
            self.figures["objects compared"] += 1
        ours = {stored.id for stored in self.stack.state.values()}
        self._nothing_but(held, ours | self.foreign)

    def _nothing_but(self, held: dict[str, Any], known: set[str]) -> None:
        extra = [a for a, o in held.items() if a not in known and o.get("status") not in FINAL]
        assert not extra, f"objects that nobody manages: {extra}"

    def _destroy(self) -> None:
        client = self.world.client()
        for arn in self.foreign:
            catalog, parent, id = "Sandbox", arn.split("/")[3], arn.split("/")[-1]
            with suppress(ClientError):
                client.delete_relationship(
                    catalog=catalog, identifier=id, programManagementAccountIdentifier=parent
                )
        run = self._run(lambda provider: self.stack.destroy(provider))
        assert not run.refusals
        assert not self.stack.state
        self._nothing_but(self._held(), set())

    def _nothing_is_wrong(self) -> None:
        """Look for writes by a wrong account, and for tracebacks in what was said."""
        for account, calls in self.world.control("GET", "calls")["byAccount"].items():
            for operation in calls:
                mine = account in (*ACCOUNTS.values(), *CUSTOMERS.values())
                answers = operation in ("AcceptChannelHandshake", "RejectChannelHandshake")
                writes = operation.startswith(("Create", "Update", "Delete", "Cancel", "Tag"))
                assert not (writes and account != LINKED), f"{operation} by {account}"
                assert not (answers and not mine), f"{operation} by {account}"
        said = "\n".join([*self.world.log.messages, self.world.written])
        assert "Traceback" not in said, said
        assert "This is a bug" not in said, said


def _meddle(client: Any, stored: Stored, what: str) -> None:
    parts = stored.id.split("/")
    about: dict[str, Any] = {"catalog": parts[1], "identifier": parts[-1]}
    if stored.kind == "Relationship":
        about["programManagementAccountIdentifier"] = parts[3]
    verb = {"ProgramManagementAccount": "program_management_account"}.get(
        stored.kind, "relationship"
    )
    named = "displayName" in stored.inputs
    if what == "rename" and named:
        getattr(client, f"update_{verb}")(**about, displayName="By hand")
    elif what == "delete" and named:
        getattr(client, f"delete_{verb}")(**about)
    elif what == "tag":
        client.tag_resource(resourceArn=stored.id, tags=[{"key": "by", "value": "hand"}])
    elif what == "untag":
        client.untag_resource(resourceArn=stored.id, tagKeys=["team"])
    elif what == "cancel" and stored.kind == "ChannelHandshake":
        client.cancel_channel_handshake(**about)


def _wrong(inputs: dict[str, Any], held: dict[str, Any]) -> Any:
    """Find the inputs that AWS holds in another way."""
    for name in ("displayName", "program", "accountId", "sector", "associatedAccountId"):
        if name in inputs and held.get(name) != inputs[name]:
            yield name, inputs[name], held.get(name)
    if "response" in inputs and held["status"] != "ACCEPTED":
        yield "status", "ACCEPTED", held["status"]
    for key in ("team", "x") if "response" not in inputs and "tags" in inputs else ():
        if held["tags"].get(key) != inputs["tags"].get(key):
            yield f"tags.{key}", inputs["tags"].get(key), held["tags"].get(key)
    note_ = inputs.get("payload", {}).get("startServicePeriodPayload", {}).get("note")
    if note_ and held["detail"]["startServicePeriodHandshakeDetail"].get("note") != note_:
        yield "note", note_, held["detail"]
