"""What every test may use: an emulator, and boto3 clients and lifecycles of any account."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Any

import pytest
from clients import client_of
from credential_process import process  # noqa: F401 - a fixture
from managed_services import (  # noqa: F401 - fixtures
    made_inputs,
    made_managed,
    made_patient,
    made_provider,
)
from partnercentral_emulator import Emulator
from partnercentral_provider.config import Configuration
from partnercentral_provider.hosts.state_metadata import pack, unpack
from partnercentral_provider.lifecycle.lifecycle import Lifecycle
from partnercentral_provider.lifecycle.requests import (
    CreateRequest,
    DeleteRequest,
    DiffRequest,
    ReadRequest,
    UpdateRequest,
)
from partnercentral_provider.lifecycle.results import Found

LINKED, MANAGEMENT, CUSTOMER = "123456789012", "111122223333", "444455556666"

pytest_plugins = ["pulumi_partnercentral.testing"]  # as users have it; for its own tests


@pytest.fixture(autouse=True)
def _no_machine_configuration(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: Any, request: pytest.FixtureRequest
) -> None:
    """Keep this machine's own AWS configuration, and what it counted, out of every test."""
    nowhere = tmp_path_factory.getbasetemp() / "no-aws-configuration"
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(nowhere))
    for name in ("AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    if request.node.get_closest_marker("engine") is None:  # there, Go needs its own cache
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
    # The emulator has no rates unless a test asks for them.
    monkeypatch.setenv("PARTNERCENTRAL_RATE_LIMITS", '{"*": 1e9}')


@pytest.fixture
def emulator(monkeypatch: pytest.MonkeyPatch) -> Iterator[Emulator]:
    """Serve an emulator, and make boto3 find it as the linked account."""
    with Emulator() as running:
        monkeypatch.setenv("AWS_ENDPOINT_URL", running.url)
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", LINKED)
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
        yield running


@pytest.fixture
def client(emulator: Emulator) -> Callable[..., Any]:
    """Make a boto3 client of an account, without retries."""
    return partial(client_of, emulator.url)


@dataclass
class Life:
    """A lifecycle for one account, in short calls, and the warnings it gave."""

    of: Lifecycle
    warnings: list[str] = field(default_factory=list)

    def check(self, kind: str, **inputs: Any) -> Any:
        """Check inputs."""
        return self.of.check(_token(kind), inputs)

    def inputs(self, kind: str, **inputs: Any) -> dict[str, Any]:
        """Check inputs that are right."""
        checked = self.check(kind, **inputs)
        assert not checked.failures
        return dict(checked.inputs)

    def create(self, kind: str, **inputs: Any) -> dict[str, Any]:
        """Check and create; the state."""
        made = self.of.create(CreateRequest(_token(kind), self.inputs(kind, **inputs)))
        assert made.state["arn"] == made.arn
        return self.outputs(made)

    def update(self, kind: str, old: dict[str, Any], **inputs: Any) -> dict[str, Any]:
        """Check and update; the new state."""
        new = self.inputs(kind, **inputs)
        request = UpdateRequest(_token(kind), old["arn"], old, unpack(old), new)
        return self.outputs(self.of.update(request))

    def diff(self, kind: str, old: dict[str, Any], **inputs: Any) -> Any:
        """Check and compare."""
        new = self.inputs(kind, **inputs)
        return self.of.diff(DiffRequest(_token(kind), old, unpack(old), new))

    def read(self, kind: str, old: dict[str, Any]) -> Any:
        """Refresh."""
        found = self.of.read(ReadRequest(_token(kind), old["arn"], old, unpack(old)))
        return found and replace(found, state=self.outputs(found))

    def outputs(self, found: Found) -> dict[str, Any]:
        """Give the outputs with their inputs, as the dynamic provider keeps them."""
        if found.unfinished:
            self.warnings.append(found.unfinished)
        return pack(found)

    def delete(self, kind: str, old: dict[str, Any]) -> None:
        """Delete."""
        self.of.delete(DeleteRequest(_token(kind), old["arn"], old))


def _token(kind: str) -> str:
    return f"partnercentral:channel:{kind}"


@pytest.fixture
def life(emulator: Emulator) -> Callable[..., Life]:
    """Make the lifecycle of an account, by a role there; waiting advances the emulator's clock."""

    def make(
        account: str = LINKED,
        clock: Callable[[], datetime] | None = None,
        sleep: Callable[[float], None] = emulator.advance,
        urn: str = "",
        **keys: Any,
    ) -> Life:
        roles = [{"roleArn": f"arn:aws:iam::{account}:role/Channel"}]
        given = {"region": "us-east-1", "catalog": "Sandbox", "assumeRoles": roles} | keys
        configuration = Configuration.of({k: v for k, v in given.items() if v is not None})
        warnings: list[str] = []
        timed = {"clock": clock} if clock else {}
        made = Lifecycle(configuration, warnings.append, sleep=sleep, urn=lambda: urn, **timed)
        return Life(made, warnings)

    return make


ACCOUNT = {
    "program": "SOLUTION_PROVIDER",
    "accountId": MANAGEMENT,
    "displayName": "Reseller",
    "tags": {"team": "blue"},
}
RELATIONSHIP = {
    "associatedAccountId": CUSTOMER,
    "associationType": "END_CUSTOMER",
    "sector": "COMMERCIAL",
    "displayName": "Acme",
    "tags": {"team": "blue"},
}


@pytest.fixture
def account(life: Callable[..., Life]) -> dict[str, Any]:
    """Enrol a program management account; its state."""
    return life().create("ProgramManagementAccount", **ACCOUNT)


@pytest.fixture
def relationship(life: Callable[..., Life], account: dict[str, Any]) -> dict[str, Any]:
    """Record a relationship; its state."""
    return life().create(
        "Relationship", **RELATIONSHIP, programManagementAccountIdentifier=account["arn"]
    )
