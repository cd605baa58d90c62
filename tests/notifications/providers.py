"""Mail providers on loopback: the documented HTTP APIs of Postmark and Resend, and any other's."""

import json
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote_plus

from fulfillment.demo.peers.web import serve_in_thread


class Provider(ThreadingHTTPServer):
    """Answers every mail with `status` and `answer` after `hang` seconds; keeps what came."""

    daemon_threads = True

    def __init__(self, handler, answer):
        super().__init__(("127.0.0.1", 0), handler)
        self.calls, self.status, self.answer, self.hang = [], 200, answer, 0
        self.taken = {}

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_address[1]}/"

    @property
    def mails(self):
        """The mails of the calls."""
        return [mail for _, mail in self.calls]

    def answer_to(self, headers, mail):
        """(status, answer) of a call."""
        return self.status, self.answer


class Resend(Provider):
    """Sends one Idempotency-Key once: the same mail again has the same id, another is refused."""

    def answer_to(self, headers, mail):
        if self.status != 200:
            return self.status, self.answer
        key = headers.get("Idempotency-Key") or str(len(self.calls))
        first = self.taken.setdefault(key, mail)
        if first != mail:
            text = "Same idempotency key used with a different request payload."
            return 409, {"name": "invalid_idempotent_request", "message": text}
        return 200, {"id": f"re-{list(self.taken).index(key) + 1}"}


class Handler(BaseHTTPRequestHandler):
    """One call of the API."""

    server: Provider

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        mail = json.loads(body) if body[:1] in b"{[" else unquote_plus(body.decode())
        self.server.calls.append((dict(self.headers), mail))
        status, answer = self.server.answer_to(self.headers, mail)
        time.sleep(self.server.hang)
        content = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def handle(self):
        try:
            super().handle()
        except OSError:  # the caller did not wait for the answer
            self.close_connection = True

    def log_message(self, *_):
        """Say nothing."""


@contextmanager
def running(settings, name, *, kind=Provider, answer=None, **fields):
    """A provider that the portal sends through; `fields` are more of its settings."""
    server = kind(Handler, answer if answer is not None else {})
    serve_in_thread(server, "peer")
    settings.EMAIL_PROVIDER = name
    settings.EMAIL_BACKEND = f"anymail.backends.{name}.EmailBackend"
    prefix = name.upper()
    settings.ANYMAIL = {
        f"{prefix}_API_URL": server.url,
        "REQUESTS_TIMEOUT": (1, 1),
        **{f"{prefix}_{field}": value for field, value in fields.items()},
    }
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
