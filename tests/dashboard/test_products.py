"""Pages of products: listed, added, edited, archived; their barcodes and names elsewhere."""

import pytest
from django.test import Client

from orders.catalogue.details import ProductData
from orders.catalogue.products import add_product, change_product
from orders.models import Barcode, Hold, OrderLine, Product, ProductChange, SkuAlias
from tests.support import cast
from tests.support.racing import race
from warehouse.stock.allocation import allocate_due

pytestmark = pytest.mark.django_db

PRODUCTS = "/dashboard/products/"
BARCODES = "/dashboard/barcodes/"
LAMP = {"sku": "LAMP-2", "title": "Brass lamp"}
WHOLE = LAMP | {
    "weight_grams": "900", "length_mm": "420", "width_mm": "", "height_mm": "180",
    "hs_code": "9405.21.00", "origin_country": "pt", "customs_description": "Table lamp",
    "customs_value": "19,90", "customs_currency": "eur", "low_stock_level": "5",
    "category": " Table  lamps ", "is_lot_tracked": "on",
    "picker_note": "The glass\nlies beside it.", "seen": "", "reason": "",
}  # fmt: skip


@pytest.fixture
def shop(ada):
    """Ada with a lamp that has a barcode and a name in her shop."""
    cast.make_product(ada, "LAMP", "Desk lamp", barcode="4006381333931")
    cast.make_product(ada, "SHADE", "Linen shade", barcode="111")
    cast.make_alias(ada)
    return ada


def signed_in(user):
    browser = Client()
    browser.force_login(user)
    return browser


@pytest.fixture
def client(shop):
    return signed_in(shop.owner)


def skus(client, **query):
    return [row.sku for row in client.get(PRODUCTS, query).context["page"].rows]


def seen_on(client, product):
    return client.get(f"{PRODUCTS}{product.pk}/edit/").context["seen"]


def test_a_product_is_found_by_each_of_its_names(shop, client, bo):
    found = {"la": ["LAMP"], "linen": ["SHADE"], "4006381333931": ["LAMP"], "OLD-LAMP": ["LAMP"]}
    assert {text: skus(client, q=text) for text in found} == found
    assert (skus(client, q="nothing\x00"), skus(client)) == ([], ["LAMP", "SHADE"])
    assert skus(signed_in(bo.owner)) == []


def test_a_product_is_added_with_all_that_is_known_of_it(shop, client):
    answer = client.post(f"{PRODUCTS}new/", WHOLE)
    lamp = Product.objects.get(sku="LAMP-2")
    assert answer["Location"] == f"{PRODUCTS}{lamp.pk}/"
    kept = {
        "weight_grams": 900, "length_mm": 420, "width_mm": 0, "height_mm": 180,
        "hs_code": "94052100", "origin_country": "PT", "customs_description": "Table lamp",
        "customs_value": 1990, "customs_currency": "EUR", "low_stock_level": 5,
        "is_lot_tracked": True, "is_serial_tracked": False,
        "category": "Table lamps",
        "picker_note": "The glass lies beside it.", "is_active": True,
    }  # fmt: skip
    assert {name: getattr(lamp, name) for name in kept} == kept
    form = client.get(f"{PRODUCTS}{lamp.pk}/edit/").context["form"]
    assert (form["customs_value"].value(), form["width_mm"].value()) == ("19.90", "")
    page = client.get(f"{PRODUCTS}{lamp.pk}/").content.decode()
    assert "19.90 EUR each" in page
    assert "<bdi>Table lamps</bdi>" in page
    assert "<bdi>Table lamps</bdi>" in client.get(PRODUCTS).content.decode()
    assert "420 × 0 × 180 mm" in page


def test_categories_in_use_are_suggested_once(shop, client, bo):
    for sku, category in (("LAMP", "Lighting"), ("SHADE", "lighting")):
        change_product(shop.products[sku], ProductData(category=category), actor=None)
    cast.make_product(bo, "TEA", "Tea")
    change_product(bo.products["TEA"], ProductData(category="Food"), actor=None)
    add_product(shop.seller, ProductData(sku="BED", title="Bed", category="Beds"), actor=None)

    assert client.get(f"{PRODUCTS}new/").context["categories"] == ["Beds", "Lighting"]
    page = client.get(f"{PRODUCTS}{shop.products['SHADE'].pk}/").content.decode()
    assert 'Category: <ins class="text-break"><bdi>lighting</bdi></ins>' in page


