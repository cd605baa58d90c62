"""One request in a thread: the WSGI environment, the call of the portal, and its answer (RSGI)."""

import asyncio
import io
import logging
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator, MutableMapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from fulfillment.serving.answers import refuse
from fulfillment.serving.clients import client_address

log = logging.getLogger(__name__)

QUEUE_SECONDS = 10.0
PIECE_BYTES = 2**20  # a longer answer is sent in pieces of this size
SEND_SECONDS = 30.0  # for a piece, to a client that reads slowly
BUSY = "Too many requests wait just now. Try again in a moment."

WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Any]
Headers = list[tuple[str, str]]


class Scope(Protocol):
    """The head of a request: `server` and `client` are host:port, the path is decoded."""

    proto: str
    http_version: str
    server: str
    client: str
    scheme: str
    method: str
    path: str
    query_string: str
    headers: Any


class Transport(Protocol):
    """A long answer that is being sent."""

    async def send_bytes(self, data: bytes) -> None: ...


class Line(Protocol):
    """What RSGI calls a protocol: the body that comes, and the ways to answer."""

    def __aiter__(self) -> AsyncIterator[bytes]: ...

    async def __anext__(self) -> bytes: ...

    async def __call__(self) -> bytes: ...

    def response_bytes(self, status: int, headers: Headers, body: bytes) -> None: ...

    def response_stream(self, status: int, headers: Headers) -> Transport: ...


@dataclass(slots=True)
class Call:
    """Calls the WSGI application and answers on the line; `ended` is for the event loop."""

    app: WsgiApp
    environ: dict[str, Any]
    line: Line
    ended: asyncio.Future[None]
    queued_at: float = field(default_factory=time.monotonic)
    code: int = 500
    headers: Headers = field(default_factory=list)

    def run(self) -> None:
        """Answer. What goes wrong below Django is logged, and its client sees the line cut."""
        try:
            if time.monotonic() - self.queued_at > QUEUE_SECONDS:
                response = refuse(self.environ["PATH_INFO"], 503, BUSY, retry_after=1)
                self.line.response_bytes(503, list(response.items()), response.content)
                return
            result = self.app(self.environ, self._start)
            try:
                self._answer(result)
            finally:
                if hasattr(result, "close"):
                    result.close()
        except Exception:
            log.exception("a request ended without an answer")

    def _start(self, status: str, headers: Headers, _error: Any = None) -> None:
        self.code, self.headers = int(status.split(" ", 1)[0]), headers

    def _answer(self, result: Any) -> None:
        pieces = _pieces(result) if self.environ["REQUEST_METHOD"] != "HEAD" else iter([b""])
        piece = next(pieces, b"")  # asked before the head is sent: it may fail
        following = next(pieces, None)
        if following is None:
            self.line.response_bytes(self.code, self.headers, piece)
            return
        transport = self.line.response_stream(self.code, self.headers)
        self._send(transport, piece)
        while following is not None:
            self._send(transport, following)
            following = next(pieces, None)

    def _send(self, transport: Transport, piece: bytes) -> None:
        async def passed_on() -> None:
            await transport.send_bytes(piece)

        loop = self.ended.get_loop()
        asyncio.run_coroutine_threadsafe(passed_on(), loop).result(SEND_SECONDS)


def client_of(scope: Scope) -> str:
    """The address of who sends, before the portal has read anything of it."""
    nearest = {"REMOTE_ADDR": scope.client.rpartition(":")[0]}
    # Some proxies add a line of their own: the first would be the word of a stranger.
    hops = ",".join(scope.headers.get_all("x-forwarded-for") or ())
    return client_address(nearest | ({"HTTP_X_FORWARDED_FOR": hops} if hops else {}))


def environ_of(scope: Scope, body: bytes) -> dict[str, Any]:
    """The WSGI environment of a request whose body is complete."""
    host, _, port = scope.server.rpartition(":")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": _as_wsgi(scope.path),
        "QUERY_STRING": _as_wsgi(scope.query_string),
        "SERVER_NAME": host,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": scope.client.rpartition(":")[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name, text in scope.headers.items():
        # X_Forwarded_For would become the same name as X-Forwarded-For.
        if "_" not in name and name not in {"content-length", "transfer-encoding"}:
            _add_header(environ, name, text)
    environ["CONTENT_LENGTH"] = str(len(body))
    return environ


def _as_wsgi(text: str) -> str:
    """A text as WSGI names its bytes: whoever types an address into curl does not quote them."""
    return text.encode().decode("latin-1")


def _add_header(environ: MutableMapping[str, Any], name: str, text: str) -> None:
    known = name.upper().replace("-", "_")
    key = known if known == "CONTENT_TYPE" else f"HTTP_{known}"
    if key in environ:
        text = f"{environ[key]}{'; ' if key == 'HTTP_COOKIE' else ','}{text}"
    environ[key] = text


def _pieces(result: Any) -> Iterator[bytes]:
    """The answer in pieces of at least PIECE_BYTES: each costs a hop between two threads."""
    gathered = bytearray()
    for part in result:
        gathered += part
        if len(gathered) >= PIECE_BYTES:
            yield bytes(gathered)
            gathered.clear()
    if gathered:
        yield bytes(gathered)
