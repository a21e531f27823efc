"""The fixtures, and the environment in which they let a test run."""

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from partnercentral_emulator import Emulator
from pulumi import automation

from . import _connections  # noqa: F401 - for many engines, one by one

ACCOUNT = "123456789012"
"""The account whose credentials a test has, unless it says otherwise."""

NO_CLI = (
    "There is no `pulumi` command on the PATH: install it as "
    "https://www.pulumi.com/docs/install tells."
)


@pytest.fixture(scope="session")
def emulator_process() -> Iterator[Emulator]:
    """Serve one emulator in a thread, for all tests of a session."""
    with Emulator() as running:
        yield running


@pytest.fixture
def partnercentral_emulator(
    emulator_process: Emulator,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path_factory: pytest.TempPathFactory,
) -> Emulator:
    """
    Give the emulator as new, and let boto3 and the provider find it as account 123456789012.

    It has an empty catalog, its own settings, the real time, no faults and no calls; `advance`,
    `fault`, `calls`, `objects`, `set` and `client` are its methods. The developer's own AWS
    configuration is kept out of the test, and the provider's rates do not hold it up.
    """
    emulator_process.reset()
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    folder = tmp_path_factory.mktemp("partnercentral")
    environment = {
        "AWS_ACCESS_KEY_ID": ACCOUNT,
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_ENDPOINT_URL": emulator_process.url,
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_CONFIG_FILE": str(folder / "none"),
        "AWS_SHARED_CREDENTIALS_FILE": str(folder / "none"),
        "AWS_EC2_METADATA_DISABLED": "true",
        "PARTNERCENTRAL_RATE_LIMITS": '{"*": 1e9}',
        # What the provider keeps for the runs of a user: on Linux and macOS, and on Windows.
        "XDG_CACHE_HOME": str(folder),
        "WIN_PD_OVERRIDE_LOCAL_APPDATA": str(folder),
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    for name in ("NO_PROXY", "no_proxy"):  # a proxy does not reach this machine's own ports
        others = os.environ.get(name)
        monkeypatch.setenv(name, ",".join(filter(None, [others, "127.0.0.1"])))
    return emulator_process


@pytest.fixture
def partnercentral_stack(
    partnercentral_emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., automation.Stack]]:
    """
    Open a stack of a program on the emulator.

    `partnercentral_stack(program, **config)`: *program* is a function without arguments, and
    *config* has the stack's configuration by its keys, such as `**{"partnercentral:catalog":
    "Sandbox"}`; one without a namespace belongs to the program. The answer is a stack of Pulumi's
    Automation API. Its home, its backend and its state are thrown away after the test, and nothing
    has to be destroyed. A second call in the same test opens the same stack with another program.
    Fails where there is no Pulumi CLI on the PATH.
    """
    if shutil.which("pulumi") is None:
        pytest.fail(NO_CLI, pytrace=False)
    with TemporaryDirectory(prefix="partnercentral-", ignore_cleanup_errors=True) as made:
        folder = Path(made).resolve()
        for name in ("backend", "home", "work"):
            (folder / name).mkdir()
        (folder / "work" / "Pulumi.yaml").write_text("name: test\nruntime: python\n")
        environment = {
            # The provider plugin stands beside Python, in the virtual environment.
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
            "PULUMI_BACKEND_URL": (folder / "backend").as_uri(),
            "PULUMI_CONFIG_PASSPHRASE": "",
            "PULUMI_HOME": str(folder / "home"),
            "PULUMI_PYTHON_CMD": sys.executable,  # of the dynamic provider
            "PULUMI_SKIP_UPDATE_CHECK": "1",
        }
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        yield partial(_opened, folder / "work")


def _opened(folder: Path, program: Callable[[], Any], /, **config: str) -> automation.Stack:
    stack = automation.create_or_select_stack(
        "test", "test", program, opts=automation.LocalWorkspaceOptions(work_dir=str(folder))
    )
    if config:
        stack.set_all_config({k: automation.ConfigValue(v) for k, v in config.items()})
    return stack
