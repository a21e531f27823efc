"""Where Pulumi's engine finds the provider plugin: on this machine, or by a download."""

import json
import os
import shutil
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path

COMMAND = "pulumi-resource-partnercentral"
REPOSITORY = "github.com/pulumi-partnercentral/pulumi-partnercentral"
DOWNLOAD_URL = f"github://api.{REPOSITORY}"
"""The repository's releases, as Pulumi writes them: the engine downloads the plugin from there."""

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


def is_downloadable(
    package: str = "pulumi-partnercentral", environment: Mapping[str, str] = os.environ
) -> bool:
    """
    Tell whether the engine downloads the plugin of this version itself, from its release.

    It does unless the user has turned that off. What came out of a folder or a repository, such as
    a clone, is not what was released under its version, and needs the plugin of that place: pip
    notes in `direct_url.json` where a *package* came from, if from no index.
    """
    if environment.get("PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION", "").lower() in ("1", "true"):
        return False
    origin = metadata.distribution(package).read_text("direct_url.json")
    if origin is None:
        return True
    found = json.loads(origin)
    return "archive_info" in found and str(found.get("url")).startswith("https:")


def project_file(folder: Path) -> Path | None:
    """Give the file of the project around a folder."""
    files = (around / f"Pulumi.{end}" for around in (folder, *folder.parents) for end in _ENDS)
    return next(filter(Path.is_file, files), None)


def _plugins(folder: Path) -> str:
    """Give the part of the project's file that may name plugins, as it is written."""
    file = project_file(folder)
    text = file.read_text(errors="replace") if file else ""
    return "".join(text.partition(f"{key}:")[2] for key in ("plugins", "packages"))
