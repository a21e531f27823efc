"""
Pulumi's property values, from the wire and back.

On the wire all is a protobuf Struct; what JSON cannot say is a marked object or a sentinel text.
Constants and forms are those of `pulumi.runtime.rpc`, which is not imported: it brings the whole
SDK along, for programs. A test compares them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from google.protobuf.message import DecodeError
from google.protobuf.struct_pb2 import Struct, Value

from ..model.errors import Refused
from ..model.properties import Properties
from ..model.unknown import UNKNOWN

UNKNOWN_TEXT = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""The text that stands for any value that is known only after apply."""

_SENTINELS = {
    UNKNOWN_TEXT,
    "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",  # true or false
    "3eeb2bf0-c639-47a8-9e75-3b44932eb421",  # a number
    "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",  # a list
    "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",  # an object
    "030794c1-ac77-496b-92df-f27374a8bd58",  # an asset
    "e48ece36-62e2-4504-bad9-02848725956a",  # an archive
}
"""The texts that stand for what is known only after apply, one for each type."""

_SIGNATURE = "4dabf18193072939515e22adb298388d"
_SECRET = "1b47061264138c4ac30d75fd1eb44270"
_OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
_REFERENCE = "5cf8f73096256a8f31e491e813e4eb8e"
_ASSETS = {
    "c44067f5952c0a294b673a41bacd8c17": "asset",
    "0def7320c3a5731c473e5ecbe6d01bc7": "archive",
}


@dataclass(frozen=True)
class Secret:
    """A value that is not to be shown."""

    value: Any


@dataclass(frozen=True)
class Output:
    """A value with the URNs it depends on; UNKNOWN until after apply."""

    value: Any
    dependencies: tuple[str, ...] = ()
    secret: bool = False


@dataclass(frozen=True)
class Reference:
    """Another resource, by its URN and, of a custom resource, its ID."""

    urn: str
    id: Any = None
    version: str = ""


@dataclass(frozen=True)
class Asset:
    """A file or an archive, as it came."""

    kind: str
    members: Mapping[str, Any]


@dataclass(frozen=True)
class Unreadable:
    """What came instead of a request: no message of its type, or one nested too deeply."""

    reason: str


def readable(deserialize: Callable[[bytes], Any]) -> Callable[[bytes], Any]:
    """Read a request by *deserialize*, or give Unreadable: gRPC's own answer names no reason."""

    def read(data: bytes) -> Any:
        try:
            return deserialize(data)
        except DecodeError as error:
            return Unreadable(str(error))

    return read


def limit_depth() -> None:
    """
    Let protobuf refuse what is nested more than 100 messages deep, which is 32 objects.

    `pulumi.runtime.rpc` takes that limit away, for large numbers of resources in old versions of
    protobuf. Without it, objects nested 5,000 deep end the process by a stack overflow in C.
    """
    from google.protobuf.pyext import cpp_message

    if cpp_message._message is not None:
        cpp_message._message.SetAllowOversizeProtos(False)


def decoded(struct: Struct) -> Properties:
    """Read a Struct; every kind of value has a type of its own."""
    return {name: _decoded(value) for name, value in struct.fields.items()}


def encoded(properties: Mapping[str, Any]) -> Struct:
    """Write a Struct. Raises TypeError on a value that Pulumi has no form for."""
    struct = Struct()
    for name, value in properties.items():
        _encode(value, struct.fields[name])
    return struct


def plain(value: Any) -> Any:
    """
    Reduce values to what a resource is made of: text, numbers, lists, objects and UNKNOWN.

    Secrets lose their mark, and have it again in an answer (`secrets.marked_like`); a reference
    becomes its ID. Raises Refused on an asset.
    """
    if isinstance(value, dict):
        return {name: plain(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    if isinstance(value, (Secret, Output)):
        return plain(value.value)
    if isinstance(value, Reference):
        return plain(value.id)
    if isinstance(value, Asset):
        raise Refused(
            f"There is an {value.kind} where a value should be.",
            advice="No property of this provider takes a file: read it, and give its text.",
        )
    return value


def has_secret(value: Any) -> bool:
    """Tell whether a value is, or holds at any depth, a secret."""
    if isinstance(value, dict):
        return any(has_secret(inner) for inner in value.values())
    if isinstance(value, list):
        return any(has_secret(inner) for inner in value)
    return isinstance(value, Secret) or (isinstance(value, Output) and value.secret)


def _decoded(value: Value) -> Any:
    match value.WhichOneof("kind"):
        case "string_value":
            return UNKNOWN if value.string_value in _SENTINELS else value.string_value
        case "number_value":
            number = value.number_value
            return int(number) if number.is_integer() else number
        case "bool_value":
            return value.bool_value
        case "list_value":
            return [_decoded(inner) for inner in value.list_value.values]
        case "struct_value":
            return _object(decoded(value.struct_value))
    return None


def _object(members: Properties) -> Any:
    signature = members.get(_SIGNATURE)
    if signature is None:
        return members
    if signature == _SECRET:
        return Secret(members.get("value"))
    if signature == _OUTPUT:
        stated = members.get("dependencies")
        urns = stated if isinstance(stated, list) else []
        secret = members.get("secret") is True
        return Output(members.get("value", UNKNOWN), tuple(urns), secret)
    if signature == _REFERENCE:
        version = members.get("packageVersion") or ""
        return Reference(str(members.get("urn", "")), members.get("id"), str(version))
    kind = _ASSETS.get(signature) if isinstance(signature, str) else None
    if kind:
        return Asset(kind, {n: v for n, v in members.items() if n != _SIGNATURE})
    raise Refused(
        "There is a value of a kind that this version does not know.",
        f"Its signature is {signature!r}.",
        "Update pulumi-partnercentral.",
    )


def _encode(value: Any, into: Value) -> None:
    if value is None:
        into.null_value = 0
    elif value is UNKNOWN:
        into.string_value = UNKNOWN_TEXT
    elif isinstance(value, bool):
        into.bool_value = value
    elif isinstance(value, str):
        into.string_value = value
    elif isinstance(value, (int, float)):
        into.number_value = value
    elif isinstance(value, (list, tuple)):
        into.list_value.SetInParent()  # else an empty list is none
        for inner in value:
            _encode(inner, into.list_value.values.add())
    else:
        members = _members(value)
        into.struct_value.SetInParent()
        for name, inner in members.items():
            _encode(inner, into.struct_value.fields[name])


def _members(value: Any) -> Mapping[str, Any]:
    if isinstance(value, Mapping):
        return value
    if isinstance(value, Secret):
        return {_SIGNATURE: _SECRET, "value": value.value}
    if isinstance(value, Output):
        known = {} if value.value is UNKNOWN else {"value": value.value}
        rest = {"secret": value.secret, "dependencies": value.dependencies}
        return {_SIGNATURE: _OUTPUT} | known | rest
    if isinstance(value, Reference):
        identified = {} if value.id is None else {"id": value.id}
        versioned = {"packageVersion": value.version} if value.version else {}
        return {_SIGNATURE: _REFERENCE, "urn": value.urn} | identified | versioned
    if isinstance(value, Asset):
        signatures = {kind: signature for signature, kind in _ASSETS.items()}
        return {_SIGNATURE: signatures[value.kind]} | dict(value.members)
    raise TypeError(f"Pulumi has no form for a {type(value).__name__}")
