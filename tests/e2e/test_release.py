"""What `make release` builds is installed and used as by a user, from a server on this machine."""

import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from e2e import nodejs
from e2e.cli import has_yaml
from e2e.engine import ROOT, Engine
from e2e.reader import Reader
from e2e.templates import CONFIG
from e2e.test_policies import named
from partnercentral_provider import __version__
from partnercentral_provider.hosts.wire import encoded
from partnercentral_provider.plugin_folder import DOWNLOAD_URL
from policies.pack import PACK, Pack, Resource

pytestmark = nodejs.NEEDED  # a release has SDKs, which Go generates and Node.js compiles
YAML = pytest.mark.skipif(not has_yaml(), reason="YAML's language host is built with Go")
PLUGIN = f"pulumi-resource-partnercentral-v{__version__}-"
ASKED = "/pulumi-resource-partnercentral"
LANGUAGES = ("go", "dotnet", "java")


class Server:
    """Serves a folder on loopback, and notes what was asked for."""

    def __init__(self, folder: Path) -> None:
        self.asked: list[str] = []
        asked = self.asked

        class Handler(SimpleHTTPRequestHandler):
            def log_message(self, *_: Any) -> None:
                asked.append(self.path)

        handler = partial(Handler, directory=str(folder))
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the release, once; or take what was built in the folder that DIST names."""
    if built := os.environ.get("DIST"):
        return Path(built)
    folder = tmp_path_factory.mktemp("release")
    places = [f"DIST={folder / 'dist'}", f"WORK={folder / 'work'}"]
    done = subprocess.run(
        ["make", "release", *places], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "dist"


@pytest.fixture
def server(made: Path) -> Iterator[Server]:
    """Serve the release, as its page at GitHub would."""
    running = Server(made)
    yield running
    running.close()


@pytest.fixture
def plain(engine: Engine, server: Server) -> Engine:
    """Give an engine on a machine that has neither Python nor the plugin, but the Pulumi CLI."""
    engine.environment["PATH"] = str(engine.cli_root() / "bin")
    engine.environment |= {
        "PULUMI_PLUGIN_DOWNLOAD_URL_OVERRIDES": f"^github://api.github.com/.*={server.url}",
        "PYTHONHOME": "/nowhere",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "",
    }
    return engine


def installed(engine: Engine, server: Server) -> Path:
    """Install the plugin as the registry's page tells; its folder."""
    arguments = ["plugin", "install", "resource", "partnercentral", __version__]
    engine.output(*arguments, "--server", server.url)
    home = Path(engine.environment["PULUMI_HOME"])
    return home / "plugins" / f"resource-partnercentral-v{__version__}"


@contextmanager
def emulator_of(commands: Path) -> Iterator[str]:
    """Run the emulator of an environment by its own command; its URL."""
    command = [str(commands / "partnercentral-emulator"), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            yield process.stdout.readline().split()[-1]
        finally:
            process.terminate()


def test_everything_is_built_of_one_version(made: Path) -> None:
    """Wheel, source, plugin, schema and the SDK of each language are there, of that version."""
    names = {path.name for path in made.iterdir()}
    (plugin,) = (name for name in names if name.startswith(PLUGIN))
    assert names == {
        plugin,
        f"pulumi_partnercentral-{__version__}-py3-none-any.whl",
        f"pulumi_partnercentral-{__version__}.tar.gz",
        "schema.json",
        f"pulumi-partnercentral-{__version__}.tgz",
        *(f"pulumi-partnercentral-{language}-v{__version__}.tar.gz" for language in LANGUAGES),
    }
    assert json.loads((made / "schema.json").read_text())["version"] == __version__


def test_links_of_the_wheels_readme_lead_to_the_repository(made: Path) -> None:
    """A package index shows it without the files around it."""
    (wheel,) = made.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith("/METADATA"))
        links = re.findall(r"\]\(([^)]*)\)", archive.read(name).decode())
    assert links
    assert [link for link in links if not link.startswith("https://")] == []


