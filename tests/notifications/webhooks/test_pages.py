"""A seller's pages of webhooks: endpoints, secrets that are shown once, the log, replays."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone
from standardwebhooks import Webhook

from fulfillment.demo.peers.hooks import Reply
from notifications.models import Delivery, DeliveryAttempt, Endpoint
from notifications.webhooks.sending import send_due
from orders.access import Role
from orders.accounts.sealing import WEBHOOK_SECRETS
from orders.models import Event
from tests.notifications.webhooks.conftest import make_endpoint
from tests.support.cast import make_order, make_user

pytestmark = pytest.mark.django_db

URL = "/dashboard/settings/webhooks/"
SECRET = re.compile(r'value="(whsec_[A-Za-z0-9+/=]{44})"')


@pytest.fixture
def client(ada):
    """Ada's browser."""
    browser = Client()
    browser.force_login(ada.owner)
    return browser


def add(client, side, **fields):
    given = {"seller": side.seller.pk, "url": "http://127.0.0.1:9/", "description": "Till"}
    return client.post(f"{URL}add/", given | fields)


def shown(answer):
    return SECRET.findall(answer.content.decode())


def test_an_endpoint_is_added_and_its_secret_shown_once(ada, client):
    answer = add(client, ada, kinds=["order.received", "shipment.packed"])
    assert (answer.status_code, "no-store" in answer.headers["Cache-Control"]) == (201, True)
    (secret,) = shown(answer)
    endpoint = Endpoint.objects.get()
    assert WEBHOOK_SECRETS.open(endpoint.secret) == secret
    assert endpoint.kinds == ["order.received", "shipment.packed"]
    assert "Till" in client.get(URL).content.decode()
    assert shown(client.get(f"{URL}{endpoint.pk}/")) == []
    assert Event.objects.get(kind="webhook.added").actor == ada.owner


@pytest.mark.parametrize(
    "fields",
    [
        {"url": ""},
        {"url": "http://169.254.169.254/"},
        {"url": "https://user:pw@example.com/"},
        {"kinds": ["order.nonsense"]},
        {"description": "x" * 121},
    ],
)
def test_wrong_input_is_refused_and_nothing_is_made(ada, client, fields):
    answer = add(client, ada, **fields)
    assert answer.status_code == 422
    assert 'class="notice notice-error"' in answer.content.decode()
    assert Endpoint.objects.count() == 0


def test_ten_endpoints_are_the_most(ada, client):
    for number in range(10):
        assert add(client, ada, url=f"http://127.0.0.1:9/{number}").status_code == 201
    answer = add(client, ada)
    assert answer.status_code == 422
    assert "10 endpoints: delete one first." in answer.content.decode()
    assert Endpoint.objects.count() == 10


def test_another_sellers_name_is_not_there(ada, bo, client):
    assert add(client, bo).status_code == 404
    assert Endpoint.objects.count() == 0


def test_a_change_of_the_address_starts_anew(ada, client, endpoint):
    Endpoint.objects.update(failures=3, failing_since=timezone.now())
    changed = {"url": "http://127.0.0.1:9/new", "description": "New", "kinds": ["hold.opened"]}
    assert client.post(f"{URL}{endpoint.pk}/change/", changed).status_code == 302
    row = Endpoint.objects.get()
    assert (row.url, row.description, row.kinds) == (changed["url"], "New", ["hold.opened"])
    assert (row.failures, row.failing_since) == (0, None)
    bad = client.post(f"{URL}{endpoint.pk}/change/", changed | {"url": "http://10.0.0.1/"})
    assert bad.status_code == 422
    assert Endpoint.objects.get().url == changed["url"]


def test_a_test_event_is_posted(ada, client, endpoint, receiver):
    endpoint = make_endpoint(ada, f"{receiver.url}/2", "hold.opened")
    assert client.post(f"{URL}{endpoint.pk}/test/").status_code == 302
    send_due()
    (hook,) = receiver.hooks
    payload = Webhook(endpoint.text).verify(hook.body, hook.headers)
    assert (payload["type"], payload["data"]) == ("webhook.test", {"endpoint": str(endpoint.pk)})
    assert re.fullmatch(r"msg_[0-9a-f]{32}", hook.headers["webhook-id"])


