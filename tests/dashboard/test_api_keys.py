"""Settings > API keys: each is shown once; made, rotated with overlap and revoked."""

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from orders.access import Role
from orders.accounts import api_keys, connections
from orders.accounts.api_keys import make_api_key, rotate_api_key
from orders.errors import DomainError
from orders.keys import token_hash
from orders.models import ApiKey, Event, SalesChannel
from tests.support import cast

pytestmark = pytest.mark.django_db

KEYS = "/dashboard/settings/keys/"
KEY = re.compile(r'value="(fk_[A-Za-z0-9_-]{43})"')


@pytest.fixture
def client(ada):
    """Ada's browser."""
    browser = Client()
    browser.force_login(ada.owner)
    return browser


def api_channel(side):
    return SalesChannel.objects.get(seller=side.seller, kind=SalesChannel.Kind.API)


def make(client, side, **fields):
    given = {"channel": api_channel(side).pk, "name": "Till", "scopes": ["orders", "read"]}
    return client.post(KEYS, given | fields)


def shown(answer):
    (text,) = KEY.findall(answer.content.decode())
    return text


def ask_api(text):
    """What the API answers to a caller with this key: 401 is a stranger."""
    return Client().get("/api/v1/events/", headers={"Authorization": f"Bearer {text}"}).status_code


def test_a_new_key_is_shown_once_and_only_its_hash_is_kept(ada, client):
    answer = make(client, ada, scopes=["read"])
    assert answer.status_code == 201
    assert "no-store" in answer.headers["Cache-Control"]
    text = shown(answer)
    key = ApiKey.objects.get(name="Till")
    assert bytes(key.key_hash) == token_hash(text)
    assert (key.prefix, key.scopes, key.expires_at) == (text[:10], ["read"], None)
    again = client.get(KEYS).content.decode()
    assert not KEY.findall(again)
    assert f"{key.prefix}…" in again
    event = Event.objects.get(kind="api_key.made")
    assert (event.seller, event.actor, event.data) == (ada.seller, ada.owner, {})


def test_a_key_opens_the_api_until_it_is_revoked(ada, client):
    text = shown(make(client, ada))
    assert ask_api(text) == 200
    key = ApiKey.objects.get(name="Till")
    assert client.post(f"{KEYS}{key.pk}/revoke/").status_code == 302
    assert ask_api(text) == 401
    assert Event.objects.filter(kind="api_key.revoked", subject_id=key.pk).count() == 1
    assert client.post(f"{KEYS}{key.pk}/revoke/").status_code == 409
    assert Event.objects.filter(kind="api_key.revoked").count() == 1


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"name": ""}, 422),
        ({"scopes": []}, 422),
        ({"scopes": ["everything"]}, 422),
        ({"expires_on": "tomorrow"}, 422),
        ({"expires_on": "2020-01-01"}, 409),
        ({"expires_on": "8999-12-31"}, 409),
    ],
)
def test_a_key_needs_a_name_a_right_and_a_day_to_come(ada, client, fields, status):
    answer = make(client, ada, **fields)
    assert (answer.status_code, "Create an API key" in answer.content.decode()) == (status, True)
    assert ApiKey.objects.filter(seller=ada.seller).count() == 1


def test_a_key_needs_an_api_channel(ada, client):
    assert make(client, ada, channel=ada.channel.pk).status_code == 409
    assert ApiKey.objects.filter(seller=ada.seller).count() == 1


def test_a_key_works_until_the_end_of_its_last_day_where_the_seller_is(ada, client):
    last = timezone.localdate() + timedelta(days=3)
    make(client, ada, expires_on=last.isoformat())
    expires = ApiKey.objects.get(name="Till").expires_at
    assert timezone.localtime(expires, timezone=ZoneInfo("Europe/Berlin")).isoformat()[:19] == (
        f"{last}T23:59:59"
    )


