"""Never faster than AWS allows, in one process and in several."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone
from itertools import pairwise
from pathlib import Path
from threading import Condition
from time import time as seconds_since_1970
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


@pytest.mark.parametrize("ahead", [1, 29, 31, 59, 61, 1800, 3599, 1e9, float("inf")])
def test_a_row_from_the_future_delays_a_call_by_at_most_a_minute(
    limits, time, tmp_path, ahead
) -> None:
    """Whatever a wrong clock left in the shared file, a call is sent within 60 s."""
    mine, start = limits({"*": 3.0}), time.now
    mine.reserve("1", "A")
    with sqlite3.connect(tmp_path / "limits.db") as calls:
        calls.execute("UPDATE calls SET free = ?, slow = ?", (start + ahead, start + ahead))

    def sleep(seconds: float) -> None:
        time.now += seconds

    mine.wait("1", "A", sleep)
    assert time.now - start <= 60


def test_a_clock_set_back_half_an_hour_keeps_no_list_for_ever(limits, time) -> None:
    """A write that was noted by a clock set back since counts as one of this moment, once."""
    limits().wrote()
    time.now -= 1800
    noticed = time.now
    assert limits().last_write() == noticed
    time.now += 10
    assert limits().last_write() == noticed


def test_a_queue_of_more_than_a_minute_keeps_to_the_rate(limits, time) -> None:
    """400 calls at once at 3 a second: whoever has no place asks again, and none is too early."""
    mine, sent = limits(), []
    waiting = [(time.now, number) for number in range(400)]
    while waiting:
        waiting.sort()
        time.now, number = waiting.pop(0)
        seconds = mine.reserve("1", "CreateRelationship")
        if seconds >= 30:
            waiting.append((time.now + seconds, number))
        else:
            sent.append(time.now + seconds)
    sent.sort()
    assert all(later - earlier > 0.33 for earlier, later in pairwise(sent[1:]))
    assert sent[-1] - sent[0] < 400 / 3 + 30


def locked(file: Path) -> Any:
    """Keep a transaction open on it, as a process that was stopped does."""
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    return other


def foreign(file: Path) -> None:
    """Give the table other columns."""
    with sqlite3.connect(file) as other:
        other.executescript("DROP TABLE IF EXISTS calls; CREATE TABLE calls (price INTEGER)")


def text(file: Path) -> None:
    """Put text where a number is expected."""
    with sqlite3.connect(file) as other:
        other.executescript(
            "CREATE TABLE IF NOT EXISTS calls (name TEXT PRIMARY KEY, free REAL, slow REAL);"
            "INSERT OR REPLACE INTO calls VALUES ('1 A', 'soon', 0), ('all writes', 'now', NULL)"
        )


def folder(file: Path) -> None:
    """Put a folder in its place."""
    file.unlink(missing_ok=True)
    file.mkdir()


def pipe(file: Path) -> None:
    """Put a pipe in its place, which nobody reads."""
    file.unlink(missing_ok=True)
    os.mkfifo(file)


def full(file: Path) -> None:
    """Put the device in its place on which every write finds no room."""
    file.unlink(missing_ok=True)
    file.symlink_to("/dev/full")


def corrupt(file: Path) -> None:
    """Overwrite it, and what SQLite keeps beside it, with what is no database."""
    for path in (file, *file.parent.glob("*-wal"), *file.parent.glob("*-shm")):
        path.write_bytes(b"no" * 9999)


SPOILS = [locked, foreign, text, folder, pipe, full, corrupt]


@pytest.mark.parametrize("while_open", [False, True])
@pytest.mark.parametrize("spoil", SPOILS)
def test_a_spoilt_file_is_said_once_and_fails_no_call(tmp_path, spoil, while_open) -> None:
    """The process counts for itself, whatever happened to the file, before or while it is open."""
    file, warnings = tmp_path / "limits.db", []
    mine = Limits({"*": 1.0}, Time(), file, warnings.append, patience=0.05)
    if while_open:
        mine.reserve("2", "A")
    kept = spoil(file)
    assert [mine.reserve("1", "A") for _ in range(3)] == [0, 1, 2]
    mine.slow_down("1", "A", 5.0)
    mine.wrote()
    assert mine.last_write() == Time.now
    (warning,) = warnings
    assert warning.startswith(f"{file} cannot be used: ")
    assert "This process counts its own calls only" in warning
    if kept:
        kept.close()


def test_a_file_that_is_removed_is_made_anew_and_shared(limits, tmp_path) -> None:
    """Two processes that had it open share the next one."""
    one, other = limits({"*": 1.0}), limits({"*": 1.0})
    assert (one.reserve("1", "A"), other.reserve("1", "A")) == (0, 1)
    (tmp_path / "limits.db").unlink()
    assert (one.reserve("1", "A"), other.reserve("1", "A")) == (0, 1)


def test_nobody_else_reads_the_file(tmp_path, time) -> None:
    """The file has mode 0600 and its folder 0700, also those that an older version made."""
    place = tmp_path / "cache"
    place.mkdir(mode=0o755)
    (place / "limits.db").touch(0o644)
    Limits({"*": 1.0}, time, place / "limits.db").reserve("1", "A")
    assert {path.stat().st_mode & 0o777 for path in place.iterdir()} == {0o600}
    assert place.stat().st_mode & 0o777 == 0o700


@pytest.mark.skipif(sys.platform != "linux", reason="the folder of Linux")
@pytest.mark.parametrize("variable", ["XDG_CACHE_HOME", "HOME"])
def test_its_place_is_the_cache_folder_of_the_user(monkeypatch, tmp_path, variable) -> None:
    """On Linux `$XDG_CACHE_HOME/pulumi-partnercentral`, or below `~/.cache` where that is unset."""
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv(variable, str(tmp_path))
    Limits({"*": 1.0}).reserve("1", "A")
    cache = tmp_path if variable == "XDG_CACHE_HOME" else tmp_path / ".cache"
    assert (cache / "pulumi-partnercentral" / "limits.db").exists()


DISK = """
import os, resource, sys
from pathlib import Path
from partnercentral_provider.aws.limits import Limits
from partnercentral_provider.config import Configuration
from partnercentral_provider.lifecycle.lifecycle import Lifecycle
from partnercentral_provider.lifecycle.requests import CreateRequest

