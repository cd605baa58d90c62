"""The SMS gateway on the line: what is posted, and how long we listen."""

import socket
import threading
import time
from contextlib import contextmanager

import pytest

from notifications.channels.base import OutcomeUnknown, Outgoing, Permanent, Temporary
from notifications.channels.sms import sms_channel

TEXT = Outgoing(key="k-1", recipient="+4915112345678", text="Hello")


def send(outgoing=TEXT):
    with sms_channel() as channel:
        return channel.send(outgoing)


@contextmanager
def speaker(speak):
    """A server on loopback that reads a request and then speaks as it likes."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve():
            line, _ = server.accept()
            with line:
                line.recv(65536)
                try:
                    speak(line)
                except OSError:  # the caller has hung up, as it should
                    return

        threading.Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/messages?account=7"


def test_a_text_is_posted_with_its_key_and_our_token(sms_peer, settings):
    settings.SMS_TOKEN = sms_peer.token = "secret"
    receipt = send()
    taken = sms_peer.messages[0]
    assert (taken.to, taken.sender, taken.text, taken.key) == (
        "+4915112345678",
        "Fulfillment",
        "Hello",
        "k-1",
    )
    assert receipt.provider_id == taken.id


def test_one_connection_serves_a_batch(sms_peer):
    with sms_channel() as channel:
        channel.send(TEXT)
        line = channel.line.connection.sock
        channel.send(TEXT)
        assert channel.line.connection.sock is line
    assert (sms_peer.attempts, len(sms_peer.messages)) == (2, 1)


def test_a_gateway_that_is_not_there_was_not_told(settings):
    settings.SMS_URL = "http://127.0.0.1:9/messages"
    with pytest.raises(Temporary) as raised:
        send()
    assert raised.value.is_down


@pytest.mark.parametrize(
    "number", ["", "03012345678", "+49", "+49151123456789012", "+49\r\n30123456"]
)
def test_only_numbers_are_texted(sms_peer, number):
    with pytest.raises(Permanent, match="This is not a valid phone number"):
        send(Outgoing(key="k", recipient=number, text="Hello"))
    assert sms_peer.attempts == 0


def drip(line):
    for byte in b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n" * 3:
        line.send(bytes([byte]))
        time.sleep(0.1)


def test_an_answer_byte_by_byte_is_cut_off_in_time(settings):
    settings.SMS_TIMEOUT = 1
    with speaker(drip) as settings.SMS_URL:
        began = time.monotonic()
        with pytest.raises(OutcomeUnknown):
            send()
        assert 0.9 < time.monotonic() - began < 1.5


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"nonsense\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nnull",
        b"HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n{",
    ],
)
def test_an_answer_without_an_id_proves_nothing(settings, answer):
    settings.SMS_TIMEOUT = 1
    with (
        speaker(lambda line: line.sendall(answer)) as settings.SMS_URL,
        pytest.raises(OutcomeUnknown),
    ):
        send()


def test_an_endless_answer_is_not_read_to_its_end(settings):
    settings.SMS_TIMEOUT = 2

    def shout(line):
        line.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            line.sendall(b"x" * 65536)

    with speaker(shout) as settings.SMS_URL, pytest.raises(OutcomeUnknown, match="no id"):
        send()
