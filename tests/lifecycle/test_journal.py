"""A create that was cut off is found again by the plugin's next run, and never made twice."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import grpc
import pytest
from conftest import ACCOUNT, LINKED, MANAGEMENT
from google.protobuf.empty_pb2 import Empty
from hosts.host import CH, GRACE, PMA, BlackHole, Host, ended, until
from partnercentral_provider.config import Configuration
from partnercentral_provider.hosts.wire import decoded, encoded
from partnercentral_provider.lifecycle.journal import Journal
from partnercentral_provider.lifecycle.lifecycle import Lifecycle
from partnercentral_provider.lifecycle.requests import CreateRequest
from partnercentral_provider.model.errors import Conflict, Unreachable
from pulumi.runtime.proto import provider_pb2 as pb

CREATE = "CreateProgramManagementAccount"
URN = f"urn:pulumi:dev::quickstart::{PMA}::the account"
NAMED = {"urn": URN, "name": "the account"}


@pytest.fixture
def host(emulator) -> Iterator[Callable[..., Host]]:
    """Start a plugin, as each run does; all of them share this user's cache folder."""
    started: list[Host] = []

    def start(**configuration: Any) -> Host:
        running = Host()
        started.append(running)
        running.configure(**{"maxRetries": 0} | configuration)
        return running

    yield start
    for running in started:
        running.close()


def entries(cache: Path | None = None) -> list[tuple[Any, ...]]:
    """Read the token and the ARN of each entry."""
    from partnercentral_provider.aws.shared_database import cache_file

    with sqlite3.connect(cache or cache_file("creates.db")) as file:
        return file.execute("SELECT token, arn FROM creates").fetchall()


@pytest.fixture
def cut_off(emulator, host) -> str:
    """Let AWS make an account whose answer is lost; its ARN."""
    emulator.fault(CREATE, drop="after")
    assert "AWS gave no answer" in ended(host().create(**NAMED))[1]
    (made,) = emulator.objects()
    return str(made["arn"])


def test_a_create_whose_answer_was_lost_finds_its_own_object(emulator, host, cut_off) -> None:
    """The next run sends the same client token, and has the whole state of what AWS made."""
    made = host().create(**NAMED).result()
    assert (made.id, decoded(made.properties)["revision"]) == (cut_off, "1")
    assert len(emulator.objects()) == 1


@pytest.mark.parametrize("other", ["folder", "urn", "account", "endpoint", "inputs"])
def test_another_create_does_not_find_it(
    emulator, host, cut_off, other, monkeypatch, tmp_path
) -> None:
    """Another folder, stack, caller, endpoint or value is another create, which AWS refuses."""
    configuration, named, given = {}, dict(NAMED), ACCOUNT
    if other == "folder":
        monkeypatch.chdir(tmp_path)
    if other == "urn":
        named["urn"] = URN.replace(":dev:", ":prod:")
    if other == "account":
        configuration = {"assumeRoles": [{"roleArn": f"arn:aws:iam::{MANAGEMENT}:role/C"}]}
    if other == "endpoint":
        url = emulator.url.replace("127.0.0.1", "localhost")
        configuration = {"endpoints": {"partnercentralChannel": url}}
    if other == "inputs":
        given = ACCOUNT | {"displayName": "Other"}
    before = entries()
    code, text, _ = ended(host(**configuration).create(given=given, **named))
    assert code == grpc.StatusCode.ALREADY_EXISTS
    assert "within the last hour" not in text
    assert entries() == before


def test_a_create_that_was_answered_is_not_repeated(emulator, host) -> None:
    """It may be a forced replacement: its object is named, and both ways to go on."""
    arn = host().create(**NAMED).result().id
    code, text, _ = ended(host().create(**NAMED))
    assert code == grpc.StatusCode.ALREADY_EXISTS
    assert text.startswith(f"This ProgramManagementAccount exists already: {arn}.")
    assert f"\n\n    pulumi import {PMA} 'the account' {arn}\n" in text
    assert "`pulumi refresh`" in text
    assert emulator.calls()[CREATE] == 1


