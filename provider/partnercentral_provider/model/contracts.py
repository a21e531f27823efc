"""Channel contracts: their types, their payload, and what AWS shows of it."""

import re
from collections.abc import Callable
from typing import Annotated, Any
from unicodedata import category

from pydantic import AfterValidator, WrapValidator

from .fields import Fields, OneOf
from .properties import Properties
from .types import (
    AccountId,
    Identifier,
    Timestamp,
    Values,
    pass_unknown,
)
from .unknown import UNKNOWN

DETAILS = "managedServicesAttestationDetails"
"""The member of `details` that an attestation has."""


def _private(most: int, form: str = "", fits: Callable[[str], bool] | None = None) -> Any:
    """Make a rule for text that no message may repeat: it is about a person or a legal entity."""

    def check(value: str) -> str:
        if not value.strip():
            raise ValueError("must not be empty")
        if len(value) > most:
            raise ValueError(f"must be at most {most} characters, got {len(value)}")
        if any(category(character) == "Cc" for character in value):
            raise ValueError("must be free of control characters")
        if fits and not fits(value):
            raise ValueError(f"must be {form}")
        return value

    return AfterValidator(check)


def _distinct(values: tuple[Any, ...]) -> tuple[Any, ...]:
    """Bring a set into one form: neither order nor repetition means anything."""
    known = sorted({value for value in values if value is not UNKNOWN})
    return (*known, *(value for value in values if value is UNKNOWN))


def _distinct_or_none(values: tuple[Any, ...] | None) -> tuple[Any, ...] | None:
    """Do the same, where an empty set means the same as none."""
    return _distinct(values) if values else None


ContractType = Annotated[
    str,
    Values(
        "ChannelContractType",
        {
            "MANAGED_SERVICES_ATTESTATION": (
                "The customer attests which services the partner gives it, and until when."
            )
        },
        description="What the signatory of a channel contract is asked to confirm.",
    ),
]
ContractStatus = Annotated[
    str,
    Values(
        "ChannelContractStatus",
        {
            "PENDING": "The signatory has not signed the contract yet.",
            "ACCEPTED": "The signatory signed the contract, which is in force.",
            "EXPIRED": "The contract expired because nobody signed it in time.",
            "CANCELED": "The partner canceled the contract before it was signed.",
            "INACTIVE": "The contract was in force and is not any more.",
        },
        description="How far a channel contract has come.",
    ),
]
SupportedService = Annotated[
    str,
    Values(
        "ManagedServicesSupportedService",
        {
            "MONITORING": "The partner gives its customer monitoring.",
            "PATCHING": "The partner gives its customer patching.",
            "SECURITY": "The partner gives its customer security services.",
            "BACKUP_AND_DISASTER_RECOVERY": "The partner gives backups and disaster recovery.",
            "FINANCIAL_OPERATIONS": "The partner gives its customer financial operations.",
            "INFRASTRUCTURE_AS_CODE_AND_AUTOMATION": (
                "The partner gives infrastructure as code and automation."
            ),
            "WELL_ARCHITECTED": "The partner gives its customer Well-Architected reviews.",
            "ARTIFICIAL_INTELLIGENCE_AND_MACHINE_LEARNING_OPERATIONS": (
                "The partner gives operations of artificial intelligence and machine learning."
            ),
        },
        description="A managed service that a partner gives its customer.",
    ),
]
Name300 = Annotated[str, _private(300)]
Name256 = Annotated[str, _private(256)]
Place = Annotated[str, _private(50)]
Line = Annotated[str, _private(200)]
PostalCode = Annotated[str, _private(10)]
CountryCode = Annotated[
    str,
    _private(
        2,
        "two capital letters of ISO 3166-1, such as US",
        lambda value: bool(re.fullmatch("[A-Z]{2}", value)),
    ),
]
Email = Annotated[
    str,
    _private(
        256,
        "an e-mail address, such as jane@example.com",
        lambda value: bool(re.fullmatch(r"[^\s@]+@[^\s@]+\.[^\s@]+", value)),
    ),
]
Services = Annotated[
    tuple[Annotated[SupportedService, WrapValidator(pass_unknown)], ...],
    AfterValidator(_distinct),
]
Members = Annotated[
    tuple[Annotated[AccountId, WrapValidator(pass_unknown)], ...] | None,
    AfterValidator(_distinct_or_none),
]
CancelReason = Annotated[str, _private(1024)]


