"""`doctor`: looks for what would stop a deployment, and says what to do about it."""

import argparse
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from functools import partial
from importlib import metadata
from pathlib import Path
from time import sleep
from typing import Any

import yaml  # type: ignore[import-untyped]

from .. import __version__
from ..aws.accounts import Account, Accounts
from ..aws.models import OPERATIONS, service_model
from ..config import Configuration
from ..model.errors import ProviderError, Refused, join_words
from ..plugin_folder import is_downloadable, is_findable, project_file
from ..schema import build
from ..signing import accounts
from .stack_configuration import add_options, of_stack, output_of, stated

PACKAGE = "pulumi-partnercentral"

AWAITING = (3, 274)
"""The CLI that tells waiting from failing."""

SKEW = 300
"""Seconds by which this machine's clock may differ from AWS's: beyond, AWS refuses signatures."""

_MARKS = {"ok": "ok", "warning": "warning", "error": "ERROR"}
_LISTS: list[tuple[str, dict[str, Any], str]] = [
    ("list_program_management_accounts", {}, "error"),
    ("list_relationships", {}, "error"),
    (
        "list_channel_handshakes",
        {"handshakeType": "START_SERVICE_PERIOD", "participantType": "SENDER"},
        "error",
    ),
    ("list_channel_contracts", {"contractType": "MANAGED_SERVICES_ATTESTATION"}, "warning"),
]
"""Calls that change nothing, by boto3's names, and how grave it is where one is not allowed."""


@dataclass(frozen=True)
class Finding:
    """What one look found: `ok`, a `warning`, or an `error`, which would stop a deployment."""

    level: str
    about: str
    sentence: str

    def __str__(self) -> str:
        return f"{_MARKS[self.level]:8}{self.about}: {self.sentence}"


