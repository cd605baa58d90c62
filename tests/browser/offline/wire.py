"""The cable between a phone and the site, which can be pulled out.

`context.set_offline` alone is a wish: Chromium tells each page and each service worker of it, and
one that begins at that moment may send a request before it has heard. Behind a pulled cable
nothing arrives, whoever has heard what.
"""

import socket
import threading
from contextlib import suppress
from urllib.parse import urlsplit

PIECE_BYTES = 65_536


class Wire:
    """Carries bytes between `address` and the site; what is on its way when it is cut is lost."""

    def __init__(self, site):
        there = urlsplit(site)
        self._site = (there.hostname, there.port)
        self._is_whole = True
        self._lock = threading.Lock()
        self._ends: set[socket.socket] = set()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://{there.hostname}:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, name="wire", daemon=True).start()

    def cut(self):
        """Nothing gets through from now on."""
        with self._lock:
            self._is_whole = False
            for end in self._ends:
                _hang_up(end, socket.SHUT_RDWR)

    def mend(self):
        """New connections get through again."""
        with self._lock:
            self._is_whole = True

    def close(self):
        """Nobody can connect any more."""
        _hang_up(self._listener, socket.SHUT_RDWR)  # wakes `accept`
        self.cut()

    def _accept(self):
        with self._listener:
            while True:
                try:
                    near, _ = self._listener.accept()
                except OSError:
                    return
                threading.Thread(target=self._carry, args=[near], name="wire", daemon=True).start()

    def _carry(self, near):
        with near, suppress(OSError), socket.create_connection(self._site) as far:
            with self._lock:
                if not self._is_whole:
                    return
                self._ends |= {near, far}
            back = threading.Thread(target=_pump, args=[far, near], name="wire", daemon=True)
            back.start()
            _pump(near, far)
            back.join()
            with self._lock:
                self._ends -= {near, far}


def _pump(source, sink):
    with suppress(OSError):
        while piece := source.recv(PIECE_BYTES):
            sink.sendall(piece)
    _hang_up(sink, socket.SHUT_WR)


def _hang_up(end, how):
    with suppress(OSError):
        end.shutdown(how)