def test_each_problem_stands_at_its_field(shop, client):
    wrong = {
        "sku": ("SHADE", "Is the SKU of SHADE Linen shade."),
        "title": ("", "This field is required."),
        "weight_grams": ("-1", "Ensure this value is greater than or equal to 0."),
        "height_mm": ("100001", "Ensure this value is less than or equal to 100000."),
        "hs_code": ("lamp", "Expected 6 to 10 digits like 9405.21."),
        "origin_country": ("1", "Expected two letters like DE."),
        "customs_value": ("much", "Enter an amount like 12.30."),
        "customs_currency": ("", "Is required with a value."),
    }
    for field, (value, problem) in wrong.items():
        answer = client.post(f"{PRODUCTS}new/", WHOLE | {field: value})
        assert answer.status_code == 422, field
        assert answer.context["form"].errors == {field: [problem]}
    assert Product.objects.count() == 2


def test_whoever_saves_second_is_told(shop, client):
    lamp = shop.products["LAMP"]
    path = f"{PRODUCTS}{lamp.pk}/edit/"
    first = {**WHOLE, "sku": "LAMP", "seen": seen_on(client, lamp), "reason": "Weighed it"}
    assert client.post(path, first).status_code == 302
    second = client.post(path, first | {"title": "Lamp"})
    assert second.status_code == 412
    assert "Ada Ahlgren has changed LAMP since you opened this page." in second.content.decode()
    assert "now has:</strong> <bdi>Brass lamp" in second.content.decode()
    assert Product.objects.get(pk=lamp.pk).title == "Brass lamp"
    again = client.post(path, first | {"title": "Lamp", "seen": second.context["seen"]})
    assert again.status_code == 302
    rows = ProductChange.objects.filter(product=lamp, field__in=["title", "reason"]).order_by("pk")
    assert list(rows.values_list("field", "before", "after", "event__actor__name")) == [
        ("title", "Desk lamp", "Brass lamp", "Ada Ahlgren"),
        ("reason", "", "Weighed it", "Ada Ahlgren"),
        ("title", "Brass lamp", "Lamp", "Ada Ahlgren"),
        ("reason", "", "Weighed it", "Ada Ahlgren"),
    ]
    assert "Weighed it" in client.get(f"{PRODUCTS}{lamp.pk}/").content.decode()


def test_of_two_at_once_neither_takes_the_change_of_the_other(shop):
    """Each writes what it was given, and leaves the rest."""
    lamp = shop.products["LAMP"]
    changes = [ProductData(title="Lamp"), ProductData(weight_grams=7), ProductData(barcodes=["9"])]
    race(*[lambda data=data: change_product(lamp, data, actor=None) for data in changes])
    lamp.refresh_from_db()
    codes = list(Barcode.objects.filter(product=lamp).values_list("code", flat=True))
    assert (lamp.title, lamp.weight_grams, codes) == ("Lamp", 7, ["9"])


def test_the_sku_of_a_product_in_use_is_fixed_on_its_page(shop, client):
    lamp = shop.products["LAMP"]
    cast.put_stock(lamp, 1)
    page = client.get(f"{PRODUCTS}{lamp.pk}/edit/").content.decode()
    assert "It stays: it has been in the warehouse" in page
    posted = WHOLE | {"sku": "OTHER", "seen": seen_on(client, lamp)}
    assert client.post(f"{PRODUCTS}{lamp.pk}/edit/", posted).status_code == 302
    lamp.refresh_from_db()
    assert (lamp.sku, lamp.title) == ("LAMP", "Brass lamp")


def test_an_archived_product_leaves_the_list(shop, client):
    path = f"{PRODUCTS}{shop.products['LAMP'].pk}/archive/"
    client.post(path)
    assert (skus(client), skus(client, show="archived")) == (["SHADE"], ["LAMP"])
    client.post(path, {"active": "1"})
    assert skus(client) == ["LAMP", "SHADE"]


