"""
Tests of a user's own program: a pytest plugin, and mocks for `pulumi.runtime.set_mocks`.

A project's `conftest.py` says `pytest_plugins = ["pulumi_partnercentral.testing"]`, and its tests
have the fixtures `partnercentral_emulator` and `partnercentral_stack`. Nothing that a program
imports knows this package. Raises ModuleNotFoundError, with what to install, where pytest or a
package of the emulator is missing.

PYTEST_DONT_REWRITE: there is no assertion here, and pytest would warn of a `conftest.py` that
imports from it too.
"""

try:
    import pytest  # noqa: F401
    from partnercentral_emulator import Emulator
except ModuleNotFoundError as missing:
    raise ModuleNotFoundError(
        f"pulumi_partnercentral.testing needs {missing.name}, which is not installed: "
        "pip install 'pulumi-partnercentral[emulator]' pytest",
        name=missing.name,
    ) from None

from ._fixtures import emulator_process, partnercentral_emulator, partnercentral_stack
from ._mocks import ChannelMocks

__all__ = [
    "ChannelMocks",
    "Emulator",
    "emulator_process",
    "partnercentral_emulator",
    "partnercentral_stack",
]
