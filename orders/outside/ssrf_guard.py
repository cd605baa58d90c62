"""SSRF guard: checks URLs that users enter, such as webhook endpoints, and connects to them.

We call them from inside our network, so only public IP addresses are allowed. A host name is
resolved once, all its addresses are checked, and the connection goes to a checked one: a second
DNS answer cannot lead elsewhere (DNS rebinding).
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

from orders.errors import DomainError
from orders.words import say, say_later

LONGEST = 500
PORTS = {443, 8443}
NOT_PUBLIC = say_later("This URL cannot be used: it does not lead to a public server.")
OWN_SITE = say_later("This URL is ours: enter one of your own system.")
INVALID_URL = say_later("Enter a valid URL.")
HOST = re.compile(r"[a-z0-9]([a-z0-9._-]*[a-z0-9])?|\[[0-9a-f:.]+\]", re.IGNORECASE)
FORBIDDEN = set(' "<>^`{|}')
# Every public IPv6 address lies in it (RFC 4291, 2.4): all else is refused, known or not, such as
# the addresses that stand for IPv4 ones (::/96, ::ffff:0:0/96, ::ffff:0:0:0/96, 64:ff9b::/96).
PUBLIC_IPV6 = ipaddress.IPv6Network("2000::/3")
# The library's list: IPv4 networks, as ::ffff:0:0/96, and what of 2000::/3 is not public.
DENIED = [
    *(
        block.get_network()
        for block in AntiSSRFPolicy(PolicyConfigOptions.EXTERNAL_ONLY_LATEST).denied_addresses
    ),
]


class UrlRefused(DomainError):
    """A URL that may not be called; the text reveals nothing about our network."""


class NameUnknown(UrlRefused):
    """The host name does not resolve, or not in time. Same text as for an internal address."""


@dataclass(frozen=True, slots=True)
class Target:
    """A parsed URL: the host for Host header and certificate, the port and the path."""

    secure: bool
    host: str
    port: int
    path: str

    @property
    def host_header(self) -> str:
        """The Host header: with the port where it is not the default port."""
        name = f"[{self.host}]" if ":" in self.host else self.host
        return name if self.port == _usual_port(self.secure) else f"{name}:{self.port}"

    @property
    def origin(self) -> str:
        """The scheme and the host."""
        return f"http{'s' if self.secure else ''}://{self.host_header}"


def target_of(url: str, *, longest: int = LONGEST) -> Target:
    """Parse and check a URL, without DNS. Raises UrlRefused.

    WEBHOOK_ALLOW_LOCAL allows http and every port too, for development.
    """
    is_plain = url.isascii() and url.isprintable() and not FORBIDDEN.intersection(url)
    if len(url) > longest or not is_plain:
        raise UrlRefused(
            say(
                "Enter a URL of at most {most} ASCII characters, "
                'without spaces and " < > ^ ` {{ | }}.',
                most=longest,
            )
        )
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise UrlRefused(str(INVALID_URL)) from None
    local = settings.WEBHOOK_ALLOW_LOCAL
    if parts.scheme != "https" and not (local and parts.scheme == "http"):
        raise UrlRefused(say("The URL must start with https://."))
    if "@" in parts.netloc or "\\" in url or "#" in url:
        raise UrlRefused(say("The URL must not contain a user name, password or #."))
    host = (parts.hostname or "").rstrip(".")
    if not HOST.fullmatch(f"[{host}]" if ":" in host else host):
        raise UrlRefused(str(INVALID_URL))
    secure = parts.scheme == "https"
    port = _usual_port(secure) if port is None else port
    if port not in PORTS and not local:
        raise UrlRefused(say("The port must be 443 or 8443."))
    _refuse_own_site(host, port)
    path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    return Target(secure, host, port, path)


def resolve(target: Target, *, seconds: float) -> list[str]:
    """Resolve the host; all its IP addresses must be public. Raises UrlRefused."""
    addresses = _resolved(target.host, seconds)
    if not all(_is_public(address) for address in addresses):
        raise UrlRefused(str(NOT_PUBLIC))
    return addresses


def connect(target: Target, addresses: Sequence[str], *, ends: float) -> HTTPConnection:
    """Connect to one of these checked IP addresses, before `ends` (of time.monotonic).

    The certificate must name the host. http.client uses no proxy and follows no redirect.
    Raises OSError.
    """
    line = _connected(addresses, target.port, ends)
    try:
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if target.secure:
            line.settimeout(_left(ends))  # of the whole handshake, not of each byte
            line = tls().wrap_socket(line, server_hostname=target.host)
        return _Line(target, line)
    except OSError:
        line.close()
        raise


@cache
def tls() -> ssl.SSLContext:
    """Load the certificate authorities of this machine, once."""
    return ssl.create_default_context()


class _Line(HTTPConnection):
    """An HTTP connection over an open socket; reconnecting would resolve the host again."""

    auto_open = 0

    def __init__(self, target: Target, line: socket.socket) -> None:
        super().__init__(target.host, target.port)
        self.default_port = _usual_port(target.secure)
        self.sock = line


def _usual_port(secure: bool) -> int:
    return 443 if secure else 80


def _refuse_own_site(host: str, port: int) -> None:
    """Refuse our own site: a webhook to it could cause events and so an endless loop."""
    site = urlsplit(settings.SITE_URL)
    if settings.WEBHOOK_ALLOW_LOCAL:  # everything is on this machine: compare the port too
        if (host, port) == (site.hostname, site.port):
            raise UrlRefused(str(OWN_SITE))
        return
    names = {str(site.hostname), *(name.lstrip(".") for name in settings.ALLOWED_HOSTS)}
    if host in {name.lower().rstrip(".") for name in names}:
        raise UrlRefused(str(OWN_SITE))


def _resolved(host: str, seconds: float) -> list[str]:
    """Resolve a host name to at least one address. Raises NameUnknown."""
    answers: queue.SimpleQueue[list[str]] = queue.SimpleQueue()

    def look() -> None:
        try:
            rows = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            rows = []
        answers.put([str(row[4][0]) for row in rows])

    # getaddrinfo has no time-out: it runs in a thread, which is abandoned if it hangs.
    threading.Thread(target=look, name="look-up", daemon=True).start()
    try:
        found = answers.get(timeout=max(seconds, 0))
    except queue.Empty:
        found = []
    if not found:
        raise NameUnknown(str(NOT_PUBLIC))
    return found


def _is_public(address: str) -> bool:
    if "%" in address:  # with a zone, as link-local addresses have it
        return False
    found = ipaddress.ip_address(address)
    if isinstance(found, ipaddress.IPv4Address):
        if settings.WEBHOOK_ALLOW_LOCAL and found.is_loopback:
            return True
        found = ipaddress.IPv6Address(f"::ffff:{found}")
    elif found not in PUBLIC_IPV6:
        return False
    return not any(found in network for network in DENIED)


def _connected(addresses: Sequence[str], port: int, ends: float) -> socket.socket:
    """Connect to the first address that answers; the time is shared between them."""
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
