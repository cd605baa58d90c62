"""A total time-out for a socket: its own time-out starts again with each byte."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def deadline(line: socket.socket, seconds: float) -> Iterator[None]:
    """Shut the socket down after `seconds`: reads and writes then raise OSError.

    A block that ends without an error after the deadline raises too: a truncated answer may look
    complete.
    """
    is_over = threading.Event()
    timer = threading.Timer(max(seconds, 0), _cut, [line, is_over])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
    if is_over.is_set():
        raise TimeoutError("The time is up.")


def _cut(line: socket.socket, is_over: threading.Event) -> None:
    is_over.set()
    try:
        # Not through TLS: its closing handshake would wait for the other side.
        socket.socket.shutdown(line, socket.SHUT_RDWR)
    except OSError:  # it is closed already, which is what we want
        return
