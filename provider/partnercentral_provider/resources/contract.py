"""The contract every resource file keeps."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping
from typing import Any, ClassVar

from ..aws import errors, listings
from ..model import arn
from ..model.fields import Fields, Properties


class Resource(ABC):
    """
    One type of resource: its fields and its four verbs, in AWS's own calls.

    *account* gives `account.client`, the boto3 client of `partnercentral-channel`.

    What is declared here is all that is particular to a resource. From it follow the schema, ARN
    parsing and identifier types, `getX` and `getXs`, lists, the stages of discovery, and what a
    call that AWS denies is said to need. The quota of an operation follows from its name.

    A resource need not be an object of its own at AWS. One that is derived from others declares the
    `arn_form` of the object that it belongs to, whose ARN is its ID (as a
    `ChannelHandshakeResponse` has that of the handshake which it answers). Its `create` makes as
    many calls as it takes, finds what an earlier attempt already did, and returns that ARN; `read`
    puts the state together from whatever lists and reads AWS has, and raises NotFound where they
    show nothing of it; `delete` undoes what can be undone, and returns a warning for the rest. Such
    a resource has no `Filters`, since AWS has no list of it, and is not `created_by_account` where
    no client token can find it again.
    """

    Inputs: ClassVar[type[Fields]]
    State: ClassVar[type[Fields]]

    aws_name: ClassVar[str]
    """What AWS calls the thing, such as `Relationship`."""

    arn_form: ClassVar[arn.ArnForm]
    """The form of its ARN, and the prefix of AWS's short id."""

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
    """The statuses in which an answer to a repeated create is an older thing, not this one."""

    Filters: ClassVar[type[listings.Filters] | None] = None
    """What narrows AWS's list of it; None where there is no such list."""

    fields_missing_from_list: ClassVar[tuple[str, ...]] = ()
    """What a read of its own says and the list does not; none of it can change."""

    created_by_account: ClassVar[bool] = True
    """Whether its account makes it, under a client token; else it answers somebody else's."""

    kept_when_unlisted: ClassVar[bool] = False
    """Whether it stays although AWS lists it no longer."""

    def __init_subclass__(cls) -> None:
        """Make known what a resource declares for those who cannot import it."""
        arn.declare(cls.arn_form)
        errors.EXTRA_ACTIONS.update(cls.extra_actions)
        errors.DENIED_ADVICE.update(cls.denied_advice)

    def __init__(self, account: Any) -> None:
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

    @abstractmethod
    def create(self, inputs: Any, client_token: str) -> str:
        """Create it and return its ARN."""

    @abstractmethod
    def read(self, arn: str, known: Properties) -> Properties:
        """Find it as AWS shows it; *known* narrows the search. Raise NotFound if it is absent."""

    def lists(self, arn: str, known: Properties) -> list[Fields]:
        """Give the filters of the whole lists in one of which it is, the likeliest first."""
        return []

    def update(self, arn: str, changed: Collection[str], revision: str, inputs: Any) -> str:
        """Change in place, by one call, and return the new revision."""
        raise NotImplementedError(f"{type(self).__name__} has nothing that AWS can update")

    @abstractmethod
    def delete(self, arn: str, state: Properties) -> str | None:
        """Remove it. Return a warning where AWS cannot, so that it only leaves the stack."""

    @classmethod
    def title(cls, item: Properties) -> str:
        """Name an item of AWS's list for a person."""
        return str(item.get("displayName") or item.get("id"))

    def remark(self, state: Properties) -> str | None:
        """Say what a user should know of its state at each refresh."""
        return None

    def imported(self, stated: Properties) -> Properties:
        """
        Tell the inputs of a thing that no program knew: each that is not a default.

        *stated* is its state under the names of inputs. Where AWS shows an input in another form,
        it is put together here, by calls if need be.
        """
        found = {name: stated.get(name) for name in self.Inputs.names()}
        return {name: value for name, value in found.items() if value not in (None, {})}

    @classmethod
    def replacing(cls, state: Properties) -> str | None:
        """Say what a user should know before it is replaced."""
        return None

    def find_existing(self, inputs: Any) -> str | None:
        """Find the ARN of the thing that AWS refuses to have twice."""
        return None
