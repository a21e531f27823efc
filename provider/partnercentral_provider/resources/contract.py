"""The contract every resource file keeps."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any, ClassVar, Generic, TypeVar

from pydantic import Field, create_model

from ..aws import errors, listings
from ..aws.accounts import Account
from ..aws.shared_database import silent
from ..model import arn
from ..model.checking import Failure
from ..model.fields import Fields
from ..model.properties import Properties
from ..model.types import ChangesOnUpdate, Tags

Given = TypeVar("Given")

_FILTERS: dict[str, type[listings.Filters]] = {}
"""What narrows each list of AWS, by the name of the resource that it is of."""


Tell = Callable[[str], None]
"""Shows the user a sentence about the resource at hand."""


@dataclass(frozen=True)
class CreateRequest(Generic[Given]):
    """Create with these inputs, as often as need be under the same client token."""

    inputs: Given
    client_token: str
    tell: Tell = silent


@dataclass(frozen=True)
class ReadRequest:
    """Find what has this ARN; what is *known* of it, outputs or inputs, narrows the search."""

    arn: str
    known: Properties


@dataclass(frozen=True)
class UpdateRequest(Generic[Given]):
    """Send the inputs whose names are *changed*, if AWS still has this *revision*."""

    arn: str
    changed: Collection[str]
    revision: str
    inputs: Given
    tell: Tell = silent


@dataclass(frozen=True)
class DeleteRequest:
    """
    Delete what has this ARN; *state* holds its outputs, as the stack knows them.

    *declared* are the inputs of the resource of the same type by which the program goes on to
    manage the same thing, as in a forced replacement; empty where this process knows of none.
    *took_back* takes the ARN of each offer that the deletion canceled.
    """

    arn: str
    state: Properties
    declared: Properties = field(default_factory=dict)
    took_back: Callable[[str], None] = silent


@dataclass(frozen=True)
class InForce:
    """
    What a deletion would end.

    *what* is a clause such as `the account is ACTIVE`; *instead* says in a sentence what to do
    where it is not to be ended like this.
    """

    what: str
    instead: str


class Resource(ABC):
    """
    One type of resource: its fields and its four verbs, in AWS's own calls.

    *account* gives `account.client`, the boto3 client of `partnercentral-channel`.

    What is declared here is all that is particular to a resource. From it follow the schema, ARN
    parsing and identifier types, `getX` and `getXs`, lists, the stages of discovery, and what a
    call that AWS denies is said to need. The quota of an operation follows from its name.

    A resource need not be an object of its own at AWS. One that is derived from others declares the
    `arn_form` of the object that it belongs to, whose ARN is its ID (as a
    `ChannelHandshakeResponse` has that of the handshake which it answers), or that form with a
    `part` of its own (as a `ServicePeriod` is a part of its relationship). Its `create` makes as
    many calls as it takes, finds what an earlier attempt already did, and returns that ARN; `read`
    puts the state together from whatever lists and reads AWS has, and raises NotFound where they
    show nothing of it; `delete` undoes what can be undone, and returns a warning for the rest. Such
    a resource has no `Filters`, since AWS has no list of it, and is not `created_by_account` where
    no client token can find it again, unless its `create` `finds_itself`.
    """

    Inputs: ClassVar[type[Fields]]
    State: ClassVar[type[Fields]]

    Outputs: ClassVar[type[Fields]]
    """The outputs of a stack, made of `State`: what is taggable has `tagsAll` besides."""

    aws_name: ClassVar[str]
    """What AWS calls the thing, such as `Relationship`."""

    arn_form: ClassVar[arn.ArnForm]
    """The form of its ARN, and the prefix of AWS's short id."""

    other_arn_forms: ClassVar[tuple[arn.ArnForm, ...]] = ()
    """The forms besides, of a resource that belongs to objects of several kinds."""

    operations: ClassVar[tuple[str, ...]]
    """The operations of AWS that its verbs call, the three about tags aside."""

    extra_actions: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    """
    IAM actions that AWS checks besides an operation's own, by the operation; from AWS's service
    authorization page.
    """

    denied_advice: ClassVar[Mapping[str, str]] = {}
    """What to do where AWS denies an operation, a sentence by the operation, beyond its actions."""

    completeness_field: ClassVar[str]
    """An output that only a read can bring: without it, state is not complete."""

    deleted_statuses: ClassVar[frozenset[str]] = frozenset()
    """The statuses in which the thing counts as deleted."""

    terminal_statuses: ClassVar[frozenset[str]] = frozenset()
    """The other statuses that are final."""

    Filters: ClassVar[type[listings.Filters] | None] = None
    """What narrows AWS's list of it; None where there is no such list."""

    removed_by: ClassVar[str] = ""
    """
    The AWS CLI's command and options that remove it without Pulumi, with `{catalog}`, `{id}` and
    `{parent}` where its ARN has them.
    """

    forced_replacement: ClassVar[str] = (
        "A forced replacement needs `delete_before_replace=True` among the options."
    )
    """What a user reads of `--replace` where AWS has it already."""

    fields_missing_from_list: ClassVar[tuple[str, ...]] = ()
    """
    What a read of its own says and the list does not: after a list it is as the state has it.

    An output that changes without the program may be among these only where `lists` gives none
    for what has it.
    """

    created_by_account: ClassVar[bool] = True
    """Whether its account makes it, under a client token; else it answers somebody else's."""

    finds_itself: ClassVar[bool] = False
    """Whether its create finds what an earlier one did, so that no client token has to."""

    shown_if_any: ClassVar[frozenset[str]] = frozenset()
    """The inputs that AWS shows wherever it has them: it has none that a complete state lacks."""

    kept_when_unlisted: ClassVar[bool] = False
    """Whether it stays although AWS lists it no longer."""

    def __init_subclass__(cls) -> None:
        """Make known what a resource declares for those who cannot import it."""
        for form in (cls.arn_form, *cls.other_arn_forms):
            arn.declare(form)
        errors.EXTRA_ACTIONS.update(cls.extra_actions)
        errors.DENIED_ADVICE.update(cls.denied_advice)
        cls.Outputs = _with_all_tags(cls.State) if cls.taggable() else cls.State
        if cls.Filters is not None:
            _FILTERS[cls.__name__] = cls.Filters

    def __init__(self, account: Account) -> None:
        self.account = account

    @classmethod
    def token(cls) -> str:
        """Give the type token, such as `partnercentral:channel:Relationship`."""
        return f"partnercentral:channel:{cls.__name__}"

    @classmethod
    def id_name(cls) -> str:
        """Name the output that holds AWS's short id, such as `relationshipId`."""
        return f"{cls.aws_name[0].lower()}{cls.aws_name[1:]}Id"

    @classmethod
    def taggable(cls) -> bool:
        """Tell whether it carries tags."""
        return "tags" in cls.Inputs.model_fields

    @classmethod
    def guarded(cls) -> bool:
        """Tell whether only `forceDestroy` lets it be deleted while something is in force."""
        return "forceDestroy" in cls.Inputs.names()

    def now(self) -> datetime:
        """Tell the time, in UTC, by the clock of the configuration."""
        return datetime.fromtimestamp(self.account.now(), timezone.utc)

    @classmethod
    def removal(cls, of: str) -> str:
        """Give the AWS CLI's command that removes the thing with the ARN *of*."""
        parsed = arn.Arn.parse(of)
        options = cls.removed_by.format(
            catalog=parsed.catalog, id=parsed.id, parent=parsed.parent_id
        )
        return f"aws partnercentral-channel {options}"

    def items_of(
        self, resource: str, catalog: str, max_age: float | None = None, **given: Any
    ) -> Iterator[Properties]:
        """
        List what there is of a *resource*, such as `Relationship`, as this account sees it.

        *given* narrows the list, in the words of that resource's filters. The list is shared with
        whoever asks for the same, unless it is older than *max_age* seconds.
        """
        return self.account.items(_FILTERS[resource].of(catalog, **given), max_age)

    def items_now(self, resource: str, catalog: str, **given: Any) -> Iterator[Properties]:
        """List the same as AWS has it at this moment: other lists may be seconds old."""
        filters, following = _FILTERS[resource].of(catalog, **given), ""
        while True:
            items, more = listings.page(self.account.client, filters, following)
            yield from items
            if not more:
                return
            following = more

    @abstractmethod
    def create(self, request: CreateRequest[Any]) -> str:
        """Create it and return its ARN."""

    @abstractmethod
    def read(self, request: ReadRequest) -> Properties:
        """Find it as AWS shows it. Raise NotFound if it is absent."""

    def lists(self, arn: str, known: Properties) -> list[listings.Filters]:
        """Give the filters of the whole lists in one of which it is, the likeliest first."""
        return []

    def update(self, request: UpdateRequest[Any]) -> str:
        """Change in place, by one call, and return the new revision."""
        raise NotImplementedError(f"{type(self).__name__} has nothing that AWS can update")

    @abstractmethod
    def delete(self, request: DeleteRequest) -> str | None:
        """Remove it. Return a warning where AWS cannot, so that it only leaves the stack."""

    @classmethod
    def title(cls, item: Properties) -> str:
        """Name an item of AWS's list for a person."""
        return str(item.get("displayName") or item.get("id"))

    def remark(self, state: Properties, urn: str) -> str | None:
        """Say what a user should know of its state at each refresh; *urn* is empty if unknown."""
        return None

    def shown(self, stated: Properties) -> Properties:
        """
        Tell the inputs that AWS shows, each that is not a default. Makes no call.

        *stated* is the state under the names of inputs. Where AWS shows an input in another form,
        it is put together here.
        """
        found = {name: stated.get(name) for name in self.Inputs.names()}
        return {name: value for name, value in found.items() if value not in (None, {})}

    def imported(self, stated: Properties) -> Properties:
        """
        Tell the inputs of a thing that no program knew: each that is not a default.

        *stated* is its state under the names of inputs. What AWS does not show of an input is found
        by calls.
        """
        return self.shown(stated)

    @classmethod
    def is_over(cls, state: Properties) -> bool:
        """Tell whether it is in a final status: what a repeated create finds so is an older one."""
        return state.get("status") in cls.deleted_statuses | cls.terminal_statuses

    @classmethod
    def not_importable(cls, item: Properties, accounts: Collection[Properties]) -> str | None:
        """
        Say why an item of AWS's list cannot be imported; None where it can.

        *accounts* are the items of all program management accounts.
        """
        status = item.get("status")
        return (
            f"it is {status}, which counts as deleted" if status in cls.deleted_statuses else None
        )

    @classmethod
    def replacing(cls, state: Properties) -> str | None:
        """Say what a user should know before it is replaced."""
        return None

    def in_force(self, arn: str, state: Properties) -> InForce | None:
        """
        Find what its deletion would end, as AWS has it now; None where that is nothing.

        *state* holds its outputs, as the stack knows them. Raises NotFound where it is gone.
        """
        return None

    @classmethod
    def updating(
        cls, state: Properties, inputs: Properties, changed: Collection[str]
    ) -> str | None:
        """Say what a user should know before these *changed* inputs are updated."""
        return None

    @classmethod
    def moves(cls, state: Properties, inputs: Properties) -> Collection[str]:
        """Name the outputs that only AWS can tell after an update to these inputs."""
        return cls.State.marked(ChangesOnUpdate)

    @classmethod
    def pending(cls, state: Properties) -> bool:
        """Tell whether somebody else has yet to decide, so that a state is out of date any day."""
        return state.get("status") == "PENDING"

    @classmethod
    def repeats(cls, state: Properties, inputs: Properties, now: datetime) -> bool:
        """Tell whether an update has something to send although no input changed."""
        return False

    @classmethod
    def manages(cls, inputs: Properties) -> str | None:
        """Name the thing of AWS that one resource of a program should manage, and no other."""
        return None

    @classmethod
    def deletes_first(cls, state: Properties) -> bool:
        """
        Tell whether a replacement deletes the old one before it makes the new one.

        It does where AWS refuses a second one like the first.
        """
        return True

    @classmethod
    def ending(cls, state: Properties, until: str) -> str | None:
        """Say that it ends by itself before *until*, an ISO 8601 time in UTC; None where not."""
        return None

    @classmethod
    def misfits(
        cls, inputs: Properties, known: Callable[[str], Properties]
    ) -> tuple[list[Failure], list[str]]:
        """
        Name what does not fit the objects that the inputs name: failures, and warnings.

        *known* gives the state of one by its short id, as far as this process was told of it.
        """
        return [], []

    @classmethod
    def narrowing(cls, statuses: Collection[str]) -> Properties:
        """Give the filters of those that discovery lists, where *statuses* are asked for."""
        return {}

    def find_existing(self, inputs: Any) -> str | None:
        """Find the ARN of the thing that AWS refuses to have twice."""
        return None

    def earlier(self, inputs: Any) -> Collection[str] | None:
        """
        Give the ARNs of what a create may be answered with although it was made before.

        None where nothing that was just made can be over before it is read for the first time.
        """
        return None

    @classmethod
    def parents(cls, arn: str, state: Properties) -> Collection[str]:
        """Give the short ids of what AWS deletes only after this one."""
        return ()

    def in_the_way(self, arn: str) -> str | None:
        """Find the ARN of a child that keeps AWS from deleting it."""
        return None


def _with_all_tags(state: type[Fields]) -> type[Fields]:
    """Add `tagsAll`."""
    about = "All tags that the resource has, the provider's `defaultTags` among them."
    field: Any = (Tags | None, Field(None, description=about))
    return create_model("Outputs", __base__=state, tags_all=field)
