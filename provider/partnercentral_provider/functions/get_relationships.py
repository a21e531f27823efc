"""`getRelationships`: all relationships that fit."""

from typing import Any

from ..aws.listings import RelationshipFilters
from ..aws.lookup import list_states
from ..model.fields import Fields, Properties
from ..resources.relationship import Relationship
from .contract import Query


class GetRelationships(Query):
    """Get all relationships that fit, every page of them."""

    Inputs = RelationshipFilters

    class Outputs(Fields):
        """What AWS lists."""

        relationships: tuple[Relationship.State, ...]
        """The relationships, as a list shows them: without tags, and without resaleAccountModel."""

    def answer(self, inputs: Any) -> Properties:
        """List them."""
        return {"relationships": list_states(Relationship(self.account), inputs)}
