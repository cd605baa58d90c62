"""A time-out in total: that of a socket counts from each byte anew."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def deadline(line: socket.socket, seconds: float) -> Iterator[None]:
    """Cut the line after so many seconds; whoever reads or writes then gets an OSError."""
    timer = threading.Timer(seconds, _cut, [line])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _cut(line: socket.socket) -> None:
    try:
        # Below TLS: a farewell in its protocol would wait for the other side.
        socket.socket.shutdown(line, socket.SHUT_RDWR)
    except OSError:  # it is closed already, which is what we want
        return
