"""
Serves resources inside the user's own Pulumi program, with no plugin to install.

Pulumi pickles the provider into the stack's state and unpickles it in a process of its own. The
pickle refers to `partnercentral_provider.hosts.dynamic.DynamicHost` by name and holds one token:
both are in every stack that was ever deployed, and must stay.

A program imports this module only to name that class: what a provider needs besides is imported
where it is used, in the provider's own process.
"""

import base64
import json
import pickle
import sys
from collections.abc import Callable
from functools import cache, lru_cache, wraps
from time import sleep
from typing import TYPE_CHECKING, Any, TypeVar, cast

import pulumi
from pulumi import dynamic
from pulumi.output import Unknown as WireUnknown
from pulumi.runtime.rpc import UNKNOWN as WIRE_UNKNOWN

if TYPE_CHECKING:
    from ..lifecycle.lifecycle import Lifecycle
    from ..lifecycle.results import Found
    from ..model.properties import Properties
    from .engine import Engine

PROVIDER_KEY = "__provider"

ALL_TAGS = "tagsAll"
"""An output that is an input too, so that the engine knows it in a preview, and as a secret."""

F = TypeVar("F", bound=Callable[..., Any])


def _reported(verb: F) -> F:
    """
    Let an error reach the user as its sentence.

    Pulumi prints the traceback of whatever is raised; without frames, cause and module name
    only the class and the sentence are left of it.
    """

    @wraps(verb)
    def guarded(self: Any, *arguments: Any) -> Any:
        from ..model.errors import ProviderError

        try:
            return verb(self, *arguments)
        except ProviderError as error:
            raise _bare(type(error).__name__, str(error)) from None
        except Exception as error:
            import traceback

            pulumi.log.debug(traceback.format_exc())
            raise _bare(
                "Bug", f"This is a bug in pulumi-partnercentral. {type(error).__name__}: {error}"
            ) from None

    return cast(F, guarded)


def _bare(name: str, sentence: str) -> Exception:
    sys.tracebacklimit = 0
    kind = type(name, (Exception,), {"__module__": "builtins"})
    return cast(Exception, kind(sentence))


class DynamicHost(dynamic.ResourceProvider):
    """One resource's provider, as Pulumi's dynamic protocol wants it; holds a token and no more."""

    serialize_as_secret_always = False

    def __init__(self, token: str) -> None:
        self.token = token

    def __getstate__(self) -> dict[str, str]:
        return {"token": self.token}

    @_reported
    def configure(self, req: dynamic.ConfigureRequest) -> None:
        """Take the configuration: the stack's, or an explicit provider's."""
        from ..config import Configuration

        raw = {k: v for k, v in req.config._props.items() if v is not None}
        self._life = _lifecycle(json.dumps(Configuration.own(raw), sort_keys=True))

    @_reported
    def check(self, olds: "Properties", news: "Properties") -> dynamic.CheckResult:
        """Canonical inputs, or every failure on its property."""
        from ..lifecycle.tagging import with_all_tags
        from .state_metadata import same_identity

        given = _inputs(news)
        checked = self._life.check(self.token, given | same_identity(_known(olds), given))
        return dynamic.CheckResult(
            _wire(with_all_tags(checked.inputs)),
            [dynamic.CheckFailure(f.property, f.reason) for f in checked.failures],
        )

    @_reported
    def diff(self, _id: str, _olds: "Properties", _news: "Properties") -> dynamic.DiffResult:
        """
        Answer "no change", or leave the details to the engine, or ask for a repair.

        The engine compares inputs itself, and shows what differs, only where `changes` is None; it
        would find nothing where the state came from the plugin and inputs are as they were.
        """
        from ..lifecycle.requests import DiffRequest
        from .state_metadata import unpack

        old = _known(_olds)
        found = self._life.diff(DiffRequest(self.token, old, unpack(old), _inputs(_news)))
        changes: bool | None = None
        if set(found.diff.changed) == set(found.diff.not_known):
            unfinished = found.unfinished or bool(found.diff.not_known)
            changes = unfinished or PROVIDER_KEY not in _olds
        return dynamic.DiffResult(
            changes=changes,
            replaces=found.diff.replaces,
            delete_before_replace=found.deletes_first,
        )

    @_reported
    def create(self, props: "Properties") -> dynamic.CreateResult:
        """Make it."""
        from ..lifecycle.requests import CreateRequest

        made = self._life.create(CreateRequest(self.token, _inputs(props)))
        return dynamic.CreateResult(made.arn, _outputs(made))

    @_reported
    def read(self, id_: str, props: "Properties") -> dynamic.ReadResult:
        """Refresh it, or look it up for `.get()`, which alone comes without any state."""
        from ..lifecycle.requests import ReadRequest
        from ..lifecycle.tagging import with_all_tags
        from ..model.errors import ProviderError
        from .state_metadata import unpack

        known = _known(props)
        found = self._life.read(ReadRequest(self.token, id_, known, unpack(known)))
        if found is not None:
            outputs, inputs = _outputs(found), found.inputs
            if ALL_TAGS in known:
                inputs = with_all_tags(inputs)
            elif "arn" in known:
                # By an older version: a secret tag is marked under no other name than `tags`.
                outputs.pop(ALL_TAGS, None)
            return dynamic.ReadResult(found.arn, outputs, inputs or None)
        if "arn" in known:
            return dynamic.ReadResult("", {})
        raise ProviderError(
            f"There is no {self.token.rpartition(':')[2]} {id_}.",
            "AWS does not know it, or this account may not see it.",
            "Check the ARN, the account and the catalog.",
        )

    @_reported
    def update(self, _id: str, _olds: "Properties", _news: "Properties") -> dynamic.UpdateResult:
        """Change it in place."""
        from ..lifecycle.requests import UpdateRequest
        from .state_metadata import unpack

        old = _known(_olds)
        update = UpdateRequest(self.token, _id, old, unpack(old), _inputs(_news))
        made = self._life.update(update)
        return dynamic.UpdateResult(_outputs(made))

    @_reported
    def delete(self, _id: str, _props: "Properties") -> None:
        """Remove it."""
        from ..lifecycle.requests import DeleteRequest

        self._life.delete(DeleteRequest(self.token, _id, _known(_props)))


