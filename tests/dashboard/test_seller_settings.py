"""Settings of a seller: channels with their addresses and secrets."""

import pytest
from django.test import Client

from orders.access import Role
from orders.accounts.connections import (
    delete_channel,
    open_channel,
    rename_channel,
    save_secret,
)
from orders.accounts.sealing import SHOP_SECRETS, Seal
from orders.errors import DomainError
from orders.intake.acceptance import accept_orders
from orders.models import Event, Order, SalesChannel, ShopLink, SkuAlias
from tests.orders.intake.shop_calls import call
from tests.support import cast
from tests.support.racing import race

pytestmark = pytest.mark.django_db

SETTINGS = "/dashboard/settings/"


@pytest.fixture
def client(ada):
    """Ada's browser."""
    browser = Client()
    browser.force_login(ada.owner)
    return browser


def test_channels_of_another_seller_are_not_there(ada, bo, client):
    url = f"{SETTINGS}channels/{bo.channel.pk}/secret/"
    assert client.post(url, {"secret": "stolen"}).status_code == 404
    posted = {"seller": bo.seller.pk, "kind": "api", "name": "Side door"}
    assert client.post(f"{SETTINGS}channels/", posted).status_code == 404
    assert client.post(f"{url}end/").status_code == 404
    assert secret_of(bo) == "hush"
    assert not SalesChannel.objects.filter(name="Side door").exists()


@pytest.mark.parametrize(
    ("act", "sent"), [("name", {"name": "Mine"}), ("switch", {"to": "off"}), ("delete", {})]
)
def test_nobody_else_changes_a_channel(ada, bo, client, act, sent):
    assert client.post(f"{SETTINGS}channels/{bo.channel.pk}/{act}/", sent).status_code == 404
    row = SalesChannel.objects.get(pk=bo.channel.pk)
    assert (row.name, row.is_active) == (bo.channel.name, True)


def test_a_channel_is_renamed_and_no_name_is_given_twice(ada, client):
    url = f"{SETTINGS}channels/{ada.channel.pk}/name/"
    open_channel(ada.seller, kind="api", name="Wholesale", actor=None)
    assert client.post(url, {"name": "Berlin shop"}).status_code == 302
    assert SalesChannel.objects.get(pk=ada.channel.pk).name == "Berlin shop"
    assert Event.objects.filter(kind="channel.renamed").count() == 1
    taken = client.post(url, {"name": "Wholesale"})
    assert (taken.status_code, client.post(url, {"name": " "}).status_code) == (409, 422)
    text = taken.content.decode()
    assert "already has a channel named Wholesale: choose another name." in text
    assert text.count('value="Wholesale" aria-invalid="true"') == 1
    assert SalesChannel.objects.get(pk=ada.channel.pk).name == "Berlin shop"


def test_while_a_channel_is_paused_no_order_comes_in_by_it(ada, client):
    url = f"{SETTINGS}channels/{ada.channel.pk}/switch/"
    paused = client.post(url, {"to": "off"}, follow=True).content.decode()
    assert "No order comes in by this channel: what the shop sends is refused." in paused
    body = b"{}"
    assert call(ada.channel, body).status_code == 401
    assert client.post(url, {"to": "off"}).status_code == 302
    assert client.post(url, {"to": "on"}).status_code == 302
    assert call(ada.channel, body).status_code == 200
    kinds = Event.objects.filter(kind__in=["channel.paused", "channel.resumed"]).order_by("id")
    assert list(kinds.values_list("kind", flat=True)) == ["channel.paused", "channel.resumed"]


def test_only_a_channel_that_was_never_used_is_deleted(ada, client):
    fresh = open_channel(ada.seller, kind="api", name="Wholesale", actor=None)
    cast.make_order(ada, {"LAMP": 1})
    before = set(SalesChannel.objects.filter(seller=ada.seller)) - {fresh}
    used = client.post(f"{SETTINGS}channels/{ada.channel.pk}/delete/", follow=True)
    gone = client.post(f"{SETTINGS}channels/{fresh.pk}/delete/", follow=True)
    assert f"{ada.channel} has been used: pause it instead." in used.content.decode()
    assert "Sales channel Wholesale is deleted." in gone.content.decode()
    assert set(SalesChannel.objects.filter(seller=ada.seller)) == before
    assert list(Event.objects.filter(kind="channel.deleted").values_list("subject_id")) == [
        (fresh.pk,)
    ]