@pytest.mark.parametrize("verb", ["Read", "Diff", "Update", "Delete"])
def test_a_request_that_carries_the_arn_ends_the_entry(emulator, host, verb) -> None:
    """The stack knows the object then, so that the next create asks AWS as ever."""
    running = host()
    inputs = running.calls.Check(pb.CheckRequest(type=PMA, news=encoded(ACCOUNT))).inputs
    made = running.create(**NAMED).result()
    state = made.properties
    later = host()
    {
        "Read": lambda: later.calls.Read(pb.ReadRequest(id=made.id, type=PMA, properties=state)),
        "Diff": lambda: later.calls.Diff(
            pb.DiffRequest(id=made.id, type=PMA, olds=state, old_inputs=inputs, news=inputs)
        ),
        "Update": lambda: later.calls.Update(
            pb.UpdateRequest(id=made.id, type=PMA, olds=state, old_inputs=inputs, news=inputs)
        ),
        "Delete": lambda: later.calls.Delete(
            pb.DeleteRequest(id=made.id, type=PMA, properties=state)
        ),
    }[verb]()
    assert entries() == []
    creating = later.create(**NAMED)
    if verb == "Delete":
        assert creating.result().id != made.id
    else:
        assert "within the last hour" not in ended(creating)[1]
    assert emulator.calls()[CREATE] == 2


def test_what_somebody_deleted_is_made_anew(emulator, host, client) -> None:
    """An answered entry whose object is no more stops nobody, and its token is not used again."""
    arn = host().create(**NAMED).result().id
    client().delete_program_management_account(catalog="Sandbox", identifier=arn)
    made = host().create(**NAMED).result().id
    assert made != arn
    assert [held for _, held in entries()] == [made]


@pytest.mark.parametrize("answered", [True, False])
def test_what_is_over_is_made_anew(emulator, host, client, account, answered) -> None:
    """A handshake that was canceled meanwhile, whether its answer came or not, is sent again."""
    given = {
        "handshakeType": "PROGRAM_MANAGEMENT_ACCOUNT",
        "associatedResourceIdentifier": account["arn"],
    }
    named = {"urn": "urn:pulumi:dev::quickstart::CH::join", "name": "join"}
    if answered:
        host().create(CH, given, **named).result()
    else:
        emulator.fault("CreateChannelHandshake", drop="after")
        ended(host().create(CH, given, **named))
    first = emulator.objects()[-1]["arn"]
    client().cancel_channel_handshake(catalog="Sandbox", identifier=first)
    made = host().create(CH, given, **named).result()
    assert decoded(made.properties)["status"] == "PENDING"
    assert made.id != first


def test_an_object_that_cannot_be_read_is_not_made_again(emulator, host) -> None:
    """Whether it is still there nobody knows: the create fails and changes nothing."""
    host().create(**NAMED).result()
    emulator.fault("ListProgramManagementAccounts", error="AccessDeniedException", times=9)
    assert "ListProgramManagementAccounts" in ended(host().create(**NAMED))[1]
    assert emulator.calls()[CREATE] == 1


@pytest.mark.parametrize(
    ("error", "kept"),
    [
        ("ValidationException", 0),
        ("AccessDeniedException", 0),
        ("ConflictException", 0),
        ("ServiceQuotaExceededException", 0),
        ("ThrottlingException", 1),
        ("InternalServerException", 1),
    ],
)
def test_what_aws_refused_is_forgotten(emulator, host, error, kept) -> None:
    """Nothing was made; after a failure inside AWS, or one retry too few, nobody knows."""
    emulator.fault(CREATE, error=error, times=9)
    ended(host().create(**NAMED))
    assert len(entries()) == kept


