"""VAPID (RFC 8292): our key pair and the signed Authorization header for push services.

Without settings.VAPID_PRIVATE_KEY there is no web push.
"""

import base64
import time
from functools import lru_cache

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from py_vapid import Vapid02

SIGNED_FOR = 12 * 3600  # seconds; a push service takes at most a day


def is_set_up() -> bool:
    """Whether web push is set up."""
    return bool(settings.VAPID_PRIVATE_KEY)


def public_key() -> str:
    """Return our public key, base64url; "" where web push is not set up."""
    return _public(settings.VAPID_PRIVATE_KEY) if is_set_up() else ""


def authorization(origin: str) -> str:
    """Sign the Authorization header for the push service at `origin`."""
    claims = {
        "aud": origin,
        "sub": settings.VAPID_SUBJECT,
        "exp": int(time.time()) + SIGNED_FOR,
    }
    return str(_signer(settings.VAPID_PRIVATE_KEY).sign(claims)["Authorization"])


def new_private_key() -> str:
    """A new private key, base64url of its 32 bytes."""
    number = ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value
    return _text(number.to_bytes(32, "big"))


@lru_cache(maxsize=4)
def _signer(private_key: str) -> Vapid02:
    return Vapid02.from_raw(private_key.encode())


@lru_cache(maxsize=4)
def _public(private_key: str) -> str:
    point = serialization.PublicFormat.UncompressedPoint
    key = _signer(private_key).public_key
    return _text(key.public_bytes(serialization.Encoding.X962, point))


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
