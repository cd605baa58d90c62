"""Ids that sort by time (UUID version 7), and tokens of links (HMAC)."""

import base64
import hashlib
import hmac
import os
import threading
import time
import uuid
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.conf import settings

CODE_DIGITS = 6
CODE_VALID_FOR = 600  # seconds


class _Clock:
    """A monotonic clock in 4096ths of a millisecond since 1970."""

    def __init__(self) -> None:
        self._last = 0
        self._lock = threading.Lock()

    def read(self, number: int) -> int:
        """The first of so many moments, which nobody else is given."""
        with self._lock:
            first = max(time.time_ns() * 4096 // 1_000_000, self._last + 1)
            self._last = first + number - 1
            return first


_clock = _Clock()
_bare: Any = object.__new__
_set_int, _set_is_safe = (vars(uuid.UUID)[name].__set__ for name in ("int", "is_safe"))


def new_id() -> uuid.UUID:
    """A UUID of version 7 (RFC 9562, 5.7 and 6.2, method 3): 60 bits of time, then 62 random bits.

    Each id of a process is above the one before it: events of a transaction keep their order.
    """
    return _id_of(_clock.read(1), int.from_bytes(os.urandom(8)))


def new_ids(number: int) -> list[uuid.UUID]:
    """So many new ids, in their order: the clock and the source of chance are asked once."""
    first = _clock.read(number)
    chance = memoryview(os.urandom(8 * number)).cast("Q")
    moments = range(first, first + number)
    return [_id_of(ticks, random) for ticks, random in zip(moments, chance, strict=True)]


def _id_of(ticks: int, random: int) -> uuid.UUID:
    high = (ticks >> 12) << 16 | 7 << 12 | ticks & 0xFFF
    # As UUID(int=…) makes it, in a third of the time: an order has eight, all of them good.
    made: uuid.UUID = _bare(uuid.UUID)
    _set_int(made, high << 64 | 2 << 62 | random >> 2)
    _set_is_safe(made, uuid.SafeUUID.unknown)
    return made


def first_id(at: datetime) -> uuid.UUID:
    """The lowest id of this moment: filters rows by age through the index of their ids."""
    return uuid.UUID(int=(int(at.timestamp() * 1000) << 16 | 7 << 12) << 64 | 2 << 62)


def tracking_token(order_id: uuid.UUID, revision: int, *, made_as: bytes = b"") -> str:
    """The secret part of a tracking URL: 160 bits of HMAC-SHA256, as 32 letters and digits.

    Derived and not stored: later messages can print it, and a leaked table does not reveal it.
    `made_as`: the hash that the order keeps. After a rotation it says which key the link has.
    """
    present, *former = tracking_tokens(order_id, revision)
    return next((token for token in former if token_hash(token) == made_as), present)


def tracking_tokens(order_id: uuid.UUID, revision: int) -> list[str]:
    """The token under each key of TRACKING_KEY, the present key first."""
    return _derived(b"track:%s:%d" % (order_id.bytes, revision), settings.TRACKING_KEYS)


def invitation_tokens(invitation_id: uuid.UUID) -> list[str]:
    """The secret part of an invitation's link under each SECRET_KEY, that of the present first.

    Derived and not stored, so that the task which mails it is given no secret.
    """
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return _derived(b"invitation:%s" % invitation_id.bytes, keys)


def one_time_code(order_id: uuid.UUID, nonce: str) -> str:
    """Six digits that a customer is mailed, for the browser that asked with this nonce.

    Derived and not stored: whoever reads the tables cannot know it.
    """
    digest = hmac.digest(
        settings.SECRET_KEY.encode(), b"code:%s:%s" % (order_id.bytes, nonce.encode()), "sha256"
    )
    return f"{int.from_bytes(digest[:8], 'big') % 10**CODE_DIGITS:0{CODE_DIGITS}}"


def _derived(text: bytes, keys: Sequence[str]) -> list[str]:
    return [base64.b32encode(_digest(key, text)[:20]).decode().lower() for key in keys]


def _digest(key: str, text: bytes) -> bytes:
    made = _keyed(key).copy()
    made.update(text)
    return made.digest()


# To begin an HMAC takes OpenSSL three times as long as the rest of it.
@lru_cache(maxsize=100)
def _keyed(key: str) -> hmac.HMAC:
    return hmac.new(key.encode(), digestmod="sha256")


def token_hash(token: str) -> bytes:
    """The SHA-256 of a token or an API key; no salt or stretching, for the secret is random."""
    return hashlib.sha256(token.encode()).digest()
