"""A time-out in total: that of a socket counts from each byte anew."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def deadline(line: socket.socket, seconds: float) -> Iterator[None]:
    """Cut the line after so many seconds; whoever reads or writes then gets an OSError.

    So does who ends well after the cut: what it left may read like a whole answer.
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
        # Below TLS: a farewell in its protocol would wait for the other side.
        socket.socket.shutdown(line, socket.SHUT_RDWR)
    except OSError:  # it is closed already, which is what we want
        return
