"""What a browser asks of us: to be told, whether it is, and to be told no more."""

import hashlib
import json

import pytest
from django.test import Client

from notifications.channels.vapid import public_key
from notifications.consent.updates import MOST_BROWSERS
from notifications.models import PushSubscription
from tests.notifications.browsing import subscribe
from tests.support.cast import make_order

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(ada, push_peer):
    return make_order(ada, {"LAMP": 1})


@pytest.fixture
def subscription(push_peer):
    return push_peer.subscribe(public_key())[1]


def call(method, order, body=None, **query):
    """As a script does that has no cookie."""
    client = Client(enforce_csrf_checks=True)
    url = f"/track/{order.token}/push/"
    if method == "get":
        return client.get(url, query)
    text = body if isinstance(body, str) else json.dumps(body)
    return getattr(client, method)(url, text, content_type="application/json")


def is_on(order, subscription):
    digest = hashlib.sha256(subscription["endpoint"].encode()).hexdigest()
    return call("get", order, browser=digest).json()["is_on"]


def test_a_browser_asks_and_leaves(order, subscription):
    assert not is_on(order, subscription)
    answer = call("post", order, subscription | {"expirationTime": None})
    assert (answer.status_code, answer.json()) == (201, {"is_on": True})
    assert answer["Cache-Control"] == "private, no-store"
    row = PushSubscription.objects.get()
    kept = (row.order, row.endpoint, row.p256dh, row.auth, row.language, row.ended_at)
    keys = subscription["keys"]
    expected = (order, subscription["endpoint"], keys["p256dh"], keys["auth"], "en", None)
    assert kept == expected
    assert is_on(order, subscription)
    answer = call("delete", order, {"endpoint": subscription["endpoint"]})
    assert (answer.status_code, answer.json()) == (200, {"is_on": False})
    assert not is_on(order, subscription)


def test_twice_is_once_and_new_keys_count(order, subscription, push_peer):
    other = push_peer.subscribe(public_key())[1]["keys"]
    for keys in (subscription["keys"], subscription["keys"], other):
        assert call("post", order, subscription | {"keys": keys}).status_code == 201
    assert PushSubscription.objects.get().auth == other["auth"]


def test_only_so_many_browsers(order, subscription, push_peer):
    for _ in range(MOST_BROWSERS):
        subscribe(push_peer, order)
    answer = call("post", order, subscription)
    assert answer.status_code == 409
    assert answer.json() == {
        "errors": {"endpoint": "10 browsers already get notifications about this order."}
    }
    assert PushSubscription.objects.count() == MOST_BROWSERS


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"endpoint": "http://10.0.0.1/x"}, "endpoint"),
        ({"endpoint": "https://a@push.example/"}, "endpoint"),
        ({"endpoint": 7}, "body"),
        ({"keys": None}, "keys"),
        ({"keys": {"p256dh": "AAAA", "auth": "AAAA"}}, "keys.p256dh"),
        ({"keys": {"p256dh": "ü", "auth": "AAAA"}}, "keys.p256dh"),
        ({"keys": {"auth": "AAAA"}}, "body"),
        ({"more": "x" * 5000}, "body"),
    ],
)
def test_what_cannot_be_used_is_named(order, subscription, settings, change, field):
    settings.WEBHOOK_ALLOW_LOCAL = False
    answer = call(
        "post", order, {**subscription, "endpoint": "https://fcm.googleapis.com/x", **change}
    )
    assert answer.status_code == 422
    assert list(answer.json()["errors"]) == [field]
    assert PushSubscription.objects.count() == 0


def test_a_short_secret_is_refused(order, subscription):
    keys = subscription["keys"] | {"auth": "AAAA"}
    answer = call("post", order, subscription | {"keys": keys})
    assert answer.json() == {"errors": {"keys.auth": "This is not a secret of 16 bytes."}}


@pytest.mark.parametrize("text", ["", "[", "null", "[]", "\x00"])
def test_what_is_no_json_is_refused(order, text):
    assert call("post", order, text).status_code == 422


def test_without_a_key_there_is_nothing(order, subscription, settings, client):
    settings.VAPID_PRIVATE_KEY = ""
    assert call("post", order, subscription).status_code == 404
    assert call("get", order).status_code == 404
    assert client.get("/track/worker.js").status_code == 404
    text = client.get(f"/track/{order.token}/").content.decode()
    assert "push" not in text
    assert f"/track/{order.token}/updates/" in text


def test_the_page_offers_it_and_the_worker_is_served(order, client):
    text = client.get(f"/track/{order.token}/").content.decode()
    assert f'data-key="{public_key()}"' in text
    answer = client.get("/track/worker.js")
    assert answer["Content-Type"] == "text/javascript; charset=utf-8"
    assert answer["Cache-Control"] == "no-cache"
    assert b"showNotification" in answer.content


def test_the_page_of_the_updates_stops_all_browsers(order, push_peer, client):
    subscribe(push_peer, order)
    url = f"/track/{order.token}/updates/"
    assert "Turn off notifications in 1 browser" in client.get(url).content.decode()
    everything = {"email": ["packed", "ready"], "sms": ["packed", "ready", "shipped"]}
    assert "1 browser will get notifications" in client.get(url + "?saved=1").content.decode()
    assert client.post(url, everything | {"no_browsers": "on"}).status_code == 302
    assert "No browser gets notifications" in client.get(url + "?saved=1").content.decode()
    assert PushSubscription.objects.get().ended_at is not None


@pytest.mark.parametrize("method", ["post", "delete"])
@pytest.mark.parametrize(
    "body",
    [
        '{"endpoint": "https://push.example/\\u0000"}',
        '{"endpoint": "\\ud800"}',
        '{"endpoint": 5}',
        "[" * 2000,
        '{"endpoint": "https://push.example/", "keys": ' + "[" * 2000,
        '{"endpoint": "https://push.example/", "x": ' + "[" * 2000 + "]" * 2000 + "}",
        "",
    ],
)
def test_a_strange_body_is_refused(order, method, body):
    assert call(method, order, body).status_code == 422
