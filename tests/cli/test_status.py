"""`pulumi-partnercentral status`: the whole channel, for a terminal, a program and a browser."""

import json
import shutil
import subprocess
import sys
from datetime import datetime, timezone
from typing import Any

import pytest
from conftest import ACCOUNT, CUSTOMER, MANAGEMENT, RELATIONSHIP
from partnercentral_provider.cli import main
from partnercentral_provider.cli.channel import Channel
from partnercentral_provider.config import Configuration
from partnercentral_provider.lifecycle.lifecycle import Lifecycle

NOTICE = {"servicePeriodType": "MINIMUM_NOTICE_PERIOD", "minimumNoticeDays": "30"}
RUN = ["status", "--catalog", "Sandbox", "--region", "us-east-1"]


@pytest.fixture
def channel(life, client, account) -> dict[str, Any]:
    """
    Build a channel: an account that joined, a customer with a period in force, one with an offer.

    Gives the states by name.
    """
    made: dict[str, Any] = {"account": account}
    parent = {"programManagementAccountIdentifier": account["arn"]}
    made["join"] = life().create(
        "ChannelHandshake",
        handshakeType="PROGRAM_MANAGEMENT_ACCOUNT",
        associatedResourceIdentifier=account["arn"],
    )
    for name, customer in (("acme", CUSTOMER), ("beta", "777788889999")):
        given = {**RELATIONSHIP, "associatedAccountId": customer, "displayName": name.title()}
        made[name] = life().create("Relationship", **given, **parent)
        terms = {"relationshipIdentifier": made[name]["arn"], **NOTICE}
        made[f"{name}-service"] = life().create("ServicePeriod", **terms)
    for account_id, arn in (
        (MANAGEMENT, made["join"]["arn"]),
        (CUSTOMER, made["acme-service"]["channelHandshakeArn"]),
    ):
        client(account_id).accept_channel_handshake(catalog="Sandbox", identifier=arn)
    return made


def printed(capsys: Any, *more: str) -> str:
    """Run the command; what it printed."""
    assert main([*RUN, *more]) == 0
    return str(capsys.readouterr().out)


def test_a_terminal_shows_the_tree(channel, capsys) -> None:
    """Accounts, their relationships, periods in force with notice, and offers with days left."""
    said = printed(capsys)
    lines = said.splitlines()
    assert lines[0] == f"Reseller {MANAGEMENT} ACTIVE"
    assert any(line.startswith(f"  Acme {CUSTOMER} END_CUSTOMER") for line in lines)
    assert "    service period SCHEDULED, 30 days' notice" in lines
    assert "    offer waits for account 777788889999, 29 days left" in lines
    assert "Accounts: 1. Relationships: 2." in lines
    assert "\x1b[" not in said, "a pipe gets no colours"


def test_what_no_stack_manages_is_told(channel, capsys, tmp_path) -> None:
    """Given the exports of stacks, what is alive and in none of them is listed."""
    held = [{"id": channel[name]["arn"]} for name in ("account", "join", "acme", "acme-service")]
    export = tmp_path / "stack.json"
    export.write_text(json.dumps({"deployment": {"resources": held}}))
    said = printed(capsys, "--stack-export", str(export))
    beta = channel["beta"]["arn"]
    assert "No stack manages 2 of these:" in said
    assert f"  {beta}\n" in said
    assert f"  {channel['beta-service']['channelHandshakeArn']}" in said
    assert channel["acme"]["arn"] not in said


def test_json_is_the_same(channel, capsys) -> None:
    """A program reads entries with their lines, in the order of the tree."""
    found = json.loads(printed(capsys, "--json"))
    assert found["entries"][0]["name"] == "Reseller"
    by_name = {entry["name"]: entry for entry in found["entries"]}
    (line,) = by_name["Acme"]["lines"]
    assert (line["status"], line["days"]) == ("SCHEDULED", None)
    (offer,) = by_name["Beta"]["lines"]
    assert (offer["status"], offer["days"]) == ("PENDING", 29)


def test_what_came_to_nothing_is_shown(channel, client, capsys) -> None:
    """An offer that was rejected stands there until the next one."""
    arn = channel["beta-service"]["channelHandshakeArn"]
    client("777788889999").reject_channel_handshake(catalog="Sandbox", identifier=arn)
    assert "    offer REJECTED by " in printed(capsys)


def test_a_page_escapes_all_that_comes_from_aws(life, channel, capsys, tmp_path) -> None:
    """A display name that is markup is text."""
    parent = {"programManagementAccountIdentifier": channel["account"]["arn"]}
    name = "<script>alert(1)</script>"
    given = {**RELATIONSHIP, "associatedAccountId": "888899990000", "displayName": name}
    life().create("Relationship", **given, **parent)
    file = tmp_path / "channel.html"
    said = printed(capsys, "--html", str(file))
    assert f"4 accounts and relationships are in {file}." in said
    text = file.read_text()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert name not in text
    assert "http://" not in text
    assert "https://" not in text


def chromium() -> str | None:
    """Find a browser."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)


@pytest.mark.skipif(chromium() is None, reason="there is no Chromium on this machine")
@pytest.mark.parametrize("size", ["1200,800", "390,844"])
def test_a_browser_shows_and_filters_the_page(channel, capsys, tmp_path, size) -> None:
    """Headless Chromium draws the rows, and the filter leaves those that fit."""
    file = tmp_path / "channel.html"
    printed(capsys, "--html", str(file))
    probe = """
