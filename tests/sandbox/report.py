"""What a run says: its plan before, and a table to paste into an issue after."""

from argparse import Namespace
from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timezone
from shlex import quote
from typing import Any
from urllib.parse import urlsplit

import boto3
from partnercentral_emulator import Settings

from .calls import public
from .journal import Journal
from .probing import Probe
from .run import Verdict
from .things import FIRST_ID

HIDDEN = (
    "management_accounts",
    "refused_roles",
    "required_external_ids",
    "sender_display_name",
)
"""Settings whose values are nobody's business."""
MADE_UP = (
    f"Up to 200 invitations and 400 offers go to made-up account ids, from {FIRST_ID} on, which\n"
    "may be somebody's (LARGE=1)."
)

_ORDER = ("refuted", "confirmed", "not decided")
_KINDS = {
    "create_program_management_account": "program management account",
    "create_relationship": "relationship",
    "create_channel_handshake": "handshake",
    "create_channel_contract": "contract",
}


def plan(probes: list[Probe], options: Namespace) -> str:
    """Tell what would be done, without a call."""
    where = "but for those that need catalog AWS" if options.catalog_aws else "and in no other"
    lines = [f"In catalog Sandbox, {where}, these probes would run:", ""]
    for probe in probes:
        needs = f"; needs {', '.join(probe.needs)}" if probe.needs else ""
        keeps = f"; AWS keeps {probe.keeps}" if probe.keeps else ""
        lines.append(f"* {probe.about.rstrip('.')} ({probe.calls} calls at most{needs}{keeps})")
    lines += [
        "",
        f"All together make {options.budget} calls at most (BUDGET=…), those that clean up among "
        "them.",
        f"Accounts that may be enrolled and invited: {', '.join(options.accounts)} (ACCOUNTS=…).",
        "Customers that may be recorded and offered service periods: "
        f"{', '.join(options.customers)} (CUSTOMERS=…).",
        f"Enrolled in catalog AWS, for a moment: {', '.join(options.catalog_aws) or 'none'} "
        "(CATALOG_AWS=…).",
        *([MADE_UP] if options.large else []),
        "Everything is tagged partnercentral:verify, and in the end canceled or deleted. AWS lists",
        "handshakes and contracts for ever, and may keep an account that was ACTIVE.",
        "",
        "Nothing was called. YES=1 starts it.",
    ]
    return "\n".join(lines)


def report(verdicts: Iterable[Verdict], calls: int, endpoint: str, region: str) -> str:
    """Give the table, what to tell the emulator, and what it was seen with; nothing private."""
    verdicts = sorted(verdicts, key=lambda verdict: _ORDER.index(verdict.word))
    words = Counter(verdict.word for verdict in verdicts)
    about = {each["name"]: each for each in Settings().describe()}
    lines = [
        "### " + ", ".join(f"{words[word]} {word}" for word in _ORDER),
        "",
        f"{_host(endpoint)}, region {region}, boto3 {boto3.__version__}, {calls} calls, "
        f"{datetime.now(timezone.utc):%Y-%m-%d}",
        "",
        "| | assumption | the emulator | seen |",
        "|---|---|---|---|",
    ]
    for each in verdicts:
        value = _value(about[each.setting]["value"])
        name = f"`{each.setting}`: {about[each.setting]['about']}"
        lines.append(f"| {each.word} | {name} | {value} | {_seen(each)} |")
    refuted = [v for v in verdicts if v.word == "refuted"]
    if hidden := [f"`{v.setting}`" for v in refuted if v.setting in HIDDEN]:
        lines += ["", f"What holds values of the partner's own is not told: {', '.join(hidden)}."]
    if refuted := [v for v in refuted if v.setting not in HIDDEN]:
        values = [f"{v.setting}={_text(v.found and v.found.value)}" for v in refuted]
        flags = [f"  --setting {quote(value)}" for value in values]
        command = " \\\n".join(["partnercentral-emulator", *flags])
        lines += ["", "What the emulator would have to be told:", "", "```", command, "```"]
    return public("\n".join(lines))


def left(journal: Journal) -> str:
    """Tell, for the partner alone, what AWS lists for ever, and what could not be deleted."""
    lines = []
    for made in journal.made:
        stays = made.operation in ("create_channel_handshake", "create_channel_contract")
        became = {
            "sent": f"may exist, of {made.request}; the next run looks",
            "living": "could not be deleted; the next run tries again",
            "kept": made.why,
            "gone": "canceled" if stays else "",
        }.get(made.state)
        if became:
            lines.append(f"  {_KINDS[made.operation]} {made.arn}: {became}")
    return "\n".join([f"AWS still lists {len(lines)} objects of run {journal.run}:", *lines])


def _host(endpoint: str) -> str:
    host = urlsplit(endpoint).hostname or ""
    real = host.endswith((".amazonaws.com", ".api.aws"))
    return f"AWS ({host})" if real else "Not AWS, another endpoint"


def _seen(verdict: Verdict) -> str:
    if verdict.found is None:
        return verdict.why.replace("|", "/").replace("\n", " ")
    return " · ".join(text for text in (_value(verdict.found.value), verdict.found.seen) if text)


def _value(value: Any) -> str:
    return f"`{_text(value)}`" if _text(value) else "none"


def _text(value: Any) -> str:
    """Write a value as `--setting` takes it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return ",".join(value)
    if isinstance(value, dict):
        return ", ".join(value)
    return f"{value:g}" if isinstance(value, float) else str(value)
