"""A miniature of Pulumi's engine: its sequences of calls to a provider, and its state."""

import json
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

import grpc
from fuzz.plugin import read, write
from google.protobuf.struct_pb2 import Struct
from partnercentral_provider.hosts.dynamic import pickled
from partnercentral_provider.model.tokens import in_process
from pulumi.runtime.proto import provider_pb2 as pb
from pulumi.runtime.proto import status_pb2

from .findings import Finding
from .processes import Provider
from .program import Program, resolved

TIMEOUT = 60
"""Seconds that one call may take, with every retry in it."""


class Refusal(Exception):
    """The provider refused something, with a sentence."""

    def __init__(self, name: str, code: str, sentence: str) -> None:
        super().__init__(f"{name}: {code}: {sentence}")
        self.name, self.code, self.sentence = name, code, sentence


class Cut(Exception):
    """The provider's process is gone, or the engine is killed: nothing more is stored."""


@dataclass
class Stored:
    """A resource in the state."""

    kind: str
    id: str
    inputs: dict[str, Any]
    outputs: dict[str, Any]
    parents: set[str]
    unfinished: bool = False

    @property
    def arns(self) -> set[str]:
        """Give the ARNs of what it stands for: a service period stands for its handshakes."""
        terms = (self.outputs.get(name) for name in ("termsOffered", "termsInForce"))
        places = [self.outputs, *(each for each in terms if isinstance(each, dict))]
        handshakes = {place.get("channelHandshakeArn") for place in places}
        return {self.id} | {arn for arn in handshakes if isinstance(arn, str)}


@dataclass
class Run:
    """What one command did: how many resources it changed, and what was refused."""

    changed: int = 0
    refusals: list[Refusal] = field(default_factory=list)
    cut: bool = False


