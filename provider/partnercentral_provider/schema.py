"""
Writes the Pulumi schema from the resources' fields: `python -m partnercentral_provider.schema`.

Types, descriptions, enums, what replaces: everything comes from the declarations. The docstring
under a field is its description; it is read from the source, at generation only.
"""

import ast
import inspect
import json
import sys
from functools import cache
from itertools import pairwise
from textwrap import dedent
from typing import Annotated, Any, get_args, get_origin

from pydantic.fields import FieldInfo

from . import __version__
from .config import Configuration
from .functions import by_function
from .functions.contract import Query
from .model.classes import is_class_of
from .model.fields import Fields
from .model.tokens import in_process
from .model.types import ProviderDefault, ReplaceOnChange, Secret, Values, camel
from .plugin_folder import DOWNLOAD_URL, REPOSITORY
from .resources import by_token
from .resources.contract import Resource

Spec = dict[str, Any]

PACKAGE: Spec = {
    "name": "partnercentral",
    "displayName": "AWS Partner Central",
    "version": __version__,
    "description": "Manage an AWS Partner Central channel: its accounts, relationships, handshakes "
    "and contracts.",
    "keywords": ["pulumi", "aws", "partner central", "category/cloud"],
    "license": "Apache-2.0",
    "publisher": "pulumi-partnercentral",
    "homepage": f"https://{REPOSITORY}",
    "repository": f"https://{REPOSITORY}",
    "logoUrl": f"https://raw.githubusercontent.com/{REPOSITORY.partition('/')[2]}/main/docs/logo.png",
    "pluginDownloadURL": DOWNLOAD_URL,
    "meta": {"moduleFormat": "(.*)"},
    "language": {
        "python": {
            "packageName": "pulumi_partnercentral",
            "pyproject": {"enabled": True},
            "inputTypes": "classes-and-dicts",
            "respectSchemaVersion": True,
        },
        "nodejs": {"packageName": "pulumi-partnercentral", "respectSchemaVersion": True},
        "go": {
            "importBasePath": f"{REPOSITORY}/sdk/go/partnercentral",
            "respectSchemaVersion": True,
        },
        "csharp": {
            "rootNamespace": "PulumiPartnerCentral",
            "namespaces": {"partnercentral": "PartnerCentral", "channel": "Channel"},
            "packageReferences": {"Pulumi": "3.*"},
            "respectSchemaVersion": True,
        },
        "java": {
            "basePackage": "io.github.pulumipartnercentral",
            "buildFiles": "gradle",
            "dependencies": {"com.pulumi:pulumi": "1.16.2"},
        },
    },
}


def build() -> Spec:
    """Put the schema of the whole package together."""
    types: Spec = {}
    resources = {token: _resource(kind, types) for token, kind in sorted(by_token().items())}
    functions = {token: _function(kind, types) for token, kind in sorted(by_function().items())}
    settings, _ = _properties(Configuration, types, "index")
    return PACKAGE | {
        "types": dict(sorted(types.items())),
        "config": {"variables": settings},
        "provider": {
            "description": "The configuration of those resources and functions that are given this "
            "provider; it takes nothing from the stack's configuration.",
            "inputProperties": settings,
        },
        "resources": resources,
        "functions": functions,
    }


def _resource(kind: type[Resource], types: Spec) -> Spec:
    inputs, required = _properties(kind.Inputs, types)
    outputs, present = _properties(kind.Outputs, types)
    return {
        "description": inspect.cleandoc(kind.__doc__ or ""),
        "inputProperties": inputs,
        "requiredInputs": required,
        "properties": outputs,
        "required": present,
        # The same resource of the dynamic provider: a stack moves with its state.
        "aliases": [{"type": in_process(kind.token())}],
    } | ({"listInputs": _object_type(kind.Filters, types)} if kind.Filters else {})


def _function(kind: type[Query], types: Spec) -> Spec:
    return {
        "description": inspect.cleandoc(kind.__doc__ or ""),
        "inputs": _object_type(kind.Inputs, types),
        "outputs": _result(kind.Outputs, types),
    }


def _result(model: type[Fields], types: Spec) -> Spec:
    found = _object_type(model, types)
    # The Python generator takes text-or-enum in a function's result for an object, and refuses it.
    for described in found["properties"].values():
        described.pop("oneOf", None)
    return found