def test_a_channel_whose_skus_were_named_is_not_deleted(ada, client):
    fresh = open_channel(ada.seller, kind="api", name="Wholesale", actor=None)
    lamp = cast.make_product(ada, "LAMP", "Lamp")
    SkuAlias.objects.create(seller=ada.seller, channel=fresh, sku="old", product=lamp)
    said = client.post(f"{SETTINGS}channels/{fresh.pk}/delete/", follow=True)
    assert "Wholesale has been used: pause it instead." in said.content.decode()
    assert SkuAlias.objects.get().channel == fresh


def test_a_paused_channel_can_be_deleted_too(ada, client):
    fresh = open_channel(ada.seller, kind="api", name="Wholesale", actor=None)
    cast.make_order(ada, {"LAMP": 1})
    SalesChannel.objects.filter(seller=ada.seller).update(is_active=False)
    links = [f"{SETTINGS}channels/{row.pk}/delete/" for row in (ada.channel, fresh)]
    page = client.get(SETTINGS).content.decode()
    assert [f'action="{link}"' in page for link in links] == [True, True]

    used, gone = (client.post(link, follow=True).content.decode() for link in links)

    assert f"{ada.channel} has been used: it stays, paused." in used
    assert "Sales channel Wholesale is deleted." in gone


@pytest.mark.parametrize("is_linked", [True, False])
def test_the_page_says_what_becomes_of_orders_while_a_channel_is_paused(ada, client, is_linked):
    shop = open_channel(ada.seller, kind="magento", name="Old shop", actor=None)
    if is_linked:
        ShopLink.objects.create(
            seller=ada.seller, channel=shop, address="https://old.example", token=""
        )
    page = client.get(SETTINGS).content.decode()
    assert ("are asked for again when you resume" in page) == is_linked
    assert "may stop calling: look at its webhook" in page


@pytest.mark.parametrize("sent", [{}, {"to": ""}, {"to": "of"}])
def test_a_channel_is_switched_only_by_who_says_which_way(ada, client, sent):
    url = f"{SETTINGS}channels/{ada.channel.pk}/switch/"
    said = client.post(url, sent, follow=True)
    assert f"Choose whether {ada.channel} is paused or goes on." in said.content.decode()
    assert SalesChannel.objects.get(pk=ada.channel.pk).is_active


@pytest.mark.parametrize(
    ("given", "name"), [("a\nb", "a b"), ("\u202eevil", "evil"), ("  Shop  2 ", "Shop 2")]
)
def test_the_name_of_a_channel_is_one_line(ada, client, given, name):
    client.post(f"{SETTINGS}channels/{ada.channel.pk}/name/", {"name": given})
    assert SalesChannel.objects.get(pk=ada.channel.pk).name == name
    with pytest.raises(DomainError, match="already has a channel named"):
        open_channel(ada.seller, kind="api", name=given, actor=None)
    nameless = client.post(f"{SETTINGS}channels/{ada.channel.pk}/name/", {"name": "\u200b"})
    assert nameless.status_code == 422


def test_two_channels_never_get_one_name_at_once(ada):
    first, second = (open_channel(ada.seller, kind="api", name=name, actor=None) for name in "AB")
    for number in range(5):
        name = f"Shop {number}"
        results, refusals = race(
            lambda name=name: rename_channel(first, name=name, actor=None),
            lambda name=name: rename_channel(second, name=name, actor=None),
            lambda name=name: open_channel(ada.seller, kind="api", name=name, actor=None),
        )
        assert len(results) == 1
        assert refusals == [
            f"{ada.seller} already has a channel named {name}: choose another name."
        ] * 2  # fmt: skip


def test_what_comes_in_while_its_channel_is_deleted_is_refused_or_keeps_it(ada):
    cast.make_product(ada, "LAMP", "Lamp")
    for number in range(5):
        channel = open_channel(ada.seller, kind="api", name=f"Shop {number}", actor=None)
        order = cast.incoming({"LAMP": 1})
        results, refusals = race(
            lambda channel=channel: delete_channel(channel, actor=None),
            lambda channel=channel, order=order: accept_orders(channel, [order]),
        )
        is_there = SalesChannel.objects.filter(pk=channel.pk).exists()
        kept = f"{channel} has been used: pause it instead."
        assert refusals == [kept if is_there else "This sales channel was deleted."]
        assert (len(results), Order.objects.filter(channel=channel.pk).count()) == (1, is_there)


