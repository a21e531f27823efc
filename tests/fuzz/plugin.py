"""Odd requests to the plugin: what the engine sends in a life of every resource, changed."""

import os
import re
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any

import grpc
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from google.protobuf.struct_pb2 import Struct, Value
from managed_services import attestation
from partnercentral_emulator import Emulator
from partnercentral_provider.aws.models import service_model
from pulumi.runtime.proto import provider_pb2 as pb

from .mutations import Mutator, is_sentence

OPERATIONS = service_model()["operations"]
SERVICE = pb.DESCRIPTOR.services_by_name["ResourceProvider"]
CONFIG = {"region": "us-east-1", "catalog": "Sandbox", "accountRoleName": "Channel"}
LINKED, MANAGEMENT, CUSTOMER = "123456789012", "111122223333", "444455556666"
NO_ANSWER = {
    grpc.StatusCode.UNKNOWN,
    grpc.StatusCode.INTERNAL,
    grpc.StatusCode.UNAVAILABLE,
    grpc.StatusCode.DEADLINE_EXCEEDED,
}
"""What gRPC says by itself, or what leaves the engine without knowing what became of a thing."""


@dataclass
class Result:
    """What became of many odd requests."""

    requests: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    growth: float = 0.0
    """The growth of the process's memory in MiB, after the first fifth of the requests."""
    slowest: float = 0.0
    """Seconds."""


class Plugin:
    """A plugin's process, and the engine's side of it, which keeps every request."""

    def __init__(self, url: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "partnercentral_provider"],
            env=os.environ | environment(url),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        assert self.process.stdout
        port = int(self.process.stdout.readline())
        unlimited = [("grpc.max_send_message_length", -1), ("grpc.max_receive_message_length", -1)]
        self.channel = grpc.insecure_channel(f"127.0.0.1:{port}", unlimited)
        self.kept: list[tuple[str, Message]] = []

    def send(self, method: str, data: bytes) -> list[Any]:
        """Send bytes; every message of the answer."""
        spec = SERVICE.methods_by_name[method]
        path = f"/{SERVICE.full_name}/{method}"
        read = GetMessageClass(spec.output_type).FromString
        if method == "List":
            call = self.channel.unary_stream(path, response_deserializer=read)
            return list(call(data, timeout=30))
        return [self.channel.unary_unary(path, response_deserializer=read)(data, timeout=30)]

    def ask(self, method: str, **fields: Any) -> Any:
        """Send a request and keep it; objects are given as trees."""
        message = GetMessageClass(SERVICE.methods_by_name[method].input_type)()
        for name, value in fields.items():
            if isinstance(value, dict):
                write(value, getattr(message, name))
            else:
                setattr(message, name, value)
        self.kept.append((method, message))
        return self.send(method, message.SerializeToString())[0]

    def memory(self) -> float:
        """Tell how much memory the process has, in MiB."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0]) / 1024

    def close(self) -> int | None:
        """End it; its exit code, where it ended before."""
        ended = self.process.poll()
        self.channel.close()
        self.process.terminate()
        self.process.communicate()
        return ended


def environment(url: str) -> dict[str, str]:
    """Give the environment of a process that shall find an emulator at this URL."""
    return {
        "AWS_ENDPOINT_URL": url,
        "AWS_ACCESS_KEY_ID": LINKED,
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_EC2_METADATA_DISABLED": "true",
        "PARTNERCENTRAL_RATE_LIMITS": '{"*": 1e9}',
    }


def write(tree: dict[str, Any], into: Struct) -> None:
    """Write a tree into a Struct."""
    for name, value in tree.items():
        _write(value, into.fields[name])


def _write(value: Any, into: Value) -> None:
    if value is None:
        into.null_value = 0
    elif isinstance(value, bool):
        into.bool_value = value
    elif isinstance(value, str):
        into.string_value = value.encode(errors="replace").decode()
    elif isinstance(value, (int, float)):
        into.number_value = value
    elif isinstance(value, list):
        into.list_value.SetInParent()
        for inner in value:
            _write(inner, into.list_value.values.add())
    else:
        into.struct_value.SetInParent()
        write(value, into.struct_value)


def read(struct: Struct) -> dict[str, Any]:
    """Read a Struct as a tree; every number is a float, infinite ones too."""
    return {name: _read(value) for name, value in struct.fields.items()}


def _read(value: Value) -> Any:
    match value.WhichOneof("kind"):
        case "struct_value":
            return read(value.struct_value)
        case "list_value":
            return [_read(inner) for inner in value.list_value.values]
        case None | "null_value":
            return None
        case kind:
            return getattr(value, kind)


def lives(plugin: Plugin) -> None:
    """Let the engine's requests of one life of every resource go to the plugin."""
    ask = plugin.ask
    ask("CheckConfig", news=CONFIG)
    ask("DiffConfig", old_inputs=CONFIG, olds=CONFIG, news=CONFIG | {"region": "eu-west-1"})
    ask("Configure", args=CONFIG)
    ask("GetSchema")
    plan = {"partnerLedSupport": {"coverage": "ENTIRE_ORGANIZATION", "tamLocation": "EU"}}
    account = _life(
        plugin,
        "ProgramManagementAccount",
        program="SOLUTION_PROVIDER",
        accountId=MANAGEMENT,
        displayName="A",
        tags={"team": "blue"},
    )
    _life(
        plugin,
        "ChannelHandshake",
        handshakeType="PROGRAM_MANAGEMENT_ACCOUNT",
        associatedResourceIdentifier=account,
    )
    relationship = _life(
        plugin,
        "Relationship",
        programManagementAccountIdentifier=account,
        associatedAccountId=CUSTOMER,
        associationType="END_CUSTOMER",
        sector="COMMERCIAL",
        displayName="C",
        requestedSupportPlan=plan,
        tags={"team": "blue"},
    )
    payload = {
        "programManagementAccountIdentifier": account,
        "servicePeriodType": "MINIMUM_NOTICE_PERIOD",
        "minimumNoticeDays": 14,
        "note": "Hi",
    }
    offer = _life(
        plugin,
        "ChannelHandshake",
        handshakeType="START_SERVICE_PERIOD",
        associatedResourceIdentifier=relationship,
        payload={"startServicePeriodPayload": payload},
    )
    answer = {
        "channelHandshakeIdentifier": offer,
        "handshakeType": "START_SERVICE_PERIOD",
        "response": "ACCEPT",
        "receiverAccountId": CUSTOMER,
    }
    _life(plugin, "ChannelHandshakeResponse", **answer)
    terms = {name: payload[name] for name in ("servicePeriodType", "minimumNoticeDays")}
    _life(plugin, "ServicePeriod", relationshipIdentifier=relationship, **terms)
    _life(plugin, "ServicePeriodAcceptance", channelHandshakeIdentifier=offer)
    if "CreateChannelContract" in OPERATIONS:  # an older boto3 has none
        _managed(plugin)
    for name, arguments in (
        ("getCallerAccount", {}),
        ("getProgramManagementAccount", {"arn": account}),
        ("getRelationship", {"associatedAccountIds": [CUSTOMER]}),
        (
            "getChannelHandshakes",
            {"statuses": ["PENDING"]},
        ),
        ("getServicePeriod", {"relationshipIdentifier": relationship}),
    ):
        ask("Invoke", tok=f"partnercentral:channel:{name}", args=arguments)
    for kind in ("ProgramManagementAccount", "Relationship", "ChannelHandshake"):
        plugin.kept.append(
            ("List", pb.ListRequest(token=f"partnercentral:channel:{kind}", limit=1))
        )