size = 0
if sys.argv[1] == "later":
    open_file = Limits({"*": 1.0})
    open_file.reserve("1", "A")
    cache = Path(os.environ["XDG_CACHE_HOME"]) / "pulumi-partnercentral"
    size = (cache / "limits.db-wal").stat().st_size
resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
life = Lifecycle(Configuration.of({"region": "us-east-1", "rateLimits": {"*": 1000}}), print)
made = life.create(CreateRequest("partnercentral:channel:ProgramManagementAccount", {
    "catalog": "Sandbox", "program": "SOLUTION_PROVIDER", "accountId": "111122223333",
    "displayName": "A"}))
print(made.arn)
print(made.unfinished)
"""


@pytest.mark.parametrize("since", ["before", "later"])
def test_a_full_disk_loses_nothing_that_aws_made(emulator, tmp_path, monkeypatch, since) -> None:
    """Without room for a byte more, a create gives what AWS made, complete, and warns once."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    ran = subprocess.run(
        [sys.executable, "-B", "-c", DISK, since], capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    (made,) = emulator.objects()
    warning, arn, unfinished = ran.stdout.split("\n")[:-1]
    assert (arn, unfinished) == (made["arn"], "")
    assert "limits.db cannot be used" in warning


READ_ONLY = """
import os, sys
from pathlib import Path
import platformdirs.unix
from partnercentral_provider.aws.limits import Limits

folder = Path(sys.argv[1])
mine = Limits({"*": 1.0}, lambda: 1e6, folder / "limits.db", print)
other = Limits({"*": 1.0}, lambda: 1e6, folder / "limits.db", print)
other.reserve("1", "A")
for path in (*folder.iterdir(), folder):
    path.chmod(0o555 if path.is_dir() else 0o444)
if os.geteuid() == 0:  # who may write everywhere
    os.setuid(65534)
print([mine.reserve("1", "A") for _ in range(3)])
"""


