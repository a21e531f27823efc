"""Who signs what the plugin is asked for, over real gRPC, when credentials change."""

from collections.abc import Iterator
from typing import Any

import grpc
import pytest
from conftest import ACCOUNT, CUSTOMER, LINKED
from hosts.test_plugin import PMA, Plugin, refusal
from partnercentral_provider.hosts.wire import decoded, encoded
from pulumi.runtime.proto import provider_pb2 as pb


@pytest.fixture
def plugin(process: Any) -> Iterator[Plugin]:
    """Start a plugin whose credentials come from the process of its profile."""
    running = Plugin()
    running.configure(allowedAccountIds=[LINKED], refreshPending=False)
    yield running
    assert running.close() == 0


def test_credentials_that_become_another_accounts_write_nothing_there(
    plugin, emulator, process
) -> None:
    """A create makes nothing, a refresh does not say gone, a delete does not say done."""
    id, state, inputs = plugin.create(PMA, **ACCOUNT)
    process.gives(CUSTOMER)
    other = plugin.inputs(PMA, **ACCOUNT | {"accountId": "999988887777"})
    known = {"id": id, "type": PMA, "properties": encoded(state)}
    for call in (
        lambda: plugin.calls.Create(pb.CreateRequest(type=PMA, properties=encoded(other))),
        lambda: plugin.calls.Read(pb.ReadRequest(**known, inputs=encoded(inputs))),
        lambda: plugin.calls.Delete(pb.DeleteRequest(**known)),
    ):
        code, text = refusal(call)
        assert code == grpc.StatusCode.FAILED_PRECONDITION
        assert LINKED in text
        assert CUSTOMER in text
    assert [each["arn"] for each in emulator.objects()] == [id]
    process.gives(LINKED)
    found = plugin.calls.Read(pb.ReadRequest(**known, inputs=encoded(inputs)))
    assert decoded(found.properties) == state


def test_whenever_credentials_change_within_a_create_nothing_is_made_elsewhere(
    plugin, emulator, process
) -> None:
    """Between the check and the signature too: what signs is what was checked."""
    said = []
    for calls in range(6):
        process.gives(*[LINKED] * calls, CUSTOMER)
        inputs = plugin.inputs(PMA, **ACCOUNT | {"accountId": f"{calls:012}"})
        request = pb.CreateRequest(type=PMA, properties=encoded(inputs))
        answer = plugin.calls.Create.future(request)
        said.append(str(answer.details() or "made"))
    assert {each["arn"].split(":")[4] for each in emulator.objects()} == {LINKED}
    assert all(text == "made" or (LINKED in text and CUSTOMER in text) for text in said), said
    assert said[0] != "made"


def test_a_missing_region_is_missed_by_configure(monkeypatch, emulator) -> None:
    """Before any resource is asked for, with the command that sets one."""
    monkeypatch.delenv("AWS_REGION", raising=False)
    running = Plugin()
    code, text = refusal(
        lambda: running.calls.Configure(pb.ConfigureRequest(args=encoded({"catalog": "Sandbox"})))
    )
    assert code == grpc.StatusCode.FAILED_PRECONDITION
    assert "pulumi config set partnercentral:region us-east-1" in text
    assert running.close() == 0
