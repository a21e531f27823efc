"""How AWS shows a handshake, to its sender and to its receiver alike."""

from typing import Annotated

from .fields import Fields
from .programs import Program
from .types import (
    AccountId,
    AssociatedResourceIdentifier,
    Catalog,
    ChangesOnUpdate,
    ChannelHandshakeIdentifier,
    Digits,
    Timestamp,
    Values,
)

TYPES = {
    "START_SERVICE_PERIOD": "Asks a customer or seller to agree to a service period.",
    "REVOKE_SERVICE_PERIOD": "Asks a customer or seller to end its service period now.",
    "PROGRAM_MANAGEMENT_ACCOUNT": "Asks a management account to join the channel program.",
}

"""The types of handshakes, by what they ask."""

HandshakeType = Annotated[str, Values("HandshakeType", TYPES)]
HandshakeStatus = Annotated[
    str,
    Values(
        "HandshakeStatus",
        {
            "PENDING": "Not answered yet.",
            "ACCEPTED": "The receiver agreed.",
            "REJECTED": "The receiver refused.",
            "CANCELED": "The sender took it back.",
            "EXPIRED": "Nobody answered in time.",
        },
    ),
]
ServicePeriodType = Annotated[
    str,
    Values(
        "ServicePeriodType",
        {
            "MINIMUM_NOTICE_PERIOD": "Runs on until it is ended with notice.",
            "FIXED_COMMITMENT_PERIOD": "Runs until a fixed date.",
        },
    ),
]


class _ServicePeriodHandshakeDetail(Fields):
    note: str | None = None
    """The message that goes with the invitation."""
    service_period_type: ServicePeriodType | None = None
    """How the service period can end."""
    minimum_notice_days: Digits | None = None
    """The days of notice, for a minimum notice period."""
    start_date: Timestamp | None = None
    """When the service period begins, in UTC."""
    end_date: Timestamp | None = None
    """When a fixed commitment ends, in UTC."""


class StartServicePeriodHandshakeDetail(_ServicePeriodHandshakeDetail):
    """The service period that is to start."""


class RevokeServicePeriodHandshakeDetail(_ServicePeriodHandshakeDetail):
    """The service period that is to end."""


class ProgramManagementAccountHandshakeDetail(Fields):
    """The program that the account is asked to join."""

    program: Program | None = None
    """The channel program."""


class HandshakeDetail(Fields):
    """What a handshake is about: one member, by its type."""

    start_service_period_handshake_detail: StartServicePeriodHandshakeDetail | None = None
    """For START_SERVICE_PERIOD."""
    revoke_service_period_handshake_detail: RevokeServicePeriodHandshakeDetail | None = None
    """For REVOKE_SERVICE_PERIOD."""
    program_management_account_handshake_detail: ProgramManagementAccountHandshakeDetail | None = (
        None
    )
    """For PROGRAM_MANAGEMENT_ACCOUNT."""


class HandshakeState(Fields):
    """What AWS says of a handshake."""

    arn: str
    """The ARN, which is also the Pulumi ID."""
    channel_handshake_id: ChannelHandshakeIdentifier
    """AWS's id of the handshake, `ch-` and 13 letters or digits."""
    catalog: Catalog
    """The catalog it lives in."""
    handshake_type: HandshakeType
    """What is asked."""
    status: HandshakeStatus
    """PENDING until it is answered, taken back, or nobody answered in time."""
    owner_account_id: AccountId
    """The partner's linked account, which owns the handshake."""
    sender_account_id: AccountId
    """The account that the receiver sees as sender."""
    sender_display_name: str | None = None
    """The partner's name in its profile."""
    receiver_account_id: AccountId
    """The account that has to answer."""
    associated_resource_id: AssociatedResourceIdentifier
    """The id of the program management account or the relationship that it is about."""
    detail: HandshakeDetail
    """What it is about, as AWS shows it."""
    created_at: Timestamp
    """When it was created, in UTC."""
    updated_at: Annotated[Timestamp, ChangesOnUpdate()]
    """When it last changed, in UTC."""
