"""Listing: pages of AWS's lists for hosts, and what an item of them would be imported as."""

from typing import Any

from ..aws.listings import LARGEST, page
from ..model.errors import NotFound, ProviderError, Refused
from ..model.properties import Properties
from ..resources import by_token
from .context import Context
from .reading import state_of
from .requests import ListRequest
from .results import Page
from .states import as_inputs


class Listing:
    """The verbs that list."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def list_page(self, request: ListRequest) -> Page:
        """List what there is of a resource type, one page at a time."""
        token, raw = request.token, request.filters
        kind = by_token().get(token)
        if kind is None or kind.Filters is None:
            raise ProviderError(f"This provider cannot list {token!r}.")
        checked = self._context.checked(kind.Filters, raw)
        if checked.failures:
            reasons = "; ".join(f"{f.property} {f.reason}" for f in checked.failures)
            raise Refused("The list cannot be narrowed like this.", f"{reasons}.")
        account = self._context.signing(checked.inputs)
        filters: Any = kind.Filters.lenient(checked.inputs)
        items, more = page(account.client, filters, request.following, request.limit or LARGEST)
        named = [item | {kind.id_name(): item["id"]} for item in items]
        return Page(
            [(item["arn"], kind.title(item)) for item in items],
            more or "",
            [kind.State.lenient(item).for_pulumi() for item in named],
        )

    def described(self, token: str, item: Properties) -> Properties | str:
        """Tell the inputs of an item of a list, as an import would; a text says why not."""
        kind = self._context.resource(token, {})
        try:
            state = state_of(
                kind, item["arn"], item, None if kind.fields_missing_from_list else item
            )
            return kind.imported(as_inputs(kind, state))
        except (NotFound, Refused) as error:
            return str(error)

    def origin(self) -> list[str]:
        """Tell whose lists these are: the account that signs, and the endpoint that is asked."""
        own = self._context.signing({})
        return [own.identity().account, str(own.client.meta.endpoint_url)]
