"""Service periods: what a partner offers to a customer or seller, and what both agreed on."""

from collections.abc import Collection
from datetime import datetime
from typing import Annotated, Any

from ..aws.handshakes import handshakes_about
from ..aws.quotas import Invitation, told_of_quota, with_next_time
from ..model.arn import RELATIONSHIP, Arn
from ..model.errors import Conflict, NotFound, ProviderError, QuotaExceeded, Refused, join_words
from ..model.fields import Fields
from ..model.handshakes import HandshakeStatus, ServicePeriodType
from ..model.properties import Properties
from ..model.service_periods import (
    ACCEPTABLE,
    REVOKE,
    START,
    TERMS,
    ServicePeriodStatus,
    StatedTerms,
    derived,
    detail_of,
    stated_terms,
    terms_of,
)
from ..model.service_periods import (
    ServicePeriod as Period,
)
from ..model.types import (
    ChangesOnUpdate,
    Digits,
    Fixed,
    Note,
    NotSentToAws,
    Timestamp,
    Values,
    arn_of,
    format_timestamp,
    parse_timestamp,
)
from ..model.urns import by_replacing
from .contract import CreateRequest, DeleteRequest, ReadRequest, Resource, Tell, UpdateRequest

OnDelete = Annotated[
    str,
    Values(
        "ServicePeriodOnDelete",
        {
            "KEEP": "A service period in force is left as it is, and a warning says so.",
            "REVOKE": "The other side is asked to end a service period in force.",
        },
        closed=True,
        description="What becomes of a service period in force when its resource is deleted.",
    ),
]


class ServicePeriodTerms(Fields):
    """The terms of a service period, as AWS shows them with the handshake that says them."""

    channel_handshake_arn: str
    """The ARN of the START_SERVICE_PERIOD handshake that proposes these terms."""
    service_period_type: ServicePeriodType | None = None
    """How the service period can end, which is with notice or at a fixed date."""
    minimum_notice_days: Digits | None = None
    """The number of days of notice, as text, which only a MINIMUM_NOTICE_PERIOD has."""
    start_date: Timestamp | None = None
    """When the service period begins, as an ISO 8601 time in UTC."""
    end_date: Timestamp | None = None
    """When a FIXED_COMMITMENT_PERIOD ends, as an ISO 8601 time in UTC."""
    note: str | None = None
    """The message that the sender wrote to the receiver."""