@pytest.mark.skipif(sys.platform == "win32", reason="the modes of POSIX")
def test_a_folder_in_which_nobody_may_write_fails_no_call(tmp_path) -> None:
    """The process counts for itself and says so once."""
    for path in (tmp_path, *tmp_path.parents[:2]):
        path.chmod(0o755)  # another user goes through them
    ran = subprocess.run(
        [sys.executable, "-c", READ_ONLY, str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )
    warning, waits = ran.stdout.split("\n")[:-1]
    assert "limits.db cannot be used" in warning
    assert waits == "[0.0, 1.0, 2.0]"


HOMELESS = """
import os
import platformdirs.unix
from partnercentral_provider.aws.limits import Limits

mine = Limits({"*": 1.0}, lambda: 1e6, warn=print)
os.setuid(4242)
print([mine.reserve("1", "A") for _ in range(3)])
"""


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs another user")
def test_a_user_without_a_home_counts_for_each_process(tmp_path) -> None:
    """As in a container that runs under a number that nobody knows: a warning, and no failure."""
    ran = subprocess.run(
        [sys.executable, "-c", HOMELESS], capture_output=True, text=True, check=False, env={}
    )
    warning, waits = ran.stdout.split("\n")[:-1]
    assert warning.startswith("There is no cache folder: ")
    assert waits == "[0.0, 1.0, 2.0]"


@pytest.fixture
def strict(emulator: Any, account: dict[str, Any], monkeypatch, tmp_path) -> Any:
    """Hold the emulator to AWS's rates, times 20, and the provider to the same."""
    emulator.set(rates_enforced=True, rate_scale=float(SCALE), most_relationships=100000)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.delenv("PARTNERCENTRAL_RATE_LIMITS")
    return emulator


class Together:
    """A time that goes on only while all of its threads sleep, however slow the machine is."""

    def __init__(self, threads: int) -> None:
        self.now, self._awake = seconds_since_1970(), threads
        self._changed = Condition()
        self._due: list[float] = []

    def sleep(self, seconds: float) -> None:
        """Sleep until this time has come."""
        with self._changed:
            due = self.now + seconds
            self._due.append(due)
            self._fall_asleep()
            self._changed.wait_for(lambda: due <= self.now)

    def leave(self) -> None:
        """End a thread."""
        with self._changed:
            self._fall_asleep()

    def _fall_asleep(self) -> None:
        self._awake -= 1
        if self._awake == 0 and self._due:
            self.now = min(self._due)
            self._awake = self._due.count(self.now)
            self._due = [due for due in self._due if due > self.now]
            self._changed.notify_all()


def test_nothing_is_throttled(strict, life, account) -> None:
    """A hundred creates by 16 threads, and their reads, each sent at the moment reserved."""
    time = Together(threads=16)
    strict.application._rates.seconds = lambda: time.now
    begun = time.now

    def clock() -> datetime:
        return datetime.fromtimestamp(time.now, timezone.utc)

    lived = life(rateLimits=FAST, sleep=time.sleep, clock=clock)

    def create(first: int) -> None:
        try:
            for number in range(first, 100, 16):
                other = {"associatedAccountId": f"{number:012}"}
                parent = {"programManagementAccountIdentifier": account["arn"]}
                lived.create("Relationship", **RELATIONSHIP | other | parent)
        finally:
            time.leave()

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(create, range(16)))
    assert strict.calls()["CreateRelationship"] == 100
    assert strict.throttled() == 0
    assert 0.5 < time.now - begun < 3  # 42 of them wait, at 60 a second


PROGRAM = """
import sys
from concurrent.futures import ThreadPoolExecutor
from partnercentral_provider.config import Configuration
from partnercentral_provider.lifecycle.lifecycle import Lifecycle
from partnercentral_provider.lifecycle.requests import CreateRequest

first, parent = int(sys.argv[1]), sys.argv[2]
rates = {"CreateRelationship": 60, "GetRelationship": 100}
life = Lifecycle(Configuration.of({"region": "us-east-1", "rateLimits": rates}), print)

def create(number):
    life.create(CreateRequest("partnercentral:channel:Relationship", {
        "catalog": "Sandbox", "programManagementAccountIdentifier": parent, "displayName": "A",
        "associatedAccountId": f"{number:012}", "associationType": "END_CUSTOMER",
        "sector": "COMMERCIAL"}))

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
