"""The policy of tags: those that every resource has, and those that are left alone."""

from dataclasses import dataclass

from ..config import Configuration
from ..model.properties import Properties
from ..model.unknown import UNKNOWN
from ..resources.contract import Resource


@dataclass(frozen=True)
class Tagging:
    """What a *configuration* says about tags, applied to plain values. Makes no call."""

    configuration: Configuration

    def merged(self, kind: type[Resource], given: Properties) -> Properties:
        """
        Add the default tags to the inputs of a program; its own win, also with an empty value.

        What is ignored is left out. Where the policy is known only after apply, so are the tags.
        """
        later = self.configuration.known_after_apply
        if not kind.taggable():
            return given
        if "defaultTags" in later or ("ignoreTags" in later and "tags" in given):
            return given | {"tags": UNKNOWN}
        own, defaults = given.get("tags", {}), self._defaults()
        if not isinstance(own, dict) or not (own or defaults):
            return given
        both = {**defaults, **own}
        merged = {k: v for k, v in both.items() if not self._ignores(k)}
        return given | {"tags": merged} if merged or "tags" in given else given

    def visible(self, state: Properties) -> Properties:
        """Leave out of a state what is ignored, which an older configuration may have let in."""
        tags = state.get("tags")
        if not isinstance(tags, dict) or not any(map(self._hides, tags)):
            return state
        return state | {"tags": {k: v for k, v in tags.items() if not self._hides(k)}}

    def own(self, inputs: Properties) -> Properties:
        """Leave out of imported inputs what the default tags say anyway."""
        defaults = self._defaults()
        tags = {k: v for k, v in inputs.get("tags", {}).items() if defaults.get(k) != v}
        rest = {name: value for name, value in inputs.items() if name != "tags"}
        return rest | {"tags": tags} if tags else rest

    def _defaults(self) -> dict[str, str]:
        stated = self.configuration.default_tags
        return (stated.tags or {}) if stated else {}

    def _hides(self, key: str) -> bool:
        return self.configuration.ignores_tag(key)

    def _ignores(self, key: str) -> bool:
        """A program's own `aws:` tags are not ignored, but refused."""
        return self._hides(key) and not key.startswith("aws:")


def with_all_tags(state: Properties) -> Properties:
    """Add `tagsAll`, which says the same as `tags` and is of no diff."""
    return state | {"tagsAll": state["tags"]} if "tags" in state else state