class ServicePeriod(Resource):
    """
    The service period of a relationship, one for each: what the partner offers and what is agreed.

    AWS has no such object. It follows from the relationship's START_SERVICE_PERIOD and
    REVOKE_SERVICE_PERIOD handshakes, which this resource sends. New terms are a new offer: the
    service period in force stays so until the other side accepts it. An offer that was rejected,
    canceled or expired is not sent again by itself.

    Deleting it cancels an offer that is pending. A service period in force is kept, or the other
    side is asked to end it, as `onDelete` says. The Pulumi ID is the relationship's ARN and
    `/service-period`; an import takes either.
    """

    class Inputs(StatedTerms):
        """The properties that a program sets."""

        relationship_identifier: Fixed[Annotated[str, arn_of(RELATIONSHIP)]]
        """
        The ARN of the relationship, which says its account and its catalog. A change replaces the
        resource.
        """
        note: Note | None = None
        """
        The message that the receiver reads with the next offer, which has 1 to 300 characters. A
        change of it alone sends nothing.
        """
        on_delete: Annotated[OnDelete | None, NotSentToAws()] = None
        """
        What becomes of a service period in force when the resource is deleted: KEEP, which is the
        default, leaves it in force, and REVOKE asks the other side to end it.
        """
        resend_expired: Annotated[bool | None, NotSentToAws()] = None
        """Whether an offer that expired is sent again by the next `pulumi up`, false by default."""

    class State(Fields):
        """The service period of a relationship, as its handshakes show it."""

        arn: str
        """The Pulumi ID, which is the ARN of the relationship followed by `/service-period`."""
        relationship_identifier: str
        """The ARN of the relationship that the service period was offered for."""
        service_period_type: Annotated[ServicePeriodType | None, ChangesOnUpdate()] = None
        """
        How the service period that is offered, or else agreed on, can end; absent where it was
        revoked.
        """
        minimum_notice_days: Annotated[Digits | None, ChangesOnUpdate()] = None
        """The number of days of notice, as text, which only a MINIMUM_NOTICE_PERIOD has."""
        end_date: Annotated[Timestamp | None, ChangesOnUpdate()] = None
        """When a FIXED_COMMITMENT_PERIOD ends by its terms, as an ISO 8601 time in UTC."""
        status: Annotated[ServicePeriodStatus, ChangesOnUpdate()]
        """Whether a service period is in force, offered, or neither."""
        channel_handshake_arn: Annotated[str, ChangesOnUpdate()]
        """
        The ARN of the START_SERVICE_PERIOD handshake that is offered, or else was agreed on: what
        the other side has to answer.
        """
        offer_status: Annotated[HandshakeStatus | None, ChangesOnUpdate()] = None
        """
        How far the offer has come: it is PENDING until it is answered, canceled or expired. One
        that is REJECTED, CANCELED or EXPIRED is not sent again by itself.
        """
        offer_acceptable_until: Annotated[Timestamp | None, ChangesOnUpdate()] = None
        """
        Until when a pending offer can be accepted, as an ISO 8601 time in UTC: 30 days from its
        creation, which AWS documents for an offer that replaces another.
        """
        terms_offered: Annotated[ServicePeriodTerms | None, ChangesOnUpdate()] = None
        """The terms of the offer, where it was not accepted."""
        terms_in_force: Annotated[ServicePeriodTerms | None, ChangesOnUpdate()] = None
        """The terms that are in force, or will be from their start on."""
        revoke_channel_handshake_arn: Annotated[str | None, ChangesOnUpdate()] = None
        """
        The ARN of the REVOKE_SERVICE_PERIOD handshake by which the service period was ended, or is
        ended once it is accepted.
        """
        ends_at: Annotated[Timestamp | None, ChangesOnUpdate()] = None
        """
        When the service period that was agreed on ends or ended, as an ISO 8601 time in UTC; absent
        where it has no end yet.
        """
        ignored_channel_handshake_arns: tuple[str, ...] | None = None
        """
        The ARNs of the handshakes about the relationship whose type or status is not known to this
        version: they count for nothing.
        """
        created_at: Timestamp
        """When the first offer was created, as an ISO 8601 time in UTC."""

    aws_name = "ServicePeriod"
    arn_form = RELATIONSHIP.with_part("service-period")
    operations = (
        "CreateChannelHandshake",
        "CancelChannelHandshake",
        "ListChannelHandshakes",
        "GetRelationship",
    )
    completeness_field = "status"
    finds_itself = True
    shown_if_any = frozenset(TERMS)
    forced_replacement = "A forced replacement adopts the same terms, and sends nothing."

    def create(self, request: CreateRequest[Inputs]) -> str:
        """
        Adopt the same terms where they are in force or offered; else send an offer.

        Other terms are refused, but for those in force where the same offer was made before and
        came to nothing: it is made again, as a forced replacement asks for.
        """
        inputs = request.inputs
        relationship = Arn.parse(inputs.relationship_identifier)
        own = f"{relationship.text}/{self.arn_form.part}"
        self.account.confirm(relationship.text)
        period, wanted = self._period(relationship), stated_terms(inputs.for_pulumi())
        if self._adopts(period, wanted):
            return own
        other = period.pending or (period.agreed if self._in_force(period) else None)
        if other and (period.pending or wanted not in map(terms_of, period.failed)):
            raise _taken(own, other)
        try:
            self._send(inputs, period, request.tell)
        except Conflict as conflict:  # somebody was faster, or AWS's list lagged
            period = self._period(relationship)
            if self._adopts(period, wanted):
                return own
            if period.pending:
                raise _taken(own, period.pending) from conflict
            raise self._blocked(period, conflict) from conflict
        return own

    def _adopts(self, period: Period, wanted: Properties) -> bool:
        """Tell whether these terms are offered, or in force with no other ones offered."""
        if period.pending:
            return terms_of(period.pending) == wanted
        return self._in_force(period) and terms_of(period.agreed or {}) == wanted

    def _in_force(self, period: Period) -> bool:
        return period.in_force(self.now())

    def _period(self, relationship: Arn) -> Period:
        return derived(handshakes_about(self.account.client, relationship, START, REVOKE))

    def _send(self, inputs: Inputs, period: Period, tell: Tell) -> None:
        """Send an offer; warn before it of a quota that it uses up."""
        relationship = Arn.parse(inputs.relationship_identifier)
        if said := told_of_quota(period.sent, self.account.now()):
            tell(said)
        payload = inputs.for_aws([*TERMS, "note"])
        parent = {"programManagementAccountIdentifier": relationship.parent_id}
        self._create_handshake(relationship, START, {"startServicePeriodPayload": payload | parent})

    def _create_handshake(self, relationship: Arn, kind: str, payload: Properties) -> str:
        try:
            sent = self.account.client.create_channel_handshake(
                catalog=relationship.catalog,
                handshakeType=kind,
                associatedResourceIdentifier=relationship.id,
                payload=payload,
            )
        except QuotaExceeded as full:
            invitation = Invitation(relationship.catalog, kind, relationship.id)
            raise with_next_time(self.account, invitation, full) from full
        return str(sent["channelHandshakeDetail"]["arn"])

    def _blocked(self, period: Period, conflict: Conflict) -> ProviderError:
        """Say which handshake has the one slot that a relationship has."""
        if period.revoking is None:
            return conflict
        arn = period.revoking["arn"]
        return Refused(
            "The new terms cannot be offered.",
            f"The other side was asked to end the service period, by {arn}, and AWS lets one "
            "handshake at a time wait for its answer.",
            "Wait for the answer, or cancel it, then run the command again:",
            f"aws partnercentral-channel cancel-channel-handshake --catalog "
            f"{Arn.parse(arn).catalog} --identifier {period.revoking['id']}"
            f"{self.account.profile_option()}",
        )

    def read(self, request: ReadRequest) -> Properties:
        """
        Derive it from all handshakes about the relationship.

        One whose relationship is gone, or that was never offered, is gone: NotFound.
        """
        relationship = Arn.parse(request.arn).whole
        self.account.client.get_relationship(
            catalog=relationship.catalog,
            identifier=relationship.id,
            programManagementAccountIdentifier=relationship.parent_id,
        )
        handshakes = handshakes_about(self.account.client, relationship, START, REVOKE)
        if not any(each["handshakeType"] == START for each in handshakes):
            about = relationship.text
            raise NotFound(f"AWS lists no START_SERVICE_PERIOD handshake about {about}.")
        return self.from_handshakes(
            relationship, handshakes, stated_terms(request.known), self.now()
        )

    @classmethod
    def from_handshakes(
        cls,
        relationship: Arn,
        handshakes: Collection[Properties],
        wanted: Properties,
        now: datetime,
    ) -> Properties:
        """
        Derive the state from the handshakes about a relationship, as AWS lists them.

        *wanted* are the terms that the program stated, empty where nobody knows them.
        """
        period = derived(handshakes)
        offer, current = period.offer(wanted), period.current(wanted)
        in_force = period.agreed if period.in_force(now) else None
        revoke = period.revoking or period.revoked
        pending = offer is not None and offer["status"] == "PENDING"
        until = _created(offer) + ACCEPTABLE if offer and pending else None
        return {
            "arn": f"{relationship.text}/{cls.arn_form.part}",
            "relationshipIdentifier": relationship.text,
            **(terms_of(current) if current else {}),
            "status": period.status(now),
            "channelHandshakeArn": (current or period.agreed or {}).get("arn"),
            "offerStatus": current and current["status"],
            "offerAcceptableUntil": format_timestamp(until),
            "termsOffered": _with_terms(offer),
            "termsInForce": _with_terms(in_force),
            "revokeChannelHandshakeArn": revoke and revoke["arn"],
            "endsAt": period.ends(),
            "ignoredChannelHandshakeArns": [each["arn"] for each in period.ignored] or None,
            "createdAt": min((_created(each) for each in handshakes), default=None),
        }

    def update(self, request: UpdateRequest[Inputs]) -> str:
        """
        Offer new terms, or the same again where they expired and the program wants that.

        A pending offer of other terms is canceled first. Terms that are in force, or offered, are
        not offered again. There is no revision.
        """
        relationship = Arn.parse(request.arn).whole
        inputs = request.inputs
        period, wanted = self._period(relationship), stated_terms(inputs.for_pulumi())
        if not set(TERMS) & {*request.changed} and not _expired(period, inputs, wanted):
            return ""
        if period.pending and terms_of(period.pending) != wanted:
            period = self._canceled(relationship, period.pending)
        if self._adopts(period, wanted):
            return ""
        try:
            self._send(inputs, period, request.tell)
        except Conflict as conflict:
            raise self._blocked(self._period(relationship), conflict) from conflict
        return ""

    def _canceled(
        self, relationship: Arn, pending: Properties, took_back: Tell = lambda arn: None
    ) -> Period:
        """Cancel a pending offer, and give what there is then: it may have been accepted."""
        try:
            self.account.client.cancel_channel_handshake(
                catalog=relationship.catalog, identifier=pending["arn"]
            )
        except (Refused, Conflict):  # AWS does not say which of the two it answers
            period = self._period(relationship)
            if period.pending and period.pending["arn"] == pending["arn"]:
                raise
            return period
        took_back(pending["arn"])
        return self._period(relationship)

    def delete(self, request: DeleteRequest) -> str | None:
        """
        Cancel the pending offer of this state; keep what is in force, or ask to end it.

        Only the handshakes that the state records are touched. Where the program goes on to have
        the service period, it is replaced: then only an offer of other terms is canceled.
        """
        relationship, own = Arn.parse(request.arn).whole, _recorded(request.state)
        period, wanted = self._period(relationship), stated_terms(request.declared)
        if period.pending and period.pending["arn"] in own and terms_of(period.pending) != wanted:
            period = self._canceled(relationship, period.pending, request.took_back)
        agreed = period.agreed
        if wanted or agreed is None or agreed["arn"] not in own or not self._in_force(period):
            return None
        if request.state.get("onDelete") == "REVOKE":
            return self._revoked(relationship, period, agreed)
        return (
            f"{relationship.text} has a service period in force, by {agreed['arn']}: it stays in "
            "force, and leaves this stack. To end it, send a REVOKE_SERVICE_PERIOD handshake."
        )

    def _revoked(self, relationship: Arn, period: Period, agreed: Properties) -> str:
        """Ask the other side to end what is in force, unless it was asked already."""
        receiver, asked = agreed["receiverAccountId"], period.revoking
        if asked is None:
            parent = {"programManagementAccountIdentifier": relationship.parent_id}
            payload = {"revokeServicePeriodPayload": parent}
            try:
                sent = self._create_handshake(relationship, REVOKE, payload)
            except Conflict as conflict:
                asked = self._period(relationship).revoking  # somebody was faster
                if asked is None:
                    raise Refused(
                        f"The service period of {relationship.text} cannot be revoked.",
                        f"{conflict.why} It is an offer that is not of this stack.",
                        "Wait for its answer, or cancel it, then run the command again.",
                    ) from conflict
        done = f"{asked['arn']} asks already to end it" if asked else f"{sent} was sent to end it"
        return (
            f"{relationship.text} has a service period in force, by {agreed['arn']}. {done}: "
            f"account {receiver} must accept that, and until then it stays in force. The "
            "service period and its revocation leave this stack."
        )

    def shown(self, stated: Properties) -> Properties:
        """Add the note of the offer, or of what is in force."""
        terms = stated.get("termsOffered") or stated.get("termsInForce") or {}
        return super().shown(stated | {"note": terms.get("note")})

    def imported(self, stated: Properties) -> Properties:
        """Tell the inputs; where the service period was revoked there are none."""
        found = self.shown(stated)
        if not stated_terms(found):
            raise Refused(
                f"{stated['arn']} cannot be imported.",
                "The service period was revoked, and no other is offered.",
                "Deploy a ServicePeriod to offer one.",
            )
        return found

    def remark(self, state: Properties, urn: str) -> str | None:
        """Tell of an offer that came to nothing, a revocation, and what is not understood."""
        said = [_of_offer(state, urn), _of_revocation(state)]
        if ignored := state.get("ignoredChannelHandshakeArns"):
            said.append(
                f"This version does not know the type or the status of {join_words(ignored)}, "
                "which is ignored."
            )
        return " ".join(each for each in said if each) or None

    @classmethod
    def title(cls, item: Properties) -> str:
        """Name it by its relationship."""
        return f"{item.get('displayName') or item.get('id', '')} service period".strip()

    @classmethod
    def not_importable(cls, item: Properties, accounts: Collection[Properties]) -> str | None:
        """A program has to state terms, and one that was revoked has none."""
        return None if stated_terms(item) else "it was revoked, and no other is offered"

    @classmethod
    def updating(
        cls, state: Properties, inputs: Properties, changed: Collection[str]
    ) -> str | None:
        """Tell what is sent, and what stays in force meanwhile."""
        if not set(TERMS) & {*changed}:
            expired = state.get("offerStatus") == "EXPIRED" or not changed
            if inputs.get("resendExpired") is True and expired:
                return f"The offer {state.get('channelHandshakeArn')} expired, and is sent again."
            said = "The note goes with the next offer: a change of it alone sends nothing."
            return said if "note" in changed else None
        agreed, pending = state.get("termsInForce"), state.get("offerStatus") == "PENDING"
        back = bool(agreed) and stated_terms(agreed or {}) == stated_terms(inputs)
        said = "These terms are in force: no offer is sent." if back else "A new offer is sent."
        if pending:
            arn = state.get("channelHandshakeArn")
            said = f"The offer {arn} is PENDING, and canceled first. {said}"
        if agreed and not back:
            said += " The service period in force stays so until the new offer is accepted."
        return said

    @classmethod
    def moves(cls, state: Properties, inputs: Properties) -> Collection[str]:
        """Nothing is sent, and nothing moves, where the terms stay the same."""
        same = stated_terms(state) == stated_terms(inputs) and not inputs.get("resendExpired")
        return () if same else super().moves(state, inputs)

    @classmethod
    def pending(cls, state: Properties) -> bool:
        """An offer, or the wish to end what is in force, waits for its answer."""
        return state.get("offerStatus") == "PENDING" or state.get("status") == "ENDING"

    @classmethod
    def repeats(cls, state: Properties, inputs: Properties, now: datetime) -> bool:
        """An offer that expired is sent again, where the program wants that."""
        if inputs.get("resendExpired") is not True:
            return False
        until = state.get("offerAcceptableUntil")
        late = isinstance(until, str) and parse_timestamp(until) <= now
        return late or state.get("offerStatus") == "EXPIRED"

    @classmethod
    def manages(cls, inputs: Properties) -> str | None:
        """The service period of its relationship."""
        relationship = Arn.found_in(inputs.get("relationshipIdentifier"))
        return f"The service period of {relationship.id}" if relationship else None

    @classmethod
    def deletes_first(cls, state: Properties) -> bool:
        """Another relationship's has a slot of its own."""
        return False

    @classmethod
    def parents(cls, arn: str, state: Properties) -> Collection[str]:
        """Its relationship: AWS deletes none with a pending handshake."""
        return (Arn.parse(arn).id,)


