"""A profile of the shared AWS configuration whose credentials come from a process."""

import sys
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from e2e.engine import LINKED


@dataclass
class Process:
    """
    A profile whose credentials come from a process, which may give other ones at each call.

    *answers* is a file with an access key and its end in each line, one line for each call; the
    last line answers every later call.
    """

    answers: Path

    def gives(self, *accounts: str, expires: str = "") -> None:
        """Give the keys of these accounts, one at each call."""
        # botocore renews at each signature what ends within ten minutes.
        soon = datetime.now(timezone.utc) + timedelta(minutes=5)
        expires = expires or f"{soon:%Y-%m-%dT%H:%M:%SZ}"
        self.answers.write_text("".join(f"{account} {expires}\n" for account in accounts))


SCRIPT = r"""#!/bin/sh
{{
  read -r account expires
  rest=
  while read -r line; do rest="$rest$line\n"; done
}} < {answers}
[ -n "$rest" ] && printf "$rest" > {answers}
printf '{{"Version": 1, "AccessKeyId": "%s", "SecretAccessKey": "x", "Expiration": "%s"}}' \
  "$account" "$expires"
"""


@pytest.fixture
def process(emulator: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Process:
    """Make AWS_PROFILE a profile whose credentials come from a process."""
    if sys.platform == "win32":
        pytest.skip("the process is a script of POSIX's shell")
    script, answers = tmp_path / "credentials.sh", tmp_path / "answers"
    script.write_text(SCRIPT.format(answers=answers))
    script.chmod(0o755)
    config = tmp_path / "config"
    config.write_text(f"[profile partner]\ncredential_process = {script}\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    monkeypatch.setenv("AWS_PROFILE", "partner")
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    made = Process(answers)
    made.gives(LINKED)
    return made
