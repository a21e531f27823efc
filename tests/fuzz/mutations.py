"""Changes real values into odd ones: seeded, so that a run can be repeated."""

import copy
import json
from collections.abc import Iterator
from random import Random
from typing import Any

SIGNATURE = "4dabf18193072939515e22adb298388d"
"""Pulumi's key of values that JSON cannot say."""

ODD: list[Any] = [
    *(None, True, False, 0, -1, 14, 1.5, 1e308, -1e308, float("nan"), float("inf"), 2**53, 10**30),
    *("", " ", "x" * 3000, "\x00", "a\nb", "\u202e\u00e9", "%s{0}\\1", "NaN", "null", "0x10", "-1"),
    *("[" * 3000, '{"a":', '["x", 5]', "[]", '{"roleArn": 5}', "true", "9" * 400, "../../etc"),
    *("arn:", "arn:aws:iam::111122223333:role/R", "pma-0123456789abc", "ch-4fj3bd2o3vb91"),
    "arn:aws:partnercentral:us-east-1:123456789012:catalog/AWS/channel-handshake/ch-4fj3bd2o3vb91",
    *("2027-13-45", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "AWS", "Sandbox"),
    "04da6b54-80e4-46f7-96ec-b56ff0331ba9",  # known after apply
    *([], [None], [[]], ["a", 5], {}, {"": ""}, {"a": {"b": [{}]}}, {"value": 1}),
    {SIGNATURE: "1b47061264138c4ac30d75fd1eb44270", "value": "s"},  # a secret
    {SIGNATURE: "d0e6a833031e9bbcd3f4e8bde6ca49a4"},  # an output, known after apply
    {SIGNATURE: "d0e6a833031e9bbcd3f4e8bde6ca49a4", "value": 5, "dependencies": 7},
    {SIGNATURE: "5cf8f73096256a8f31e491e813e4eb8e", "urn": 5, "id": []},  # a reference
    {SIGNATURE: "c44067f5952c0a294b673a41bacd8c17", "text": "file"},  # an asset
    {SIGNATURE: "0def7320c3a5731c473e5ecbe6d01bc7", "path": 5},  # an archive
    *({SIGNATURE: "nobody"}, {SIGNATURE: 5}, {SIGNATURE: {}}),
]
NAMES = ["__identity", "__provider", "__inputs", "__sent", "arn", "catalog", "tags", "status", ""]


class Mutator:
    """Makes odd values, and odd changes of trees of objects, lists and plain values."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)

    def value(self) -> Any:
        """Make an odd value; sometimes one within others."""
        found = copy.deepcopy(self.random.choice(ODD))
        for _ in range(self.random.choice([0, 0, 0, 1, 2, 12])):
            found = {"a": found} if self.random.random() < 0.5 else [found]
        return found

    def text(self) -> str:
        """Make an odd text."""
        return self.random.choice([value for value in ODD if isinstance(value, str)])

    def tree(self, tree: Any) -> Any:
        """Change a copy of a tree in one to three places."""
        changed = copy.deepcopy(tree)
        for _ in range(self.random.randint(1, 3)):
            changed = self._change(changed)
        return changed

    def raw(self, data: bytes) -> bytes:
        """Change some bytes: flip, cut out, repeat or insert."""
        changed = bytearray(data)
        for _ in range(self.random.randint(1, 4)):
            at = self.random.randrange(len(changed) + 1)
            match self.random.randrange(4):
                case 0 if at < len(changed):
                    changed[at] = self.random.randrange(256)
                case 1:
                    del changed[at : at + self.random.randint(1, 20)]
                case 2:
                    changed[at:at] = changed[max(0, at - 20) : at]
                case _:
                    changed[at:at] = self.random.randbytes(self.random.randint(1, 8))
        return bytes(changed)

    def _change(self, tree: Any) -> Any:
        places = list(_places(tree))
        if not places or self.random.random() < 0.03:
            return self.value()
        holder, key = self.random.choice(places)
        match self.random.randrange(6):
            case 0:
                del holder[key]
            case 1 if isinstance(holder, dict):
                name = self.random.choice(NAMES) or self.text()[:20]
                holder[name] = self.value()
            case 2 if isinstance(holder, dict):
                holder[self.random.choice([key.upper(), f"{key}s", key[:-1]])] = holder.pop(key)
            case 3:
                other, at = self.random.choice(places)
                holder[key] = copy.deepcopy(other[at])
            case _:
                holder[key] = self.value()
        return tree


def _places(tree: Any) -> Iterator[tuple[Any, Any]]:
    """Walk through every place of a tree, as what holds it and its key or index."""
    if isinstance(tree, (dict, list)):
        for key in [*tree] if isinstance(tree, dict) else range(len(tree)):
            yield tree, key
            yield from _places(tree[key])


def is_sentence(text: str) -> bool:
    """Tell whether a text can be read: words, and nothing of a traceback or a bug."""
    forbidden = ("Traceback", "This is a bug", "Exception calling", "object at 0x")
    return len(text.split()) >= 2 and not any(words in text for words in forbidden)


def dumped(tree: Any) -> bytes:
    """Spell a tree as JSON, odd numbers and lone surrogates too."""
    return json.dumps(tree).encode()
