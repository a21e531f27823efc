"""The provider plugin over real gRPC, as the engine starts it."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc
import pytest
from conftest import ACCOUNT, CUSTOMER, LINKED, MANAGEMENT, RELATIONSHIP
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from partnercentral_provider import __version__
from partnercentral_provider.hosts.wire import Secret, decoded, encoded
from partnercentral_provider.model.tokens import in_process
from partnercentral_provider.model.unknown import UNKNOWN
from pulumi.runtime.proto import provider_pb2 as pb
from pulumi.runtime.proto import provider_pb2_grpc, status_pb2

PMA, RS, CH, ANSWER = (
    f"partnercentral:channel:{kind}"
    for kind in (
        "ProgramManagementAccount",
        "Relationship",
        "ChannelHandshake",
        "ChannelHandshakeResponse",
    )
)
CONFIG = {"region": "us-east-1", "catalog": "Sandbox"}


class Plugin:
    """The process, and the engine's calls in short."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "partnercentral_provider", "127.0.0.1:1"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert self.process.stdout
        port = int(self.process.stdout.readline())
        options = [("grpc.max_send_message_length", -1), ("grpc.max_receive_message_length", -1)]
        self.channel = grpc.insecure_channel(f"127.0.0.1:{port}", options)
        self.calls = provider_pb2_grpc.ResourceProviderStub(self.channel)

    def configure(self, **values: Any) -> None:
        self.calls.Configure(pb.ConfigureRequest(args=encoded(CONFIG | values)))

    def check(self, type: str, **inputs: Any) -> Any:
        return self.calls.Check(pb.CheckRequest(type=type, news=encoded(inputs)))

    def inputs(self, type: str, **inputs: Any) -> dict[str, Any]:
        checked = self.check(type, **inputs)
        assert not checked.failures
        return decoded(checked.inputs)

    def create(self, type: str, **inputs: Any) -> tuple[str, dict[str, Any], dict[str, Any]]:
        given_ = self.inputs(type, **inputs)
        made = self.calls.Create(pb.CreateRequest(type=type, properties=encoded(given_)))
        return made.id, decoded(made.properties), given_

    def diff(self, type: str, old: Any, old_inputs: Any, **inputs: Any) -> Any:
        news = encoded(self.inputs(type, **inputs))
        olds = {"olds": encoded(old), "old_inputs": encoded(old_inputs)}
        return self.calls.Diff(pb.DiffRequest(id=old["arn"], type=type, news=news, **olds))

    def invoke(self, name: str, **arguments: Any) -> Any:
        request = pb.InvokeRequest(tok=f"partnercentral:channel:{name}", args=encoded(arguments))
        answer = self.calls.Invoke(request)
        assert not answer.failures, answer.failures
        return decoded(getattr(answer, "return"))

    def close(self) -> int:
        self.channel.close()
        self.process.terminate()
        code = self.process.wait(10)
        for pipe in (self.process.stdout, self.process.stderr):
            assert pipe
            pipe.close()
        return code


@pytest.fixture
def plugin(emulator: Any) -> Iterator[Plugin]:
    running = Plugin()
    running.configure()
    yield running
    assert running.close() == 0


def refusal(call: Any) -> tuple[grpc.StatusCode, str]:
    with pytest.raises(grpc.RpcError) as caught:
        call()
    text = str(caught.value.details())
    assert "Traceback" not in text
    assert "Exception calling application" not in text
    return caught.value.code(), text


def invitation(arn: str) -> dict[str, Any]:
    return {"handshakeType": "PROGRAM_MANAGEMENT_ACCOUNT", "associatedResourceIdentifier": arn}


def test_says_what_it_is(plugin) -> None:
    """The handshake, the version, and a schema whose aliases name the dynamic provider's type."""
    assert plugin.calls.Handshake(pb.ProviderHandshakeRequest()).accept_secrets
    from google.protobuf.empty_pb2 import Empty

    assert plugin.calls.GetPluginInfo(Empty()).version == __version__
    schema = json.loads(plugin.calls.GetSchema(pb.GetSchemaRequest()).schema)
    assert schema["version"] == __version__
    assert schema["resources"][RS]["aliases"] == [{"type": in_process(RS)}]


