"""
Builds the plugin's archive for this system: `make plugin`.

`pulumi plugin install` unpacks it into a folder of Pulumi's home, and starts the executable at its
root. It holds Python, the packages that the provider needs and both commands of the provider, so
that a system without Python has them too. What is in it, `plugin.spec` says to PyInstaller.
"""

import argparse
import os
import platform
import subprocess
import sys
import sysconfig
import tarfile
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from partnercentral_provider import __version__

HERE = Path(__file__).parent
PACKAGE = "pulumi-partnercentral"
SYSTEMS = {"linux": "linux", "darwin": "darwin", "win32": "windows"}
PROCESSORS = {"x86_64": "amd64", "amd64": "amd64", "aarch64": "arm64", "arm64": "arm64"}


def archive_name() -> str:
    """Give the name under which Pulumi asks for the archive of this system."""
    processor = PROCESSORS[platform.machine().lower()]
    return f"pulumi-resource-partnercentral-v{__version__}-{SYSTEMS[sys.platform]}-{processor}"


def build(work: Path, made: Path) -> Path:
    """Build the archive in the folder *made*; *work* is what PyInstaller keeps for the next."""
    folder = work / "unpacked" / "plugin"
    places = [f"--workpath={work / 'pyinstaller'}", f"--distpath={folder.parent}"]
    command = [
        sys.executable,
        "-m",
        "PyInstaller",
        "--noconfirm",
        *places,
        str(HERE / "plugin.spec"),
    ]
    quietly = os.environ | {"PYI_LOG_LEVEL": "ERROR"}
    if subprocess.run(command, env=quietly, check=False).returncode:
        sys.exit("PyInstaller did not build the plugin; what it says stands above.")
    (folder / "LICENSES.txt").write_text(licenses(), encoding="utf-8")
    made.mkdir(parents=True, exist_ok=True)
    archive = made / f"{archive_name()}.tar.gz"
    # The engine unpacks files and folders only, no links.
    with tarfile.open(archive, "w:gz", dereference=True) as tar:
        for path in sorted(folder.iterdir()):
            tar.add(path, path.name, filter=_of_nobody)
    return archive


def _of_nobody(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    return member


def licenses() -> str:
    """Give the licenses of Python and of all packages in the archive, which they ask for."""
    texts = [f"Python {platform.python_version()}\n\n{_license_of_python()}"]
    for name in sorted(needed()):
        found = metadata.distribution(name)
        named = found.metadata.get("License-Expression") or found.metadata.get("License") or ""
        files = [path for path in found.files or [] if _is_legal(path.name.lower())]
        whole = "\n\n".join(path.read_text() for path in files)
        texts.append(f"{name} {found.version} {named}".strip() + f"\n\n{whole}")
    return ("\n\n" + "-" * 80 + "\n\n").join(texts)


def _is_legal(name: str) -> bool:
    """Tell whether a file is one that a license wants to be handed on."""
    stem, _, suffix = name.partition(".")
    known = stem.startswith(("licen", "notice", "copying", "authors"))
    return known and suffix in ("", "txt", "md", "rst")


def _license_of_python() -> str:
    folders = (Path(sysconfig.get_path("stdlib")), Path(sys.base_prefix))
    files = [folder / "LICENSE.txt" for folder in folders if (folder / "LICENSE.txt").is_file()]
    if not files:
        return "https://docs.python.org/3/license.html"
    return files[0].read_text(encoding="utf-8")


def needed(name: str = PACKAGE, found: frozenset[str] = frozenset()) -> frozenset[str]:
    """
    Give the packages that are in the archive: this one, and all that it requires on this system.

    Of Pulumi's SDK it holds the messages alone (hosts/protocol.py), which require nothing else.
    """
    if name in found:
        return found
    found |= {name}
    for line in [] if name == "pulumi" else metadata.requires(name) or []:
        requirement = Requirement(line)
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
            found |= needed(canonicalize_name(requirement.name), found)
    return found


def unneeded_modules() -> list[str]:
    """Give the modules of all other packages that happen to be installed, as those of the tests."""
    inside = needed()
    return [
        module
        for module, packages in metadata.packages_distributions().items()
        if not inside.intersection(map(canonicalize_name, packages))
    ]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("work", type=Path, help="the folder for what is made on the way")
    parser.add_argument("made", type=Path, help="the folder for the archive")
    options = parser.parse_args()
    archive = build(options.work, options.made)
    print(f"{archive}: {archive.stat().st_size / 2**20:.1f} MiB")
