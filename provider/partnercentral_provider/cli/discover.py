"""`discover`: walks a catalog and writes the file that `pulumi import --file` takes."""

import argparse
import json
import os
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path
from typing import Any

from tqdm import tqdm

from ..config import Configuration
from ..lifecycle.lifecycle import Lifecycle, now
from ..model.arn import Arn
from ..model.errors import Refused
from ..model.properties import Properties
from ..resources import by_token
from .program_writer import Described, written
from .service_periods import with_service_periods
from .stack_configuration import stated
from .walk import STAGES, Steps, Walk

FORMAT = 2
"""Of the file from which a run goes on; one of another format is begun anew."""

ALIVE = ["PENDING", "ACCEPTED"]
"""The handshakes worth managing, unless `--statuses` says otherwise."""


def add_to(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "discover", help="write the import file of a running channel", description=__doc__
    )
    parser.add_argument("--catalog", required=True, help="AWS or Sandbox")
    parser.add_argument("--output", default="import.json", type=Path, help="import.json")
    parser.add_argument(
        "--program",
        type=Path,
        metavar="FILE",
        help="write the Python program too, in which resources refer to each other",
    )
    parser.add_argument(
        "--stack-export",
        type=Path,
        metavar="FILE",
        help="what `pulumi stack export` wrote: what the stack has already is left out",
    )
    parser.add_argument("--statuses", nargs="+", default=ALIVE, help="of handshakes")
    parser.add_argument(
        "--raw-handshakes",
        action="store_true",
        help="write the handshakes about service periods, and no ServicePeriod in their place",
    )
    parser.add_argument("--region")
    parser.add_argument("--profile")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> str:
    """Walk, page by page; a run that was cut off goes on where it was."""
    if options.program and options.program.exists():
        raise Refused(
            f"{options.program} exists already.",
            advice="Nothing was written. Name a file that does not exist.",
        )
    configuration = Configuration.of(stated(options))
    life = Lifecycle(configuration, lambda sentence: print(sentence, file=sys.stderr))
    partial = options.output.with_name(f".{options.output.name}.partial")
    steps = Steps(partial, [FORMAT, *life.origin(), options.catalog, options.statuses])
    walk = Walk(life, steps, options.statuses)
    ids, names = held_by(options.stack_export)
    with tqdm(unit=" objects", disable=None, initial=len(walk.found)) as progress:
        for _ in walk.turn():
            progress.set_description(STAGES[min(walk.stage, len(STAGES) - 1)])
            progress.update(len(walk.found) - progress.n)
    if not options.raw_handshakes:
        walk.found = with_service_periods(walk.found, ids, now())
    wanted = [arn for arn in walk.found if arn not in ids]
    if options.program:
        sound = [arn for arn in wanted if not walk.left_out(arn)]
        for _ in tqdm(walk.describe(sound), unit=" read", disable=None, total=len(sound)):
            pass
    resources = _named(walk, [arn for arn in wanted if not walk.left_out(arn)], names)
    if options.program:
        _write(options.program, written(_described(walk, resources)))
    _write(options.output, json.dumps({"resources": resources}, indent=1) + "\n")
    steps.finish()
    reasons = {arn: reason for arn in wanted if (reason := walk.left_out(arn))}
    told = _told(options, len(resources), len(walk.found) - len(wanted), reasons)
    return "\n".join([*(f"No {kind}: {why}" for kind, why in walk.unsupported.items()), told])


def _told(options: argparse.Namespace, new: int, held: int, reasons: dict[str, str]) -> str:
    """Say what was written, what was left out and why, and how to go on."""
    lines = [f"{new} objects are in {options.output}"]
    lines[0] += f"; {held} are in the stack already." if held else "."
    if options.program:
        lines.append(f"{options.program} is the program that describes them.")
    if reasons:
        lines.append(f"{len(reasons)} cannot be imported and are left out:")
        lines += [f"  {arn}: {reason.rstrip('.')}." for arn, reason in reasons.items()]
    generated = " --generate-code=false" if options.program else ""
    command = f"pulumi import --file {options.output}{generated}"
    return "\n".join([*lines, f"To bring them in: {command}"])


def _named(walk: Walk, arns: Iterable[str], taken: set[str]) -> list[dict[str, str]]:
    """Name each by its title; where two are alike, by the title and AWS's own id."""
    found = [(walk.found[arn][0], arn, _title(*walk.found[arn])) for arn in arns]
    slugs = [_slug(title) or kind.lower() for kind, _, title in found]
    often = Counter([*slugs, *taken])
    return [
        {
            "type": f"partnercentral:channel:{kind}",
            "name": slug if often[slug] == 1 else f"{slug}-{Arn.parse(arn).id}",
            "id": arn,
        }
        for slug, (kind, arn, _) in zip(slugs, found, strict=True)
    ]


def _title(kind: str, item: Properties) -> str:
    named = item | {"id": Arn.parse(item["arn"]).id}
    return by_token()[f"partnercentral:channel:{kind}"].title(named)


def _described(walk: Walk, resources: list[dict[str, str]]) -> Iterable[Described]:
    for one in resources:
        inputs = walk.described[one["id"]]
        if not isinstance(inputs, str):
            yield Described(one["type"].rpartition(":")[2], one["name"], one["id"], inputs)


def _slug(title: str) -> str:
    """Make a name of a title: its letters, of any script, and its digits, joined by hyphens."""
    plain = unicodedata.normalize("NFC", title).lower()
    runs = groupby(plain, lambda c: unicodedata.category(c)[0] in "LMN")
    return "-".join("".join(run) for is_word, run in runs if is_word)


def held_by(export: Path | None) -> tuple[set[str], set[str]]:
    """Tell the IDs and the names that the stack has already."""
    if export is None:
        return set(), set()
    deployment = json.loads(export.read_text(encoding="utf-8")).get("deployment") or {}
    held = deployment.get("resources", [])
    names = {resource.get("urn", "").split("::", 3)[-1] for resource in held}
    return {resource.get("id", "") for resource in held}, names


def _write(file: Path, text: str) -> None:
    new = file.with_name(f"{file.name}.new")
    new.write_text(text, encoding="utf-8")
    os.replace(new, file)