def test_a_life(plugin, emulator) -> None:
    """Created, read, changed, found gone: state is what AWS says, inputs are the program's."""
    id, state, inputs = plugin.create(PMA, **ACCOUNT)
    assert (id, state["revision"]) == (state["arn"], "1")
    assert not {name for name in state if name.startswith("__")}
    changed = ACCOUNT | {"displayName": "B", "tags": {"team": "red", "new": "x"}}
    new = plugin.inputs(PMA, **changed)
    request = {"id": id, "type": PMA, "olds": encoded(state), "old_inputs": encoded(inputs)}
    planned = plugin.calls.Update(pb.UpdateRequest(**request, news=encoded(new), preview=True))
    assert decoded(planned.properties) == state | {
        "displayName": "B",
        "tags": {"new": "x", "team": "red"},
        "tagsAll": {"new": "x", "team": "red"},
        "revision": UNKNOWN,
        "updatedAt": UNKNOWN,
    }
    emulator.reset_calls()
    made = decoded(plugin.calls.Update(pb.UpdateRequest(**request, news=encoded(new))).properties)
    assert (made["revision"], made["tags"]) == ("2", {"new": "x", "team": "red"})
    read = plugin.calls.Read(
        pb.ReadRequest(id=id, type=PMA, properties=encoded(made), inputs=encoded(new))
    )
    assert decoded(read.inputs) == new
    plugin.calls.Delete(pb.DeleteRequest(id=id, type=PMA, properties=encoded(made)))
    gone = pb.ReadRequest(id=id, type=PMA, properties=encoded(made), inputs=encoded(new))
    assert plugin.calls.Read(gone) == pb.ReadResponse()


def test_what_a_program_keeps_secret_leaves_as_a_secret(plugin, emulator) -> None:
    """In every answer, under its own name and, for a tag, in `tagsAll`; all else stays plain."""
    tags = {"key": Secret("x"), "team": "blue"}
    inputs = plugin.inputs(PMA, **ACCOUNT | {"displayName": Secret("Hush"), "tags": tags})
    assert (inputs["displayName"], inputs["tags"]) == (Secret("Hush"), tags)

    def marked(properties: Any) -> bool:
        state = decoded(properties)
        told = {name: state[name] for name in ("displayName", "tags", "tagsAll")}
        assert state["accountId"] == ACCOUNT["accountId"]
        return told == {"displayName": Secret("Hush"), "tags": tags, "tagsAll": tags}

    given = encoded(inputs)
    assert marked(
        plugin.calls.Create(pb.CreateRequest(type=PMA, properties=given, preview=True)).properties
    )
    made = plugin.calls.Create(pb.CreateRequest(type=PMA, properties=given))
    assert marked(made.properties)
    of = {"id": made.id, "type": PMA}
    read = plugin.calls.Read(pb.ReadRequest(**of, properties=made.properties, inputs=given))
    assert marked(read.properties)
    assert decoded(read.inputs) == inputs
    older = encoded({n: v for n, v in decoded(made.properties).items() if n != "tagsAll"})
    read = plugin.calls.Read(pb.ReadRequest(**of, properties=older, inputs=given))
    assert marked(read.properties)
    update = {"olds": older, "old_inputs": given, "news": given}
    assert marked(plugin.calls.Update(pb.UpdateRequest(**of, **update)).properties)


