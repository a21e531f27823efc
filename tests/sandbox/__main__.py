"""
`python -m sandbox`: the emulator's assumptions as tests against AWS's own Sandbox.

Without `--yes` it prints what it would do, and calls nobody.
"""

import argparse
import sys
from pathlib import Path

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from .calls import SERVICE, ForbiddenCatalog, Ledger, Party, Role, told
from .clocks import EmulatorClock, RealClock
from .journal import Journal, OtherRun
from .probing import Probe, all_probes
from .report import left, plan, report
from .run import Stopped, run
from .world import Parties, World

ROOT = Path(__file__).resolve().parents[2]
ACCOUNTS = "111122223333,222233334444,333344445555,555566667777,777788889999,888899990000"
CUSTOMERS = ",".join(digit * 12 for digit in "123456789")
"""Ids of the kind that AWS's documents use in examples: they belong to no partner's customer."""


def main(arguments: list[str] | None = None) -> int:
    """Print the plan, or run it and print the report; 2 with a sentence where it cannot go on."""
    options = _options(arguments)
    probes = [
        probe for probe in all_probes() if not options.only or set(options.only) & {*probe.decides}
    ]
    if not options.yes:
        print(plan(probes, options))
        return 0
    try:
        _verify(options, probes)
    except ClientError as error:
        print(f"The run cannot go on: {told(error)}.", file=sys.stderr)
    except (Stopped, OtherRun, ForbiddenCatalog, BotoCoreError, OSError) as error:
        print(f"The run cannot go on: {error}", file=sys.stderr)
    except KeyboardInterrupt:
        print("Interrupted.", file=sys.stderr)
    else:
        return 0
    print("The same command goes on where this one ended.", file=sys.stderr)
    return 2


def _verify(options: argparse.Namespace, probes: list[Probe]) -> None:
    world = _world(options)
    begun = "Going on with" if world.journal.resumed else "Beginning"
    _say(f"{begun} run {world.journal.run}, written down in {options.journal}")
    verdicts = run(world, probes, _say)
    _say(left(world.journal))
    client = world.linked.client.meta
    print(report(verdicts, world.ledger.spent, client.endpoint_url, client.region_name))


def _world(options: argparse.Namespace) -> World:
    session = boto3.Session(profile_name=options.profile, region_name=options.region)
    client = session.client(SERVICE)
    endpoint = client.meta.endpoint_url
    emulated = options.clock == "emulator"
    clock = EmulatorClock(endpoint) if emulated else RealClock(options.patience)
    same = ("profile", "only", "catalog_aws", "large", "role")
    asked = {name: getattr(options, name) for name in same} | {"endpoint": endpoint}
    journal = Journal(options.journal, asked)
    ledger = Ledger(options.budget, journal.calls, journal.owed)

    def other(profile: str | None) -> Party | None:
        if profile is None:
            return None
        session = boto3.Session(profile_name=profile, region_name=options.region)
        account = session.client("sts").get_caller_identity()["Account"]
        return Party(session.client(SERVICE), ledger, clock.pace, account)

    parties = Parties(
        Party(client, ledger, clock.pace),
        other(options.management_profile),
        other(options.customer_profile),
        options.role and Role(session.client("sts"), ledger, options.role, options.external_id),
    )
    ids = (options.accounts, options.customers, options.catalog_aws)
    return World(parties, journal, ledger, clock, *ids, options.large)


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    add = parser.add_argument
    add("--yes", action="store_true", help="run; without it, the plan is printed")
    add("--budget", type=int, default=500, metavar="CALLS", help="calls at most; 500")
    add("--profile", help="of the partner's linked account; else boto3's own way to credentials")
    add("--management-profile", metavar="PROFILE", help="of an account that can be enrolled")
    add("--customer-profile", metavar="PROFILE", help="of a customer's management account")
    add("--region", help="as everywhere in boto3")
    add("--accounts", type=_ids, default=ACCOUNTS, metavar="IDS", help="that may be enrolled")
    add("--customers", type=_ids, default=CUSTOMERS, metavar="IDS", help="that may be customers")
    add("--catalog-aws", type=_ids, default=[], metavar="IDS", help="that may be enrolled there")
    add("--large", action="store_true", help="reach quotas of hundreds of objects too")
    add("--role", metavar="ARN", help="a role that may be assumed")
    add("--external-id", default="", metavar="TEXT", help="what the role asks for")
    add("--only", type=lambda text: text.split(","), metavar="SETTINGS", help="decide these")
    add("--patience", type=float, default=300, metavar="SECONDS", help="the longest wait; 300")
    add("--clock", choices=["real", "emulator"], default="real", help="whose time can pass")
    add("--journal", type=Path, default=ROOT / "verify-sandbox.jsonl", metavar="FILE")
    options = parser.parse_args(arguments)
    decided = {setting for probe in all_probes() for setting in probe.decides}
    if unknown := set(options.only or ()) - decided:
        parser.error(f"no probe decides {', '.join(sorted(unknown))}")
    if options.catalog_aws and options.customers == _ids(CUSTOMERS):
        parser.error("--catalog-aws needs --customers: ids of your own, one is recorded there")
    return options


def _ids(text: str) -> list[str]:
    ids = text.split(",")
    if wrong := [id for id in ids if not (len(id) == 12 and id.isdecimal())]:
        raise argparse.ArgumentTypeError(f"an account id has 12 digits, {wrong[0]!r} has not")
    return ids


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