def _managed(plugin: Plugin) -> None:
    """Let the requests of a managed services customer with a contract go to the plugin."""
    account = _life(
        plugin,
        "ProgramManagementAccount",
        program="MANAGED_SERVICES_PROVIDER",
        type="MANAGED_SERVICES",
        accountId="121212121212",
        displayName="M",
    )
    relationship = _life(
        plugin,
        "Relationship",
        programManagementAccountIdentifier=account,
        associatedAccountId="151515151515",
        associationType="MANAGED_SERVICES_END_CUSTOMER",
        accountScope="ENTIRE_ORGANIZATION",
        sector="COMMERCIAL",
        displayName="S",
    )
    contract = _life(
        plugin,
        "ChannelContract",
        contractType="MANAGED_SERVICES_ATTESTATION",
        payload=attestation(account, relationship, endDate="2090-12-31"),
        tags={"team": "blue"},
    )
    plugin.ask("Invoke", tok="partnercentral:channel:getChannelContract", args={"arn": contract})


def _life(plugin: Plugin, kind: str, **inputs: Any) -> str:
    """Preview, create, read, change and read one resource as the engine does; its ID."""
    about = {
        "type": f"partnercentral:channel:{kind}",
        "urn": f"urn:pulumi:dev::fuzz::partnercentral:channel:{kind}::{kind.lower()}",
        "name": kind.lower(),
    }
    ask = plugin.ask
    inputs["__identity"] = f'["fuzz", "dev", "partnercentral:channel:{kind}", "{kind.lower()}"]'
    given = read(ask("Check", **about, news=inputs).inputs)
    ask("Create", **about, properties=given, preview=True)
    made = ask("Create", **about, properties=given)
    state = read(made.properties)
    about["id"] = made.id
    new = given | ({"tags": {"team": "red"}} if "tags" in given else {})
    olds = {"olds": state, "old_inputs": given}
    ask("Diff", **about, **olds, news=new)
    ask("Update", **about, **olds, news=new, preview=True)
    state = read(ask("Update", **about, **olds, news=new).properties)
    ask("Read", **about, properties=state, inputs=new)
    # An import: kept unasked, since the sender of an invitation may not import its answer.
    plugin.kept.append(("Read", pb.ReadRequest(**about)))
    delete = pb.DeleteRequest(**about)
    write(state, delete.properties)
    plugin.kept.append(("Delete", delete))
    return str(made.id)