@pytest.mark.parametrize("language", ["npm", "go", "dotnet"])
def test_every_sdk_names_the_server_of_the_plugin(made: Path, language: str) -> None:
    """So the engine downloads the plugin of that version for a program of any language."""
    suffix = f"{__version__}.tgz" if language == "npm" else f"{language}-v{__version__}.tar.gz"
    with tarfile.open(made / f"pulumi-partnercentral-{suffix}") as archive:
        files = {Path(name).name: name for name in archive.getnames()}
        wanted = "package.json" if language == "npm" else "pulumi-plugin.json"
        file = archive.extractfile(files[wanted])
        assert file
        said = json.load(file)
    said = said.get("pulumi", said)
    assert said["resource"] is True
    assert said["version"].removeprefix("v") == __version__
    assert said["server"] == DOWNLOAD_URL


def test_the_java_sdk_names_the_server_once_it_is_built(made: Path) -> None:
    """Gradle writes the file that says so, of what the sources tell it."""
    with tarfile.open(made / f"pulumi-partnercentral-java-v{__version__}.tar.gz") as archive:
        file = archive.extractfile("java/build.gradle")
        assert file
        build = file.read().decode()
    assert f'server "{DOWNLOAD_URL}"' in build
    assert f'"{__version__}"' in build


POM = """
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>test</groupId><artifactId>sdk</artifactId><version>1</version>
  <properties>
    <maven.compiler.source>11</maven.compiler.source>
    <maven.compiler.target>11</maven.compiler.target>
    <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
  </properties>
  <dependencies>{dependencies}</dependencies>
</project>
"""
DEPENDENCY = """
    <dependency>
      <groupId>{}</groupId><artifactId>{}</artifactId><version>{}</version>
    </dependency>"""


