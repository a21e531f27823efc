"""`discover`: walks a catalog and writes the file that `pulumi import --file` takes."""

import argparse
import json
import os
import re
import sys
import unicodedata
from collections import Counter
from pathlib import Path
from typing import Any

from tqdm import tqdm

from ..config import Configuration
from ..lifecycle.lifecycle import Lifecycle
from ..model.arn import Arn
from ..model.fields import Properties
from ..resources import parents_first

STAGES = tuple(resource.__name__ for resource in parents_first())
"""Parents before children."""

ALIVE = ["PENDING", "ACCEPTED"]
"""The handshakes worth managing, unless told otherwise."""


def add_to(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "discover", help="write the import file of a running channel", description=__doc__
    )
    parser.add_argument("--catalog", required=True, help="AWS or Sandbox")
    parser.add_argument("--output", default="import.json", type=Path, help="import.json")
    parser.add_argument(
        "--stack-export",
        type=Path,
        metavar="FILE",
        help="what `pulumi stack export` wrote: what the stack has already is left out",
    )
    parser.add_argument("--statuses", nargs="+", default=ALIVE, help="of handshakes")
    parser.add_argument("--region")
    parser.add_argument("--profile")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> str:
    """Walk, page by page; a run that was cut off goes on where it was."""
    given = {name: getattr(options, name) for name in ("catalog", "region", "profile")}
    configuration = Configuration.of({k: v for k, v in given.items() if v is not None})
    life = Lifecycle(configuration, lambda sentence: print(sentence, file=sys.stderr))
    partial = options.output.with_name(f".{options.output.name}.partial")
    query = [options.catalog, options.statuses]
    walk = _recalled(partial, query)
    with tqdm(unit=" objects", disable=None, initial=len(walk["found"])) as progress:
        while walk["stage"] < len(STAGES):
            _turn(life, walk, options.statuses)
            progress.set_description(STAGES[min(walk["stage"], len(STAGES) - 1)])
            progress.update(len(walk["found"]) - progress.n)
            _write(partial, walk)
    managed = _managed(options.stack_export)
    resources = [r for r in _named(walk["found"]) if r["id"] not in managed]
    _write(options.output, {"resources": resources})
    partial.unlink()
    left_out = len(walk["found"]) - len(resources)
    return (
        f"{len(resources)} objects are in {options.output}"
        + (f"; {left_out} are in the stack already" if left_out else "")
        + f". To bring them in: pulumi import --file {options.output}"
    )


def _turn(life: Lifecycle, walk: Properties, statuses: list[str]) -> None:
    """Take one page into the walk."""
    kind = STAGES[walk["stage"]]
    narrowed = {"statuses": statuses} if kind == "ChannelHandshake" else {}
    page = life.list_page(f"partnercentral:channel:{kind}", narrowed, 0, walk["following"])
    seen = {arn for _, arn, _ in walk["found"]}
    walk["found"] += [[kind, arn, title] for arn, title in page.items if arn not in seen]
    walk["following"] = page.following
    if not page.following:
        walk["stage"] += 1


def _recalled(partial: Path, query: list[Any]) -> Properties:
    try:
        walk: Properties = json.loads(partial.read_text())
        if walk["query"] == query:
            return walk
    except (OSError, ValueError, KeyError):
        pass
    return {"query": query, "stage": 0, "following": "", "found": []}


def _named(found: list[list[str]]) -> list[dict[str, str]]:
    """Name each by its title; where two are alike, by the title and AWS's own id."""
    slugs = [_slug(title) or kind.lower() for kind, _, title in found]
    often = Counter(slugs)
    return [
        {
            "type": f"partnercentral:channel:{kind}",
            "name": slug if often[slug] == 1 else f"{slug}-{Arn.parse(arn).id}",
            "id": arn,
        }
        for slug, (kind, arn, _) in zip(slugs, found, strict=True)
    ]


def _slug(title: str) -> str:
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def _managed(export: Path | None) -> set[str]:
    if export is None:
        return set()
    deployment = json.loads(export.read_text()).get("deployment") or {}
    return {resource.get("id", "") for resource in deployment.get("resources", [])}


def _write(file: Path, content: Any) -> None:
    new = file.with_name(f"{file.name}.new")
    new.write_text(json.dumps(content, indent=1) + "\n")
    os.replace(new, file)
