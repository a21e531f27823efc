"""
Which requests are answered at all: none that a web page of another site made a browser send.

Whoever opens such a page does not mean to change the emulator. The browser tells the page's origin
(cross-site request forgery), or, where a DNS server of the page's owner points a name at loopback
(DNS rebinding), that name as the host. AWS's SDKs send the host of the URL and no origin.
"""

from collections.abc import Iterable
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from .errors import ApiError


class Admission:
    """Lets requests in by their Host, which is a literal address, loopback, or one of *hosts*."""

    def __init__(self, hosts: Iterable[str] = ()) -> None:
        self._hosts = {host.lower() for host in hosts}

    def check(self, environ: dict[str, Any]) -> None:
        """Raise an ApiError with status 403 for a request that is not let in."""
        host, origin = environ.get("HTTP_HOST", ""), environ.get("HTTP_ORIGIN")
        if host and not self._known(host):
            raise ApiError(
                "HostNotAllowedException",
                f"The emulator is not called {host[:100]!r}. If it is, start it with --allow-host "
                "and that name, without the port.",
            )
        if origin is not None and origin.partition("://")[2] != host:
            raise ApiError(
                "OriginNotAllowedException",
                f"The emulator answers no web page of another site: the Origin {origin[:100]!r} is "
                f"not that of the Host {host[:100]!r}.",
            )

    def _known(self, host: str) -> bool:
        try:
            name = (urlsplit(f"//{host}").hostname or "").rstrip(".")
        except ValueError:
            return False
        if name in self._hosts or name == "localhost" or name.endswith(".localhost"):
            return True
        try:
            ip_address(name)  # an address is no name that a DNS server could point elsewhere
        except ValueError:
            return False
        return True
