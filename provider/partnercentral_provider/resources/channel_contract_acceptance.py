"""Acceptances of channel contracts."""

from typing import Annotated

from ..model.arn import Arn
from ..model.contracts import details_of, filters_about
from ..model.errors import NotFound
from ..model.properties import Properties
from ..model.types import Identifier
from .acceptance import Acceptance, AcceptanceInputs, AcceptanceState


class ChannelContractAcceptance(Acceptance):
    """
    The acceptance of a `ChannelContract`: it exists once the signatory has signed.

    It waits as a `ChannelHandshakeAcceptance` does. A new contract about the same relationship is
    waited for in place.
    """

    class Inputs(AcceptanceInputs):
        """The properties that a program sets."""

        channel_contract_identifier: Annotated[str, Identifier("cc")]
        """
        The ARN or the id (`cc-…`) of the contract to wait for. A new one about the same
        relationship is waited for in place.
        """

    class State(AcceptanceState):
        """The contract that was signed."""

        channel_contract_id: Annotated[str, Identifier("cc")]
        """The id of the contract that was signed: `cc-` and 13 lower-case letters or digits."""

    aws_name = "ChannelContractAcceptance"
    operations = ("GetChannelContract", "ListChannelContracts")

    def find(self, catalog: str, owner: Arn | None, known: Properties) -> Properties:
        """Get the contract; an import finds the one in effect about the relationship."""
        id = known.get("channelContractIdentifier") or known.get("channelContractId")
        if id is None and owner:
            id = self._in_effect(owner)
        found = self.account.client.get_channel_contract(catalog=catalog, identifier=id)
        return {**found["channelContractDetail"], "channelContractId": id}

    def _in_effect(self, owner: Arn) -> str:
        found = self.items_of(
            "ChannelContract",
            owner.catalog,
            contractType=owner.type,
            statuses=["ACCEPTED"],
            **filters_about(owner.id),
        )
        last = max(found, key=lambda item: item["respondedAt"], default=None)
        if last is None:
            raise NotFound(f"No contract about {owner.whole.text} is in effect.")
        return str(last["id"])

    def whom(self, found: Properties) -> str:
        """Who signs is private."""
        return "The signatory"

    def type_of(self, found: Properties) -> str:
        """Name the type of contract, as the ID has it."""
        return str(found["contractType"])

    def about(self, found: Properties) -> str:
        """Put the ARN of the relationship together, whose ids the contract shows."""
        details = details_of(found)
        names = ("programManagementAccountIdentifier", "relationshipIdentifier")
        account, relationship = (str(details[name]).rpartition("/")[2] for name in names)
        of_account = Arn.parse(Arn.parse(found["arn"]).related(account) or "")
        return str(of_account.related(relationship))
