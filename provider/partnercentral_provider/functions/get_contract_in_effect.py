"""`getContractInEffect`: what a managed services customer signed, and whether it holds."""

from typing import Annotated, Any

from ..model.contracts import SupportedService, details_of
from ..model.fields import Fields, from_arn
from ..model.properties import Properties
from ..model.types import (
    AccountId,
    Catalog,
    Identifier,
    ProviderDefault,
    Timestamp,
    Values,
    parse_timestamp,
)
from ..resources.channel_contract import ChannelContract, contracts_about
from .contract import Query

_STATUSES = ("ACCEPTED", "PENDING", "INACTIVE")

EffectStatus = Annotated[
    str,
    Values(
        "ContractInEffectStatus",
        {
            "NONE": "No contract was ever signed, and none is waiting for its signature.",
            "PENDING": "No contract was ever signed, and one is waiting for its signature.",
            "IN_FORCE": "A contract was signed and is in force.",
            "ENDED": "The contract that was signed last is not in force any more.",
        },
        description="Whether a contract about a relationship is in force.",
    ),
]


class GetContractInEffect(Query):
    """
    Get the contract that is in effect for a managed services relationship.

    It is the one that was signed last, of those that AWS shows as ACCEPTED.
    """

    class Inputs(Fields):
        """What names the relationship."""

        catalog: Annotated[Catalog, ProviderDefault()]
        """
        The catalog that the relationship is in: `AWS` for production or `Sandbox` for tests. Where
        absent, it is that of the ARN, else the `catalog` of the provider's configuration.
        """
        relationship_identifier: Annotated[str, Identifier("rs")]
        """The ARN or the id (`rs-…`) of the relationship that is asked about."""

        _catalog = from_arn("relationshipIdentifier")

    class Outputs(Fields):
        """The contract that was signed last, without its signatory and its legal entity."""

        status: EffectStatus
        """Whether a contract is in force."""
        arn: str | None = None
        """The ARN of the contract that was signed last."""
        channel_contract_id: Annotated[str, Identifier("cc")] | None = None
        """The id of the contract that was signed last."""
        responded_at: Timestamp | None = None
        """When the signatory gave an answer, as an ISO 8601 time in UTC, where AWS says it."""
        end_date: Timestamp | None = None
        """When the contract ends or ended, as an ISO 8601 time in UTC."""
        supported_services: tuple[SupportedService, ...] | None = None
        """The services that the partner gives the customer, sorted."""
        member_account_ids: tuple[AccountId, ...] | None = None
        """The 12 digits of each member account that the contract covers, sorted."""
        pending_channel_contract_id: Annotated[str, Identifier("cc")] | None = None
        """The id of the contract that is waiting for its signature."""

    def answer(self, inputs: Any) -> Properties:
        """List the contracts about the relationship, and take the one that was signed last."""
        contracts = ChannelContract(self.account)
        items = contracts_about(
            contracts, inputs.catalog, inputs.relationship_identifier, _STATUSES
        )
        by_status = {
            status: [item for item in items if item["status"] == status] for status in _STATUSES
        }
        found: Properties = {"status": "PENDING" if by_status["PENDING"] else "NONE"}
        if signed := [*by_status["INACTIVE"], *by_status["ACCEPTED"]]:
            found = self._of(signed[-1])
        if by_status["PENDING"]:
            found["pendingChannelContractId"] = by_status["PENDING"][-1]["id"]
        return found

    def _of(self, item: Properties) -> Properties:
        named = item | {"channelContractId": item["id"]}
        state = ChannelContract.State.lenient(named).for_pulumi()
        details = details_of(state)
        names = ("endDate", "supportedServices", "memberAccountIds")
        said = {name: details[name] for name in names if name in details}
        end = said.get("endDate")
        over = end and parse_timestamp(end) <= parse_timestamp(self.clock())
        in_force = item["status"] == "ACCEPTED" and not over
        shown = {n: state[n] for n in ("arn", "channelContractId", "respondedAt") if n in state}
        return {"status": "IN_FORCE" if in_force else "ENDED"} | shown | said
