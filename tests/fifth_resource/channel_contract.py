"""Channel contracts in a minimal form: the one file of a fifth resource, copied into resources/."""

from typing import Annotated, ClassVar

from ..aws import listings
from ..model.arn import Arn, ArnForm
from ..model.fields import Fields, OneOf
from ..model.properties import Properties
from ..model.types import (
    Catalog,
    ChangesOnUpdate,
    Fixed,
    Identifier,
    ProviderDefault,
    Tags,
    Timestamp,
    Values,
)
from .contract import CreateRequest, DeleteRequest, ReadRequest, Resource

ContractType = Annotated[
    str,
    Values(
        "ChannelContractType",
        {"MANAGED_SERVICES_ATTESTATION": "The customer confirms who gives it managed services."},
        description="What a channel contract is about.",
    ),
]
ContractStatus = Annotated[
    str,
    Values(
        "ChannelContractStatus",
        {
            "PENDING": "The signatory has not signed yet.",
            "ACCEPTED": "The signatory has signed the contract.",
            "EXPIRED": "The contract expired before it was signed.",
            "CANCELED": "The partner canceled the contract before it was signed.",
            "INACTIVE": "The contract is no longer in effect.",
        },
        description="How far a channel contract has come.",
    ),
]


class Address(Fields):
    """The address of a legal entity."""

    address_line: str
    """The street and number that the address has."""
    city: str
    """The city that the address is in."""
    state_or_region: str
    """The state or region that the address is in."""
    postal_code: str
    """The postal code that the city has."""
    country_code: str
    """The country, which is two capital letters."""


class ManagedServicesAttestationPayload(Fields):
    """What the signatory is asked to sign."""

    relationship_identifier: Annotated[str, Identifier("rs")]
    """The ARN or the id of the relationship that the contract is about."""
    program_management_account_identifier: Annotated[str, Identifier("pma")]
    """The ARN or the id of the account that the relationship belongs to."""
    legal_entity_name: str
    """The name that the legal entity has."""
    legal_entity_address: Address
    """The address that the legal entity has."""
    end_date: Timestamp
    """When the contract ends, as an ISO 8601 time in UTC."""
    supported_services: tuple[str, ...]
    """The managed services that the contract covers."""
    signatory_name: str
    """The name that the signatory has."""
    signatory_email: str
    """The address to which AWS sends the contract."""


class ChannelContractPayload(OneOf):
    """What a contract proposes, by the one member that goes with its type."""

    managed_services_attestation_payload: ManagedServicesAttestationPayload | None = None
    """What a MANAGED_SERVICES_ATTESTATION contract proposes."""


class ChannelContract(Resource):
    """A contract that AWS sends to a signatory of the other side."""

    class Inputs(Fields):
        """The properties that a program sets."""

        catalog: Annotated[Fixed[Catalog], ProviderDefault()]
        """The catalog that the contract is in. A change replaces the resource."""
        contract_type: Fixed[ContractType]
        """What the contract is about. A change replaces the resource."""
        payload: Fixed[ChannelContractPayload]
        """What the contract proposes. A change replaces the resource."""
        tags: Tags | None = None
        """The tags that the contract has."""

    class State(Fields):
        """A channel contract as AWS shows it."""

        arn: str
        """The ARN of the contract, which is also its Pulumi ID."""
        channel_contract_id: str
        """The id that AWS gave the contract."""
        catalog: Catalog
        """The catalog that the contract is in."""
        contract_type: ContractType
        """What the contract is about."""
        status: ContractStatus
        """How far the contract has come."""
        created_at: Timestamp
        """When the contract was created, as an ISO 8601 time in UTC."""
        updated_at: Annotated[Timestamp, ChangesOnUpdate()]
        """When the contract last changed, as an ISO 8601 time in UTC."""
        tags: Tags | None = None
        """The tags that the contract has."""

    class Filters(listings.Filters):
        """What narrows a list of contracts."""

        operation = "list_channel_contracts"

        contract_type: ContractType = "MANAGED_SERVICES_ATTESTATION"
        """The type of contracts that AWS lists."""
        statuses: tuple[ContractStatus, ...] | None = None
        """The statuses to which the list is narrowed."""

    aws_name = "ChannelContract"
    arn_form = ArnForm("catalog/{catalog}/channel-contract/{id}", prefix="cc")
    operations = (
        "CreateChannelContract",
        "CancelChannelContract",
        "GetChannelContract",
        "ListChannelContracts",
    )
    extra_actions: ClassVar = {"CreateChannelContract": ("TagResource",)}
    completeness_field = "status"
    deleted_statuses = frozenset({"EXPIRED", "CANCELED", "INACTIVE"})

    def create(self, request: CreateRequest[Inputs]) -> str:
        """Send the contract."""
        created = self.account.client.create_channel_contract(
            clientToken=request.client_token, **request.inputs.for_aws()
        )
        return str(created["channelContractDetail"]["arn"])

    def read(self, request: ReadRequest) -> Properties:
        """Get it."""
        found = self.account.client.get_channel_contract(
            catalog=Arn.parse(request.arn).catalog, identifier=request.arn
        )
        return dict(found["channelContractDetail"])

    def delete(self, request: DeleteRequest) -> None:
        """Take a pending contract back."""
        self.account.client.cancel_channel_contract(
            catalog=Arn.parse(request.arn).catalog, identifier=request.arn
        )