def _taken(own: str, other: Properties) -> Conflict:
    """Say that a relationship has a service period of other terms."""
    pending = other["status"] == "PENDING"
    what = "are offered" if pending else "are in force"
    terms = ", ".join(f"{name} {value}" for name, value in terms_of(other).items())
    conflict = Conflict(
        "The relationship has a service period of other terms.",
        f"{terms} {what}, by {other['arn']}. A program that states these terms adopts it and sends "
        "nothing: change them afterwards.",
    )
    conflict.existing = own
    return conflict


def _expired(period: Period, inputs: Any, wanted: Properties) -> bool:
    """Tell whether the offer expired and the program wants it to be sent again."""
    offer = period.offer(wanted)
    return bool(inputs.resend_expired and offer and offer["status"] == "EXPIRED")


def _created(handshake: Properties) -> datetime:
    return parse_timestamp(handshake["createdAt"])


def _with_terms(handshake: Properties | None) -> Properties | None:
    """Give the terms of a handshake as an output shows them."""
    if handshake is None:
        return None
    detail = detail_of(handshake)
    return {
        "channelHandshakeArn": handshake["arn"],
        **terms_of(handshake),
        "startDate": format_timestamp(detail.get("startDate")),
        "note": detail.get("note"),
    }


def _recorded(state: Properties) -> set[str]:
    """Give the ARNs of the START handshakes that a state records."""
    places = (state, state.get("termsOffered"), state.get("termsInForce"))
    found = {place.get("channelHandshakeArn") for place in places if isinstance(place, dict)}
    return {arn for arn in found if isinstance(arn, str)}


def _of_offer(state: Properties, urn: str) -> str | None:
    status = state.get("offerStatus")
    if status not in ("REJECTED", "CANCELED", "EXPIRED"):
        return None
    said = (
        f"The offer {state.get('channelHandshakeArn')} is {status}, and is not sent again by "
        "itself. New terms send a new one"
    )
    if status == "EXPIRED":
        said += ", and so does `resendExpired: true`"
    return f"{said}. {by_replacing(urn, 'send the same again')}"


def _of_revocation(state: Properties) -> str | None:
    revoke, status = state.get("revokeChannelHandshakeArn"), state.get("status")
    if status == "ENDING":
        return f"The other side was asked to end the service period, by {revoke}."
    if status == "ENDED" and not stated_terms(state):
        return (
            f"The service period ended at {state.get('endsAt')}, by {revoke}: the next "
            "`pulumi up` offers the program's terms again."
        )
    return None