def _object_type(model: type[Fields], types: Spec) -> Spec:
    properties, required = _properties(model, types)
    return {"type": "object", "properties": properties, "required": required}


def _properties(
    model: type[Fields], types: Spec, module: str = "channel"
) -> tuple[Spec, list[str]]:
    described = _descriptions(model)
    properties = {
        camel(name): _type(_whole(info), types, module)
        | {"description": described[name]}
        | ({"willReplaceOnChanges": True} if _marked(info, ReplaceOnChange) else {})
        | ({"secret": True} if _marked(info, Secret) else {})
        for name, info in model.model_fields.items()
    }
    required = [
        camel(name)
        for name, info in model.model_fields.items()
        if info.is_required() and not _marked(info, ProviderDefault)
    ]
    return properties, required


def _marked(info: FieldInfo, mark: type) -> bool:
    return any(isinstance(found, mark) for found in info.metadata)


def _whole(info: FieldInfo) -> Any:
    annotation: Any = info.annotation
    for extra in info.metadata:
        annotation = Annotated[annotation, extra]
    return annotation


def _type(annotation: Any, types: Spec, module: str) -> Spec:
    if get_origin(annotation) is Annotated:
        inner, *marks = get_args(annotation)
        values = next((mark for mark in marks if isinstance(mark, Values)), None)
        return _enum(values, types) if values else _type(inner, types, module)
    if is_class_of(annotation, Fields):
        return _object(annotation, types, module)
    if annotation in _PLAIN:
        return {"type": _PLAIN[annotation]}
    members = [a for a in get_args(annotation) if a is not type(None)]
    if get_origin(annotation) is tuple:
        return {"type": "array", "items": _type(members[0], types, module)}
    if get_origin(annotation) is dict:
        return {"type": "object", "additionalProperties": _type(members[-1], types, module)}
    return _type(members[0], types, module)


_PLAIN = {str: "string", bool: "boolean", int: "integer", float: "number"}


def _enum(values: Values, types: Spec) -> Spec:
    token = f"partnercentral:channel:{values.name}"
    types[token] = {
        "type": "string",
        "description": values.description,
        "enum": [
            {"name": _member(value), "value": value, "description": meaning}
            for value, meaning in values.known.items()
        ],
    }
    return {"type": "string", "oneOf": [{"type": "string"}, {"$ref": f"#/types/{token}"}]}


def _member(value: str) -> str:
    """Name an enum's value so that every generator makes a right name of it in its own case."""
    words = value.split("_")
    return value if len(words) == 1 and not value.isupper() else "".join(map(str.title, words))


def _object(model: type[Fields], types: Spec, module: str) -> Spec:
    # A state inside another result takes the name of its resource: `RelationshipState`.
    name = model.__qualname__.rpartition("<locals>.")[2].replace(".", "")
    token = f"partnercentral:{module}:{name}"
    if token not in types:
        properties, required = _properties(model, types, module)
        types[token] = {
            "type": "object",
            "description": inspect.cleandoc(model.__doc__ or ""),
            "properties": properties,
            "required": required,
        }
    return {"$ref": f"#/types/{token}"}


@cache
def _descriptions(model: type[Fields]) -> dict[str, str]:
    found = {name: info.description or "" for name, info in model.model_fields.items()}
    for cls in reversed(model.__mro__):
        if not issubclass(cls, Fields) or cls is Fields:
            continue
        try:
            source = inspect.getsource(cls)
        except OSError:  # made at run time: its fields have their descriptions with them
            continue
        (tree,) = ast.parse(dedent(source)).body
        body = tree.body if isinstance(tree, ast.ClassDef) else []
        for field, text in pairwise(body):
            if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name):
                found[field.target.id] = _docstring(text, field.target.id, cls)
    return found


def _docstring(node: ast.stmt, name: str, cls: type) -> str:
    match node:
        case ast.Expr(value=ast.Constant(value=str(text))):
            return " ".join(inspect.cleandoc(text).split())
    raise TypeError(f"{cls.__qualname__}.{name} has no docstring, which is its description")


if __name__ == "__main__":
    json.dump(build(), sys.stdout, indent=2)
    print()
