"""The real Pulumi engine, driven through the Automation API against an emulator."""

import json
import os
import runpy
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from e2e.cli import MISSING, ROOT, cli_folder, path
from pulumi import automation
from pulumi_partnercentral.testing import _connections  # noqa: F401 - for many engines, one by one

LINKED, MANAGEMENT, CUSTOMER = "123456789012", "111122223333", "444455556666"


class Engine:
    """
    One Pulumi home and backend in a *folder* of its own, talking to the emulator at *url*.

    Credentials are the access key of an account: its 12 digits.
    """

    def __init__(self, folder: Path, url: str, account: str = LINKED) -> None:
        cli = cli_folder()
        if cli is None:
            raise FileNotFoundError(MISSING)
        for name in ("home", "backend"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        self.folder, self._cli = folder, cli
        commands = [str(Path(sys.executable).parent), str(cli), path()]
        self.environment = {
            "AWS_ACCESS_KEY_ID": account,
            "AWS_SECRET_ACCESS_KEY": "secret",
            "AWS_ENDPOINT_URL": url,
            "AWS_REGION": "us-east-1",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_EC2_METADATA_DISABLED": "true",
            "PARTNERCENTRAL_RATE_LIMITS": '{"*": 1e9}',
            "PATH": os.pathsep.join(commands),
            "PULUMI_BACKEND_URL": f"file://{folder / 'backend'}",
            "PULUMI_CONFIG_PASSPHRASE": "",
            "PULUMI_HOME": str(folder / "home"),
            "PULUMI_PYTHON_CMD": sys.executable,
            "PULUMI_SKIP_UPDATE_CHECK": "1",
            "PYTHONDONTWRITEBYTECODE": "",
        }

    def leave_plugin_off_path(self) -> None:
        """Let Pulumi find the plugin only where it is installed: it remarks on one of the PATH."""
        folders = self.environment["PATH"].split(os.pathsep)
        self.environment["PATH"] = os.pathsep.join(
            folder
            for folder in folders
            if not (Path(folder) / "pulumi-resource-partnercentral").exists()
        )

    def stack(
        self,
        program: Callable[[], None],
        name: str = "dev",
        project: str = "quickstart",
        **config: str,
    ) -> "Stack":
        """Open a stack of an inline program."""
        automated = automation.create_or_select_stack(
            name,
            project,
            program,
            opts=automation.LocalWorkspaceOptions(
                env_vars=self.environment,
                # Else every command writes into a temporary folder that stays.
                work_dir=str(self._work_dir(project)),
                pulumi_command=automation.PulumiCommand(
                    str(self.cli_root()), skip_version_check=True
                ),
            ),
        )
        for key, value in config.items():
            automated.set_config(key, automation.ConfigValue(value))
        return Stack(automated)

    def example(self, name: str | Path, **config: str) -> "Stack":
        """Open a stack of one of the examples, or of a folder, run as its own `__main__`."""
        folder = ROOT / "examples" / name
        return self.stack(lambda: runpy.run_path(str(folder), run_name="__main__"), **config)

    def through_the_plugin(self, name: str | Path, **config: str) -> "Stack":
        """Open a stack of the same program with its one import changed to the plugin's."""
        code = (ROOT / "examples" / name / "__main__.py").read_text()
        changed = code.replace("pulumi_partnercentral.dynamic", "pulumi_partnercentral")
        return self.stack(lambda: exec(compile(changed, str(name), "exec"), {}), **config)

    def run(
        self, *arguments: str, cwd: Path | None = None, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        """Run the CLI itself."""
        return self.start("pulumi", *arguments, cwd=cwd, **environment)

    def output(self, *arguments: str, cwd: Path | None = None, **environment: str) -> str:
        """Run the CLI itself, which must succeed, and give what it prints."""
        done = self.run(*arguments, cwd=cwd, **environment)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def start(
        self, *command: str, cwd: Path | None = None, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        """Run any command in this engine's environment."""
        return subprocess.run(
            command,
            env=os.environ | self.environment | environment,
            executable=shutil.which(command[0], path=self.environment["PATH"]),
            cwd=cwd or self.folder,
            capture_output=True,
            text=True,
            check=False,
        )

    def _work_dir(self, project: str) -> Path:
        folder = self.folder / "work" / project
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "Pulumi.yaml").write_text(f"name: {project}\nruntime: python\n")
        return folder

    def cli_root(self) -> Path:
        """Give the folder of which the Automation API wants `bin/pulumi`."""
        root = self.folder / "cli"
        if not root.exists():
            root.mkdir()
            (root / "bin").symlink_to(self._cli)
        return root


class Stack:
    """A stack, and what its commands print."""

    def __init__(self, automated: automation.Stack) -> None:
        self.automated = automated

    def up(self, **options: Any) -> automation.UpResult:
        """Deploy."""
        return self.automated.up(**_quiet(options))

    def preview(self, **options: Any) -> automation.PreviewResult:
        """Preview."""
        return self.automated.preview(**_quiet(options))

    def refresh(self, **options: Any) -> automation.RefreshResult:
        """Refresh."""
        return self.automated.refresh(**_quiet(options))

    def destroy(self, **options: Any) -> automation.DestroyResult:
        """Destroy."""
        return self.automated.destroy(**_quiet(options))

    def state(self) -> dict[str, dict[str, Any]]:
        """Give the resources in the state, by name."""
        deployment = self.automated.export_stack().deployment or {}
        return {
            resource["urn"].rpartition("::")[2]: resource
            for resource in deployment.get("resources", [])
        }

    def config(self, **values: str) -> None:
        """Set configuration values."""
        for key, value in values.items():
            self.automated.set_config(key.replace("__", ":"), automation.ConfigValue(value))


def _quiet(options: dict[str, Any]) -> dict[str, Any]:
    return {"color": "never", "suppress_progress": True} | options


def changes(preview: automation.PreviewResult) -> dict[str, int]:
    """Count what a preview says, without what stays the same."""
    return {str(k): v for k, v in preview.change_summary.items() if k != "same"}


def dumped(value: Any) -> str:
    """Write a value as Pulumi's configuration wants lists and objects."""
    return json.dumps(value)
