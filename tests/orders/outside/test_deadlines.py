"""A deadline cuts the line, and what the cut left is never taken for a whole answer."""

import socket
import time

import pytest

from orders.outside.deadlines import deadline


@pytest.fixture
def lines():
    """Two ends of a line."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


def test_what_ends_by_the_cut_is_too_late(lines):
    ours, theirs = lines
    theirs.sendall(b"HTTP/1.1 200 OK")
    read = []
    began = time.monotonic()
    with pytest.raises(TimeoutError), deadline(ours, 0.2):
        while piece := ours.recv(100):
            read.append(piece)
    assert read == [b"HTTP/1.1 200 OK"]
    assert 0.1 < time.monotonic() - began < 1.6


def test_what_ends_before_is_left_alone(lines):
    ours, theirs = lines
    with deadline(ours, 5):
        theirs.sendall(b"x")
        assert ours.recv(100) == b"x"
    ours.sendall(b"y")
    assert theirs.recv(100) == b"y"


def test_an_error_of_before_stays_what_it_is(lines):
    with pytest.raises(ConnectionResetError), deadline(lines[0], 5):
        raise ConnectionResetError