def fuzz(count: int, seed: int = 0) -> Result:
    """Send *count* odd requests to a plugin of its own, which has to live through them all."""
    result, mutator = Result(), Mutator(seed)
    with Emulator(settings={"quotas_enforced": False}) as emulator:
        plugin = Plugin(emulator.url)
        try:
            lives(plugin)
            configure = next(m for n, m in plugin.kept if n == "Configure").SerializeToString()
            early = plugin.memory()
            for number in range(count):
                method, data = _odd(mutator, plugin.kept)
                begun = monotonic()
                _judge(plugin, method, data, result)
                result.slowest = max(result.slowest, monotonic() - begun)
                if method == "Configure":
                    plugin.send("Configure", configure)
                if number == count // 5:
                    early = plugin.memory()
                if plugin.process.poll() is not None:
                    result.wrong.append(f"{method} ended the process: {plugin.process.poll()}")
                    break
            else:
                result.growth = plugin.memory() - early
        finally:
            plugin.close()
    return result


def _odd(mutator: Mutator, kept: list[tuple[str, Message]]) -> tuple[str, bytes]:
    """Change one of the requests."""
    method, real = mutator.random.choice(kept)
    message = type(real).FromString(real.SerializeToString())
    for _ in range(mutator.random.choice([1, 1, 2])):
        _change(mutator, message)
    data = message.SerializeToString()
    chance = mutator.random.random()
    if chance < 0.08:
        return method, mutator.raw(data)
    if chance < 0.12:
        structs = [f for f in real.DESCRIPTOR.fields if _is_struct(f)]
        if structs:
            depth = mutator.random.choice([30, 40, 400, 5000])
            return method, data + deep(mutator.random.choice(structs).number, depth)
    return method, data


def _change(mutator: Mutator, message: Message) -> None:
    fields = [f for f in message.DESCRIPTOR.fields if not f.is_repeated]
    spec = mutator.random.choice(fields + [f for f in fields if _is_struct(f)] * 4)
    if _is_struct(spec):
        tree = mutator.tree(read(getattr(message, spec.name)))
        message.ClearField(spec.name)
        if isinstance(tree, dict):
            write(tree, getattr(message, spec.name))
    elif spec.type == spec.TYPE_STRING:
        text = mutator.text() if mutator.random.random() < 0.7 else ""
        setattr(message, spec.name, text.encode(errors="replace").decode())
    elif spec.type == spec.TYPE_DOUBLE:
        setattr(message, spec.name, mutator.random.choice([-1.0, float("nan"), 1e308, 0.001]))
    elif spec.type == spec.TYPE_BOOL:
        setattr(message, spec.name, not getattr(message, spec.name))
    elif spec.type in (spec.TYPE_INT64, spec.TYPE_INT32):
        setattr(message, spec.name, mutator.random.choice([-1, 0, 1, 2**31 - 1]))


def _is_struct(spec: Any) -> bool:
    return bool(spec.message_type and spec.message_type.full_name == "google.protobuf.Struct")


def deep(number: int, depth: int) -> bytes:
    """Spell a Struct of so many objects within objects, for the field of this number."""

    def member(number: int, data: bytes) -> bytes:
        return _varint(number << 3 | 2) + _varint(len(data)) + data

    value = member(3, b"x")
    for _ in range(depth):
        value = member(5, member(1, member(1, b"a") + member(2, value)))
    return member(number, member(1, member(1, b"displayName") + member(2, value)))


def _varint(number: int) -> bytes:
    head, rest = number & 127, number >> 7
    return bytes([head | 128]) + _varint(rest) if rest else bytes([head])


def _judge(plugin: Plugin, method: str, data: bytes, result: Result) -> None:
    """Send a request; note what is wrong with its answer."""
    result.requests += 1
    try:
        (answer, *_) = plugin.send(method, data) or [None]
        result.statuses["OK"] += 1
        reasons = [f.reason for f in getattr(answer, "failures", ())]
        said = "" if all(reasons) else "a failure has no reason"
    except grpc.RpcError as error:
        code, text = error.code(), str(error.details())
        result.statuses[code.name] += 1
        said = "" if code not in NO_ANSWER and is_sentence(text) else f"{code.name}: {text}"
    if said:
        result.wrong.append(f"{method}: {re.sub('[0-9a-z]{13}', '…', said)[:300]}")