def test_diff_names_each_path(plugin) -> None:
    """Nested values have paths of their own, and kinds that say whether they replace."""
    _, account, _ = plugin.create(PMA, **ACCOUNT)
    plan = {"partnerLedSupport": {"coverage": "ENTIRE_ORGANIZATION", "tamLocation": "EU"}}
    before = RELATIONSHIP | {
        "programManagementAccountIdentifier": account["arn"],
        "requestedSupportPlan": plan,
    }
    _, state, inputs = plugin.create(RS, **before)
    assert plugin.diff(RS, state, inputs, **before).changes == pb.DiffResponse.DIFF_NONE
    after = before | {
        "tags": {"team": "red", "cost centre": "1"},
        "requestedSupportPlan": {
            "partnerLedSupport": plan["partnerLedSupport"] | {"tamLocation": "US"}
        },
        "sector": "GOVERNMENT",
    }
    found = plugin.diff(RS, state, inputs, **after)
    kinds = {path: pb.PropertyDiff.Kind.Name(d.kind) for path, d in found.detailedDiff.items()}
    assert kinds == {
        'tags["team"]': "UPDATE",
        'tags["cost centre"]': "ADD",
        "requestedSupportPlan.partnerLedSupport.tamLocation": "UPDATE",
        "sector": "UPDATE_REPLACE",
    }
    assert (list(found.replaces), found.deleteBeforeReplace) == (["sector"], True)


def test_preview_of_a_create_knows_what_can_be_known(plugin, emulator) -> None:
    """What the program says is known; what only AWS knows is known after apply."""
    inputs = plugin.inputs(
        RS, **RELATIONSHIP, programManagementAccountIdentifier="pma-0123456789abc"
    )
    request = pb.CreateRequest(type=RS, properties=encoded(inputs), preview=True)
    planned = decoded(plugin.calls.Create(request).properties)
    assert planned["programManagementAccountId"] == "pma-0123456789abc"
    assert (planned["displayName"], planned["arn"]) == ("Acme", UNKNOWN)
    assert emulator.calls() == {}


def test_unknowns_pass_check_and_replace_in_diff(plugin) -> None:
    """What is known only after apply passes at any depth; on a fixed input it may replace."""
    _, state, inputs = plugin.create(PMA, **ACCOUNT)
    unknown = ACCOUNT | {"accountId": UNKNOWN, "tags": {"team": UNKNOWN}}
    assert list(plugin.diff(PMA, state, inputs, **unknown).replaces) == ["accountId"]


def test_created_but_not_read_back_is_kept_and_completed(plugin, emulator) -> None:
    """The status carries ID and state, with its secrets; the next update finishes the job."""
    emulator.fault("ListProgramManagementAccounts", error="AccessDeniedException")
    tags = {"team": Secret("blue")}
    inputs = plugin.inputs(PMA, **ACCOUNT | {"tags": tags})
    with pytest.raises(grpc.RpcError) as caught:
        plugin.calls.Create(pb.CreateRequest(type=PMA, properties=encoded(inputs)))
    packed = dict(caught.value.trailing_metadata())["grpc-status-details-bin"]
    failed = pb.ErrorResourceInitFailed()
    status_pb2.Status.FromString(packed).details[0].Unpack(failed)
    state = decoded(failed.properties)
    assert state["tags"] == state["tagsAll"] == decoded(failed.inputs)["tags"] == tags
    assert failed.id == emulator.objects()[0]["arn"] == state["arn"]
    assert "could not be read back" in failed.reasons[0]
    found = plugin.diff(PMA, state, inputs, **ACCOUNT)
    assert (found.changes, list(found.diffs)) == (pb.DiffResponse.DIFF_SOME, [])
    request = {"id": failed.id, "type": PMA, "olds": encoded(state), "news": encoded(inputs)}
    done = plugin.calls.Update(pb.UpdateRequest(**request, old_inputs=encoded(inputs)))
    assert decoded(done.properties)["revision"] == "1"


