"""How AWS shows a handshake, to its sender and to its receiver alike."""

from typing import Annotated

from .arn import ArnForm
from .fields import Fields
from .programs import Program
from .types import (
    AccountId,
    Catalog,
    ChangesOnUpdate,
    Digits,
    Identifier,
    Timestamp,
    Values,
)

ARN_FORM = ArnForm("catalog/{catalog}/channel-handshake/{id}", prefix="ch")

TYPES = {
    "START_SERVICE_PERIOD": (
        "The handshake asks a customer or seller to agree to a service period."
    ),
    "REVOKE_SERVICE_PERIOD": (
        "The handshake asks a customer or seller to end its service period now."
    ),
    "PROGRAM_MANAGEMENT_ACCOUNT": (
        "The handshake asks a management account to join the channel program."
    ),
}
"""The types of handshakes, by what they ask."""

TYPE_MEMBERS = {
    "START_SERVICE_PERIOD": "startServicePeriodType",
    "REVOKE_SERVICE_PERIOD": "revokeServicePeriodType",
    "PROGRAM_MANAGEMENT_ACCOUNT": "programManagementAccountType",
}
"""What the members of AWS's unions begin with that are for a list of one type."""

HandshakeType = Annotated[
    str,
    Values(
        "HandshakeType",
        TYPES,
        description="What a handshake asks of the account that receives it.",
    ),
]
HandshakeStatus = Annotated[
    str,
    Values(
        "HandshakeStatus",
        {
            "PENDING": "The receiver has not answered yet.",
            "ACCEPTED": "The receiver agreed to the handshake, which is final.",
            "REJECTED": "The receiver refused the handshake, which is final.",
            "CANCELED": "The sender canceled the handshake before it was answered.",
            "EXPIRED": "The handshake expired because nobody answered it in time.",
        },
        description="How far a handshake has come.",
    ),
]
ServicePeriodType = Annotated[
    str,
    Values(
        "ServicePeriodType",
        {
            "MINIMUM_NOTICE_PERIOD": "The service period runs on until it is ended with notice.",
            "FIXED_COMMITMENT_PERIOD": "The service period runs until a fixed date.",
        },
        description="How a service period can end.",
    ),
]


class _ServicePeriodHandshakeDetail(Fields):
    note: str | None = None
    """The message that the sender wrote to the receiver."""
    service_period_type: ServicePeriodType | None = None
    """How the service period can end, which is with notice or at a fixed date."""
    minimum_notice_days: Digits | None = None
    """The number of days of notice, as text, which only a MINIMUM_NOTICE_PERIOD has."""
    start_date: Timestamp | None = None
    """When the service period begins, as an ISO 8601 time in UTC."""
    end_date: Timestamp | None = None
    """When a FIXED_COMMITMENT_PERIOD ends, as an ISO 8601 time in UTC."""


class StartServicePeriodHandshakeDetail(_ServicePeriodHandshakeDetail):
    """The service period that a START_SERVICE_PERIOD handshake proposes, as AWS shows it."""


class RevokeServicePeriodHandshakeDetail(_ServicePeriodHandshakeDetail):
    """The service period that a REVOKE_SERVICE_PERIOD handshake ends, as AWS shows it."""


class ProgramManagementAccountHandshakeDetail(Fields):
    """What a PROGRAM_MANAGEMENT_ACCOUNT handshake asks the account to join, as AWS shows it."""

    program: Program | None = None
    """The channel program that the account is asked to join."""


class HandshakeDetail(Fields):
    """What a handshake is about: AWS fills the one member that goes with the handshake's type."""

    start_service_period_handshake_detail: StartServicePeriodHandshakeDetail | None = None
    """The proposed service period; only a START_SERVICE_PERIOD handshake has it."""
    revoke_service_period_handshake_detail: RevokeServicePeriodHandshakeDetail | None = None
    """The service period to end; only a REVOKE_SERVICE_PERIOD handshake has it."""
    program_management_account_handshake_detail: ProgramManagementAccountHandshakeDetail | None = (
        None
    )
    """The program to join; only a PROGRAM_MANAGEMENT_ACCOUNT handshake has it."""


class HandshakeState(Fields):
    """A channel handshake as AWS shows it to its sender and to its receiver."""

    arn: str
    """The ARN of the handshake, which is also its Pulumi ID."""
    channel_handshake_id: Annotated[str, Identifier("ch")]
    """The id that AWS gave the handshake: `ch-` and 13 lower-case letters or digits."""
    catalog: Catalog
    """The catalog that the handshake is in: `AWS` for production or `Sandbox` for tests."""
    handshake_type: HandshakeType
    """What the handshake asks of its receiver."""
    status: HandshakeStatus
    """How far the handshake has come: it is PENDING until it is answered, canceled or expired."""
    owner_account_id: AccountId
    """The 12 digits of the partner's linked account, which owns the handshake."""
    sender_account_id: AccountId
    """The 12 digits of the account that the receiver sees as the sender."""
    sender_display_name: str | None = None
    """The name that the partner has in its Partner Central profile."""
    receiver_account_id: AccountId
    """The 12 digits of the account that has to answer."""
    associated_resource_id: Annotated[str, Identifier("pma", "rs")]
    """The id of the program management account or the relationship that the handshake is about."""
    detail: HandshakeDetail
    """What the handshake is about, as AWS shows it: the one member that goes with its type."""
    created_at: Timestamp
    """When the handshake was created, as an ISO 8601 time in UTC."""
    updated_at: Annotated[Timestamp, ChangesOnUpdate()]
    """When the handshake last changed, as an ISO 8601 time in UTC."""
