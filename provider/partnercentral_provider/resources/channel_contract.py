"""Channel contracts: what a managed services customer is asked to sign."""

from collections.abc import Callable, Collection
from contextlib import suppress
from typing import Annotated, Any, ClassVar

from pydantic import ValidationInfo, field_validator

from ..aws import listings
from ..model.arn import Arn, ArnForm
from ..model.checking import Failure
from ..model.contracts import (
    CancelReason,
    ChannelContractDetails,
    ChannelContractPayload,
    ContractStatus,
    ContractType,
    ManagedServicesAttestationPayload,
    details_of,
    filters_about,
)
from ..model.errors import Conflict, ProviderError, Refused
from ..model.fields import Fields
from ..model.properties import Properties
from ..model.types import (
    Catalog,
    ChangesOnUpdate,
    Fixed,
    Identifier,
    NotSentToAws,
    ProviderDefault,
    RequiresBoto3,
    Secret,
    Tags,
    Timestamp,
    parse_timestamp,
)
from ..model.unknown import UNKNOWN
from ..model.urns import by_replacing
from .contract import CreateRequest, DeleteRequest, ReadRequest, Resource

CANCEL_REASON = "The partner took the contract out of its channel."
"""The reason that AWS records where the program states none."""

CANCELABLE = 30 * 86400
"""Seconds for which AWS cancels a contract after its creation, by CancelChannelContract's words."""

_MEMBER = "managedServicesAttestationPayload"
_LIVE = ("PENDING", "ACCEPTED")


class ManagedServicesAttestationTypeFilters(Fields):
    """What narrows a list of MANAGED_SERVICES_ATTESTATION contracts."""

    relationship_identifiers: tuple[Annotated[str, Identifier("rs")], ...] | None = None
    """The relationships, by ARN or id, to which the list is narrowed."""
    legal_entity_names: tuple[str, ...] | None = None
    """The names of legal entities to which the list is narrowed."""


class ContractTypeFilters(Fields):
    """What narrows a list of contracts of one type: AWS takes the member of the type it lists."""

    managed_services_attestation_type_filters: ManagedServicesAttestationTypeFilters | None = None
    """What narrows the list of MANAGED_SERVICES_ATTESTATION contracts."""


class ContractTypeSort(Fields):
    """The order of a list of contracts of one type: AWS takes the member of the type it lists."""

    managed_services_attestation_type_sort: listings.Sort | None = None
    """The order in which AWS returns MANAGED_SERVICES_ATTESTATION contracts."""


