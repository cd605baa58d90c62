"""An SMS gateway on loopback that accepts everything; faults can be injected."""

import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

from fulfillment.demo.peers.calls import Call
from fulfillment.demo.peers.kept import Fault, Inbox, Sms
from fulfillment.demo.peers.web import Handler, Server

FIELDS = ("to", "from", "text", "key")
PATH = "/messages"
SECRET = "hook-secret"  # noqa: S105 of a peer


class SmsPeer(Inbox[Sms]):
    """POST {"to", "from", "text", "key"} to `url`: 200 {"id"}; a known key gets its id again.

    `behaviour` is asked for every text, repeats too, and may answer with a Fault; `token`, when
    set, must come as a bearer token. `attempts` counts the well-formed requests.
    """

    def __init__(self, folder: Path | None = None, *, host: str = "127.0.0.1") -> None:
        super().__init__(folder)
        self.host = host
        self.port = 0
        self.reset()

    @property
    def url(self) -> str:
        """The URL to post to."""
        return f"http://{self.host}:{self.port}{PATH}"

    def reset(self) -> None:
        """Delete the texts and injected faults."""
        self.clear()
        self.attempts = 0
        self.token = ""
        self.behaviour: Callable[[Sms], Fault | None] | None = None
        self._ids: dict[str, str] = {}
        self._lock = threading.Lock()

    def start(self) -> "SmsPeer":
        """Listen on a free port."""
        self._server = Server(self.host, _Handler, self)
        self.port = self._server.start()
        return self

    def stop(self) -> None:
        """Close the port and end the thread."""
        self._server.stop()

    def accept(self, fields: dict[str, str]) -> tuple[Sms, Fault | None]:
        """Accept a text; of the same key only the first is kept."""
        with self._lock:
            self.attempts += 1
            new = fields["key"] not in self._ids
            known = self._ids.get(fields["key"]) or uuid4().hex
            sms = Sms(fields["to"], fields["from"], fields["text"], fields["key"], known)
            fault = self.behaviour(sms) if self.behaviour else None
            if new and (fault is None or fault.kept):
                self._ids[sms.key] = sms.id
                self.add(sms)
        return sms, fault

    def report(self, url: str, sms: Sms, status: str, *, detail: str = "") -> Call:
        """The delivery report of a text."""
        fields = {"id": sms.id, "key": sms.key, "status": status, "detail": detail}
        return signed(url, {name: text for name, text in fields.items() if text})

    def inbound(self, url: str, sender: str, text: str) -> Call:
        """An inbound text: a customer's reply."""
        return signed(url, {"id": uuid4().hex, "from": sender, "text": text})


def signed(url: str, fields: dict[str, str], *, at: float | None = None) -> Call:
    """A call signed over its time and body."""
    stamp = str(int(time.time() if at is None else at))
    body = json.dumps(fields).encode()
    digest = hmac.new(SECRET.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    signature = {"X-Timestamp": stamp, "X-Signature": digest}
    return Call(url, body, {"Content-Type": "application/json"} | signature)


class _Handler(Handler):
    def do_POST(self) -> None:
        body = self.read_body()
        peer: SmsPeer = self.server.peer
        if peer.token and self.headers.get("Authorization") != f"Bearer {peer.token}":
            self.answer(401, {"error": "wrong token"})
        elif (fields := _fields(body)) is None:
            self.answer(400, {"error": f"expected JSON text in {', '.join(FIELDS)}"})
        else:
            sms, fault = peer.accept(fields)
            if fault is None or not self.apply_fault(fault, {"error": fault.text}):
                self.answer(200, {"id": sms.id})


def _fields(body: bytes) -> dict[str, str] | None:
    try:
        fields = json.loads(body)
    except ValueError:
        return None
    if not isinstance(fields, dict) or not all(isinstance(fields.get(f), str) for f in FIELDS):
        return None
    return fields
