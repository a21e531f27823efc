"""The schema: what every SDK, editor and reference page says of this provider."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from partnercentral_provider import schema

ROOT = Path(__file__).parents[1]
_FORMS = """
accepted agreed agrees answers are asks asked assume assumes became begins began belong belongs
can cannot canceled chooses comes covers created enrolled ends expired fills fit fits gave get
gives go goes grows has have is keeps knows lists may needs owns passes proposes read reads
receives refused refuses replaces resells returns runs sees sets shows signs sorts stands
starts takes took used was withdrew works wrote narrows narrowed changed
"""
VERBS = set(_FORMS.split())
"""The verbs of the descriptions, in the forms in which they occur."""


def descriptions() -> Iterator[tuple[str, str]]:
    """Give every description with its place in the schema; an absent one is empty."""
    built = schema.build()
    described = built["types"] | built["resources"] | built["functions"]
    for place, spec in (described | {"provider and config": built["provider"]}).items():
        yield place, spec.get("description", "")
        for value in spec.get("enum", []):
            yield f"{place}.{value['value']}", value["description"]
        for part in (spec, *(spec.get(n, {}) for n in ("inputs", "outputs", "listInputs"))):
            for name, inner in part.get("inputProperties", {}).items():
                yield f"{place}({name})", inner["description"]
            for name, inner in part.get("properties", {}).items():
                yield f"{place}.{name}", inner["description"]


def wrong(text: str) -> str:
    """Say what keeps a description from being a sentence; empty where nothing does."""
    words = re.findall(r"[A-Za-z]+", re.sub(r"`[^`]*`", "code", text))
    if len(words) < 4:
        return "fewer than four words"
    if not VERBS & {word.lower() for word in words}:
        return "no verb"
    if not (text[0].isupper() or text[0] == "`") or text.rstrip()[-1] not in ".)":
        return "no capital at the start, or no full stop at the end"
    return ""


def test_every_description_is_a_sentence_that_says_what_something_is() -> None:
    """Each description in the schema has four words or more, a verb, a capital and a full stop."""
    found = {place: (text, reason) for place, text in descriptions() if (reason := wrong(text))}
    assert found == {}


@pytest.mark.parametrize(
    "text", ["Whose.", "What is asked.", "Which way.", "For START_SERVICE_PERIOD.", "", "Its tags."]
)
def test_a_description_that_says_nothing_is_refused(text: str) -> None:
    """The check of descriptions refuses fragments that a reader of an SDK cannot understand."""
    assert wrong(text)


def test_the_settings_of_a_stack_and_of_a_provider_are_described_alike() -> None:
    """A key of the stack's configuration and the same argument of a Provider say the same."""
    built = schema.build()
    assert built["config"]["variables"] == built["provider"]["inputProperties"]


def test_what_replaces_says_so() -> None:
    """The description of each input whose change replaces the resource says that it does."""
    silent = [
        f"{token}.{name}"
        for token, spec in schema.build()["resources"].items()
        for name, inner in spec["inputProperties"].items()
        if inner.get("willReplaceOnChanges") and "replaces" not in inner["description"]
    ]
    assert silent == []


def test_every_verb_of_the_check_occurs() -> None:
    """The list of verbs that the check of descriptions knows has none that nothing uses."""
    used = {w.lower() for _, text in descriptions() for w in re.findall(r"[A-Za-z]+", text)}
    assert VERBS - used == set()


def test_the_registry_finds_what_it_asks_for() -> None:
    """
    Pulumi's registry refuses a package without a publisher, and shows the rest.

    The engine downloads the plugin from the releases of that repository.
    """
    built = schema.build()
    assert built["publisher"]
    assert built["homepage"] == built["repository"]
    repository = built["repository"].removeprefix("https://github.com/")
    assert built["pluginDownloadURL"] == f"github://api.github.com/{repository}"
    _, _, logo = built["logoUrl"].partition(f"{repository}/main/")
    assert (ROOT / logo).is_file()