def test_import_of_all_four(plugin, emulator, life, relationship, account) -> None:
    """An ARN alone gives state and every input that is not a default, ready for a clean diff."""
    payload = {
        "servicePeriodType": "MINIMUM_NOTICE_PERIOD",
        "minimumNoticeDays": "30",
        "note": "Hi",
        "programManagementAccountIdentifier": account["arn"],
    }
    start = {
        "handshakeType": "START_SERVICE_PERIOD",
        "associatedResourceIdentifier": relationship["arn"],
        "payload": {"startServicePeriodPayload": payload},
    }
    _, sent, inputs = plugin.create(CH, **start, tags={"a": "b"})
    for type, arn in ((PMA, account["arn"]), (RS, relationship["arn"]), (CH, sent["arn"])):
        read = plugin.calls.Read(pb.ReadRequest(id=arn, type=type))
        found = decoded(read.inputs)
        same = plugin.diff(type, decoded(read.properties), found, **found)
        assert same.changes == pb.DiffResponse.DIFF_NONE
        if type == CH:
            assert found == inputs
    plugin.configure(assumeRoles=[{"roleArn": f"arn:aws:iam::{CUSTOMER}:role/C"}])
    answer = {"channelHandshakeIdentifier": sent["arn"], "handshakeType": "START_SERVICE_PERIOD"}
    given_ = plugin.create(ANSWER, **answer, response="ACCEPT")[2]
    read = plugin.calls.Read(pb.ReadRequest(id=sent["arn"], type=ANSWER))
    assert decoded(read.inputs) == given_


@pytest.mark.parametrize("id", ["acme", "arn:aws:s3:::bucket"])
def test_a_wrong_id_is_told_the_form(plugin, id) -> None:
    """The sentence shows an ARN of the kind that is wanted."""
    _, text = refusal(lambda: plugin.calls.Read(pb.ReadRequest(id=id, type=RS)))
    assert "/relationship/rs-l9o4fj3b5zb91" in text


def test_an_arn_of_another_kind_is_told_the_form(plugin, account) -> None:
    """An account is no relationship."""
    _, text = refusal(lambda: plugin.calls.Read(pb.ReadRequest(id=account["arn"], type=RS)))
    assert "is not the ARN of a Relationship" in text


def test_conflict_gives_the_import_line(plugin, emulator, account) -> None:
    """Nothing is adopted because it looks alike: the sentence says how to."""
    code, text = refusal(lambda: plugin.create(PMA, **ACCOUNT))
    assert code == grpc.StatusCode.ALREADY_EXISTS
    assert f"pulumi import {PMA} NAME {account['arn']}" in text
    assert len(emulator.objects()) == 1


def test_configuration_failures_are_on_their_keys(plugin) -> None:
    """CheckConfig names what is wrong, also in lists that come as JSON."""
    wrong = {"regoin": "x", "assumeRoles": '[{"roleArn":"x"}]', "version": "0.1.0"}
    answer = plugin.calls.CheckConfig(pb.CheckRequest(news=encoded(wrong)))
    assert [f.property for f in answer.failures] == ["regoin", "assumeRoles[0].roleArn"]
    old, new = encoded(CONFIG), encoded(CONFIG | {"region": "eu-west-1"})
    found = plugin.calls.DiffConfig(pb.DiffRequest(old_inputs=old, olds=old, news=new))
    assert (list(found.diffs), list(found.replaces)) == (["region"], [])


def test_the_wrong_account_is_named_before_any_call(plugin, emulator, account) -> None:
    """In Check where the account is known by its role, before the call otherwise."""
    plugin.configure(assumeRoles=[{"roleArn": f"arn:aws:iam::{MANAGEMENT}:role/C"}])
    (failure,) = plugin.check(
        RS, **RELATIONSHIP, programManagementAccountIdentifier=account["arn"]
    ).failures
    assert failure.property == "programManagementAccountIdentifier"
    assert LINKED in failure.reason
    assert MANAGEMENT in failure.reason
    request = pb.DeleteRequest(id=account["arn"], type=PMA, properties=encoded(account))
    _, text = refusal(lambda: plugin.calls.Delete(request))
    assert LINKED in text
    assert len(emulator.objects()) == 1