def test_a_shop_that_calls_while_its_channel_is_deleted_is_refused_or_keeps_it(ada):
    for number in range(5):
        shop = open_channel(ada.seller, kind="shopify", name=f"Shop {number}", actor=None)
        shop = save_secret(shop, secret="hush", actor=None)
        results, _ = race(
            lambda shop=shop: delete_channel(shop, actor=None),
            lambda shop=shop: call(shop, b"{}").status_code,
        )
        is_there = SalesChannel.objects.filter(pk=shop.pk).exists()
        assert (200 if is_there else 401) in results


def test_who_only_works_for_a_seller_may_not_see_settings(ada):
    sam = cast.make_user("sam@example.com", "Sam", Role.STAFF, seller=ada.seller)
    browser = Client()
    browser.force_login(sam)
    assert browser.get(SETTINGS).status_code == 403


def secret_of(side):
    return SHOP_SECRETS.open(SalesChannel.objects.get(pk=side.channel.pk).secret)


def test_a_shop_channel_shows_where_to_call_and_never_its_secret(ada, client, settings):
    url = f"{SETTINGS}channels/{ada.channel.pk}/secret/"
    text = client.get(SETTINGS).content.decode()
    assert f'value="{settings.SITE_URL}/hooks/shops/{ada.channel.pk}/"' in text
    assert "hush" not in text
    answer = client.post(url, {"secret": "new words"}, follow=True)
    assert (answer.status_code, secret_of(ada)) == (200, "new words")
    assert "The former signing secret works until" in answer.content.decode()
    assert "new words" not in answer.content.decode()
    assert client.post(url, {"secret": ""}).status_code == 422
    short = client.post(url, {"secret": "shorter"})
    assert (short.status_code, "<details open>" in short.content.decode()) == (422, True)
    assert "A signing secret has 8 characters or more." in short.content.decode()
    assert client.post(url, {"secret": "long enough", "hours": "7"}).status_code == 422
    assert secret_of(ada) == "new words"
    assert Event.objects.get(kind="channel.secret_changed").data == {}


def test_the_former_secret_is_stopped_at_once(ada, client):
    url = f"{SETTINGS}channels/{ada.channel.pk}/secret/"
    assert client.post(f"{url}end/").status_code == 409
    client.post(url, {"secret": "new words", "hours": "168"})
    assert client.post(f"{url}end/").status_code == 302
    channel = SalesChannel.objects.get(pk=ada.channel.pk)
    assert (channel.previous_secret, channel.previous_until) == ("", None)
    client.post(url, {"secret": "newer words", "hours": "0"})
    assert "former signing secret works" not in client.get(SETTINGS).content.decode()


def test_a_secret_of_a_lost_key_is_asked_for_again(ada, client):
    lost = Seal(b"another purpose, as of a lost key").close("words")
    SalesChannel.objects.filter(pk=ada.channel.pk).update(secret=lost)
    assert "cannot be read: enter it again" in client.get(SETTINGS).content.decode()


def test_a_channel_is_opened_and_its_name_used_once(ada, client):
    posted = {"seller": ada.seller.pk, "kind": "shopify", "name": "Second shop"}
    assert client.post(f"{SETTINGS}channels/", posted).status_code == 302
    channel = SalesChannel.objects.get(name="Second shop")
    assert (channel.seller, channel.kind, channel.is_active) == (ada.seller, "shopify", True)
    again = client.post(f"{SETTINGS}channels/", posted)
    page = again.content.decode()
    assert (again.status_code, 'value="Second shop"' in page) == (409, True)
    assert client.post(f"{SETTINGS}channels/", posted | {"kind": "fax"}).status_code == 422
    assert SalesChannel.objects.filter(seller=ada.seller).count() == 3
    nameless = client.post(f"{SETTINGS}channels/", posted | {"name": ""})
    assert nameless.status_code == 422
    page = nameless.content.decode()
    assert ("Name the sales channel." in page, 'value="shopify" selected' in page) == (True, True)


def test_a_channel_is_deleted_once(ada):
    channel = SalesChannel.objects.create(seller=ada.seller, kind="api", name="Second")
    twin = SalesChannel.objects.get(pk=channel.pk)
    delete_channel(channel, actor=None)
    with pytest.raises(DomainError, match="Second is deleted already"):
        delete_channel(twin, actor=None)
