"""What a Python program of the plugin's classes is told where the plugin is not installed."""

import os
import sys
from pathlib import Path
from typing import Any

import pulumi

from .. import __version__
from ..plugin_folder import DOWNLOAD_URL, is_downloadable, is_findable

LANGUAGE_HOST = "pulumi-language-python-exec"


def require_plugin(resource: Any = None, opts: Any = None) -> None:
    """
    Stop the program where the engine neither finds the plugin nor downloads the right one.

    Only a program that Pulumi's language host runs has the environment that the engine looks into:
    tests with mocks and programs of the Automation API are left alone, and so is a *resource* that
    is served in-process, and one whose *opts* say where its plugin comes from. Raises RunError.
    """
    if not any(Path(argument).name == LANGUAGE_HOST for argument in sys.orig_argv):
        return
    if not getattr(resource, "needs_plugin", True):
        return
    if getattr(opts, "plugin_download_url", None) not in (None, DOWNLOAD_URL):
        return
    version = getattr(opts, "version", None) or __version__
    if is_findable(version, Path(os.getcwd())) or is_downloadable():
        return
    raise pulumi.RunError(
        f"Pulumi finds no provider plugin partnercentral {version}, which `pulumi_partnercentral` "
        "needs. It comes with this Python package; let Pulumi find it, once, in the project's "
        "virtual environment:\n\n    pulumi-partnercentral install-plugin\n\n"
        "`pulumi_partnercentral.dynamic` has the same classes and needs no plugin."
    )
