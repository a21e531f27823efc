"""`getX` and `getXs` of every resource that AWS lists, made of what the resource declares."""

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar

from pydantic import Field, create_model

from ..aws.listings import Filters
from ..model.errors import join_words
from ..model.fields import Fields, from_arn
from ..model.properties import Properties
from ..model.types import Secret, arn_of
from ..resources import by_token
from ..resources.contract import Resource
from .contract import Query


def lookups() -> Iterator[type[Query]]:
    """Make both functions of each resource that has filters."""
    for resource in by_token().values():
        if resource.Filters is not None:
            yield _get_one(resource, resource.Filters)
            yield _get_all(resource, resource.Filters)


class _GetOne(Query):
    """Get the one thing with this ARN, or that the filters let through."""

    resource: ClassVar[type[Resource]]

    def answer(self, inputs: Any) -> Properties:
        """Find it."""
        return self.reading.only(self.resource(self.account), inputs, inputs.arn)


class _GetAll(Query):
    """Get all things that the filters let through."""

    resource: ClassVar[type[Resource]]
    output: ClassVar[str]

    def answer(self, inputs: Any) -> Properties:
        """List them."""
        return {self.output: self.reading.list_states(self.resource(self.account), inputs)}


def _get_one(resource: type[Resource], filters: type[Filters]) -> type[Query]:
    noun = resource.arn_form.noun
    described = Field(None, description=f"The ARN of the {noun}; nothing else is needed with it.")
    inputs = create_model(
        "Inputs",
        __base__=filters,
        __validators__={"_catalog": from_arn("arn")},
        arn=(Annotated[str, arn_of(resource.arn_form)] | None, described),
    )
    with_tags = ", with its tags" if resource.taggable() else ""
    about = (
        f"Get the one {noun} that fits{with_tags}.\n\n"
        "It is an error if none fits, or more than one."
    )
    members = {"Inputs": inputs, "Outputs": resource.State, "resource": resource, "__doc__": about}
    return type(f"Get{resource.__name__}", (_GetOne,), members)


def _get_all(resource: type[Resource], filters: type[Filters]) -> type[Query]:
    noun = f"{resource.arn_form.noun}s"
    output = noun.rpartition(" ")[2]
    missing = [*(["tags"] if resource.taggable() else []), *resource.fields_missing_from_list]
    without = f", which is without {join_words(missing)}" if missing else ""
    described = Field(description=f"The {noun} that fit, as AWS lists them{without}.")
    listed: Any = tuple[resource.State, ...]  # type: ignore[name-defined] # made here
    if resource.State.marked(Secret):
        listed = Annotated[listed, Secret()]
    field: Any = (listed, described)
    members = {
        "Inputs": filters,
        "Outputs": create_model("Outputs", __base__=Fields, **{output: field}),
        "resource": resource,
        "output": output,
        "__doc__": f"Get all {noun} that fit, from every page of AWS's list.",
    }
    return type(f"Get{resource.__name__}s", (_GetAll,), members)
