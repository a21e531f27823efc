"""Reading: what a list shares is taken from it, and a state is put together from what AWS says."""

from itertools import islice
from typing import Any

from ..aws.listings import LARGEST
from ..model.arn import Arn
from ..model.errors import Canceled, NotFound, ProviderError, Refused, join_words
from ..model.properties import Properties
from ..model.types import parse_timestamp
from ..resources import by_token, contract
from ..resources.contract import Resource
from .context import Context
from .requests import ReadRequest
from .results import Found
from .states import (
    as_inputs,
    effective_inputs,
    is_older,
    parsed_id,
    unsure,
    with_removed_tags,
)

MANY = LARGEST + 1
"""How many are counted before it is clear that they are too many."""

PAUSES = (0.2, 0.5, 1.0)
"""Seconds to wait before reading again what AWS does not show yet."""


class Lagging(NotFound):
    """AWS does not list what is there."""


class Reading:
    """The verb that reads, and what the others read before and after they write."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def read(self, request: ReadRequest) -> Found | None:
        """
        Find it again; None where it is gone.

        A preview must not fail because what is pending cannot be read: a warning says so.
        """
        try:
            return self._found(request)
        except (Canceled, NotFound):
            raise
        except ProviderError as error:
            kind, old = by_token()[request.token], request.state
            may_stay = request.pending_may_stay and self._context.reads_pending()
            if not (may_stay and kind.pending(old)):
                raise
            inputs = request.inputs or {}
            self._context.tell(
                inputs or old, f"its status may be out of date, since it was not read: {error}"
            )
            return Found(request.arn, old, inputs)

    def _found(self, request: ReadRequest) -> Found | None:
        """
        Find it again; None where it is gone.

        The inputs are those of the request as AWS has them now. Where it has none, because it is
        imported, they are every input that is not a default.
        """
        old, old_inputs = request.state, request.inputs
        kind = self._context.resource(request.token, old_inputs or {})
        parsed = parsed_id(kind, request.arn)
        arn = parsed.text
        owner = parsed.account if kind.created_by_account else old.get("receiverAccountId")
        kind.account.confirm_identity(owner, arn)
        try:
            state = self.refreshed(kind, arn, (old_inputs or {}) | old)
            if old_inputs is None:
                old_inputs = kind.imported(as_inputs(kind, state))
        except Lagging as lag:
            if "createdAt" not in old:  # an import, or what was never seen since it was made
                return self.not_found(kind, arn, old, old_inputs)
            self._context.tell(
                old_inputs or old,
                f"{lag.what} It stays in this stack as it was: `pulumi refresh` again.",
            )
            return Found(arn, old, old_inputs or {})
        except NotFound:
            return self.not_found(kind, arn, old, old_inputs)
        if state.get("status") in kind.deleted_statuses:
            self._context.tell(
                old_inputs or old,
                f"{arn} is {state['status']} since {state.get('updatedAt')}: the next `pulumi up` "
                "makes a new one.",
            )
            return None
        if remark := kind.remark(state, self._context.subject(old_inputs or old).urn):
            self._context.tell(old_inputs or old, remark)
        self._context.tell_of_end(kind, state, old_inputs or old)
        before = effective_inputs(kind, state, old_inputs)
        names = (name for name in old_inputs if name not in unsure(kind, old))
        inputs = {name: before[name] for name in names if name in before}
        inputs = with_removed_tags(kind, old, state, inputs)
        if request.inputs is None:
            inputs = self._context.tagging.own(inputs)
        return Found(arn, state, inputs)

    def current(self, kind: Resource, arn: str, old: Properties, new: Properties) -> Properties:
        """Read the state before an update; what outlives its listing stays as it was."""
        try:
            return state_of(kind, arn, as_inputs(kind, old) | new)
        except NotFound:
            if not (kind.kept_when_unlisted and kind.completeness_field in old):
                raise
            return old

    def read_back(
        self,
        kind: Resource,
        arn: str,
        inputs: Properties,
        revision: str = "",
        tags: Properties | None = None,
    ) -> Found:
        """
        Read what was just written, again where AWS still shows what was before it.

        Where *tags* are given they were just sent, and are not asked for.
        """
        for pause in (*PAUSES, None):
            try:
                state = state_of(kind, arn, inputs, tags=tags)
                if not is_older(state, revision):
                    return Found(arn, state, inputs)
            except NotFound:
                if pause is None:
                    raise
            if pause is not None:
                self._context.sleep(pause)
        del state[kind.completeness_field]
        sentence = f"AWS does not show the last change of {arn} yet: `pulumi up` again."
        return Found(arn, state, inputs, sentence)

    def refreshed(self, kind: Resource, arn: str, known: Properties) -> Properties:
        """
        Read it, from a list that others read too where that saves calls.

        What lists do not show but has tags is there: they lag, and are asked again for a while. So
        is a part that was seen before, as long as its whole has tags. Raises Lagging where they go
        on to.
        """
        tags = None
        if self._context.configuration.refresh_tags is False and kind.completeness_field in known:
            tags = self._context.tagging.visible(known).get("tags", {})
        for pause in (*PAUSES, None):
            try:
                item = shared_item(kind, arn, known)
                return state_of(kind, arn, known, item, tags)
            except NotFound:
                by_whole = kind.arn_form.part and "createdAt" in known
                if not (kind.taggable() or by_whole) or self.vanished(kind, arn):
                    raise
            if pause is not None:
                self._context.sleep(pause)
        raise Lagging(f"AWS does not list {arn} yet, although tags show that it is there.")

    def not_found(
        self, kind: Resource, arn: str, old: Properties, old_inputs: Properties | None
    ) -> Found | None:
        """Say what becomes of a state whose resource AWS does not show; None where it is gone."""
        if "arn" in old and "createdAt" not in old:
            # It was never seen since it was made. A create that repeats an old one may have been
            # answered with what is deleted: then its tags are gone too.
            if kind.taggable() and self.vanished(kind, arn):
                return None
            return Found(arn, old, old_inputs or {}, f"AWS does not show {arn} yet.")
        if not (kind.kept_when_unlisted and "arn" in old):
            return None
        self._context.tell(
            old_inputs or old, f"AWS no longer lists {arn}. It stays in this stack as it was."
        )
        return Found(arn, old, old_inputs or {})

    def lives(self, kind: Resource, arn: str, inputs: Properties) -> bool:
        """Tell whether it is there, in no final status; what no list shows yet counts as there."""
        try:
            state = self.read_back(kind, arn, inputs).state
        except NotFound:
            return not self.vanished(kind, arn)
        return not kind.is_over(state)

    def vanished(self, kind: Resource, arn: str) -> bool:
        """
        Tell a deleted thing from one that lists do not show yet: only tags are asked by ARN.

        A part is deleted with its whole.
        """
        try:
            kind.account.tags(Arn.parse(arn).whole.text)
        except NotFound:
            return True
        except ProviderError:
            return False  # nobody knows: better kept than made again
        return False

    def only(self, resource: Resource, filters: Any, arn: str | None = None) -> Properties:
        """
        Give the state of the one thing with this ARN, or that the *filters* let through.

        Raises NotFound where there is none, and Refused where there are more.
        """
        name = resource.aws_name
        if arn:
            return state_of(resource, arn, {}, shared_item(resource, arn, {}, for_program=True))
        items = list(islice(resource.account.items(filters), MANY))
        if not items:
            raise NotFound(
                f"No {name} fits.", advice="Check the filters, the catalog and the account."
            )
        if len(items) > 1:
            count = f"At least {MANY}" if len(items) == MANY else str(len(items))
            some = join_words(item["arn"] for item in items[:3])
            raise Refused(
                f"{count} fit, but there has to be exactly one {name}.", f"Among them {some}."
            )
        return state_of(
            resource,
            items[0]["arn"],
            items[0],
            None if resource.fields_missing_from_list else items[0],
        )

    def list_states(self, resource: Resource, filters: Any) -> list[Properties]:
        """Give the states of all things that the *filters* let through, as a list shows them."""
        named = (
            item | {resource.id_name(): item["id"]} for item in resource.account.items(filters)
        )
        return [resource.State.lenient(item).for_pulumi() for item in named]


def state_of(
    resource: Resource,
    arn: str,
    known: Properties,
    item: Properties | None = None,
    tags: Properties | None = None,
) -> Properties:
    """
    Give the whole state, as Pulumi properties: what AWS says, and its tags.

    *known* narrows a search; *item* is what a list already said, and *tags* are those that need
    not be asked for. Raises NotFound.
    """
    if item is None:
        item = resource.read(contract.ReadRequest(arn, known))
    known_values = {
        name: known[name] for name in resource.fields_missing_from_list if name in known
    }
    named = {"arn": arn, resource.id_name(): Arn.parse(arn).id}
    found = resource.State.lenient(known_values | item | named).for_pulumi()
    if resource.taggable():
        found["tags"] = resource.account.tags(arn) if tags is None else tags
    return found


def shared_item(
    resource: Resource, arn: str, known: Properties, for_program: bool = False
) -> Properties | None:
    """
    Find it in a list that other reads need too; None where it is better read by itself.

    What a list shows from before the *known* state is lag, and not believed; nor, *for_program*,
    what it shows from before a write by another process.
    """
    if resource.fields_missing_from_list and resource.completeness_field not in known:
        return None  # a complete state knows what the list does not say
    identifier = Arn.parse(arn).id
    list_cache = resource.account.list_cache
    for filters in resource.lists(arn, known):
        item: Properties | None = list_cache.find(
            resource.account.client, filters, identifier, for_program
        )
        if item is not None:
            return None if _lags(item, known) else item
    return None


def _lags(item: Properties, known: Properties) -> bool:
    try:
        return parse_timestamp(item["updatedAt"]) < parse_timestamp(known["updatedAt"])
    except (KeyError, ValueError):
        return False
