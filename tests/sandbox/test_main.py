"""The command as somebody with credentials calls it."""

import re
from pathlib import Path

import pytest
import yaml
from conftest import CUSTOMER, LINKED, MANAGEMENT
from sandbox.__main__ import main
from sandbox.probing import all_probes

ROOT = Path(__file__).parents[2]


@pytest.fixture
def call(emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys):
    """Call the command with options; its exit code, and what it printed to both outputs."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")

    def run(*options: str) -> tuple[int, str, str]:
        journal = ["--journal", str(tmp_path / "journal.jsonl"), "--clock", "emulator"]
        code = main([*journal, *options])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run


def test_without_yes_nothing_is_called(emulator, call, tmp_path: Path) -> None:
    """The plan names each probe, the calls, what stays, and whom handshakes are sent to."""
    code, plan, _ = call("--budget", "77", "--accounts", "121212121212")
    assert code == 0
    assert emulator.calls() == {}
    assert not (tmp_path / "journal.jsonl").exists()
    for said in ("77 calls at most", "121212121212", "AWS keeps an accepted invitation", "YES=1"):
        assert said in plan
    assert all(probe.about.rstrip(".") in plan for probe in all_probes())


def test_profiles_answer_for_their_accounts(
    emulator, call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each by its own credentials, from boto3's configuration."""
    profiles = {"partner": LINKED, "ours": MANAGEMENT, "theirs": CUSTOMER}
    keys = "aws_access_key_id = {}\naws_secret_access_key = secret\n"
    text = "".join(f"[profile {name}]\n{keys.format(id)}" for name, id in profiles.items())
    (file := tmp_path / "config").write_text(text)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(file))
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    others = ("--management-profile", "ours", "--customer-profile", "theirs")
    settings = "activation_bumps_revision,third_parties_are_denied"
    code, text, err = call("--yes", "--profile", "partner", *others, "--only", settings)
    assert code == 0
    assert text.startswith("### 0 refuted, 3 confirmed, 0 not decided")
    assert "AWS still lists 2 objects" in err


@pytest.mark.parametrize(
    ("missing", "sentence"),
    [
        ({"AWS_DEFAULT_REGION": None}, "region"),
        ({"AWS_ACCESS_KEY_ID": None, "AWS_SECRET_ACCESS_KEY": None}, "credentials"),
        ({"AWS_PROFILE": "nobody"}, "nobody"),
        ({"AWS_ENDPOINT_URL": "http://127.0.0.1:1"}, "127.0.0.1:1"),
        ({"AWS_ACCESS_KEY_ID": "unknown"}, "are the credentials right"),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else None,
)
def test_what_is_missing_is_a_sentence(
    call, missing, sentence, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No traceback; the same command goes on when it is there."""
    for name, value in missing.items():
        monkeypatch.setenv(name, value) if value else monkeypatch.delenv(name)
    code, text, err = call("--yes", "--only", "first_revision")
    assert (code, text) == (2, "")
    assert "The run cannot go on: " in err
    assert sentence in err
    assert "The same command goes on" in err


def test_accounts_of_examples_are_not_recorded_in_catalog_aws(call, capsys) -> None:
    """Who names accounts for catalog AWS names customers too."""
    with pytest.raises(SystemExit):
        call("--catalog-aws", "121212121212")
    assert "--catalog-aws needs --customers" in capsys.readouterr().err
    code, plan, _ = call("--catalog-aws", "121212121212", "--customers", "131313131313")
    assert code == 0
    assert "but for those that need catalog AWS" in plan
    assert "for a moment: 121212121212" in plan


def test_a_large_run_says_whom_it_writes_to(call) -> None:
    """Ids that are made up may be somebody's."""
    assert "made-up account ids, from 900000000100 on" in call("--large")[1]
    assert "made-up" not in call()[1]


def test_every_variable_of_the_makefile_is_an_option_and_documented(capsys) -> None:
    """`make verify-sandbox BUDGET=9` is `--budget 9`, and the page has it."""
    makefile = (ROOT / "Makefile").read_text().replace("\\\n", "")
    (names,) = re.findall(r"^VERIFY := (.*)$", makefile, re.MULTILINE)
    with pytest.raises(SystemExit):
        main(["--help"])
    listed = set(re.findall(r"--([a-z-]+)", capsys.readouterr().out))
    flags = {"large", "yes"}
    assert {*names.split()} | flags == listed - {"help", "journal"}
    assert all(f"$(if $(call given,{flag.upper()}),--{flag})" in makefile for flag in flags)
    page = (ROOT / "docs" / "verify-sandbox.md").read_text()
    for name in [*names.split(), *flags]:
        assert f"`{name.upper().replace('-', '_')}" in page


def test_the_probe_of_the_page_is_one_that_runs() -> None:
    """What docs/verify-sandbox.md shows stands among the probes, word for word."""
    page = (ROOT / "docs" / "verify-sandbox.md").read_text()
    (shown,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    assert shown in (ROOT / "tests/sandbox/probes/accounts.py").read_text()


def test_the_form_of_an_issue_takes_the_report() -> None:
    """Each part has what GitHub requires, and the report is asked for."""
    form = yaml.safe_load((ROOT / ".github/ISSUE_TEMPLATE/sandbox.yml").read_text())
    assert {"name", "description", "body"} <= form.keys()
    ids = [part["id"] for part in form["body"] if part["type"] != "markdown"]
    assert ids == ["report", "accounts", "remarks", "checks"]
