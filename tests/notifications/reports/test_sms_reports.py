"""Delivery reports of SMS providers: signed, in any order, twice, also before our own commit."""

import json
import threading
import time
from datetime import UTC, datetime, timedelta
from itertools import permutations
from urllib.parse import urlencode
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.db import connections
from django.utils import timezone

from fulfillment.demo.peers import Fault, sms, twilio
from fulfillment.demo.peers.calls import Call as PeerCall
from fulfillment.demo.peers.web import LOOK_SECONDS
from notifications.channels.sms.base import Call, UnreadableCall
from notifications.channels.sms.twilio import TwilioHook
from notifications.channels.sms.vonage import VonageHook, signature
from notifications.delivery.sending import send_due
from notifications.models import Receipt, Suppression
from notifications.reports.receipts import match_receipts
from tests.notifications.calling import call, hook, sent_text
from tests.notifications.saying import state
from tests.support.real_data import real_data

pytestmark = pytest.mark.django_db


@pytest.fixture
def hooked(sms_peer, settings):
    """The plain gateway knows our secret."""
    settings.SMS_HOOK_SECRET = sms.SECRET
    return sms_peer


def test_twilio_says_what_became_of_a_text(ada, client, twilio_peer):
    text = sent_text(ada)
    (taken,) = twilio_peer.messages
    assert call(client, twilio_peer.report(taken, "sent")).status_code == 200
    assert (state(text), Receipt.objects.count()) == (("sent", ""), 0)
    for _ in range(2):
        assert call(client, twilio_peer.report(taken, "delivered")).status_code == 200
    assert (state(text), Receipt.objects.count()) == (("delivered", ""), 1)


def test_vonage_says_what_became_of_a_text(ada, client, vonage_peer):
    text = sent_text(ada)
    (taken,) = vonage_peer.messages
    for status in ("accepted", "buffered", "delivered", "delivered"):
        made = vonage_peer.report(hook("vonage"), taken, status)
        assert call(client, made).status_code == 200
    assert (state(text), Receipt.objects.count()) == (("delivered", ""), 1)


def test_any_gateway_says_what_became_of_a_text(ada, client, hooked):
    text = sent_text(ada)
    made = hooked.report(hook("http"), hooked.messages[0], "failed", detail="switched off")
    assert call(client, made).status_code == 200
    assert state(text) == ("failed", "switched off")


def test_our_key_resolves_what_lost_its_answer(ada, client, twilio_peer, settings):
    settings.SMS_TIMEOUT = 1
    twilio_peer.behaviour = lambda taken: Fault(hang=2, kept=True)
    text = sent_text(ada)
    assert text.status == "unknown"
    call(client, twilio_peer.report(twilio_peer.messages[0], "delivered"))
    assert state(text) == ("delivered", "")
    send_due()
    assert twilio_peer.attempts == 1


@pytest.mark.parametrize("peer", ["twilio_peer", "vonage_peer"])
@pytest.mark.parametrize("fault", [None, Fault(reset=True, kept=True)])
def test_a_report_before_our_own_commit_waits_for_it(ada, own_site, request, peer, fault):
    """The provider reports over the line, before it answers or instead of it."""
    provider = request.getfixturevalue(peer)
    provider.behaviour, provider.early = lambda taken: fault, ["delivered", "delivered"]
    text = sent_text(ada)
    assert text.status == ("unknown" if fault else "sent")
    assert Receipt.objects.filter(message__isnull=True).count() == 1
    assert match_receipts() == 1
    assert state(text) == ("delivered", "")


@pytest.fixture
def own_site(settings):
    """A web server in this process, which knows what the test has set."""
    server = make_server("127.0.0.1", 0, WSGIHandler(), handler_class=Silent)
    settings.SITE_URL = f"http://127.0.0.1:{server.server_port}"

    def serve():
        server.serve_forever(LOOK_SECONDS)
        connections.close_all()

    thread = threading.Thread(target=serve)
    thread.start()
    yield settings.SITE_URL
    server.shutdown()
    thread.join()
    server.server_close()


class Silent(WSGIRequestHandler):
    """Says nothing of each request."""

    def log_message(self, *_):
        return


def test_every_order_of_reports_ends_in_the_same_state(ada, client, hooked):
    text = sent_text(ada)
    told = {"key": text.key, "id": text.provider_id}
    now = timezone.now()
    story = [
        told | {"status": status, "at": (now - timedelta(minutes=minutes)).isoformat()}
        for status, minutes in (("failed", 3), ("delivered", 2), ("on its way", 4))
    ]
    for shuffled in permutations(story):
        for fields in shuffled + shuffled:
            assert call(client, sms.signed(hook("http"), fields)).status_code == 200
        assert (state(text), Receipt.objects.count()) == (("delivered", ""), 2)
        Receipt.objects.all().delete()


@pytest.mark.parametrize(
    ("code", "status", "reason"),
    [
        (30003, "failed", None),
        (30006, "failed", Suppression.Reason.BOUNCED),
        (21610, "failed", Suppression.Reason.STOPPED),
    ],
)
def test_a_number_that_no_text_reaches_is_left_alone(
    ada, client, twilio_peer, code, status, reason
):
    text = sent_text(ada)
    call(client, twilio_peer.report(twilio_peer.messages[0], "undelivered", error=code))
    assert state(text) == (status, f"undelivered {code}")
    assert list(Suppression.objects.values_list("reason", flat=True)) == [reason] * bool(reason)


