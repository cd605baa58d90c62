"""The push service on the line: who we say we are, what only the browser reads, what it answers."""

import json
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from fulfillment.demo.peers import Fault
from notifications.channels.base import Gone, OutcomeUnknown, Outgoing, Permanent, Temporary
from notifications.channels.push import push_channel
from notifications.channels.vapid import authorization, new_private_key, public_key

HEADERS = (("TTL", "60"), ("Urgency", "high"), ("Topic", "abc"))


def outgoing(peer, **changes):
    _, subscription = peer.subscribe(public_key())
    words = Outgoing(
        key="k-1", recipient=json.dumps(subscription), subject="Ada's Lamps", text="Packed ✓.",
        link="http://site/track/x/", headers=HEADERS,
    )  # fmt: skip
    return replace(words, **changes)


def send(words):
    with push_channel() as channel:
        return channel.send(words)


def test_the_browser_alone_reads_what_we_signed(push_peer):
    receipt = send(outgoing(push_peer))
    (pushed,) = push_peer.messages
    assert pushed.words == {
        "title": "Ada's Lamps",
        "body": "Packed ✓.",
        "link": "http://site/track/x/",
    }
    names = ("ttl", "urgency", "topic", "content-encoding")
    assert [pushed.headers[name] for name in names] == ["60", "high", "abc", "aes128gcm"]
    assert pushed.claims["sub"] == "mailto:ops@example.com"
    assert receipt.provider_id.startswith(f"{push_peer.origin}/message/")


def test_another_key_is_refused_for_good(push_peer, settings):
    words = outgoing(push_peer)
    settings.VAPID_PRIVATE_KEY = new_private_key()
    with pytest.raises(Permanent, match="403 the browser listens to another sender"):
        send(words)
    assert push_peer.messages == []


@pytest.mark.parametrize("hours", [-13, 13])
def test_the_signature_holds_for_half_a_day(push_peer, hours):
    moment = datetime.now(UTC) + timedelta(hours=hours)
    words = outgoing(push_peer)
    with time_machine.travel(moment):
        token = authorization(push_peer.origin)
    headers = (*HEADERS, ("Authorization", token))
    with pytest.raises(Permanent, match="403 the token is not valid now"):
        send(replace(words, headers=headers))


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        (lambda token: token.replace("t=ey", "t=ez"), "403 the signature is wrong"),
        (lambda token: token.replace("vapid ", "WebPush "), "401 no vapid token"),
    ],
)
def test_a_changed_signature_is_found_out(push_peer, changed, why):
    token = changed(authorization(push_peer.origin))
    words = outgoing(push_peer, headers=(*HEADERS, ("Authorization", token)))
    with pytest.raises(Permanent, match=why):
        send(words)


def test_a_token_for_another_service_is_refused(push_peer):
    headers = (*HEADERS, ("Authorization", authorization("https://push.example")))
    with pytest.raises(Permanent, match="403 the token is for another service"):
        send(outgoing(push_peer, headers=headers))


def test_a_browser_that_left_is_gone(push_peer):
    words = outgoing(push_peer)
    push_peer.browsers.popitem()
    with pytest.raises(Gone):
        send(words)
    words = outgoing(push_peer)
    next(iter(push_peer.browsers.values())).is_gone = True
    with pytest.raises(Gone):
        send(words)


@pytest.mark.parametrize(
    ("fault", "retry_after"),
    [
        (Fault(429, headers={"Retry-After": "120"}), 120.0),
        (Fault(429, headers={"Retry-After": "Wed, 25 Nov 2026 10:00:00 GMT"}), None),
        (Fault(500), None),
        (Fault(503), None),
    ],
)
def test_a_busy_service_is_asked_again_and_holds_up_no_other(push_peer, fault, retry_after):
    push_peer.behaviour = lambda _: fault
    with pytest.raises(Temporary) as raised:
        send(outgoing(push_peer))
    assert (raised.value.is_down, raised.value.retry_after) == (False, retry_after)


@pytest.mark.parametrize("status", [301, 307, 400, 413])
def test_other_answers_are_final_and_no_redirect_is_followed(push_peer, status):
    elsewhere = f"{push_peer.origin}/push/elsewhere"
    push_peer.behaviour = lambda _: Fault(status, headers={"Location": elsewhere})
    with pytest.raises(Permanent, match=str(status)):
        send(outgoing(push_peer))
    assert push_peer.attempts == 1


def test_silence_is_unknown_within_the_time_and_about_this_service_only(push_peer, settings):
    settings.PUSH_TIMEOUT = 1
    push_peer.behaviour = lambda _: Fault(hang=3, kept=True)
    began = time.monotonic()
    with pytest.raises(OutcomeUnknown) as raised:
        send(outgoing(push_peer))
    assert 0.9 < time.monotonic() - began < 1.6
    assert not raised.value.is_down


def test_a_cut_line_is_unknown(push_peer):
    push_peer.behaviour = lambda _: Fault(reset=True)
    with pytest.raises(OutcomeUnknown):
        send(outgoing(push_peer))


def test_a_service_that_is_not_there_was_not_told(push_peer):
    subscription = push_peer.subscribe(public_key())[1] | {"endpoint": "http://127.0.0.1:9/x"}
    with pytest.raises(Temporary, match="No connection"):
        send(outgoing(push_peer, recipient=json.dumps(subscription)))


@pytest.mark.parametrize(
    "recipient",
    [
        "",
        "[]",
        '{"endpoint": "http://127.0.0.1/x"}',
        '{"endpoint": "http://127.0.0.1/x", "keys": {"p256dh": "AAAA", "auth": "AAAA"}}',
        '{"endpoint": "ftp://127.0.0.1/x", "keys": {"p256dh": "AAAA", "auth": "AAAA"}}',
    ],
)
def test_what_is_no_subscription_is_final(push_peer, recipient):
    with pytest.raises(Permanent):
        send(outgoing(push_peer, recipient=recipient))
    assert push_peer.attempts == 0


def test_without_a_key_the_channel_does_not_open(settings):
    settings.VAPID_PRIVATE_KEY = ""
    with pytest.raises(RuntimeError, match="VAPID_PRIVATE_KEY"), push_channel():
        pass
