"""What can be known of each call of AWS: lines, request ids and spans, and no secret."""

import json
import os
import re
import stat
import subprocess
import sys
from concurrent import futures
from typing import Any

import grpc
import pytest
from conftest import ACCOUNT, LINKED
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2 as traces
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2_grpc
from partnercentral_provider.config import Configuration
from partnercentral_provider.lifecycle.lifecycle import Lifecycle
from partnercentral_provider.lifecycle.requests import CreateRequest
from partnercentral_provider.model.errors import Misconfigured, ProviderError

TOKEN = "partnercentral:channel:ProgramManagementAccount"
LINE = re.compile(
    r"(?P<operation>\w+) as (?P<account>\w+)(, attempt (?P<attempt>\d+))?: "
    r"waited (?P<waited>[\d.]+) s for its turn, took (?P<took>[\d.]+) s, "
    r"(?P<outcome>[\w ]+)(, request id (?P<request>[\w-]+))?"
)


def created(lines: list[str], **config: Any) -> None:
    """Enrol an account, and keep the lines that are written of the calls."""
    given = {"region": "us-east-1", "catalog": "Sandbox"} | config
    life = Lifecycle(Configuration.of(given), print, debug=lines.append, sleep=lambda _: None)
    life.create(CreateRequest(TOKEN, {"catalog": "Sandbox"} | ACCOUNT))


def test_each_attempt_is_a_line(emulator) -> None:
    """Operation, account, wait, time, attempt, status and request id; retries among them."""
    emulator.fault("CreateProgramManagementAccount", error="InternalServerException", times=1)
    lines: list[str] = []
    created(lines)
    found = [LINE.fullmatch(line) for line in lines]
    assert all(found), lines
    told = [(each["operation"], each["attempt"], each["outcome"]) for each in found if each]
    assert told == [
        ("GetCallerIdentity", None, "status 200"),
        ("CreateProgramManagementAccount", None, "status 500"),
        ("CreateProgramManagementAccount", "2", "status 200"),
        ("ListProgramManagementAccounts", None, "status 200"),
    ]
    assert {each["account"] for each in found[1:] if each} == {LINKED}
    assert all(each["request"] for each in found if each)


def test_no_line_has_a_secret(emulator, monkeypatch) -> None:
    """Neither keys nor what is sent are in any line."""
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "very-secret")
    lines: list[str] = []
    role = {"roleArn": f"arn:aws:iam::{LINKED}:role/Channel", "externalId": "hush-hush"}
    created(lines, assumeRoles=[role])
    text = "\n".join(lines)
    assert "AssumeRole" in text
    for secret in ("very-secret", "hush-hush", ACCOUNT["displayName"]):
        assert secret not in text


def test_an_attempt_without_an_answer_names_its_error(emulator, monkeypatch) -> None:
    """A connection that is dropped is told as the error that took the place of a status."""
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    emulator.fault("CreateProgramManagementAccount", drop="before", times=1)
    lines: list[str] = []
    with pytest.raises(ProviderError):
        created(lines)
    assert "ConnectionClosedError" in lines[-1]


def test_a_file_has_the_lines_where_it_is_asked_for(emulator, monkeypatch, tmp_path) -> None:
    """`PARTNERCENTRAL_LOG=debug` writes them, with the time, into a file of mode 0600."""
    file = tmp_path / "calls.log"
    monkeypatch.setenv("PARTNERCENTRAL_LOG", "debug")
    monkeypatch.setenv("PARTNERCENTRAL_LOG_FILE", str(file))
    created([])
    lines = file.read_text().splitlines()
    assert len(lines) == 3
    assert re.match(r"\d{4}-\d\d-\d\d .* \d+ GetCallerIdentity as ", lines[0])
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "error",
    [
        "AccessDeniedException",
        "ConflictException",
        "ExpiredTokenException",
        "InternalServerException",
        "ResourceNotFoundException",
        "ServiceQuotaExceededException",
        "ThrottlingException",
        "UnrecognizedClientException",
        "ValidationException",
        "NobodyKnowsException",
    ],
)
def test_every_sentence_of_an_error_has_the_request_id(emulator, monkeypatch, error) -> None:
    """AWS's support asks for it, whatever the error was."""
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    emulator.fault("CreateProgramManagementAccount", error=error, times=9)
    lines: list[str] = []
    with pytest.raises(ProviderError) as caught:
        created(lines)
    (refused,) = (line for line in lines if line.startswith("CreateProgramManagementAccount"))
    assert f"Request id {refused.rpartition(' ')[2]}." in str(caught.value)


