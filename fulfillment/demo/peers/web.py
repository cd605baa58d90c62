"""Base of the HTTP peers: a server on loopback, JSON answers, injected faults."""

import json
import socket
import struct
import sys
import threading
import time
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import BaseServer
from typing import Any

from fulfillment.demo.peers.kept import Fault

# SO_LINGER of 0 seconds: close() sends RST, not FIN.
RESET = struct.pack("ii", 1, 0)
# How often a serving thread looks whether it is to end: `stop` waits for that.
LOOK_SECONDS = 0.02


def serve_in_thread(server: BaseServer, name: str) -> None:
    """Serve until `shutdown`, which then waits for no half second, as it would by default."""
    threading.Thread(
        target=server.serve_forever, args=[LOOK_SECONDS], name=name, daemon=True
    ).start()


class Server(ThreadingHTTPServer):
    """Serves one peer in a thread, on a free port."""

    daemon_threads = True

    def __init__(self, host: str, handler: type["Handler"], peer: Any) -> None:
        super().__init__((host, 0), handler)
        self.peer = peer

    def start(self) -> int:
        """Start to serve; returns the port."""
        serve_in_thread(self, "peer")
        return int(self.server_address[1])

    def stop(self) -> None:
        """Close the port and end the thread."""
        self.shutdown()
        self.server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """No traceback when a client hangs up during an injected delay."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class Handler(BaseHTTPRequestHandler):
    """Reads a whole request and answers JSON."""

    server: Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else an answer of two writes waits 40 ms between them

    def read_body(self) -> bytes:
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def log_message(self, format: str, *args: object) -> None:
        """No log lines: requests are in the inbox."""

    def apply_fault(self, fault: Fault, error: object) -> bool:
        """Apply a fault: hang, reset or refuse; False if the answer is only late."""
        time.sleep(fault.hang)
        if fault.reset:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            self.close_connection = True
            self.connection.close()
        elif fault.status:
            self.answer(fault.status, error, fault.headers)
        return bool(fault.reset or fault.status)

    def answer(self, status: int, body: object, headers: Mapping[str, str] | None = None) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)