@lru_cache(maxsize=8)
def _lifecycle(configuration: str, _run: object = None) -> "Lifecycle":
    """Make one lifecycle for each configuration, given as JSON, in each run of a program."""
    from ..config import Configuration
    from ..lifecycle.lifecycle import Lifecycle

    given = Configuration.of(json.loads(configuration))
    if _run:
        return Lifecycle(given, pulumi.log.warn, sleep=sleep, debug=pulumi.log.debug)
    engine = _engine()
    return Lifecycle(given, pulumi.log.warn, sleep=engine.sleep, debug=engine.debug)


def _engine() -> "Engine":
    """
    Give the engine to whom the provider's own process shows a long wait, while it lasts.

    There `pulumi.log` knows no engine, and prints what would stay on the stack's row; the engine's
    address is the last argument. The protocol has no other row for it than the stack's.
    """
    from .engine import Engine
    from .watch import engine_address

    return Engine(engine_address(sys.argv[-1]))


def answered(
    token: str, arguments: "Properties", values: dict[str, Any] | None = None
) -> "Properties":
    """
    Answer a function within the program itself.

    *values* is the configuration of an explicit provider; the stack's, where there is none. Raises
    ProviderError, also for arguments that cannot be.
    """
    from ..config import NAMESPACE, Configuration
    from ..model.errors import Refused

    if values is None:
        stack = pulumi.Config(NAMESPACE)
        given = {name: stack.get(name) for name in Configuration.names()}
        values = {name: value for name, value in given.items() if value is not None}
    # A process may run a program many times; what lists said in one run is over in the next.
    run = pulumi.runtime.settings.SETTINGS.monitor
    life = _lifecycle(json.dumps(values, sort_keys=True), run)
    checked, answer = life.invoke(token, arguments)
    if checked.failures:
        reasons = "; ".join(f"{f.property} {f.reason}" for f in checked.failures)
        raise Refused("the arguments cannot be used.", f"{reasons}.")
    return answer


def answers_secrets(token: str) -> bool:
    """Tell whether the result of a function has what nobody may read in a state or a log."""
    from ..functions import by_function
    from ..model.types import Secret

    return bool(by_function()[token].Outputs.marked(Secret))


def _outputs(found: "Found") -> "Properties":
    """Give out what was found; say on the stack's row what is still to be done."""
    from ..lifecycle.context import label
    from .state_metadata import pack

    if found.unfinished:
        pulumi.log.warn(f"{label(found.inputs)}: {found.unfinished}")
    return pack(found)


@cache
def pickled(token: str) -> str:
    """
    Spell the provider of a resource type as the input `__provider`.

    Cached, and the same text everywhere: it is written into every checkpoint of every resource.
    """
    return base64.b64encode(pickle.dumps(DynamicHost(token), protocol=4)).decode()


def _known(value: Any) -> Any:
    """Take Pulumi's values in: its unknowns become ours, its own key goes."""
    if isinstance(value, WireUnknown):
        from ..model.unknown import UNKNOWN

        return UNKNOWN
    if isinstance(value, dict):
        return {k: _known(v) for k, v in value.items() if k != PROVIDER_KEY}
    if isinstance(value, list):
        return [_known(v) for v in value]
    return value


def _inputs(given: "Properties") -> "Properties":
    """Take inputs in, but for what check added."""
    return {name: value for name, value in _known(given).items() if name != ALL_TAGS}


def _wire(value: Any) -> Any:
    """Give our values out."""
    from ..model.unknown import UNKNOWN

    if value is UNKNOWN:
        return WIRE_UNKNOWN
    if isinstance(value, dict):
        return {k: _wire(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_wire(v) for v in value]
    return value
