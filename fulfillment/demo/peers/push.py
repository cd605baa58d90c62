"""A web push service on loopback: checks VAPID signatures, decrypts like a browser."""

import base64
import json
import os
import socket
import struct
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import uuid4

import http_ece
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from fulfillment.demo.peers.kept import Fault, Inbox
from fulfillment.demo.peers.web import serve_in_thread

POINT = (Encoding.X962, PublicFormat.UncompressedPoint)
# SO_LINGER of 0 seconds: close() sends RST, not FIN.
RESET = struct.pack("ii", 1, 0)
LONGEST_TOKEN = 24 * 3600
NEEDED = ("ttl", "authorization")
TOPIC_LENGTH = 32


@dataclass(frozen=True)
class Pushed:
    """A notification as decrypted by its browser."""

    browser: str
    words: dict[str, Any]
    headers: dict[str, str]
    claims: dict[str, Any]
    suffix = ".push.json"

    def as_bytes(self) -> bytes:
        return json.dumps({"browser": self.browser, "words": self.words}, indent=1).encode()


@dataclass
class Browser:
    """A subscribed browser: its keys, and the VAPID key of its one sender (RFC 8292, 4)."""

    sender: str = ""
    id: str = field(default_factory=lambda: uuid4().hex)
    private: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    auth: bytes = field(default_factory=lambda: os.urandom(16))
    is_gone: bool = False

    @property
    def keys(self) -> dict[str, str]:
        """As `PushSubscription.toJSON()` gives them."""
        return {
            "p256dh": packed(self.private.public_key().public_bytes(*POINT)),
            "auth": packed(self.auth),
        }


class Refused(Exception):
    """An HTTP status and the reason."""


class PushPeer(Inbox[Pushed]):
    """POST to a browser's endpoint: 201, or what the protocol says to a wrong request.

    `behaviour` is asked for every notification that is in order, and may answer with a Fault.
    """

    def __init__(self, *, host: str = "127.0.0.1") -> None:
        super().__init__(None)
        self.host = host
        self.port = 0
        self.reset()

    @property
    def origin(self) -> str:
        return f"http://{self.host}:{self.port}"

    def reset(self) -> None:
        """Delete browsers, notifications and injected faults."""
        self.clear()
        self.attempts = 0
        self.behaviour: Callable[[Pushed], Fault | None] | None = None
        self.browsers: dict[str, Browser] = {}

    def subscribe(self, sender: str) -> tuple[Browser, dict[str, Any]]:
        """Subscribe a new browser to the sender with this public key: (browser, subscription)."""
        browser = Browser(sender)
        self.browsers[browser.id] = browser
        return browser, {"endpoint": f"{self.origin}/push/{browser.id}", "keys": browser.keys}

    def start(self) -> "PushPeer":
        """Listen on a free port."""
        self._server = _Server((self.host, 0), self)
        self.port = self._server.server_address[1]
        serve_in_thread(self._server, "push peer")
        return self

    def stop(self) -> None:
        """Close the port and end the thread."""
        self._server.shutdown()
        self._server.server_close()

    def accept(self, path: str, headers: dict[str, str], body: bytes) -> Fault | None:
        """Accept a notification. Raises Refused."""
        self.attempts += 1
        browser = self.browsers.get(path.removeprefix("/push/"))
        if browser is None or browser.is_gone:
            raise Refused(404 if browser is None else 410, "no such subscription")
        if missing := [name for name in NEEDED if not headers.get(name)]:
            raise Refused(400, f"missing {', '.join(missing)}")
        if len(headers.get("topic", "")) > TOPIC_LENGTH:
            raise Refused(400, "the topic is too long")
        claims = self._claims(headers["authorization"], browser)
        pushed = Pushed(browser.id, _opened(browser, headers, body), headers, claims)
        fault = self.behaviour(pushed) if self.behaviour else None
        if fault is None or fault.kept:
            self.add(pushed)
        return fault

    def _claims(self, authorization: str, browser: Browser) -> dict[str, Any]:
        """Check the VAPID signature of the sender (RFC 8292, 2 and 3). Raises Refused."""
        scheme, _, rest = authorization.partition(" ")
        parts = dict(part.strip().split("=", 1) for part in rest.split(",") if "=" in part)
        if scheme != "vapid" or set(parts) != {"t", "k"}:
            raise Refused(401, "no vapid token")
        if parts["k"] != browser.sender:
            raise Refused(403, "the browser listens to another sender")
        claims = _verified(parts["t"], unpacked(parts["k"]))
        if claims is None:
            raise Refused(403, "the signature is wrong")
        if claims.get("aud") != self.origin or "sub" not in claims:
            raise Refused(403, "the token is for another service")
        if not 0 < claims.get("exp", 0) - time.time() <= LONGEST_TOKEN:
            raise Refused(403, "the token is not valid now")
        return claims


def packed(raw: bytes) -> str:
    """Base64url without padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def unpacked(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _verified(token: str, key: bytes) -> dict[str, Any] | None:
    """The claims of an ES256 JWT; None if the signature is invalid."""
    signed, _, signature = token.rpartition(".")
    raw = unpacked(signature)
    numbers = (int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), key)
    try:
        public.verify(
            utils.encode_dss_signature(*numbers), signed.encode(), ec.ECDSA(hashes.SHA256())
        )
    except InvalidSignature:
        return None
    head, _, claims = signed.partition(".")
    if json.loads(unpacked(head)).get("alg") != "ES256":
        return None
    return dict(json.loads(unpacked(claims)))


def _opened(browser: Browser, headers: dict[str, str], body: bytes) -> dict[str, Any]:
    if headers.get("content-encoding") != "aes128gcm":
        raise Refused(400, "expected aes128gcm")
    try:
        text = http_ece.decrypt(
            body, private_key=browser.private, auth_secret=browser.auth, version="aes128gcm"
        )
        return dict(json.loads(text))
    except (http_ece.ECEException, ValueError) as error:
        raise Refused(400, f"cannot be opened: {error}") from error


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address: tuple[str, int], peer: PushPeer) -> None:
        super().__init__(address, _Handler)
        self.peer = peer

    def handle_error(self, request: Any, client_address: Any) -> None:
        """No traceback when a client hangs up during an injected delay."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        try:
            fault = self.server.peer.accept(self.path, headers, body)
        except Refused as error:
            status, text = error.args
            self._answer(status, text)
            return
        if fault is None:
            self._answer(201, "", Location=f"{self.server.peer.origin}/message/{uuid4().hex}")
            return
        time.sleep(fault.hang)
        if fault.reset:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            self.close_connection = True
            self.connection.close()
        else:
            self._answer(fault.status or 201, fault.text, **fault.headers)

    def log_message(self, format: str, *args: object) -> None:
        """No log lines: requests are in the inbox."""

    def _answer(self, status: int, text: str, **headers: str) -> None:
        content = text.encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)
