"""PINs: which are refused, and how they are hashed.

A PIN has a million values, so its hash alone would not hide it: it is hashed together with a key of
the server and the badge. After a change of SECRET_KEY its fallbacks are tried too.
"""

import hmac
import secrets
from uuid import UUID

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password

from orders.errors import DomainError
from orders.words import say

LENGTH = 6
PURPOSE = b"pin:"
DIGITS = "0123456789"
IN_ORDER = (DIGITS + DIGITS, (DIGITS + DIGITS)[::-1])


def random_pin() -> str:
    """A PIN that a lead gives to a worker, who chooses another one at first."""
    while True:
        pin = "".join(secrets.choice(DIGITS) for _ in range(LENGTH))
        if not is_easy(pin):
            return pin


def check_shape(pin: str) -> None:
    """Raises DomainError for what is no PIN, or for one of the first that anybody would guess."""
    if len(pin) != LENGTH or not set(pin) <= set(DIGITS):
        raise DomainError(say("A PIN has {length} digits.", length=LENGTH))
    if is_easy(pin):
        raise DomainError(say("This PIN is easy to guess: choose other digits."))


def is_easy(pin: str) -> bool:
    """Whether it repeats one or two digits, or counts up or down."""
    return len(set(pin)) <= 2 or any(pin in row for row in IN_ORDER)


def hashed(pin: str, badge_id: UUID) -> str:
    """The hash of a PIN of this badge."""
    return make_password(_peppered(pin, badge_id, settings.SECRET_KEY))


def matches(pin: str, badge_id: UUID, kept: str) -> bool:
    """Whether this is the PIN of the badge; takes as long where it is not."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    found = [check_password(_peppered(pin, badge_id, key), kept) for key in keys]
    return any(found)


def renewed(pin: str, badge_id: UUID, kept: str) -> str:
    """The hash of a PIN that matches, with the present key; the kept one if it is of that key."""
    present = _peppered(pin, badge_id, settings.SECRET_KEY)
    is_present = not settings.SECRET_KEY_FALLBACKS or check_password(present, kept)
    return kept if is_present else make_password(present)


def _peppered(pin: str, badge_id: UUID, key: str) -> str:
    return hmac.digest(PURPOSE + key.encode(), badge_id.bytes + pin.encode(), "sha256").hex()
