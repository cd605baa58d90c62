"""What a key of the API may do, until when, when it was last used, and where it may not be."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.db import transaction
from django.test import Client
from django.utils import timezone

from fulfillment.api.authentication import Noted, noted
from orders.models import ApiKey, Event, Order
from tests.support.racing import race
from tests.support.statements import count_statements

pytestmark = pytest.mark.django_db

EVENTS = "/api/v1/events/"
ORDERS = "/api/v1/orders/"


def test_strangers_with_many_keys_fill_no_memory():
    few = Noted(most=3)
    for number in range(7):
        few.is_due(bytes([number]))
    assert len(few.moments) == 1


def ask(side, url=EVENTS, method="get", **headers):
    given = {"Authorization": f"Bearer {side.api_key}"} | headers
    return getattr(Client(), method)(url, headers=given)


def problem(answer):
    (error,) = answer.json()["errors"]
    return error["problem"]


def the_key(side):
    return ApiKey.objects.get(seller=side.seller)


def change(side, **fields):
    ApiKey.objects.filter(seller=side.seller).update(**fields)


@pytest.mark.parametrize(
    ("scopes", "method", "url", "status"),
    [
        (["read"], "get", EVENTS, 200),
        (["read"], "head", EVENTS, 200),
        (["orders", "stock", "webhooks"], "get", EVENTS, 403),
        (["orders"], "head", EVENTS, 403),
        (["orders"], "post", ORDERS, 400),  # without idempotency key
        (["read", "stock", "webhooks"], "post", ORDERS, 403),
        (["read"], "options", ORDERS, 200),
        (["read"], "delete", ORDERS, 405),
        (["orders"], "get", f"{ORDERS}01890a5d-ac96-774b-bcce-b302099a8057/", 403),
        (["read"], "get", f"{ORDERS}01890a5d-ac96-774b-bcce-b302099a8057/", 404),
        ([], "get", EVENTS, 403),
    ],
)
def test_a_door_opens_to_its_scope_only(ada, scopes, method, url, status):
    change(ada, scopes=scopes)
    answer = ask(ada, url, method)
    assert answer.status_code == status
    if status == 403 and method != "head":
        assert "lacks the scope “" in problem(answer)
    assert Order.objects.count() == 0


def test_an_expired_key_is_refused_and_told_since_when(ada):
    now = timezone.now()
    change(ada, expires_at=now + timedelta(hours=1))
    assert ask(ada).status_code == 200
    change(ada, expires_at=now - timedelta(seconds=1), last_used_at=None)
    answer = ask(ada)
    assert answer.status_code == 401
    ended = now - timedelta(seconds=1)
    assert problem(answer).startswith(f"This API key expired on {ended:%Y-%m-%d at %H:%M} UTC:")
    assert the_key(ada).last_used_at is None


def test_the_last_use_is_written_once_a_minute(ada):
    with count_statements() as first:
        ask(ada)
    used = the_key(ada).last_used_at
    assert timezone.now() - used < timedelta(seconds=20)
    with count_statements() as second:
        ask(ada)
    assert (len(first), len(second)) == (3, 2)  # the key, its use; the events
    assert the_key(ada).last_used_at == used
    noted.moments.clear()  # as another process, or this one later
    ask(ada)
    assert the_key(ada).last_used_at == used
    noted.moments.clear()
    change(ada, last_used_at=used - timedelta(seconds=61))
    ask(ada)
    assert the_key(ada).last_used_at > used


def test_nobody_waits_for_who_writes_the_last_use(ada):
    with transaction.atomic():
        ApiKey.objects.select_for_update().get(seller=ada.seller)
        answers, _ = race(*[lambda: ask(ada).status_code] * 3)
    assert answers == [200] * 3
    assert the_key(ada).last_used_at is None


def test_an_unknown_or_revoked_key_is_not_used(ada):
    change(ada, revoked_at=timezone.now())
    assert ask(ada).status_code == 401
    assert the_key(ada).last_used_at is None


@pytest.mark.parametrize(
    "url",
    [
        "/api/v1/events/?key={}",
        "/api/v1/events/?a=1&api_key={}&b=2",
        "/api/v1/events/?key=%66k_{rest}",
        "/api/v1/nothing/{}/",
        "/dashboard/orders/?q={}",
    ],
)
def test_a_key_in_a_url_is_refused_and_revoked(ada, bo, url):
    url = url.format(ada.api_key, rest=ada.api_key.removeprefix("fk_"))
    answer = ask(ada, url)
    assert answer.status_code == 401
    assert "came in the URL" in answer.content.decode()
    key = the_key(ada)
    assert key.revoked_at
    assert key.revoked_because == "in_url"
    assert ask(ada).status_code == 401
    event = Event.objects.get(kind="api_key.revoked")
    assert (event.subject_id, event.actor) == (key.pk, None)
    assert the_key(bo).revoked_at is None


@pytest.mark.parametrize("url", ["/api/v1/events/?key=fk_nobody_has_this_key_at_all", EVENTS])
def test_what_is_no_key_of_ours_in_a_url_does_no_harm(ada, url):
    assert ask(ada, url).status_code == 200
    assert the_key(ada).revoked_at is None


def test_strangers_cannot_have_keys_looked_up_without_end(ada, settings):
    settings.RATE_STRANGER = 3
    url = "/track/nothing/?key=fk_nobody_has_this_key_at_all"
    assert [Client().get(url).status_code for _ in range(4)][-1] == 429


def test_a_key_of_an_earlier_version_keeps_every_right(ada):
    change(ada, scopes=[])
    import_module("orders.migrations.0010_api_key_scopes").give_every_scope(apps, None)
    assert sorted(the_key(ada).scopes) == ["orders", "read", "stock", "webhooks"]
