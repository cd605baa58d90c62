"""Ids that sort by time, and tracking tokens that only the server can make."""

import base64
import hashlib
import hmac
import os
import time
import uuid

from django.conf import settings


def new_id() -> uuid.UUID:
    """A UUID of version 7 (RFC 9562, 5.7): 48 bits of Unix milliseconds, then 74 random bits."""
    value = int.from_bytes(os.urandom(16), "big")
    value = (time.time_ns() // 1_000_000) << 80 | value & ((1 << 80) - 1)
    value = value & ~(0xF << 76) | 7 << 76
    return uuid.UUID(int=value & ~(3 << 62) | 2 << 62)


def tracking_token(order_id: uuid.UUID, revision: int) -> str:
    """The secret part of a tracking address: 160 bits of HMAC-SHA256, as 32 letters and digits.

    Derived, not stored: later messages can print it, a leaked table cannot.
    """
    text = b"track:%s:%d" % (order_id.bytes, revision)
    digest = hmac.digest(settings.TRACKING_KEY.encode(), text, "sha256")
    return base64.b32encode(digest[:20]).decode().lower()


def token_hash(token: str) -> bytes:
    """What the database keeps of a token or an API key: SHA-256, enough for a random secret."""
    return hashlib.sha256(token.encode()).digest()