def test_a_create_that_was_canceled_before_it_was_sent_is_forgotten(emulator, host) -> None:
    """It waited for its turn: AWS never heard of it."""
    running = host(rateLimits={CREATE: 0.05})
    other = ACCOUNT | {"accountId": LINKED}
    running.create(given=other, urn=URN + "2", name="other").result()
    creating = running.create(**NAMED)
    until(lambda: len(entries()) == 2)
    running.calls.Cancel(Empty())
    assert ended(creating)[0] == grpc.StatusCode.CANCELLED
    assert len(entries()) == 1


def test_a_create_that_nobody_awaited_finds_its_own_object(emulator, host) -> None:
    """Canceled, and AWS took longer than the grace: the entry stays, and the next run finds it."""
    emulator.fault(CREATE, delay=3 * GRACE)
    running = host()
    creating = running.create(**NAMED)
    until(lambda: emulator.calls().get(CREATE))
    running.calls.Cancel(Empty())
    assert "may have been made" in ended(creating)[1]
    assert [arn for _, arn in entries()] == [None]
    until(emulator.objects)
    (made,) = emulator.objects()
    assert host().create(**NAMED).result().id == made["arn"]


def test_a_create_whose_engine_died_finds_its_own_object(emulator, host) -> None:
    """AWS's answer reached nobody: the entry stays *sent*, at once, and the next run goes on."""
    emulator.fault(CREATE, delay=1.2)
    running = host()
    creating = running.create(**NAMED)
    until(lambda: emulator.calls().get(CREATE))
    creating.cancel()
    begun = time.monotonic()
    running.engine.idle()
    assert time.monotonic() - begun < 1
    until(emulator.objects)
    time.sleep(0.2)
    assert [arn for _, arn in entries()] == [None]
    assert host().create(**NAMED).result().id == emulator.objects()[0]["arn"]


def test_two_programs_at_once_never_share_an_object(emulator, host) -> None:
    """Both send the same token, AWS answers both with one object, and one of them is refused."""
    emulator.fault(CREATE, delay=0.5)
    first = host().create(**NAMED)
    until(lambda: emulator.calls().get(CREATE))
    both = [first, host().create(**NAMED)]
    refused = [str(creating.exception().details()) for creating in both if creating.exception()]
    given = [creating.result().id for creating in both if not creating.exception()]
    (made,) = emulator.objects()
    assert given == [made["arn"]]
    assert [made["arn"] in text for text in refused] == [True]
    assert [arn for _, arn in entries()] == [made["arn"]]


