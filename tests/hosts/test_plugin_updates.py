"""What the plugin plans of an update, and keeps of one whose answer was lost."""

from typing import Any

import grpc
import pytest
from conftest import ACCOUNT
from hosts.test_plugin import PMA, Plugin
from partnercentral_provider.hosts.wire import decoded, encoded
from partnercentral_provider.model.unknown import UNKNOWN
from pulumi.runtime.proto import provider_pb2 as pb
from pulumi.runtime.proto import status_pb2


@pytest.fixture
def plugin(emulator, monkeypatch) -> Any:
    """Start the plugin as the linked account, in the Sandbox, without retries."""
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    running = Plugin()
    running.configure()
    yield running
    running.close()


def updated(
    plugin: Plugin, olds: Any, old_inputs: Any, preview: bool = False, **inputs: Any
) -> Any:
    """Update, or plan one; the outputs."""
    request = pb.UpdateRequest(
        id=olds["arn"],
        type=PMA,
        olds=encoded(olds),
        old_inputs=encoded(old_inputs),
        news=encoded(plugin.inputs(PMA, **inputs)),
        preview=preview,
    )
    return decoded(plugin.calls.Update(request).properties)


def test_tags_taken_out_of_the_program_are_not_planned(plugin) -> None:
    """The preview of their removal shows none, and what else can move as known after apply."""
    _, state, inputs = plugin.create(PMA, **ACCOUNT)
    rest = {n: v for n, v in ACCOUNT.items() if n != "tags"}
    planned = updated(plugin, state, inputs, preview=True, **rest)
    none = {"tags": {}, "tagsAll": {}}
    assert planned == state | none | {"revision": UNKNOWN, "updatedAt": UNKNOWN}
    assert updated(plugin, state, inputs, **rest)["tags"] == {}


def test_tags_that_the_program_never_had_are_planned_as_they_are(plugin) -> None:
    """Somebody else's tags stay, in the preview too."""
    rest = {n: v for n, v in ACCOUNT.items() if n != "tags"}
    _, state, inputs = plugin.create(PMA, **rest)
    state["tags"] = {"theirs": "x"}
    planned = updated(plugin, state, inputs, preview=True, **rest | {"displayName": "B"})
    assert (planned["tags"], planned["displayName"]) == ({"theirs": "x"}, "B")


def test_what_a_dynamic_stack_left_in_the_outputs_is_not_planned(plugin) -> None:
    """Hidden names and inputs among the outputs of a stack that moved here go with an update."""
    _, state, inputs = plugin.create(PMA, **ACCOUNT)
    moved = state | {"__provider": "x", "__inputs": "displayName", "payload": {"a": 1}}
    planned = updated(plugin, moved, inputs, preview=True, **ACCOUNT | {"displayName": "B"})
    assert planned.keys() == state.keys()


def test_an_update_without_an_answer_fails_and_keeps_what_is_known(plugin, emulator) -> None:
    """The state is marked as unfinished; the next preview of it invents no unknown ARN."""
    _, state, inputs = plugin.create(PMA, **ACCOUNT)
    emulator.fault("UpdateProgramManagementAccount", drop="after")
    with pytest.raises(grpc.RpcError) as caught:
        updated(plugin, state, inputs, **ACCOUNT | {"displayName": "B"})
    assert "may have been changed or not" in caught.value.details()
    details = status_pb2.Status.FromString(
        dict(caught.value.trailing_metadata())["grpc-status-details-bin"]
    )
    kept = pb.ErrorResourceInitFailed()
    assert details.details[0].Unpack(kept)
    olds = decoded(kept.properties)
    assert all(state[name] == value for name, value in olds.items())
    assert {"revision", "updatedAt"} == state.keys() - olds.keys()
    planned = updated(plugin, olds, inputs, preview=True, **ACCOUNT)
    assert (planned["arn"], planned["revision"]) == (state["arn"], UNKNOWN)
    assert updated(plugin, olds, inputs, **ACCOUNT)["displayName"] == ACCOUNT["displayName"]
    assert [o["displayName"] for o in emulator.objects()] == [ACCOUNT["displayName"]]