def test_a_rotated_key_works_on_until_it_ends_and_both_are_shown(ada, client):
    old = shown(make(client, ada, scopes=["read"]))
    key = ApiKey.objects.get(name="Till")
    answer = client.post(f"{KEYS}{key.pk}/rotate/", {"hours": "24"})
    new = shown(answer)
    key.refresh_from_db()
    assert (answer.status_code, ask_api(old), ask_api(new)) == (201, 200, 200)
    assert key.replaced_by.prefix == new[:10]
    assert (key.replaced_by.name, key.replaced_by.scopes) == ("Till", ["read"])
    left = key.expires_at - timezone.now()
    assert timedelta(hours=23, minutes=59) < left <= timedelta(hours=24)
    page = client.get(KEYS).content.decode()
    assert f"{old[:10]}…" in page
    assert f"{new[:10]}…" in page
    assert not KEY.findall(page)
    assert client.post(f"{KEYS}{key.pk}/rotate/", {"hours": "24"}).status_code == 409
    assert Event.objects.filter(kind="api_key.rotated", subject_id=key.pk).count() == 1


def test_a_rotation_without_overlap_stops_the_former_key(ada, client):
    old = shown(make(client, ada))
    key = ApiKey.objects.get(name="Till")
    answer = client.post(f"{KEYS}{key.pk}/rotate/", {"hours": "0"})
    assert "no longer works" in answer.content.decode()
    assert (ask_api(old), ask_api(shown(answer))) == (401, 200)
    assert client.post(f"{KEYS}{key.pk}/rotate/", {"hours": "99"}).status_code == 422


def test_a_key_that_expires_is_followed_by_one_that_lasts_as_long(ada):
    now = timezone.now()
    key, _ = make_api_key(
        api_channel(ada),
        name="Short",
        scopes=["read"],
        expires_at=now + timedelta(days=10),
        actor=None,
    )
    ApiKey.objects.filter(pk=key.pk).update(created_at=now - timedelta(days=5))
    new, former, _ = rotate_api_key(key, overlap=timedelta(days=20), actor=None)
    assert former.expires_at == now + timedelta(days=10)  # not later than without the rotation
    assert abs(new.expires_at - now - timedelta(days=15)) < timedelta(minutes=1)
    with pytest.raises(DomainError, match="is replaced"):
        rotate_api_key(former, overlap=timedelta(0), actor=None)
    with pytest.raises(DomainError, match="at most 30 days"):
        rotate_api_key(new, overlap=timedelta(days=31), actor=None)


def test_keys_of_another_seller_are_not_there(ada, bo, client):
    assert make(client, bo).status_code == 404
    key = ApiKey.objects.get(seller=bo.seller)
    assert client.post(f"{KEYS}{key.pk}/revoke/").status_code == 404
    assert client.post(f"{KEYS}{key.pk}/rotate/", {"hours": "0"}).status_code == 404
    key.refresh_from_db()
    assert (key.revoked_at, key.expires_at, key.replaced_by) == (None, None, None)


def test_who_only_works_for_a_seller_may_not_make_keys(ada):
    sam = cast.make_user("sam@example.com", "Sam", Role.STAFF, seller=ada.seller)
    browser = Client()
    browser.force_login(sam)
    assert browser.get(KEYS).status_code == 403
    assert make(browser, ada).status_code == 403


def test_an_owner_of_one_business_is_no_owner_of_another(ada, bo):
    """Staff with Bo and owner with Ada: Bo's keys stay Bo's."""
    cast.Member.objects.create(user=ada.owner, role=Role.STAFF, seller=bo.seller)
    browser = Client()
    browser.force_login(ada.owner)
    assert make(browser, bo).status_code == 404
    assert browser.get("/dashboard/orders/").status_code == 200
    assert {key.seller_id for key in browser.get(KEYS).context["keys"]} == {ada.seller.pk}


def test_keys_and_channels_have_a_most(ada, monkeypatch):
    monkeypatch.setattr(api_keys, "MOST_KEYS", 1)
    monkeypatch.setattr(connections, "MOST_CHANNELS", 2)
    with pytest.raises(DomainError, match="has 1 keys that work"):
        make_api_key(api_channel(ada), name="Second", scopes=["read"], actor=None)
    with pytest.raises(DomainError, match="has 2 channels"):
        connections.open_channel(ada.seller, kind="shopify", name="Third", actor=None)