class ChannelContract(Resource):
    """
    A contract that AWS sends to the signatory of a managed services customer.

    Deleting a pending one that is at most 30 days old cancels it. Deleting any other only takes it
    out of the stack, with a warning: one that was signed stays in force until its end. Its payload
    is kept secret, since it names a person and a legal entity.
    """

    class Inputs(Fields):
        """The properties that a program sets."""

        catalog: Annotated[Fixed[Catalog], ProviderDefault()]
        """
        The catalog that the contract is in: `AWS` for production or `Sandbox` for tests, where
        AWS accepts it by itself. Where absent, it is the `catalog` of the provider's configuration.
        A change replaces the resource.
        """
        contract_type: Annotated[Fixed[ContractType], RequiresBoto3("boto3 1.44.8 or newer")]
        """
        What the signatory is asked to confirm. It needs boto3 1.44.8 or newer. A change replaces
        the resource.
        """
        payload: Annotated[Fixed[ChannelContractPayload], Secret()]
        """
        What the contract says. A change replaces the resource: a new contract is sent, before the
        old one is let go where that one was signed, and after it is canceled where it is PENDING.
        """
        cancel_reason: Annotated[CancelReason | None, NotSentToAws()] = None
        """
        The reason that AWS records when the contract is canceled, which has 1 to 1,024 characters.
        It is never sent before, so that a change of it alone changes nothing at AWS.
        """
        tags: Tags | None = None
        """
        The tags of the contract, which are at most 50. Where the program never sets any, those
        that it has are left alone.
        """

        @field_validator("payload")
        @classmethod
        def _payload_fits_type(cls, payload: Any, info: ValidationInfo) -> Any:
            kind = info.data.get("contract_type")
            if kind != "MANAGED_SERVICES_ATTESTATION" or payload is UNKNOWN:
                return payload
            if payload.managed_services_attestation_payload is None:
                raise ValueError(f"must have {_MEMBER} for {kind}")
            return payload

    class State(Fields):
        """A channel contract as AWS shows it."""

        arn: str
        """The ARN of the contract, which is also its Pulumi ID."""
        channel_contract_id: str
        """The id that AWS gave the contract: `cc-` and 13 lower-case letters or digits."""
        catalog: Catalog
        """The catalog that the contract is in: `AWS` for production or `Sandbox` for tests."""
        contract_type: ContractType
        """What the signatory is asked to confirm."""
        status: ContractStatus
        """How far the contract has come: it is PENDING until it is signed, canceled or expired."""
        created_at: Timestamp
        """When the contract was created, as an ISO 8601 time in UTC."""
        updated_at: Annotated[Timestamp, ChangesOnUpdate()]
        """When the contract last changed, as an ISO 8601 time in UTC."""
        responded_at: Timestamp | None = None
        """When the signatory gave an answer, as an ISO 8601 time in UTC, where AWS says it."""
        cancellation_reason: str | None = None
        """Why the contract was canceled, where a reason was given; no list has it."""
        details: Annotated[ChannelContractDetails, Secret()]
        """What the contract says, as AWS shows it: the one member that goes with its type."""
        tags: Tags | None = None
        """The tags that the contract has, as AWS returns them."""

    class Filters(listings.Filters):
        """What narrows a list of channel contracts."""

        operation = "list_channel_contracts"

        contract_type: ContractType | None = None
        """
        The type of contracts to list. AWS lists one type at a time: where absent, each type is
        listed after the other.
        """
        statuses: tuple[ContractStatus, ...] | None = None
        """The statuses to which the list is narrowed."""
        contract_type_filters: ContractTypeFilters | None = None
        """What narrows the list further, by the type of contracts that is listed."""
        contract_type_sort: ContractTypeSort | None = None
        """The order by the type that is listed; where absent, AWS chooses its own."""

        def requests(self) -> list[Properties]:
            """Give one call for each type that is asked for; today AWS knows one."""
            kind = self.contract_type or "MANAGED_SERVICES_ATTESTATION"
            return [self.for_aws() | {"contractType": kind}]

    aws_name = "ChannelContract"
    arn_form = ArnForm("catalog/{catalog}/channel-contract/{id}", prefix="cc")
    operations = (
        "CreateChannelContract",
        "CancelChannelContract",
        "GetChannelContract",
        "ListChannelContracts",
    )
    # AWS's service authorization page does not have these operations yet: by analogy.
    extra_actions: ClassVar = {
        "CreateChannelContract": (
            "GetProgramManagementAccount",
            "GetRelationship",
            "TagResource",
        ),
    }
    fields_missing_from_list = (
        "cancellationReason",
        "signatoryName",
        "signatoryEmail",
        "legalEntityAddress",
    )
    removed_by = "cancel-channel-contract --catalog {catalog} --identifier {id}"
    completeness_field = "status"
    forced_replacement = "A forced replacement sends nothing either."
    deleted_statuses = frozenset({"EXPIRED"})
    terminal_statuses = frozenset({"CANCELED", "INACTIVE"})

    def create(self, request: CreateRequest[Inputs]) -> str:
        """
        Send the contract, unless an equal one was sent already.

        A client token alone does not prevent a second one: who starts afresh has another token.
        """
        inputs = request.inputs
        if equal := self.find_existing(inputs):
            sent = Conflict(
                "This contract was sent already.",
                f"{equal} says the same about the same relationship, and is PENDING or ACCEPTED. "
                "Nothing is sent twice for signature.",
            )
            sent.existing = equal
            raise sent
        try:
            created = self.account.client.create_channel_contract(
                clientToken=request.client_token, **inputs.for_aws()
            )
        except Conflict as conflict:
            raise self._explained(inputs, conflict) from conflict
        return str(created["channelContractDetail"]["arn"])

    def _explained(self, inputs: Inputs, conflict: Conflict) -> Conflict:
        """Name the pending contract about the same relationship, which says something else."""
        pending: list[Properties] = []
        with suppress(ProviderError):
            pending = self._about(inputs, ["PENDING"])
        if not pending:
            return conflict
        arn = pending[0]["arn"]
        return Conflict(
            conflict.what,
            f"{conflict.why} It is {arn}.",
            "AWS lets one contract at a time wait for its signature: wait, or cancel it, then run "
            "the command again. A forced replacement of it needs `delete_before_replace=True` "
            "among its options.",
            self.removal(arn) + self.account.profile_option(),
        )

    def find_existing(self, inputs: Inputs) -> str | None:
        """Find the contract, PENDING or ACCEPTED, that says the same about the relationship."""
        wanted = inputs.for_pulumi()["payload"].get(_MEMBER)
        if wanted is None:
            return None
        for item in self._about(inputs, _LIVE):
            found = self.State.lenient(self.read(ReadRequest(item["arn"], {}))).for_pulumi()
            if _says(found, wanted):
                return str(item["arn"])
        return None

    def _about(self, inputs: Inputs, statuses: Collection[str]) -> list[Properties]:
        """List the contracts about the same relationship, as AWS has them now."""
        payload = inputs.payload.managed_services_attestation_payload
        if payload is None:
            return []
        narrowed = _narrowed(payload.relationship_identifier, statuses)
        return list(self.items_now("ChannelContract", inputs.catalog, **narrowed))

    def read(self, request: ReadRequest) -> Properties:
        """Get it."""
        found = self.account.client.get_channel_contract(
            catalog=Arn.parse(request.arn).catalog, identifier=request.arn
        )
        # What is not there is gone: nothing older may stand in for it.
        return {"cancellationReason": None, **found["channelContractDetail"]}

    def shown(self, stated: Properties) -> Properties:
        """Put the payload together, which AWS shows as details."""
        details = details_of(stated)
        payload = {_MEMBER: details} if details else None
        return super().shown(stated | {"payload": payload})

    def imported(self, stated: Properties) -> Properties:
        """Tell the inputs; a contract without its address cannot be described."""
        found = self.shown(stated)
        if "legalEntityAddress" not in found.get("payload", {}).get(_MEMBER, {}):
            raise Refused(
                f"{stated['arn']} cannot be imported.",
                "AWS does not show the address of its legal entity, which the payload has to have.",
                "AWS keeps the contract on record; leave it out of the stack.",
            )
        return found

    def delete(self, request: DeleteRequest) -> str | None:
        """Cancel one that waits for its signature; let any other go."""
        arn, state = request.arn, request.state
        status = state.get("status")
        if status in (None, "PENDING"):
            status = self._canceled(arn, state)
            if status == "CANCELED":
                request.took_back(arn)
            if status in ("CANCELED", "EXPIRED"):
                return None
        end = _end_of(state) or "its end"
        return _STAYING.get(str(status), _ON_RECORD).format(status=status, arn=arn, end=end)

    def _canceled(self, arn: str, state: Properties) -> str:
        """Cancel it where AWS lets it; the status that it has then."""
        try:
            self.account.client.cancel_channel_contract(
                catalog=Arn.parse(arn).catalog,
                identifier=arn,
                reason=state.get("cancelReason") or CANCEL_REASON,
            )
            return "CANCELED"
        except (Refused, Conflict) as refusal:
            found = self.read(ReadRequest(arn, state))
            created = parse_timestamp(found["createdAt"])
            young = self.account.now() - created.timestamp() < CANCELABLE
            # A pending one leaves the stack only where AWS cancels it no more: for its age.
            if found["status"] == "PENDING" and (young or isinstance(refusal, Conflict)):
                raise
            return str(found["status"])

    @classmethod
    def deletes_first(cls, state: Properties) -> bool:
        """Cancel one that waits for its signature first: AWS may refuse a second one beside it."""
        return state.get("status") == "PENDING"

    @classmethod
    def replacing(cls, state: Properties) -> str | None:
        """Tell which comes first."""
        arn = state.get("arn")
        if cls.deletes_first(state):
            return (
                f"{arn} is PENDING: it is canceled first, and then a new contract is sent for "
                "signature."
            )
        if state.get("status") != "ACCEPTED":
            return f"{arn} is {state.get('status')}: a new contract is sent for signature."
        return (
            f"{arn} is ACCEPTED: a new contract is sent for signature first. The old one leaves "
            "this stack, and stays in force until the new one is signed."
        )

    def remark(self, state: Properties, urn: str) -> str | None:
        """Tell of what is not in force, although nobody took it out of the stack."""
        arn, status = state.get("arn"), state.get("status")
        if status == "INACTIVE":
            other = self._in_effect(state)
            effect = f"{other} is in effect in its place." if other else "No other is in effect."
            return (
                f"The contract {arn} is INACTIVE, and stays in this stack. {effect} A change of "
                "its payload sends a new one."
            )
        if status != "CANCELED":
            return None
        reason = state.get("cancellationReason")
        return (
            f"The contract {arn} was canceled{f' ({reason})' if reason else ''}. It stays in this "
            "stack as CANCELED until its payload changes. " + by_replacing(urn, "send it anew")
        )

    def _in_effect(self, state: Properties) -> str | None:
        """Find the contract in effect about the same relationship; None where nobody can tell."""
        about = self.parents(str(state.get("arn")), state)
        found: list[Properties] = []
        with suppress(ProviderError):
            for relationship in about:
                found = list(contracts_about(self, state["catalog"], relationship, ["ACCEPTED"]))
        return str(found[-1]["arn"]) if found else None

    @classmethod
    def ending(cls, state: Properties, until: str) -> str | None:
        """Tell of the end of a contract in force."""
        end = _end_of(state)
        if state.get("status") != "ACCEPTED" or not end:
            return None
        try:
            if parse_timestamp(end) > parse_timestamp(until):
                return None
        except ValueError:  # AWS shows what is no time
            return None
        return (
            f"The contract {state.get('arn')} ends at {end}. To renew it, give its payload a later "
            "endDate, which sends a new contract for signature."
        )

    @classmethod
    def misfits(
        cls, inputs: Properties, known: Callable[[str], Properties]
    ) -> tuple[list[Failure], list[str]]:
        """Hold the payload against the relationship that it names."""
        payload = inputs.get("payload")
        given = payload.get(_MEMBER) if isinstance(payload, dict) else None
        if not isinstance(given, dict) or not isinstance(given.get("relationshipIdentifier"), str):
            return [], []
        return _misfits(given, known(given["relationshipIdentifier"]))

    @classmethod
    def narrowing(cls, statuses: Collection[str]) -> Properties:
        """Only what waits for its signature or is in force is worth managing."""
        return {"statuses": [status for status in statuses if status in _LIVE] or list(_LIVE)}

    @classmethod
    def title(cls, item: Properties) -> str:
        """Name it by its type and its relationship: the legal entity's name is private."""
        kind = str(item.get("contractType")).replace("_", " ").lower()
        return " ".join([kind, *cls.parents("", item)])

    @classmethod
    def parents(cls, arn: str, state: Properties) -> Collection[str]:
        """The relationship that it is about."""
        about = details_of(state).get("relationshipIdentifier")
        return (about,) if isinstance(about, str) else ()


