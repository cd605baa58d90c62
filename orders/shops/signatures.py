"""Signatures of shops' calls: HMAC-SHA256 over the raw body, compared in constant time."""

import base64
import binascii
import hmac

SHA256_BYTES = 32


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
