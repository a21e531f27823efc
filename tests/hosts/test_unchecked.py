"""What the engine never sends to the plugin: a sentence each, and the process lives."""

from collections.abc import Iterator
from typing import Any

import grpc
import pytest
from conftest import ACCOUNT, MANAGEMENT
from fuzz.mutations import is_sentence
from fuzz.plugin import Plugin, deep
from partnercentral_emulator import Emulator
from partnercentral_provider.hosts.wire import decoded
from pulumi.runtime.proto import provider_pb2 as pb

PMA, RS, CH, ANSWER = (
    f"partnercentral:channel:{kind}"
    for kind in (
        "ProgramManagementAccount",
        "Relationship",
        "ChannelHandshake",
        "ChannelHandshakeResponse",
    )
)
HIDDEN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[Emulator, Plugin]]:
    with Emulator() as emulator:
        running = Plugin(emulator.url)
        running.ask("Configure", args={"region": "us-east-1", "catalog": "Sandbox"})
        yield emulator, running
        assert running.close() is None, "the process ended by itself"


@pytest.fixture
def emulator(served: tuple[Emulator, Plugin]) -> Emulator:
    served[0].application.memory.empty()
    return served[0]


@pytest.fixture
def plugin(served: tuple[Emulator, Plugin], emulator: Emulator) -> Plugin:
    return served[1]


@pytest.fixture
def made(plugin: Plugin) -> dict[str, Any]:
    """Create an account; its state."""
    inputs = decoded(plugin.ask("Check", type=PMA, news=ACCOUNT).inputs)
    created = plugin.ask("Create", type=PMA, properties=inputs)
    return decoded(created.properties)


def refusal(call: Any) -> str:
    """Give the sentence of a refusal for which the caller is to blame."""
    with pytest.raises(grpc.RpcError) as caught:
        call()
    text = str(caught.value.details())
    assert caught.value.code() == grpc.StatusCode.INVALID_ARGUMENT
    assert is_sentence(text)
    return text


@pytest.mark.parametrize("method", ["Create", "Update"])
@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"accountId": None}, "`accountId` is required."),
        ({"accountId": 5}, "`accountId` must be 12 digits, got 1"),
        ({"displayName": {}}, "`displayName` must be text, got an object."),
        ({"displayName": "x" * 31}, "`displayName` must be at most 30 characters, got 31."),
        ({"tags": []}, "`tags` must be an object, got a list."),
        ({"tags": "x"}, "`tags` must be an object, got text."),
        ({"tags": {"a": 5}}, "`tags.a` must be text, got a number."),
        ({"catalog": None}, "`catalog` is required."),
        ({"colour": "red"}, "`colour` is not known here"),
        ({"displayName": HIDDEN}, "`displayName` is known only after apply"),
        ({"tags": {"a": HIDDEN}}, "`tags` is known only after apply"),
    ],
)
def test_inputs_that_no_check_has_seen(plugin, emulator, made, method, wrong, said) -> None:
    """Create and Update refuse what Check would refuse, name it, and send nothing to AWS."""
    inputs = {"catalog": "Sandbox"} | ACCOUNT | {"accountId": "222233334444"} | wrong
    emulator.reset_calls()
    given = {"properties": inputs}
    if method == "Update":
        given = {"news": inputs, "olds": made, "id": made["arn"]}
    assert said in refusal(lambda: plugin.ask(method, type=PMA, **given))
    assert emulator.calls() == {}


def test_what_only_apply_tells_is_refused_in_hidden_places_too(plugin, emulator, made) -> None:
    """A function's arguments and the hidden identity have to be known before anything is sent."""
    inputs = {"catalog": "Sandbox"} | ACCOUNT | {"__identity": HIDDEN}
    emulator.reset_calls()
    name = "partnercentral:channel:getRelationship"
    for said, call in (
        ("__identity", lambda: plugin.ask("Create", type=PMA, properties=inputs)),
        ("arn", lambda: plugin.ask("Invoke", tok=name, args={"arn": HIDDEN})),
    ):
        assert f"`{said}` is known only after apply" in refusal(call)
    assert emulator.calls() == {}


