"""Where Pulumi's engine finds the provider plugin on this machine."""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

COMMAND = "pulumi-resource-partnercentral"

_ENDS = ("yaml", "yml")


def plugin_folder(version: str, environment: Mapping[str, str] = os.environ) -> Path:
    """Give the folder under Pulumi's home that the engine looks into for that version."""
    home = Path(environment.get("PULUMI_HOME") or Path.home() / ".pulumi")
    return home / "plugins" / f"resource-partnercentral-v{version}"


def is_findable(version: str, project: Path, environment: Mapping[str, str] = os.environ) -> bool:
    """
    Tell whether the engine finds that version of the plugin without a download.

    It looks at the providers that are being debugged, at the plugins of the project around the
    folder *project*, at the PATH and into its home. Where the user says where plugins are
    downloaded from, this knows nothing better.
    """
    stated = ("PULUMI_DEBUG_PROVIDERS", "PULUMI_PLUGIN_DOWNLOAD_URL_OVERRIDES")
    return (
        any("partnercentral" in environment.get(name, "") for name in stated)
        or shutil.which(COMMAND, path=environment.get("PATH")) is not None
        or plugin_folder(version, environment).is_dir()
        or "partnercentral" in _plugins(project)
    )


def project_file(folder: Path) -> Path | None:
    """Give the file of the project around a folder."""
    files = (around / f"Pulumi.{end}" for around in (folder, *folder.parents) for end in _ENDS)
    return next(filter(Path.is_file, files), None)


def _plugins(folder: Path) -> str:
    """Give the part of the project's file that may name plugins, as it is written."""
    file = project_file(folder)
    text = file.read_text(errors="replace") if file else ""
    return "".join(text.partition(f"{key}:")[2] for key in ("plugins", "packages"))
