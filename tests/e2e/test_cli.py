"""How a machine comes by the Pulumi CLI."""

import os
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from e2e import cli

RECORDING = """#!/bin/sh
echo "$0 $@" >> '{log}'
while [ $# -gt 0 ]; do
  if [ "$1" = --install-root ]; then root=$2; fi
  shift
done
mkdir -p "$root/bin"
printf '#!/bin/sh\\necho v3.274.1\\n' > "$root/bin/pulumi"
chmod 755 "$root/bin/pulumi"
"""
GO = """#!/bin/sh
echo "$@" >> '{log}'
case "$1" in
  mod) echo "go: downloading a lot" >&2; touch '{folder}/downloaded';;
  list) test -f '{folder}/downloaded' && echo '{folder}';;
  build)
    if [ -f '{folder}/broken' ]; then
      echo "go: downloading more" >&2; echo "undefined: x" >&2; exit 1
    fi
    while [ "$1" != -o ]; do shift; done; echo > "$2"; chmod 755 "$2";;
esac
"""


class Site:
    """Pulumi's site behind a proxy: one answer to each request, in TLS."""

    def __init__(self, folder: Path, answer: bytes) -> None:
        self.certificate = folder / "site.pem"
        self._answer = answer
        self._write_certificate()
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(self.certificate)
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._socket.close()

    def _serve(self) -> None:
        while True:
            try:
                opened, _ = self._socket.accept()
            except OSError:
                return
            with opened:
                opened.recv(4096)
                opened.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
                with self._context.wrap_socket(opened, server_side=True) as tunnel:
                    asked = tunnel.recv(4096)
                    body = b"" if asked.startswith(b"HEAD") else self._answer
                    head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n\r\n".encode()
                    tunnel.sendall(head + body)

    def _write_certificate(self) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "get.pulumi.com")])
        now = datetime.now(timezone.utc)
        made = (
            x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
            .add_extension(x509.SubjectAlternativeName([x509.DNSName("get.pulumi.com")]), False)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
            .sign(key, hashes.SHA256())
        )
        pem = serialization.Encoding.PEM
        private = key.private_bytes(
            pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        self.certificate.write_bytes(private + made.public_bytes(pem))


@pytest.fixture
def fresh(tmp_path, monkeypatch) -> Iterator[Callable[[bytes], None]]:
    """Make a machine without `pulumi` and `go`, whose one way to the network is a proxy."""
    commands = tmp_path / "commands"
    commands.mkdir()
    monkeypatch.setenv("PATH", os.pathsep.join([str(commands), "/usr/bin", "/bin"]))
    monkeypatch.setenv("PULUMI_CLI_HOME", str(tmp_path / "cli"))
    for name in ("NO_PROXY", "no_proxy", "HTTPS_PROXY"):
        monkeypatch.delenv(name, raising=False)
    sites: list[Site] = []

    def site(answer: bytes) -> None:
        sites.append(Site(tmp_path, answer))
        monkeypatch.setenv("https_proxy", sites[0].url)
        monkeypatch.setenv("SSL_CERT_FILE", str(sites[0].certificate))

    monkeypatch.setenv("https_proxy", "http://127.0.0.1:1")
    yield site
    for opened in sites:
        opened.close()


@pytest.fixture
def go(tmp_path, fresh) -> Path:
    """Put a `go` on the PATH that writes down how it is called; that log."""
    log = tmp_path / "go.log"
    dist = tmp_path / "python/dist"
    dist.mkdir(parents=True)
    (dist / cli.LAUNCHER).write_text("#!/bin/sh\n")
    command(tmp_path, "go", GO.format(log=log, folder=tmp_path))
    return log


def command(folder: Path, name: str, text: str) -> None:
    (folder / "commands" / name).write_text(text)
    (folder / "commands" / name).chmod(0o755)


def brought(**options: Any) -> tuple[bool, list[str]]:
    said: list[str] = []
    return cli.bring(said.append, **options), said


def test_the_version_stands_in_the_generators_go_mod_alone() -> None:
    """No other file of the build names a version of the CLI."""
    version = cli.pinned()
    assert version.startswith("v3.")
    for name in ("Makefile", ".ci/run", "tests/e2e/engine.py", "tests/e2e/cli.py"):
        text = (cli.ROOT / name).read_text()
        assert version not in text
        assert "v3.259" not in text


def test_a_pulumi_on_the_path_is_used(tmp_path, fresh) -> None:
    """Nothing is installed where the user has one already, whatever its version."""
    command(tmp_path, "pulumi", "#!/bin/sh\n")
    assert brought() == (True, [f"Using the Pulumi CLI in {tmp_path / 'commands'}"])
    assert not (tmp_path / "cli").exists()


def test_the_installer_of_pulumi_is_run(tmp_path, fresh) -> None:
    """Without a `pulumi` Pulumi's own script installs the pinned version into the cache folder."""
    log = tmp_path / "log"
    fresh(RECORDING.format(log=log).encode())
    worked, said = brought()
    assert worked, said
    assert [line.partition(":")[0] for line in said] == [
        f"Installing the Pulumi CLI {cli.pinned()} by Pulumi's own installer"
    ]
    _, _, arguments = log.read_text().strip().partition(" ")
    folder = tmp_path / "cli"
    version = cli.pinned().removeprefix("v")
    assert arguments == f"--no-edit-path --install-root {folder} --version {version}"
    assert cli.cli_folder() == folder / "bin"
    assert brought() == (True, [f"Using the Pulumi CLI in {folder / 'bin'}"])


def test_an_installer_that_fails_tells_why(tmp_path, fresh) -> None:
    """Its own words are shown, and the next way is tried."""
    fresh(b"#!/bin/sh\necho 'error: no space left' >&2\nexit 3\n")
    worked, said = brought()
    assert not worked
    assert said[1] == "That did not work: the installer ended with 3: error: no space left"
    assert said[2].startswith("Building the Pulumi CLI")


def test_without_network_and_go_a_sentence_says_what_to_do(fresh) -> None:
    """Every way ends within seconds, says so in one line, and the last line is advice."""
    began = time.monotonic()
    worked, said = brought()
    assert time.monotonic() - began < 5
    assert not worked
    assert [line.partition(" (")[0].partition(":")[0] for line in said] == [
        f"Installing the Pulumi CLI {cli.pinned()} by Pulumi's own installer",
        "That did not work",
        f"Building the Pulumi CLI {cli.pinned()} with Go",
        "That did not work",
        "There is no Pulumi CLI",
    ]
    assert "https://get.pulumi.com/install.sh cannot be reached" in said[1]
    assert "there is no `go` command" in said[3]
    assert all("\n" not in line for line in said)


def test_a_network_that_never_answers_is_left_soon(monkeypatch, fresh) -> None:
    """A proxy that takes the connection and says nothing holds nobody up."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{silent.getsockname()[1]}")
        _, said = brought(patience=0.3)
    assert "cannot be reached (timed out)" in said[1] or "no answer within 0.6 s" in said[1]


def test_the_cli_is_built_with_go(tmp_path, go) -> None:
    """The module with the launcher is downloaded before its folder is asked for, and quietly."""
    worked, said = brought()
    assert worked, said
    assert len(said) == 3
    called = go.read_text().splitlines()
    assert [line.split(" -")[0] for line in called] == [
        f"mod download {cli.SDK}",
        "list",
        "build",
    ]
    assert called[2].endswith("github.com/pulumi/pulumi/pkg/v3/cmd/pulumi")
    assert f"version.Version={cli.pinned()}" in called[2]
    assert {path.name for path in (tmp_path / "cli").iterdir()} == {"pulumi", cli.LAUNCHER}
    assert "downloading" not in "".join(said)


def test_a_failed_build_shows_its_errors(tmp_path, go) -> None:
    """What the compiler said is shown, without its hundred lines about downloads."""
    (tmp_path / "broken").touch()
    worked, said = brought()
    assert not worked
    assert said[-2] == "That did not work: undefined: x"
