"""Answers to channel handshakes, the receiver's side."""

from typing import Annotated

from ..aws.errors import translated
from ..aws.lookup import find_handshake, handshake_lists
from ..model.errors import Conflict, NotFound, ProviderError, Refused, WrongAccount
from ..model.fields import Fields, Properties
from ..model.handshakes import HandshakeState, HandshakeType
from ..model.types import (
    AccountId,
    Catalog,
    ChannelHandshakeIdentifier,
    Fixed,
    NotSentToAws,
    ProviderDefault,
    Values,
)
from .contract import Resource

Response = Annotated[
    str,
    Values(
        "ChannelHandshakeAnswer",
        {"ACCEPT": "Agree to what is asked.", "REJECT": "Refuse what is asked."},
        closed=True,
    ),
]

_WANTED = {"ACCEPT": "ACCEPTED", "REJECT": "REJECTED"}


class ChannelHandshakeResponse(Resource):
    """
    The answer of the account that was invited, signed by that account (elsewhere: an accepter).

    An answer cannot be taken back: deleting this resource leaves it standing, with a warning.
    """

    class Inputs(Fields):
        """What the program states."""

        catalog: Annotated[Fixed[Catalog], ProviderDefault()]
        """
        `AWS` for production or `Sandbox` for tests. The configuration's `catalog` where absent.
        """
        channel_handshake_identifier: Fixed[ChannelHandshakeIdentifier]
        """The handshake to answer, by ARN or by id."""
        handshake_type: Fixed[HandshakeType]
        """The type of the handshake; AWS needs it to find the handshake again."""
        response: Fixed[Response]
        """ACCEPT or REJECT."""

        receiver_account_id: Annotated[AccountId | None, NotSentToAws()] = None
        """
        The account that answers, and signs: `accounts` or `accountRoleName` of the configuration
        says how it is reached. Where absent, the provider's own account.
        """

    class State(HandshakeState):
        """What AWS says."""

    aws_name = "ChannelHandshake"
    arn_kind = "ch"
    completeness_field = "status"
    created_by_account = False
    kept_when_unlisted = True

    def create(self, inputs: Inputs, client_token: str) -> str:
        """Answer; an answer that was already given the same way is adopted."""
        arguments = inputs.for_aws(["catalog"]) | {
            "identifier": inputs.channel_handshake_identifier
        }
        try:
            with translated(self.account):
                answer = {
                    "ACCEPT": self.account.client.accept_channel_handshake,
                    "REJECT": self.account.client.reject_channel_handshake,
                }[inputs.response](**arguments)
            return str(answer["channelHandshakeDetail"]["arn"])
        except (Refused, Conflict) as refusal:  # AWS does not say which of the two it answers
            return self._adopted(inputs, refusal)

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

    def read(self, arn: str, known: Properties) -> Properties:
        """Search the lists, the only way to read one. Raises WrongAccount for a sender."""
        try:
            with translated(self.account):
                return find_handshake(self.account.client, arn, "RECEIVER", known)
        except NotFound:
            if "receiverAccountId" not in known:  # else its account was confirmed already
                self._refuse_sender(arn, known)
            raise

    def _refuse_sender(self, arn: str, known: Properties) -> None:
        """Say whose answer it is, where this account sees the handshake from its other side."""
        try:
            with translated(self.account):
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

    def lists(self, arn: str, known: Properties) -> list[Fields]:
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

    def delete(self, arn: str, state: Properties) -> str | None:
        """Let it go: AWS knows no way to take an answer back."""
        return (
            f"An answer cannot be taken back: {arn} leaves this stack and stays "
            f"{state.get('status', 'as it is')}."
        )