@pytest.mark.parametrize("identity", [5, [], {}, "", "x", "[]", '["a"]', "[" * 5000, '{"a": 1}'])
def test_an_odd_identity_is_no_obstacle(plugin, made, identity) -> None:
    """What names a resource in sentences may be anything: nothing depends on it."""
    odd = {"__identity": identity}
    inputs = {"catalog": "Sandbox"} | ACCOUNT | odd
    about = {"type": PMA, "id": made["arn"]}
    plugin.ask("Check", type=PMA, news=inputs | {"program": "NEW_PROGRAM"})  # which warns
    plugin.ask("Diff", **about, olds=made | odd, old_inputs=inputs, news=inputs)
    plugin.ask("Update", **about, olds=made, old_inputs=inputs, news=inputs | {"displayName": "B"})
    assert plugin.ask("Read", **about, properties=made | odd, inputs=inputs).id == made["arn"]
    plugin.ask("Delete", **about, properties=made | odd)


@pytest.mark.parametrize("token", ["x", "9", "-1", "1:", "٣", "9" * 5000, ":", "0.5:a"])
def test_a_strange_continuation_token(plugin, token) -> None:
    """A list goes on only by a token that it gave; the sentence says how to go on."""

    def lists() -> Any:
        return plugin.ask("List", token=PMA, continuation_token=token)

    if token == ":":  # the first page
        with pytest.raises(IndexError):
            lists()
    else:
        assert "Begin it anew, without a token." in refusal(lists)


@pytest.mark.parametrize("method", ["Check", "Diff", "Create", "Read", "Update", "Delete"])
@pytest.mark.parametrize("depth", [40, 5000])
def test_deep_objects_are_refused(plugin, method, depth) -> None:
    """Objects within objects, however many, are a sentence: protobuf would end the process."""
    names = {"Check": "news", "Diff": "news", "Update": "news"}
    request = getattr(pb, f"{method}Request")(type=PMA)
    number = request.DESCRIPTOR.fields_by_name[names.get(method, "properties")].number
    data = request.SerializeToString() + deep(number, depth)
    assert "nested more than about 30 deep" in refusal(lambda: plugin.send(method, data))


def test_objects_of_a_sensible_depth_are_read(plugin) -> None:
    """30 levels pass, and are a failure on their property."""
    request = pb.CheckRequest(type=PMA)
    number = request.DESCRIPTOR.fields_by_name["news"].number
    (answer,) = plugin.send("Check", request.SerializeToString() + deep(number, 30))
    assert "must be text, got an object" in [f.reason for f in answer.failures]


def test_bytes_that_are_no_message(plugin) -> None:
    """What cannot be parsed is refused with a sentence, whatever the method."""
    for method in ("Configure", "Check", "Invoke", "List", "Cancel", "GetSchema"):
        assert "cannot be read" in refusal(lambda m=method: plugin.send(m, b"\xff\xff\xff"))


@pytest.mark.parametrize("dependencies", [7, "x", {}, None])
def test_an_output_with_odd_dependencies(plugin, dependencies) -> None:
    """What an output depends on plays no part here."""
    output = {"4dabf18193072939515e22adb298388d": "d0e6a833031e9bbcd3f4e8bde6ca49a4"}
    value = output | {"value": "A", "dependencies": dependencies}
    answer = plugin.ask("Check", type=PMA, news=ACCOUNT | {"displayName": value})
    assert decoded(answer.inputs)["displayName"] == "A"


@pytest.mark.parametrize(
    "odd",
    [
        {"status": "NEW_STATUS", "program": "NEW_PROGRAM", "somethingNew": {"a": [1]}},
        {"createdAt": None, "updatedAt": "yesterday", "revision": None, "tags": None},
        {"displayName": "x" * 99, "revision": 7},
    ],
)
def test_odd_old_state_works(plugin, emulator, made, odd) -> None:
    """State is never parsed strictly: a Diff, a Read and a Delete of it do what they are for."""
    state = {name: value for name, value in (made | odd).items() if value is not None}
    about = {"type": PMA, "id": made["arn"]}
    inputs = {"catalog": "Sandbox"} | ACCOUNT
    assert plugin.ask("Diff", **about, olds=state, old_inputs=inputs, news=inputs)
    assert plugin.ask("Read", **about, properties=state, inputs=inputs).id == made["arn"]
    plugin.ask("Delete", **about, properties=state)
    assert emulator.objects() == []


def test_damaged_state_is_told(plugin, made) -> None:
    """A value of a kind that its property never has is named, with the way to correct it."""
    arn = made["arn"].rpartition("program-management")[0] + "channel-handshake/ch-4fj3bd2o3vb91"
    state = {"arn": arn, "status": {"a": 1}, "handshakeType": [MANAGEMENT]}
    for method in ("Read", "Delete"):
        said = refusal(lambda m=method: plugin.ask(m, type=CH, id=arn, properties=state))
        assert "`status` must be text, got an object." in said
        assert "pulumi stack export" in said
