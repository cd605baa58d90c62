"""Stock as its seller sees it: what is there, what is promised, what is missing, and the ledger."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from fulfillment.keyset import PAGE_SIZE
from orders.access import Role
from orders.models import Product
from tests.support import cast
from tests.support.statements import count_statements
from tests.support.stories import ship
from warehouse.floor.picking import report_short, take_next_pick_list
from warehouse.models import Location, StockMovement
from warehouse.stock.allocation import allocate_due
from warehouse.stock.counting import Counted, write_counts

pytestmark = pytest.mark.django_db

STOCK = "/dashboard/stock/"
PRODUCTS = "/dashboard/products/"


@pytest.fixture
def shop(ada):
    """Ada with ten lamps and no shade."""
    cast.make_product(ada, "LAMP", "Brass lamp", barcode="4006381333931")
    cast.make_product(ada, "SHADE", "Linen shade")
    cast.put_stock(ada.products["LAMP"], 10, lot="L24")
    return ada


@pytest.fixture
def client(shop):
    """Ada's browser."""
    browser = Client()
    browser.force_login(shop.owner)
    return browser


def quantities(client, **query):
    """{SKU: (on hand, reserved, available, backordered)} on the page that this query shows."""
    rows = client.get(STOCK, query).context["page"].rows
    return {row.sku: (row.on_hand, row.reserved, row.available, row.backordered) for row in rows}


def test_quantities_add_up(shop, client):
    cast.make_order(shop, {"LAMP": 3, "SHADE": 2})
    cast.make_order(shop, {"SHADE": 1})
    allocate_due()
    assert quantities(client) == {"LAMP": (10, 3, 7, 0), "SHADE": (0, 0, 0, 3)}


def test_products_are_found_by_sku_barcode_and_title(shop, client):
    assert list(quantities(client, q="LA")) == ["LAMP"]
    assert list(quantities(client, q="4006381333931")) == ["LAMP"]
    assert list(quantities(client, q="linen")) == ["SHADE"]
    assert list(quantities(client, q="nothing\x00")) == []


def test_tabs_show_what_is_missing(shop, client):
    cast.make_order(shop, {"SHADE": 1})
    cast.make_order(shop, {"LAMP": 10})
    allocate_due()
    assert list(quantities(client, show="backordered")) == ["SHADE"]
    assert list(quantities(client, show="none_left")) == ["LAMP", "SHADE"]
    assert list(quantities(client, show="nonsense")) == ["LAMP", "SHADE"]


def test_low_stock_is_listed_and_told_once(shop, client):
    lamp, shade = shop.products["LAMP"], shop.products["SHADE"]
    for (lamps, shades), low in {
        (10, 0): [], (11, 0): ["LAMP"], (10, 1): ["SHADE"], (11, 1): ["LAMP", "SHADE"],
    }.items():  # fmt: skip
        Product.objects.filter(pk=lamp.pk).update(low_stock_level=lamps)
        Product.objects.filter(pk=shade.pk).update(low_stock_level=shades)
        assert list(quantities(client, show="low")) == low, (lamps, shades)
    home = client.get("/dashboard/").content.decode()
    assert home.count("Low stock") == 1
    assert 'Brass lamp</bdi> <span class="soft">(10 left, level 11)' in home
    assert "No action needed" in home, "it is no matter of an order"
    Product.objects.update(is_active=False)
    assert list(quantities(client, show="low")) == []
    assert "Low stock" not in client.get("/dashboard/").content.decode()


@pytest.mark.parametrize("how_many", [5, 60])
def test_a_page_takes_five_statements(shop, client, how_many):
    Product.objects.bulk_create(
        Product(seller=shop.seller, sku=f"P{number:03}", title="Part") for number in range(how_many)
    )
    with count_statements() as asked:
        first = client.get(STOCK).context["page"]
    assert len(asked) == 5
    skus = [product.sku for product in first.rows]
    if first.next:
        second = client.get(STOCK, {"page": first.next}).context["page"]
        skus += [product.sku for product in second.rows]
        assert [row.sku for row in first.rows] == list(quantities(client, page=second.previous))
        assert len(first.rows) == PAGE_SIZE
    assert skus == ["LAMP", *(f"P{number:03}" for number in range(how_many)), "SHADE"]


def test_the_ledger_explains_every_unit(shop, client, building, pat, pia):
    cast.make_order(shop, {"LAMP": 2})
    ship(building, pat, pia)
    lamp = shop.products["LAMP"]
    answer = client.get(f"{PRODUCTS}{lamp.pk}/")
    rows = answer.context["shown"].movements.rows
    assert sum(row.quantity for row in rows) == answer.context["product"].on_hand == 8
    assert [row.quantity for row in rows if row.reason == "received"] == [10]
    assert [row.quantity for row in rows if row.reason == "handed_over"] == [-2]
    text = answer.content.decode()
    assert "Pat Petrov" in text
    assert "lot <bdi>L24</bdi>" in text
    received = (
        client.get(f"{PRODUCTS}{lamp.pk}/", {"reason": "received"}).context["shown"].movements.rows
    )
    assert [row.quantity for row in received] == [10]


@pytest.mark.breaks_books  # writes rows that no action would
def test_a_long_ledger_comes_in_pages(shop, client):
    lamp, place = shop.products["LAMP"], StockMovement.objects.get().location
    now = timezone.now()
    StockMovement.objects.bulk_create(
        StockMovement(
            seller=shop.seller,
            product=lamp,
            location=place,
            quantity=1 - 2 * (number % 2),  # in and out: the books stay balanced
            reason="adjusted",
            at=now + timedelta(seconds=number),
        )
        for number in range(PAGE_SIZE + 4)
    )
    with count_statements() as asked:
        first = client.get(f"{PRODUCTS}{lamp.pk}/").context["shown"].movements
    assert len(asked) == 13
    second = client.get(f"{PRODUCTS}{lamp.pk}/", {"page": first.next}).context["shown"].movements
    assert (len(first.rows), len(second.rows), second.next) == (PAGE_SIZE, 5, "")
    assert not {row.pk for row in first.rows} & {row.pk for row in second.rows}


def test_another_sellers_stock_is_not_there(shop, bo):
    thief = Client()
    thief.force_login(bo.owner)
    assert quantities(thief) == {}
    assert thief.get(f"{PRODUCTS}{shop.products['LAMP'].pk}/").status_code == 404


def test_a_picker_who_also_sells_sees_only_what_they_sell(shop, bo, building):
    """Warehouse work all goods are theirs to move, in the dashboard only their own."""
    cast.Member.objects.create(user=bo.owner, role=Role.PICKER, warehouse=building)
    both = Client()
    both.force_login(bo.owner)
    assert quantities(both) == {}
    assert both.get(f"{PRODUCTS}{shop.products['LAMP'].pk}/").status_code == 404


def test_a_place_where_units_were_missed_is_to_be_counted(shop, client, building, pat):
    lamp = shop.products["LAMP"]
    cast.make_order(shop, {"LAMP": 3})
    allocate_due()
    walk = take_next_pick_list(warehouse=building, actor=pat)
    report_short(walk.lines.get(), found=1, reason="empty", actor=pat)

    def page():
        return client.get(f"{PRODUCTS}{lamp.pk}/").content.decode()

    assert (quantities(client)["LAMP"][0], page().count("To count")) == (1, 1)
    assert f"{pat.name}</bdi> missed units there" in page()
    place = Location.objects.get(code="A-01-1")
    assert write_counts([Counted(lamp, place, "L24", 7, expected=0)], actor=None) == [""]
    assert "To count" not in page()
