"""`status`: shows a whole channel as AWS has it now, for a terminal, a program or a browser."""

import argparse
import json
import os
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict
from html import escape
from pathlib import Path
from typing import Any, TextIO

from tqdm import tqdm

from ..config import Configuration
from ..lifecycle.lifecycle import Lifecycle, now
from ..model.errors import Refused
from .channel import Channel, Entry, Line
from .discover import held_by
from .stack_configuration import add_options, of_stack, stated

_STYLES = {
    "ACTIVE": "green",
    "IN_FORCE": "green",
    "ACCEPTED": "green",
    "SCHEDULED": "cyan",
    "PENDING": "yellow",
    "ENDING": "yellow",
    "REJECTED": "red",
    "EXPIRED": "red",
}
PAGE = Path(__file__).with_name("status.html")
"""The page without its rows."""


def add_to(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "status", help="show the whole channel as it stands", description=__doc__
    )
    add_options(parser)
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--html", type=Path, metavar="FILE", help="write a page for a browser")
    parser.add_argument(
        "--stack-export",
        type=Path,
        action="append",
        metavar="FILE",
        help="what `pulumi stack export` wrote: what no stack manages is told; may be repeated",
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> str:
    """Read the lists, page by page, and show what they come to."""
    configuration = Configuration.of((of_stack(options.stack)[0] or {}) | stated(options))
    catalog = configuration.catalog
    if catalog is None:
        raise Refused("No catalog is configured.", advice="Add --catalog AWS, or Sandbox.")
    life = Lifecycle(configuration, lambda sentence: print(sentence, file=sys.stderr))
    exports = options.stack_export
    held = set().union(*(held_by(file)[0] for file in exports)) if exports else None
    with tqdm(unit=" pages", disable=None, leave=False) as progress:
        receivers = [*(configuration.accounts or {})]
        channel = Channel(life, catalog, now(), held, progress.update, receivers)
        if options.html:
            return _to_file(channel, options.html, catalog)
        if options.json:
            _as_json(channel, catalog, sys.stdout)
            return ""
        return _as_text(channel)


def _as_text(channel: Channel) -> str:
    """Print a line for each thing, below what it belongs to."""
    from rich.console import Console
    from rich.text import Text

    console, counts = Console(highlight=False, soft_wrap=False), Counter[str]()
    for entry in channel.entries():
        counts[entry.kind] += 1
        depth = 2 if entry.kind == "Relationship" else 0
        head = Text(" " * depth + entry.name, style="bold" if not depth else "")
        head.append(f" {entry.account} ", style="dim")
        head.append(entry.status, style=_STYLES.get(entry.status, "dim"))
        head.append(_mark(entry))
        console.print(head, no_wrap=True, overflow="ellipsis")
        for line in entry.lines:
            text = Text(" " * (depth + 2) + line.sentence, style=_STYLES.get(line.status, "dim"))
            text.append(_mark(line))
            console.print(text, no_wrap=True, overflow="ellipsis")
    accounts, relationships = counts["ProgramManagementAccount"], counts["Relationship"]
    said = [f"Accounts: {accounts}. Relationships: {relationships}."]
    if channel.unmanaged:
        said.append(f"No stack manages {len(channel.unmanaged)} of these:")
        said += [f"  {arn}" for arn in channel.unmanaged]
    return "\n".join([*said, *channel.unsupported])


def _mark(thing: Entry | Line) -> str:
    return "  (no stack)" if thing.managed is False else ""


def _as_json(channel: Channel, catalog: str, out: TextIO) -> None:
    """Write one object, as the lists come: nothing is held back."""
    out.write(f'{{"catalog": {json.dumps(catalog)}, "entries": [')
    for number, entry in enumerate(channel.entries()):
        out.write(("," if number else "") + "\n" + json.dumps(asdict(entry)))
    ends = {"unmanaged": channel.unmanaged, "unsupported": channel.unsupported}
    out.write("\n], " + json.dumps(ends)[1:] + "\n")


def _to_file(channel: Channel, file: Path, catalog: str) -> str:
    """Write the page, which needs nothing else; whole or not at all."""
    head, tail = PAGE.read_text(encoding="utf-8").split("<!-- rows -->")
    new = file.with_name(f"{file.name}.new")
    count = 0
    with new.open("w", encoding="utf-8") as out:
        title = f"{catalog} at {now():%Y-%m-%d %H:%M} UTC"
        out.write(head.replace("<!-- title -->", escape(title)))
        for entry in channel.entries():
            count += 1
            out.writelines(_rows(entry))
        out.write(tail)
    os.replace(new, file)
    unmanaged = f" No stack manages {len(channel.unmanaged)}." if channel.unmanaged else ""
    return f"{count} accounts and relationships are in {file}.{unmanaged}"


def _rows(entry: Entry) -> Iterable[str]:
    """Make the rows of an entry; everything that comes from AWS is escaped."""
    kind = "account" if entry.kind == "ProgramManagementAccount" else "relationship"
    lines = "".join(
        f'<li class="{escape(line.status.lower())}" title="{escape(line.arn)}">'
        f"{escape(line.sentence)}{escape(_mark(line))}</li>"
        for line in entry.lines
    )
    yield (
        f'<tr class="{kind}"><th scope="row" title="{escape(entry.arn)}">{escape(entry.name)}</th>'
        f"<td>{escape(entry.account)}</td>"
        f'<td class="{escape(entry.status.lower())}">{escape(entry.status)}'
        f"{escape(_mark(entry))}</td><td><ul>{lines}</ul></td></tr>\n"
    )
