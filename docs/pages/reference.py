"""The page of each resource and function, from the schema and a program in docs/programs."""

import json
import re
from collections.abc import Collection, Iterator
from pathlib import Path
from textwrap import fill
from typing import Any

from partnercentral_provider.resources import by_token

DOCS = Path(__file__).resolve().parents[1]
PROGRAMS = DOCS / "programs"
SCHEMA = DOCS.parent / "provider" / "schema.json"
LANGUAGES = {
    "Python": ("python", ".py"),
    "TypeScript": ("typescript", ".ts"),
    "YAML": ("yaml", ".yaml"),
    "Go": ("go", ".go"),
}
NAMES = (
    "Names are those of YAML and TypeScript; Python writes `display_name` for `displayName`, and "
    "Go `DisplayName`."
)


def pages(converted: Path | None) -> dict[str, str]:
    """
    Spell each page, by its file in docs/.

    *converted* is the folder of the programs in other languages than YAML; without it they are
    those that the page has already.
    """
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    found = {}
    for token, resource in schema["resources"].items():
        found[_file(token)] = _Page(schema, token, converted).of_resource(resource)
    for token, function in schema["functions"].items():
        found[_file(token)] = _Page(schema, token, converted).of_function(function)
    return found | {"reference/index.md": _index(schema)}


def chooser(page: str) -> str:
    """Spell the programs of a page as Pulumi's registry shows them: one of them at a time."""
    blocks = dict(re.findall(r"^```(\w+)\n(.*?)^```$", page, re.DOTALL | re.MULTILINE))
    languages = [lexer for lexer, _ in LANGUAGES.values()]
    choices = "\n\n".join(
        f"{{{{% choosable language {lexer} %}}}}\n\n```{lexer}\n{blocks[lexer]}```\n\n"
        "{{% /choosable %}}"
        for lexer in languages
    )
    opened = f'{{{{< chooser language "{",".join(languages)}" >}}}}'
    return f"{opened}\n\n{choices}\n\n{{{{< /chooser >}}}}"


def _name(token: str) -> str:
    return token.rpartition(":")[2]


def _file(token: str) -> str:
    return f"reference/{_name(token)}.md"


def _point(name: str, text: str) -> str:
    """Spell a point of a list: what it is about, and a description."""
    return _filled(f"* {name}: {text}", indent="  ") + "\n"


def _filled(text: str, indent: str = "") -> str:
    return fill(
        " ".join(text.split()),
        100,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _paragraphs(text: str) -> str:
    return "\n\n".join(map(_filled, text.split("\n\n")))


def _index(schema: dict[str, Any]) -> str:
    def chapter(what: str, items: dict[str, Any]) -> str:
        points = [
            _point(f"[{_name(t)}]({_name(t)}.md)", item["description"].partition("\n\n")[0])
            for t, item in items.items()
        ]
        return f"## {what}\n\n{''.join(points)}\n"

    names = "\n".join(_name(token) for token in [*schema["resources"], *schema["functions"]])
    return (
        "# Reference\n\nEach resource and each function, with its inputs, its outputs and a whole "
        "program in four\nlanguages.\n\n"
        + chapter("Resources", schema["resources"])
        + chapter("Functions", schema["functions"])
        + f"```{{toctree}}\n:hidden:\n\n{names}\n```\n"
    )


class _Page:
    """One page, and the types that it has named so far."""

    def __init__(self, schema: dict[str, Any], token: str, converted: Path | None) -> None:
        self._types, self._token, self._converted = schema["types"], token, converted
        self._wanted: list[str] = []

    def of_resource(self, resource: dict[str, Any]) -> str:
        kind = by_token()[self._token]
        forms = [kind.arn_form, *kind.other_arn_forms]
        samples = "\n".join(f"pulumi import {self._token} NAME \\\n  {f.sample}" for f in forms)
        return (
            self._head(resource)
            + self._list("Inputs", resource["inputProperties"], resource.get("requiredInputs", []))
            + self._list("Outputs", resource["properties"])
            + f"## Import\n\n```\n{samples}\n```\n\n"
            + self._named_types()
        ).rstrip() + "\n"

    def of_function(self, function: dict[str, Any]) -> str:
        given, found = function["inputs"], function["outputs"]
        return (
            self._head(function)
            + self._list("Inputs", given["properties"], given.get("required", []))
            + self._list("Outputs", found["properties"])
            + self._named_types()
        ).rstrip() + "\n"

    def _head(self, item: dict[str, Any]) -> str:
        parts = [f"# {_name(self._token)}", _paragraphs(item["description"]), f"`{self._token}`"]
        parts.append("## Example")
        for language, (lexer, ending) in LANGUAGES.items():
            code = self._program(lexer, ending).strip()
            parts.append(f"### {language}\n\n```{lexer}\n{code}\n```")
        return "\n\n".join([*parts, _paragraphs(NAMES)]) + "\n\n"

    def _program(self, lexer: str, ending: str) -> str:
        name = f"{_name(self._token)}{ending}"
        if ending == ".yaml":
            return (PROGRAMS / name).read_text(encoding="utf-8")
        if self._converted:
            return (self._converted / name).read_text(encoding="utf-8")
        page = (DOCS / _file(self._token)).read_text(encoding="utf-8")
        found = re.search(rf"^```{lexer}\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)
        return found[1] if found else ""

    def _list(self, title: str, properties: dict[str, Any], required: Collection[str] = ()) -> str:
        points = self._points(properties, required) or "None.\n"
        return f"## {title}\n\n{points}\n"

    def _points(self, properties: dict[str, Any], required: Collection[str]) -> str:
        points = []
        for name, value in properties.items():
            about = [self._type(value)]
            about += ["required"] if name in required else []
            about += ["a secret"] if value.get("secret") else []
            points.append(_point(f"`{name}` ({', '.join(about)})", value.get("description", "")))
        return "".join(points)

    def _type(self, value: dict[str, Any]) -> str:
        for each in [value, *value.get("oneOf", [])]:
            if reference := each.get("$ref"):
                token = reference.rpartition("/")[2]
                if token not in self._wanted:
                    self._wanted.append(token)
                return f"[{_name(token)}](#{_name(token).lower()})"
        if value["type"] == "array":
            return f"list of {self._type(value['items'])}"
        if value["type"] == "object":
            return f"map of {self._type(value['additionalProperties'])}"
        return str(value["type"])

    def _named_types(self) -> str:
        texts = "".join(self._each_type())
        return f"## Types\n\n{texts}" if texts else ""

    def _each_type(self) -> Iterator[str]:
        for token in self._wanted:  # which grows while they are spelled
            kind = self._types[token]
            if values := kind.get("enum"):
                body = "".join(_point(f"`{v['value']}`", v["description"]) for v in values)
            else:
                body = self._points(kind["properties"], kind.get("required", []))
            said = _paragraphs(kind.get("description", ""))
            yield f"### {_name(token)}\n\n{said}\n\n{body}\n"