def test_barcodes_are_added_and_removed(shop, client):
    lamp = shop.products["LAMP"]
    path = f"{PRODUCTS}{lamp.pk}/barcodes/"
    assert client.post(path, {"code": "14006381333938", "units": "12"}).status_code == 302
    refused = {
        "111": ("", "code", "Is a barcode of SHADE Linen shade."),
        "SHADE": ("", "code", "Is the SKU of SHADE Linen shade."),
        "4006381333931": ("6", "code", "Is a barcode of LAMP Desk lamp already."),
        "lamp": ("6", "code", "Is the SKU, which counts one unit."),
        "77": ("10001", "units", "Ensure this value is less than or equal to 10000."),
    }
    for code, (units, field, problem) in refused.items():
        answer = client.post(path, {"code": code, "units": units})
        assert (answer.status_code, answer.context["barcode_form"].errors) == (
            422,
            {field: [problem]},
        )
    codes = {row.code: row for row in Barcode.objects.filter(product=lamp)}
    assert {code: row.units for code, row in codes.items()} == {
        "4006381333931": 1,
        "14006381333938": 12,
    }
    remove = f"{BARCODES}{codes['4006381333931'].pk}/remove/"
    client.post(remove)
    assert Barcode.objects.filter(product=lamp).count() == 2, "not asked for surely"
    client.post(remove, {"sure": "1"})
    assert [row.code for row in Barcode.objects.filter(product=lamp)] == ["14006381333938"]


def test_a_name_in_a_channel_links_what_waits_for_it(shop, client, bo):
    lamp = shop.products["LAMP"]
    path = f"{PRODUCTS}{lamp.pk}/aliases/"
    waiting = [cast.make_order(shop, {"Brass-Lamp": 1}), cast.make_order(shop, {"BRASS-LAMP": 1})]
    other = cast.make_order(shop, {"who": 1})
    channel = waiting[0].channel
    answer = client.post(path, {"channel": channel.pk, "sku": "brass-lamp"}, follow=True)
    assert "2 waiting order lines are linked" in answer.content.decode()
    held = Hold.objects.filter(released_at__isnull=True).values_list("order", flat=True)
    assert list(held) == [other.pk]
    assert set(OrderLine.objects.filter(product=lamp).values_list("order", flat=True)) == {
        order.pk for order in waiting
    }
    refused = [
        (channel.pk, "SHADE", "sku", "Is the SKU of SHADE Linen shade."),
        (shop.channel.pk, "Old-Lamp", "sku", f"Means {lamp} in Shop already: forget that first."),
        (bo.channel.pk, "x", "channel", "Choose one of the list."),
        (channel.pk, " ", "sku", "This field is required."),
    ]
    for pk, sku, field, problem in refused:
        wrong = client.post(path, {"channel": pk, "sku": sku})
        assert (wrong.status_code, wrong.context["alias_form"].errors) == (422, {field: [problem]})
    assert SkuAlias.objects.count() == 2
    alias = SkuAlias.objects.get(sku="brass-lamp")
    client.post(f"/dashboard/aliases/{alias.pk}/forget/", {"sure": "1"})
    changes = ProductChange.objects.filter(product=lamp, field="alias").order_by("pk")
    assert list(changes.values_list("before", "after")) == [
        ("", f"brass-lamp in {channel}"),
        (f"brass-lamp in {channel}", ""),
    ]


def test_the_page_says_which_orders_wait(shop, client):
    order = cast.make_order(shop, {"SHADE": 2})
    allocate_due()
    page = client.get(f"{PRODUCTS}{shop.products['SHADE'].pk}/")
    waiting = page.context["shown"].waiting
    assert [(line.order, line.backordered) for line in waiting] == [(order, 2)]
    assert "Orders that wait for it" in page.content.decode()


def test_the_former_address_leads_to_the_page(shop, client):
    lamp = shop.products["LAMP"]
    assert client.get(f"/dashboard/stock/{lamp.pk}/")["Location"] == f"{PRODUCTS}{lamp.pk}/"


def test_another_sellers_product_is_not_there(shop, bo):
    thief = signed_in(bo.owner)
    lamp, code = shop.products["LAMP"], Barcode.objects.get(code="111")
    doors = "", "edit/", "archive/", "barcodes/", "aliases/"
    for path in [
        *(f"{PRODUCTS}{lamp.pk}/{door}" for door in doors),
        f"/dashboard/barcodes/{code.pk}/remove/",
    ]:
        assert thief.post(path, WHOLE | {"sure": "1"}).status_code in (404, 405), path
    assert Product.objects.get(pk=lamp.pk).title == "Desk lamp"
    add_product(bo.seller, ProductData(sku="LAMP", title="Mine", barcodes=["111"]), actor=None)
