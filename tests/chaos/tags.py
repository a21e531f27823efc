"""The policy of tags that the commands of a history run with, and what tags it comes to."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

DEFAULTS: list[dict[str, str] | None] = [None, {"owner": "me"}, {"team": "default"}]
"""The default tags that a history may have: the second is a tag that a program has too."""

IGNORED: list[dict[str, list[str]] | None] = [
    None,
    {"keys": ["by"]},  # which other people add
    {"keyPrefixes": ["b"]},
    {"keys": ["team"]},
]
"""The tags that a history may ignore."""

OWN = {"team", "x", "owner"}
"""The keys of the tags that a program or its policy sets, and other people only remove."""


@dataclass
class TagPolicy:
    """What the configuration says of tags at the moment."""

    defaults: dict[str, str] | None = None
    ignored: dict[str, list[str]] | None = None
    once_ignored: set[str] = field(default_factory=set)
    """The keys of *OWN* that were ever ignored, so that nobody may have removed their tags."""

    def ignore(self, ignored: dict[str, list[str]] | None) -> None:
        """Leave other tags alone from now on."""
        self.ignored = ignored
        self.once_ignored |= {key for key in OWN if self.ignores(key)}

    def ignores(self, key: str) -> bool:
        """Tell whether a tag is left alone."""
        ignored = self.ignored or {}
        prefixes = tuple(ignored.get("keyPrefixes", ()))
        return key in ignored.get("keys", ()) or key.startswith(prefixes)

    def config(self) -> dict[str, Any]:
        """Give the configuration that says it."""
        stated = {
            "defaultTags": self.defaults and {"tags": self.defaults},
            "ignoreTags": self.ignored,
        }
        return {name: value for name, value in stated.items() if value}

    def wrong(
        self, own: dict[str, str] | None, at_aws: dict[str, str]
    ) -> Iterator[tuple[str, str | None, str | None]]:
        """
        Find the tags that AWS has in another way than a program's *own* and the defaults say.

        Where there are none of both, what other people added stays.
        """
        both = (self.defaults or {}) | (own or {})
        wanted = {key: value for key, value in both.items() if not self.ignores(key)}
        managed = wanted or own is not None
        for key in sorted(at_aws.keys() | wanted.keys() if managed else OWN - self.once_ignored):
            if not self.ignores(key) and at_aws.get(key) != wanted.get(key):
                yield f"tags.{key}", wanted.get(key), at_aws.get(key)