def test_a_number_that_stopped_its_provider_is_written_to_no_more(ada, twilio_peer):
    twilio_peer.refused["+4915112345678"] = 21610
    first = sent_text(ada)
    assert first.status == "failed"
    second = sent_text(ada)
    assert second.status == "suppressed"
    assert second.reason.startswith("The customer opted out")
    assert Suppression.objects.get().reason == Suppression.Reason.STOPPED


FORGERIES = [
    {"x_signature": "0" * 64},
    {"x_signature": ""},
    {"x_signature": "é"},
    {"x_timestamp": "1"},
    {"x_timestamp": ""},
    {"x_timestamp": "²"},
]


@pytest.mark.parametrize("headers", FORGERIES)
def test_an_unsigned_report_is_not_stored(ada, client, hooked, headers):
    text = sent_text(ada)
    made = hooked.report(hook("http"), hooked.messages[0], "delivered")
    assert call(client, made, **headers).status_code == 403
    assert (state(text), Receipt.objects.count()) == (("sent", ""), 0)


@pytest.mark.parametrize("seconds", [-301, 301])
def test_an_old_report_is_not_stored(client, hooked, seconds):
    made = sms.signed(
        hook("http"), {"id": "1", "status": "delivered"}, at=time.time() + seconds * 1.01
    )
    assert call(client, made).status_code == 403
    assert Receipt.objects.count() == 0


def test_a_changed_body_or_address_is_not_signed(ada, client, twilio_peer):
    sent_text(ada)
    made = twilio_peer.report(twilio_peer.messages[0], "delivered")
    changed = made.body.replace(b"delivered", b"failed")
    for forged in (
        PeerCall(made.url, changed, made.headers),
        PeerCall(made.url + "0", made.body, made.headers),
        PeerCall(made.url, b"\xff=1", made.headers),
    ):
        assert call(client, forged).status_code == 403
    assert Receipt.objects.count() == 0


def test_the_host_of_a_call_is_not_believed(ada, client, twilio_peer, settings):
    settings.ALLOWED_HOSTS = ["*"]
    sent_text(ada)
    made = twilio_peer.report(twilio_peer.messages[0], "delivered")
    assert call(client, made, host="evil.example").status_code == 200
    elsewhere = twilio.signed(made.url.replace("127.0.0.1", "evil.example"), {"MessageSid": "1"})
    assert call(client, elsewhere, host="evil.example").status_code == 403


@pytest.mark.parametrize("provider", ["twilio", "vonage", "http"])
def test_without_a_secret_nobody_is_believed(client, settings, provider):
    settings.TWILIO_AUTH_TOKEN = settings.VONAGE_SIGNATURE_SECRET = settings.SMS_HOOK_SECRET = ""
    for body in (b"", b"{}", b"MessageSid=1&MessageStatus=delivered"):
        answer = client.post(f"/hooks/sms/{provider}/", body, content_type="application/json")
        assert answer.status_code == 403
        inbound = f"/hooks/sms/{provider}/inbound/"
        assert client.post(inbound, body, content_type="application/json").status_code == 403


def test_other_calls_are_told_what_is_wrong(client, hooked):
    assert client.get("/hooks/sms/http/").status_code == 405
    assert client.post("/hooks/sms/nobody/").status_code == 404
    for fields in ({}, {"status": "delivered"}, {"id": "1"}, [], {"id": "1", "status": None}):
        made = sms.signed(hook("http"), fields)
        assert call(client, made).status_code == 400
    large = client.post(
        "/hooks/sms/http/", b"x" * (1024 * 1024 + 1), content_type="application/json"
    )
    assert large.status_code == 413
    assert Receipt.objects.count() == 0


@pytest.mark.real_data
@pytest.mark.parametrize("case", range(4))
def test_signatures_of_twilio_are_known(settings, case):
    known = json.loads(real_data("signatures/twilio.json").read_bytes())
    settings.TWILIO_AUTH_TOKEN = known["auth_token"]
    vector = known["cases"][case]
    body = urlencode([tuple(pair) for pair in vector["params"]]).encode()
    signed = {"x-twilio-signature": vector["signature"]}
    assert TwilioHook().is_signed(Call(vector["url"], signed, body, timezone.now()))
    assert not TwilioHook().is_signed(Call(vector["url"] + "1", signed, body, timezone.now()))


@pytest.mark.real_data
def test_recorded_callbacks_of_twilio_are_read():
    """Forms that other projects post in their tests; the last says nothing."""
    lines = real_data("esp_sms/sms/twilio_status_callback_forms.txt").read_bytes().splitlines()
    *forms, invalid = [line for line in lines if not line.startswith(b"#")]
    for form in forms:
        made = Call("https://portal.example/?key=k-1", {}, form, timezone.now())
        (report,) = TwilioHook().reports(made)
        assert (report.kind, report.key, report.provider_id[:2]) == ("delivered", "k-1", "SM")
    with pytest.raises(UnreadableCall):
        TwilioHook().reports(Call("https://portal.example/", {}, invalid, timezone.now()))


@pytest.mark.real_data
def test_the_documented_receipt_of_vonage_is_read():
    body = real_data("esp_sms/sms/vonage_delivery_receipt.json").read_bytes()
    made = Call("", {"content-type": "application/json"}, body, timezone.now())
    (report,) = VonageHook().reports(made)
    assert (report.kind, report.key) == ("delivered", "my-personal-reference")
    assert report.at == datetime(2020, 1, 1, 12, tzinfo=UTC)
    assert not VonageHook().is_signed(made)


def test_signatures_of_vonage_are_known():
    known = "a321e824b9b816be7c3f28859a31749a098713d39f613c80d455bbaffae1cd24"
    assert signature("secret", {"a": "1", "b": "2", "timestamp": "1461605396"}) == known
