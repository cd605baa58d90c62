"""Settings of a seller: keys that are shown once, channels with their addresses and secrets."""

import re

import pytest
from django.test import Client

from orders.access import Role
from orders.keys import token_hash
from orders.models import ApiKey, Event, SalesChannel
from tests.support import cast

pytestmark = pytest.mark.django_db

SETTINGS = "/dashboard/settings/"
KEY = re.compile(r'value="(fk_[A-Za-z0-9_-]{43})"')


@pytest.fixture
def client(ada):
    """Ada's browser."""
    browser = Client()
    browser.force_login(ada.owner)
    return browser


def api_channel(side):
    return SalesChannel.objects.get(seller=side.seller, kind=SalesChannel.Kind.API)


def make_key(client, side, name="Till"):
    return client.post(f"{SETTINGS}keys/", {"channel": api_channel(side).pk, "name": name})


def ask_api(text):
    """What the API answers to a caller with this key: 401 is a stranger."""
    return Client().get("/api/v1/orders/", headers={"Authorization": f"Bearer {text}"}).status_code


def test_a_new_key_is_shown_once_and_only_its_hash_is_kept(ada, client):
    answer = make_key(client, ada)
    assert answer.status_code == 201
    assert "no-store" in answer.headers["Cache-Control"]
    (text,) = KEY.findall(answer.content.decode())
    key = ApiKey.objects.get(name="Till")
    assert bytes(key.key_hash) == token_hash(text)
    assert key.prefix == text[:10]
    again = client.get(SETTINGS).content.decode()
    assert not KEY.findall(again)
    assert f"{key.prefix}…" in again
    event = Event.objects.get(kind="api_key.made")
    assert (event.seller, event.actor, event.data) == (ada.seller, ada.owner, {})


def test_a_key_opens_the_api_until_it_is_revoked(ada, client):
    (text,) = KEY.findall(make_key(client, ada).content.decode())
    assert ask_api(text) != 401
    key = ApiKey.objects.get(name="Till")
    assert client.post(f"{SETTINGS}keys/{key.pk}/revoke/").status_code == 302
    assert ask_api(text) == 401
    assert Event.objects.filter(kind="api_key.revoked", subject_id=key.pk).count() == 1
    assert client.post(f"{SETTINGS}keys/{key.pk}/revoke/").status_code == 409
    assert Event.objects.filter(kind="api_key.revoked").count() == 1


def test_a_key_needs_a_name_and_an_api_channel(ada, client):
    before = ApiKey.objects.count()
    assert make_key(client, ada, name="").status_code == 422
    shop = client.post(f"{SETTINGS}keys/", {"channel": ada.channel.pk, "name": "Till"})
    assert shop.status_code == 409
    assert ApiKey.objects.count() == before


def test_keys_and_channels_of_another_seller_are_not_there(ada, bo, client):
    assert make_key(client, bo).status_code == 404
    key = ApiKey.objects.get(seller=bo.seller)
    assert client.post(f"{SETTINGS}keys/{key.pk}/revoke/").status_code == 404
    url = f"{SETTINGS}channels/{bo.channel.pk}/secret/"
    assert client.post(url, {"secret": "stolen"}).status_code == 404
    posted = {"seller": bo.seller.pk, "kind": "api", "name": "Side door"}
    assert client.post(f"{SETTINGS}channels/", posted).status_code == 404
    key.refresh_from_db()
    assert (key.revoked_at, SalesChannel.objects.get(pk=bo.channel.pk).secret) == (None, "hush")
    assert not SalesChannel.objects.filter(name="Side door").exists()


def test_who_only_works_for_a_seller_may_not_make_keys(ada):
    sam = cast.make_user("sam@example.com", "Sam", Role.STAFF, seller=ada.seller)
    browser = Client()
    browser.force_login(sam)
    assert browser.get(SETTINGS).status_code == 403
    assert make_key(browser, ada).status_code == 403


def test_an_owner_of_one_business_is_no_owner_of_another(ada, bo):
    """Staff with Bo and owner with Ada: Bo's keys stay Bo's."""
    cast.Member.objects.create(user=ada.owner, role=Role.STAFF, seller=bo.seller)
    browser = Client()
    browser.force_login(ada.owner)
    assert make_key(browser, bo).status_code == 404
    assert browser.get("/dashboard/orders/").status_code == 200
    shown = browser.get(SETTINGS).context["channels"]
    assert {channel.seller_id for channel in shown} == {ada.seller.pk}


def test_a_shop_channel_shows_where_to_call_and_keeps_its_secret(ada, client, settings):
    text = client.get(SETTINGS).content.decode()
    assert f'value="{settings.SITE_URL}/hooks/shops/{ada.channel.pk}/"' in text
    assert 'value="hush"' in text
    url = f"{SETTINGS}channels/{ada.channel.pk}/secret/"
    assert client.post(url, {"secret": "new words"}).status_code == 302
    assert SalesChannel.objects.get(pk=ada.channel.pk).secret == "new words"
    assert client.post(url, {"secret": ""}).status_code == 422
    assert SalesChannel.objects.get(pk=ada.channel.pk).secret == "new words"
    assert Event.objects.get(kind="channel.secret_changed").data == {}


def test_a_channel_is_opened_and_its_name_used_once(ada, client):
    posted = {"seller": ada.seller.pk, "kind": "shopify", "name": "Second shop"}
    assert client.post(f"{SETTINGS}channels/", posted).status_code == 302
    channel = SalesChannel.objects.get(name="Second shop")
    assert (channel.seller, channel.kind, channel.is_active) == (ada.seller, "shopify", True)
    assert client.post(f"{SETTINGS}channels/", posted).status_code == 409
    assert client.post(f"{SETTINGS}channels/", posted | {"kind": "fax"}).status_code == 422
    assert SalesChannel.objects.filter(seller=ada.seller).count() == 3