class Address(Fields):
    """The postal address that a legal entity has."""

    address_line: Line
    """The first line that the street address has, of 1 to 200 characters."""
    address_line2: Line | None = None
    """The second line that the street address has, of 1 to 200 characters."""
    city: Place
    """The city that the legal entity is in, of 1 to 50 characters."""
    state_or_region: Place
    """The state, province or prefecture that the city is in, of 1 to 50 characters."""
    postal_code: PostalCode
    """The postal code that the address has, of 1 to 10 characters."""
    country_code: CountryCode
    """The country that the address is in, as two capital letters of ISO 3166-1."""


class ManagedServicesAttestationPayload(Fields):
    """What a MANAGED_SERVICES_ATTESTATION contract asks the signatory to attest."""

    program_management_account_identifier: Annotated[str, Identifier("pma")]
    """The ARN or the id (`pma-…`) of the account that the relationship belongs to."""
    relationship_identifier: Annotated[str, Identifier("rs")]
    """The ARN or the id (`rs-…`) of the managed services relationship that the contract covers."""
    end_date: Timestamp
    """
    When the contract ends, which has to be after the relationship's start: an ISO 8601 date or
    time, in UTC where it has no offset.
    """
    supported_services: Services
    """The services that the partner gives the customer, a set: their order means nothing."""
    member_account_ids: Members = None
    """
    The 12 digits of each member account that the contract covers, a set. It does not go with a
    relationship whose account scope is the entire organization.
    """
    legal_entity_name: Name300
    """The name that the customer's legal entity has, of 1 to 300 characters."""
    legal_entity_address: Address
    """The postal address that the customer's legal entity has."""
    signatory_name: Name256
    """The name of the person who signs for the customer, which has 1 to 256 characters."""
    signatory_email: Email
    """The e-mail address of the person who signs; AWS gives that person the contract there."""


class ChannelContractPayload(OneOf):
    """What a contract says: exactly the one member that goes with its type."""

    managed_services_attestation_payload: ManagedServicesAttestationPayload | None = None
    """What the signatory is asked to attest by a MANAGED_SERVICES_ATTESTATION contract."""


class ManagedServicesAttestationDetails(Fields):
    """What a MANAGED_SERVICES_ATTESTATION contract says, as AWS shows it."""

    program_management_account_identifier: Annotated[str, Identifier("pma")] | None = None
    """The id of the program management account that the relationship belongs to."""
    relationship_identifier: Annotated[str, Identifier("rs")] | None = None
    """The id of the relationship that the contract covers."""
    end_date: Timestamp | None = None
    """When the contract ends, as an ISO 8601 time in UTC."""
    supported_services: Services | None = None
    """The services that the partner gives the customer, sorted."""
    member_account_ids: Members = None
    """The 12 digits of each member account that the contract covers, sorted."""
    legal_entity_name: str | None = None
    """The name that the customer's legal entity has."""
    legal_entity_address: Address | None = None
    """The postal address that the legal entity has, where AWS shows it; lists never do."""
    signatory_name: str | None = None
    """The name of the person who signs; no list has it."""
    signatory_email: str | None = None
    """The e-mail address of the person who signs; no list has it."""


class ChannelContractDetails(Fields):
    """What a contract says, as AWS shows it: the one member that goes with its type."""

    managed_services_attestation_details: ManagedServicesAttestationDetails | None = None
    """What a contract says that is of type MANAGED_SERVICES_ATTESTATION."""


def details_of(contract: Properties) -> Properties:
    """Give what AWS shows of an attestation; empty where it shows nothing of one."""
    details = contract.get("details")
    found = details.get(DETAILS) if isinstance(details, dict) else None
    return found if isinstance(found, dict) else {}


def filters_about(relationship: str) -> Properties:
    """Give the filter of contracts about a relationship, by its short id, as lists take it."""
    about = {"relationshipIdentifiers": [relationship]}
    return {"contractTypeFilters": {"managedServicesAttestationTypeFilters": about}}
