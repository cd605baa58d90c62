"""Webhook signatures (Standard Webhooks): secrets, their encryption, signed headers."""

import base64
import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from standardwebhooks import Webhook

PREFIX = "whsec_"
SECRET_BYTES = 32
PURPOSE = b"webhook secrets:"


def make_secret() -> str:
    """Make a secret of 256 random bits, in the form that a receiver enters."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def encrypted(secret: str) -> str:
    """Encrypt a secret for the database."""
    return _box().encrypt(secret.encode()).decode()


def decrypted(kept: str) -> str:
    """Decrypt a secret, also with keys of SECRET_KEY_FALLBACKS. Raises InvalidToken."""
    return _box().decrypt(kept.encode()).decode()


def signed_headers(
    webhook_id: str, payload: str, *, at: datetime, kept: Sequence[str]
) -> dict[str, str]:
    """Make the three headers of Standard Webhooks, with a signature for each secret in `kept`.

    `at` is in UTC.
    """
    signatures = [Webhook(decrypted(secret)).sign(webhook_id, at, payload) for secret in kept]
    return {
        "webhook-id": webhook_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


def _box() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(_derived(key)) for key in keys])


def _derived(key: str) -> bytes:
    """Derive a Fernet key, used for webhook secrets only: other uses of SECRET_KEY stay safe."""
    return base64.urlsafe_b64encode(hashlib.sha256(PURPOSE + key.encode()).digest())
