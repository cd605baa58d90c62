"""One attempt ends within its time and reads little, whatever the receiver does."""

import socket
import threading
import time
from contextlib import closing, contextmanager, suppress

import pytest

from fulfillment.demo.peers.hooks import CONTINUE, DRIP, FLOOD, HANG, RESET, Reply
from notifications.webhooks.post import post
from orders.outside.ssrf_guard import Target, connect
from orders.outside.untrusted_http import MOST_KEPT, post_once

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
    assert (answer.status, answer.problem) == (None, "No response within 0.7 seconds.")


@contextmanager
def dripping(first, then):
    """The address of a receiver that sends the one, and then the other every tenth of a second."""
    stopped = threading.Event()
    with closing(socket.create_server(("127.0.0.1", 0))) as server:

        def drip():
            line, _ = server.accept()
            with line, suppress(OSError):
                line.recv(65536)
                line.sendall(first)
                while not stopped.wait(0.1):
                    line.sendall(then)

        thread = threading.Thread(target=drip, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/"
        stopped.set()
        thread.join(10)


@pytest.mark.parametrize(("first", "then"), [(b"H", b"H"), (b"HTTP/1.1 200 OK", b"")])
def test_a_head_that_never_ends_is_cut_off(first, then):
    """A byte every 0.1 s keeps each read alive, and what the cut leaves may look like a head."""
    with dripping(first, then) as url:
        answer = post(url, b"{}", {}, seconds=SECONDS)
    assert (answer.status, answer.problem) == (None, "No response within 0.7 seconds.")


def test_a_body_that_never_ends_is_cut_off_and_the_delivery_taken():
    began = time.monotonic()
    with dripping(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", b".") as url:
        answer = post(url, b"{}", {"Connection": "close"}, seconds=SECONDS)
        assert time.monotonic() - began < SECONDS + 5
    assert (answer.status, answer.problem) == (200, "")
    assert 1 <= len(answer.body) <= 20


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
    assert tried(receiver, 15).problem == "The response is not HTTP, or too long."


def test_a_packed_body_is_never_unpacked(receiver):
    receiver.behave = lambda hook: Reply(200, {"Content-Encoding": "gzip"}, b"\x1f\x8b\x00 zeros")
    assert tried(receiver, 15).body == "\x1f\ufffd\ufffd zeros"


def test_the_connection_goes_to_the_checked_address_and_names_the_host(receiver):
    """A name that leads elsewhere by now, or nowhere, is not looked up a second time."""
    target = Target(False, "nobody.invalid", receiver.port, "/in")
    ends = time.monotonic() + 5
    with closing(connect(target, ["127.0.0.1"], ends=ends)) as line:
        headers = {"Host": target.host_header}
        response, _ = post_once(line, target.path, b"{}", headers, ends=ends)
        assert response.status == 204
    (hook,) = receiver.hooks
    assert (hook.path, hook.headers["host"]) == ("/in", f"nobody.invalid:{receiver.port}")


def test_no_proxy_of_the_environment_is_asked(receiver, monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "")
    assert tried(receiver, 15).status == 204
