"""Vonage's SMS API on loopback: checks credentials and fields, signs its webhooks."""

import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable, Sequence
from urllib.parse import parse_qsl
from uuid import uuid4

from fulfillment.demo.peers.calls import Call
from fulfillment.demo.peers.kept import Fault, Inbox, Sms
from fulfillment.demo.peers.web import Handler, Server

KEY, SECRET, SIGNATURE = "abcd1234", "vonage-secret", "vonage-signature-secret"
NEEDED = ("from", "to", "text")
ERRORS = {
    1: "Throughput Rate Exceeded - please wait [ 250 ] and retry",
    2: "Missing to param",
    4: "Bad Credentials",
    7: "Number barred",
    9: "Quota Exceeded - rejected",
}


class VonagePeer(Inbox[Sms]):
    """POST /sms/json to `url`; `messages` holds what was taken.

    `parts` are the statuses of the parts of the next texts, one where nothing else is said.
    `behaviour` may answer with a Fault; `early` are reported before the request is answered.
    """

    def __init__(self) -> None:
        super().__init__(None)
        self.reset()

    def reset(self) -> None:
        """Delete the texts and injected faults."""
        self.clear()
        self.attempts = 0
        self.behaviour: Callable[[Sms], Fault | None] | None = None
        self.parts: Sequence[int] = (0,)
        self.early: Sequence[str] = ()
        self.forms: list[dict[str, str]] = []

    def start(self) -> "VonagePeer":
        """Listen on a free port."""
        self._server = Server("127.0.0.1", _Handler, self)
        self._lock = threading.Lock()
        self.url = f"http://127.0.0.1:{self._server.start()}"
        return self

    def stop(self) -> None:
        """Close the port and end the thread."""
        self._server.stop()

    def accept(self, form: dict[str, str]) -> tuple[Sms, Fault | None]:
        """Accept a text."""
        with self._lock:
            self.attempts += 1
            ref = form.get("client-ref", "")
            sms = Sms(form["to"], form["from"], form["text"], ref, uuid4().hex[:16].upper())
            fault = self.behaviour(sms) if self.behaviour else None
            if 0 in self.parts and (fault is None or fault.kept):
                self.forms.append(form)
                self.add(sms)
        for status in self.early:
            self.report(form["callback"], sms, status).make()
        return sms, fault

    def report(self, url: str, sms: Sms, status: str, *, error: str = "0") -> Call:
        """The delivery receipt of a text."""
        fields = {
            "msisdn": sms.to,
            "to": sms.sender,
            "network-code": "26201",
            "messageId": sms.id,
            "price": "0.03330000",
            "status": status,
            "scts": time.strftime("%y%m%d%H%M", time.gmtime()),
            "err-code": error,
            "api-key": KEY,
            "client-ref": sms.key,
        }
        return signed(url, fields)

    def inbound(self, url: str, sender: str, text: str) -> Call:
        """An inbound text to our number."""
        fields = {"api-key": KEY, "msisdn": sender.lstrip("+"), "to": "447700900000", "text": text}
        return signed(url, fields | {"messageId": uuid4().hex, "type": "text", "keyword": "X"})


def signed(url: str, fields: dict[str, str], *, at: float | None = None) -> Call:
    """A call with Vonage's `sig`: HMAC-SHA256 over the sorted fields."""
    moment = time.time() if at is None else at
    stamp = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(moment))
    told = fields | {"message-timestamp": stamp, "timestamp": str(int(moment)), "nonce": "n-1"}
    clean = {name: text.replace("&", "_").replace("=", "_") for name, text in told.items()}
    text = "".join(f"&{name}={clean[name]}" for name in sorted(clean))
    sig = hmac.new(SIGNATURE.encode(), text.encode(), hashlib.sha256).hexdigest().upper()
    body = json.dumps(told | {"sig": sig}).encode()
    return Call(url, body, {"Content-Type": "application/json"})


class _Handler(Handler):
    def do_POST(self) -> None:
        peer: VonagePeer = self.server.peer
        form = dict(parse_qsl(self.read_body().decode(), keep_blank_values=True))
        if self.path != "/sms/json":
            self.answer(404, {"title": "Not Found"})
        elif (form.get("api_key"), form.get("api_secret")) != (KEY, SECRET):
            self._refuse(4)
        elif not all(form.get(name) for name in NEEDED):
            self._refuse(2)
        else:
            self._take(peer, form)

    def _take(self, peer: VonagePeer, form: dict[str, str]) -> None:
        sms, fault = peer.accept(form)
        if fault and self.apply_fault(fault, {"title": fault.text}):
            return
        parts = [
            {"to": sms.to, "message-id": f"{sms.id[:-1]}{n}" if n else sms.id, "status": "0"}
            | {"remaining-balance": "3.14", "client-ref": sms.key}
            if status == 0
            else _error(status)
            for n, status in enumerate(peer.parts)
        ]
        self.answer(200, {"message-count": str(len(parts)), "messages": parts})

    def _refuse(self, status: int) -> None:
        self.answer(200, {"message-count": "1", "messages": [_error(status)]})


def _error(status: int) -> dict[str, str]:
    return {"status": str(status), "error-text": ERRORS.get(status, "")}
