"""What acceptances have in common: each exists once the other side has accepted."""

from abc import abstractmethod
from typing import Annotated, Any, ClassVar

from ..model.amounts import Duration
from ..model.arn import RELATIONSHIP, Arn, ArnForm
from ..model.errors import Awaiting, NotFound, Refused
from ..model.fields import Fields
from ..model.handshakes import TYPE_MEMBERS, HandshakeType
from ..model.properties import Properties
from ..model.service_periods import ACCEPTABLE, START
from ..model.types import (
    AccountId,
    Catalog,
    ChangesOnUpdate,
    Fixed,
    Identifier,
    NotSentToAws,
    ProviderDefault,
    Timestamp,
    format_timestamp,
    parse_timestamp,
)
from .contract import CreateRequest, DeleteRequest, ReadRequest, Resource, UpdateRequest

SHARED = 2.0
"""Seconds for which those who wait at the same time share one list of what is pending."""

PART = "acceptance/{type}"
"""What follows the ARN of the object in the ID."""


class AcceptanceInputs(Fields):
    """The properties that a program sets."""

    catalog: Annotated[Fixed[Catalog], ProviderDefault()]
    """
    The catalog of what is waited for: `AWS` for production or `Sandbox` for tests. Where absent,
    it is the `catalog` of the provider's configuration. A change replaces the resource.
    """
    maximum_wait: Annotated[Duration | None, NotSentToAws()] = None
    """
    How long one `pulumi up` waits, such as `90s`, `10m` or `2h`. Where absent, the plugin waits for
    one minute, and the dynamic provider asks once; a custom timeout of the resource takes its
    place.
    """


class AcceptanceState(Fields):
    """What the other side accepted."""

    arn: str
    """
    The Pulumi ID, which is the ARN of what it is about, `/acceptance/` and the type of what was
    accepted.
    """
    catalog: Catalog
    """The catalog that it is in: `AWS` for production or `Sandbox` for tests."""
    associated_resource_id: Annotated[str, Identifier("pma", "rs")]
    """The id of the program management account or the relationship that it is about."""
    accepted_at: Annotated[Timestamp, ChangesOnUpdate()]
    """
    When it was accepted, as an ISO 8601 time in UTC. Of a handshake AWS shows only its last change,
    which is the acceptance unless its tags were changed later.
    """


class Acceptance(Resource):
    """What every acceptance has in common; a delete of it does nothing at AWS."""

    arn_form: ClassVar[ArnForm] = RELATIONSHIP.with_part(PART)
    Inputs = AcceptanceInputs
    State = AcceptanceState

    completeness_field = "acceptedAt"
    finds_itself = True
    kept_when_unlisted = True
    forced_replacement = "A forced replacement asks again, and sends nothing."

    @abstractmethod
    def find(self, catalog: str, owner: Arn | None, known: Properties) -> Properties:
        """
        Find what is waited for, as AWS has it now. Raises NotFound.

        *owner* is the account or the relationship, where a state or an import tells it; *known* are
        the inputs, else the outputs.
        """

    @abstractmethod
    def about(self, found: Properties) -> str:
        """Give the ARN of the account or the relationship that it is about."""

    def accepted(self, found: Properties) -> Properties:
        """Give what was accepted. Raises Awaiting while nobody answered, Refused for ever after."""
        status, arn = found["status"], found["arn"]
        if status == "ACCEPTED":
            return found
        since = format_timestamp(found["createdAt"])
        if status == "PENDING":
            until = format_timestamp(parse_timestamp(since) + ACCEPTABLE)
            raise Awaiting(
                f"{self.whom(found)} has not answered {arn} yet.",
                f"It was sent at {since}, and can be accepted until {until}.",
                "Once it is accepted, run `pulumi up` again.",
            )
        at = format_timestamp(found["updatedAt"])
        raise Refused(
            f"{arn} is {status} since {at}, so that nobody can accept it any more.",
            f"It was sent to {self.whom(found)} at {since}.",
            "Send a new one: `pulumi up --replace` with the URN of what sent it, which `pulumi "
            "stack --show-urns` shows.",
        )

    def whom(self, found: Properties) -> str:
        """Say who has to accept it."""
        return f"Account {found['receiverAccountId']}"

    def wanted(self, inputs: Any) -> Properties:
        """Give what these inputs name, once it is accepted."""
        return self.accepted(self.find(inputs.catalog, None, inputs.for_pulumi()))

    def create(self, request: CreateRequest[Any]) -> str:
        """Give the ID where it is accepted."""
        found = self.wanted(request.inputs)
        return f"{self.about(found)}/acceptance/{self.type_of(found)}"

    def type_of(self, found: Properties) -> str:
        """Name what was accepted, as the ID has it."""
        return str(found["handshakeType"])

    def read(self, request: ReadRequest) -> Properties:
        """Find what was accepted; an import finds the last that was."""
        owner, known = Arn.parse(request.arn), request.known
        found = self.find(owner.catalog, owner, {"handshakeType": owner.type} | known)
        if found["status"] != "ACCEPTED":
            raise NotFound(f"{found['arn']} is {found['status']}, and not accepted.")
        at = found.get("respondedAt") or found["updatedAt"]
        return found | {"associatedResourceId": owner.id, "acceptedAt": at}

    def update(self, request: UpdateRequest[Any]) -> str:
        """Ask for another one about the same."""
        owner, found = Arn.parse(request.arn), self.wanted(request.inputs)
        if self.about(found) != owner.whole.text:
            raise Refused(
                f"{found['arn']} is about {self.about(found)}, and this resource about "
                f"{owner.whole.text}.",
                advice="Give it a resource of its own.",
            )
        return ""

    def delete(self, request: DeleteRequest) -> None:
        """Let it go: what was accepted stays so."""

    @classmethod
    def parents(cls, arn: str, state: Properties) -> tuple[str, ...]:
        """Nothing of AWS waits for its end."""
        return ()


