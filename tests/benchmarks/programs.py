"""
The programs that are measured: a channel by this provider, in both forms, and by a naive one.

The naive provider is what one would write at first on upstream's `pulumi.dynamic.Resource`: a class
in the program itself, which Pulumi therefore writes into the state, and a boto3 client for a call.

`python -m benchmarks.programs PROGRAM SIZE STEP FOLDER URL PARENT` takes one step with one of them
in a process of its own, and prints its seconds.
"""

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any

import boto3
from e2e.engine import Engine
from pulumi import dynamic
from pulumi_partnercentral import channel as plugged
from pulumi_partnercentral.dynamic import channel


class NaiveProvider(dynamic.ResourceProvider):
    """A relationship as a first attempt would manage it."""

    def create(self, props: dict[str, Any]) -> dynamic.CreateResult:
        """Create it."""
        given = {k: v for k, v in props.items() if not k.startswith("__")}
        made = boto3.client("partnercentral-channel").create_relationship(**given)
        return dynamic.CreateResult(made["relationshipDetail"]["arn"], props)

    def read(self, id_: str, props: dict[str, Any]) -> dynamic.ReadResult:
        """Read it."""
        boto3.client("partnercentral-channel").get_relationship(**self.named(id_, props))
        return dynamic.ReadResult(id_, props)

    def diff(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> dynamic.DiffResult:
        """Compare it."""
        return dynamic.DiffResult(
            changes=any(_olds.get(k) != v for k, v in _news.items() if k != "__provider")
        )

    def delete(self, _id: str, _props: dict[str, Any]) -> None:
        """Delete it."""
        boto3.client("partnercentral-channel").delete_relationship(**self.named(_id, _props))

    def named(self, id_: str, props: dict[str, Any]) -> dict[str, Any]:
        """Name it."""
        parent = props["programManagementAccountIdentifier"]
        return {
            "identifier": id_,
            "catalog": props["catalog"],
            "programManagementAccountIdentifier": parent,
        }


class NaiveRelationship(dynamic.Resource):
    """The resource of that provider."""

    def __init__(self, name: str, inputs: dict[str, Any]) -> None:
        super().__init__(NaiveProvider(), name, inputs)


def relationship(number: int, parent: Any) -> dict[str, Any]:
    """Give the inputs of one relationship of many."""
    return {
        "catalog": "Sandbox",
        "programManagementAccountIdentifier": parent,
        "associatedAccountId": f"{number:012}",
        "associationType": "END_CUSTOMER",
        "sector": "COMMERCIAL",
        "displayName": f"Customer {number}",
    }


def snake(inputs: dict[str, Any]) -> dict[str, Any]:
    """Spell inputs as a Python program does."""
    return {"".join(f"_{c.lower()}" if c.isupper() else c for c in k): v for k, v in inputs.items()}


def empty(_parent: str, _size: int) -> None:
    """Declare nothing: what the engine takes by itself."""


def relationships(parent: str, size: int, through: Any = channel) -> None:
    """Declare so many relationships of one account."""
    for number in range(size):
        through.Relationship(f"r{number}", **snake(relationship(number, parent)))


def naive(parent: str, size: int) -> None:
    """Declare so many relationships with the naive provider."""
    for number in range(size):
        NaiveRelationship(f"r{number}", relationship(number, parent))


def accounts(_parent: str, size: int, through: Any = channel) -> None:
    """Declare one account for every twenty resources, and relationships for the rest."""
    parents = [
        through.ProgramManagementAccount(
            f"a{n}",
            catalog="Sandbox",
            program="SOLUTION_PROVIDER",
            account_id=f"9{n:011}",
            display_name=f"A{n}",
        )
        for n in range(size // 20)
    ]
    for number in range(size - len(parents)):
        parent = parents[number % len(parents)].arn
        through.Relationship(f"r{number}", **snake(relationship(number, parent)))


PROGRAMS: dict[str, Callable[[str, int], None]] = {
    "empty": empty,
    "dynamic": relationships,
    "plugin": partial(relationships, through=plugged),
    "naive": naive,
    "accounts": accounts,
    "accounts plugin": partial(accounts, through=plugged),
}
"""Each declares what it is about below an account's id, so many resources of it."""


def one_step(program: str, size: str, name: str, folder: str, url: str, parent: str) -> None:
    """Be that process."""
    stack = Engine(Path(folder), url).stack(lambda: PROGRAMS[program](parent, int(size)))
    step = getattr(stack, name.split()[-1])
    start = perf_counter()
    step()
    print(perf_counter() - start)


if __name__ == "__main__":
    one_step(*sys.argv[1:])
