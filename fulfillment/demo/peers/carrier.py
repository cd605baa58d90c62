"""A carrier on loopback: one label per idempotency key; faults can be injected."""

import base64
import json
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from fulfillment.demo.peers.kept import Fault, Inbox
from fulfillment.demo.peers.web import Handler, Server

PATH = "/labels"
DRAWN = b"%PDF-1.4\n% a label as the carrier draws it\n%%EOF\n"
PDF = "application/pdf"
TEXTS = ("key", "box", "name", "street", "postcode", "city", "country")


@dataclass(frozen=True)
class Sticker:
    """A label that was made; `key` is the idempotency key of the request."""

    key: str
    box: str
    number: str
    postcode: str
    suffix = ".label.json"

    def as_bytes(self) -> bytes:
        fields = {"key": self.key, "box": self.box, "number": self.number}
        return json.dumps(fields, indent=1).encode()


class CarrierPeer(Inbox[Sticker]):
    """Three calls, all JSON, all safe to repeat; `messages` holds the labels that were made.

    POST /labels {"key", "box", "weight_grams", "name", "street", "postcode", "city", "country"}
    answers 201 {"key", "number", "media_type", "file" (base64)}, with the same label for a known
    key; 422 {"error"} is a refusal for good, and so is a key that was voided.
    With "wants" (of "label" and "code") it is the label of a return: only what is wanted is
    answered, "code" being the text of a QR code.
    GET /parcels/{number} answers 200 {"seen": [{"word", "at" (ISO 8601)}]}, what is in `journeys`.
    DELETE /labels/{key} answers 200 {"voided": true}, also for a key that it does not know.

    `behaviour` is asked for every label, and `void_behaviour` for every void; each may answer with
    a Fault. `forgetful` makes a new label each time, whatever the key, and
    what is in `answer` replaces what it would answer.
    """

    def __init__(self) -> None:
        super().__init__(None)
        self._lock = threading.Lock()
        self.reset()

    @property
    def url(self) -> str:
        """The base URL."""
        return f"http://127.0.0.1:{self.port}"

    def reset(self) -> None:
        """Delete the labels and injected faults."""
        self.clear()
        self.attempts = 0
        self.voided: list[str] = []
        self.behaviour: Callable[[Sticker], Fault | None] | None = None
        self.void_behaviour: Callable[[str], Fault | None] | None = None
        self.look_behaviour: Callable[[str], Fault | None] | None = None
        self.journeys: dict[str, list[dict[str, str]]] = {}
        self.looks = 0
        self.forgetful = False
        self.answer: dict[str, Any] = {}

    def start(self) -> "CarrierPeer":
        """Listen on a free port."""
        self._server = Server("127.0.0.1", _Handler, self)
        self.port = self._server.start()
        return self

    def stop(self) -> None:
        """Close the port and end the thread."""
        self._server.stop()

    def make(self, fields: dict[str, str]) -> tuple[Sticker, Fault | None]:
        """Make a label, or find the one of this key."""
        with self._lock:
            self.attempts += 1
        number = f"PX{uuid4().hex[:12].upper()}"
        made = self._known(fields["key"]) or Sticker(
            fields["key"], fields["box"], number, fields["postcode"]
        )
        # Outside the lock: a hanging call must not block the others.
        fault = self.behaviour(made) if self.behaviour else None
        with self._lock:
            if fields["key"] in self.voided:
                fault = Fault(422, "this label was voided")
            elif known := self._known(fields["key"]):
                made = known
            elif fault is None or fault.kept:
                self.add(made)
        return made, fault

    def _known(self, key: str) -> Sticker | None:
        """The label that this key has already, unless keys are forgotten."""
        known = (made for made in self.messages if made.key == key)
        return None if self.forgetful else next(known, None)

    def look(self, number: str) -> tuple[list[dict[str, str]], Fault | None]:
        """What is known of a parcel."""
        fault = self.look_behaviour(number) if self.look_behaviour else None
        with self._lock:
            self.looks += 1
            return self.journeys.get(number, []), fault

    def void(self, key: str) -> Fault | None:
        """Void the label of this key, or prevent that one is made."""
        fault = self.void_behaviour(key) if self.void_behaviour else None
        with self._lock:
            if (fault is None or fault.kept) and key not in self.voided:
                self.voided.append(key)
        return fault


class _Handler(Handler):
    def do_POST(self) -> None:
        peer: CarrierPeer = self.server.peer
        fields = _fields(self.read_body())
        if self.path != PATH or fields is None:
            self.answer(400, {"error": f"expected JSON text in {', '.join(TEXTS)}"})
            return
        made, fault = peer.make(fields)
        if fault is None or not self.apply_fault(fault, {"error": fault.text}):
            answer = {"number": made.number, "media_type": PDF, "file": DRAWN} | peer.answer
            if (wants := fields.get("wants")) is not None:
                code = {"code": f"PEER/{made.number}"} | peer.answer
                answer |= {"file": answer["file"] if "label" in wants else b""}
                answer |= {"code": code["code"] if "code" in wants else ""}
            answer["file"] = base64.b64encode(answer["file"]).decode()
            self.answer(201, {"key": made.key} | answer)

    def do_GET(self) -> None:
        peer: CarrierPeer = self.server.peer
        seen, fault = peer.look(self.path.removeprefix("/parcels/"))
        if fault is None or not self.apply_fault(fault, {"error": fault.text}):
            self.answer(200, {"seen": seen})

    def do_DELETE(self) -> None:
        peer: CarrierPeer = self.server.peer
        fault = peer.void(self.path.removeprefix(f"{PATH}/"))
        if fault is None or not self.apply_fault(fault, {"error": fault.text}):
            self.answer(200, {"voided": True})


def _fields(body: bytes) -> dict[str, str] | None:
    try:
        fields = json.loads(body)
    except ValueError:
        return None
    if not isinstance(fields, dict) or not all(isinstance(fields.get(f), str) for f in TEXTS):
        return None
    return fields
