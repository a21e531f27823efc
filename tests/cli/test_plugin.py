"""Where `install-plugin` lets Pulumi find the provider."""

import subprocess
import sys

import pytest
from partnercentral_provider import __version__
from partnercentral_provider.cli import main
from partnercentral_provider.cli.plugin import launcher


@pytest.mark.skipif(sys.platform == "win32", reason="this launcher is for a POSIX shell")
def test_the_launcher_prefers_the_environment_of_the_program(tmp_path) -> None:
    """The active environment, then the project's own, then the one that it was installed from."""
    name, text = launcher(str(tmp_path / "installed"), "posix")
    (tmp_path / name).write_text(text)

    def started(**environment: str) -> str:
        command = ["sh", str(tmp_path / name), "127.0.0.1:1"]
        done = subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        return done.stdout + done.stderr

    assert "run pulumi-partnercentral install-plugin" in started()
    for folder in ("installed", "venv/bin", ".venv/bin", "active/bin"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / name).write_text(f'#!/bin/sh\necho "{folder} $@"\n')
        (tmp_path / folder / name).chmod(0o755)
        assert started(VIRTUAL_ENV=str(tmp_path / "active")) == f"{folder} 127.0.0.1:1\n"


def test_on_windows_the_launcher_is_a_command_file() -> None:
    """The engine starts `.cmd` there; its lines end as Windows wants, and no path is a variable."""
    name, text = launcher(r"C:\Users\100%\venv\Scripts", "nt")
    assert name == "pulumi-resource-partnercentral.cmd"
    lines = text.split("\r\n")
    assert lines[0] == "@echo off"
    assert not [line for line in lines if "\n" in line]
    assert r'"C:\Users\100%%\venv\Scripts"' in text
    assert r'"%%~f\pulumi-resource-partnercentral.exe" %*' in text
    assert lines[-2] == "exit /b 1"


@pytest.mark.skipif(sys.platform != "win32", reason="cmd.exe is on Windows only")
def test_on_windows_the_launcher_starts_the_plugin(tmp_path, monkeypatch) -> None:
    """It prints a port, as the engine waits for."""
    monkeypatch.setenv("PULUMI_HOME", str(tmp_path))
    assert main(["install-plugin"]) == 0
    (file,) = tmp_path.rglob("*.cmd")
    with subprocess.Popen([file, "127.0.0.1:1"], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            assert int(process.stdout.readline()) > 0
        finally:
            subprocess.run(["taskkill", "/T", "/F", "/PID", str(process.pid)], check=False)


def test_both_commands_leave_nothing_behind(tmp_path, monkeypatch, capsys) -> None:
    """`uninstall-plugin` takes back what `install-plugin` wrote, and says so when there is none."""
    monkeypatch.setenv("PULUMI_HOME", str(tmp_path))
    folder = tmp_path / "plugins" / f"resource-partnercentral-v{__version__}"
    assert main(["install-plugin"]) == 0
    assert len(list(folder.iterdir())) == 1
    assert main(["uninstall-plugin"]) == 0
    assert not folder.exists()
    assert main(["uninstall-plugin"]) == 0
    assert "was not installed" in capsys.readouterr().out
