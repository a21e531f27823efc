"""Every sentence of an error: they are read from the places in the code that make them."""

import ast
import dataclasses
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from inspect import getdoc
from pathlib import Path
from textwrap import fill
from types import SimpleNamespace

import partnercentral_provider
from botocore.exceptions import ClientError
from partnercentral_provider.aws.errors import MEANING
from partnercentral_provider.model import conflicts, errors

PACKAGE = Path(partnercentral_provider.__file__).parent
CLASSES: dict[str, type[errors.ProviderError]] = {
    name: value
    for module in (errors, conflicts)
    for name, value in vars(module).items()
    if isinstance(value, type) and issubclass(value, errors.ProviderError)
}
HANDED = "(what AWS answered)"
HANDED_ON = {"conflict", "refusal", "error"}
ACTUAL = "what"
"""The attribute that hands on the sentence of another error."""

PLACES = {
    "_message": "What AWS says.",
    "_sentences": "What is wrong with each of them.",
    "about": "ARN",
    "again": "TIME",
    "aws_name": "TYPE",
    "blocker": "ARN",
    "caller_name": "CALLER",
    "command": "COMMAND",
    "equal": "ARN",
    "expected": "ACCOUNT",
    "first": "KEY is wrong.",
    "forced": "",
    "format": ' `aliases=[pulumi.Alias(name="HOLDER")]` ',
    "get": "KEY",
    "instead": "What can be done instead.",
    "import_line": "pulumi import TYPE NAME ARN",
    "manage": "pulumi import TYPE NAME ARN",
    "len": "FEWER",
    "many": "FINDINGS",
    "operation_name": "OPERATION",
    "profile_option": "",
    "refer": "channel.get_TYPE_output(arn=ARN)",
    "removal": "aws partnercentral-channel OPERATION",
    "rest": "",
    "said": "What is wrong with it.",
    "text": "What boto3 says.",
    "token": "TYPE",
    "to_check": "Check that the role exists, and that its trust policy allows the caller.",
    "what": "are in force or offered",
    "whom": "RECEIVER",
    "why": "What AWS says.",
    "with_what": "",
}
"""What stands for a value that is better said than named."""

ABOUT_THEIR_ARGUMENT = {"format_timestamp", "join", "join_words", "quote", "sorted", "values"}
OF_THEIR_OBJECT = {"rpartition"}

CAUSES = {
    "ProviderError": "Something that this provider has no better word for.\n\nUpdate "
    "`pulumi-partnercentral`. If it stays, open an issue with the whole sentence.",
}
"""Cause and cure of a class that says neither in its docstring."""


@dataclass(frozen=True)
class Sentence:
    """What a user reads: what happened, why, what to do, and a command to copy."""

    kind: str
    what: str
    why: str = ""
    advice: str = ""
    command: str = ""


@lru_cache(maxsize=1)
def sentences() -> list[Sentence]:
    """Read every sentence of the provider, in the order of the files."""
    return [
        sentence for path in sorted(PACKAGE.rglob("*.py")) for sentence in Reader(path).sentences()
    ]


class Reader:
    """Reads the sentences of one file."""

    def __init__(self, path: Path) -> None:
        parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
        name = ".".join(part for part in parts if part != "__init__")
        self._tree = ast.parse(path.read_text(encoding="utf-8"))
        self._known = vars(import_module(name)) if self._calls(self._tree) else {}
        self._local: dict[str, ast.expr] = {}

    @staticmethod
    def _calls(tree: ast.AST) -> list[ast.Call]:
        return [
            node
            for node in ast.walk(tree)
            if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in CLASSES
        ]

    def sentences(self) -> Iterator[Sentence]:
        """Give the sentences, each with its own function's values."""
        functions = [n for n in ast.walk(self._tree) if isinstance(n, ast.FunctionDef)]
        for call in self._calls(self._tree):
            around = [f for f in functions if call in ast.walk(f)]
            self._local = {
                node.targets[0].id: node.value
                for function in around
                for node in ast.walk(function)
                if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
                if isinstance(node.value, ast.JoinedStr | ast.Constant)
            }
            named = {given.arg: self._text(given.value) for given in call.keywords if given.arg}
            assert isinstance(call.func, ast.Name)
            yield Sentence(call.func.id, *map(self._text, call.args), **named)

    def _text(self, node: ast.expr) -> str:
        """Spell what an expression comes to, with a name in capitals for each unknown value."""
        if isinstance(node, (ast.Constant, ast.Name, ast.Call)):
            try:
                code = compile(ast.Expression(node), "", "eval")
                found = eval(code, {"__builtins__": {}} | self._known)
            except Exception:
                found = None
            if isinstance(found, (str, int)):
                return str(found)
        return self._spelled(node)

    def _spelled(self, node: ast.expr) -> str:
        if isinstance(node, ast.JoinedStr):
            return "".join(map(self._text, node.values))
        if isinstance(node, ast.FormattedValue):
            return self._text(node.value)
        if isinstance(node, ast.BinOp):
            return self._text(node.left) + self._text(node.right)
        if isinstance(node, ast.IfExp):
            either = [self._text(node.body), self._text(node.orelse)]
            return " / ".join(text for text in either if text)
        if isinstance(node, ast.Name) and node.id in self._local:
            return self._text(self._local[node.id])
        return _named(node)


