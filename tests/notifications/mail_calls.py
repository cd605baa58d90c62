"""Calls as mail providers make them: the body in their form, with their signature or password."""

import base64
import hashlib
import hmac
import json
import time
from functools import cache
from urllib.parse import urlencode

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from django.test import Client

SECRET = "ada:let-me-in"
KEY = "a-signing-key"
PASSWORD = {"Authorization": "Basic " + base64.b64encode(SECRET.encode()).decode()}
NOW = str(int(time.time()))
SIGNED = {"mailersend", "mailgun", "mandrill", "postal", "unisender_go"}
SVIX = "whsec_" + base64.b64encode(b"a-secret-of-svix").decode()


@cache
def postal_pair():
    """(private key, public key as Postal shows it)."""
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = private.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return private, "".join(pem.decode().splitlines()[1:-1])


def secrets():
    """What an operator would set for all providers: ANYMAIL."""
    return {
        "WEBHOOK_SECRET": [SECRET],
        "MAILERSEND_SIGNING_SECRET": KEY,
        "MAILGUN_WEBHOOK_SIGNING_KEY": KEY,
        "MANDRILL_WEBHOOK_KEY": KEY,
        "MANDRILL_WEBHOOK_URL": "https://portal.example/hooks/mail/mandrill/",
        "POSTAL_WEBHOOK_KEY": postal_pair()[1],
        "UNISENDER_GO_API_KEY": KEY,
    }


def call(provider, payload, **headers):
    """The answer to a signed call with this payload, which is JSON as the provider documents it."""
    content_type, body, signature = FORMS.get(provider, _plain)(payload)
    return post(provider, body, content_type, **(PASSWORD | signature | headers))


def post(provider, body, content_type="application/json", **headers):
    """The answer to a call as it is."""
    client = Client(enforce_csrf_checks=True)
    return client.post(f"/hooks/mail/{provider}/", body, content_type=content_type, headers=headers)


def _plain(payload):
    return "application/json", json.dumps(payload).encode(), {}


def _amazon_ses(payload):
    """A report of SES travels as text in a notification of SNS."""
    if "Type" not in payload:
        payload = {
            "Type": "Notification",
            "MessageId": "sns-1",
            "Message": json.dumps(payload),
            "Timestamp": "2018-03-26T17:58:59.675Z",
        }
    named = {"X-Amz-Sns-Message-Type": "Type", "X-Amz-Sns-Message-Id": "MessageId"}
    headers = {header: payload[field] for header, field in named.items()}
    return "text/plain; charset=UTF-8", json.dumps(payload).encode(), headers


def _mailersend(payload):
    body = json.dumps(payload).encode()
    return "application/json", body, {"Signature": _hmac(body)}


def _mailgun(payload):
    known = str(payload.get("timestamp", "0"))
    moment = NOW if known.isdecimal() else known
    token = str(payload.get("token", "a-token"))
    signed = {"token": token, "timestamp": moment, "signature": _hmac(f"{moment}{token}".encode())}
    if "event-data" in payload:
        return _plain(payload | {"signature": signed})
    form = {name: value if isinstance(value, list) else [value] for name, value in payload.items()}
    pairs = [(name, value) for name, values in form.items() for value in values]
    pairs = [pair for pair in pairs if pair[0] not in signed] + list(signed.items())
    return _form(pairs)


def _mandrill(payload):
    events = json.dumps(payload)
    signed = f"{secrets()['MANDRILL_WEBHOOK_URL']}mandrill_events{events}".encode()
    digest = base64.b64encode(hmac.new(KEY.encode(), signed, hashlib.sha1).digest()).decode()
    kind, body, _ = _form([("mandrill_events", events)])
    return kind, body, {"X-Mandrill-Signature": digest}


def _postal(payload):
    body = json.dumps(payload).encode()
    signature = postal_pair()[0].sign(body, padding.PKCS1v15(), hashes.SHA1())  # noqa: S303
    return "application/json", body, {"X-Postal-Signature": base64.b64encode(signature).decode()}


def _unisender_go(payload):
    body = json.dumps(payload | {"auth": KEY}).encode()
    digest = hashlib.md5(body).hexdigest()  # noqa: S324 their way of signing
    return "application/json", body.replace(KEY.encode(), digest.encode()), {}


FORMS = {
    "amazon_ses": _amazon_ses,
    "mailersend": _mailersend,
    "mailgun": _mailgun,
    "mandrill": _mandrill,
    "postal": _postal,
    "unisender_go": _unisender_go,
}


def svix_headers(body, *, moment=None):
    """The signature of a call of Resend."""
    moment = str(int(moment or time.time()))
    signed = f"call-1.{moment}.".encode() + body
    digest = hmac.new(b"a-secret-of-svix", signed, hashlib.sha256).digest()
    signature = f"v1,{base64.b64encode(digest).decode()}"
    return {"svix-id": "call-1", "svix-timestamp": moment, "svix-signature": signature}


def _form(pairs):
    return "application/x-www-form-urlencoded", urlencode(pairs).encode(), {}


def _hmac(signed):
    return hmac.new(KEY.encode(), signed, hashlib.sha256).hexdigest()
