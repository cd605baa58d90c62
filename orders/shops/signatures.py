"""Signatures and secrets of shops' calls, compared in constant time."""

import base64
import binascii
import hmac

SHA256_BYTES = 32
SECRET_HEADER = "x-webhook-secret"  # noqa: S105 - of calls that nobody signs; in lower case


def is_signed_in_base64(body: bytes, given: str, secret: str) -> bool:
    """Whether `given` is the base64 of the HMAC-SHA256 of the raw body under this secret."""
    if not body or not secret:
        return False
    try:
        digest = base64.b64decode(given, validate=True)
    except (binascii.Error, ValueError):  # ValueError: letters beyond ASCII
        return False
    wanted = hmac.digest(secret.encode(), body, "sha256")
    return len(digest) == SHA256_BYTES and hmac.compare_digest(digest, wanted)


def is_secret(given: str, secret: str) -> bool:
    """Whether a header holds the secret itself, for shops that sign nothing."""
    return bool(secret) and hmac.compare_digest(given.encode(), secret.encode())
