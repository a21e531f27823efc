"""What every verb of one provider needs: its configuration, its accounts, its warnings."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ..aws.accounts import Account, Accounts
from ..config import Configuration
from ..model.checking import Checked, Failure, check
from ..model.fields import Fields
from ..model.properties import Properties
from ..model.types import ProviderDefault, format_timestamp
from ..model.urns import Subject, of_identity, of_urn
from ..resources import by_token
from ..resources.contract import Resource
from .journal import Journal

ENDS_SOON = 30
"""Days before the end of what ends by itself, where the configuration states no other number."""

IDENTITY = "__identity"
"""Hidden input: which resource of which stack this is, as JSON ending in `type, name]`."""


@dataclass(frozen=True)
class Context:
    """
    One provider's configuration and what it runs with, as `Lifecycle` documents it.

    *holders* has the name under which this stack holds a type and an ARN, and *states* the state of
    what has a short id, both as far as this process knows.
    """

    configuration: Configuration
    accounts: Accounts
    warn: Callable[[str], None]
    clock: Callable[[], datetime]
    sleep: Callable[[float], None]
    new_token: Callable[[], str]
    journal: Journal | None
    urn: Callable[[], str]
    holders: dict[tuple[str, str], str] = field(default_factory=dict)
    states: dict[str, Properties] = field(default_factory=dict)

    def signing(self, inputs: Properties) -> Account:
        """Give the account that signs for these inputs."""
        return self.accounts.signing(inputs.get("receiverAccountId"))

    def resource(self, token: str, inputs: Properties) -> Resource:
        """Give the resource of a type, as the account that signs for these inputs."""
        return by_token()[token](self.signing(inputs))

    def checked(self, model: type[Fields], given: Properties) -> Checked:
        """Check values, with the configuration's where there are none."""
        given = {name: value for name, value in given.items() if value is not None}
        defaults = model.marked(ProviderDefault)
        for name in defaults:
            default = getattr(self.configuration, name)
            if given.get(name) is None and default is not None:
                given[name] = default
        checked = check(model, given)
        failures = [_advised(f, defaults) for f in checked.failures]
        return Checked(checked.inputs, failures, checked.warnings)

    def subject(self, properties: Properties) -> Subject:
        """Tell which resource this is about: the host says, or its identity."""
        if urn := self.urn():
            return of_urn(urn)
        identity = properties.get(IDENTITY)
        return of_identity(identity) if identity else Subject()

    def hold(
        self,
        kind: Resource | type[Resource],
        arn: object,
        properties: Properties,
        state: Properties | None = None,
    ) -> None:
        """Note under which name this stack holds it, and its state where that is known."""
        if isinstance(arn, str) and state:
            self.states[arn.rpartition("/")[2]] = state
        if isinstance(arn, str) and (name := self.subject(properties).name):
            self.holders[kind.token(), arn] = name

    def known_state(self, id: str) -> Properties:
        """Give the state of what has this short id; empty where this process never saw it."""
        return self.states.get(id, {})

    def tell_of_end(
        self, kind: Resource | type[Resource], state: Properties, of: Properties
    ) -> None:
        """Warn of what ends soon by itself; *of* are the properties that name the resource."""
        days = self.configuration.contract_expiry_warning_days
        until = self.clock() + timedelta(days=ENDS_SOON if days is None else days)
        if said := kind.ending(state, str(format_timestamp(until))):
            self.tell(of, said)

    def tell(self, properties: Properties, sentence: str) -> None:
        """Show the user a sentence about the resource with these properties."""
        named = label(properties)
        self.warn(f"{named}: {sentence}" if named else sentence)


def label(properties: Properties) -> str:
    """Name a resource for a sentence by its identity, where it has one."""
    this = of_identity(properties.get(IDENTITY))
    return f"{this.type} {this.name}" if this.name else ""


def _advised(failure: Failure, defaults: Collection[str]) -> Failure:
    if failure.property in defaults and failure.reason == "is required":
        return Failure(
            failure.property,
            "is required: set it, or run "
            f"`pulumi config set partnercentral:{failure.property} Sandbox`",
        )
    return failure
