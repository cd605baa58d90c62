"""A printer on loopback that takes raw bytes, and can be out of paper (it hangs up) or stuck."""

import socket
import threading


class PrinterPeer:
    """What it has printed is in `printed`, each connection a piece."""

    def __init__(self):
        self.printed, self.is_out = [], False
        self.is_stuck, self.goes_on = False, threading.Event()
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            with connection:
                if self.is_out:
                    # Closed with bytes unread: the sender gets a reset.
                    connection.recv(1)
                    continue
                pieces = []
                while piece := connection.recv(65536):
                    pieces.append(piece)
                self.printed.append(b"".join(pieces))
                if self.is_stuck:  # it has all, and does not hang up
                    self.goes_on.wait()

    def close(self):
        """End."""
        self.goes_on.set()
        self._socket.close()
