"""Twilio's messaging API on loopback: checks credentials and fields, signs its webhooks."""

import base64
import hashlib
import hmac
import threading
from collections.abc import Callable, Sequence
from urllib.parse import parse_qsl, urlencode
from uuid import uuid4

from fulfillment.demo.peers.calls import Call
from fulfillment.demo.peers.kept import Fault, Inbox, Sms
from fulfillment.demo.peers.web import Handler, Server

ACCOUNT = "AC" + "0" * 32
TOKEN = "twilio-token"  # noqa: S105 of a peer
FORM = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
NEEDED = {"To": 21604, "Body": 21602}
NO_SENDER = 21603
REFUSED = {
    21211: "Invalid 'To' Phone Number",
    21408: "Permission to send an SMS has not been enabled for the region",
    21602: "Message body is required.",
    21603: "A 'From' phone number is required.",
    21604: "A 'To' phone number is required.",
    21610: "Attempt to send to unsubscribed recipient",
    21611: "This 'From' number has exceeded the maximum number of queued messages",
    21614: "'To' number is not a valid mobile number",
}


class TwilioPeer(Inbox[Sms]):
    """POST /2010-04-01/Accounts/{account}/Messages.json to `url`; `messages` holds what was taken.

    `behaviour` may answer with a Fault, `refused` gives numbers Twilio's error codes, and `early`
    are statuses that are reported before the request is answered.
    """

    def __init__(self) -> None:
        super().__init__(None)
        self.reset()

    def reset(self) -> None:
        """Delete the texts and injected faults."""
        self.clear()
        self.attempts = 0
        self.behaviour: Callable[[Sms], Fault | None] | None = None
        self.refused: dict[str, int] = {}
        self.early: Sequence[str] = ()
        self.forms: list[dict[str, str]] = []

    def start(self) -> "TwilioPeer":
        """Listen on a free port."""
        self._server = Server("127.0.0.1", _Handler, self)
        self._lock = threading.Lock()
        self.url = f"http://127.0.0.1:{self._server.start()}"
        return self

    def stop(self) -> None:
        """Close the port and end the thread."""
        self._server.stop()

    def accept(self, form: dict[str, str]) -> tuple[Sms, Fault | None]:
        """Accept a text; Twilio has no idempotency key and keeps each."""
        with self._lock:
            self.attempts += 1
            sender = form.get("From") or form["MessagingServiceSid"]
            callback = form.get("StatusCallback", "")
            sms = Sms(form["To"], sender, form["Body"], callback, f"SM{uuid4().hex}")
            fault = self.behaviour(sms) if self.behaviour else None
            if fault is None or fault.kept:
                self.forms.append(form)
                self.add(sms)
        for status in self.early:
            self.report(sms, status).make()
        return sms, fault

    def report(self, sms: Sms, status: str, *, error: int | None = None) -> Call:
        """The status callback of a text."""
        form = {
            "AccountSid": ACCOUNT,
            "ApiVersion": "2010-04-01",
            "From": sms.sender,
            "MessageSid": sms.id,
            "MessageStatus": status,
            "SmsSid": sms.id,
            "SmsStatus": status,
            "To": sms.to,
        }
        return signed(sms.key, form | ({"ErrorCode": str(error)} if error else {}))

    def inbound(self, url: str, sender: str, text: str, **more: str) -> Call:
        """An inbound text to our number."""
        form = {"AccountSid": ACCOUNT, "Body": text, "From": sender, "To": "+15005550006"}
        return signed(url, {"MessageSid": f"SM{uuid4().hex}", "NumMedia": "0"} | form | more)


def signed(url: str, form: dict[str, str]) -> Call:
    """A call with Twilio's signature over the URL and the sorted fields."""
    told = url + "".join(f"{name}{form[name]}" for name in sorted(form))
    digest = hmac.new(TOKEN.encode(), told.encode(), hashlib.sha1).digest()
    signature = base64.b64encode(digest).decode()
    return Call(url, urlencode(form).encode(), FORM | {"X-Twilio-Signature": signature})


class _Handler(Handler):
    def do_POST(self) -> None:
        peer: TwilioPeer = self.server.peer
        form = dict(parse_qsl(self.read_body().decode(), keep_blank_values=True))
        secret = base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
        if self.headers.get("Authorization") != f"Basic {secret}":
            self.answer(401, {"code": 20003, "message": "Authenticate", "status": 401})
        elif self.path != f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json":
            self.answer(404, {"code": 20404, "message": "The resource was not found."})
        elif code := _problem(form) or peer.refused.get(form["To"]):
            self.answer(400, {"code": code, "message": REFUSED.get(code, ""), "status": 400})
        else:
            self._take(peer, form)

    def _take(self, peer: TwilioPeer, form: dict[str, str]) -> None:
        sms, fault = peer.accept(form)
        code = 20429 if fault and fault.status == 429 else 20500
        if fault and self.apply_fault(fault, {"code": code, "message": fault.text}):
            return
        taken = {"sid": sms.id, "status": "queued", "to": sms.to, "body": sms.text}
        self.answer(201, taken | {"account_sid": ACCOUNT, "error_code": None, "num_segments": "1"})


def _problem(form: dict[str, str]) -> int:
    for name, code in NEEDED.items():
        if not form.get(name):
            return code
    return 0 if form.get("From") or form.get("MessagingServiceSid") else NO_SENDER
