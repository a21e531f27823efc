"""The page of each resource and function, from the schema and a program in docs/programs."""

import json
import re
from collections.abc import Iterator
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
    schema = json.loads(SCHEMA.read_text())
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


def _line(text: str) -> str:
    """Put a description on one line of a table."""
    return " ".join(text.split()).replace("|", "\\|")


def _paragraphs(text: str) -> str:
    return "\n\n".join(fill(" ".join(part.split()), 100) for part in text.split("\n\n"))


def _index(schema: dict[str, Any]) -> str:
    def table(what: str, items: dict[str, Any]) -> str:
        rows = "".join(
            f"| [{_name(token)}]({_name(token)}.md) | "
            f"{_line(item['description'].partition(chr(10) * 2)[0])} |\n"
            for token, item in items.items()
        )
        return f"## {what}\n\n| | |\n|---|---|\n{rows}\n"

    names = "\n".join(_name(token) for token in [*schema["resources"], *schema["functions"]])
    return (
        "# Reference\n\nEach resource and each function, with its inputs, its outputs and a whole "
        "program in four\nlanguages.\n\n"
        + table("Resources", schema["resources"])
        + table("Functions", schema["functions"])
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
            + self._table("Inputs", resource["inputProperties"], resource.get("requiredInputs", []))
            + self._table("Outputs", resource["properties"])
            + f"## Import\n\n```\n{samples}\n```\n\n"
            + self._named_types()
        ).rstrip() + "\n"

    def of_function(self, function: dict[str, Any]) -> str:
        given, found = function["inputs"], function["outputs"]
        return (
            self._head(function)
            + self._table("Inputs", given["properties"], given.get("required", []))
            + self._table("Outputs", found["properties"])
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
            return (PROGRAMS / name).read_text()
        if self._converted:
            return (self._converted / name).read_text()
        page = (DOCS / _file(self._token)).read_text()
        found = re.search(rf"^```{lexer}\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)
        return found[1] if found else ""

    def _table(self, title: str, properties: dict[str, Any], required: Any = None) -> str:
        if not properties:
            return f"## {title}\n\nNone.\n\n"
        column, line = ("", "") if required is None else (" required |", "---|")
        rows = []
        for name, value in properties.items():
            needed = "" if required is None else f" {'yes' if name in required else ''} |"
            secret = "A secret. " if value.get("secret") else ""
            said = secret + _line(value.get("description", ""))
            rows.append(f"| `{name}` | {self._type(value)} |{needed} {said} |\n")
        head = f"| name | type |{column} |\n|---|---|{line}---|\n"
        return f"## {title}\n\n{head}{''.join(rows)}\n"

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
                rows = "".join(f"| `{v['value']}` | {_line(v['description'])} |\n" for v in values)
                body = f"| value | meaning |\n|---|---|\n{rows}\n"
            else:
                required = kind.get("required", [])
                body = self._table("", kind["properties"], required).partition("\n\n")[2]
            said = _paragraphs(kind.get("description", ""))
            yield f"### {_name(token)}\n\n{said}\n\n{body}"
