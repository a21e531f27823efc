"""A run that is killed goes on: nothing twice, nothing lost."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import boto3
import pytest
from botocore.config import Config
from sandbox.calls import Party
from sandbox.journal import Found, Journal, OtherRun
from sandbox.probing import all_probes
from sandbox.report import left
from sandbox.run import BUDGET_SPENT, Stopped, run

TESTS = Path(__file__).parents[1]
PROBES = [probe for probe in all_probes() if "days" not in probe.needs][:12]


class Killed(BaseException):
    pass


def test_a_run_goes_on_wherever_it_was_killed(emulator, world, tmp_path: Path) -> None:
    """Before any call and after any: the same verdicts, decided once, and nothing is left over."""
    expected = [verdict.word for verdict in run(world(), PROBES, print)]
    total = sum(emulator.calls().values())
    for last in range(0, total, 7):
        (tmp_path / "journal.jsonl").unlink()
        emulator.application.memory.empty()
        _killed_at(world(), last, after=last % 2 == 0)
        resumed = world()
        assert resumed.journal.resumed
        before = {*resumed.journal.found}
        said: list[str] = []
        assert [verdict.word for verdict in run(resumed, PROBES, said.append)] == expected
        again = [probe.name for probe in PROBES if {*probe.decides} <= before]
        assert not [line for line in said if line.partition(":")[0] in again]
        assert not [o for o in emulator.objects() if o.get("status", "PENDING") == "PENDING"]


def _killed_at(world, last: int, after: bool) -> None:
    """Run until so many calls were made, and die before the next, or before its answer."""
    client, sent = world.linked.client, [0]

    def count(**_) -> None:
        sent[0] += 1
        if sent[0] > last:
            raise Killed

    hook = "needs-retry" if after else "request-created"
    client.meta.events.register_first(f"{hook}.partnercentral-channel", count)
    with pytest.raises(Killed):
        run(world, PROBES, print)


def test_a_lost_answer_ends_the_run_which_goes_on(emulator, world) -> None:
    """What AWS made meanwhile is found by its client token and deleted, budget or not."""
    emulator.fault("CreateProgramManagementAccount", drop="after")
    with pytest.raises(Stopped, match="onnection"):
        run(world(), PROBES[:1], print)
    assert len(emulator.objects()) == 1
    (first, _) = run(world(4), PROBES[:1], print)
    assert (first.why, emulator.objects()) == (BUDGET_SPENT, [])
    assert {verdict.word for verdict in run(world(), PROBES[:1], print)} == {"confirmed"}
    assert emulator.objects() == []


def test_what_may_have_been_created_is_looked_for_in_the_end(emulator, world) -> None:
    """After an error of AWS's own; what was found is deleted, and the run is over."""
    emulator.fault("CreateProgramManagementAccount", error="InternalServerException")
    (verdict,) = run(made := world(), [p for p in PROBES if p.name == "second_account"], print)
    assert verdict.why == "CreateProgramManagementAccount answered InternalServerException"
    assert emulator.calls()["CreateProgramManagementAccount"] == 2
    assert (made.journal.owed(), emulator.objects(), world().journal.resumed) == (0, [], False)


def test_a_refusal_after_a_repetition_may_mean_that_it_exists(emulator, world) -> None:
    """What was made by the first attempt, whose answer was lost, is found and deleted."""
    made = world()
    patient = boto3.client(
        "partnercentral-channel",
        endpoint_url=emulator.url,
        region_name="us-east-1",
        config=Config(retries={"total_max_attempts": 2}),
    )
    made.linked = Party(patient, made.ledger, made.clock.pace)
    emulator.fault("CreateProgramManagementAccount", drop="after")
    emulator.fault("CreateProgramManagementAccount", error="ThrottlingException")
    run(made, [p for p in PROBES if p.name == "second_account"], print)
    assert emulator.objects() == []


def test_what_was_sent_long_ago_is_named(emulator, world) -> None:
    """Once AWS has forgotten its client token, nobody can tell it from another's."""
    _killed_at(world(), 0, after=True)
    emulator.advance(25 * 3600)
    run(made := world(), PROBES[:1], print)
    assert "may exist: CreateProgramManagementAccount answered ConflictException" in left(
        made.journal
    )


def test_a_conflict_that_passes_is_tried_again_at_the_end(emulator, world) -> None:
    """A parent that cannot be deleted before its child is deleted after it."""
    emulator.fault("DeleteRelationship", error="ThrottlingException")
    run(world(), [p for p in all_probes() if p.name == "without_model"], print)
    assert emulator.objects() == []


def test_a_journal_of_elsewhere_is_not_gone_on_with(tmp_path: Path) -> None:
    """Its objects would not be found, and left behind."""
    file = tmp_path / "journal.jsonl"
    Journal(file, {"endpoint": "here"})
    with pytest.raises(OtherRun, match="unfinished run with other options"):
        Journal(file, {"endpoint": "there"})


def test_a_line_that_was_cut_off_is_taken_away(tmp_path: Path) -> None:
    """What was written down before it holds, and the next line stands on its own."""
    file = tmp_path / "journal.jsonl"
    run_ = Journal(file, {}).run
    with file.open("a") as journal:
        journal.write('{"event": "crea')
    Journal(file, {}).decided("first_revision", Found(3))
    resumed = Journal(file, {})
    assert (resumed.run, resumed.found) == (run_, {"first_revision": Found(3)})


@pytest.fixture
def command(emulator, tmp_path: Path):
    """Give the command, and the environment of somebody who has credentials."""
    journal = tmp_path / "journal.jsonl"
    options = ["--yes", "--clock", "emulator", "--journal", str(journal)]
    names = "first_revision,tags_per_resource,most_handshakes_a_day,notice_days"
    return [sys.executable, "-m", "sandbox", *options, "--only", names], journal


def test_a_process_that_is_killed_goes_on(emulator, command) -> None:
    """By SIGKILL, in the middle; the second start ends the run and cleans up."""
    arguments, journal = command
    environment = os.environ | {"AWS_DEFAULT_REGION": "us-east-1"}
    emulator.fault("CreateChannelHandshake", delay=2, skip=2)
    process = subprocess.Popen(
        arguments, cwd=TESTS, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    while emulator.calls().get("CreateChannelHandshake", 0) < 3:
        assert process.poll() is None
        time.sleep(0.01)
    process.kill()
    process.communicate()
    done = subprocess.run(arguments, cwd=TESTS, env=environment, capture_output=True, text=True)
    assert "Going on with run" in done.stderr
    assert done.stdout.startswith("### 0 refuted, 6 confirmed, 0 not decided")
    assert {o["status"] for o in emulator.objects()} == {"CANCELED"}
    assert json.loads(journal.read_text().splitlines()[-1])["event"] == "end"
