"""A webhook receiver on loopback that accepts everything; faults can be injected."""

import socket
import struct
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from fulfillment.demo.peers.web import serve_in_thread

HANG, DRIP, RESET, FLOOD, CONTINUE = "hang", "drip", "reset", "flood", "continue"
# SO_LINGER of 0 seconds: close() sends RST, not FIN.
AT_ONCE = struct.pack("ii", 1, 0)


@dataclass(frozen=True, slots=True)
class Hook:
    """A received request."""

    path: str
    headers: dict[str, str]
    body: str
    at: float  # monotonic


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer of the receiver."""

    status: int = 204
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


class HookPeer:
    """`hooks` is its own log of what came, in order; `behave` may change what it does.

    `behave` is given each request and returns a Reply, or the name of a way to apply_fault.
    """

    def __init__(self, *, host: str = "127.0.0.1") -> None:
        self.host = host
        self.port = 0
        self.hooks: list[Hook] = []
        self.behave: Callable[[Hook], Reply | str] = lambda hook: Reply()
        self.stopped = threading.Event()

    @property
    def url(self) -> str:
        """The URL to post to."""
        return f"http://{self.host}:{self.port}/hook"

    def start(self) -> "HookPeer":
        """Listen on a free port."""
        self._server = _Server((self.host, 0), self)
        self.port = self._server.server_address[1]
        serve_in_thread(self._server, "hook peer")
        return self

    def stop(self) -> None:
        """Close the port, and end hanging requests."""
        self.stopped.set()
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, address: tuple[str, int], peer: HookPeer) -> None:
        super().__init__(address, _Handler)
        self.peer = peer

    def handle_error(self, request: Any, client_address: Any) -> None:
        """No traceback when the client hangs up during an injected fault."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        headers = {name.lower(): value for name, value in self.headers.items()}
        hook = Hook(self.path, headers, body, time.monotonic())
        peer = self.server.peer
        peer.hooks.append(hook)
        reply = peer.behave(hook)
        if isinstance(reply, Reply):
            self._answer(reply)
        else:
            self.close_connection = True
            getattr(self, f"_{reply}")()

    def log_message(self, format: str, *args: object) -> None:
        """No log lines: requests are in `hooks`."""

    def _answer(self, reply: Reply) -> None:
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        self.wfile.write(reply.body)

    def _hang(self) -> None:
        self.server.peer.stopped.wait(120)

    def _drip(self) -> None:
        for byte in b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + b"." * 1000:
            self.wfile.write(bytes([byte]))
            if self.server.peer.stopped.wait(1):
                return

    def _reset(self) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
        self.connection.close()

    def _flood(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
        self._pour(b"x" * 65536)

    def _continue(self) -> None:
        self._pour(b"HTTP/1.1 100 Continue\r\n\r\n" * 1000)

    def _pour(self, piece: bytes) -> None:
        """Wait until the client closes the connection."""
        while not self.server.peer.stopped.is_set():
            self.wfile.write(piece)
