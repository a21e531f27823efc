"""Channel handshakes, the sender's side: invitations that another account has to answer."""

from collections.abc import Collection
from contextlib import suppress
from typing import Annotated, Any, ClassVar

from pydantic import ValidationInfo, field_validator

from ..aws import listings
from ..aws.handshakes import find_handshake, handshake_lists
from ..aws.quotas import with_next_time
from ..model.arn import Arn
from ..model.errors import Conflict, ProviderError, QuotaExceeded, Refused
from ..model.fields import Fields, OneOf, nested_in
from ..model.handshakes import (
    ARN_FORM,
    TYPE_MEMBERS,
    HandshakeState,
    HandshakeStatus,
    HandshakeType,
    ServicePeriodType,
)
from ..model.programs import Program
from ..model.properties import Properties
from ..model.service_periods import StatedTerms
from ..model.types import (
    AccountId,
    Catalog,
    Fixed,
    Identifier,
    Note,
    NotSentToAws,
    ProviderDefault,
    Tags,
    Values,
    WriteOnly,
)
from ..model.unknown import UNKNOWN
from ..model.urns import by_replacing
from .contract import CreateRequest, DeleteRequest, ReadRequest, Resource

AccountIdentifier = Annotated[str, Identifier("pma")]
AssociatedResourceIdentifier = Annotated[str, Identifier("pma", "rs")]
ParticipantType = Annotated[
    str,
    Values(
        "ParticipantType",
        {
            "SENDER": "The list has the handshakes that the account owns or sent.",
            "RECEIVER": "The list has the handshakes that the account has to answer.",
        },
        description="The side of a handshake on which the account that lists it is.",
    ),
]

_PAYLOADS = {
    "START_SERVICE_PERIOD": "startServicePeriodPayload",
    "REVOKE_SERVICE_PERIOD": "revokeServicePeriodPayload",
    "PROGRAM_MANAGEMENT_ACCOUNT": None,
}


_OTHERS = {
    "START_SERVICE_PERIOD": "REVOKE_SERVICE_PERIOD",
    "REVOKE_SERVICE_PERIOD": "START_SERVICE_PERIOD",
}
"""The type that has the same slot of a relationship, of which one can be pending at a time."""


class StartServicePeriodPayload(StatedTerms):
    """The service period that a START_SERVICE_PERIOD handshake proposes."""

    program_management_account_identifier: Annotated[AccountIdentifier, WriteOnly()]
    """
    The ARN or the id (`pma-…`) of the program management account that the relationship belongs
    to. AWS never returns it.
    """
    note: Note | None = None
    """The message that the receiver reads, which has 1 to 300 characters."""


class RevokeServicePeriodPayload(Fields):
    """The service period that a REVOKE_SERVICE_PERIOD handshake asks to end."""

    program_management_account_identifier: Annotated[AccountIdentifier, WriteOnly()]
    """
    The ARN or the id (`pma-…`) of the program management account that the relationship belongs
    to. AWS never returns it.
    """
    note: Note | None = None
    """The message that the receiver reads, which has 1 to 300 characters."""


class ChannelHandshakePayload(OneOf):
    """What a service period handshake proposes: exactly the one member that goes with its type."""

    start_service_period_payload: StartServicePeriodPayload | None = None
    """The service period to start, which only a START_SERVICE_PERIOD handshake has."""
    revoke_service_period_payload: RevokeServicePeriodPayload | None = None
    """The service period to end, which only a REVOKE_SERVICE_PERIOD handshake has."""


class ServicePeriodTypeFilters(Fields):
    """What narrows a list of handshakes about service periods."""

    service_period_types: tuple[ServicePeriodType, ...] | None = None
    """The types of service periods to which the list is narrowed."""


class ProgramManagementAccountTypeFilters(Fields):
    """What narrows a list of handshakes about program management accounts."""

    programs: tuple[Program, ...] | None = None
    """The channel programs to which the list is narrowed."""


class HandshakeTypeFilters(Fields):
    """What narrows a list of handshakes of one type: AWS takes the member of the type it lists."""

    start_service_period_type_filters: ServicePeriodTypeFilters | None = None
    """What narrows the list of START_SERVICE_PERIOD handshakes."""
    revoke_service_period_type_filters: ServicePeriodTypeFilters | None = None
    """What narrows the list of REVOKE_SERVICE_PERIOD handshakes."""
    program_management_account_type_filters: ProgramManagementAccountTypeFilters | None = None
    """What narrows the list of PROGRAM_MANAGEMENT_ACCOUNT handshakes."""


