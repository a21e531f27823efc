"""A stack that the real engine deploys: the same commands as the miniature's, and their report."""

import json
import re
from typing import Any

import pulumi_partnercentral
from e2e.engine import Engine
from e2e.engine import Stack as Automated
from fuzz.mutations import SIGNATURE
from pulumi.automation import CommandError, ConfigValue
from pulumi_partnercentral import dynamic

from .engine import Refusal, Run, Stored
from .processes import Log
from .program import KNOWN, Output, Program

CLASSES: dict[str, Any] = {"plugin": pulumi_partnercentral, "dynamic": dynamic}
"""Where a program finds the resources, by the form of the provider."""

ENGINE = ("update failed", "Resource monitor has terminated")
"""What Pulumi says by itself where a resource was refused."""


class RealStack:
    """A stack's state as the real engine keeps it, and the commands that change it."""

    def __init__(self, form: str, stack: str, engine: Engine, log: Log) -> None:
        self.form, self._log = form, log
        self.state: dict[str, Stored] = {}
        self.known: set[str] = set()
        """The ARNs of all that was ever in the state."""
        self._automated: Automated = engine.stack(lambda: None, stack, "chaos")
        self._workspace = self._automated.automated.workspace
        self._name, self._config = stack, dict[str, ConfigValue]()

    def configure(self, config: dict[str, Any]) -> None:
        """Give the next command this configuration of the provider."""
        values = {
            f"partnercentral:{name}": ConfigValue(v if isinstance(v, str) else json.dumps(v))
            for name, v in config.items()
        }
        if gone := [*(self._config.keys() - values)]:
            self._workspace.remove_all_config(self._name, gone)
        if values != self._config:  # each is a process, which takes its time
            self._workspace.set_all_config(self._name, values)
        self._config = values

    def up(self, _: Any, program: Program) -> Run:
        """Deploy."""
        return self._command("up", program=lambda: _declare(self.form, program))

    def refresh(self, _: Any) -> Run:
        """Read every resource; forget what is gone."""
        return self._command("refresh")

    def destroy(self, _: Any) -> Run:
        """Delete everything."""
        return self._command("destroy")

    def _command(self, verb: str, **options: Any) -> Run:
        run, said = Run(), list[tuple[str, str]]()

        def hear(event: Any) -> None:
            if summary := event.summary_event:
                changes = {str(op): n for op, n in summary.resource_changes.items()}
                run.changed = sum(n for op, n in changes.items() if op != "same")
            if told := event.diagnostic_event:
                if told.severity != "debug":  # what Pulumi's SDK tells itself
                    self._log.messages.append(told.message)
                if told.severity == "error":
                    said.append(((told.urn or "").rpartition("::")[2], told.message.strip()))

        try:
            getattr(self._automated, verb)(on_event=hear, **options)
        except CommandError as error:
            run.refusals = [Refusal(n, "", m) for n, m in said if not m.startswith(ENGINE)]
            if not run.refusals:
                raise AssertionError(f"`pulumi {verb}` failed without a reason: {said}") from error
        self._take_state()
        return run

    def _take_state(self) -> None:
        self.state = {
            name: Stored(
                KNOWN[name].kind,
                of["id"],
                _revealed(of.get("inputs", {})),
                of.get("outputs", {}),
                {urn.rpartition("::")[2] for urn in of.get("dependencies", [])},
                bool(of.get("initErrors")),
            )
            for name, of in self._automated.state().items()
            if name in KNOWN and not of.get("delete")
        }
        self.known |= {arn for stored in self.state.values() for arn in stored.arns}


def _revealed(value: Any) -> Any:
    """Put what is secret in the place of what stands for it in an export that shows secrets."""
    if not isinstance(value, dict):
        return value
    if SIGNATURE in value:
        return json.loads(value["plaintext"])
    return {name: _revealed(inner) for name, inner in value.items()}


def _declare(form: str, program: Program) -> None:
    """Be the program: declare each resource with the outputs of those before it."""
    made: dict[str, Any] = {}
    for name in [n for level in program.levels() for n in level]:
        declared = program.resources[name]
        of = getattr(CLASSES[form].channel, declared.kind)
        made[name] = of(name, **_arguments(declared.inputs, made))


def _arguments(value: Any, made: dict[str, Any]) -> Any:
    """Spell inputs as a program does: words with underscores, and outputs of resources."""
    if isinstance(value, Output):
        return made[value.of].arn
    if not isinstance(value, dict):
        return value
    return {
        _snake(name): inner if name == "tags" else _arguments(inner, made)
        for name, inner in value.items()
    }


def _snake(name: str) -> str:
    return re.sub("([A-Z])", lambda found: f"_{found[1].lower()}", name)
