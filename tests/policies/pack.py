"""The policy pack as a process that answers what the engine asks, and resources to show it."""

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import grpc
import pytest
from google.protobuf import json_format
from google.protobuf.empty_pb2 import Empty
from google.protobuf.struct_pb2 import Struct
from hosts.host import Host
from hosts.test_dynamic import Host as DynamicHost
from hosts.test_dynamic import pickled
from partnercentral_provider.hosts.wire import encoded
from partnercentral_provider.model.tokens import in_process
from pulumi.runtime.proto import analyzer_pb2, analyzer_pb2_grpc, provider_pb2

PACK = Path(__file__).resolve().parents[2] / "policies"
PYTHON = PACK / ".venv/bin/python"
MISSING = "The pack's environment is missing: `make policies/.venv/ready` brings it."
FORMS = ("plugin", "dynamic")


class Resource(NamedTuple):
    """A resource as the engine shows it to a policy."""

    type: str
    properties: Struct


class Said(NamedTuple):
    """What a rule said, and how grave that is."""

    policy: str
    level: str
    message: str
    urn: str


class Pack:
    """The process of the pack in a *folder*, started and asked as the engine does it."""

    def __init__(self, folder: Path = PACK, python: Path = PYTHON) -> None:
        if not python.exists():
            pytest.fail(MISSING)
        self.process = subprocess.Popen(
            [python, "-u", "-m", "pulumi.policy", "127.0.0.1:1", str(folder)],
            stdout=subprocess.PIPE,
        )
        assert self.process.stdout
        port = int(self.process.stdout.readline())
        self.channel = grpc.insecure_channel(f"127.0.0.1:{port}")
        self.calls = analyzer_pb2_grpc.AnalyzerStub(self.channel)

    def configure(self, **given: Any) -> None:
        """Configure each rule, named with underscores: its defaults, and then what is given."""
        config = {}
        for policy in self.calls.GetAnalyzerInfo(Empty()).policies:
            schema = json_format.MessageToDict(policy.configSchema.properties)
            values = {name: described["default"] for name, described in schema.items()}
            values |= given.pop(policy.name.replace("-", "_"), {})
            level = values.pop("enforcementLevel", None)
            config[policy.name] = analyzer_pb2.PolicyConfig(
                enforcementLevel=level.upper() if level else policy.enforcementLevel,
                properties=encoded(values),
            )
        assert not given
        self.calls.Configure(analyzer_pb2.ConfigureAnalyzerRequest(policyConfig=config))

    def analyze(self, resource: Resource, stack: str = "dev") -> list[Said]:
        """Show a resource's inputs."""
        return _said(self.calls.Analyze(analyzer_pb2.AnalyzeRequest(**_shown(resource, stack))))

    def analyze_stack(self, *resources: Resource) -> list[Said]:
        """Show the outputs of all resources, at the end."""
        shown = [analyzer_pb2.AnalyzerResource(**_shown(each, "dev")) for each in resources]
        return _said(self.calls.AnalyzeStack(analyzer_pb2.AnalyzeStackRequest(resources=shown)))

    def close(self) -> None:
        self.channel.close()
        self.process.terminate()
        self.process.wait()
        assert self.process.stdout
        self.process.stdout.close()


class Providers:
    """Both forms of the provider, each with any configuration, to check inputs."""

    def __init__(self) -> None:
        self._running: dict[str, Any] = {}

    def checked(
        self, form: str, kind: str, inputs: Mapping[str, Any], **configuration: Any
    ) -> Resource:
        """Check inputs; the resource that a policy sees."""
        token = f"partnercentral:channel:{kind}"
        type, hidden = token, {"__identity": '["stack", "type", "it"]'}
        if form == "dynamic":
            type, hidden = in_process(token), {"__provider": pickled(token)}
        checked = self._provider(form, configuration).calls.Check(
            provider_pb2.CheckRequest(
                urn=urn_of(type), type=type, news=encoded(hidden | dict(inputs))
            )
        )
        assert not checked.failures, checked.failures
        return Resource(type, checked.inputs)

    def shown(self, form: str, kind: str, state: Mapping[str, Any]) -> Resource:
        """Read what a state of the dynamic form describes; its outputs, as a policy sees them."""
        token = f"partnercentral:channel:{kind}"
        if form == "dynamic":
            return Resource(in_process(token), encoded(state))
        host = Host()  # a new one, since each test has its own AWS
        host.configure()
        read = provider_pb2.ReadRequest(id=state["arn"], type=token, urn=urn_of(token))
        outputs = host.calls.Read(read).properties
        host.close()
        return Resource(token, outputs)

    def _provider(self, form: str, configuration: dict[str, Any]) -> Any:
        key = form + json.dumps(configuration, sort_keys=True)
        if key not in self._running:
            host = self._running[key] = Host() if form == "plugin" else DynamicHost()
            host.configure(**{"region": "us-east-1", "catalog": "Sandbox"} | configuration)
        return self._running[key]

    def close(self) -> None:
        for host in self._running.values():
            host.close()


def urn_of(type: str, stack: str = "dev") -> str:
    return f"urn:pulumi:{stack}::project::{type}::it"


def _shown(resource: Resource, stack: str) -> dict[str, Any]:
    return resource._asdict() | {"urn": urn_of(resource.type, stack), "name": "it"}


def _said(answer: Any) -> list[Said]:
    levels = analyzer_pb2.EnforcementLevel
    return [
        Said(d.policyName, levels.Name(d.enforcementLevel).lower(), d.message, d.urn)
        for d in answer.diagnostics
    ]
