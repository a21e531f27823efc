"""The plugin and engines of several versions, whose requests differ by the fields they have."""

from typing import Any

import pytest
from conftest import ACCOUNT
from hosts.test_plugin import CONFIG, PMA, Plugin
from partnercentral_provider.hosts.wire import decoded, encoded
from pulumi.runtime.proto import provider_pb2 as pb

NEWER = {
    "ProviderHandshakeRequest": [
        "sends_old_outputs_to_check",
        "accepts_outputs_in_invoke",
        "accepts_outputs_in_call",
        "accepts_outputs_in_check",
    ],
    "CheckRequest": ["old_outputs"],
}
"""Fields of Pulumi's provider protocol that v3.274 sends, and v3.259 does not know."""


@pytest.fixture
def plugin(emulator: Any) -> Any:
    running = Plugin()
    yield running
    assert running.close() == 0


@pytest.mark.parametrize("version", ["v3.259", "v3.274"])
def test_a_life_with_an_engine_of_that_version(plugin, emulator, version) -> None:
    """Greeted, configured, created, refreshed, changed and deleted by exactly its requests."""
    greeting: dict[str, Any] = dict.fromkeys(
        ("configure_with_urn", "supports_views", "supports_refresh_before_update"), True
    )
    if version == "v3.274":
        known = {f.name for f in pb.ProviderHandshakeRequest.DESCRIPTOR.fields}
        greeting |= dict.fromkeys(known.intersection(NEWER["ProviderHandshakeRequest"]), True)
    calls = plugin.calls
    answer = calls.Handshake(pb.ProviderHandshakeRequest(engine_address="127.0.0.1:1", **greeting))
    assert answer.accept_secrets
    of = {"name": "a", "type": PMA, "urn": f"urn:pulumi:dev::test::{PMA}::a"}
    calls.CheckConfig(pb.CheckRequest(news=encoded(CONFIG)))
    calls.Configure(pb.ConfigureRequest(args=encoded(CONFIG), acceptSecrets=True))

    def check(old: dict[str, Any] | None = None, **changed: Any) -> dict[str, Any]:
        request = pb.CheckRequest(**of, news=encoded(ACCOUNT | changed), randomSeed=b"1")
        if old:
            request.olds.CopyFrom(encoded(old))
        has = {f.name for f in pb.CheckRequest.DESCRIPTOR.fields}
        if old and version == "v3.274" and has.issuperset(NEWER["CheckRequest"]):
            request.old_outputs.CopyFrom(encoded(old))
        checked = calls.Check(request)
        assert not checked.failures
        return decoded(checked.inputs)

    inputs = check()
    made = calls.Create(pb.CreateRequest(**of, properties=encoded(inputs)))
    state = {"id": made.id, "properties": made.properties, "inputs": encoded(inputs)}
    found = calls.Read(pb.ReadRequest(**of, **state))
    assert found.id == made.id
    assert decoded(found.inputs) == inputs
    changed = encoded(check(inputs, displayName="Renamed"))
    move = {
        "id": made.id,
        "olds": found.properties,
        "old_inputs": found.inputs,
        "news": changed,
    }
    difference = calls.Diff(pb.DiffRequest(**of, **move))
    assert (list(difference.diffs), list(difference.replaces)) == (["displayName"], [])
    updated = calls.Update(pb.UpdateRequest(**of, **move))
    assert decoded(updated.properties)["displayName"] == "Renamed"
    gone = {"id": made.id, "properties": updated.properties, "old_inputs": changed}
    calls.Delete(pb.DeleteRequest(**of, **gone))
    assert emulator.calls()["DeleteProgramManagementAccount"] == 1
