"""A small web server in this process, so that a browser's visit keeps the clock of the story."""

import threading
from concurrent.futures import ThreadPoolExecutor
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import time_machine
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.wsgi import get_wsgi_application
from django.db import connection

PHONE = {"width": 360, "height": 640}


class QuietHandler(WSGIRequestHandler):
    def log_message(self, *args):
        """What was asked stands in Site.asked."""


class Server(ThreadingMixIn, WSGIServer):
    """A thread reads each connection: a browser also opens some on which it asks nothing.

    Where a connection takes long, Chromium opens a second one beside it and leaves one idle; a
    server that reads them one after the other waits for that one for ever.
    """

    daemon_threads, block_on_close = True, False


class Site:
    """Serves our views as if it were `now`; `asked` is (method, path, status) of each request."""

    def __init__(self, now):
        self.now = now
        self.asked = []
        self.application = StaticFilesHandler(get_wsgi_application())
        # One thread answers: the clock is that of the process, and the database one connection.
        self.answers = ThreadPoolExecutor(max_workers=1)
        self.server = make_server(
            "127.0.0.1", 0, self._answer, server_class=Server, handler_class=QuietHandler
        )
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *error):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()
        self.answers.submit(_close_connection).result()
        self.answers.shutdown()

    def _run(self):
        self.server.serve_forever(poll_interval=0.05)

    def _answer(self, environ, start):
        return self.answers.submit(self._answer_in_turn, environ, start).result()

    def _answer_in_turn(self, environ, start):
        def note(status, headers, *error):
            self.asked.append((environ["REQUEST_METHOD"], environ["PATH_INFO"], int(status[:3])))
            return start(status, headers, *error)

        with time_machine.travel(self.now, tick=False):
            return [b"".join(self.application(environ, note))]


def _close_connection():
    """That of the thread which calls this."""
    connection.close()
