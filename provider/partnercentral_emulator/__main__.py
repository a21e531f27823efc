"""`partnercentral-emulator`: serves the emulator until it is stopped."""

import argparse
import json
import signal
import sqlite3
import sys
from threading import Event

try:
    from .server import Emulator
except ModuleNotFoundError as missing:
    sys.exit(
        f"The emulator needs {missing.name}, which is not installed: "
        "pip install 'pulumi-partnercentral[emulator]'"
    )


def main(arguments: list[str] | None = None) -> int:
    """Serve, say where in one line, and end quietly at Ctrl-C or SIGTERM."""
    options = _options(arguments)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: sys.exit(0))
    try:
        settings = dict(_setting(text) for text in options.setting)
        emulator = Emulator(
            options.port,
            options.host,
            options.state,
            settings,
            hosts=options.allow_host,
            events=options.events,
        )
        emulator.start()
    except (OSError, ValueError, sqlite3.Error) as error:
        print(f"The emulator cannot start: {error}", file=sys.stderr)
        return 1
    print(f"Partner Central Channel emulator ready at {emulator.url}", flush=True)
    try:
        Event().wait()
    finally:
        emulator.stop()
    return 0


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="partnercentral-emulator",
        description="The AWS Partner Central Channel API on this machine, without an AWS account.",
    )
    parser.add_argument("--port", type=int, default=4599, help="4599; 0 picks one")
    parser.add_argument("--host", default="127.0.0.1", help="127.0.0.1")
    parser.add_argument(
        "--allow-host",
        action="append",
        default=[],
        metavar="NAME",
        help="a name under which clients ask it, as in a network of containers; may be repeated",
    )
    parser.add_argument(
        "--events",
        metavar="URL",
        help="gets EventBridge's events about handshakes, each as one POST of JSON",
    )
    parser.add_argument("--state", metavar="FILE", help="keeps everything across restarts")
    parser.add_argument(
        "--setting",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="see GET /_emulator/settings; may be repeated",
    )
    return parser.parse_args(arguments)


def _setting(text: str) -> tuple[str, object]:
    name, equals, value = text.partition("=")
    if not equals:
        raise ValueError(f"--setting takes NAME=VALUE, got {text!r}.")
    return name, json.loads(value) if value.startswith(("{", "[")) else value


if __name__ == "__main__":
    sys.exit(main())
