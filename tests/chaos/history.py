"""
A random history of a stack: what people, other people and the network do to it, in any order.

After each history the faults end, the stack is brought up to date until nothing changes, and what
it has is compared with what the emulator holds. hypothesis draws the histories, and shortens one
that fails.
"""

import re
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from itertools import count
from threading import Thread
from time import sleep
from typing import Any, ClassVar

import grpc
from botocore.exceptions import BotoCoreError, ClientError
from hypothesis import currently_in_test_context, note
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from .engine import Refusal, Run, Stack, Stored
from .findings import (
    FINAL,
    Finding,
    alive,
    check_duplicates,
    check_guards,
    check_ignored,
    check_refusal,
    check_strays,
    check_text,
    check_values,
    check_writers,
    to_be_kept,
)
from .processes import Provider
from .program import (
    ACCOUNTS,
    CUSTOMERS,
    ENDS,
    KNOWN,
    LINKED,
    MANAGED,
    OTHER,
    PLANS,
    TERMS,
    Program,
    released,
)
from .tags import DEFAULTS, IGNORED, TagPolicy
from .world import World

ROUNDS = 8
"""So many times a stack is refreshed and deployed until nothing changes."""

REPLACING = {
    "a": ("program", ["SOLUTION_PROVIDER", "DISTRIBUTION_SELLER"]),
    "r": ("sector", ["COMMERCIAL", "GOVERNMENT"]),
}
"""The inputs of an account and a relationship that cannot be changed in place."""

OPERATIONS = st.just("*") | st.sampled_from(
    [
        *("CreateProgramManagementAccount", "CreateRelationship", "CreateChannelHandshake"),
        *("UpdateProgramManagementAccount", "UpdateRelationship", "TagResource", "UntagResource"),
        *("DeleteProgramManagementAccount", "DeleteRelationship", "CancelChannelHandshake"),
        *("AcceptChannelHandshake", "ListProgramManagementAccounts", "ListChannelHandshakes"),
        *("ListRelationships", "GetRelationship", "ListTagsForResource"),
        *("CreateChannelContract", "GetChannelContract", "ListChannelContracts"),
    ]
)
NAMES = st.sampled_from([*KNOWN])
WHICH = st.integers(0, 1000)
"""Picks one of the resources that are declared, or deployed, at the moment."""


GUARD = "`forceDestroy: true`"
"""What the refusal to delete what is in force names."""

ARN = re.compile(r"arn:aws:partnercentral:[\w:/-]+")


def step(**drawn: Any) -> Callable[..., Any]:
    """Make a rule of which the figures count each use."""

    def made(method: Any) -> Any:
        @rule(**drawn)
        @wraps(method)
        def counted(self: "History", **given: Any) -> None:
            self.figures["steps"] += 1
            self.figures[f"step: {method.__name__.replace('_', ' ')}"] += 1
            self._guarded(lambda: method(self, **given))

        return counted

    return made


ordered = step(name=NAMES, operation=OPERATIONS, times=st.integers(1, 4), skip=st.integers(0, 2))
"""Makes a rule of a fault: it is ordered for an operation, and a resource is deployed."""


