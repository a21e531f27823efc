"""Many accounts at the speed AWS allows: the core beside botocore's own retry modes."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

import pulumi
from benchmarks.tables import markdown
from benchmarks.work import UNLIMITED
from clients import client_of
from e2e.engine import LINKED, ROOT, Engine
from partnercentral_emulator import Emulator
from partnercentral_emulator.operations import OPERATIONS
from partnercentral_provider.aws.limits import quota
from pulumi_partnercentral.dynamic import Provider, channel

SCALE = 10
"""So many times AWS's rates, so that a measurement takes seconds."""

SCALED = {name: rate * SCALE for name in OPERATIONS if (rate := quota(name))}


def work(emulator: Emulator, task: str, **what: Any) -> Any:
    """Let a process of its own do one task."""
    (result,) = together(emulator, task, [what])
    return result


def together(
    emulator: Emulator,
    task: str,
    whats: list[dict[str, Any]],
    environment: dict[str, str] | None = None,
) -> list[Any]:
    """Let processes do one task each, at the same time."""
    with tempfile.TemporaryDirectory() as cache:
        acting = {
            "AWS_ACCESS_KEY_ID": LINKED,
            "AWS_SECRET_ACCESS_KEY": "secret",
            "AWS_ENDPOINT_URL": emulator.url,
            "XDG_CACHE_HOME": cache,
        }
        running = [
            subprocess.Popen(
                [sys.executable, "-m", "benchmarks.work", task, json.dumps(what)],
                env={"PATH": "", **acting, **(environment or {})},
                cwd=ROOT / "tests",
                stdout=subprocess.PIPE,
                text=True,
            )
            for what in whats
        ]
        answers = [process.communicate()[0] for process in running]
    return [json.loads(answer) for answer in answers]


def parent_of(emulator: Emulator) -> str:
    """Enrol one account; its ARN."""
    made = client_of(emulator.url).create_program_management_account(
        catalog="Sandbox", program="SOLUTION_PROVIDER", displayName="A", accountId="1" * 12
    )
    return str(made["programManagementAccountDetail"]["arn"])


def at_the_quota(creates: int) -> str:
    """Create relationships by this provider, and by botocore's retries alone."""
    rows = []
    for name, rates, environment, processes in (
        ("this provider", SCALED, {}, 1),
        ("this provider, two processes", SCALED, {}, 2),
        ("botocore `standard` alone", UNLIMITED, {"AWS_RETRY_MODE": "standard"}, 1),
        ("botocore `adaptive` alone", UNLIMITED, {"AWS_RETRY_MODE": "adaptive"}, 1),
    ):
        with Emulator(settings=_strict()) as emulator:
            parent = parent_of(emulator)
            share = creates // processes
            whats = [
                {"count": share, "first": 1000 * n, "parent": parent, "rates": rates}
                for n in range(1, processes + 1)
            ]
            environment = environment | {"AWS_MAX_ATTEMPTS": "100"}
            done = together(emulator, "creates", whats, environment)
            seconds = max(one["seconds"] for one in done)
            created = sum(one["created"] for one in done)
            rate = created / seconds / (3.0 * SCALE)
            bar = "█" * round(rate * 20)
            missing = str(creates - created)
            rows.append(
                [name, f"{seconds:.1f}", f"{rate:.0%}", str(emulator.throttled()), missing, bar]
            )
    head = ["who", "seconds", "of the permitted rate", "throttled answers", "not created", ""]
    return (
        f"Creating {creates} relationships at {SCALE} times AWS's rates, 64 threads:\n\n"
        f"{markdown(head, rows)}"
    )


def refresh_of_many(accounts: int, relationships: int) -> str:
    """Refresh a channel, and count the calls that it takes."""
    with Emulator(settings=_strict()) as emulator:
        emulator.set(rates_enforced=False)
        found = work(
            emulator, "refreshes", accounts=accounts, relationships=relationships, rates=SCALED
        )
    calls = {name: count for name, count in found["calls"].items() if "sts" not in name}
    ratio = found["seconds"] / found["bare"]
    rows = [[name, str(count)] for name, count in calls.items()]
    alone = 2 * (accounts + relationships)
    return (
        f"Refreshing {accounts} accounts and {relationships:,} relationships, which call for call "
        f"would be {alone:,} calls:\n\n{markdown(['call', 'times'], rows)}\n"
        f"It takes {ratio:.2f} times as long as the tag reads alone, by bare boto3.\n"
    )