def test_functions(plugin, emulator, account, relationship) -> None:
    """One or an error that says how many; all of them; and who signs."""
    assert plugin.invoke("getCallerAccount")["accountId"] == LINKED
    found = plugin.invoke("getProgramManagementAccount", arn=account["arn"])
    assert (found["revision"], found["tags"]) == ("1", {"team": "blue"})
    assert (
        plugin.invoke("getRelationship", associatedAccountIds=[CUSTOMER])["displayName"] == "Acme"
    )
    sent = plugin.create(CH, **invitation(account["arn"]))[1]
    assert plugin.invoke("getChannelHandshake", arn=sent["arn"])["status"] == "PENDING"
    for name, items in (
        ("getProgramManagementAccounts", "accounts"),
        ("getRelationships", "relationships"),
        ("getChannelHandshakes", "handshakes"),
    ):
        assert len(plugin.invoke(name)[items]) == 1
    other = RELATIONSHIP | {"associatedAccountId": "5" * 12}
    plugin.create(RS, **other, programManagementAccountIdentifier=account["arn"])
    _, text = refusal(lambda: plugin.invoke("getRelationship", displayNames=["Acme"]))
    assert text.startswith("2 fit, but there has to be exactly one Relationship.")
    code, _ = refusal(lambda: plugin.invoke("getRelationship", displayNames=["Nobody"]))
    assert code == grpc.StatusCode.NOT_FOUND


def test_service_period(plugin, emulator, life, account, relationship) -> None:
    """None, scheduled, in force, ended by its revocation: derived from the handshakes."""

    def status() -> str:
        return str(
            plugin.invoke("getServicePeriod", relationshipIdentifier=relationship["arn"])["status"]
        )

    def agree(kind: str, **payload: Any) -> None:
        member = {"START": "startServicePeriodPayload", "REVOKE": "revokeServicePeriodPayload"}[
            kind
        ]
        parent = {"programManagementAccountIdentifier": account["arn"]}
        sent = life().create(
            "ChannelHandshake",
            handshakeType=f"{kind}_SERVICE_PERIOD",
            associatedResourceIdentifier=relationship["arn"],
            payload={member: parent | payload},
        )
        life(CUSTOMER).create(
            "ChannelHandshakeResponse",
            channelHandshakeIdentifier=sent["arn"],
            handshakeType=f"{kind}_SERVICE_PERIOD",
            response="ACCEPT",
        )

    assert status() == "NONE"
    agree("START", servicePeriodType="MINIMUM_NOTICE_PERIOD", minimumNoticeDays="14")
    assert status() == "SCHEDULED"
    agree("REVOKE")
    found = plugin.invoke("getServicePeriod", relationshipIdentifier=relationship["arn"])
    assert (found["status"], found["minimumNoticeDays"]) == ("ENDED", "14")


def test_lists_go_on_where_they_ended(plugin, emulator, account) -> None:
    """A list is streamed with a token for the rest; handshakes without a type are three lists."""
    for number in range(3):
        given_ = RELATIONSHIP | {
            "associatedAccountId": f"{number:012}",
            "displayName": f"C{number}",
        }
        plugin.create(RS, **given_, programManagementAccountIdentifier=account["arn"])
    plugin.create(CH, **invitation(account["arn"]))
    names, token = [], ""
    while True:
        request = pb.ListRequest(token=RS, limit=2, continuation_token=token)
        answers = list(plugin.calls.List(request))
        names += [a.result.name for a in answers if a.HasField("result")]
        token = answers[-1].continuation.continuation_token
        if not token:
            break
    assert sorted(names) == ["C0", "C1", "C2"]
    handshakes, token = [], ""
    for _ in range(3):
        answers = list(plugin.calls.List(pb.ListRequest(token=CH, continuation_token=token)))
        handshakes += [a.result.id for a in answers if a.HasField("result")]
        token = answers[-1].continuation.continuation_token if answers else ""
    assert len(handshakes) == 1