def _named(node: ast.expr) -> str:
    """Name a value by the last word of what gives it."""
    word = ""
    if isinstance(node, ast.Name):
        word = node.id
    elif isinstance(node, ast.Attribute):
        if node.attr == ACTUAL:
            handed_on = isinstance(node.value, ast.Name) and node.value.id in HANDED_ON
            return HANDED if handed_on else "WHAT IS IN FORCE"
        word = "arn" if node.attr == "text" else node.attr
    elif isinstance(node, ast.Subscript):
        if not isinstance(node.slice, ast.Constant) or not isinstance(node.slice.value, str):
            return _named(node.value)
        word = node.slice.value
    elif isinstance(node, ast.Call):
        name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        name = node.func.id if isinstance(node.func, ast.Name) else name
        if name in ABOUT_THEIR_ARGUMENT and node.args:
            return _named(node.args[0])
        if name in OF_THEIR_OBJECT and isinstance(node.func, ast.Attribute):
            return _named(node.func.value)
        return _named(node.func)
    if word.strip("_") in PLACES or word in PLACES:
        return PLACES.get(word, PLACES.get(word.strip("_"), ""))
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", word.strip("_")).upper() or "…"


def cause_and_cure(kind: str) -> tuple[str, str]:
    """Tell what a class means, and what helps where a sentence itself says nothing of that."""
    said = CAUSES.get(kind) or getdoc(CLASSES[kind]) or ""
    cause, _, cure = said.partition("\n\n")
    return " ".join(cause.split()), " ".join(cure.split())


def text() -> str:
    """Spell the chapters: each class with its sentences, and which of AWS's codes are of it."""
    found = sentences()
    names = sorted(CLASSES, key=lambda name: name in CAUSES)  # which belong at the end
    chapters = [_chapter(name, [s for s in found if s.kind == name]) for name in names]
    rows = "".join(f"| `{code}` | {_meant(code)} |\n" for code in MEANING)
    return f"""{"".join(chapters)}## What AWS answers

| AWS's code | the error here |
|---|---|
{rows}"""


def _chapter(kind: str, found: list[Sentence]) -> str:
    cause, cure = cause_and_cure(kind)
    first = next((s.what for s in found if s.what != HANDED and s.why == PLACES["why"]), "")
    points = [_point(dataclasses.replace(s, what=first) if s.what == HANDED else s) for s in found]
    return f"## {kind}\n\n{fill(f'{cause} {cure}', 100)}\n\n" + "".join(points) + "\n"


def _point(sentence: Sentence) -> str:
    why, advice = (_on_one_line(part) for part in (sentence.why, sentence.advice))
    parts = [f"**{_on_one_line(sentence.what)}**", why]
    if advice or sentence.command:
        parts.append(f"*What to do:* {advice}")
    if sentence.command:
        parts.append(" or ".join(f"`{each}`" for each in sentence.command.split(" / ")))
    return (
        fill(
            " ".join(part for part in parts if part),
            100,
            initial_indent="* ",
            subsequent_indent="  ",
            break_long_words=False,
            break_on_hyphens=False,
        )
        + "\n"
    )


def _on_one_line(text: str) -> str:
    """Put the code of a paragraph of its own into the sentence, and escape what is no code."""
    text = re.sub(r"\s*\n\n    (.*?)\n\n", r" `\1`. ", text)
    outside = re.split(r"(`[^`]*`)", " ".join(text.split()))
    return "".join(p if p.startswith("`") else re.sub(r"([*_<])", r"\\\1", p) for p in outside)


def _meant(code: str) -> str:
    answer = ClientError({"Error": {"Code": code}}, "CreateRelationship")
    account = SimpleNamespace(caller_name=str, profile_option=str)
    kind = type(MEANING[code](answer, account)).__name__
    return f"[{kind}](#{kind.lower()})"
