"""The site of docs/, which `make docs` builds."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]


def build(source: Path, site: Path) -> subprocess.CompletedProcess[str]:
    """Build the site as `make docs` does."""
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", str(source), str(site)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder of the built site."""
    folder = tmp_path_factory.mktemp("site")
    done = build(ROOT / "docs", folder)
    assert done.returncode == 0, done.stderr
    return folder


def test_site_builds_without_a_warning(site: Path) -> None:
    """Each page is there, all links within the site lead somewhere, all code can be coloured."""
    pages = {path.stem for path in (ROOT / "docs").glob("[!_]*.md")}
    assert pages - {"installation-configuration"} <= {path.stem for path in site.glob("*.html")}


def test_site_loads_nothing_from_elsewhere(site: Path) -> None:
    """Without a network it looks the same: scripts, styles, fonts and pictures are its own."""
    loaded = [
        found
        for page in site.rglob("*.html")
        for found in re.findall(
            r"<(?:script|img|link)[^>]*(?:src|href)=\"([^\"]*)", page.read_text()
        )
    ]
    styles = "".join(path.read_text() for path in site.rglob("*.css"))
    loaded += re.findall(r"(?:url\(|@import )[\"']?([^\"')]*)", styles)
    assert loaded
    assert [name for name in loaded if re.match(r"(?:https?:)?//", name)] == []


@pytest.mark.parametrize(
    ("link", "remark"),
    [
        ("[a](absent.md)", "absent.md"),
        ("[a](moving.md#absent)", "absent"),
        ("[a](../examples/absent)", "examples/absent, which is not there"),
    ],
)
def test_broken_link_ends_the_build(link: str, remark: str, tmp_path: Path) -> None:
    """A page, a chapter, or a file of the repository that is not there is named."""
    source = tmp_path / "clone" / "docs"
    source.mkdir(parents=True)
    shutil.copy(ROOT / "docs" / "conf.py", source)
    shutil.copy(ROOT / "docs" / "logo.png", source)
    shutil.copy(ROOT / "docs" / "site.css", source)
    (source / "index.md").write_text(f"# Pages\n\n{link}\n\n```{{toctree}}\nmoving\n```\n")
    (source / "moving.md").write_text("# Moving\n")
    done = build(source, tmp_path / "site")
    assert done.returncode == 1
    assert remark in done.stderr


@pytest.mark.parametrize("name", ["_index.md", "installation-configuration.md"])
def test_pages_of_the_registry_are_as_it_wants_them(name: str) -> None:
    """They have a title, a description and a layout, shortcodes in pairs, and no relative links."""
    _, head, text = (ROOT / "docs" / name).read_text().split("---\n", 2)
    matter = yaml.safe_load(head)
    assert matter.keys() == {"title", "meta_desc", "layout"}
    assert matter["layout"] == "package"
    assert len(matter["meta_desc"]) <= 160
    opened = re.findall(r"\{\{[<%] (\w+)", text)
    assert sorted(opened) == sorted(re.findall(r"\{\{[<%] /(\w+)", text))
    links = set(re.findall(r"\]\(([^)]*)\)", text)) - {"./installation-configuration/"}
    assert links
    for link in links:
        inside = link.partition("/blob/main/")[2].partition("#")[0]
        assert link.startswith("https://")
        assert (ROOT / inside).exists()
