"""What makes a generated function be answered in-process."""

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

import pulumi
from partnercentral_provider.hosts.dynamic import answered, answers_secrets
from pulumi.runtime import rpc
from pulumi.runtime.mocks import MockMonitor
from pulumi.runtime.settings import SETTINGS

from pulumi_partnercentral import channel

from .provider import Provider, has_output

F = TypeVar("F", bound=Callable[..., Any])


def plain_form(generated: F) -> F:
    """Give the same function, answered by this process with boto3 at once; by mocks if any."""
    result, awaitable = _results(generated.__name__)

    @wraps(generated)
    def function(*arguments: Any, **named: Any) -> Any:
        if mocked():
            return generated(*arguments, **named)
        given = inspect.signature(generated).bind(*arguments, **named).arguments
        provider = _provider(given.pop("opts", None))
        stated = provider.stated if provider else None
        if has_output([given, stated]):
            whose = "" if has_output(given) else ", in an argument of its provider"
            raise pulumi.RunError(
                f"{generated.__name__} takes plain values, and was given an output{whose}. Use "
                f"{generated.__name__}_output, which waits for it."
            )
        found = _answer(generated.__name__, result, given, stated)
        return awaitable(**{name: getattr(found, name) for name in _names(result)})

    return cast("F", function)


def output_form(generated: F) -> F:
    """Give the same for the form that takes outputs, waits for them and returns one."""
    name = generated.__name__.removesuffix("_output")
    result, _ = _results(name)

    @wraps(generated)
    def function(*arguments: Any, **named: Any) -> Any:
        if mocked():
            return generated(*arguments, **named)
        given = inspect.signature(generated).bind(*arguments, **named).arguments
        provider = _provider(given.pop("opts", None))
        values = provider.values if provider else None
        answer = pulumi.Output.all(given, values).apply(
            lambda known: _answer(name, result, known[0], known[1])
        )
        return pulumi.Output.secret(answer) if answers_secrets(_token(name)) else answer

    return cast("F", function)


def mocked() -> bool:
    """Tell whether the program runs in a unit test, under `pulumi.runtime.set_mocks`."""
    return isinstance(SETTINGS.monitor, MockMonitor)


def _answer(name: str, result: type, given: dict[str, Any], values: dict[str, Any] | None) -> Any:
    try:
        found = answered(_token(name), _serialized(given), values)
    except Exception as error:
        raise pulumi.RunError(f"{_camel(name)}: {error}") from None
    return rpc.translate_output_properties(found, lambda prop: prop, result)


def _token(name: str) -> str:
    return f"partnercentral:channel:{_camel(name)}"


def _results(name: str) -> tuple[type, type]:
    pascal = "".join(word.capitalize() for word in name.split("_"))
    return getattr(channel, f"{pascal}Result"), getattr(channel, f"Awaitable{pascal}Result")


def _names(result: type) -> list[str]:
    return [name for name, value in vars(result).items() if isinstance(value, property)]


def _provider(opts: Any) -> Provider | None:
    provider = getattr(opts, "provider", None)
    if provider is None:
        provider = getattr(getattr(opts, "parent", None), "_provider", None)
    return provider if isinstance(provider, Provider) else None


def _serialized(value: Any) -> Any:
    """Spell arguments as on the wire; input types are dictionaries too."""
    if isinstance(value, dict):
        return {_camel(k): _serialized(v) for k, v in value.items() if v is not None}
    if isinstance(value, (list, tuple)):
        return [_serialized(inner) for inner in value]
    if hasattr(type(value), "_pulumi_input_type"):
        return _serialized(vars(value))
    return getattr(value, "value", value)


def _camel(name: str) -> str:
    head, *tail = name.split("_")
    return head + "".join(word[:1].upper() + word[1:] for word in tail)
