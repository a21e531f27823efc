"""
Serves resources to every Pulumi language, as a provider plugin of its own process.

What Pulumi asks over gRPC is put to the lifecycle, and its answer put on the wire.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import wraps
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar, cast

import grpc
from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.empty_pb2 import Empty
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc, status_pb2

from .. import __version__
from ..lifecycle.requests import (
    CreateRequest,
    DeleteRequest,
    DiffRequest,
    ListRequest,
    PreviewRequest,
    ReadRequest,
    UpdateRequest,
)
from ..model.errors import Awaiting, Canceled, Conflict, Denied, NotFound, ProviderError, Refused
from ..model.properties import Properties
from .engine import Engine
from .wire import Unreadable, decoded, encoded, has_secret, limit_depth, plain, readable

if TYPE_CHECKING:
    from ..lifecycle.lifecycle import Lifecycle
    from ..lifecycle.results import Found

LONGEST = 4000
"""Characters of a sentence: a status travels in headers, which gRPC limits to 8 KiB."""

AWAITED = 60.0
"""Seconds for which people are waited for, where a resource says nothing else."""

_AWAIT_FAILED = "type.googleapis.com/pulumirpc.ErrorResourceAwaitFailed"
"""An empty message; Pulumi's SDK has its class only since 3.272."""

INTERNAL = ("version", "pluginDownloadURL")
"""What the engine itself adds to a provider's arguments."""

_CODES: list[tuple[type[ProviderError], grpc.StatusCode]] = [
    (NotFound, grpc.StatusCode.NOT_FOUND),
    (Conflict, grpc.StatusCode.ALREADY_EXISTS),
    (Denied, grpc.StatusCode.PERMISSION_DENIED),
    (Refused, grpc.StatusCode.INVALID_ARGUMENT),
    (Canceled, grpc.StatusCode.CANCELLED),
    # The engine takes INTERNAL and UNKNOWN to mean that nobody knows what became of the resource.
    (ProviderError, grpc.StatusCode.FAILED_PRECONDITION),
]
F = TypeVar("F", bound=Callable[..., Any])


class Unfinished(Exception):
    """It is made, but not complete: what there is of it goes into the state."""

    def __init__(self, found: "Found") -> None:
        super().__init__(found.unfinished)
        self.found = found


def _answered(verb: F) -> F:
    """Answer one request; an error leaves as a status code and a sentence."""

    @wraps(verb)
    def guarded(self: "PluginHost", request: Any, context: grpc.ServicerContext) -> Any:
        urn, timeout = getattr(request, "urn", ""), getattr(request, "timeout", 0)
        code = grpc.StatusCode.FAILED_PRECONDITION
        with self.engine.answering(urn, timeout) as answering:
            context.add_callback(answering.gone.come)
            try:
                return verb(self, _read(request), context)
            except Unfinished as unfinished:
                self._keep(request, unfinished.found, context)
                sentence = str(unfinished)
            except Awaiting as awaiting:
                sentence = str(awaiting)
                self.engine.warn(sentence)  # an engine that knows the status does not show it
                _tell_details(sentence, AnyMessage(type_url=_AWAIT_FAILED), context)
            except ProviderError as error:
                code = next(code for kind, code in _CODES if isinstance(error, kind))
                sentence = str(error)
            except Exception as error:
                import traceback

                self.engine.debug(traceback.format_exc())
                code, sentence = _unexpected(request, error)
        return context.abort(code, sentence[:LONGEST])

    return cast(F, guarded)


def _unexpected(request: Any, error: Exception) -> tuple[grpc.StatusCode, str]:
    """Say that the request is damaged, where it is; else this is a bug."""
    from .unchecked import damage

    given = {n: _public(plain(decoded(s))) for n, s in _structs(request).items()}
    states = [given[n] for n in ("properties", "olds") if n in given]
    inputs = [given[n] for n in ("inputs", "old_inputs", "news") if n in given]
    if said := damage(getattr(request, "type", ""), states, inputs):
        damaged = Refused(
            "The state of this resource is damaged, or was never written by this provider.",
            said,
            "Correct it by `pulumi stack export` and `pulumi stack import`.",
        )
        return grpc.StatusCode.INVALID_ARGUMENT, str(damaged)
    what = f"{type(error).__name__}: {error}"
    return (
        grpc.StatusCode.FAILED_PRECONDITION,
        f"This is a bug in pulumi-partnercentral. {what}",
    )


