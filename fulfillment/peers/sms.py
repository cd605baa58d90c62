"""An SMS gateway that accepts everything, unless it is told to behave otherwise."""

import json
import socket
import struct
import sys
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from uuid import uuid4

from fulfillment.peers.kept import Fault, Inbox, Sms

FIELDS = ("to", "from", "text", "key")
PATH = "/messages"
# Closing with this linger time sends a reset instead of an orderly end.
RESET = struct.pack("ii", 1, 0)


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
        """Where to post."""
        return f"http://{self.host}:{self.port}{PATH}"

    def reset(self) -> None:
        """Forget the texts and behave again."""
        self.clear()
        self.attempts = 0
        self.token = ""
        self.behaviour: Callable[[Sms], Fault | None] | None = None
        self._ids: dict[str, str] = {}
        self._lock = threading.Lock()

    def start(self) -> "SmsPeer":
        """Listen on a free port."""
        self._server = _Server((self.host, 0), self)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, name="sms peer", daemon=True).start()
        return self

    def stop(self) -> None:
        """Close the port and end the thread."""
        self._server.shutdown()
        self._server.server_close()

    def accept(self, fields: dict[str, str]) -> tuple[Sms, Fault | None]:
        """Take one text; only the first of a key is kept."""
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


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address: tuple[str, int], peer: SmsPeer) -> None:
        super().__init__(address, _Handler)
        self.peer = peer

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a sender who hung up while we were slow on purpose."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else an answer of two writes waits 40 ms between them

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        peer = self.server.peer
        if peer.token and self.headers.get("Authorization") != f"Bearer {peer.token}":
            self._answer(401, {"error": "wrong token"})
        elif (fields := _fields(body)) is None:
            self._answer(400, {"error": f"expected JSON text in {', '.join(FIELDS)}"})
        else:
            sms, fault = peer.accept(fields)
            if fault is None:
                self._answer(200, {"id": sms.id})
            else:
                self._misbehave(sms, fault)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: what came is in the inbox."""

    def _misbehave(self, sms: Sms, fault: Fault) -> None:
        time.sleep(fault.hang)
        if fault.reset:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            self.close_connection = True
            self.connection.close()
        elif fault.status:
            self._answer(fault.status, {"error": fault.text}, **fault.headers)
        else:
            self._answer(200, {"id": sms.id})

    def _answer(self, status: int, body: dict[str, str], **headers: str) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)


def _fields(body: bytes) -> dict[str, str] | None:
    try:
        fields = json.loads(body)
    except ValueError:
        return None
    if not isinstance(fields, dict) or not all(isinstance(fields.get(f), str) for f in FIELDS):
        return None
    return fields
