"""Never faster than AWS allows, in one process and in several."""

import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import sleep as wait
from typing import Any

import pytest
from conftest import RELATIONSHIP
from partnercentral_provider.aws.limits import Limits, quota

SCALE = 20
FAST = {"CreateRelationship": 3.0 * SCALE, "GetRelationship": 5.0 * SCALE}


class Time:
    """A clock that a test sets."""

    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def time() -> Time:
    """Start at any moment."""
    return Time()


@pytest.fixture
def limits(time: Time, tmp_path: Path) -> Callable[..., Limits]:
    """Make limits of a process of its own; all share one file."""
    return lambda rates=None: Limits(rates, time, tmp_path / "limits.db")


def test_a_bucket_is_never_overdrawn(limits, time) -> None:
    """Whenever calls come, AWS's bucket of a second's worth of calls has one left for each."""
    one, other = limits(), limits()
    sent = []
    for turn in range(60):
        sent.append(time.now + (one, other)[turn % 2].reserve("123456789012", "CreateRelationship"))
        time.now += 0.05
    tokens, at = 3.0, sent[0]
    for moment in sorted(sent):
        tokens = min(3.0, tokens + (moment - at) * 3.0)
        at = moment
        assert tokens >= 1
        tokens -= 1
    assert len(sent) / (sent[-1] - sent[0]) >= 0.95 * 3.0


def test_a_few_calls_do_not_wait(limits) -> None:
    """Nobody waits who is not near the quota; one call is kept as a reserve."""
    waits = [limits().reserve("123456789012", "GetRelationship") for _ in range(5)]
    assert waits[:4] == [0, 0, 0, 0]
    assert waits[4] > 0


def test_accounts_and_operations_do_not_wait_for_each_other(limits) -> None:
    """Each has a bucket of its own."""
    mine = limits()
    for _ in range(30):
        mine.reserve("123456789012", "CreateRelationship")
    assert mine.reserve("111122223333", "CreateRelationship") == 0
    assert mine.reserve("123456789012", "UpdateRelationship") == 0


def test_what_has_no_quota_does_not_wait(limits) -> None:
    """AWS documents none for tags; `rateLimits` may say one."""
    assert {limits().reserve("1", "TagResource") for _ in range(99)} == {0}
    assert max(limits({"TagResource": 1.0}).reserve("1", "TagResource") for _ in range(3)) >= 1
    assert max(limits({"*": 1.0}).reserve("1", "UntagResource") for _ in range(3)) >= 1


def test_throttling_slows_down_for_a_while(limits, time) -> None:
    """After AWS's hint is over, half the rate; later the whole one again."""
    mine = limits()
    mine.slow_down("1", "CreateRelationship", 2.0)
    assert [round(mine.reserve("1", "CreateRelationship"), 2) for _ in range(3)] == [2, 2.67, 3.33]
    time.now += 60
    waits = [mine.reserve("1", "CreateRelationship") for _ in range(5)]
    assert round(waits[4] - waits[3], 2) == 0.33


def test_a_clock_set_back_blocks_nobody(limits, time) -> None:
    """What was reserved in a future that is none is forgotten."""
    for _ in range(5):
        limits().reserve("1", "CreateRelationship")
    time.now -= 1_000_000
    assert limits().reserve("1", "CreateRelationship") == 0


def test_without_a_file_this_process_counts_for_itself(tmp_path) -> None:
    """A read-only home is no reason to fail."""
    (tmp_path / "file").write_text("no folder")
    mine = Limits({"*": 1.0}, Time(), tmp_path / "file" / "limits.db")
    assert [mine.reserve("1", "GetRelationship") for _ in range(2)] == [0, 1]


@pytest.fixture
def strict(emulator: Any, account: dict[str, Any], monkeypatch, tmp_path) -> Any:
    """Hold the emulator to AWS's rates, times 20, and the provider to the same."""
    emulator.set(rates_enforced=True, rate_scale=float(SCALE), most_relationships=100000)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.delenv("PARTNERCENTRAL_RATE_LIMITS")
    return emulator


def test_nothing_is_throttled(strict, life, account) -> None:
    """A hundred creates by 16 threads, and their reads."""
    lived = life(rateLimits=FAST, sleep=wait)

    def create(number: int) -> None:
        other = {"associatedAccountId": f"{number:012}"}
        parent = {"programManagementAccountIdentifier": account["arn"]}
        lived.create("Relationship", **RELATIONSHIP | other | parent)

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(create, range(100)))
    assert strict.calls()["CreateRelationship"] == 100
    assert strict.throttled() == 0


PROGRAM = """
import sys
from concurrent.futures import ThreadPoolExecutor
from partnercentral_provider.config import Configuration
from partnercentral_provider.lifecycle.lifecycle import Lifecycle

first, parent = int(sys.argv[1]), sys.argv[2]
rates = {"CreateRelationship": 60, "GetRelationship": 100}
life = Lifecycle(Configuration.of({"region": "us-east-1", "rateLimits": rates}), print)

def create(number):
    life.create("partnercentral:channel:Relationship", {
        "catalog": "Sandbox", "programManagementAccountIdentifier": parent, "displayName": "A",
        "associatedAccountId": f"{number:012}", "associationType": "END_CUSTOMER",
        "sector": "COMMERCIAL"})

with ThreadPoolExecutor(8) as pool:
    list(pool.map(create, range(first, first + 60)))
"""


def test_two_processes_share_the_quota(strict, account) -> None:
    """Both deploy at once, as two stacks do, and nothing is throttled."""
    command = [sys.executable, "-c", PROGRAM]
    arn = account["arn"]
    running = [subprocess.Popen([*command, str(first), arn]) for first in (1000, 2000)]
    assert [process.wait() for process in running] == [0, 0]
    assert strict.calls()["CreateRelationship"] == 120
    assert strict.throttled() == 0


def test_a_throttled_answer_is_retried_at_the_servers_hint(emulator, life, account) -> None:
    """The call succeeds, and the wait is as long as Retry-After says."""
    waited: list[float] = []
    emulator.fault("CreateRelationship", error="ThrottlingException", retry_after=7)
    parent = {"programManagementAccountIdentifier": account["arn"]}
    life(sleep=waited.append).create("Relationship", **RELATIONSHIP, **parent)
    assert max(waited) > 6


@pytest.mark.parametrize(
    ("operation", "rate"),
    [
        ("CreateRelationship", 3.0),
        ("AcceptChannelHandshake", 3.0),
        ("GetRelationship", 5.0),
        ("ListChannelHandshakes", 5.0),
        ("TagResource", None),
        ("UntagResource", None),
        ("ListTagsForResource", None),
    ],
)
def test_a_quota_follows_from_the_name_of_the_operation(operation, rate) -> None:
    """What gets or lists has AWS's quota of reads, tags have none, and all else writes."""
    assert quota(operation) == rate
