"""
The core at work, without the engine: one task in a process of its own.

`python -m benchmarks.work TASK JSON` prints what it measured as JSON. The emulator that it talks
to, and whom it acts as, are in the environment, as for boto3.
"""

import json
import resource
import sys
import urllib.request
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from os import environ
from pathlib import Path
from time import perf_counter
from typing import Any

from partnercentral_provider.config import Configuration
from partnercentral_provider.lifecycle.lifecycle import Lifecycle
from partnercentral_provider.lifecycle.requests import CreateRequest, ReadRequest
from partnercentral_provider.lifecycle.results import Found
from partnercentral_provider.model.errors import Throttled

THREADS = 64
RELATIONSHIP = "partnercentral:channel:Relationship"
ACCOUNT = "partnercentral:channel:ProgramManagementAccount"
RESPONSE = "partnercentral:channel:ChannelHandshakeResponse"
UNLIMITED = {"*": 1e9}


def lifecycle(**configured: Any) -> Lifecycle:
    """Make a lifecycle as a provider does."""
    given = {"region": "us-east-1", "catalog": "Sandbox"} | configured
    return Lifecycle(Configuration.of(given), lambda sentence: None)


def account(life: Lifecycle, number: int) -> str:
    """Enrol an account; its ARN."""
    made = life.create(
        CreateRequest(
            ACCOUNT,
            {
                "catalog": "Sandbox",
                "program": "SOLUTION_PROVIDER",
                "accountId": f"{number:012}",
                "displayName": f"Account {number}",
            },
        )
    )
    return made.arn


def relationship(number: int, parent: str) -> dict[str, Any]:
    """Give the inputs of one of many."""
    return {
        "catalog": "Sandbox",
        "programManagementAccountIdentifier": parent.rpartition("/")[2],
        "associatedAccountId": f"{number:012}",
        "associationType": "END_CUSTOMER",
        "sector": "COMMERCIAL",
        "displayName": f"Customer {number}",
        "resaleAccountModel": "END_CUSTOMER",
    }


def all_at_once(
    do: Callable[[Any], Any], items: Any, threads: int = THREADS
) -> tuple[float, list[Any]]:
    """Do it for each item by so many threads; seconds and results."""
    start = perf_counter()
    with ThreadPoolExecutor(threads) as pool:
        results = list(pool.map(do, items))
    return perf_counter() - start, results


def creates(count: int, first: int, parent: str, rates: dict[str, float]) -> dict[str, Any]:
    """Create relationships under one account."""
    life = lifecycle(rateLimits=rates)
    life.read(ReadRequest(ACCOUNT, parent, {}))

    def create(number: int) -> bool:
        try:
            life.create(CreateRequest(RELATIONSHIP, relationship(number, parent)))
        except Throttled:
            return False
        return True

    seconds, made = all_at_once(create, range(first, first + count))
    return {"seconds": seconds, "created": made.count(True)}


def refreshes(accounts: int, relationships: int, rates: dict[str, float]) -> dict[str, Any]:
    """Make a channel, and refresh it as a provider process does that has just begun."""
    maker = lifecycle(rateLimits=UNLIMITED)
    _, parents = all_at_once(lambda number: account(maker, number), range(accounts))
    _, made = all_at_once(
        lambda n: maker.create(CreateRequest(RELATIONSHIP, relationship(n, parents[n % accounts]))),
        range(relationships),
    )
    olds = [(ACCOUNT, maker.read(ReadRequest(ACCOUNT, arn, {}))) for arn in parents]
    olds += [(RELATIONSHIP, found) for found in made]
    ask("calls", "DELETE")
    life = lifecycle(rateLimits=rates)

    def read(old: tuple[str, Found]) -> None:
        token, found = old
        again = life.read(ReadRequest(token, found.arn, found.state, found.inputs))
        assert again
        assert again.state == found.state

    life.invoke("partnercentral:channel:getCallerAccount", {})
    seconds, _ = all_at_once(read, olds)
    calls = ask("calls")["operations"]
    client = life._context.accounts.own.client
    bare, _ = all_at_once(lambda old: client.list_tags_for_resource(resourceArn=old[1].arn), olds)
    return {"seconds": seconds, "bare": bare, "calls": calls}


def answers(handshakes: list[list[str]]) -> dict[str, Any]:
    """Accept each handshake as its account, all in this process."""
    life = lifecycle(rateLimits=UNLIMITED, accountRoleName="Channel")
    ask("calls", "DELETE")
    seconds, _ = all_at_once(
        lambda pair: life.create(
            CreateRequest(
                RESPONSE,
                {
                    "catalog": "Sandbox",
                    "channelHandshakeIdentifier": pair[0].rpartition("/")[2],
                    "handshakeType": "PROGRAM_MANAGEMENT_ACCOUNT",
                    "response": "ACCEPT",
                    "receiverAccountId": pair[1],
                },
            )
        ),
        handshakes,
    )
    # Not `ru_maxrss`: a child begins with that of the process that started it.
    peak = Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0]
    return {"seconds": seconds, "peak": int(peak) / 1024, "calls": ask("calls")["operations"]}


def growth(relationships: int) -> dict[str, Any]:
    """Create a channel and refresh it; processor time of this process for each resource."""
    life = lifecycle(rateLimits=UNLIMITED)
    parent = account(life, 1)
    start = cpu()
    _, made = all_at_once(
        lambda n: life.create(CreateRequest(RELATIONSHIP, relationship(n, parent))),
        range(relationships),
        8,
    )
    created = cpu()
    reader = lifecycle(rateLimits=UNLIMITED)
    all_at_once(lambda f: reader.read(ReadRequest(RELATIONSHIP, f.arn, f.state, f.inputs)), made, 8)
    return {
        "create": (created - start) / relationships,
        "refresh": (cpu() - created) / relationships,
    }


def cpu() -> float:
    """Give the processor seconds that this process used."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def ask(path: str, method: str = "GET") -> Any:
    """Ask the emulator about itself."""
    url = f"{environ['AWS_ENDPOINT_URL']}/_emulator/{path}"
    request = urllib.request.Request(url, method=method)
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


if __name__ == "__main__":
    task = {"creates": creates, "refreshes": refreshes, "answers": answers, "growth": growth}
    print(json.dumps(task[sys.argv[1]](**json.loads(sys.argv[2]))))