_STAYING = {
    "ACCEPTED": (
        "The contract is ACCEPTED, and AWS has no way to undo that: {arn} leaves this stack and "
        "stays in force until {end}, or until a newer one is signed."
    ),
    "PENDING": (
        "AWS cancels a contract only within 30 days: {arn} leaves this stack and stays PENDING, so "
        "that it can still be signed, which puts it in force."
    ),
}
_ON_RECORD = (
    "The contract is {status}, so that nothing of it is in force. AWS keeps it on record: {arn} "
    "leaves this stack."
)


def contracts_about(
    resource: Resource, catalog: str, relationship: str, statuses: Collection[str]
) -> list[Properties]:
    """List the contracts about a relationship by its short id, the one signed last at the end."""
    items = resource.items_of("ChannelContract", catalog, **_narrowed(relationship, statuses))
    return sorted(items, key=lambda item: item.get("respondedAt") or item["createdAt"])


def _narrowed(relationship: str, statuses: Collection[str]) -> Properties:
    return {
        "contractType": "MANAGED_SERVICES_ATTESTATION",
        "statuses": list(statuses),
        **filters_about(relationship),
    }


def _end_of(state: Properties) -> str | None:
    end = details_of(state).get("endDate")
    return end if isinstance(end, str) else None


def _says(state: Properties, wanted: Properties) -> bool:
    """Compare a payload with what AWS shows, but for an address that AWS does not show."""
    shown = details_of(state)
    hidden = {"legalEntityAddress"} - shown.keys()
    names = ManagedServicesAttestationPayload.names()
    return all(shown.get(name) == wanted.get(name) for name in names if name not in hidden)


def _misfits(given: Properties, about: Properties) -> tuple[list[Failure], list[str]]:
    path = f"payload.{_MEMBER}"
    failures, warnings = [], []
    start, end = about.get("startDate"), given.get("endDate")
    if start and isinstance(end, str) and parse_timestamp(end) <= parse_timestamp(start):
        reason = f"must be after the start of the relationship, {start}"
        failures.append(Failure(f"{path}.endDate", reason))
    scope, members = about.get("accountScope"), given.get("memberAccountIds")
    if scope == "ENTIRE_ORGANIZATION" and members:
        reason = "does not go with a relationship whose accountScope is ENTIRE_ORGANIZATION"
        failures.append(Failure(f"{path}.memberAccountIds", reason))
    if scope == "SPECIFIC_MEMBER_ACCOUNTS" and not members:
        warnings.append(
            f"{path}.memberAccountIds is absent, and the relationship's accountScope is "
            "SPECIFIC_MEMBER_ACCOUNTS: AWS probably asks which accounts are meant."
        )
    return failures, warnings
