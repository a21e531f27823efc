"""`dynamic/channel.py` is generated, and offers what the plugin's module does."""

import inspect
import subprocess
import sys
from pathlib import Path

import pulumi
import pytest
from partnercentral_provider.resources import by_token
from pulumi_partnercentral import channel as plugin
from pulumi_partnercentral.dynamic import channel

SDK = Path(__file__).parents[2] / "sdk"
RESOURCES = sorted(kind.__name__ for kind in by_token().values())
FUNCTIONS = sorted(name for name, value in vars(plugin).items() if inspect.isfunction(value))


def test_the_module_is_fresh() -> None:
    """`make generate` would change nothing in `dynamic/channel.py`."""
    command = [sys.executable, str(SDK / "generator" / "dynamic_channel.py")]
    made = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert made == (SDK / "pulumi_partnercentral" / "dynamic" / "channel.py").read_text()


def test_every_name_of_the_plugin_is_there() -> None:
    """Args, enums, results and their types are those of the plugin's module, the very same."""
    names = {name for name in vars(plugin) if not name.startswith("_")} - {"typing"}
    modules = {name for name in names if inspect.ismodule(getattr(plugin, name))} - {"outputs"}
    assert sorted(names - modules) == sorted(channel.__all__)
    same = {name for name in channel.__all__ if getattr(channel, name) is getattr(plugin, name)}
    assert sorted(set(channel.__all__) - same) == sorted([*RESOURCES, *FUNCTIONS])


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_has_the_signature_of_the_plugins(name: str) -> None:
    """A function is defined with the parameters, types and description of the plugin's."""
    own, generated = getattr(channel, name), getattr(plugin, name)
    assert own.__module__ == channel.__name__
    assert inspect.signature(own, eval_str=True) == inspect.signature(generated, eval_str=True)
    assert own.__doc__.split() == generated.__doc__.replace("_builtins.", "").split()


@pytest.mark.parametrize("name", RESOURCES)
def test_a_class_extends_that_of_the_plugin(name: str) -> None:
    """A resource is a class of the module, takes the plugin's arguments and tells what it is."""
    own, generated = getattr(channel, name), getattr(plugin, name)
    assert own.__module__ == channel.__name__
    assert issubclass(own, generated)
    assert inspect.signature(own, eval_str=True) == inspect.signature(generated, eval_str=True)
    assert (
        inspect.signature(own.get, eval_str=True).parameters
        == inspect.signature(generated.get, eval_str=True).parameters
    )
    described = inspect.getdoc(by_token()[generated.pulumi_type])
    assert (inspect.getdoc(own) or "").startswith(described or "-")


@pytest.mark.parametrize("name", RESOURCES)
def test_exists_is_refused_with_the_reason(name: str) -> None:
    """The engine asks `exists` of a plugin, which the sentence says, with what to ask instead."""
    with pytest.raises(pulumi.RunError, match=r"asks the provider plugin.*_output`"):
        getattr(channel, name).exists("arn")
