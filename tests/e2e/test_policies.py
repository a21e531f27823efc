"""The policy pack, run by the real engine against programs of both forms."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from e2e import test_guards as active
from e2e.channel_program import FORMS, program, writes
from e2e.engine import Engine
from policies.pack import MISSING, PACK, PYTHON
from pulumi.automation import CommandError

HOST = "pulumi-language-python"


def named(engine: Engine, folder: Path, python: Path) -> str:
    """
    Give what `--policy-pack` names: the pack's folder.

    Where there is no language host of Python, it is an executable that starts the pack as the host
    does, which the engine takes too.
    """
    if shutil.which(HOST, path=engine.environment["PATH"]):
        return str(folder)
    starter = engine.folder / "start-the-pack"
    starter.write_text(f'#!/bin/sh\nexec "{python}" -u -m pulumi.policy "$1" "{folder}"\n')
    starter.chmod(0o755)
    return str(starter)


@pytest.fixture
def pack(engine: Engine) -> str:
    assert PYTHON.exists(), MISSING
    return named(engine, PACK, PYTHON)


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
    config.write_text('{"owner-tag": "disabled"}')
    options = {"policy_packs": [pack], "policy_pack_configs": [str(config)]}
    assert "owner-tag" not in stack.preview(**options).stdout
    config.write_text('{"owner-tag": {"enforcementLevel": "mandatory", "tags": ["owner", "team"]}}')
    said = refused(stack.preview, **options)
    assert "[mandatory]  owner-tag" in said
    assert "This resource has no value for owner, team among its tags." in said

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
    Once it is ACTIVE, the deployment that takes its guard is refused; as it is, it breaks no rule.

    In-process the preview of an update knows no `status`: there it is an advisory.
    """
    production = {"name": "prod", "partnercentral:catalog": "AWS"}
    stack = engine.stack(active.program(form, offers=()), **production)
    stack.up(policy_packs=[pack])
    stack.refresh()
    judged = engine.run(
        *("policy", "analyze", "--stack", "prod", "--policy-pack", pack),
        cwd=engine.folder / "work/quickstart",
    )
    assert (judged.returncode, "no-force-destroy" in judged.stdout) == (0, False)
    assert "This resource has no value for owner among its tags." in judged.stdout
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
