"""Who asks: a client's address and network, where proxies that we trust stand before us."""

import ipaddress
from collections.abc import Callable, Mapping, MutableMapping
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# Who may have many addresses, but hardly many networks.
PREFIXES = {4: 24, 6: 56}
UNKNOWN = "unknown"  # without an address, as on a Unix socket
# What only a proxy that we trust may say about a request.
ITS_WORDS = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_REQUEST_ID")


class ClientMiddleware:
    """Set REMOTE_ADDR to the client's address; drop what somebody else says in a proxy's name."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        believe(request.META)
        return self.get_response(request)


def believe(environ: MutableMapping[str, Any]) -> None:
    """Believe the headers of a proxy if it is one of settings.TRUSTED_PROXIES, else drop them."""
    if not _is_trusted(address_in(environ.get("REMOTE_ADDR", ""))):
        for name in ITS_WORDS:
            environ.pop(name, None)
    environ["REMOTE_ADDR"] = client_address(environ)


def client_network(request: HttpRequest) -> str:
    """The network of a client, as 203.0.113.0/24 or 2001:db8:1:200::/56."""
    return network_of(request.META.get("REMOTE_ADDR", ""))


@lru_cache(maxsize=4096)
def network_of(client: str) -> str:
    """The network of an address that `client_address` found."""
    address = address_in(client)
    if address is None:
        return UNKNOWN
    return str(ipaddress.ip_network((address, PREFIXES[address.version]), strict=False))


@lru_cache(maxsize=4096)  # parsing takes longer than all else that is asked about an address
def address_in(text: str) -> Address | None:
    """The address in a text, which may have a port; None if there is none."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def client_address(environ: Mapping[str, Any]) -> str:
    """From the nearest hop to the furthest: the first that is none of our proxies."""
    nearest = str(environ.get("REMOTE_ADDR", ""))
    known = address_in(nearest)
    for hop in reversed(str(environ.get("HTTP_X_FORWARDED_FOR", "")).split(",")):
        # Beyond a stranger everything is the word of that stranger.
        if not _is_trusted(known) or (address := address_in(hop)) is None:
            break
        known = address
    return str(known) if known else nearest


def _is_trusted(address: Address | None) -> bool:
    return address is not None and any(
        address.version == network.version and address in network
        for network in settings.TRUSTED_PROXIES
    )
