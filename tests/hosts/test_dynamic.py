"""The dynamic host over real gRPC, as the engine starts it, and what it pickles."""

import base64
import os
import pickle
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import grpc
import pytest
from conftest import ACCOUNT, LINKED
from google.protobuf import json_format, struct_pb2
from partnercentral_provider.hosts.dynamic import DynamicHost, pickled
from partnercentral_provider.resources import by_token
from pulumi.runtime import proto
from pulumi.runtime.proto import provider_pb2_grpc
from pulumi.runtime.rpc import UNKNOWN as WIRE_UNKNOWN

TOKEN = "partnercentral:channel:ProgramManagementAccount"
URN = f"urn:pulumi:dev::project::pulumi-python:dynamic/{TOKEN}::it"


class Host:
    """The process, and the engine's calls."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-u", "-m", "pulumi.dynamic", "127.0.0.1:1"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"},
        )
        assert self.process.stdout
        self.channel = grpc.insecure_channel(f"127.0.0.1:{int(self.process.stdout.readline())}")
        self.calls = provider_pb2_grpc.ResourceProviderStub(self.channel)

    def configure(self, **keys: str) -> None:
        given = {f"partnercentral:{k}": v for k, v in keys.items()}
        self.calls.Configure(proto.ConfigureRequest(args=_struct(given)))

    def check(self, **inputs: Any) -> Any:
        return self.calls.Check(proto.CheckRequest(urn=URN, news=_struct(_held(inputs))))

    def create(self, inputs: struct_pb2.Struct) -> Any:
        return self.calls.Create(proto.CreateRequest(urn=URN, properties=inputs))

    def diff(self, id: str, old: struct_pb2.Struct, **inputs: Any) -> Any:
        news = self.check(**inputs).inputs
        return self.calls.Diff(proto.DiffRequest(id=id, urn=URN, olds=old, news=news))

    def close(self) -> None:
        self.channel.close()
        self.process.terminate()
        self.process.wait()
        assert self.process.stdout
        self.process.stdout.close()


def _held(inputs: dict[str, Any]) -> dict[str, Any]:
    return inputs | {"__provider": pickled(TOKEN)}


def _struct(values: dict[str, Any]) -> struct_pb2.Struct:
    return json_format.ParseDict(values, struct_pb2.Struct())


def _plain(struct: struct_pb2.Struct) -> dict[str, Any]:
    return {k: v for k, v in json_format.MessageToDict(struct).items() if k != "__provider"}


@pytest.fixture
def host(emulator) -> Iterator[Host]:
    """Start the host as the linked account, in the Sandbox."""
    running = Host()
    running.configure(region="us-east-1", catalog="Sandbox")
    yield running
    running.close()


@pytest.mark.parametrize("token", sorted(by_token()))
def test_the_pickle_is_a_reference_with_one_string(token) -> None:
    """Small, the same everywhere, and never holding a client."""
    text = pickled(token)
    assert len(text) < 200
    assert text is pickled(token)
    found = pickle.loads(base64.b64decode(text))
    assert isinstance(found, DynamicHost)
    assert vars(found) == {"token": token}


def test_no_change_in_meaning_is_answered_so(host) -> None:
    """`changes` is false, and the engine asks no further."""
    made = host.create(host.check(**ACCOUNT).inputs)
    assert host.diff(made.id, made.properties, **ACCOUNT).changes == proto.DiffResponse.DIFF_NONE


def test_a_change_leaves_the_details_to_the_engine(host) -> None:
    """`changes` is unknown, so that the engine compares and shows only what differs."""
    made = host.create(host.check(**ACCOUNT).inputs)
    found = host.diff(made.id, made.properties, **ACCOUNT | {"displayName": "B"})
    assert found.changes == proto.DiffResponse.DIFF_UNKNOWN
    assert list(found.replaces) == []
    found = host.diff(made.id, made.properties, **ACCOUNT | {"program": "DISTRIBUTION"})
    assert list(found.replaces) == ["program"]
    assert found.deleteBeforeReplace


def test_a_state_without_its_provider_is_repaired(host) -> None:
    """A stack that came back from a plugin lacks the key, without which a destroy would fail."""
    made = host.create(host.check(**ACCOUNT).inputs)
    del made.properties.fields["__provider"]
    found = host.diff(made.id, made.properties, **ACCOUNT)
    assert found.changes == proto.DiffResponse.DIFF_SOME


def test_unknowns_come_back_as_unknowns(host) -> None:
    """At any depth, in Check's answer."""
    answer = host.check(**ACCOUNT | {"accountId": WIRE_UNKNOWN, "tags": {"a": WIRE_UNKNOWN}})
    inputs = _plain(answer.inputs)
    assert (inputs["accountId"], inputs["tags"]["a"]) == (WIRE_UNKNOWN, WIRE_UNKNOWN)
    assert list(answer.failures) == []


def test_failures_come_on_their_property(host) -> None:
    """As check failures, not as errors."""
    answer = host.check(**ACCOUNT | {"accountId": "12"})
    assert [(f.property, f.reason) for f in answer.failures] == [
        ("accountId", "must be 12 digits, got 2")
    ]


def test_an_error_is_its_sentence(host, emulator) -> None:
    """No frames, no module name: the kind and the sentence."""
    emulator.fault("CreateProgramManagementAccount", error="AccessDeniedException", message="No")
    with pytest.raises(grpc.RpcError) as caught:
        host.create(host.check(**ACCOUNT).inputs)
    text = caught.value.details()
    assert text.startswith("Denied: AWS does not allow")
    assert LINKED in text
    assert "Traceback" not in text
    assert ".py" not in text
