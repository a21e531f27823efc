"""The proxy around boto3's clients raises nothing of botocore's, whatever AWS answers."""

import re
from typing import Any

import botocore.session
import pytest
from botocore.model import Shape
from partnercentral_emulator.operations import OPERATIONS
from partnercentral_provider.aws.client import Client
from partnercentral_provider.config import Configuration
from partnercentral_provider.model.errors import ProviderError
from partnercentral_provider.signing import accounts
from test_layout import tracked

MODEL = botocore.session.get_session().get_service_model("partnercentral-channel")


@pytest.fixture
def client(emulator, monkeypatch) -> Client:
    """Give the client that every resource calls, which tries each call once."""
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    configuration = Configuration.of({"region": "us-east-1"})
    found: Client = accounts(configuration, emulator.advance).own.client
    return found


def arguments(shape: Shape | None) -> Any:
    """Make the smallest value of a shape that botocore sends."""
    if shape is None:
        return {}
    if shape.type_name == "structure":
        names = shape.required_members or (list(shape.members)[:1] if shape.is_tagged_union else [])
        return {name: arguments(shape.members[name]) for name in names}
    if shape.type_name == "list":
        return [arguments(shape.member)]
    if shape.type_name == "timestamp":
        return "2027-01-01T00:00:00Z"
    return (shape.enum or ["x" * max(1, shape.metadata.get("min", 1))])[0]


@pytest.mark.parametrize("operation", sorted(OPERATIONS.keys() & {*MODEL.operation_names}))
def test_every_modelled_error_of_an_operation_is_a_sentence(operation, client, emulator) -> None:
    """Each error that botocore's model names for the operation leaves as a ProviderError."""
    model = MODEL.operation_model(operation)
    call = getattr(client, re.sub("(?<!^)([A-Z])", r"_\1", operation).lower())
    assert model.error_shapes
    for error in model.error_shapes:
        members = {name: "x" for name in error.required_members if name != "message"}
        emulator.fault(operation, error=error.name, members=members)
        with pytest.raises(ProviderError, match=operation):
            call(**arguments(model.input_shape))


def test_a_page_that_fails_is_a_sentence(client, emulator) -> None:
    """A paginator of the proxy turns the error of any of its pages into a ProviderError."""
    emulator.fault("ListRelationships", error="InternalServerException")
    pages = client.get_paginator("list_relationships").paginate(catalog="Sandbox")
    with pytest.raises(ProviderError, match="failed inside AWS"):
        next(pages)


def test_errors_are_translated_in_one_place() -> None:
    """No module but the proxy's and that of the accounts, which make clients, translates errors."""
    found = {
        path.name
        for path in tracked("provider/partnercentral_provider/**/*.py")
        if re.search(r"\btranslated\b|exceptions\.ClientError\b", path.read_text())
    }
    assert found == {"accounts.py", "client.py", "errors.py"}
