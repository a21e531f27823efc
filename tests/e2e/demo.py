"""`make demo`: the quickstart's whole life with the real engine and an emulator, on one page."""

import re
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import fill
from typing import Any

from clients import client_of
from e2e.engine import MISSING, Engine, Stack, cli_folder
from partnercentral_emulator import Emulator
from pulumi.automation import CommandError
from pulumi_partnercentral import channel

OTHER = "222233334444"
STACK = "pulumi:pulumi:Stack"
WRITES = ("Create", "Update", "Delete", "Accept", "Cancel")
SIGNS = {"create": "+", "update": "~", "delete": "-", "create-replacement": "±"}
DONE = {
    "create": "created",
    "update": "updated",
    "delete": "deleted",
    "replace": "replaced",
    "same": "unchanged",
}
_SAID: list[str] = []


def main() -> int:
    """Deploy the quickstart, change its terms, hand it to the plugin and destroy it."""
    if cli_folder() is None:
        print(MISSING, file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as folder, Emulator() as emulator:
        print(f"The emulator of the Channel API listens at {emulator.url}: no AWS account needed.")
        engine = Engine(Path(folder), emulator.url)
        engine.leave_plugin_off_path()
        # The Automation API does not know the engine's own event about what is awaited.
        warnings.filterwarnings("ignore", "Failed to parse engine event")
        # In catalog Sandbox, what is in force may be destroyed.
        _dynamic(engine.example("01-quickstart", catalog="AWS"))
        _plugin(engine)
        _waiting(engine, emulator.url)
        _status(engine)
        _say("AWS calls by which all of this changed something")
        _print(", ".join(f"{n} {c}" for n, c in emulator.calls().items() if n.startswith(WRITES)))
    print("\nDone: deployed, changed without a gap, handed over, destroyed, and people waited for.")
    return 0


def _dynamic(stack: Stack) -> None:
    _say("pulumi preview: what a first deployment would do")
    _show(stack.preview, preview=True)
    _say("pulumi up: three accounts, two invitations, both answered")
    _show(stack.up)
    _say("pulumi refresh: the customer accepted")
    _show(stack.refresh, steps=False)
    _terms(stack)
    stack.config(accountName="Example Reseller Ltd", notice="60")
    _say("pulumi preview: another name for the account, and 60 days' notice in place of 30")
    _show(stack.preview, preview=True, steps=True)
    _say("pulumi up: those two changes; the customer answers the new offer in the same run")
    _show(stack.up, steps=False)
    _terms(stack)
    _say("pulumi refresh: the new terms took the place of the old ones, without a gap")
    _show(stack.refresh, steps=False)
    _terms(stack)


def _plugin(engine: Engine) -> None:
    _say("pulumi-partnercentral install-plugin: once, so that Pulumi finds the provider plugin")
    command = str(Path(sys.executable).with_name("pulumi-partnercentral"))
    installed = engine.start(command, "install-plugin")
    _print((installed.stdout + installed.stderr).strip())
    stack = engine.through_the_plugin("01-quickstart")
    _say("pulumi up: the same stack through the plugin, by one changed import: only the providers")
    _show(stack.up, steps=False)
    _say("pulumi destroy: refused, since a customer's service period is in force")
    _show(stack.destroy, refused=True)
    stack.config(forceDestroy="true")
    _say("pulumi up: the first of two deliberate steps; what left the stack comes back, unsent")
    _show(stack.up)
    _say("pulumi destroy: the second; answered handshakes cannot be undone, and it says so")
    _show(stack.destroy, steps=False)


def _waiting(engine: Engine, url: str) -> None:
    stack = engine.stack(_awaited, "waiting", **{"partnercentral:catalog": "AWS"})
    _say("pulumi up: another account has to join first, and nobody has answered: exit code 10")
    _show(stack.up, refused=True)
    join = stack.state()["join"]["id"]
    client_of(url, OTHER).accept_channel_handshake(catalog="AWS", identifier=join)
    _say(f"Account {OTHER} accepts. pulumi up: it goes on where it waited")
    _show(stack.up)


def _awaited() -> None:
    """Record a customer once the account that serves it has joined."""
    account = channel.ProgramManagementAccount(
        "second", program="SOLUTION_PROVIDER", account_id=OTHER, display_name="Second Reseller"
    )
    join = channel.ChannelHandshake(
        "join",
        handshake_type="PROGRAM_MANAGEMENT_ACCOUNT",
        associated_resource_identifier=account.arn,
    )
    joined = channel.ChannelHandshakeAcceptance(
        "joined",
        handshake_type="PROGRAM_MANAGEMENT_ACCOUNT",
        channel_handshake_identifier=join.arn,
        maximum_wait="0s",
    )
    beta = channel.Relationship(
        "beta",
        program_management_account_identifier=joined.associated_resource_id,
        associated_account_id="777788889999",
        association_type="END_CUSTOMER",
        sector="COMMERCIAL",
        display_name="Beta",
    )
    channel.ServicePeriod(
        "beta-service",
        relationship_identifier=beta.arn,
        service_period_type="MINIMUM_NOTICE_PERIOD",
        minimum_notice_days="30",
    )


def _status(engine: Engine) -> None:
    _say("pulumi-partnercentral status: the whole channel, as AWS has it now")
    command = str(Path(sys.executable).with_name("pulumi-partnercentral"))
    shown = engine.start(command, "status", "--catalog", "AWS")
    print("\n".join(f"    {line}" for line in shown.stdout.splitlines()))


def _terms(stack: Stack) -> None:
    """Print what the stack knows of the service period."""
    outputs = stack.state()["service"]["outputs"]
    said = [f"service: {outputs['status']}"]
    for name, what in {"termsInForce": "in force", "termsOffered": "offered"}.items():
        if terms := outputs.get(name):
            said.append(f"{terms['minimumNoticeDays']} days' notice {what}")
    print(f"    {', '.join(said)}")


def _show(
    command: Callable[..., Any],
    preview: bool = False,
    steps: bool | None = None,
    refused: bool = False,
) -> None:
    """
    Run a command, and print a line for each step and each warning, and what it came to.

    One that is to be *refused* has to fail, with a sentence. A warning that an earlier command gave
    is not repeated.
    """
    steps = not preview if steps is None else steps
    began = time.monotonic()
    counts: dict[str, int] = {}
    told: list[str] = []

    def see(event: Any) -> None:
        if said := event.diagnostic_event:
            told.extend(_sentences(said, refused))
        elif step := event.resource_pre_event if preview else event.res_outputs_event:
            own = "provider" not in step.metadata.type and step.metadata.type != STACK
            if steps and own and _word(step.metadata.op) in SIGNS:
                _step(step.metadata, SIGNS[_word(step.metadata.op)])
        elif done := event.summary_event:
            counts.update({_word(op): count for op, count in done.resource_changes.items()})

    _run(command, see, refused)
    for warning in dict.fromkeys(told):
        if warning not in _SAID:
            _SAID.append(warning)
            _print(warning)
    said = (f"{counts[op]} {_come_to(op, preview)}" for op in sorted(counts))
    print(f"    {', '.join(said)}: {time.monotonic() - began:.0f} s")


def _run(command: Callable[..., Any], see: Callable[[Any], None], refused: bool) -> None:
    """Run a command that succeeds, or that has to fail."""
    try:
        command(on_event=see)
    except CommandError:
        if not refused:
            raise
    else:
        if refused:
            raise RuntimeError("What had to fail came through.")


def _sentences(said: Any, refused: bool) -> Iterator[str]:
    """
    Give what a diagnostic tells the user, with short ids in place of ARNs.

    A warning of the dynamic provider comes as what its process printed. Only one that comes by
    another way is on a resource's row, and need not name it.
    """
    text = re.sub(r"arn:aws:[^ ]*/", "…/", " ".join(said.message.split()))
    if said.severity == "info#err" and text.startswith("warning: "):
        yield text
    elif said.severity == "warning" and not said.ephemeral:
        *_, token, name = str(said.urn).split("::")
        kind = token.rpartition(":")[2]
        yield f"warning: {kind} {name}: {text.removeprefix(f'{kind} {name}: ')}"
    elif said.severity == "error" and refused and said.urn and "::pulumi:" not in said.urn:
        yield f"error: {text}"


def _come_to(operation: str, preview: bool) -> str:
    return f"to {operation}" if preview and operation != "same" else DONE[operation]


def _word(operation: Any) -> str:
    return str(getattr(operation, "value", operation))


def _step(metadata: Any, sign: str) -> None:
    name, kind = metadata.urn.rpartition("::")[2], metadata.type.rpartition(":")[2]
    print(f"  {sign} {name:18} {kind:26} {', '.join(metadata.diffs or [])}".rstrip())


def _print(text: str) -> None:
    indent = {"initial_indent": "    ", "subsequent_indent": "    "}
    print(fill(text, 100, break_long_words=False, break_on_hyphens=False, **indent))


def _say(sentence: str) -> None:
    print(f"\n=== {sentence}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
