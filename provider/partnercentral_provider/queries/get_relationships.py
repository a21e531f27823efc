"""`getRelationships`: all relationships that fit."""

from typing import Any

from ..channel import RelationshipFilters, listed_states
from ..core import Fields, Properties, Query
from ..resources.relationship import Relationship


class GetRelationships(Query):
    """Get all relationships that fit, every page of them."""

    Inputs = RelationshipFilters

    class Outputs(Fields):
        """What AWS lists."""

        relationships: tuple[Relationship.State, ...]
        """The relationships, as a list shows them: without tags, and without resaleAccountModel."""

    def answer(self, inputs: Any) -> Properties:
        """List them."""
        return {"relationships": listed_states(Relationship(self.account), inputs)}