@pytest.mark.skipif(not shutil.which("mvn"), reason="Maven compiles Java, as Gradle would")
def test_the_java_sdk_compiles(made: Path, tmp_path: Path) -> None:
    """With the packages that its build names."""
    with tarfile.open(made / f"pulumi-partnercentral-java-v{__version__}.tar.gz") as archive:
        archive.extractall(tmp_path, filter="data")
    folder = tmp_path / "java"
    named = re.findall(r'implementation\("(.*):(.*):(.*)"\)', (folder / "build.gradle").read_text())
    assert "com.pulumi" in [group for group, _, _ in named]
    dependencies = "".join(DEPENDENCY.format(*each) for each in named)
    (folder / "pom.xml").write_text(POM.format(dependencies=dependencies))
    done = subprocess.run(
        ["mvn", "-q", "-B", f"-Dmaven.repo.local={tmp_path / 'packages'}", "compile"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert [*folder.rglob("channel/ServicePeriod.class")]


def test_the_archive_is_what_the_engine_unpacks(made: Path) -> None:
    """The executable is at the root, and there are files and folders only: no link, no way out."""
    (path,) = made.glob(f"{PLUGIN}*")
    with tarfile.open(path) as archive:
        members = archive.getmembers()
    assert {member.name for member in members if "/" not in member.name} == {
        "pulumi-resource-partnercentral",
        "pulumi-partnercentral",
        "LICENSES.txt",
        "_internal",
    }
    assert all(member.isreg() or member.isdir() for member in members)
    named = [member.name for member in members]
    assert not [name for name in named if name.startswith(("/", "..")) or "moto" in name]
    assert not [name for name in named if name.endswith("direct_url.json")], "a path of a machine"


@YAML
def test_yaml_needs_the_archive_only(plain: Engine, server: Server, emulator, tmp_path) -> None:
    """The YAML quickstart is deployed by the installed plugin, with no Python on the machine."""
    installed(plain, server)
    folder = tmp_path / "yaml"
    shutil.copytree(ROOT / "examples" / "02-yaml", folder)
    plain.output("stack", "init", "dev", cwd=folder)
    plain.output("up", "--yes", "--skip-preview", cwd=folder)
    assert len(emulator.objects()) == 4
    plain.output("preview", "--refresh", "--expect-no-changes", cwd=folder)
    plain.output("destroy", "--yes", "--skip-preview", cwd=folder)


def test_the_archive_has_the_commands(plain: Engine, server: Server, emulator, client) -> None:
    """`status`, `discover` and `doctor` are there for those who have no Python."""
    client().create_program_management_account(
        catalog="Sandbox", program="SOLUTION_PROVIDER", accountId="111122223333", displayName="Us"
    )
    command = str(installed(plain, server) / "pulumi-partnercentral")

    def said(*arguments: str, code: int = 0) -> str:
        done = subprocess.run(
            [command, *arguments],
            env=plain.environment | {"HOME": str(plain.folder)},
            cwd=plain.folder,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout

    status = json.loads(said("status", "--catalog", "Sandbox", "--json"))
    assert [entry["name"] for entry in status["entries"]] == ["Us"]
    said("status", "--catalog", "Sandbox", "--html", "page.html")
    assert "Us" in (plain.folder / "page.html").read_text()
    said("discover", "--catalog", "Sandbox", "--program", "discovered.py")
    assert "display_name=" in (plain.folder / "discovered.py").read_text()
    assert f"Pulumi finds version {__version__}" in said("doctor", "--catalog", "Sandbox")
    assert "install-plugin" not in said("--help")


def test_typescript_by_the_npm_package(
    plain: Engine, server: Server, made: Path, emulator, tmp_path: Path
) -> None:
    """The TypeScript quickstart is deployed; the engine downloads the plugin by itself."""
    folder = tmp_path / "typescript"
    shutil.copytree(ROOT / "examples" / "03-typescript", folder)
    package = json.loads((folder / "package.json").read_text())
    tarball = made / f"pulumi-partnercentral-{__version__}.tgz"
    package["dependencies"]["pulumi-partnercentral"] = f"file:{tarball}"
    (folder / "package.json").write_text(json.dumps(package))
    nodejs.build(folder)
    changes = nodejs.run(plain, folder, "up", "preview", "destroy")
    assert changes == [{"create": 10}, {"same": 10}, {"delete": 10}]
    assert [path.partition("-v")[0] for path in server.asked] == [ASKED]


def give_python(engine: Engine, made: Path, folder: Path, *wanted: str) -> Path:
    """Give an engine an environment of the wheel, and of what else is wanted; its commands."""
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    commands = folder / "bin"
    (wheel,) = made.glob("*.whl")
    pip = [commands / "pip", "install", "-q", "--disable-pip-version-check"]
    # Whoever asks for the package by its name is given the wheel too.
    subprocess.run([*pip, wheel, "pulumi-partnercentral[emulator]", *wanted], check=True)
    del engine.environment["PYTHONHOME"]
    engine.environment |= {
        "PATH": os.pathsep.join([engine.environment["PATH"], "/usr/bin", "/bin"]),
        "PULUMI_PYTHON_CMD": str(commands / "python"),
    }
    return commands


@YAML
def test_the_page_of_installing(plain: Engine, server: Server, made: Path, reader: Reader) -> None:
    """By its commands package and plugin are installed from a clone, and the plugin by hand."""
    files, new, by_hand = reader.opens("docs/installing.md")
    (reader.clone / "dist").symlink_to(made)
    tools = ":".join(str(Path(str(shutil.which(name))).parent) for name in ("npm", "mkdir"))
    reader.does(f"PATH=$PATH:{tools}; unset PYTHONHOME PULUMI_PYTHON_CMD; mkdir one two")
    reader.does(f"{sys.executable} -m venv venv; . venv/bin/activate")
    *installs, from_clone = files.splitlines()
    for line in installs:
        reader.follows(line)
    for folder, line in (("one", from_clone), ("two", new)):
        reader.does(f"cd ~/{folder}")
        reader.follows(line)
        assert "OFFERED" in reader.does("pulumi up")
        reader.does("pulumi destroy")
    assert server.asked == []
    reader.does("pulumi plugin rm --all")
    reader.follows(by_hand)
    assert [path.partition("-v")[0] for path in server.asked] == [ASKED]


DEPLOY = """
import json, runpy, sys
from pulumi import automation

cli, folder, config, *commands = sys.argv[1:]
command = automation.PulumiCommand(cli, skip_version_check=True)
stack = automation.create_or_select_stack(
    "dev",
    "channel",
    lambda: runpy.run_path(folder, run_name="__main__"),
    opts=automation.LocalWorkspaceOptions(work_dir=folder, pulumi_command=command),
)
for key, value in json.loads(config).items():
    stack.set_config(key, automation.ConfigValue(value))
for command in commands:
    print(getattr(stack, command)().stdout)
"""


@YAML
def test_python_by_the_wheel(
    plain: Engine, server: Server, made: Path, new, tmp_path: Path
) -> None:
    """
    The template's program is deployed on the emulator by the wheel alone, and downloads nothing.

    With its import changed to the plugin's classes, the engine downloads the plugin by itself, and
    the stack moves there unchanged.
    """
    commands = give_python(plain, made, tmp_path / "venv")
    folder = new("python")
    with emulator_of(commands) as plain.environment["AWS_ENDPOINT_URL"]:

        def deployed(*commands_of_pulumi: str) -> str:
            arguments = [
                str(plain.cli_root()),
                str(folder),
                json.dumps(CONFIG),
                *commands_of_pulumi,
            ]
            done = plain.start(str(commands / "python"), "-c", DEPLOY, *arguments, cwd=tmp_path)
            assert done.returncode == 0, done.stdout + done.stderr
            return done.stdout

        assert "5 created" in deployed("up")
        assert server.asked == []
        program = folder / "__main__.py"
        text = program.read_text()
        program.write_text(text.replace("pulumi_partnercentral.dynamic", "pulumi_partnercentral"))
        assert "5 unchanged" in deployed("preview")
        assert [name.partition("-v")[0] for name in server.asked] == [ASKED]
        assert "5 deleted" in deployed("up", "destroy")


TEST_OF_A_PACK = """
import os
from program import program


def test_a_preview_is_judged(partnercentral_stack):
    stack = partnercentral_stack(program, **{"partnercentral:catalog": "Sandbox"})
    shown = stack.preview(policy_packs=[os.environ["PACK"]], color="never").stdout
    assert "This resource has no value for owner among its tags." in shown
    assert "Account 444455556666 is no customer of ours." in shown
"""


def test_a_project_has_tests_and_policies_by_the_wheel(
    plain: Engine, made: Path, tmp_path: Path
) -> None:
    """
    The example of the testing kit is a project of a user, with the pack of policies/README.md.

    Its tests pass; rules of the wheel and its own are heard by the pack's interface and by the
    engine.
    """
    project = tmp_path / "tested"
    shutil.copytree(ROOT / "examples" / "09-testing", project)
    folder = project / "policies"
    folder.mkdir()
    files = re.findall(
        r"^`([\w.]+)`:\n\n```\w*\n(.*?)^```$", (PACK / "README.md").read_text(), re.M | re.S
    )
    for name, text in files:
        (folder / name).write_text(text)
    assert sorted(name for name, _ in files) == [
        *("PulumiPolicy.yaml", "__main__.py", "requirements.txt")
    ]
    commands = give_python(
        plain, made, folder / ".venv", "pytest", "-r", str(folder / "requirements.txt")
    )
    pack = Pack(folder, commands / "python")
    try:
        pack.configure()
        inputs = {"associatedAccountId": "444455556666", "associationType": "INTERNAL"}
        said = pack.analyze(Resource("partnercentral:channel:Relationship", encoded(inputs)))
    finally:
        pack.close()
    assert {each.policy for each in said} == {"owner-tag", "known-customer"}

    (project / "test_policies.py").write_text(TEST_OF_A_PACK)
    plain.environment["PACK"] = named(plain, folder, commands / "python")
    done = plain.start(str(commands / "python"), "-m", "pytest", "-q", cwd=project)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "6 passed" in done.stdout
