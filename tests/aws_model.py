"""
AWS's model of the service that the product was written for, and what AWS changed since.

`aws_model.json` is botocore's own description without its prose: operations, members, required
ones, enum values, lengths, patterns. The product is tested against it, so that a new botocore turns
no test red. `python -m aws_model drift` (`make drift`) tells what the installed botocore has beyond
it, `python -m aws_model write` (`make model`) writes the installed one down.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import botocore
from botocore.loaders import Loader

FILE = Path(__file__).with_suffix(".json")
SERVICE = "partnercentral-channel"
Model = dict[str, Any]

LIMITS = {
    "type": "type",
    "member": "item",
    "min": "least length or value",
    "max": "greatest length or value",
    "pattern": "pattern",
    "union": "union",
}


def written_for() -> Model:
    """Give the model that the product was written for, as botocore's loader would give it."""
    return dict(json.loads(FILE.read_text()))


def installed() -> Model:
    """Give the installed botocore's model, without its prose."""
    model = Loader().load_service_model(SERVICE, "service-2")
    return {"botocore": botocore.__version__, **_without_prose(model)}


def put(model: Model, folder: Path) -> Path:
    """Write a model where botocore finds it by `AWS_DATA_PATH`; that folder."""
    version = folder / SERVICE / model["metadata"]["apiVersion"]
    version.mkdir(parents=True)
    (version / "service-2.json").write_text(json.dumps(model))
    return folder


def _without_prose(value: Any) -> Any:
    if isinstance(value, dict):
        # A member may be called like the prose is; prose is text, and a member an object.
        return {
            name: _without_prose(inner)
            for name, inner in value.items()
            if name != "documentation" or not isinstance(inner, str)
        }
    return [_without_prose(inner) for inner in value] if isinstance(value, list) else value


def drift(old: Model, new: Model) -> Iterator[str]:
    """
    Tell what differs between two models, a sentence for each difference.

    A shape that came or went is told with the operation, member or union arm that leads to it.
    """
    yield from _changed_set(set(old["operations"]), set(new["operations"]), "the operation {}")
    for name, before, after in _in_both(old["operations"], new["operations"]):
        for part in ("input", "output"):
            yield from _changed(f"the {part} of {name}", before.get(part), after.get(part))
        raised = ({e["shape"] for e in model.get("errors", [])} for model in (before, after))
        yield from _changed_set(*raised, f"the error {{}} of {name}")
    for name, before, after in _in_both(old["shapes"], new["shapes"]):
        yield from _shape(name, before, after, new["shapes"])


def _shape(name: str, old: Model, new: Model, shapes: Model) -> Iterator[str]:
    before, after = old.get("members", {}), new.get("members", {})
    word = "arm" if new.get("union") else "member"
    for member in sorted(after.keys() - before.keys()):
        shape = after[member]["shape"]
        values = shapes[shape].get("enum")
        kind = f"{shape}: {', '.join(values)}" if values else shape
        yield f"AWS added the {word} {member} of {name} ({kind})."
    for member in sorted(before.keys() - after.keys()):
        yield f"AWS took away the {word} {member} of {name}."
    for member, was, now in _in_both(before, after):
        yield from _changed(f"the {word} {member} of {name}", was["shape"], now["shape"])
    yield from _required(name, old, new)
    enums = (set(model.get("enum", [])) for model in (old, new))
    yield from _changed_set(*enums, f"the value {{}} of {name}")
    for limit, what in LIMITS.items():
        yield from _changed(f"the {what} of {name}", old.get(limit), new.get(limit))


def _required(name: str, old: Model, new: Model) -> Iterator[str]:
    before, after = set(old.get("required", [])), set(new.get("required", []))
    for member in sorted(after - before):
        yield f"AWS requires the member {member} of {name} now."
    for member in sorted(before - after):
        if member in new.get("members", {}):
            yield f"AWS no longer requires the member {member} of {name}."


def _changed_set(old: set[str], new: set[str], what: str) -> Iterator[str]:
    for name in sorted(new - old):
        yield f"AWS added {what.format(name)}."
    for name in sorted(old - new):
        yield f"AWS took away {what.format(name)}."


def _changed(what: str, old: Any, new: Any) -> Iterator[str]:
    was, now = (
        shape["shape"] if isinstance(shape, dict) else "none" if shape is None else shape
        for shape in (old, new)
    )
    if was != now:
        yield f"AWS changed {what} from {was} to {now}."


def _in_both(old: Model, new: Model) -> Iterator[tuple[str, Model, Model]]:
    return ((name, old[name], new[name]) for name in sorted(old.keys() & new.keys()))


def written(model: Model) -> str:
    """Spell a model with one operation or shape in a line, so that changes of it are read."""
    parts = []
    for name, value in model.items():
        if name in ("operations", "shapes"):
            lines = (f"  {json.dumps(n)}: {json.dumps(v)}" for n, v in sorted(value.items()))
            parts.append(f" {json.dumps(name)}: {{\n" + ",\n".join(lines) + "\n }")
        else:
            parts.append(f" {json.dumps(name)}: {json.dumps(value)}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def main(command: str) -> int:
    """Write the installed model down, or tell how it differs from the one written down."""
    ours, theirs = written_for(), installed()
    if command == "write":
        FILE.write_text(written(theirs))
        print(f"{FILE.name} describes the model of botocore {theirs['botocore']}.")
        return 0
    differences = list(drift(ours, theirs))
    print(
        f"The product was written for the model of botocore {ours['botocore']}; "
        f"botocore {theirs['botocore']} is installed."
    )
    print("\n".join(differences) or "Nothing: AWS added, changed and took away nothing.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