def test_cancel_ends_waits_and_loses_nothing(plugin, emulator) -> None:
    """A create that waits for a retry of its read-back is kept when the user gives up."""
    from google.protobuf.empty_pb2 import Empty

    emulator.fault("ListProgramManagementAccounts", error="ThrottlingException", times=50)
    inputs = plugin.inputs(PMA, **ACCOUNT)
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(
            lambda: refusal(
                lambda: plugin.calls.Create(pb.CreateRequest(type=PMA, properties=encoded(inputs)))
            )
        )
        while not emulator.calls().get("ListProgramManagementAccounts"):
            time.sleep(0.05)
        before = time.monotonic()
        plugin.calls.Cancel(Empty())
        _, text = future.result()
        assert time.monotonic() - before < 3, "a wait that nobody ended would last much longer"
    assert "was created but could not be read back" in text
    assert len(emulator.objects()) == 1


def test_custom_timeout_ends_waits(plugin, emulator) -> None:
    """A wait that would pass the resource's timeout is not begun."""
    emulator.fault("CreateProgramManagementAccount", error="ThrottlingException", times=50)
    inputs = encoded(plugin.inputs(PMA, **ACCOUNT))
    request = pb.CreateRequest(type=PMA, properties=inputs, timeout=0.3)
    _, text = refusal(lambda: plugin.calls.Create(request))
    assert "custom_timeouts" in text


def test_asked_before_it_is_configured(emulator) -> None:
    """A sentence, and the process lives; a second Configure is fine."""
    running = Plugin()
    for call in (
        lambda: running.check(PMA, **ACCOUNT),
        lambda: running.invoke("getCallerAccount"),
        lambda: list(running.calls.List(pb.ListRequest(token=PMA))),
    ):
        assert "before it was configured" in refusal(call)[1]
    running.configure()
    running.configure(region="eu-west-1")
    assert not running.check(PMA, **ACCOUNT).failures
    assert running.close() == 0


@pytest.mark.parametrize(
    "ask",
    [
        lambda p: p.check("partnercentral:channel:Nothing"),
        lambda p: p.invoke("getNothing"),
        lambda p: list(p.calls.List(pb.ListRequest(token="x"))),
        lambda p: p.calls.Call(pb.CallRequest(tok="x")),
    ],
)
def test_unknown_names_are_refused(plugin, ask) -> None:
    """Types, functions, lists and methods that are not there end in a status."""
    code, _ = refusal(lambda: ask(plugin))
    assert code in (grpc.StatusCode.FAILED_PRECONDITION, grpc.StatusCode.UNIMPLEMENTED)


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=30) | st.just(UNKNOWN),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)
NAMES = st.sampled_from(
    [*RELATIONSHIP, *ACCOUNT, "payload", "response", "4dabf18193072939515e22adb298388d"]
)
TREES = st.dictionaries(NAMES | st.text(max_size=8), JSON, max_size=6)


@pytest.fixture(scope="module")
def garbage_plugin() -> Iterator[Plugin]:
    running = Plugin()
    running.configure()
    yield running
    assert running.close() == 0


@settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from([PMA, RS, CH, ANSWER, ""]), TREES, TREES)
def test_garbage_gets_a_status_and_a_sentence(garbage_plugin, type, old, new) -> None:
    """500 times four requests: whatever comes in, the process lives and says what is wrong."""
    calls = garbage_plugin.calls
    for ask in (
        lambda: calls.Check(pb.CheckRequest(type=type, news=encoded(new))),
        lambda: calls.Diff(pb.DiffRequest(type=type, olds=encoded(old), news=encoded(new))),
        lambda: calls.CheckConfig(pb.CheckRequest(news=encoded(new))),
        lambda: calls.Create(pb.CreateRequest(type=type, properties=encoded(new), preview=True)),
    ):
        said = ""
        try:
            ask()
        except grpc.RpcError as error:
            said = str(error.details())
        assert "Traceback" not in said
        assert "This is a bug" not in said
    assert garbage_plugin.process.poll() is None


def test_a_very_long_text_is_refused(garbage_plugin) -> None:
    """10 MB in one value are a failure on its property, in few words."""
    (failure,) = garbage_plugin.check(PMA, **ACCOUNT | {"displayName": "x" * 10_000_000}).failures
    assert failure.reason == "must be at most 30 characters, got 10000000"
