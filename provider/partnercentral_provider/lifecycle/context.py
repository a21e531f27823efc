"""What every verb of one provider needs: its configuration, its accounts, its warnings."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ..aws.accounts import Account, Accounts
from ..config import Configuration
from ..model.checking import Checked, Failure, check
from ..model.errors import join_words
from ..model.fields import Fields
from ..model.properties import Properties
from ..model.types import ProviderDefault, format_timestamp
from ..model.urns import Subject, of_identity, of_urn
from ..resources import by_token
from ..resources.contract import Resource
from .journal import Journal
from .tagging import Tagging
from .waiting import Waiting

ENDS_SOON = 30
"""Days before the end of what ends by itself, where the configuration states no other number."""

IDENTITY = "__identity"
"""Hidden input: which resource of which stack this is, as JSON ending in `type, name]`."""


@dataclass(frozen=True)
class Context:
    """
    One provider's configuration and what it runs with, as `Lifecycle` documents it.

    *holders* has the name under which this stack holds a type and an ARN, and *states* the state of
    what has a short id, both as far as this process knows. *declared* has the inputs that the
    program was seen to register in this process, by their type and the thing of AWS that they
    manage, and *managers* the resources that manage the same thing, by that thing.
    """

    configuration: Configuration
    accounts: Accounts
    warn: Callable[[str], None]
    clock: Callable[[], datetime]
    sleep: Callable[[float], None]
    new_token: Callable[[], str]
    journal: Journal | None
    urn: Callable[[], str]
    waiting: Waiting
    holders: dict[tuple[str, str], str] = field(default_factory=dict)
    states: dict[str, Properties] = field(default_factory=dict)
    declared: dict[tuple[str, str], Properties] = field(default_factory=dict)
    managers: dict[str, set[str]] = field(default_factory=dict)

    @property
    def tagging(self) -> Tagging:
        """The policy of tags."""
        return Tagging(self.configuration)

    def reads_pending(self) -> bool:
        """Tell whether what is pending is read before every preview and update."""
        return self.configuration.refresh_pending is not False

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
        if isinstance(arn, str) and state and not kind.arn_form.part:
            self.states[arn.rpartition("/")[2]] = state
        if isinstance(arn, str) and (name := self.subject(properties).name):
            self.holders[kind.token(), arn] = name

    def known_state(self, id: str) -> Properties:
        """Give the state of what has this short id; empty where this process never saw it."""
        return self.states.get(id, {})

    def declare(self, kind: type[Resource], inputs: Properties) -> None:
        """Note what the program registers: no refresh and no destroy checks inputs."""
        if managed := kind.manages(inputs):
            self.declared[kind.token(), managed] = inputs

    def declared_for(self, kind: Resource, state: Properties) -> Properties:
        """Give the inputs that the program has for what this state manages; empty where none."""
        return self.declared.get((kind.token(), kind.manages(state) or ""), {})

    def managed_twice(self, kind: type[Resource], properties: Properties) -> str | None:
        """Say which other resource of the program manages the same thing of AWS, if one does."""
        managed, name = kind.manages(properties), self.subject(properties).name
        if not (managed and name):
            return None
        found = self.managers.setdefault(managed, set())
        this = f"{kind.__name__} {name!r}"
        others = sorted(found - {this})
        found.add(this)
        if not others:
            return None
        return (
            f"{managed} is managed by {join_words([*others, this])}: what one of them does, the "
            "next refresh shows to the other as drift. Take all but one out of the program."
        )

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