def test_the_file_holds_no_value(emulator, host, tmp_path, monkeypatch) -> None:
    """Neither inputs nor names are in it, or in what SQLite keeps beside it; mode 0600."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    given = ACCOUNT | {"displayName": "Hush-hush", "tags": {"key": "hunter2"}}
    emulator.fault(CREATE, drop="after")
    ended(host().create(given=given, **NAMED))
    host().create(given=given, **NAMED).result()
    files = [*(tmp_path / "pulumi-partnercentral").glob("creates.db*")]
    written = b"".join(file.read_bytes() for file in files)
    assert b"arn:aws:partnercentral" in written
    for value in ("Hush", "hunter2", "the account", "quickstart"):
        assert value.encode() not in written
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}


def test_a_black_hole_leaves_its_entry(host) -> None:
    """Where AWS never answers, a canceled create stays *sent*."""
    hole = BlackHole()
    running = host(endpoints={"partnercentralChannel": hole.url}, skipCredentialsValidation=True)
    creating = running.create(**NAMED)
    until(lambda: hole.requests)
    running.calls.Cancel(Empty())
    assert "may have been made" in ended(creating)[1]
    assert [arn for _, arn in entries()] == [None]
    hole.close()


class Time:
    """A clock that a test sets."""

    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def plugin_run(emulator, tmp_path) -> Callable[..., Lifecycle]:
    """Make the lifecycle of a run; all share one journal, and none waits."""
    configuration = Configuration.of({"region": "us-east-1", "maxRetries": 0})

    def make(time: Time, warnings: list[str] | None = None) -> Lifecycle:
        said: list[str] = [] if warnings is None else warnings
        journal = Journal(said.append, time, tmp_path / "creates.db", patience=0.05)
        return Lifecycle(
            configuration, said.append, sleep=lambda _: None, journal=journal, urn=lambda: URN
        )

    return make


INPUTS = ACCOUNT | {"catalog": "Sandbox"}


@pytest.mark.parametrize(("later", "found"), [(3599, True), (3601, False), (-3601, False)])
def test_an_entry_counts_for_an_hour(emulator, plugin_run, later, found) -> None:
    """Within the hour the cut off create is found; later, or by a clock set back, AWS refuses."""
    time = Time()
    emulator.fault(CREATE, drop="after")
    with pytest.raises(Unreachable):
        plugin_run(time).create(CreateRequest(PMA, INPUTS))
    time.now += later
    if found:
        assert (
            plugin_run(time).create(CreateRequest(PMA, INPUTS)).arn == emulator.objects()[0]["arn"]
        )
    else:
        with pytest.raises(Conflict) as caught:
            plugin_run(time).create(CreateRequest(PMA, INPUTS))
        assert "within the last hour" not in str(caught.value)


def test_an_answered_entry_counts_for_an_hour(plugin_run) -> None:
    """Then a create asks AWS, as on a machine that has no entry."""
    time = Time()
    plugin_run(time).create(CreateRequest(PMA, INPUTS))
    with pytest.raises(Conflict, match="within the last hour"):
        plugin_run(time).create(CreateRequest(PMA, INPUTS))
    time.now += 3601
    with pytest.raises(Conflict) as caught:
        plugin_run(time).create(CreateRequest(PMA, INPUTS))
    assert "within the last hour" not in str(caught.value)


def garbage(file: Path) -> None:
    """Put something else in its place."""
    file.write_bytes(b"no" * 9999)


def directory(file: Path) -> None:
    """Put a folder in its place."""
    file.mkdir()


def columns(file: Path) -> None:
    """Give the table other columns."""
    with sqlite3.connect(file) as other:
        other.execute("CREATE TABLE creates (price INTEGER)")


@pytest.mark.parametrize("spoil", [garbage, directory, columns])
def test_a_file_that_cannot_be_used_is_said_once_and_all_is_as_without(
    emulator, plugin_run, tmp_path, spoil
) -> None:
    """What AWS makes is kept; what is cut off ends in a Conflict and the import line."""
    spoil(tmp_path / "creates.db")
    warnings: list[str] = []
    emulator.fault(CREATE, drop="after")
    running = plugin_run(Time(), warnings)
    with pytest.raises(Unreachable):
        running.create(CreateRequest(PMA, INPUTS))
    running.in_state("arn")
    (warning,) = warnings
    assert warning.startswith(f"{tmp_path / 'creates.db'} cannot be used: ")
    with pytest.raises(Conflict) as caught:
        plugin_run(Time()).create(CreateRequest(PMA, INPUTS))
    assert emulator.objects()[0]["arn"] in str(caught.value)
    assert f"pulumi import {PMA}" in str(caught.value)


def test_only_what_the_plugin_makes_is_written_down(plugin_run, tmp_path, account) -> None:
    """Not what finds its own object by its identity, and nothing where no create was asked for."""
    running = plugin_run(Time())
    running.in_state(account["arn"])
    assert not (tmp_path / "creates.db").exists()
    identity = {"__identity": '["p", "pulumi:pulumi:Stack", "T", "n"]'}
    other = INPUTS | {"accountId": LINKED}
    running.create(CreateRequest(PMA, other | identity))
    assert not (tmp_path / "creates.db").exists()