class HandshakeTypeSort(Fields):
    """The order of a list of handshakes of one type: AWS takes the member of the type it lists."""

    start_service_period_type_sort: listings.Sort | None = None
    """The order in which AWS returns START_SERVICE_PERIOD handshakes."""
    revoke_service_period_type_sort: listings.Sort | None = None
    """The order in which AWS returns REVOKE_SERVICE_PERIOD handshakes."""
    program_management_account_type_sort: listings.Sort | None = None
    """The order in which AWS returns PROGRAM_MANAGEMENT_ACCOUNT handshakes."""


class ChannelHandshake(Resource):
    """
    An invitation that the partner sends and another account answers (`ChannelHandshakeResponse`).

    AWS keeps handshakes for ever. Deleting a pending one cancels it. Deleting an answered one only
    takes it out of the stack, with a warning, and it stays in force: end a service period by a
    REVOKE_SERVICE_PERIOD handshake.
    """

    class Inputs(Fields):
        """The properties that a program sets."""

        catalog: Annotated[Fixed[Catalog], ProviderDefault()]
        """
        The catalog that the handshake is in: `AWS` for production or `Sandbox` for tests. Where
        absent, it is the `catalog` of the provider's configuration. A change replaces the resource.
        """
        handshake_type: Fixed[HandshakeType]
        """What the handshake asks of its receiver. A change replaces the resource."""
        associated_resource_identifier: Fixed[AssociatedResourceIdentifier]
        """
        The ARN or the id of what the handshake is about: a program management account (`pma-…`)
        for PROGRAM_MANAGEMENT_ACCOUNT, and a relationship (`rs-…`) for the other types. A change
        replaces the resource.
        """
        payload: Fixed[ChannelHandshakePayload | None] = None
        """
        The service period to start or to end, which a PROGRAM_MANAGEMENT_ACCOUNT handshake does
        not have. A change replaces the resource.
        """
        tags: Tags | None = None
        """
        The tags of the handshake, which are at most 50. Where the program never sets any, those
        that it has are left alone.
        """

        @field_validator("associated_resource_identifier")
        @classmethod
        def _kind_fits_type(cls, value: Any, info: ValidationInfo) -> Any:
            kind = info.data.get("handshake_type")
            wanted = "pma" if kind == "PROGRAM_MANAGEMENT_ACCOUNT" else "rs"
            if kind in _PAYLOADS and value is not UNKNOWN and not value.startswith(wanted):
                what = {"pma": "program management account", "rs": "relationship"}[wanted]
                raise ValueError(f"must be a {what} for {kind}, got {value!r}")
            return value

        @field_validator("payload")
        @classmethod
        def _payload_fits_type(cls, payload: Any, info: ValidationInfo) -> Any:
            kind = info.data.get("handshake_type")
            if kind not in _PAYLOADS or payload is UNKNOWN:
                return payload
            wanted = _PAYLOADS[kind]
            given = next(iter(payload.for_pulumi()), None) if payload else None
            if given != wanted and wanted is None:
                raise ValueError(f"does not go with {kind}, which takes none")
            if given != wanted:
                raise ValueError(f"must have {wanted} for {kind}, got {given or 'none'}")
            return payload

    class State(HandshakeState):
        """A channel handshake as AWS shows it to its sender."""

        tags: Tags | None = None
        """The tags that the handshake has, as AWS returns them."""

    class Filters(listings.Filters):
        """What narrows a list of handshakes."""

        operation = "list_channel_handshakes"

        handshake_type: HandshakeType | None = None
        """
        The type of handshakes to list. AWS lists one type at a time: where absent, the three types
        are listed one after the other.
        """
        receiver_account_id: Annotated[AccountId | None, NotSentToAws()] = None
        """
        The 12 digits of the account that lists, reached as `accounts` or `accountRoleName` of the
        configuration says. Where absent, it is the provider's own account.
        """
        participant_type: ParticipantType = "SENDER"
        """The side on which the account that lists is, which is SENDER where absent."""
        statuses: tuple[HandshakeStatus, ...] | None = None
        """The statuses to which the list is narrowed."""
        associated_resource_identifiers: tuple[AssociatedResourceIdentifier, ...] | None = None
        """
        The program management accounts and relationships, by ARN or id, about which the handshakes
        have to be.
        """
        handshake_type_filters: HandshakeTypeFilters | None = None
        """What narrows the list further, by the type of handshakes that is listed."""
        handshake_type_sort: HandshakeTypeSort | None = None
        """The order by the type that is listed; where absent, AWS chooses its own."""

        def requests(self) -> list[Properties]:
            """Give one call for each type that is asked for."""
            return [
                self._request(kind)
                for kind in ([self.handshake_type] if self.handshake_type else TYPE_MEMBERS)
            ]

        def _request(self, kind: str) -> Properties:
            """AWS takes the filters and the order of the type that is listed, and no other."""
            arguments = self.for_aws() | {"handshakeType": kind}
            for name, suffix in (
                ("handshakeTypeFilters", "Filters"),
                ("handshakeTypeSort", "Sort"),
            ):
                member = f"{TYPE_MEMBERS.get(kind, kind)}{suffix}"
                given = arguments.pop(name, {})
                if member in given:
                    arguments[name] = {member: given[member]}
            return arguments

    aws_name = "ChannelHandshake"
    arn_form = ARN_FORM
    operations = (
        "CreateChannelHandshake",
        "CancelChannelHandshake",
        "ListChannelHandshakes",
        "ListProgramManagementAccounts",
    )
    extra_actions: ClassVar = {
        "CreateChannelHandshake": (
            "GetProgramManagementAccount",
            "GetRelationship",
            "TagResource",
        ),
    }
    removed_by = "cancel-channel-handshake --catalog {catalog} --identifier {id}"
    completeness_field = "status"
    deleted_statuses = frozenset({"EXPIRED", "CANCELED"})
    terminal_statuses = frozenset({"REJECTED"})

    def create(self, request: CreateRequest[Inputs]) -> str:
        """Send the invitation."""
        try:
            created = self.account.client.create_channel_handshake(
                clientToken=request.client_token, **request.inputs.for_aws()
            )
        except QuotaExceeded as full:
            raise with_next_time(self.account, request.inputs, full) from full
        except Conflict as conflict:
            raise self._explained(request.inputs, conflict) from conflict
        return str(created["channelHandshakeDetail"]["arn"])

    def _explained(self, inputs: Inputs, conflict: Conflict) -> Conflict:
        """Name the pending handshake of the other type: both have one slot of a relationship."""
        kind = _OTHERS.get(inputs.handshake_type)
        pending: list[Properties] = []
        with suppress(ProviderError):
            pending = self._about(inputs, ["PENDING"], kind) if kind else []
        if not pending:
            return conflict
        return Conflict(
            conflict.what,
            f"{conflict.why} It is the {kind} handshake {pending[0]['arn']}.",
            "AWS allows one at a time for each relationship: wait for its answer, or cancel it, "
            "then run the command again:",
            self.removal(pending[0]["arn"]) + self.account.profile_option(),
        )

    def read(self, request: ReadRequest) -> Properties:
        """Search the lists, the only way to read one."""
        return find_handshake(self.account.client, request.arn, "SENDER", request.known)

    def lists(self, arn: str, known: Properties) -> list[listings.Filters]:
        """It is among those that this account sent."""
        return handshake_lists(arn, "SENDER", known)

    @classmethod
    def narrowing(cls, statuses: Collection[str]) -> Properties:
        """AWS keeps handshakes for ever: only some are worth managing."""
        return {"statuses": list(statuses)}

    @classmethod
    def not_importable(cls, item: Properties, accounts: Collection[Properties]) -> str | None:
        """Beside what is over: a payload has to name an account that AWS may list no longer."""
        sender = item.get("senderAccountId")
        if _PAYLOADS.get(item.get("handshakeType", "")) and not any(
            account["accountId"] == sender for account in accounts
        ):
            return f"AWS lists no program management account of its sender {sender} any more"
        return super().not_importable(item, accounts)

    def shown(self, stated: Properties) -> Properties:
        """Put the payload together, which AWS shows as detail and without its account."""
        member = _PAYLOADS.get(stated["handshakeType"])
        if member is None:
            return super().shown(stated)
        detail: Properties = next(iter(stated.get("detail", {}).values()), {})
        names = nested_in(ChannelHandshakePayload, member)
        payload = {n: detail[n] for n in names.names() if n in detail} if names else {}
        if payload.get("servicePeriodType") == "MINIMUM_NOTICE_PERIOD":
            payload.pop("endDate", None)
        return super().shown(stated | {"payload": {member: payload}})

    def imported(self, stated: Properties) -> Properties:
        """Add the account to the payload: AWS shows it as the sender."""
        found = self.shown(stated)
        for payload in found.get("payload", {}).values():
            payload["programManagementAccountIdentifier"] = self._account_of(stated)
        return found

    def _account_of(self, stated: Properties) -> str:
        """
        Find the program management account that sent it: the one of the sender's account.

        Raises Refused, and never NotFound, where it is gone: the handshake is still there.
        """
        sender = stated["senderAccountId"]
        accounts = [
            item
            for item in self.items_of("ProgramManagementAccount", stated["catalog"])
            if item["accountId"] == sender
        ]
        if not accounts:
            raise Refused(
                f"{stated['arn']} cannot be imported.",
                f"AWS lists no program management account of account {sender} any more, and the "
                "handshake's payload has to name it.",
                "AWS keeps the handshake on record; leave it out of the stack.",
            )
        accounts.sort(key=lambda item: item["status"] == "INACTIVE")
        return str(accounts[0]["id"])

    def delete(self, request: DeleteRequest) -> str | None:
        """Take a pending invitation back; let an answered one go."""
        arn, status = request.arn, request.state.get("status")
        if status in (None, "PENDING"):
            try:
                self.account.client.cancel_channel_handshake(
                    catalog=Arn.parse(arn).catalog, identifier=arn
                )
                request.took_back(arn)
                return None
            except (Refused, Conflict):  # AWS does not say which of the two it answers
                status = self.read(ReadRequest(arn, request.state))["status"]
                if status == "PENDING":
                    raise
        if status in self.deleted_statuses:
            return None
        if status == "REJECTED":
            return (
                f"The handshake was rejected, which AWS keeps on record: {arn} leaves this stack."
            )
        said = (
            f"The handshake is {status}, and AWS has no way to undo that: {arn} leaves this stack "
            "and stays in force."
        )
        if request.state.get("handshakeType") == "START_SERVICE_PERIOD":
            said += " To end the service period, send a REVOKE_SERVICE_PERIOD handshake."
        return said

    @classmethod
    def title(cls, item: Properties) -> str:
        """Name it by what is asked of whom: a handshake has no name."""
        asked = str(item["handshakeType"]).replace("_", " ").lower()
        return f"{asked} {item.get('receiverAccountId', '')}".strip()

    @classmethod
    def manages(cls, inputs: Properties) -> str | None:
        """The service period of a relationship, where it is about one."""
        about = inputs.get("associatedResourceIdentifier")
        if inputs.get("handshakeType") not in _OTHERS or not isinstance(about, str):
            return None
        return f"The service period of {about}"

    @classmethod
    def replacing(cls, state: Properties) -> str | None:
        """Tell that an agreement stays: the new invitation comes on top of it."""
        if state.get("status") != "ACCEPTED":
            return None
        return (
            f"{state.get('arn')} is ACCEPTED and stays in force; this change sends a second "
            "invitation. To keep to what was agreed on, undo the change or ignore it by "
            "`ignore_changes`."
        )

    def remark(self, state: Properties, urn: str) -> str | None:
        """Tell of a refusal, since nobody is invited again by itself."""
        if state.get("status") != "REJECTED":
            return None
        return (
            f"{state.get('receiverAccountId', 'the receiver')} rejected the handshake "
            f"{state.get('arn')}. It stays in this stack as REJECTED. "
            + by_replacing(urn, "invite again")
        )

    def find_existing(self, inputs: Inputs) -> str | None:
        """
        Find the pending invitation about the same resource.

        An account that has joined is not invited again: what it accepted is in the way.
        """
        statuses = ["PENDING"]
        if inputs.handshake_type == "PROGRAM_MANAGEMENT_ACCOUNT":
            statuses.append("ACCEPTED")
        found = sorted(
            self._about(inputs, statuses), key=lambda item: statuses.index(item["status"])
        )
        return next((item["arn"] for item in found), None)

    def earlier(self, inputs: Inputs) -> Collection[str]:
        """Give every handshake about the same resource: its receiver can answer within a second."""
        return {item["arn"] for item in self._about(inputs)}

    def _about(
        self, inputs: Inputs, statuses: list[str] | None = None, kind: str | None = None
    ) -> list[Properties]:
        """List the handshakes about the same resource, of the same type or of another *kind*."""
        narrowed = {"statuses": statuses} if statuses else {}
        pages = self.account.client.get_paginator("list_channel_handshakes").paginate(
            catalog=inputs.catalog,
            handshakeType=kind or inputs.handshake_type,
            participantType="SENDER",
            associatedResourceIdentifiers=[inputs.associated_resource_identifier],
            **narrowed,
        )
        return [item for page in pages for item in page["items"]]

    @classmethod
    def parents(cls, arn: str, state: Properties) -> Collection[str]:
        """What it is about: AWS deletes no relationship with a pending handshake."""
        about = state.get("associatedResourceId")
        return (about,) if isinstance(about, str) else ()