class Collector(trace_service_pb2_grpc.TraceServiceServicer):
    """A collector of spans, as OpenTelemetry's exporter speaks to one."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def Export(self, request: Any, context: Any) -> Any:  # noqa: N802 - gRPC's name
        for resource in request.resource_spans:
            for scope in resource.scope_spans:
                self.names += [span.name for span in scope.spans]
        return traces.ExportTraceServiceResponse()


PROGRAM = """
import json, sys
from concurrent.futures import ThreadPoolExecutor
from partnercentral_provider.aws.calls import flush
from partnercentral_provider.config import Configuration
from partnercentral_provider.lifecycle.lifecycle import Lifecycle
from partnercentral_provider.lifecycle.requests import CreateRequest

rates = {"*": 1000, "CreateProgramManagementAccount": 4}
given = {"region": "us-east-1", "catalog": "Sandbox", "rateLimits": rates}
life = Lifecycle(Configuration.of(given), print)
def create(number):
    inputs = json.loads(sys.argv[1]) | {"accountId": f"{number:012}"}
    life.create(CreateRequest("partnercentral:channel:ProgramManagementAccount", inputs))
with ThreadPoolExecutor(4) as pool:
    list(pool.map(create, range(4)))
flush()
print("opentelemetry" in sys.modules)
"""


@pytest.mark.parametrize("collected", [True, False])
def test_spans_go_where_opentelemetry_is_told(emulator, collected) -> None:
    """Each attempt and each wait is a span; where nobody collects them, nothing is imported."""
    collector, server = Collector(), grpc.server(futures.ThreadPoolExecutor(2))
    trace_service_pb2_grpc.add_TraceServiceServicer_to_server(collector, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    environment = {**os.environ}
    if collected:
        environment["OTEL_EXPORTER_OTLP_ENDPOINT"] = f"http://127.0.0.1:{port}"
        environment["OTEL_EXPORTER_OTLP_INSECURE"] = "true"
    inputs = json.dumps({"catalog": "Sandbox"} | ACCOUNT)
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM, inputs],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    server.stop(None)
    assert ran.stdout.splitlines()[-1] == str(collected)
    if collected:
        assert collector.names.count("CreateProgramManagementAccount") == 4
        assert "wait for CreateProgramManagementAccount" in collector.names
        assert "GetCallerIdentity" in collector.names


def test_the_cache_folder_is_made_for_the_log(emulator, monkeypatch, tmp_path) -> None:
    """On a machine that has none yet, `PARTNERCENTRAL_LOG=debug` alone is enough."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "new"))
    monkeypatch.setenv("PARTNERCENTRAL_LOG", "debug")
    created([])
    text = (tmp_path / "new" / "pulumi-partnercentral" / "calls.log").read_text()
    assert "CreateProgramManagementAccount as" in text


def test_a_log_that_cannot_be_written_is_a_sentence(emulator, monkeypatch, tmp_path) -> None:
    """The sentence names the file and the variable."""
    monkeypatch.setenv("PARTNERCENTRAL_LOG", "debug")
    monkeypatch.setenv("PARTNERCENTRAL_LOG_FILE", str(tmp_path))
    with pytest.raises(Misconfigured) as caught:
        created([])
    assert str(tmp_path) in str(caught.value)
    assert "PARTNERCENTRAL_LOG_FILE" in str(caught.value)
