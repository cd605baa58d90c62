"""Webhook signatures (Standard Webhooks): secrets and signed headers."""

import base64
import secrets
from collections.abc import Sequence
from datetime import datetime

from standardwebhooks import Webhook

from orders.accounts.sealing import WEBHOOK_SECRETS

PREFIX = "whsec_"
SECRET_BYTES = 32


def make_secret() -> str:
    """Make a secret of 256 random bits, in the form that a receiver enters."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def signed_headers(
    webhook_id: str, payload: str, *, at: datetime, kept: Sequence[str]
) -> dict[str, str]:
    """Make the three headers of Standard Webhooks, with a signature for each secret in `kept`.

    `at` is in UTC.
    """
    signatures = [
        Webhook(WEBHOOK_SECRETS.open(secret)).sign(webhook_id, at, payload) for secret in kept
    ]
    return {
        "webhook-id": webhook_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signatures),
    }