class HandshakeAcceptanceInputs(AcceptanceInputs):
    """The properties that a program sets."""

    channel_handshake_identifier: Annotated[str, Identifier("ch")]
    """
    The ARN or the id (`ch-…`) of the handshake to wait for. One that is sent anew about the same is
    waited for in place.
    """


class HandshakeAcceptanceState(AcceptanceState):
    """What the other side accepted."""

    channel_handshake_id: Annotated[str, Identifier("ch")]
    """The id of the handshake that was accepted: `ch-` and 13 lower-case letters or digits."""
    handshake_type: HandshakeType
    """What the handshake asked for."""
    receiver_account_id: AccountId
    """The 12 digits of the account that accepted."""


class HandshakeAcceptance(Acceptance):
    """What waits for a handshake."""

    operations = ("ListChannelHandshakes", "ListRelationships")

    def find(self, catalog: str, owner: Arn | None, known: Properties) -> Properties:
        """
        Find the handshake; an import finds the last about the *owner* that was accepted.

        What is pending is a short list; of the others the one that was answered last comes first.
        """
        kind = str(known.get("handshakeType") or START)
        id = known.get("channelHandshakeIdentifier") or known.get("channelHandshakeId")
        if id is None and owner:
            return self._last(owner, kind)
        newest = {"sortBy": "UpdatedAt", "sortOrder": "Descending"}
        lists: list[Properties] = [
            {"statuses": ["PENDING"]},
            {"handshakeTypeSort": {f"{TYPE_MEMBERS[kind]}Sort": newest}},
        ]
        for given in lists:
            named = given | {"handshakeType": kind}
            for item in self.items_of("ChannelHandshake", catalog, max_age=SHARED, **named):
                if item["id"] == id:
                    return {"channelHandshakeId": id, **item}
        raise NotFound(
            f"AWS lists no {kind} handshake {id} that this account sent.",
            advice="Check the id, `handshakeType`, the catalog and the account.",
        )

    def _last(self, owner: Arn, kind: str) -> Properties:
        found = self.items_now(
            "ChannelHandshake",
            owner.catalog,
            handshakeType=kind,
            statuses=["ACCEPTED"],
            associatedResourceIdentifiers=[owner.id],
        )
        last = max(found, key=lambda item: item["createdAt"], default=None)
        if last is None:
            raise NotFound(f"No {kind} handshake about {owner.whole.text} was accepted.")
        return {"channelHandshakeId": last["id"], **last}

    def about(self, found: Properties) -> str:
        """Follow the short id that the handshake shows; that of a relationship has to be listed."""
        arn, id = Arn.parse(found["arn"]), found["associatedResourceId"]
        if direct := arn.related(id):
            return direct
        receivers = [found["receiverAccountId"]]
        listed = self.items_of("Relationship", arn.catalog, associatedAccountIds=receivers)
        for item in listed:
            if item["id"] == id:
                return str(item["arn"])
        raise NotFound(f"AWS lists no relationship {id}, which {arn.text} is about.")
