"""Channels, their shops and what these send, in the language of whoever reads: whole."""

import json
import re
from datetime import timedelta

import pytest
from django.utils import timezone

from orders.models import Call, SalesChannel, ShopLink, ToldStock
from orders.pushes.links import CLOSED
from tests.orders.intake.mapped_payloads import BAZAAR, OF_BAZAAR
from tests.spoken.test_dashboard import bare
from tests.spoken.test_pages import speaking
from tests.support.cast import make_failed_push, make_order, make_product

pytestmark = pytest.mark.django_db

SETTINGS = "/dashboard/settings/"
CHANNELS = f"{SETTINGS}channels/"
TYPED = re.compile(r"<textarea.*?</textarea>", re.DOTALL)
# Names of platforms and what a page shows as it stands in a shop: its address, its JSON.
NAMES = {
    "Shopify", "WooCommerce", "BigCommerce", "Magento", "Adobe", "Commerce", "Amazon",
    "Shop", "New",
}  # fmt: skip


def found_in(answers):
    pages = [TYPED.sub(" ", answer.content.decode()) for answer in answers]
    pages = [page.replace("option", "choice") for page in pages]
    return set().union(*(bare(page) - NAMES for page in pages))


def test_every_text_of_the_channels_comes_from_the_catalogue(ada, brackets):
    client = speaking(ada.owner, "de")
    SalesChannel.objects.create(seller=ada.seller, kind="file", name="New", is_active=False)
    for kind in ("api", "json", "bigcommerce", "amazon"):
        SalesChannel.objects.create(seller=ada.seller, kind=kind, name=f"New {len(kind)}")
    own = f"{CHANNELS}{ada.channel.pk}/"
    rename = {"name": "Shop"}

    answers = [
        client.post(f"{own}secret/", {"secret": "x"}),
        client.post(f"{own}secret/", {"secret": "longer than eight"}, follow=True),
        client.post(f"{own}secret/", {"secret": "longer than nine"}, follow=True),
        client.post(f"{own}secret/end/", follow=True),
        client.post(f"{own}secret/end/"),
        client.post(f"{own}payment/", {"sends_once": "received"}, follow=True),
        client.post(f"{own}payment/", {}, follow=True),
        client.post(f"{own}name/", {"name": "  "}),
        client.post(f"{own}name/", rename, follow=True),
        client.post(f"{own}switch/", {"to": "off"}, follow=True),
        client.post(f"{own}switch/", {"to": "on"}, follow=True),
        client.post(f"{own}delete/", follow=True),
        client.post(CHANNELS, {"seller": ada.seller.pk, "kind": "api"} | rename),
        client.post(CHANNELS, {"seller": ada.seller.pk, "kind": "api", "name": "A"}, follow=True),
        client.post(f"{SETTINGS}sellers/{ada.seller.pk}/shipping-rule/", {}, follow=True),
        client.post(
            f"{SETTINGS}sellers/{ada.seller.pk}/shipping-rule/",
            {"ships_as": "complete"},
            follow=True,
        ),
    ]

    assert [answer.status_code for answer in answers].count(200) == len(answers) - 4
    assert found_in(answers) == set()


def test_every_text_of_a_linked_shop_comes_from_the_catalogue(ada, brackets):
    client = speaking(ada.owner, "de")
    lamp = make_product(ada, "LAMP", "Lamp")
    SalesChannel.objects.filter(pk=ada.channel.pk).update(kind="shopify")
    own = f"{CHANNELS}{ada.channel.pk}/"
    before = client.get(f"{own}pushes/")
    make_failed_push(make_order(ada, {"LAMP": 1}))
    closed = client.get(f"{own}pushes/")
    ShopLink.objects.update(
        is_active=True, stock_problem="x.", stock_fails_since=timezone.now(), tells_stock=True,
        stock_places={"known": {"1": "Shop"}, "of": {f"{ada.seller.warehouse_id}": "1"}},
    )  # fmt: skip
    ToldStock.objects.create(
        seller=ada.seller, channel=ada.channel, product=lamp, sku="LAMP", problem="no."
    )

    answers = [
        before,
        closed,
        client.get(f"{own}pushes/"),
        client.post(f"{own}link/", {"address": "x", "token": "y"}),
        client.post(f"{own}link/", {"address": "x", "token": "longer than eight"}),
        client.post(f"{own}stock/", {"again": "1"}, follow=True),
        client.post(f"{own}stock/", {}, follow=True),
        client.post(f"{own}unlink/", follow=True),
        client.post(f"{own}try/", follow=True),
    ]

    assert [answer.status_code for answer in answers] == [200] * 3 + [422] * 2 + [200] * 4
    assert found_in(answers) == set()


def test_a_stored_reason_is_said_where_a_catalogue_has_it_and_marked_as_english_elsewhere(ada):
    client = speaking(ada.owner, "fr")
    call = Call.objects.create(
        seller=ada.seller, channel=ada.channel, topic="orders/paid", body=b"{}", state="refused",
        problems=[["", CLOSED], ["email", "expected something else"]],
    )  # fmt: skip

    html = client.get(f"{SETTINGS}calls/{call.pk}/").content.decode()

    assert "La connexion a été fermée avant" in html
    assert '<bdi lang="en" dir="ltr">expected something else</bdi>' in html


def test_every_text_of_the_calls_and_the_mapping_comes_from_the_catalogue(ada, brackets):
    client = speaking(ada.owner, "de")
    make_product(ada, "LAMP", "Lamp")
    order = make_order(ada, {"LAMP": 1})
    SalesChannel.objects.filter(pk=ada.channel.pk).update(kind="json")
    call = Call.objects.create(
        seller=ada.seller, channel=ada.channel, order=order, topic="x", body=b"1", state="refused",
        received_at=timezone.now() - timedelta(days=1), outcome="Done.", problems=[["", "no"]],
    )  # fmt: skip
    mapping = f"{SETTINGS}mappings/{ada.channel.pk}/"
    log = f"{CHANNELS}{ada.channel.pk}/calls/"
    sample = {"sample": json.dumps(BAZAAR), "try": "1"}

    answers = [
        client.get(log),
        client.get(f"{log}?state=asking"),
        client.get(f"{SETTINGS}calls/{call.pk}/"),
        client.post(f"{SETTINGS}calls/{call.pk}/retry/", follow=True),
        client.post(mapping, OF_BAZAAR | {"city": "a..b", "lines": "", "signature_header": "X Y"}),
        client.post(mapping, OF_BAZAAR | {"try": "1"}),
        client.post(mapping, OF_BAZAAR | sample),
        client.post(mapping, OF_BAZAAR, follow=True),
    ]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 200, 422, 422, 200, 200]
    assert found_in(answers) == set()
