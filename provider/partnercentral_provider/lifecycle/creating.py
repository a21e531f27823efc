"""Creating: a create that is repeated finds its own object, and nothing is made twice."""

import json
from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta
from functools import partial
from hashlib import sha256
from typing import Any

from ..model.conflicts import (
    StaleIdempotentCreate,
    always_over,
    exists_already,
    found_elsewhere,
    held_twice,
    import_line,
    too_old,
)
from ..model.errors import Conflict, NotFound, ProviderError
from ..model.properties import Properties
from ..model.types import parse_timestamp
from ..resources import contract
from ..resources.contract import Resource
from .context import IDENTITY, Context
from .journal import Creation, NotedCreation, entry_key
from .reading import Reading
from .requests import CreateRequest
from .results import Found
from .states import unread

ATTEMPTS = 5
"""How often a create begins anew because what AWS answers with is over already."""

RECOVERY = timedelta(hours=1)
"""How old an object may be that a repeated create takes for its own."""


class Creating:
    """The verb that creates."""

    def __init__(self, context: Context, reading: Reading) -> None:
        self._context, self._reading = context, reading

    def create(self, request: CreateRequest) -> Found:
        """
        Make it.

        Where the inputs have an identity, or the journal an entry, a create that is repeated after
        a lost answer finds its own object, by its client token. What was made but cannot be read
        back is returned too, as unfinished.
        """
        inputs = request.inputs
        kind = self._context.resource(request.token, inputs)
        wanted = kind.Inputs.lenient(inputs)
        kind.account.confirm()
        creation, tell = self._creation(kind, inputs), partial(self._context.tell, inputs)
        earlier = (
            self._earlier(kind, wanted) if kind.created_by_account and IDENTITY in inputs else None
        )

        def create(client_token: str) -> str:
            try:
                given = contract.CreateRequest(wanted, client_token, tell)
                return self._context.waiting.until(inputs, lambda: kind.create(given))
            except Conflict as conflict:
                raise self._name_existing(kind, wanted, conflict, inputs) from conflict

        for _ in range(ATTEMPTS):
            arn = creation.send(create)
            self._context.hold(kind, arn, inputs)
            if kind.created_by_account and (elsewhere := kind.account.made_elsewhere(arn)):
                return replace(unread(kind, arn, inputs, ""), unfinished=elsewhere)
            just_made = not creation.replayed or (earlier is not None and arn not in earlier)
            if made := self._made(kind, arn, inputs, just_made):
                self._context.hold(kind, arn, inputs, made.state)
                return made
            creation.begin_anew()
        raise always_over(kind.aws_name, ATTEMPTS)

    def _made(self, kind: Resource, arn: str, inputs: Properties, just_made: bool) -> Found | None:
        """Read back what a create answered; None where that is an older thing, and is over."""
        try:
            # AWS just took the tags that were sent: to ask for them would be a third of the calls.
            tags = inputs.get("tags", {}) if just_made else None
            made = self._reading.read_back(kind, arn, inputs, tags=tags)
            if just_made:
                return made
            if kind.is_over(made.state):
                return None
            self._refuse_old(made)
            return made
        except StaleIdempotentCreate:
            raise
        except NotFound as lag:
            if not just_made and self._reading.vanished(kind, arn):
                return None
            return unread(kind, arn, inputs, lag)
        except Exception as error:  # Whatever went wrong, what was made is not to be lost.
            return unread(kind, arn, inputs, error)

    def _creation(self, kind: Resource, inputs: Properties) -> Creation:
        """
        Find out by which client tokens to create it: by its identity's, the journal's, or new ones.

        Raises StaleIdempotentCreate where what the journal knows of is still there, or may be.
        """
        this = self._context.subject(inputs)
        if kind.finds_itself:
            return Creation(lambda _: self._context.new_token(), False)
        if (
            self._context.journal is None
            or IDENTITY in inputs
            or not (this.urn and kind.created_by_account)
        ):
            repeats = kind.created_by_account and IDENTITY in inputs
            return Creation(lambda attempt: self._client_token(inputs, attempt), repeats)
        account, catalog = kind.account, str(inputs.get("catalog"))
        key = entry_key(account.name(), account.endpoint(), catalog, this.urn, inputs)
        noted = NotedCreation(self._context.new_token, self._context.journal, key, kind, this.name)
        if noted.arn:
            if self._reading.lives(kind, noted.arn, inputs):
                raise noted.refusal(noted.arn)
            noted.begin_anew()
        return noted

    def _client_token(self, inputs: Properties, attempt: int) -> str:
        """Derive a token from who asks, for what, and the attempt: 64 printable characters."""
        if IDENTITY not in inputs:
            return self._context.new_token()
        text = json.dumps([inputs, attempt], sort_keys=True, ensure_ascii=True)
        return sha256(text.encode()).hexdigest()

    def _refuse_old(self, made: Found) -> None:
        created = made.state.get("createdAt")
        if created and self._context.clock() - parse_timestamp(created) > RECOVERY:
            raise too_old(made.arn, created)

    def _earlier(self, kind: Resource, wanted: Any) -> Collection[str] | None:
        """Tell what was there before a create, so that nothing is made anew in the same create."""
        try:
            return kind.earlier(wanted)
        except ProviderError:
            return ()  # nobody knows: better kept than made again

    def _name_existing(
        self, kind: Resource, wanted: Any, conflict: Conflict, inputs: Properties
    ) -> Conflict:
        """Name what stands in the way of a create."""
        arn: str | None = conflict.existing
        try:
            arn = arn or kind.find_existing(wanted)
        except ProviderError:
            return conflict
        if not arn:
            return conflict
        this, name = self._context.subject(inputs), kind.aws_name
        held = self._context.holders.get((kind.token(), arn), this.name)
        if held != this.name:
            return held_twice(name, arn, conflict.why, this.name, held)
        if this.dynamic:
            refer = f"channel.{type(kind).__name__}.get({json.dumps(this.name)}, {json.dumps(arn)})"
            return found_elsewhere(name, arn, conflict.why, refer)
        manage = import_line(kind.token(), this.name or "NAME", arn)
        return exists_already(name, arn, conflict.why, kind.forced_replacement, manage)
