"""What docs/ says that is made from the code."""

import ast
import inspect
import json
import re
import shutil
import sys
from pathlib import Path

import pages.__main__
import pytest
from pages import errors, policies
from partnercentral_provider.aws.errors import EXTRA_ACTIONS
from partnercentral_provider.aws.models import OPERATIONS
from partnercentral_provider.resources import by_token
from partnercentral_provider.resources.contract import Resource

DOCS = Path(__file__).resolve().parents[1] / "docs"
KINDS = by_token().values()


def test_generated_parts_are_fresh() -> None:
    """Policies, errors and the reference are as the code has them now."""
    assert pages.__main__.main(["--check"]) == 0


def test_stale_pages_are_named_and_written_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`--check` changes nothing; without it the pages are as they were."""
    docs = shutil.copytree(DOCS, tmp_path / "docs")
    monkeypatch.setattr(pages.__main__, "DOCS", docs)
    security, page, odd = (
        docs / name for name in ("security.md", "reference/Relationship.md", "reference/getOdd.md")
    )
    right = security.read_text()
    security.write_text(right.replace('"partnercentral:GetRelationship",', ""))
    page.unlink()
    odd.write_text("# getOdd\n")
    assert pages.__main__.main(["--check"]) == 1
    named = ", ".join(f"docs/{path.relative_to(docs).as_posix()}" for path in (page, odd, security))
    assert capsys.readouterr().err == f"{named}: stale, make generate\n"
    assert security.read_text() != right
    assert pages.__main__.main([]) == 0
    assert security.read_text() == right
    assert page.read_text() == (DOCS / "reference" / "Relationship.md").read_text()
    assert not odd.exists()


def calls(kind: type[Resource]) -> set[str]:
    """Read from the code of a resource, and of its bases, which operations it calls."""
    own = sys.modules[kind.__module__]
    bases = [b for b in kind.__mro__[1:] if issubclass(b, Resource) and b is not Resource]
    texts = [inspect.getsource(own), *map(inspect.getsource, bases)]
    lists = {name: filters.operation for name, filters in filters_by_name().items()}
    found = set()
    for node in (node for text in texts for node in ast.walk(ast.parse(text))):
        if isinstance(node, ast.Attribute):
            found.add(node.attr)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.add(node.value)
        elif isinstance(node, ast.ImportFrom) and node.module == "aws.handshakes":
            found.add("list_channel_handshakes")
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute | ast.Name)
            and node.args
            and isinstance(node.args[0], ast.Constant)
        ):
            found.add(lists.get(str(node.args[0].value), ""))
    names = {"".join(word.capitalize() for word in name.split("_")) for name in found}
    return names & OPERATIONS


def filters_by_name() -> dict[str, type]:
    return {kind.__name__: kind.Filters for kind in KINDS if kind.Filters}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_resource_declares_what_it_calls(kind: type[Resource]) -> None:
    """No more and no less: policies are made of it."""
    assert set(kind.operations) == calls(kind)


def test_policies_of_the_page_allow_every_operation() -> None:
    """Together they have each operation of the API, and what AWS checks besides, and no other."""
    blocks = re.findall(r"```json\n(.*?)```", (DOCS / "security.md").read_text(), re.DOTALL)
    actions = {
        action
        for block in blocks
        for statement in json.loads(block)["Statement"]
        for action in statement["Action"]
    }
    wanted = OPERATIONS.union(*EXTRA_ACTIONS.values())
    assert actions == {f"partnercentral:{name}" for name in wanted}


def test_account_that_answers_gets_no_other_right() -> None:
    """Its policy lets it list and answer, and change nothing that the partner owns."""
    (answer,) = (kind for kind in KINDS if "receiverAccountId" in kind.Inputs.names())
    allowed = {"AcceptChannelHandshake", "ListChannelHandshakes", "RejectChannelHandshake"}
    assert policies.actions([answer]) == allowed


@pytest.mark.parametrize("kind", errors.CLASSES)
def test_every_error_class_has_its_chapter(kind: str) -> None:
    """It tells a cause and a cure, and each of its sentences."""
    cause, cure = errors.cause_and_cure(kind)
    assert cause.endswith(".")
    assert cure.endswith(".")
    _, _, rest = (DOCS / "errors.md").read_text().partition(f"\n## {kind}\n")
    chapter = rest.partition("\n## ")[0]
    said = [sentence for sentence in errors.sentences() if sentence.kind == kind]
    assert said
    assert len(re.findall(r"^\* \*\*\w", chapter, re.MULTILINE)) == len(said)


def test_sentences_say_no_name_of_the_code() -> None:
    """What stands for a value is a word in capitals, or a sentence."""
    found = errors.sentences()
    assert all(re.search(r"[.:?]$", sentence.what) for sentence in found if sentence.what[0] != "(")
    text = " ".join(f"{s.what} {s.why} {s.advice}" for s in found)
    assert not re.search(r"\{[a-z_.]+\}|<ast\.|self\.", text)