def test_a_paused_endpoint_hears_later(ada, client, endpoint, receiver):
    assert client.post(f"{URL}{endpoint.pk}/pause/").status_code == 302
    assert client.post(f"{URL}{endpoint.pk}/pause/").status_code == 409
    assert client.post(f"{URL}{endpoint.pk}/test/").status_code == 409
    make_order(ada, {"LAMP": 1})
    send_due()
    assert receiver.hooks == []
    assert client.post(f"{URL}{endpoint.pk}/resume/").status_code == 302
    send_due()
    assert len(receiver.hooks) == 1


def test_a_rotation_shows_the_new_secret_once_and_keeps_the_former_for_a_day(client, endpoint):
    assert client.post(f"{URL}{endpoint.pk}/rotate/").status_code == 422
    answer = client.post(f"{URL}{endpoint.pk}/rotate/", {"sure": "1"})
    (secret,) = shown(answer)
    row = Endpoint.objects.get()
    assert (answer.status_code, WEBHOOK_SECRETS.open(row.secret)) == (201, secret)
    assert WEBHOOK_SECRETS.open(row.previous_secret) == endpoint.text
    day = row.previous_until - timezone.now()
    assert timedelta(hours=23, minutes=59) < day <= timedelta(hours=24)


def test_a_deleted_endpoint_is_gone_with_its_secret(ada, client, endpoint, receiver):
    make_order(ada, {"LAMP": 1})
    assert client.post(f"{URL}{endpoint.pk}/delete/").status_code == 422
    assert client.post(f"{URL}{endpoint.pk}/delete/", {"sure": "1"}).status_code == 302
    assert client.get(f"{URL}{endpoint.pk}/").status_code == 404
    assert (
        client.get(f"/dashboard/settings/deliveries/{Delivery.objects.get().pk}/").status_code
        == 404
    )
    assert Endpoint.objects.get().secret == ""
    send_due()
    assert receiver.hooks == []


def test_the_log_shows_requests_and_answers_and_escapes_them(ada, client, endpoint, receiver):
    receiver.behave = lambda hook: Reply(500, {}, b"<script>alert(1)</script>\x00")
    order = make_order(ada, {"LAMP": 1}, number="#42")
    send_due()
    delivery = Delivery.objects.get()
    page = client.get(f"/dashboard/settings/deliveries/{delivery.pk}/").content.decode()
    for text in (delivery.webhook_id, "Answered 500.", "status 500", "webhook-signature: v1,"):
        assert text in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert" not in page
    assert f"/dashboard/orders/{order.pk}/" in page


@pytest.mark.parametrize(
    ("state", "kinds"),
    [
        ("", {"order.cancelled", "order.received", "hold.opened"}),
        ("delivered", {"order.received"}),
        ("waiting", {"hold.opened"}),
        ("failed", {"order.cancelled"}),
        ("nonsense", {"order.cancelled", "order.received", "hold.opened"}),
    ],
)
def test_the_log_is_narrowed_by_state(ada, client, endpoint, state, kinds):
    now = timezone.now()
    for kind, ends in {
        "order.received": {"delivered_at": now},
        "order.cancelled": {"given_up_at": now},
        "hold.opened": {},
    }.items():
        Delivery.objects.create(
            seller=ada.seller,
            endpoint=endpoint,
            kind=kind,
            webhook_id="msg_1",
            payload="{}",
            **ends,
        )
    page = client.get(f"{URL}{endpoint.pk}/?state={state}").content.decode()
    log = page.partition('id="log"')[2].partition("</table>")[0]
    assert set(re.findall(r"(?:order|hold)\.[a-z]+(?=</span>)", log)) == kinds