def as_many_accounts(count: int, by_engine: int) -> str:
    """Answer in many accounts, from one process and through the engine."""
    with Emulator(settings={"quotas_enforced": False}) as emulator:
        handshakes = _invited(emulator, [f"{number:012}" for number in range(count)])
        found = work(emulator, "answers", handshakes=handshakes)
    assumed = found["calls"]["sts:AssumeRole"] / count
    asked = found["calls"]["sts:GetCallerIdentity"] / count
    return (
        f"{count} accounts answer from one process in {found['seconds']:.1f} s, with a peak of "
        f"{found['peak']:.0f} MiB: {assumed:g} AssumeRole and {asked:g} GetCallerIdentity "
        f"for each.\n\n"
        f"{_answers(by_engine)}\n"
    )


def _answers(count: int) -> str:
    """Answer in some accounts by one configuration and by as many providers, in the engine."""
    accounts = [f"{number:012}" for number in range(count)]
    seconds = []
    for explicit in (False, True):
        with Emulator() as emulator, tempfile.TemporaryDirectory() as folder:
            handshakes = _invited(emulator, accounts)

            def program(explicit: bool = explicit, handshakes: Any = handshakes) -> None:
                for handshake, account in handshakes:
                    role = {"role_arn": f"arn:aws:iam::{account}:role/Channel"}
                    provider = Provider(account, assume_roles=[role]) if explicit else None
                    channel.ChannelHandshakeResponse(
                        f"answer-{account}",
                        catalog="Sandbox",
                        channel_handshake_identifier=handshake,
                        handshake_type="PROGRAM_MANAGEMENT_ACCOUNT",
                        response="ACCEPT",
                        receiver_account_id=None if explicit else account,
                        opts=pulumi.ResourceOptions(provider=provider),
                    )

            engine = Engine(Path(folder), emulator.url)
            stack = engine.stack(program, **{"partnercentral:accountRoleName": "Channel"})
            start = perf_counter()
            stack.up()
            seconds.append(perf_counter() - start)
    one, ten = seconds
    return (
        f"{count} accounts through the engine: {one:.1f} s by `receiver_account_id`, {ten:.1f} s "
        f"by as many explicit providers ({ten / one:.1f} times as long)."
    )


def with_the_engine(count: int) -> str:
    """Deploy at AWS's real rates, through the engine; a sentence."""
    strict = {"rates_enforced": True}
    with Emulator(settings=strict) as emulator, tempfile.TemporaryDirectory() as folder:
        parent = parent_of(emulator)

        def program() -> None:
            for number in range(count):
                channel.Relationship(
                    f"r{number}",
                    catalog="Sandbox",
                    program_management_account_identifier=parent,
                    associated_account_id=f"{number:012}",
                    association_type="END_CUSTOMER",
                    sector="COMMERCIAL",
                    display_name=f"Customer {number}",
                )

        engine = Engine(Path(folder), emulator.url)
        engine.environment["PARTNERCENTRAL_RATE_LIMITS"] = "{}"
        engine.environment["XDG_CACHE_HOME"] = folder
        stack = engine.stack(program)
        start = perf_counter()
        stack.up()
        seconds = perf_counter() - start
        throttled = emulator.throttled()
    return (
        f"{count} relationships through the engine at AWS's own rates: {seconds:.0f} s, of which "
        f"the quota of 3 creates a second asks {count / 3:.0f} s; {throttled} throttled answers.\n"
    )


def as_it_grows(sizes: Sequence[int]) -> str:
    """Measure our own processor time for each resource as a channel grows."""
    rows = []
    first: dict[str, float] = {}
    for size in sizes:
        with Emulator(settings={"quotas_enforced": False}) as emulator:
            found = work(emulator, "growth", relationships=size)
        first = first or found
        rows.append(
            [f"{size:,}"]
            + [
                text
                for verb in ("create", "refresh")
                for text in (f"{found[verb] * 1000:.1f}", f"{found[verb] / first[verb]:.2f}")
            ]
        )
    head = ["relationships", "create, ms", "beside the first", "refresh, ms", "beside the first"]
    return (
        "Our own processor time for each relationship, as the channel grows:\n\n"
        f"{markdown(head, rows)}"
    )


def _strict() -> dict[str, Any]:
    return {"rates_enforced": True, "rate_scale": float(SCALE), "quotas_enforced": False}


def _invited(emulator: Emulator, accounts: list[str]) -> list[list[str]]:
    """Enrol and invite accounts; pairs of handshake and account."""
    client = client_of(emulator.url)
    pairs = []
    for account in accounts:
        enrolled = client.create_program_management_account(
            catalog="Sandbox", program="SOLUTION_PROVIDER", displayName="A", accountId=account
        )["programManagementAccountDetail"]
        sent = client.create_channel_handshake(
            catalog="Sandbox",
            handshakeType="PROGRAM_MANAGEMENT_ACCOUNT",
            associatedResourceIdentifier=enrolled["id"],
        )
        pairs.append([str(sent["channelHandshakeDetail"]["arn"]), account])
    return pairs
