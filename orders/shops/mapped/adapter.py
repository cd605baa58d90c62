"""The adapter of shops of any other make: one call an order, signed by a secret of both."""

import hmac
import string
from typing import Any

from orders.shops.base import OrderReport, Payload
from orders.shops.mapped.mapping import DEFAULT, SIGNATURE
from orders.shops.mapped.order_body import read_order
from orders.shops.reading import JsonProblems, decode
from orders.shops.signatures import is_signed_in_base64

PREFIX = "sha256="
HEX_DIGITS = 64  # of a SHA-256; its base64 has 44 letters


class MappedJson:
    """A shop, or a program between, that sends each order whole, whenever it changes.

    Without a mapping it reads what the API takes, with prices like 12.30.
    """

    name = "Other shop (JSON)"
    topic_header = "x-topic"

    def __init__(self, mapping: dict[str, Any] | None = None) -> None:
        self.mapping = DEFAULT | (mapping or {})

    def with_settings(self, mapping: dict[str, Any]) -> "MappedJson":
        """The adapter of one channel."""
        return MappedJson(mapping)

    def verify(self, payload: Payload, secret: str) -> bool:
        """Check the signature, in hexadecimal digits or base64, with `sha256=` before it or not."""
        given = payload.headers.get(self.mapping[SIGNATURE].lower(), "").removeprefix(PREFIX)
        if len(given) != HEX_DIGITS or not set(given) <= set(string.hexdigits):
            return is_signed_in_base64(payload.body, given, secret)
        if not payload.body or not secret:
            return False
        wanted = hmac.digest(secret.encode(), payload.body, "sha256").hex()
        return hmac.compare_digest(given.lower(), wanted)

    def read(self, payload: Payload) -> OrderReport:
        """What a verified call reports. Raises NotJson or InvalidInput."""
        problems = JsonProblems()
        body = decode(payload.body)
        problems.is_object(body, "body")
        problems.refuse()
        return read_order(body, self.mapping)