<script>
const box = document.getElementById("filter");
box.value = "acme"; box.dispatchEvent(new Event("input"));
document.body.append("probe:" + document.getElementById("count").textContent);
</script>
</body>"""
    file.write_text(file.read_text().replace("</body>", probe))
    command = [str(chromium()), "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom"]
    command += [f"--window-size={size}", f"--user-data-dir={tmp_path / 'profile'}", file.as_uri()]
    ran = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    assert "probe:1 of 3" in ran.stdout


def test_what_waits_for_a_configured_account_is_shown(channel, client, capsys, stack) -> None:
    """Of an account that the stack's configuration answers for, other partners' offers are told."""
    customer = "777788889999"
    roles = {customer: {"roleArn": f"arn:aws:iam::{customer}:role/Channel"}}
    stack(accounts=roles)
    partner = client("222233334444")
    given = {name: ACCOUNT[name] for name in ("program", "displayName")}
    given |= {"catalog": "Sandbox", "accountId": customer}
    made = partner.create_program_management_account(**given)
    partner.create_channel_handshake(
        catalog="Sandbox",
        handshakeType="PROGRAM_MANAGEMENT_ACCOUNT",
        associatedResourceIdentifier=made["programManagementAccountDetail"]["id"],
    )
    said = printed(capsys)
    assert f"Account {customer} {customer}" in said
    assert f"  invitation of 222233334444 waits for account {customer}, 29 days left" in said
    assert said.count("waits for account") == 2


def test_without_a_catalog_it_says_how_to_name_one(emulator, capsys) -> None:
    """A catalog is the configuration's or the command line's."""
    assert main(["status", "--region", "us-east-1"]) == 1
    assert "Add --catalog AWS, or Sandbox." in capsys.readouterr().err


@pytest.mark.parametrize("width", [20, 80])
def test_a_narrow_terminal_cuts_lines(channel, capsys, monkeypatch, width) -> None:
    """No line is wider than the terminal but what is meant to be copied."""
    monkeypatch.setenv("COLUMNS", str(width))
    rows, _, _ = printed(capsys).partition("Accounts: ")
    assert max(map(len, rows.splitlines())) <= width


MEASURED = """
import sys, tracemalloc
from partnercentral_provider.cli import main
tracemalloc.start()
code = main(sys.argv[1:])
sys.exit(code or print(tracemalloc.get_traced_memory()[1], file=sys.stderr))
"""


def multiply(memory: Any, relationship: str, handshake: str, numbers: range) -> None:
    """Let the emulator have more of this relationship and of its handshake."""
    with memory.operation():
        for kind, id in (("rs", relationship), ("ch", handshake)):
            (row,) = memory.ask("SELECT * FROM objects WHERE id = ?", [id])
            del row["sequence"]
            into = f"({', '.join(row)}) VALUES ({', '.join('?' for _ in row)})"
            for number in numbers:
                body = row["body"].replace(relationship, f"rs-{number:013}")
                body = body.replace(handshake, f"ch-{number:013}")
                new = row | {"id": f"{kind}-{number:013}", "body": body}
                memory.ask(f"INSERT INTO objects {into}", [*new.values()])


def test_a_large_channel_fits_into_memory(channel, emulator) -> None:
    """A relationship with its period costs at most 4 KiB: 50,000 of them are below 300 MiB."""
    rs, ch = (
        channel[name][field].rpartition("/")[2]
        for name, field in (("acme", "arn"), ("acme-service", "channelHandshakeArn"))
    )
    peaks = []
    for numbers in (range(200), range(200, 800)):
        multiply(emulator.application.memory, rs, ch, numbers)
        command = [sys.executable, "-c", MEASURED, *RUN]
        ran = subprocess.run(command, capture_output=True, text=True, check=True)
        peaks.append(int(ran.stderr.split()[-1]))
        assert f"Relationships: {numbers.stop + 2}." in ran.stdout
    assert (peaks[1] - peaks[0]) / 600 < 4096


def test_relationships_are_read_account_by_account(emulator, channel, life) -> None:
    """Nothing but the lists is read: one for each kind and account, a page at a time."""
    emulator.reset_calls()
    given = Configuration.of({"region": "us-east-1", "catalog": "Sandbox"})
    turned: list[None] = []
    shown = Channel(
        Lifecycle(given, print),
        "Sandbox",
        datetime.now(timezone.utc),
        turned=lambda: turned.append(None),
    )
    entries = shown.entries()
    assert next(entries).kind == "ProgramManagementAccount"
    assert emulator.calls().get("ListRelationships") is None, "not before somebody asks"
    assert len(list(entries)) == 2
    calls = {name: n for name, n in emulator.calls().items() if not name.startswith("sts:")}
    contracts = calls.pop("ListChannelContracts", 0)  # an older boto3 does not know them
    assert calls == {
        "ListProgramManagementAccounts": 1,
        "ListRelationships": 1,
        "ListChannelHandshakes": 3,
    }
    assert contracts + len(shown.unsupported) == 1
    assert len(turned) == 5 + contracts
