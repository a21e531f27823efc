"""Answers to channel handshakes, the receiver's side."""

from typing import Annotated, ClassVar

from ..aws import listings
from ..aws.handshakes import find_handshake, handshake_lists
from ..model.errors import Conflict, NotFound, ProviderError, Refused, WrongAccount
from ..model.fields import Fields
from ..model.handshakes import ARN_FORM, HandshakeState, HandshakeType
from ..model.properties import Properties
from ..model.types import (
    AccountId,
    Catalog,
    Fixed,
    Identifier,
    NotSentToAws,
    ProviderDefault,
    Values,
)
from .contract import CreateRequest, DeleteRequest, ReadRequest, Resource

Response = Annotated[
    str,
    Values(
        "ChannelHandshakeAnswer",
        {
            "ACCEPT": "The receiver agrees to what the handshake asks.",
            "REJECT": "The receiver refuses what the handshake asks.",
        },
        closed=True,
        description="How the receiver of a handshake answers it.",
    ),
]

_WANTED = {"ACCEPT": "ACCEPTED", "REJECT": "REJECTED"}


class ChannelHandshakeResponse(Resource):
    """
    The answer to a channel handshake, given and signed by the account that was invited.

    An answer cannot be taken back: deleting this resource leaves it standing, with a warning.
    """

    class Inputs(Fields):
        """The properties that a program sets."""

        catalog: Annotated[Fixed[Catalog], ProviderDefault()]
        """
        The catalog that the handshake is in: `AWS` for production or `Sandbox` for tests. Where
        absent, it is the `catalog` of the provider's configuration. A change replaces the resource.
        """
        channel_handshake_identifier: Fixed[Annotated[str, Identifier("ch")]]
        """
        The ARN or the id (`ch-…`) of the handshake to answer. A change replaces the resource.
        """
        handshake_type: Fixed[HandshakeType]
        """
        The type of the handshake, without which AWS cannot find it. A change replaces the resource.
        """
        response: Fixed[Response]
        """
        The answer, which is ACCEPT or REJECT and cannot be taken back. A change replaces the
        resource.
        """

        receiver_account_id: Annotated[AccountId | None, NotSentToAws()] = None
        """
        The 12 digits of the account that answers and signs, reached as `accounts` or
        `accountRoleName` of the configuration says. Where absent, it is the provider's own account.
        """

    class State(HandshakeState):
        """A channel handshake as AWS shows it to its receiver."""

    aws_name = "ChannelHandshake"
    arn_form = ARN_FORM
    operations = (
        "AcceptChannelHandshake",
        "RejectChannelHandshake",
        "ListChannelHandshakes",
    )
    denied_advice: ClassVar = dict.fromkeys(
        ["AcceptChannelHandshake", "RejectChannelHandshake"],
        "Only the account that was invited can answer: give the resource that account's provider.",
    )
    completeness_field = "status"
    created_by_account = False
    kept_when_unlisted = True

    def create(self, request: CreateRequest[Inputs]) -> str:
        """Answer; an answer that was already given the same way is adopted."""
        arguments = request.inputs.for_aws(["catalog"]) | {
            "identifier": request.inputs.channel_handshake_identifier
        }
        try:
            answer = {
                "ACCEPT": self.account.client.accept_channel_handshake,
                "REJECT": self.account.client.reject_channel_handshake,
            }[request.inputs.response](**arguments)
            return str(answer["channelHandshakeDetail"]["arn"])
        except (Refused, Conflict) as refusal:  # AWS does not say which of the two it answers
            return self._adopted(request.inputs, refusal)

    def _adopted(self, inputs: Inputs, refusal: ProviderError) -> str:
        pages = self.account.client.get_paginator("list_channel_handshakes").paginate(
            catalog=inputs.catalog,
            handshakeType=inputs.handshake_type,
            participantType="RECEIVER",
        )
        identifier = inputs.channel_handshake_identifier
        items = (item for page in pages for item in page["items"] if item["id"] == identifier)
        found = next(items, None)
        if found is None or found["status"] == "PENDING":
            raise refusal
        if found["status"] == _WANTED.get(inputs.response):
            return str(found["arn"])
        raise Conflict(
            f"The handshake {found['arn']} cannot be answered with {inputs.response}.",
            f"It is already {found['status']}, which is final.",
            "Ask the sender for a new handshake, or state the answer that was given.",
        ) from refusal

    def read(self, request: ReadRequest) -> Properties:
        """Search the lists, the only way to read one. Raises WrongAccount for a sender."""
        try:
            return find_handshake(self.account.client, request.arn, "RECEIVER", request.known)
        except NotFound:
            if "receiverAccountId" not in request.known:  # else its account was confirmed already
                self._refuse_sender(request.arn, request.known)
            raise

    def _refuse_sender(self, arn: str, known: Properties) -> None:
        """Say whose answer it is, where this account sees the handshake from its other side."""
        try:
            sent = find_handshake(self.account.client, arn, "SENDER", known)
        except ProviderError:
            return
        receiver = sent["receiverAccountId"]
        raise WrongAccount(
            f"{arn} was sent by the account of these credentials, and its answer is that of "
            f"account {receiver}.",
            advice=f"Read or import the answer with the credentials of account {receiver}, or "
            "through the provider of that account.",
        )

    def lists(self, arn: str, known: Properties) -> list[listings.Filters]:
        """It is among those that this account has to answer."""
        return handshake_lists(arn, "RECEIVER", known)

    def shown(self, stated: Properties) -> Properties:
        """Tell the answer from the status."""
        answers = {status: answer for answer, status in _WANTED.items()}
        signed = {name: value for name, value in stated.items() if name != "receiverAccountId"}
        return super().shown(signed | {"response": answers.get(stated["status"])})

    def imported(self, stated: Properties) -> Properties:
        """Tell the answer; a handshake that nobody answered has none."""
        if stated["status"] not in _WANTED.values():
            raise Refused(
                f"{stated['arn']} is {stated['status']}: there is no answer to import.",
                advice="Leave it to a ChannelHandshakeResponse of the program to answer it.",
            )
        return super().imported(stated)

    def delete(self, request: DeleteRequest) -> str | None:
        """Let it go: AWS knows no way to take an answer back."""
        return (
            f"An answer cannot be taken back: {request.arn} leaves this stack and stays "
            f"{request.state.get('status', 'as it is')}."
        )
