"""Signatures are those of Standard Webhooks, and secrets are long, random and kept encrypted."""

import base64
from datetime import UTC, datetime

import pytest
from cryptography.fernet import InvalidToken

from notifications.webhooks.signing import make_secret, signed_headers
from orders.accounts.sealing import WEBHOOK_SECRETS

# The published vectors.
VECTORS = [
    (
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        1614265330,
        '{"test": 2432232314}',
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    ),
    (
        "whsec_plJ3nmyCDGBKInavdOK15jsl",
        "msg_loFOjxBNrRLzqYUf",
        1731705121,
        '{"event_type":"ping","data":{"success":true}}',
        "v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0=",
    ),
]


@pytest.mark.parametrize(("secret", "webhook_id", "seconds", "payload", "signature"), VECTORS)
def test_the_published_vectors(secret, webhook_id, seconds, payload, signature):
    at = datetime.fromtimestamp(seconds, UTC)
    headers = signed_headers(webhook_id, payload, at=at, kept=[WEBHOOK_SECRETS.close(secret)])
    assert headers == {
        "webhook-id": webhook_id,
        "webhook-timestamp": str(seconds),
        "webhook-signature": signature,
    }


def test_two_secrets_give_two_signatures_with_a_space_between():
    at = datetime.fromtimestamp(VECTORS[0][2], UTC)
    kept = [WEBHOOK_SECRETS.close(make_secret()), WEBHOOK_SECRETS.close(VECTORS[0][0])]
    headers = signed_headers(VECTORS[0][1], VECTORS[0][3], at=at, kept=kept)
    first, second = headers["webhook-signature"].split(" ")
    assert (first.startswith("v1,"), second) == (True, VECTORS[0][4])


def test_a_secret_is_32_random_bytes():
    one, other = make_secret(), make_secret()
    assert one != other
    assert one.startswith("whsec_")
    assert len(base64.b64decode(one.removeprefix("whsec_"), validate=True)) == 32


def test_a_kept_secret_opens_with_its_key_only(settings):
    kept = WEBHOOK_SECRETS.close("whsec_x")
    former = settings.SECRET_KEY
    settings.SECRET_KEY = "another-" + "1" * 50
    with pytest.raises(InvalidToken):
        WEBHOOK_SECRETS.open(kept)
    settings.SECRET_KEY_FALLBACKS = [former]
    assert WEBHOOK_SECRETS.open(kept) == "whsec_x"
