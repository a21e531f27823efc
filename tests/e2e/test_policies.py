"""The policy pack, run by the real engine against programs of both forms."""

import json
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from e2e import test_guards as active
from e2e.channel_program import FORMS, program, writes
from e2e.engine import ROOT, Engine
from pulumi.automation import CommandError

HOST = "pulumi-language-python"
LEGACY = "pulumi-analyzer-policy-python"


@pytest.fixture
def pack(engine: Engine, tmp_path: Path) -> str:
    """
    Give the pack with the tests' own virtual environment.

    Where there is no language host of Python, the engine asks for a command that starts the pack,
    as its versions did before hosts could: this is one.
    """
    folder = tmp_path / "pack"
    shutil.copytree(ROOT / "policies", folder, ignore=shutil.ignore_patterns(".venv"))
    project = folder / "PulumiPolicy.yaml"
    project.write_text(
        project.read_text().replace("virtualenv: .venv", f"virtualenv: {sys.prefix}")
    )
    if shutil.which(HOST, path=engine.environment["PATH"]) is None:
        starter = tmp_path / "starter" / LEGACY
        starter.parent.mkdir()
        starter.write_text(f'#!/bin/sh\nexec "{sys.executable}" -u -m pulumi.policy "$1" "$2"\n')
        starter.chmod(0o755)
        engine.environment["PATH"] += os.pathsep + str(starter.parent)
    return str(folder)


def refused(command: Callable[..., object], **options: object) -> str:
    with pytest.raises(CommandError) as caught:
        command(**options)
    return str(caught.value)


@pytest.mark.parametrize("form", list(FORMS))
def test_a_preview_is_judged(engine: Engine, emulator, pack: str, tmp_path: Path, form) -> None:
    """Advisories are shown, a mandatory rule stops the preview, and configuration is heard."""
    stack = engine.stack(program(form), **{"partnercentral:catalog": "Sandbox"})
    shown = stack.preview(policy_packs=[pack]).stdout
    assert "owner-tag" in shown
    assert "This resource has no value for owner among its tags." in shown
    assert "sandbox-only" not in shown

    config = tmp_path / "config.json"
    config.write_text(
        json.dumps({"owner-tag": {"tags": ["team"], "enforcementLevel": "mandatory"}})
    )
    options = {"policy_packs": [pack], "policy_pack_configs": [str(config)]}
    assert "owner-tag" not in stack.preview(**options).stdout
    config.write_text(json.dumps({"owner-tag": {"enforcementLevel": "mandatory"}}))
    assert "[mandatory]" in refused(stack.preview, **options)

    stack = engine.stack(active.program(form), **{"partnercentral:catalog": "AWS"})
    said = refused(stack.preview, policy_packs=[pack])
    assert "sandbox-only" in said
    assert "This resource is in catalog AWS. Set `catalog` to Sandbox" in said
    assert writes(emulator) == {}


@pytest.mark.parametrize("form", list(FORMS))
def test_an_active_account_keeps_its_guard(
    engine: Engine, emulator, pack: str, tmp_path: Path, form
) -> None:
    """
    Once it is ACTIVE, the deployment that takes its guard is refused.

    In-process the preview of an update knows no `status`: there it is an advisory.
    """
    production = {"name": "prod", "partnercentral:catalog": "AWS"}
    stack = engine.stack(active.program(form, offers=()), **production)
    stack.up(policy_packs=[pack])
    stack.refresh()
    said = refused(
        engine.stack(active.program(form, force=True, offers=()), **production).preview,
        policy_packs=[pack],
    )
    assert "no-force-destroy" in said
    assert "Take `forceDestroy` out of the program." in said
    config = tmp_path / "config.json"
    config.write_text('{"no-force-destroy": "disabled"}')
    forced = engine.stack(active.program(form, force=True, offers=()), **production)
    options = {"policy_packs": [pack], "policy_pack_configs": [str(config)]}
    if form == "plugin":
        assert "account is ACTIVE, and `forceDestroy` lets it be" in refused(
            forced.preview, **options
        )
    else:
        assert "value at .status can't be known" in forced.preview(**options).stdout
