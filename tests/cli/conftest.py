"""What the commands find: a project, and the stack that is selected there."""

import json
import sys
from collections.abc import Callable

import pytest


@pytest.fixture
def stack(tmp_path, monkeypatch) -> Callable[..., None]:
    """Stand in a project whose stack has this configuration, with a CLI of this version."""
    if sys.platform == "win32":
        pytest.skip("no script can stand for pulumi.exe")

    def make(version: str = "v3.274.1", **config: object) -> None:
        values = {
            f"partnercentral:{key}": {
                "value": value if isinstance(value, str) else json.dumps(value)
            }
            for key, value in config.items()
        }
        (tmp_path / "config.json").write_text(json.dumps(values))
        (pulumi := tmp_path / "pulumi").write_text(
            f'#!/bin/sh\n[ "$1" = version ] && echo {version} || cat {tmp_path}/config.json\n'
        )
        pulumi.chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
        monkeypatch.setenv("PULUMI_HOME", str(tmp_path / "home"))
        monkeypatch.chdir(tmp_path)

    return make
