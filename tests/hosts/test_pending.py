"""What is pending is read before every preview and update, and never fails one."""

from typing import Any

import pytest
from conftest import ACCOUNT, CUSTOMER, LINKED
from hosts.test_plugin import CH, CONFIG, PMA, Plugin, invitation, refusal
from partnercentral_provider.hosts.wire import decoded, encoded
from pulumi.runtime.proto import provider_pb2 as pb


@pytest.fixture
def plugin(emulator, monkeypatch) -> Any:
    """Start the plugin as the linked account, in the Sandbox, without retries."""
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    running = Plugin()
    running.configure()
    yield running
    running.close()


def sent(plugin: Plugin) -> tuple[Any, dict[str, Any]]:
    """Enrol an account and invite it; the answer to the create, and its inputs."""
    arn, _, _ = plugin.create(PMA, **ACCOUNT)
    inputs = plugin.inputs(CH, **invitation(arn))
    made = plugin.calls.Create(pb.CreateRequest(type=CH, properties=encoded(inputs)))
    return made, inputs


def read(plugin: Plugin, made: Any, inputs: dict[str, Any], type: str = CH) -> Any:
    """Read it as a refresh or a preview does."""
    request = pb.ReadRequest(
        id=made.id, type=type, properties=made.properties, inputs=encoded(inputs)
    )
    return plugin.calls.Read(request)


def test_what_is_pending_asks_to_be_read_until_it_is_answered(plugin, client) -> None:
    """A pending handshake asks the engine for a read before each update, a final one does not."""
    made, inputs = sent(plugin)
    assert made.refresh_before_update
    again = read(plugin, made, inputs)
    assert again.refresh_before_update
    client(ACCOUNT["accountId"]).accept_channel_handshake(catalog="Sandbox", identifier=made.id)
    answered = read(plugin, made, inputs)
    assert decoded(answered.properties)["status"] == "ACCEPTED"
    assert not answered.refresh_before_update


def test_an_account_asks_while_it_is_pending(plugin) -> None:
    """An account that was renamed before it was active asks on."""
    arn, state, inputs = plugin.create(PMA, **ACCOUNT)
    news = encoded(plugin.inputs(PMA, **ACCOUNT | {"displayName": "Other"}))
    request = pb.UpdateRequest(
        id=arn, type=PMA, olds=encoded(state), old_inputs=encoded(inputs), news=news
    )
    assert plugin.calls.Update(request).refresh_before_update


def test_refresh_pending_false_asks_for_nothing(plugin) -> None:
    """With `refreshPending: false` no state asks to be read."""
    plugin.configure(refreshPending=False)
    made, inputs = sent(plugin)
    assert not made.refresh_before_update
    assert not read(plugin, made, inputs).refresh_before_update


@pytest.mark.parametrize(
    "fault", ["AccessDeniedException", "InternalServerException", "ExpiredTokenException"]
)
def test_what_cannot_be_read_stays_as_it_was(plugin, emulator, fault) -> None:
    """A pending handshake that AWS does not let be read is answered as the state has it."""
    made, inputs = sent(plugin)
    emulator.fault("ListChannelHandshakes", times=99, error=fault)
    again = read(plugin, made, inputs)
    assert decoded(again.properties) == decoded(made.properties)
    assert decoded(again.inputs) == inputs
    assert again.refresh_before_update


def test_a_wrong_account_does_not_fail_a_preview(plugin, monkeypatch, emulator) -> None:
    """A pending handshake of another account's state stays as it was."""
    made, inputs = sent(plugin)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", CUSTOMER)
    other = Plugin()
    other.configure()
    assert decoded(read(other, made, inputs).properties) == decoded(made.properties)
    other.close()
    assert LINKED in made.id


def test_what_is_final_and_cannot_be_read_is_an_error(plugin, client, emulator) -> None:
    """Only what is pending stays as it was: a refresh of anything else fails."""
    made, inputs = sent(plugin)
    client(ACCOUNT["accountId"]).accept_channel_handshake(catalog="Sandbox", identifier=made.id)
    answered = read(plugin, made, inputs)
    emulator.fault("ListChannelHandshakes", times=99, error="AccessDeniedException")
    _, text = refusal(lambda: read(plugin, answered, inputs))
    assert "ListChannelHandshakes" in text


def test_an_import_that_cannot_be_read_is_an_error(plugin, emulator) -> None:
    """What no state has cannot stay as it was."""
    made, _ = sent(plugin)
    emulator.fault("ListChannelHandshakes", times=99, error="AccessDeniedException")
    _, text = refusal(lambda: plugin.calls.Read(pb.ReadRequest(id=made.id, type=CH)))
    assert "ListChannelHandshakes" in text


def test_with_refresh_pending_false_a_failing_read_is_an_error(plugin, emulator) -> None:
    """Where no preview reads, a read is a refresh, whose failure is told."""
    plugin.configure(**CONFIG | {"refreshPending": False})
    made, inputs = sent(plugin)
    emulator.fault("ListChannelHandshakes", times=99, error="AccessDeniedException")
    refusal(lambda: read(plugin, made, inputs))
