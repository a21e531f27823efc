"""
A stand-in for Pulumi's language hosts, which not every machine has: it runs a compiled program.

Pulumi's engine starts it as `pulumi-language-go ENGINE`. The command that is the program stands in
`PULUMI_TEST_PROGRAM`, as JSON.
"""

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import grpc
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import language_pb2, language_pb2_grpc, plugin_pb2

COMMAND = "PULUMI_TEST_PROGRAM"


def install(folder: Path) -> str:
    """Put the executable that the engine looks for into a folder; what PATH has to begin with."""
    folder.mkdir()
    tests = Path(__file__).parents[1]
    script = folder / "pulumi-language-go"
    script.write_text(
        f'#!/bin/sh\nPYTHONPATH="{tests}" exec "{sys.executable}" -m e2e.language_host "$@"\n'
    )
    script.chmod(0o755)
    return str(folder)


class Host(language_pb2_grpc.LanguageRuntimeServicer):
    """Answers the engine; its methods have gRPC's own names."""

    def __init__(self, engine: str) -> None:
        self._engine = engine
        self._program: subprocess.Popen[str] | None = None

    def GetPluginInfo(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Say which version it is: the engine only shows it."""
        return plugin_pb2.PluginInfo(version="0.0.0")

    def GetRequiredPackages(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Name nothing to install."""
        return language_pb2.GetRequiredPackagesResponse()

    def Cancel(self, request: Any, context: Any) -> Any:  # noqa: N802
        """End the program; the engine ends this process."""
        if self._program:
            self._program.terminate()
        return Empty()

    def Run(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Run the program with the environment that Pulumi's SDK for Go reads."""
        known = {
            "PULUMI_PROJECT": request.project,
            "PULUMI_STACK": request.stack,
            "PULUMI_ORGANIZATION": request.organization,
            "PULUMI_CONFIG": json.dumps(dict(request.config)),
            "PULUMI_CONFIG_SECRET_KEYS": json.dumps(list(request.configSecretKeys)),
            "PULUMI_DRY_RUN": str(request.dryRun).lower(),
            "PULUMI_PARALLEL": str(request.parallel),
            "PULUMI_MONITOR": request.monitor_address,
            "PULUMI_ENGINE": self._engine,
        }
        self._program = subprocess.Popen(
            json.loads(os.environ[COMMAND]),
            env=os.environ | known,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        said, _ = self._program.communicate()
        return language_pb2.RunResponse(error=said if self._program.returncode else "")


def main(engine: str) -> None:
    """Serve until the engine ends the process."""
    server = grpc.server(ThreadPoolExecutor(4))
    language_pb2_grpc.add_LanguageRuntimeServicer_to_server(Host(engine), server)
    print(server.add_insecure_port("127.0.0.1:0"), flush=True)
    server.start()
    server.wait_for_termination()


if __name__ == "__main__":
    main(sys.argv[-1])