def test_a_replay_has_the_same_id_and_a_new_series(ada, client, endpoint, receiver):
    make_order(ada, {"LAMP": 1})
    send_due()
    delivery = Delivery.objects.get()
    url = f"/dashboard/settings/deliveries/{delivery.pk}/replay/"
    assert client.post(url).status_code == 302
    send_due()
    assert [hook.headers["webhook-id"] for hook in receiver.hooks] == [delivery.webhook_id] * 2
    assert {hook.body for hook in receiver.hooks} == {delivery.payload}
    attempts = DeliveryAttempt.objects.order_by("series").values_list("series", "number")
    assert list(attempts) == [(1, 1), (2, 1)]
    assert Delivery.objects.get().state == "delivered"


def test_a_replay_waits_for_the_attempt_under_way(ada, client, endpoint):
    make_order(ada, {"LAMP": 1})
    later = timezone.now() + timedelta(seconds=20)
    Delivery.objects.update(claimed_by="other", claimed_until=later)
    url = f"/dashboard/settings/deliveries/{Delivery.objects.get().pk}/replay/"
    page = client.post(url, follow=True).content.decode()
    assert "An attempt is in progress" in page
    assert Delivery.objects.get().series == 1


def test_a_range_is_replayed_in_the_sellers_time(ada, client, endpoint, receiver):
    for _ in range(4):
        make_order(ada, {"LAMP": 1})
    send_due()
    first, second, third, fourth = Delivery.objects.order_by("id")
    noon = datetime(2026, 11, 20, 12, 0, tzinfo=ZoneInfo("Europe/Berlin"))
    for hour, row in enumerate((first, second, third, fourth)):
        Delivery.objects.filter(pk=row.pk).update(created_at=noon + timedelta(hours=hour))
    Delivery.objects.filter(pk=third.pk).update(delivered_at=None, given_up_at=timezone.now())
    receiver.hooks.clear()

    span = {"since": "2026-11-20T13:00", "until": "2026-11-20T15:00"}
    client.post(f"{URL}{endpoint.pk}/replay/", span | {"only_failed": "on"})
    send_due()
    assert [hook.headers["webhook-id"] for hook in receiver.hooks] == [third.webhook_id]
    receiver.hooks.clear()
    page = client.post(f"{URL}{endpoint.pk}/replay/", span, follow=True).content.decode()
    assert "Resending 2 deliveries" in page
    send_due()
    assert {hook.headers["webhook-id"] for hook in receiver.hooks} == {
        second.webhook_id,
        third.webhook_id,
    }


@pytest.mark.parametrize(
    "span",
    [
        {},
        {"since": "x", "until": "y"},
        {"since": "2026-11-20T13:00", "until": "2026-11-20T13:00"},
    ],
)
def test_a_wrong_range_replays_nothing(ada, client, endpoint, span):
    make_order(ada, {"LAMP": 1})
    page = client.post(f"{URL}{endpoint.pk}/replay/", span, follow=True).content.decode()
    assert "notice-error" in page
    assert Delivery.objects.get().series == 1


def test_what_does_not_arrive_needs_attention(ada, bo, client, endpoint):
    assert "Failing webhooks" not in client.get("/dashboard/").content.decode()
    other = make_endpoint(bo, "http://127.0.0.1:9/bo")
    since = timezone.now() - timedelta(hours=2)
    Endpoint.objects.update(failures=9, failing_since=since)
    page = client.get("/dashboard/").content.decode()
    assert "Failing webhooks" in page
    assert f"{URL}{endpoint.pk}/" in page
    assert str(other.pk) not in page
    staff = Client()
    staff.force_login(make_user("sam@example.com", "Sam", Role.STAFF, seller=ada.seller))
    assert "Failing webhooks" not in staff.get("/dashboard/").content.decode()
    Endpoint.objects.update(paused_at=timezone.now(), paused_because="")
    assert "Failing webhooks" not in client.get("/dashboard/").content.decode()
    Endpoint.objects.update(paused_because=Endpoint.PausedBecause.FAILED)
    assert "has failed for five days. It is paused" in client.get("/dashboard/").content.decode()
