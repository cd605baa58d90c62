"""Which addresses may be called: checked when an endpoint is saved, pinned when one is called.

A seller names the address and we call it from inside: whatever does not lead to a public server is
refused, and the connection goes to the very address that was checked, not to a second look-up.
"""

import ipaddress
import re
import socket
import threading
from dataclasses import dataclass
from urllib.parse import urlsplit

from AntiSSRF import AntiSSRFPolicy, PolicyConfigOptions
from django.conf import settings

from orders.errors import DomainError

LONGEST = 500
PORTS = {443, 8443}
NOT_PUBLIC = "This address cannot be used: it does not lead to a public server."
OURS = "This address is our own: choose one of your own system."
HOST = re.compile(r"[a-z0-9]([a-z0-9._-]*[a-z0-9])?|\[[0-9a-f:.]+\]", re.IGNORECASE)
# The library's list, and IPv4 written as IPv6 in a way that it does not list (RFC 4291, 2.5.5.1).
DENIED = [
    ipaddress.IPv6Network("::/96"),
    *(
        block.get_network()
        for block in AntiSSRFPolicy(PolicyConfigOptions.EXTERNAL_ONLY_LATEST).denied_addresses
    ),
]


class AddressRefused(DomainError):
    """An address that may not be called; the text tells nothing about the network inside."""


@dataclass(frozen=True, slots=True)
class Target:
    """A checked address: the name for the Host header and the certificate, and the path."""

    secure: bool
    host: str
    port: int
    path: str

    @property
    def host_header(self) -> str:
        """With the port where it is not the usual one."""
        name = f"[{self.host}]" if ":" in self.host else self.host
        return name if self.port == (443 if self.secure else 80) else f"{name}:{self.port}"


def target_of(url: str) -> Target:
    """The parts of an address, without asking anybody. Raises AddressRefused."""
    if len(url) > LONGEST or not url.isascii() or not url.isprintable() or " " in url:
        raise AddressRefused(
            f"Give an address of at most {LONGEST} plain characters, without spaces."
        )
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise AddressRefused("This is no address of the web.") from None
    local = settings.WEBHOOK_ALLOW_LOCAL
    if parts.scheme != "https" and not (local and parts.scheme == "http"):
        raise AddressRefused("The address begins with https://.")
    if "@" in parts.netloc or "\\" in url or "#" in url:
        raise AddressRefused("The address holds no user name, password or #.")
    host = (parts.hostname or "").rstrip(".")
    if not HOST.fullmatch(f"[{host}]" if ":" in host else host):
        raise AddressRefused("This is no address of the web.")
    secure = parts.scheme == "https"
    port = port or (443 if secure else 80)
    if port not in PORTS and not local:
        raise AddressRefused("The port is 443 or 8443.")
    _refuse_ours(host, port)
    path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    return Target(secure, host, port, path)


def resolve(target: Target, *, seconds: float) -> str:
    """The IP address to connect to; every address of the name is allowed. Raises AddressRefused."""
    addresses = _looked_up(target.host, seconds)
    if not addresses or not all(_may_be_called(address) for address in addresses):
        raise AddressRefused(NOT_PUBLIC)
    return addresses[0]


def _refuse_ours(host: str, port: int) -> None:
    """Our own site would answer, and each answer would be an event: a loop."""
    site = urlsplit(settings.SITE_URL)
    if settings.WEBHOOK_ALLOW_LOCAL:  # everything is on this machine: only the port tells us apart
        if (host, port) == (site.hostname, site.port):
            raise AddressRefused(OURS)
        return
    names = {str(site.hostname), *(name.lstrip(".") for name in settings.ALLOWED_HOSTS)}
    if host in {name.lower().rstrip(".") for name in names}:
        raise AddressRefused(OURS)


def _looked_up(host: str, seconds: float) -> list[str]:
    """The addresses of a name; none when nobody knows it or the answer takes too long."""
    found: list[str] = []

    def look() -> None:
        try:
            answers = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            return
        found[:] = [str(answer[4][0]) for answer in answers]

    # The system's resolver knows no time-out: one that hangs is left behind.
    thread = threading.Thread(target=look, name="look-up", daemon=True)
    thread.start()
    thread.join(seconds)
    return list(found)


def _may_be_called(address: str) -> bool:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:  # with a zone, as link-local addresses have it
        return False
    if isinstance(found, ipaddress.IPv4Address):
        if settings.WEBHOOK_ALLOW_LOCAL and found.is_loopback:
            return True
        found = ipaddress.IPv6Address(f"::ffff:{found}")
    return not any(found in network for network in DENIED)