def _structs(request: Any) -> dict[str, Any]:
    """Find the objects of a request, by their names."""
    fields = request.ListFields() if hasattr(request, "ListFields") else []
    return {field.name: value for field, value in fields if isinstance(value, Struct)}


def _read(request: Any) -> Any:
    if isinstance(request, Unreadable):
        raise Refused(
            "The request cannot be read.",
            "It is damaged, or its values are nested more than about 30 deep.",
            "No property of this provider is nested like that: check the program.",
        )
    return request


def _tell_details(sentence: str, detail: Any, context: grpc.ServicerContext) -> None:
    """Give the status that follows a detail, which tells the engine more than its code."""
    code = grpc.StatusCode.FAILED_PRECONDITION.value[0]
    status = status_pb2.Status(code=code, message=sentence[:LONGEST], details=[detail])
    context.set_trailing_metadata((("grpc-status-details-bin", status.SerializeToString()),))


class PluginHost(provider_pb2_grpc.ResourceProviderServicer):
    """One provider plugin; *engine* is where its words go."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._lock = Lock()
        self._configured: Lifecycle | None = None
        self._hidden: frozenset[str] = frozenset()

    @property
    def _life(self) -> "Lifecycle":
        if self._configured is None:
            raise ProviderError("The provider was asked before it was configured.")
        return self._configured

    @_answered
    def Handshake(self, request: Any, context: Any) -> Any:
        """
        Say what this provider understands.

        It takes secrets, and marks them itself: the engine would not know that `tagsAll` is made of
        `tags`.
        """
        return provider_pb2.ProviderHandshakeResponse(accept_secrets=True)

    @_answered
    def Attach(self, request: Any, context: Any) -> Any:
        """Talk to the engine at another address: this process was started by hand."""
        self.engine.attach(request.address)
        return Empty()

    @_answered
    def GetPluginInfo(self, request: Any, context: Any) -> Any:
        """Tell the version."""
        return plugin_pb2.PluginInfo(version=__version__)

    @_answered
    def GetSchema(self, request: Any, context: Any) -> Any:
        """Give the schema."""
        import json

        from ..schema import build

        return provider_pb2.GetSchemaResponse(schema=json.dumps(build()))

    @_answered
    def CheckConfig(self, request: Any, context: Any) -> Any:
        """Name what is wrong with the configuration, each on its key."""
        from ..config import Configuration

        raw = plain(decoded(request.news))
        checked = Configuration.check(_ours(raw))
        return provider_pb2.CheckResponse(inputs=request.news, failures=_failures(checked))

    @_answered
    def DiffConfig(self, request: Any, context: Any) -> Any:
        """Say what changed; nothing of it ever replaces a resource."""
        old, new = (plain(decoded(s)) for s in (request.old_inputs or request.olds, request.news))
        changed = sorted(n for n in {*old, *new} if old.get(n) != new.get(n))
        return provider_pb2.DiffResponse(changes=_some(bool(changed)), diffs=changed)

    @_answered
    def Configure(self, request: Any, context: Any) -> Any:
        """Take the configuration; make no call."""
        from ..config import Configuration
        from ..lifecycle.journal import Journal
        from ..lifecycle.lifecycle import Lifecycle
        from ..lifecycle.waiting import Waiting

        given = decoded(request.args)
        configuration = Configuration.of(_ours(plain(given)))
        with self._lock:
            secret = has_secret(given.get("defaultTags"))
            self._hidden = frozenset({"tags", "tagsAll"} if secret else ())
            self._configured = Lifecycle(
                configuration,
                self.engine.warn,
                sleep=self.engine.sleep,
                attempt=self.engine.attempt,
                journal=Journal(self.engine.warn),
                urn=self.engine.urn,
                waiting=Waiting(
                    self.engine.sleep, AWAITED, self.engine.time_left, self.engine.announce
                ),
                debug=self.engine.debug,
            )
        return provider_pb2.ConfigureResponse(supportsPreview=True, acceptSecrets=True)

    @_answered
    def Check(self, request: Any, context: Any) -> Any:
        """Canonical inputs, or every failure on its property."""
        token = _token(request)
        checked = self._life.check(token, plain(decoded(request.news)))
        return provider_pb2.CheckResponse(
            inputs=self._inputs(request, checked.inputs), failures=_failures(checked)
        )

    @_answered
    def Diff(self, request: Any, context: Any) -> Any:
        """What changes, by its path, and whether that replaces."""
        self._life.in_state(request.id)
        state, old_inputs = _old(request)
        new = plain(decoded(request.news))
        found = self._life.diff(DiffRequest(_token(request), state, old_inputs, new))
        replaces = found.diff.replaces
        return provider_pb2.DiffResponse(
            changes=_some(bool(found.diff.changed) or found.unfinished),
            diffs=found.diff.changed,
            replaces=replaces,
            deleteBeforeReplace=found.deletes_first,
            hasDetailedDiff=True,
            detailedDiff={
                path: provider_pb2.PropertyDiff(kind=_kind(path, kind, replaces), inputDiff=True)
                for path, kind in found.diff.details.items()
            },
        )

    @_answered
    def Create(self, request: Any, context: Any) -> Any:
        """Make it, or show what it will be."""
        from .unchecked import confirm

        token, inputs = _token(request), plain(decoded(request.properties))
        confirm(token, inputs, request.preview)
        if request.preview:
            planned = self._life.preview(PreviewRequest(token, inputs))
            return provider_pb2.CreateResponse(properties=self._state(request, planned))
        made = _finished(self._life.create(CreateRequest(token, inputs)))
        return provider_pb2.CreateResponse(
            id=made.arn,
            properties=self._state(request, made.outputs),
            refresh_before_update=self._life.pending(token, made.state),
        )

    @_answered
    def Read(self, request: Any, context: Any) -> Any:
        """Refresh it; or find it, for an import or a `.get()`."""
        self._life.in_state(request.id)
        old, inputs = (plain(decoded(s)) for s in (request.properties, request.inputs))
        known = _public(inputs) if inputs or old else None
        found = self._life.read(
            ReadRequest(_token(request), request.id, old, known, pending_may_stay=True)
        )
        if found is None:
            return provider_pb2.ReadResponse()
        _finished(found)
        return provider_pb2.ReadResponse(
            id=found.arn,
            properties=self._state(request, found.outputs),
            inputs=self._inputs(request, found.inputs),
            refresh_before_update=self._life.pending(request.type, found.state),
        )

    @_answered
    def Update(self, request: Any, context: Any) -> Any:
        """Change it in place, or show what it will be."""
        from .unchecked import confirm

        self._life.in_state(request.id)
        token, new = _token(request), plain(decoded(request.news))
        old, old_inputs = _old(request)
        confirm(token, new, request.preview)
        if request.preview:
            planned = self._life.preview(PreviewRequest(token, new, old, old_inputs))
            return provider_pb2.UpdateResponse(properties=self._state(request, planned))
        update = UpdateRequest(token, request.id, old, old_inputs, new)
        made = _finished(self._life.update(update))
        return provider_pb2.UpdateResponse(
            properties=self._state(request, made.outputs),
            refresh_before_update=self._life.pending(token, made.state),
        )

    @_answered
    def Delete(self, request: Any, context: Any) -> Any:
        """Remove it."""
        self._life.in_state(request.id)
        state, inputs = (plain(decoded(s)) for s in (request.properties, request.old_inputs))
        known = _public(inputs) | state
        self._life.delete(DeleteRequest(_token(request), request.id, known))
        return Empty()

    @_answered
    def Invoke(self, request: Any, context: Any) -> Any:
        """Answer a function."""
        from ..functions import by_function
        from .secrets import hide
        from .unchecked import confirm_known

        arguments = plain(decoded(request.args))
        confirm_known(arguments)
        checked, answer = self._life.invoke(request.tok, arguments)
        outputs = by_function()[request.tok].Outputs
        return provider_pb2.InvokeResponse(
            **{"return": encoded(hide(outputs, answer))}, failures=_failures(checked)
        )

    def List(self, request: Any, context: Any) -> Iterator[Any]:
        """Stream what there is of a resource type, and how to go on after the last."""
        pages = self._list_page(request, context)
        for id, name in pages.items if pages else ():
            result = provider_pb2.ListResponse.Result(id=id, name=name)
            yield provider_pb2.ListResponse(result=result)
        if pages and pages.following:
            following = provider_pb2.ListResponse.Continuation(continuation_token=pages.following)
            yield provider_pb2.ListResponse(continuation=following)

    @_answered
    def _list_page(self, request: Any, context: Any) -> Any:
        query, limit = plain(decoded(request.query)), request.limit or request.page_size
        following = request.continuation_token
        return self._life.list_page(ListRequest(request.token, query, limit, following))

    @_answered
    def Cancel(self, request: Any, context: Any) -> Any:
        """End waits, reads and retries; a change on its way to AWS has seconds to come back."""
        self.engine.cancel()
        return Empty()

    # Else it would wait for a thread where each waits for AWS.
    Cancel.experimental_thread_pool = ThreadPoolExecutor(1)  # type: ignore[attr-defined]

    def _state(self, request: Any, state: Properties) -> Struct:
        """Write outputs; secret is what was so in the request, and `tagsAll` what `tags` is."""
        from ..resources import by_token
        from .secrets import hide, marked_like

        given = _given(request, "news", "properties")
        given |= {"tagsAll": given["tags"]} if "tags" in given else {}
        hidden = hide(by_token()[request.type].Outputs, state, self._hidden)
        return encoded(marked_like(hidden, given))

    def _inputs(self, request: Any, inputs: Properties) -> Struct:
        """Write inputs; secret is what was so in the request."""
        from ..resources import by_token
        from .secrets import hide, marked_like

        hidden = hide(by_token()[request.type].Inputs, inputs, self._hidden)
        return encoded(marked_like(hidden, _given(request, "news", "inputs", "properties")))

    def _keep(self, request: Any, found: "Found", context: grpc.ServicerContext) -> None:
        """Tell the engine what there is, as the details of the status that follows."""
        failed = provider_pb2.ErrorResourceInitFailed(
            id=found.arn,
            properties=self._state(request, found.outputs),
            inputs=self._inputs(request, found.inputs),
            reasons=[found.unfinished],
        )
        detail = AnyMessage()
        detail.Pack(failed)
        _tell_details(found.unfinished, detail, context)


def _token(request: Any) -> str:
    from ..resources import by_token

    if request.type not in by_token():
        raise ProviderError(f"This provider has no resource of type {request.type!r}.")
    return str(request.type)


def _given(request: Any, *names: str) -> Properties:
    """Give the first object of a request under one of these names, with its secrets."""
    found = _structs(request)
    return next((decoded(found[name]) for name in names if name in found), {})


def _old(request: Any) -> tuple[Properties, Properties]:
    """Give state and inputs from before."""
    state = plain(decoded(request.olds))
    return state, _public(plain(decoded(request.old_inputs)))


def _public(properties: Properties) -> Properties:
    """Leave out what the engine, or the dynamic provider, keeps among properties for itself."""
    return {name: value for name, value in properties.items() if not name.startswith("__")}


def _ours(raw: Properties) -> Properties:
    return {name: value for name, value in _public(raw).items() if name not in INTERNAL}


def _failures(checked: Any) -> list[Any]:
    return [
        provider_pb2.CheckFailure(property=f.property, reason=f.reason) for f in checked.failures
    ]


def _finished(found: "Found") -> "Found":
    if found.unfinished:
        raise Unfinished(found)
    return found


def _some(changes: bool) -> Any:
    return provider_pb2.DiffResponse.DIFF_SOME if changes else provider_pb2.DiffResponse.DIFF_NONE


def _kind(path: str, kind: str, replaces: list[str]) -> Any:
    name = path.partition(".")[0].partition("[")[0]
    suffix = "_REPLACE" if name in replaces else ""
    return provider_pb2.PropertyDiff.Kind.Value(f"{kind.upper()}{suffix}")


class _Readable(grpc.GenericRpcHandler):  # type: ignore[misc]
    """Hands on requests that cannot be read too, so that their answer is a sentence."""

    def __init__(self, handler: grpc.GenericRpcHandler) -> None:
        self._handler = handler

    def service(self, handler_call_details: grpc.HandlerCallDetails) -> Any:
        found = self._handler.service(handler_call_details)
        return found and found._replace(request_deserializer=readable(found.request_deserializer))


class _Registry:
    """Takes the generated code's handlers for a server."""

    def __init__(self, server: grpc.Server) -> None:
        self._server = server

    def add_generic_rpc_handlers(self, handlers: Sequence[grpc.GenericRpcHandler]) -> None:
        self._server.add_generic_rpc_handlers([_Readable(handler) for handler in handlers])

    def add_registered_method_handlers(self, *_: Any) -> None:
        """Leave out the handlers by method: they would be asked first."""


def serve_on(server: grpc.Server, engine: Engine) -> None:
    """Serve a provider of its own on this server."""
    limit_depth()
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(PluginHost(engine), _Registry(server))
