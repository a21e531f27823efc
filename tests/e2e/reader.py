"""A reader who follows the documentation: its shell blocks, run by bash and the real CLI."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from e2e.cli import has_python
from e2e.engine import ROOT, Engine
from partnercentral_provider import __version__

REPOSITORY = "https://github.com/pulumi-partnercentral/pulumi-partnercentral"
WITHOUT_AWS = "unset ${!AWS_*}"
# Pulumi looks for the newest release of a plugin that is not installed; there is none yet.
INSTALLED = "pulumi-partnercentral install-plugin"
# The last line of what was run, with its exit code.
END = "=== ended with "
BEGINNING = f"""
set -Eeuo pipefail
trap 'echo "This failed: $BASH_COMMAND"' ERR
trap 'code=$?; kill $(jobs -p) 2>/dev/null || :; echo; echo "{END}$code"' EXIT
# Start what never ends as if in another terminal, and read its first line.
behind() {{
  mkfifo "$HOME/first-line"
  "$@" > "$HOME/first-line" &
  read -r said < "$HOME/first-line"
  rm "$HOME/first-line"
}}
partnercentral-emulator() {{
  behind "$(type -P partnercentral-emulator)" "$@" --port 0
  EMULATOR=${{said##* }}
}}
"""

# Why a block is not run, by its page and its number there.
NOT_RUN = {
    "README.md": {1: "they run these tests; test_demo.py runs the demo"},
    "CONTRIBUTING.md": {1: "they build and test the clone, these tests among them"},
    "docs/installation-configuration.md": {
        1: "it asks GitHub for the newest release: there is none; test_release.py names a version"
    },
    "docs/installing.md": {1: "nothing is published yet: the block after it installs the same"},
    "examples/03-typescript/README.md": {
        1: "it needs Pulumi's host of Node.js; test_languages.py and test_release.py do without"
    },
    "examples/08-esc/README.md": {
        1: "only Pulumi Cloud has environments; test_esc.py deploys the example"
    },
}


def blocks(page: Path, language: str) -> list[str]:
    """Give the code blocks of a page that are in a *language*; in none, for the shell."""
    found = re.findall(r"^```(\S*)\n(.*?)^```$", page.read_text(), re.DOTALL | re.MULTILINE)
    return [code for named, code in found if named == language]


def shell_blocks() -> dict[str, list[str]]:
    """Give the shell blocks that are run, by their pages."""
    pages = [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("policies/*.md")]
    run = {}
    for page in [*pages, *ROOT.glob("examples/*/README.md")]:
        name = page.relative_to(ROOT).as_posix()
        numbered = enumerate(blocks(page, ""), 1)
        run[name] = [block for number, block in numbered if number not in NOT_RUN.get(name, {})]
    return {name: found for name, found in run.items() if found}


def clone(folder: Path) -> Path:
    """Copy what a clone has, as it is at the moment, and nothing that git ignores."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).exists():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    return folder


class Reader:
    """Somebody in a terminal of their own, in a home of their own, with a clone beside it."""

    def __init__(self, engine: Engine, **environment: str) -> None:
        self.engine, self.folder = engine, engine.folder / "reader"
        self.folder.mkdir()
        self.clone = clone(engine.folder / "clone")
        self.places: dict[str, str] = {
            "http://127.0.0.1:4599": "$EMULATOR",
            f"{REPOSITORY}/tree/main": str(self.clone),
            "CLONE": str(self.clone),
            "VERSION": __version__,
            "YOUR_PROJECT": str(self.folder),
            # What fails before an `&&` would end nothing.
            " && ": "\n",
        }
        if not has_python():  # YAML's host stands in for Python's
            self.places["partnercentral-python"] = "partnercentral-yaml"
        own = {
            "HOME": str(self.folder),
            "EMULATOR": engine.environment["AWS_ENDPOINT_URL"],
            "PULUMI_SKIP_CONFIRMATIONS": "true",
        }
        self._bash = subprocess.Popen(
            [str(shutil.which("bash"))],
            cwd=self.folder,
            env=os.environ | engine.environment | own | environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.does(BEGINNING)

    def opens(self, name: str) -> list[str]:
        """Open a page; its blocks."""
        return shell_blocks()[name]

    def follows(self, block: str, places: Mapping[str, str] | None = None) -> str:
        """Run a block of a page, with what stands for the reader's own put in; what it printed."""
        for said, own in {**(places or {}), **self.places}.items():
            block = block.replace(said, own)
        return self.does(block)

    def does(self, script: str) -> str:
        """Run anything else; a command that fails is the end."""
        assert self._bash.stdin
        assert self._bash.stdout
        (file := self.engine.folder / "script.sh").write_text(script)
        # What would ask has nobody to answer.
        self._bash.stdin.write(f". '{file}' < /dev/null; echo; echo '{END}0'\n")
        self._bash.stdin.flush()
        said = ""
        for line in self._bash.stdout:
            if line.startswith(END):
                if line.strip() != f"{END}0":
                    break
                return said
            said += line
        return pytest.fail(f"{script}\n{said}")

    def edits(self, file: str, old: str, new: str) -> None:
        """Edit a file."""
        path = self.folder / file
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))

    def has_made_the_environment(self) -> None:
        """Let `.venv` of the clone be as after `make`: with the commands of these tests."""
        (environment := self.clone / ".venv").mkdir()
        for own in Path(sys.executable).parents[1].iterdir():
            if own.name != "ready":
                (environment / own.name).symlink_to(own)
        (environment / "ready").touch()  # which is newer than what it is made of

    def leaves(self) -> None:
        """Close the terminal, which ends what was started behind."""
        self._bash.communicate("exit\n")
