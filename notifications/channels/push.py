"""The web push channel (RFC 8030), with encrypted notifications (RFC 8291)."""

import base64
import json
from contextlib import closing
from http.client import HTTPConnection, HTTPException
from time import monotonic
from typing import Self

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from http_ece import ECEException

from notifications.channels.base import (
    ChannelKind,
    Gone,
    OutcomeUnknown,
    Outgoing,
    Permanent,
    Reach,
    Receipt,
    SendError,
    Temporary,
    Words,
    one_line,
)
from notifications.channels.vapid import authorization
from orders.outside.ssrf_guard import NameUnknown, Target, UrlRefused, connect, resolve, target_of
from orders.outside.untrusted_http import post_once

LONGEST_ENDPOINT = 1000
CONNECT_SECONDS = 3.0  # push services are fast; a dead address must not delay the batch
ACCEPTED = {200, 201, 202}
EXPIRED = {404, 410}
BUSY = {408, 425, 429, *range(500, 600)}


class PushChannel:
    """Posts to the push service of each browser; one that is down does not open the circuit.

    The recipient is the browser's subscription as JSON: {"endpoint", "keys": {"p256dh", "auth"}}.
    """

    provider = "web-push"
    knows_keys = False

    def __enter__(self) -> Self:
        if not settings.VAPID_PRIVATE_KEY:
            raise RuntimeError("VAPID_PRIVATE_KEY is not set: no browser can be notified.")
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing is kept open."""

    def send(self, outgoing: Outgoing) -> Receipt:
        target, body = _encrypted(outgoing)
        headers = {
            "Authorization": authorization(target.origin),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            **dict(outgoing.headers),
        }
        with closing(_line(target)) as line:
            ends = monotonic() + settings.PUSH_TIMEOUT
            try:
                response, answer = post_once(line, target.path, body, headers, ends=ends)
            except (OSError, HTTPException) as error:
                text = f"The push service did not answer: {error!r}"[:300]
                raise OutcomeUnknown(text, is_down=False) from error
        if response.status in ACCEPTED:
            return Receipt((response.headers.get("Location") or outgoing.key)[:200])
        raise _send_error(response.status, response.headers.get("Retry-After"), answer)


def _encrypted(outgoing: Outgoing) -> tuple[Target, bytes]:
    """Return (URL of the push service, body encrypted for this browser)."""
    try:
        subscription = json.loads(outgoing.recipient)
        target = push_service_of(subscription["endpoint"])
        words = {"title": outgoing.subject, "body": outgoing.text, "link": outgoing.link}
        body = http_ece.encrypt(
            json.dumps(words).encode(),
            private_key=ec.generate_private_key(ec.SECP256R1()),
            dh=unpacked(subscription["keys"]["p256dh"]),
            auth_secret=unpacked(subscription["keys"]["auth"]),
            version="aes128gcm",
        )
    except UrlRefused as error:
        raise Permanent(str(error)) from error
    except (KeyError, TypeError, ValueError, ECEException) as error:
        raise Permanent("The browser sent unusable keys.") from error
    return target, body


def push_service_of(endpoint: str) -> Target:
    """Check that an endpoint is one of settings.PUSH_HOSTS. Raises UrlRefused."""
    target = target_of(endpoint, longest=LONGEST_ENDPOINT)
    known = any(
        target.host == host or target.host.endswith(f".{host}") for host in settings.PUSH_HOSTS
    )
    if not known and not settings.WEBHOOK_ALLOW_LOCAL:
        raise UrlRefused("This is not a known push service.")
    return target


def unpacked(text: str) -> bytes:
    """Decode base64url without padding. Raises ValueError."""
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def _line(target: Target) -> HTTPConnection:
    seconds = min(CONNECT_SECONDS, settings.PUSH_TIMEOUT)
    ends = monotonic() + seconds
    try:
        return connect(target, resolve(target, seconds=seconds), ends=ends)
    except NameUnknown as error:  # a DNS failure is temporary
        raise Temporary("The host name of the push service cannot be resolved.") from error
    except UrlRefused as error:
        raise Permanent(str(error)) from error
    except OSError as error:  # nothing was sent yet
        raise Temporary(f"No connection to the push service: {error}"[:300]) from error


def _send_error(status: int, retry_after: str | None, answer: bytes) -> SendError:
    text = one_line(f"{status} {answer[:200].decode(errors='replace')}")[:300]
    if status in EXPIRED:
        return Gone("The browser no longer accepts notifications.")
    if status in BUSY:
        seconds = float(retry_after) if retry_after and retry_after.isdecimal() else None
        return Temporary(text, retry_after=seconds)
    return Permanent(text)


def push_channel() -> PushChannel:
    """Open the channel; the provider is that of each browser."""
    return PushChannel()


PUSH = ChannelKind(
    name="push",
    title="Browser",
    opens=push_channel,
    reach=Reach.BROWSERS,
    words=Words.NOTE,
    turn=3,
    is_loud=True,
)