class Stack:
    """
    A stack's state, and the commands that change it.

    *stack* is its name; *form* is that of its provider. The engine is killed at the answer of the
    write number *dies_at*, counted from 0: the answer is not stored.
    """

    def __init__(self, form: str, stack: str) -> None:
        self.form, self.stack = form, stack
        self.state: dict[str, Stored] = {}
        self.known: set[str] = set()
        """The ARNs of all that was ever in the state."""
        self.dies_at: int | None = None
        self._lock = Lock()
        self._writes = 0

    def up(self, provider: Provider, program: Program) -> Run:
        """Deploy: create, update and replace by levels, then delete what is not declared."""
        return self._command(provider, lambda run: self._up(run, provider, program))

    def refresh(self, provider: Provider) -> Run:
        """Read every resource; forget what is gone."""
        return self._command(
            provider,
            lambda run: self._each(run, [*self.state], lambda n: self._read(run, provider, n)),
        )

    def destroy(self, provider: Provider) -> Run:
        """Delete everything, children first."""
        return self._command(provider, lambda run: self._up(run, provider, Program()))

    def adopt(
        self,
        provider: Provider,
        name: str,
        kind: str,
        id: str,
        parents: set[str],
        added: Collection[str] = (),
    ) -> Run:
        """
        Import: Read by the ID alone, Check of what it returned, and a Diff that is empty.

        But for the inputs that are *added*, which the configuration has and AWS may lack.
        """

        def adopted(run: Run) -> None:
            about = self._about(name, kind)
            found = self._call(provider, name, "Read", pb.ReadRequest(id=id, **about))
            if not found.id:
                raise Refusal(name, "NOT_FOUND", f"There is no {kind} {id}.")
            inputs, outputs = read(found.inputs), read(found.properties)
            same = self._check(provider, name, kind, inputs, inputs)
            diff = self._diff(provider, name, Stored(kind, id, inputs, outputs, parents), same)
            expected = diff.diffs and {*diff.diffs} <= {*added}
            if diff.changes != pb.DiffResponse.DIFF_NONE and not expected:
                raise Finding("wrong values", f"the import of {name} is not clean: {diff}")
            self._keep(name, Stored(kind, id, inputs, outputs, parents))

        return self._command(provider, lambda run: self._each(run, [name], lambda _: adopted(run)))

    def _command(self, provider: Provider, work: Callable[[Run], None]) -> Run:
        run = Run()
        self._writes = 0
        try:
            work(run)
        except Cut:
            run.cut = True
        self.dies_at = None
        return run

    def _each(self, run: Run, names: list[str], step: Callable[[str], None]) -> set[str]:
        """Take a step for some resources at once; those of which it failed."""
        failed: set[str] = set()

        def guarded(name: str) -> None:
            try:
                step(name)
            except Refusal as refusal:
                failed.add(name)
                run.refusals.append(refusal)

        with ThreadPoolExecutor(8) as pool:
            for done in [pool.submit(guarded, name) for name in names]:
                if error := done.exception():
                    raise error
        return failed

    def _up(self, run: Run, provider: Provider, program: Program) -> None:
        failed: set[str] = set()
        for level in program.levels():
            ready = [n for n in level if not program.resources[n].parents & failed]
            failed |= {*level} - {*ready}
            failed |= self._each(run, ready, lambda n: self._deploy(run, provider, program, n))
        self._delete_all(run, provider, {n for n in self.state if n not in program.resources})

    def _deploy(self, run: Run, provider: Provider, program: Program, name: str) -> None:
        declared = program.resources[name]
        ids = {n: stored.id for n, stored in [*self.state.items()]}
        wanted = resolved(declared.inputs, ids) | self._hidden(name, declared.kind)
        old = self.state.get(name)
        new = self._check(provider, name, declared.kind, wanted, old.inputs if old else None)
        if old:
            diff = self._diff(provider, name, old, new)
            if not (_changes(diff, old.inputs, new) or old.unfinished):
                old.inputs, old.parents = new, declared.parents
                return
            with self._lock:
                run.changed += 1
            if not diff.replaces:
                self._update(provider, name, old, new, declared.parents)
                return
            self._delete_all(run, provider, {name, *self._children(name)})
            if name in self.state:
                raise Refusal(name, "SKIPPED", "What depends on it could not be deleted.")
            new = self._check(provider, name, declared.kind, wanted, None)
        else:
            with self._lock:
                run.changed += 1
        about = self._about(name, declared.kind)
        request = pb.CreateRequest(**about)
        write(new, request.properties)
        made = self._call(provider, name, "Create", request, (declared.kind, new, declared.parents))
        self._store(name, declared.kind, made.id, new, made.properties, declared.parents)

    def _update(
        self, provider: Provider, name: str, old: Stored, new: dict[str, Any], parents: set[str]
    ) -> None:
        request = pb.UpdateRequest(id=old.id, **self._about(name, old.kind))
        for tree, struct in (
            (old.outputs, request.olds),
            (old.inputs, request.old_inputs),
            (new, request.news),
        ):
            write(tree, struct)
        made = self._call(provider, name, "Update", request, (old.kind, new, parents))
        self._store(name, old.kind, old.id, new, made.properties, parents)

    def _read(self, run: Run, provider: Provider, name: str) -> None:
        old = self.state[name]
        request = pb.ReadRequest(id=old.id, **self._about(name, old.kind))
        write(old.outputs, request.properties)
        write(old.inputs, request.inputs)
        found = self._call(provider, name, "Read", request, (old.kind, old.inputs, old.parents))
        if not found.id:
            with self._lock:
                run.changed += 1
            del self.state[name]
            return
        inputs = read(found.inputs) if found.HasField("inputs") else old.inputs
        outputs = read(found.properties)
        self._keep(name, Stored(old.kind, found.id, inputs, outputs, old.parents))

    def _delete_all(self, run: Run, provider: Provider, names: set[str]) -> None:
        """Delete some resources, each after those that depend on it."""
        kept: set[str] = set()
        while left := [n for n in self.state if n in names and n not in kept]:
            ready = [n for n in left if not self._children(n, deep=False)]
            if not ready:
                return  # what depends on the rest could not be deleted
            kept |= self._each(run, ready, lambda n: self._delete(run, provider, n))

    def _delete(self, run: Run, provider: Provider, name: str) -> None:
        old = self.state[name]
        request = pb.DeleteRequest(id=old.id, **self._about(name, old.kind))
        write(old.outputs, request.properties)
        write(old.inputs, request.old_inputs)
        self._call(provider, name, "Delete", request)
        with self._lock:
            run.changed += 1
            del self.state[name]

    def _children(self, name: str, deep: bool = True) -> set[str]:
        near = {n for n, stored in [*self.state.items()] if name in stored.parents}
        return near.union(*(self._children(n) for n in near)) if deep else near

    def _check(
        self, provider: Provider, name: str, kind: str, new: dict[str, Any], old: Any
    ) -> dict[str, Any]:
        request = pb.CheckRequest(**self._about(name, kind))
        write(new, request.news)
        if old is not None:
            write(old, request.olds)
        checked = self._call(provider, name, "Check", request)
        if checked.failures:
            reasons = " ".join(f"`{f.property}` {f.reason}." for f in checked.failures)
            raise Refusal(name, "CHECK", reasons)
        return read(checked.inputs)

    def _diff(self, provider: Provider, name: str, old: Stored, new: dict[str, Any]) -> Any:
        request = pb.DiffRequest(id=old.id, **self._about(name, old.kind))
        write(old.outputs, request.olds)
        write(old.inputs, request.old_inputs)
        write(new, request.news)
        return self._call(provider, name, "Diff", request)

    def _call(
        self, provider: Provider, name: str, method: str, request: Any, kept: Any = ()
    ) -> Any:
        try:
            answer = getattr(provider.calls, method)(request, timeout=TIMEOUT)
        except grpc.RpcError as error:
            if error.code() == grpc.StatusCode.UNAVAILABLE and provider.ended():
                raise Cut from None
            self._keep_unfinished(name, error, kept)
            raise Refusal(name, error.code().name, str(error.details())) from None
        if method in ("Create", "Update", "Delete"):
            with self._lock:
                self._writes += 1
                if self.dies_at is not None and self._writes > self.dies_at:
                    raise Cut
        return answer

    def _keep_unfinished(self, name: str, error: Any, kept: Any) -> None:
        """Store what a status says is made, although it is not complete."""
        packed = dict(error.trailing_metadata() or ()).get("grpc-status-details-bin")
        if not (packed and kept):
            return
        for detail in status_pb2.Status.FromString(packed).details:
            failed = pb.ErrorResourceInitFailed()
            if detail.Unpack(failed):
                kind, inputs, parents = kept
                self._store(name, kind, failed.id, inputs, failed.properties, parents)
                self.state[name].unfinished = True

    def _store(
        self,
        name: str,
        kind: str,
        id: str,
        inputs: dict[str, Any],
        outputs: Struct,
        parents: set[str],
    ) -> None:
        self._keep(name, Stored(kind, id, inputs, read(outputs), parents))

    def _keep(self, name: str, stored: Stored) -> None:
        self.state[name] = stored
        self.known |= stored.arns

    def _about(self, name: str, kind: str) -> dict[str, str]:
        token = f"partnercentral:channel:{kind}"
        if self.form == "dynamic":
            token = in_process(token)
        urn = f"urn:pulumi:{self.stack}::chaos::{token}::{name}"
        return {"urn": urn, "type": token, "name": name}

    def _hidden(self, name: str, kind: str) -> dict[str, str]:
        """Give the inputs that the SDK of dynamic resources adds."""
        if self.form == "plugin":
            return {}
        token = f"partnercentral:channel:{kind}"
        identity = json.dumps(["chaos", self.stack, "", "", token, name])
        return {"__provider": pickled(token), "__identity": identity}


def _changes(diff: Any, old: dict[str, Any], new: dict[str, Any]) -> bool:
    """Decide as the engine does: where the provider does not say, inputs are compared as text."""
    if diff.changes == pb.DiffResponse.DIFF_UNKNOWN:
        return old != new
    return bool(diff.changes == pb.DiffResponse.DIFF_SOME)
