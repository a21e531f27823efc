"""`getRelationship`: the one relationship that fits."""

from typing import Any

from ..aws.listings import RelationshipFilters
from ..aws.lookup import only
from ..model.fields import Properties, from_arn
from ..model.types import RelationshipArn
from ..resources.relationship import Relationship
from .contract import Query


class GetRelationship(Query):
    """Get the one relationship that fits, with its tags. None, or more than one, is an error."""

    class Inputs(RelationshipFilters):
        """Its ARN, or what tells it from all others."""

        arn: RelationshipArn | None = None
        """The ARN; nothing else is needed with it."""

        _catalog = from_arn("arn")

    Outputs = Relationship.State

    def answer(self, inputs: Any) -> Properties:
        """Find it."""
        return only(Relationship(self.account), inputs, inputs.arn)
