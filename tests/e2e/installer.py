"""
Pulumi's own installer, as the Automation API runs it, in a process that can be ended.

`installer.py reach SECONDS` asks its site for an answer, `installer.py install VERSION FOLDER` runs
it.
"""

import subprocess
import sys
import urllib.request

SITE = "https://get.pulumi.com/install.sh"


def reach(patience: float) -> None:
    """Ask the site for the installer, without taking it."""
    request = urllib.request.Request(SITE, method="HEAD")
    try:
        urllib.request.urlopen(request, timeout=patience).close()
    except OSError as error:
        sys.exit(f"{SITE} cannot be reached ({getattr(error, 'reason', error)}).")


def install(version: str, folder: str) -> None:
    """Install that version of the CLI into the folder's `bin`."""
    from pulumi.automation import PulumiCommand
    from semver import VersionInfo

    try:
        PulumiCommand.install(folder, VersionInfo.parse(version), skip_version_check=True)
    except subprocess.CalledProcessError as error:
        sys.exit(f"the installer ended with {error.returncode}: {error.output.decode()}")
    except OSError as error:
        sys.exit(f"the installer did not do its work ({error}).")


if __name__ == "__main__":
    if sys.argv[1] == "reach":
        reach(float(sys.argv[2]))
    else:
        install(*sys.argv[2:])
