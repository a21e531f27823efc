"""Whether the engine that started a plugin is still there."""

import os
import re
import socket
from collections.abc import Callable
from time import sleep

PAUSE = 1.0
"""Seconds between two looks."""


def engine_address(argument: str) -> str | None:
    """Give an argument that is an engine's address, `host:port`; None of any other."""
    match = re.fullmatch(r"([\w.-]+|\[[0-9a-fA-F:.]+\]):([0-9]{1,5})", argument)
    return argument if match and 0 < int(match[2]) < 65536 else None


def until_gone(
    address: str,
    parent: Callable[[], int] = os.getppid,
    pause: Callable[[], None] = lambda: sleep(PAUSE),
) -> None:
    """
    Return once the engine at this address has ended.

    Its port tells, on every system. Where it was killed before it was ever seen there, a new parent
    process tells, as POSIX gives to an orphan.
    """
    seen, first = False, parent()
    while True:
        here = _listens(address)
        if seen and here is False:
            return
        seen = seen or here is True
        if not seen and parent() != first:
            return
        pause()


def _listens(address: str) -> bool | None:
    """Tell whether somebody listens there; None where that cannot be told."""
    host, _, port = address.rpartition(":")
    try:
        socket.create_connection((host.strip("[]"), int(port)), timeout=5).close()
    except ConnectionRefusedError:
        return False
    except OSError:
        return None
    return True
