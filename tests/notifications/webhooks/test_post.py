"""One attempt ends within its time and reads little, whatever the receiver does."""

import socket
import threading
import time
from contextlib import closing

import pytest

from fulfillment.peers.hooks import CONTINUE, DRIP, FLOOD, HANG, RESET, Reply
from notifications.webhooks import post as posting
from notifications.webhooks.post import MOST_KEPT, post

SECONDS = 0.7  # stands for the fifteen; the receivers drip once a second


def tried(receiver, seconds=SECONDS):
    began = time.monotonic()
    answer = post(receiver.url, b"{}", {"Host": "x"}, seconds=seconds)
    assert time.monotonic() - began < seconds + 5, "the deadline holds in all"
    return answer


@pytest.mark.parametrize("misbehaviour", [HANG, DRIP])
def test_a_slow_receiver_is_cut_off(receiver, misbehaviour):
    receiver.behave = lambda hook: misbehaviour
    answer = tried(receiver)
    assert (answer.status, answer.problem) == (None, "No answer within 0.7 seconds.")


@pytest.mark.parametrize(("first", "then"), [(b"H", b"H"), (b"HTTP/1.1 200 OK", b"")])
def test_a_head_that_never_ends_is_cut_off(first, then):
    """A byte every 0.1 s keeps each read alive, and what the cut leaves may look like a head."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        stopped = threading.Event()

        def drip():
            line, _ = server.accept()
            with line:
                line.recv(65536)
                line.sendall(first)
                while not stopped.wait(0.1):
                    try:
                        line.sendall(then)
                    except OSError:
                        return

        thread = threading.Thread(target=drip, daemon=True)
        thread.start()
        url = f"http://127.0.0.1:{server.getsockname()[1]}/"
        answer = post(url, b"{}", {}, seconds=SECONDS)
        stopped.set()
        thread.join(10)
    assert (answer.status, answer.problem) == (None, "No answer within 0.7 seconds.")


def test_a_reset_is_a_failed_connection(receiver):
    receiver.behave = lambda hook: RESET
    assert tried(receiver, 15).problem == "The connection failed."


def test_nobody_listening_is_a_failed_connection():
    answer = post("http://127.0.0.1:9/", b"{}", {}, seconds=15)
    assert (answer.status, answer.problem) == (None, "The connection failed.")


def test_of_an_endless_answer_only_the_beginning_is_kept(receiver):
    receiver.behave = lambda hook: FLOOD
    answer = tried(receiver, 15)
    assert (answer.status, answer.problem, answer.body) == (200, "", "x" * MOST_KEPT)


def test_endless_continues_are_not_read_for_ever(receiver):
    receiver.behave = lambda hook: CONTINUE
    assert tried(receiver, 15).problem == "The answer is no HTTP, or too long."


def test_a_packed_body_is_never_unpacked(receiver):
    receiver.behave = lambda hook: Reply(200, {"Content-Encoding": "gzip"}, b"\x1f\x8b\x00 zeros")
    assert tried(receiver, 15).body == "\x1f\ufffd\ufffd zeros"


def test_a_taken_delivery_stays_taken_when_the_rest_of_the_answer_drips(receiver, monkeypatch):
    monkeypatch.setattr(posting, "MOST_KEPT", 10)
    receiver.behave = lambda hook: Reply(200, {}, b"0123456789abc")
    answer = tried(receiver, 15)
    assert (answer.problem, answer.body) == ("", "0123456789")


def test_no_proxy_of_the_environment_is_asked(receiver, monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "")
    assert tried(receiver, 15).status == 204
