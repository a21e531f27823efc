"""
The site of these pages, which `make docs` builds with Sphinx into build/docs.

The pages are Markdown that GitHub shows too. The site loads nothing from elsewhere.
"""

import re
from os.path import normpath
from pathlib import Path

from partnercentral_provider import __version__
from sphinx.application import Sphinx
from sphinx.util import logging

ROOT = Path(__file__).resolve().parent.parent
REPOSITORY = "https://github.com/pulumi-partnercentral/pulumi-partnercentral"

project = "Pulumi provider for AWS Partner Central"
version = release = __version__
language = "en"
html_copyright = ""

extensions = ["myst_parser"]
exclude_patterns = ["_index.md", "installation-configuration.md"]  # of Pulumi's registry
myst_heading_anchors = 4
highlight_language = "none"
nitpicky = True

html_theme = "furo"
html_title = f"AWS Partner Central for Pulumi {version}"
html_logo = "logo.png"
html_static_path = ["site.css"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_copyright = False
html_show_sphinx = False
html_theme_options = {
    "source_repository": REPOSITORY,
    "source_branch": "main",
    "source_directory": "docs/",
}


def _to_the_repository(app: Sphinx, name: str, source: list[str]) -> None:
    """Lead each link that leaves docs/, such as `../examples/02-yaml`, to the repository's page."""
    page = ROOT / "docs" / name

    def address(found: re.Match[str]) -> str:
        path = Path(normpath(page.parent / found["path"]))
        if path.is_relative_to(ROOT / "docs"):
            return found[0]
        inside = path.relative_to(ROOT).as_posix()
        if not path.exists():
            logging.getLogger(__name__).warning("%s links to %s, which is not there", name, inside)
        return f"]({REPOSITORY}/tree/main/{inside}{found['rest']})"

    source[0] = re.sub(r"\]\((?P<path>\.\./[^)#]+)(?P<rest>[^)]*)\)", address, source[0])


def setup(app: Sphinx) -> None:
    """Tell Sphinx what happens to each page before it is read."""
    app.connect("source-read", _to_the_repository)
