"""Addresses that come from outside, such as a browser's push service: where we may connect to.

The name is resolved once, every address it has is checked, and the line goes to the checked one: a
name that answers differently the second time leads nowhere else.
"""

import queue
import socket
import ssl
import threading
from http.client import HTTPConnection, HTTPSConnection
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from time import monotonic
from typing import NamedTuple
from urllib.parse import urlsplit

from AntiSSRF import IPAddressRanges
from django.conf import settings

from notifications.channels.deadlines import deadline

LONGEST_URL = 1000
PORTS = (443, 8443)
INSIDE = [ip_network(block) for block in IPAddressRanges.recommended_latest]
Address = IPv4Address | IPv6Address


class AddressRefused(ValueError):
    """We do not connect to this address, whoever asks; the text is safe to show."""


class Target(NamedTuple):
    """An address taken apart: where to connect, and what to ask for there."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def origin(self) -> str:
        """Scheme, host and a port that is not the usual one."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        usual = {"https": 443, "http": 80}[self.scheme]
        return f"{self.scheme}://{host}" + (f":{self.port}" if self.port != usual else "")


def target_of(url: str) -> Target:
    """The parts of an address that may be called as far as its text tells. Raises AddressRefused.

    Where WEBHOOK_ALLOW_LOCAL is on, http and every port are fine too.
    """
    is_plain = url.isascii() and url.isprintable() and not set(' \\"<>^`{|}').intersection(url)
    if not is_plain or len(url) > LONGEST_URL:
        raise AddressRefused("This is not an address.")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise AddressRefused("This is not an address.") from error
    schemes = ("https", "http") if settings.WEBHOOK_ALLOW_LOCAL else ("https",)
    if parts.scheme not in schemes or not parts.hostname:
        raise AddressRefused("The address must begin with https://.")
    if "@" in parts.netloc:
        raise AddressRefused("The address must not hold a name or a password.")
    port = port or (443 if parts.scheme == "https" else 80)
    if port not in PORTS and not settings.WEBHOOK_ALLOW_LOCAL:
        raise AddressRefused("The address must use port 443 or 8443.")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme, parts.hostname, port, path)


def connected(target: Target, *, seconds: float) -> HTTPConnection:
    """A line to an address that was checked, within `seconds`. Raises AddressRefused or OSError.

    No proxy, and no redirect is followed: http.client knows neither.
    """
    ends = monotonic() + seconds
    found = _resolved(target, seconds)
    if not settings.WEBHOOK_ALLOW_LOCAL and any(_is_inside(address) for address in found):
        raise AddressRefused("The address leads into a private network.")
    line = _line_to(found, target.port, ends)
    left = _left(ends)
    if target.scheme == "http":
        connection = HTTPConnection(target.host, target.port, timeout=left)
        connection.sock = line
        return connection
    context = ssl.create_default_context()
    secured = context.wrap_socket(line, server_hostname=target.host, do_handshake_on_connect=False)
    try:
        with deadline(secured, left):
            secured.do_handshake()
    except OSError:
        secured.close()
        raise
    connection = HTTPSConnection(target.host, target.port, timeout=left, context=context)
    connection.sock = secured
    return connection


def _line_to(found: list[Address], port: int, ends: float) -> socket.socket:
    """A connection to the first of these addresses that answers."""
    failure = OSError("The host has no address.")
    for address in found:
        try:
            return socket.create_connection((str(address), port), timeout=_left(ends))
        except OSError as error:
            failure = error
    raise failure


def _left(ends: float) -> float:
    left = ends - monotonic()
    if left <= 0:
        raise TimeoutError("The time is up.")
    return left


def _is_inside(address: Address) -> bool:
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    outer = mapped or address
    return any(outer in block for block in INSIDE if block.version == outer.version)


def _resolved(target: Target, seconds: float) -> list[Address]:
    """Every address of the host. The system's resolver knows no time-out, so a thread asks it."""
    answers: queue.SimpleQueue[list[Address] | OSError] = queue.SimpleQueue()

    def ask() -> None:
        try:
            rows = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
            answers.put([ip_address(str(row[4][0]).partition("%")[0]) for row in rows])
        except (OSError, UnicodeError, ValueError) as error:
            answers.put(OSError(f"No such host: {error}"))

    threading.Thread(target=ask, name="resolver", daemon=True).start()
    try:
        answer = answers.get(timeout=seconds)
    except queue.Empty as error:
        raise TimeoutError("The name of the host was not resolved in time.") from error
    if isinstance(answer, OSError):
        raise answer
    return answer
