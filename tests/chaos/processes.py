"""The processes of a history: the emulator with a state file, providers, and the engine's log."""

import os
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import grpc
from fuzz.emulator import Process as Emulator
from fuzz.plugin import environment
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import engine_pb2_grpc, provider_pb2_grpc

MODULES = {"plugin": "partnercentral_provider", "dynamic": "pulumi.dynamic"}
"""What serves a resource, by the form of the provider."""

PLANTED = """
import runpy
{defect}
runpy.run_module("{module}", run_name="__main__", alter_sys=True)
"""
"""Runs a provider with a defect, of which a test sees that a history finds it."""


class Log(engine_pb2_grpc.EngineServicer):
    """The engine as a provider sees it: it takes messages, of every severity."""

    def __init__(self) -> None:
        self.messages: list[str] = []
        self._server = grpc.server(ThreadPoolExecutor(4))
        engine_pb2_grpc.add_EngineServicer_to_server(self, self._server)
        self.address = f"127.0.0.1:{self._server.add_insecure_port('127.0.0.1:0')}"
        self._server.start()

    def Log(self, request: Any, context: Any) -> Any:  # noqa: N802 # gRPC's own name
        """Keep a message."""
        self.messages.append(request.message)
        return Empty()

    def close(self) -> None:
        """End it."""
        self._server.stop(0).wait()


class Provider:
    """
    One process of a provider: the plugin, or Pulumi's own server of dynamic providers.

    On a *full_disk* no file can grow beyond a kilobyte, which a database needs; pipes can. A
    *defect* is Python that runs in the process before the provider does.
    """

    def __init__(
        self, form: str, url: str, log: Log, cache: Path, full_disk: bool, defect: str = ""
    ) -> None:
        self.form, module = form, MODULES[form]
        served = ["-c", PLANTED.format(defect=defect, module=module)] if defect else ["-m", module]
        limited = ["sh", "-c", 'ulimit -f 1; exec "$@"', "sh"] if full_disk else []
        self.process = subprocess.Popen(
            [*limited, sys.executable, "-u", *served, log.address],
            env=os.environ
            | environment(url)
            | {"XDG_CACHE_HOME": str(cache), "PULUMI_PROJECT": "chaos", "AWS_MAX_ATTEMPTS": "3"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert self.process.stdout
        port = int(self.process.stdout.readline())
        unlimited = [("grpc.max_send_message_length", -1), ("grpc.max_receive_message_length", -1)]
        self.channel = grpc.insecure_channel(f"127.0.0.1:{port}", unlimited)
        self.calls = provider_pb2_grpc.ResourceProviderStub(self.channel)

    def ended(self) -> bool:
        """Tell whether it ended by now, or does within a second."""
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(1)
        return self.process.poll() is not None

    def kill(self) -> None:
        """End it as the system does when there is no memory left."""
        self.process.kill()

    def close(self) -> str:
        """End it as the engine does; what it wrote to stderr."""
        self.channel.close()
        self.process.terminate()
        return self.process.communicate()[1].decode(errors="replace")


class SurvivingEmulator:
    """An emulator whose state outlives its process, at one port."""

    def __init__(self, folder: Path) -> None:
        self._state = ["--state", str(folder / "state.db")]
        self._process = Emulator("--port", str(_port()), *self._state)
        self.url = self._process.url

    def restart(self) -> None:
        """Kill it, and start it anew on what it left."""
        self._process.process.kill()
        self._process.process.communicate()
        self._process = Emulator("--port", str(self._process.address[1]), *self._state)

    def close(self) -> None:
        """End it."""
        self._process.close()


def _port() -> int:
    """Find a free port below those that the system gives to clients, one of which could take it."""
    for port in range(20000 + os.getpid() % 5000, 30000):
        with socket.socket() as tried:
            try:
                tried.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise OSError("there is no free port from 20000 to 30000")
