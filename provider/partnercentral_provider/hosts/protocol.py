"""Pulumi's protocol without the rest of its SDK, for a process that speaks nothing else."""

import sys
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

PACKAGES = ("pulumi", "pulumi.runtime", "pulumi.runtime.proto")


def without_sdk() -> None:
    """
    Let this process import the messages of `pulumi.runtime.proto`, and nothing else of Pulumi.

    The packages around the messages import all that programs need, which takes a plugin 15 MiB and
    a third of a second for nothing. They are put in place without being run; in a process that has
    Pulumi already, nothing happens. A program must not do it: its `import pulumi` would be empty.
    """
    spec = None if "pulumi" in sys.modules else find_spec("pulumi")
    if spec is None or not spec.submodule_search_locations:
        return
    root = Path(spec.submodule_search_locations[0])
    for name in PACKAGES:
        package = ModuleType(name)
        package.__path__ = [str(root.joinpath(*name.split(".")[1:]))]
        sys.modules[name] = package
