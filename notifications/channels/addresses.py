"""Addresses that strangers name, such as a seller's endpoint: which may be called, and the line.

We call them from inside: whatever does not lead to a public server is refused. A name is resolved
once, every address it has is checked, and the line goes to a checked one: a name that answers
differently the second time leads nowhere else.
"""

import ipaddress
import queue
import re
import socket
import ssl
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from http.client import HTTPConnection
from time import monotonic
from urllib.parse import urlsplit

from AntiSSRF import AntiSSRFPolicy, PolicyConfigOptions
from django.conf import settings

from notifications.channels.deadlines import deadline
from orders.errors import DomainError

LONGEST = 500
PORTS = {443, 8443}
NOT_PUBLIC = "This URL cannot be used: it does not lead to a public server."
OURS = "This URL is ours: enter one of your own system."
NO_ADDRESS = "Enter a valid URL."
HOST = re.compile(r"[a-z0-9]([a-z0-9._-]*[a-z0-9])?|\[[0-9a-f:.]+\]", re.IGNORECASE)
UNPLAIN = set(' "<>^`{|}')
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


class NameUnknown(AddressRefused):
    """Nobody knows the name, or not in time. The text is that of an address inside."""


@dataclass(frozen=True, slots=True)
class Target:
    """An address taken apart: the name for the Host header and the certificate, and the path."""

    secure: bool
    host: str
    port: int
    path: str

    @property
    def host_header(self) -> str:
        """With the port where it is not the usual one."""
        name = f"[{self.host}]" if ":" in self.host else self.host
        return name if self.port == _usual_port(self.secure) else f"{name}:{self.port}"

    @property
    def origin(self) -> str:
        """The scheme and the host."""
        return f"http{'s' if self.secure else ''}://{self.host_header}"


def target_of(url: str, *, longest: int = LONGEST) -> Target:
    """The parts of an address, without asking anybody. Raises AddressRefused.

    Where WEBHOOK_ALLOW_LOCAL is on, http and every port are fine too.
    """
    is_plain = url.isascii() and url.isprintable() and not UNPLAIN.intersection(url)
    if len(url) > longest or not is_plain:
        raise AddressRefused(
            f"Enter a URL of at most {longest} ASCII characters, "
            'without spaces and " < > ^ ` { | }.'
        )
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise AddressRefused(NO_ADDRESS) from None
    local = settings.WEBHOOK_ALLOW_LOCAL
    if parts.scheme != "https" and not (local and parts.scheme == "http"):
        raise AddressRefused("The URL must start with https://.")
    if "@" in parts.netloc or "\\" in url or "#" in url:
        raise AddressRefused("The URL must not contain a user name, password or #.")
    host = (parts.hostname or "").rstrip(".")
    if not HOST.fullmatch(f"[{host}]" if ":" in host else host):
        raise AddressRefused(NO_ADDRESS)
    secure = parts.scheme == "https"
    port = _usual_port(secure) if port is None else port
    if port not in PORTS and not local:
        raise AddressRefused("The port must be 443 or 8443.")
    _refuse_ours(host, port)
    path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    return Target(secure, host, port, path)


def resolve(target: Target, *, seconds: float) -> list[str]:
    """The IP addresses of the name, each of which may be called. Raises AddressRefused."""
    addresses = _looked_up(target.host, seconds)
    if not all(_may_be_called(address) for address in addresses):
        raise AddressRefused(NOT_PUBLIC)
    return addresses


def connect(target: Target, addresses: Sequence[str], *, ends: float) -> HTTPConnection:
    """A line to one of these checked addresses, before `ends` (of time.monotonic).

    The certificate must name the host. No proxy and no redirect: http.client knows neither.
    Raises OSError.
    """
    line = _dialled(addresses, target.port, ends)
    try:
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if target.secure:
            secured = tls().wrap_socket(
                line, server_hostname=target.host, do_handshake_on_connect=False
            )
            line = secured
            with deadline(line, _left(ends)):
                secured.do_handshake()
        return _Line(target, line)
    except OSError:
        line.close()
        raise


@cache
def tls() -> ssl.SSLContext:
    """The authorities that this machine trusts, read once."""
    return ssl.create_default_context()


class _Line(HTTPConnection):
    """A connection that is there already; it is never opened anew, which would ask for the name."""

    auto_open = 0

    def __init__(self, target: Target, line: socket.socket) -> None:
        super().__init__(target.host, target.port)
        self.default_port = _usual_port(target.secure)
        self.sock = line


def _usual_port(secure: bool) -> int:
    return 443 if secure else 80


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
    """The addresses of a name, at least one. Raises NameUnknown."""
    answers: queue.SimpleQueue[list[str]] = queue.SimpleQueue()

    def look() -> None:
        try:
            rows = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            rows = []
        answers.put([str(row[4][0]) for row in rows])

    # The system's resolver knows no time-out: one that hangs is left behind.
    threading.Thread(target=look, name="look-up", daemon=True).start()
    try:
        found = answers.get(timeout=max(seconds, 0))
    except queue.Empty:
        found = []
    if not found:
        raise NameUnknown(NOT_PUBLIC)
    return found


def _may_be_called(address: str) -> bool:
    if "%" in address:  # with a zone, as link-local addresses have it
        return False
    found = ipaddress.ip_address(address)
    if isinstance(found, ipaddress.IPv4Address):
        if settings.WEBHOOK_ALLOW_LOCAL and found.is_loopback:
            return True
        found = ipaddress.IPv6Address(f"::ffff:{found}")
    return not any(found in network for network in DENIED)


def _dialled(addresses: Sequence[str], port: int, ends: float) -> socket.socket:
    """A connection to the first of these that answers; each gets its share of the time."""
    failure: OSError = ConnectionError("The host name has no address.")
    for number, address in enumerate(addresses):
        share = _left(ends) / (len(addresses) - number)
        try:
            return socket.create_connection((address, port), timeout=share)
        except OSError as error:
            failure = error
    raise failure


def _left(ends: float) -> float:
    left = ends - monotonic()
    if left <= 0:
        raise TimeoutError("Timed out.")
    return left