class History(RuleBasedStateMachine):
    """One history: a stack, its program, and what happens to both."""

    form: ClassVar[str] = "plugin"
    world: ClassVar[World]
    figures: ClassVar[Counter[str]] = Counter()
    numbers: ClassVar[Any] = count()
    on_finding: ClassVar[Callable[[Exception], None]]

    def __init__(self) -> None:
        super().__init__()
        self.world.begin()
        self.program, self.stack = Program(), Stack(self.form, f"h{next(self.numbers)}")
        self.foreign: set[str] = set()
        """What other people made."""
        self.unanswered: set[str] = set()
        """What was made, and nobody could write down: the next deployment has to find it."""
        self.excused: set[str] = set()
        """What was unanswered when the program or somebody else changed what it was made for."""
        self.later = 0.0
        self.config: dict[str, Any] = {}
        """The credentials of the next commands."""
        self.policy = TagPolicy()
        self.full_disk = False
        self.broken = self.emulator_was_killed = False

    # What the user does.

    @step(name=NAMES)
    def declare(self, name: str) -> None:
        """Write a resource into the program, with what it is wired to."""
        self.program.declare(name)

    @initialize(names=st.lists(NAMES, min_size=1, max_size=4), guards=st.booleans())
    def begin(self, names: list[str], guards: bool = False) -> None:
        """Write some resources into the program, with guards or without, and deploy them."""
        for name in names:
            self.program.declare(name)
        for name in self._declared("ar") if guards else ():
            self._guard(name, False)
        self._guarded(self._up)

    @step(which=WHICH)
    def remove(self, which: int) -> None:
        """Take a resource out of the program, with those that are wired to it."""
        if names := self._declared():
            self.program.remove(names[which % len(names)])
            self._excuse()

    @step(which=WHICH, title=st.sampled_from(["A", "Another name", "Übung & Söhne"]))
    def rename(self, which: int, title: str) -> None:
        """Give a resource that has a display name another."""
        if names := self._declared("ar"):
            name = names[which % len(names)]
            declared = self.program.resources[name]
            self.program.resources[name] = declared.with_inputs(displayName=title)

    @step(which=WHICH, tags=st.sampled_from([None, {}, {"team": "red"}, {"team": "red", "x": ""}]))
    def retag(self, which: int, tags: dict[str, str] | None) -> None:
        """Give a resource other tags, or none."""
        if names := self._declared("arioc"):
            name = names[which % len(names)]
            declared = self.program.resources[name]
            self.program.resources[name] = declared.with_inputs(tags=tags)

    @step(which=WHICH, index=st.integers(0, 1))
    def change_what_replaces(self, which: int, index: int) -> None:
        """Change an input that AWS cannot change in place."""
        names = [name for name in self._declared("aroc") if name != f"a{MANAGED}"]
        if not names:
            return
        name = names[which % len(names)]
        declared = self.program.resources[name]
        self._excuse()
        if name[0] in REPLACING:
            property, values = REPLACING[name[0]]
            self.program.resources[name] = declared.with_inputs(**{property: values[index]})
        else:
            ((member, payload),) = declared.inputs["payload"].items()
            other = {"note": f"Note {index}"} if name[0] == "o" else {"endDate": ENDS[index]}
            self.program.resources[name] = declared.with_inputs(payload={member: payload | other})

    @step(which=WHICH, force=st.sampled_from([None, False, True]))
    def guard(self, which: int, force: bool | None) -> None:
        """Say whether an account or a relationship may be deleted while it is in force."""
        if names := self._declared("ar"):
            self._guard(names[which % len(names)], force)

    def _guard(self, name: str, force: bool | None) -> None:
        declared = self.program.resources[name]
        self.program.resources[name] = declared.with_inputs(forceDestroy=force)

    @step(tags=st.sampled_from(DEFAULTS))
    def change_the_default_tags(self, tags: dict[str, str] | None) -> None:
        """Run the next commands with default tags, or none."""
        self.policy.defaults = tags

    @step(ignored=st.sampled_from(IGNORED))
    def ignore_tags(self, ignored: dict[str, list[str]] | None) -> None:
        """Leave some tags alone in the next commands, or none."""
        self.policy.ignore(ignored)

    @step(which=WHICH, days=st.sampled_from(TERMS), note=st.sampled_from(["Hello", "Welcome"]))
    def change_the_terms(self, which: int, days: str, note: str) -> None:
        """Offer another service period, which leaves the one in force until it is accepted."""
        if names := self._declared("s"):
            name = names[which % len(names)]
            self._excuse()
            declared = self.program.resources[name]
            changed = declared.with_inputs(minimumNoticeDays=days, note=note)
            self.program.resources[name] = changed

    @step(which=WHICH, plan=st.sampled_from(PLANS))
    def change_the_support_plan(self, which: int, plan: dict[str, Any]) -> None:
        """Ask for another support plan, which AWS never shows."""
        if names := [name for name in self._declared("r") if name[1] != MANAGED]:
            name = names[which % len(names)]
            declared = self.program.resources[name]
            self.program.resources[name] = declared.with_inputs(requestedSupportPlan=plan)

    @step()
    def destroy(self) -> None:
        """Run `pulumi destroy`; the program stays."""
        self._excuse()
        self._run(lambda provider: self.stack.destroy(provider))

    @step()
    def deploy(self) -> None:
        """Run `pulumi up`."""
        self._up()

    @step()
    def refresh(self) -> None:
        """Run `pulumi refresh`."""
        self._run(lambda provider: self.stack.refresh(provider))

    @precondition(lambda self: self.form == "plugin")
    @step(number=st.sampled_from([*CUSTOMERS]))
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
        except (ClientError, BotoCoreError):  # there is one already, or a fault hit this person
            self.foreign |= self._strays(self.world.held())
            return
        arn = made["relationshipDetail"]["arn"]
        self.foreign.add(arn)
        run = self._adopt(name, arn)
        if name in self.stack.state:
            self.foreign.discard(arn)
            self.program.declare(name)
        elif not run.refusals:
            raise Finding("losses", f"the import of {arn} said nothing, and did nothing")

    def _adopt(self, name: str, arn: str) -> Run:
        known, added = KNOWN[name], {"tags"} if self.policy.defaults else ()
        return self._run(lambda p: self.stack.adopt(p, name, known.kind, arn, known.parents, added))

    # What other people do.

    @step(which=WHICH, what=st.sampled_from(["rename", "tag", "untag", "delete", "cancel"]))
    def meddle(self, which: int, what: str) -> None:
        """Change or delete behind the stack's back, as somebody else in the linked account."""
        if not self.stack.state:
            return
        stored = self.stack.state[sorted(self.stack.state)[which % len(self.stack.state)]]
        client = self.world.client()
        if what in ("delete", "cancel"):
            self._excuse()
        with suppress(ClientError, BotoCoreError, KeyError):
            _meddle(client, stored, what)

    @step(account=st.sampled_from([*ACCOUNTS.values(), *CUSTOMERS.values()]), accept=st.booleans())
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

    @step(days=st.sampled_from([0.05, 1, 31]))
    def wait(self, days: float) -> None:
        """Let time pass: sessions expire after an hour, invitations after 30 days."""
        self._advance(days)

    # What goes wrong.

    @ordered
    def throttle(self, **order: Any) -> None:
        """Let the next calls of an operation be too many."""
        self._suffer(**order, error="ThrottlingException", retry_after=0)

    @ordered
    def fail(self, **order: Any) -> None:
        """Let the next calls of an operation fail by AWS's own fault, with status 500."""
        self._suffer(**order, error="InternalServerException")

    @ordered
    def deny(self, **order: Any) -> None:
        """Let the next calls of an operation be denied."""
        self._suffer(**order, error="AccessDeniedException")

    @ordered
    def conflict(self, **order: Any) -> None:
        """Let the next calls of an operation be a conflict with something that is not ours."""
        members = {"resourceId": "x", "resourceType": "y"}
        self._suffer(**order, error="ConflictException", members=members)

    @ordered
    def drop_before(self, **order: Any) -> None:
        """Let the connection of the next calls end before they have an effect."""
        self._suffer(**order, drop="before")

    @ordered
    def drop_after(self, **order: Any) -> None:
        """Let the connection of the next calls end after they had their effect."""
        self._suffer(**order, drop="after")

    @ordered
    def delay(self, **order: Any) -> None:
        """Let the next calls of an operation take their time."""
        self._suffer(**order, delay=0.1)

    def _suffer(self, name: str, operation: str, times: int, skip: int, **fault: Any) -> None:
        """Deploy one more resource with a fault; refresh, where that called nothing of it."""
        self.world.fault(operation, times, skip, **fault)
        self.program.declare(name)
        ordered, denials = self.world.left(), self.world.left("AccessDeniedException")
        heard = len(self.world.log.messages)
        run = self._up()
        if self.world.left() == ordered:  # nothing of it was called
            run = self._run(lambda provider: self.stack.refresh(provider))
        told = run.refusals or self.world.log.messages[heard:]
        if self.world.left("AccessDeniedException") < denials and not told:
            raise Finding("refusals that are no sentence", f"{operation} was denied: no word")

    @step(name=st.sampled_from([name for name in KNOWN if name[0] in "jp"]))
    def refuse_roles(self, name: str) -> None:
        """Let the roles of receivers be assumed by nobody, and answer an invitation."""
        roles = [
            f"arn:aws:iam::{account}:role/Channel"
            for account in (*ACCOUNTS.values(), *CUSTOMERS.values())
        ]
        self.world.control("POST", "settings", {"refused_roles": roles})
        self.program.declare(name)
        asked = self.world.assumed()
        run = self._up()
        refused = self.world.assumed() - asked
        self.figures["fault: role refused"] += refused
        if refused and not run.refusals:
            raise Finding("refusals that are no sentence", "a role was refused: no word")

    @step(seconds=st.sampled_from([0.2, 1.0, 30.0]))
    def lag(self, seconds: float) -> None:
        """Let reads show what was before, for so long after a write."""
        self.world.control("POST", "settings", {"list_lag_seconds": seconds})

    @step(setting=st.sampled_from(["final_status_conflicts", "tags_change_revision"]))
    def assume_otherwise(self, setting: str) -> None:
        """Let AWS behave in another way where its documents leave it open."""
        self.world.control("POST", "settings", {setting: True})

    @step()
    def lend_short_sessions(self) -> None:
        """Let the keys of roles last a second, so that they are renewed for each call."""
        self.world.control("POST", "settings", {"session_seconds": 1})

    @step(expired=st.booleans())
    def take_other_credentials(self, expired: bool) -> None:
        """Run the next commands with temporary keys, which are still good or expired."""
        sts = self.world.client(service="sts")
        role = f"arn:aws:iam::{LINKED}:role/Deploy"
        keys = sts.assume_role(RoleArn=role, RoleSessionName="me")["Credentials"]
        self.config = {
            "accessKey": keys["AccessKeyId"],
            "secretKey": keys["SecretAccessKey"],
            "token": keys["SessionToken"],
        }
        if expired:
            self._advance(0.05)

    @step()
    def take_credentials_of_another_account(self) -> None:
        """Run the next commands with keys of an account that the configuration does not allow."""
        self.config = {"accessKey": OTHER, "secretKey": "secret"}

    @step()
    def take_own_credentials(self) -> None:
        """Run the next commands with good keys again, and with space on the disk."""
        self.config, self.full_disk = {}, False

    @precondition(lambda self: self.form != "engine")
    @step()
    def fill_the_disk(self) -> None:
        """Run the next commands where no file can be written."""
        self.full_disk = True

    @precondition(lambda self: not self.emulator_was_killed)
    @step()
    def kill_the_emulator(self) -> None:
        """Kill AWS's double, once, since its start takes seconds; what it promised is kept."""
        self.emulator_was_killed = True
        self.world.restart()
        self.figures["fault: emulator killed"] += 1

    @precondition(lambda self: self.form != "engine")
    @step(name=NAMES, skip=st.integers(0, 5))
    def kill_the_provider(self, name: str, skip: int) -> None:
        """Deploy, and kill the provider while one of its calls is on the way."""
        self.program.declare(name)
        self.world.fault("*", 1, skip, delay=0.3)
        self._run(lambda provider: self.stack.up(provider, self.program), killed=True)

    @precondition(lambda self: self.form != "engine")
    @step(name=NAMES, dies_at=st.integers(0, 3))
    def kill_the_engine(self, name: str, dies_at: int) -> None:
        """Deploy, and kill the engine when it gets the answer of one of its writes."""
        self.program.declare(name)
        self.stack.dies_at = dies_at
        self._run(lambda provider: self.stack.up(provider, self.program), dies=True)

    def _advance(self, days: float) -> None:
        self.later += days * 86400
        self.world.control("POST", "clock", {"advance": days * 86400})

    # The commands.

    def _declared(self, letters: str = "arijopsc") -> list[str]:
        """List what is declared, of the kinds whose names begin with these letters."""
        return sorted(name for name in self.program.resources if name[0] in letters)

    def _up(self) -> Run:
        return self._run(lambda provider: self.stack.up(provider, self.program))

    def _run(self, command: Any, killed: bool = False, dies: bool = False) -> Run:
        """
        Run one command.

        Each refusal has to be a sentence; nothing may be made twice, lost, or be touched that is
        guarded or ignored.
        """
        before = self.world.held()
        kept = to_be_kept(self.stack.state, self.world.shown(before))
        run = self._ran(command, killed, dies)
        self.figures["commands"] += 1
        self.figures["fault: provider killed"] += killed
        self.figures["fault: engine killed"] += dies and run.cut
        for refusal in run.refusals:
            self.figures["refusals"] += 1
            _tell(f"  refused: {str(refusal)[:200]!r}")
            self.figures["refusals by guards"] += GUARD in refusal.sentence
            check_refusal(refusal, self.form)
        held = self.world.held()
        self.figures["guards checked"] += len(kept)
        check_guards(kept, held)
        check_ignored(before, held, self.policy)
        check_duplicates(held)
        strays = self._strays(held)
        if len(strays) > len(run.refusals) and not run.cut:
            check_strays(held, held.keys() - strays)
        self.unanswered |= strays
        return run

    def _ran(self, command: Any, killed: bool, dies: bool) -> Run:
        try:
            config = self.config | self.policy.config()
            provider = self.world.provider(self.form, self.full_disk, **config)
        except grpc.RpcError as error:
            self.stack.dies_at = None
            return Run(refusals=[Refusal("provider", error.code().name, str(error.details()))])
        killer = Thread(target=self._kill, args=(provider,)) if killed else None
        if killer:
            killer.start()
        run: Run = command(provider)
        if killer:
            killer.join()
        if run.cut and dies:
            provider.kill()  # as it would end after its engine
            provider.process.wait()
        self.world.release(provider)
        if run.cut:
            if not (killed or dies):
                raise Finding("processes that ended", self.world.written)
            sleep(0.4)  # a call that is on its way to AWS arrives without its sender
        return run

    def _strays(self, held: dict[str, Any]) -> set[str]:
        """Give what AWS has, and neither the stack ever had nor somebody else made."""
        return held.keys() - self.stack.known - self.foreign - self.unanswered

    def _kill(self, provider: Provider) -> None:
        """Kill the provider once a call of its is delayed; soon, where there is none."""
        for _ in range(40):
            if not [f for f in self.world.control("GET", "faults") if f["delay"] == 0.3]:
                break
            sleep(0.02)
        provider.kill()
        provider.process.wait()

    def _excuse(self) -> None:
        """
        Let what was made without an answer so far stay.

        The program, or somebody else, changes before a command could find it again, so that it may
        never be asked for. Pulumi warns of it as a pending operation.
        """
        self.excused |= self.unanswered - self.stack.known

    # What has to be true in the end.

    def teardown(self) -> None:
        """Heal, converge, compare, destroy, and compare again."""
        try:
            self.world.heal()
            self.config, self.full_disk = {}, False
            if not self.broken:
                self._guarded(self._settle)
            self.figures["histories"] += 1
        finally:
            self.world.control("POST", "clock", {"advance": -self.later})

    def _guarded(self, act: Callable[[], None]) -> None:
        """Act; what is found ends the history, and is noted once, before it is shortened."""
        try:
            act()
        except Exception as error:
            self.broken = True
            self.on_finding(error)
            raise

    def _settle(self) -> None:
        self._converge()
        self._compare()
        self._destroy()
        check_writers(self.world.held(), self.world.called())
        check_text("\n".join([*self.world.log.messages, self.world.written]))

    def _converge(self) -> None:
        """Bring the stack up to date, doing what each refusal says."""
        for _ in range(ROUNDS):
            self._run(lambda provider: self.stack.refresh(provider))
            run = self._up()
            _tell(f"  settling: {run.changed} changed, {len(run.refusals)} refused")
            if not (run.refusals or run.changed):
                return
            for refusal in run.refusals:
                self._follow(refusal.name, refusal.sentence)
            self._release(run)
        raise Finding("stacks that do not settle", f"{[str(r)[:500] for r in run.refusals]}")

    def _follow(self, name: str, sentence: str) -> None:
        """Do what a refusal advises: import or remove what is there, or give up what is final."""
        declared = self.program.resources.get(name)
        if declared and declared.kind == "ServicePeriod" and "of other terms" in sentence:
            days = re.search(r"minimumNoticeDays (\d+)", sentence)
            assert days, sentence
            self.program.resources[name] = declared.with_inputs(minimumNoticeDays=days[1])
            return
        ours = {arn for stored in self.stack.state.values() for arn in stored.arns}
        theirs = (self.foreign | self.unanswered) - ours
        named = [arn for arn in ARN.findall(sentence) if arn in theirs]
        if named and declared and f" {name} {named[-1]}" in sentence and self.form == "plugin":
            self._adopt(name, named[-1])
            self.figures["imports"] += 1
        elif named:
            with suppress(ClientError):
                _delete(self.world.client(), named[-1])
            self.figures["removals by hand"] += 1
            if "/channel-contract/" in named[-1]:  # one that is signed stays, whoever has it
                self.program.remove(name)
        elif declared and declared.kind == "ChannelHandshakeResponse":
            handshake = self.world.held().get(self.stack.state[next(iter(declared.parents))].id)
            if handshake is None or handshake["status"] in FINAL - {"ACCEPTED"}:
                self.program.remove(name)

    def _release(self, run: Run) -> bool:
        """Where guards refused something, deploy that they do not, and that alone."""
        if any(GUARD in refusal.sentence for refusal in run.refusals):
            self._run(lambda provider: self.stack.up(provider, released(self.stack.state)))
            return True
        return False

    def _compare(self) -> None:
        """Hold the stack against the emulator's memory: no loss, no duplicate, no wrong value."""
        held = self.world.held()
        check_values(self.program.resources, self.stack.state, held, self.policy)
        self.figures["objects compared"] += len(self.stack.state)
        ours = {arn for stored in self.stack.state.values() for arn in stored.arns}
        check_duplicates(held)
        check_strays(alive(held), ours | self.foreign | self.excused)
        check_strays(held, self.stack.known | self.foreign | self.excused | self.unanswered)

    def _destroy(self) -> None:
        ours = {arn for stored in self.stack.state.values() for arn in stored.arns}
        for arn in sorted((self.foreign | self.excused) - ours, key=len, reverse=True):
            with suppress(ClientError):
                _delete(self.world.client(), arn)
        run = self._run(lambda provider: self.stack.destroy(provider))
        if self._release(run):
            run = self._run(lambda provider: self.stack.destroy(provider))
        if run.refusals or self.stack.state:
            left = [*self.stack.state]
            raise Finding("stacks that do not settle", f"destroy left {left}: {run.refusals}")
        check_strays(alive(self.world.held()), set())


def _tell(line: str) -> None:
    """Add a line to the report of a history that fails."""
    if currently_in_test_context():
        note(line)


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
    elif what == "cancel" and stored.kind == "ChannelContract":
        client.cancel_channel_contract(**about, reason="By hand")
    elif what == "cancel":
        handshake = stored.outputs.get("channelHandshakeArn", stored.id)
        client.cancel_channel_handshake(catalog=parts[1], identifier=handshake)


def _delete(client: Any, arn: str) -> None:
    """Delete what no stack has, as somebody else."""
    _, catalog, *path = arn.split("/")
    about = {"catalog": catalog, "identifier": path[-1]}
    if path[0] == "channel-handshake":
        client.cancel_channel_handshake(**about)
    elif path[0] == "channel-contract":
        client.cancel_channel_contract(**about, reason="By hand")
    elif len(path) == 2:
        client.delete_program_management_account(**about)
    else:
        client.delete_relationship(**about, programManagementAccountIdentifier=path[1])