def add_to(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "doctor", help="look for what would stop a deployment", description=__doc__
    )
    add_options(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> str:
    """Print each finding as it comes. Raises Refused where one would stop a deployment."""
    stops = 0
    for finding in findings(options):
        print(finding, flush=True)
        stops += finding.level == "error"
    if stops:
        many = f"{stops} findings" if stops > 1 else "One finding"
        raise Refused(f"{many} would stop a deployment.")
    return "Nothing was found that would stop a deployment."


def findings(options: argparse.Namespace) -> Iterator[Finding]:
    """Look at this machine, then at the configuration, then at AWS."""
    yield from _versions()
    yield from _plugin()
    yield from _program()
    yield from _model()
    configuration, found = _configured(options)
    yield from found
    if configuration is None:
        return
    warned: list[str] = []
    try:
        reached = accounts(configuration, sleep, warned.append)
    except ProviderError as error:
        yield Finding("error", "region", str(error))
        return
    yield from _signing(reached, configuration)
    if not warned:
        yield Finding("ok", "shared file", "this machine's programs share AWS's quotas.")
    yield from (Finding("warning", "shared file", sentence) for sentence in warned)


def _versions() -> Iterator[Finding]:
    pulumi = shutil.which("pulumi")
    said = output_of([pulumi, "version"]) if pulumi else ""
    if number := re.match(r"v?(\d+)\.(\d+)\.(\d+)", said):
        level, sentence = "ok", f"{said.strip()}."
        if tuple(map(int, number.groups()[:2])) < AWAITING:
            level = "warning"
            sentence += " Before v3.274.0 it reports waiting for people as a failure: update it."
        yield Finding(level, "Pulumi CLI", sentence)
    else:
        advice = "Install it: https://www.pulumi.com/docs/install/"
        yield Finding("error", "Pulumi CLI", f"there is no `pulumi` on the PATH. {advice}")
    for package in ("pulumi", "boto3"):
        yield Finding("ok", package, f"{metadata.version(package)}.")


def _plugin() -> Iterator[Finding]:
    if is_findable(__version__, Path.cwd()):
        yield Finding("ok", "plugin", f"Pulumi finds version {__version__}, as the SDK needs it.")
    elif is_downloadable():
        yield Finding("ok", "plugin", f"Pulumi downloads version {__version__} when it needs it.")
    else:
        yield Finding(
            "warning",
            "plugin",
            f"Pulumi finds no version {__version__}, which `pulumi_partnercentral` needs "
            "(`pulumi_partnercentral.dynamic` does not): pulumi-partnercentral install-plugin",
        )


def _program() -> Iterator[Finding]:
    """Compare this version with the one in the virtual environment that the project names."""
    if not (file := project_file(Path.cwd())):
        return
    try:
        project = yaml.safe_load(file.read_text(encoding="utf-8"))
        named = project["runtime"]["options"]["virtualenv"]
    except (OSError, ValueError, yaml.YAMLError, LookupError, TypeError):
        return  # Pulumi says what is wrong with it
    if not (isinstance(named, str) and named):
        return  # the program runs in this environment, or is no Python
    places = [*(file.parent / named).glob("[Ll]ib/**/site-packages")]
    found = metadata.distributions(name=PACKAGE, path=[str(place) for place in places])
    version = next((each.version for each in found), None)
    about = "program's SDK"
    if version is None:
        yield Finding(
            "error", about, f"{named}, in which the program runs, has none: pulumi install"
        )
    elif version != __version__:
        yield Finding(
            "warning",
            about,
            f"{named}, in which the program runs, has version {version}, and this is "
            f"{__version__}: run the doctor of {named}.",
        )
    else:
        yield Finding("ok", about, f"{named} has version {version}, as this is.")


def _model() -> Iterator[Finding]:
    """Compare what the installed boto3 knows of AWS with what this version knows."""
    model = service_model()
    if missing := sorted(OPERATIONS - model["operations"].keys()):
        yield Finding(
            "warning",
            "boto3",
            f"it does not know {join_words(missing)}. Update it: pip install --upgrade boto3",
        )
    newer = sorted(model["operations"].keys() - OPERATIONS)
    for name, spec in build()["types"].items():
        enum = name.rpartition(":")[2]
        known = {value["value"] for value in spec.get("enum", [])}
        values = model["shapes"].get(enum, {}).get("enum", []) if known else []
        newer += [f"{value} of {enum}" for value in values if value not in known]
    if newer:
        yield Finding(
            "warning",
            "AWS",
            f"it has {join_words(newer)}, which this version does not know. A newer one may: "
            f"pip install --upgrade {PACKAGE}",
        )
    else:
        yield Finding("ok", "AWS", "this version knows all that the installed boto3 knows.")


def _configured(options: argparse.Namespace) -> tuple[Configuration | None, list[Finding]]:
    """Read the stack's configuration; what the command line says wins."""
    values, sentence = of_stack(options.stack)
    level = "error" if options.stack and values is None else "ok"
    found = [Finding(level, "configuration", sentence)]
    try:
        return Configuration.of((values or {}) | stated(options)), found
    except ProviderError as error:
        return None, [*found, Finding("error", "configuration", str(error))]


def _signing(reached: Accounts, configuration: Configuration) -> Iterator[Finding]:
    """Look at whose the credentials are, what they may list, and at each account's role."""
    own = _tried("credentials", lambda: _whose(reached.own))
    yield own
    catalog = configuration.catalog
    if not catalog:
        yield Finding(
            "warning",
            "catalog",
            "none is configured, so that nothing of it was read: every resource has to say it, or "
            "`pulumi config set partnercentral:catalog Sandbox`.",
        )
    elif own.level == "ok":
        yield from _lists(reached.own, catalog)
    for account in configuration.accounts or {}:
        yield _tried(f"account {account}", partial(_whose_answer, reached, account))
    sentence = "what writes was not tried: only a deployment tells whether it may."
    yield Finding("ok", "permissions", sentence)


def _whose(account: Account) -> str:
    return f"{account.identity().arn} signs."


def _whose_answer(reached: Accounts, account: str) -> str:
    return _whose(reached.signing(account))


def _lists(own: Account, catalog: str) -> Iterator[Finding]:
    """Make a list of each kind; the first answer tells AWS's time."""
    answers: list[dict[str, Any]] = []

    def listed(operation: str, given: dict[str, Any]) -> str:
        call = getattr(own.client, operation)
        answers.append(call(catalog=catalog, maxResults=1, **given))
        return "may be called."

    for operation, given, level in _LISTS:
        yield _tried(operation, partial(listed, operation, given), level)
    if answers:
        yield _clock(answers[0])


def _clock(answer: dict[str, Any]) -> Finding:
    date = answer["ResponseMetadata"]["HTTPHeaders"].get("date")
    if not date:
        return Finding("ok", "clock", "AWS did not tell the time.")
    skew = (datetime.now(timezone.utc) - parsedate_to_datetime(date)).total_seconds()
    if abs(skew) <= SKEW:
        return Finding("ok", "clock", "it agrees with AWS's.")
    return Finding(
        "error",
        "clock",
        f"it differs from AWS's by {abs(skew):.0f} seconds, and AWS refuses what is signed more "
        "than 5 minutes off. Set this machine's clock.",
    )


def _tried(about: str, look: Callable[[], str], level: str = "error") -> Finding:
    """Look, and give what was found; a failure is of this *level*."""
    try:
        return Finding("ok", about, look())
    except ProviderError as error:
        return Finding(level, about, str(error))
