"""Put-away: what waits in a staging dock is brought to a place before anybody is promised it."""

import re

import pytest

from orders.models import OrderLine
from tests.support.cast import make_order, make_product, put_stock
from warehouse.corrections.tasks_to_count import plan_counts
from warehouse.models import Location, Stock, StockMovement
from warehouse.stock.allocation import allocate_due

pytestmark = pytest.mark.django_db

PUT_AWAY, HOME = "/warehouse/put-away/", "/warehouse/"


@pytest.fixture
def vase(house):
    """The dock is staging, and 5 vases lie there; lamps, shades and mugs share A-01-1."""
    Location.objects.filter(code="DOCK").update(is_staging=True)
    vase = make_product(house.ada, "VASE", "Glass vase")
    put_stock(vase, 5, bin_code="DOCK")
    return vase


def place(code):
    return Location.objects.get(code=code)


def lying(product):
    rows = Stock.objects.filter(product=product, on_hand__gt=0)
    return dict(rows.values_list("location__code", "on_hand"))


def chosen(product, **fields):
    return {"product": product.pk, "source": place("DOCK").pk, "quantity": 5} | fields


def allocated():
    allocate_due()
    line = OrderLine.objects.latest("pk")
    return line.allocated, line.backordered


def test_goods_in_an_ordinary_dock_are_promised_as_ever(house):
    kite = make_product(house.ada, "KITE", "Kite")
    put_stock(kite, 3, bin_code="DOCK")
    make_order(house.ada, {"KITE": 2})

    assert allocated() == (2, 0)


def test_what_waits_is_not_promised_until_it_is_put_away(house, pat, vase):
    make_order(house.ada, {"VASE": 2})
    before = allocated()

    pat.sends(PUT_AWAY, code="A-02-1", **chosen(vase))

    assert (before, allocated()) == ((0, 2), (2, 0))
    walk = pat.sends("/warehouse/pick/")
    assert "Go to A-02-1" in walk.text


def test_it_is_not_sold_in_the_shop_either(house, pat, vase):
    client = pat.client
    client.force_login(house.ada.owner, backend="orders.accounts.sign_in.ViewerBackend")
    page = client.get("/dashboard/stock/?q=VASE").content.decode()
    assert re.search(r'data-label="On hand">5<', page)
    assert re.search(r'data-label="Available"><span class="pill" data-status="late">None', page)


def test_a_scan_of_the_product_suggests_the_nearest_empty_place(house, pat, vase):
    screen = pat.sends(PUT_AWAY, code="VASE")

    assert screen.says == "5 × Glass vase from DOCK"
    assert "Bring to A-02-1 Glass vase VASE Units (of 5 in DOCK)" in screen.text


def test_its_own_place_comes_before_an_empty_one(house, pat, vase):
    put_stock(vase, 1, bin_code="B-01-1")

    assert "Bring to B-01-1" in pat.sends(PUT_AWAY, code="VASE").text


def test_a_place_of_another_product_or_to_be_counted_is_not_suggested(house, pat, vase):
    put_stock(house.ada.products["SHADE"], 1, bin_code="B-01-1")
    plan_counts([place("A-02-1")], cause="asked", actor=None)

    screen = pat.sends(PUT_AWAY, code="VASE")

    assert "No place is empty Scan where it goes" in screen.text


def test_the_scan_of_the_place_puts_it_there_in_the_ledger(house, pat, vase):
    screen = pat.sends(PUT_AWAY, code="A-02-1", **chosen(vase))

    assert screen.says == "5 × Glass vase put into A-02-1"
    assert "Nothing waits to be put away." in screen.text
    assert lying(vase) == {"A-02-1": 5}
    moved = StockMovement.objects.filter(product=vase, reason="put_away")
    found = moved.values_list("location__code", "quantity", "actor__name")
    assert set(found) == {("DOCK", -5, "Pat Picker"), ("A-02-1", 5, "Pat Picker")}


@pytest.mark.parametrize("times", [1, 2], ids=["once", "sent twice"])
def test_the_list_that_follows_names_what_still_waits(house, pat, vase, times):
    put_stock(make_product(house.ada, "KITE", "Kite"), 3, bin_code="DOCK")

    for _ in range(times):
        screen = pat.sends(PUT_AWAY, code="A-02-1", sequence=7, **chosen(vase))

    assert screen.says == "5 × Glass vase put into A-02-1"
    assert "Kite 3 units in DOCK" in screen.text
    assert "Nothing waits" not in screen.text


def test_a_scan_that_is_sent_again_later_shows_what_waits(house, pat, vase):
    pat.sends(PUT_AWAY, code="VASE", sequence=7)
    pat.sends(PUT_AWAY, code="A-02-1", **chosen(vase))

    screen = pat.sends(PUT_AWAY, code="VASE", sequence=7)

    assert (screen.status, "Nothing waits to be put away." in screen.text) == (200, True)


def test_a_dock_lists_what_waits_in_it_alone(house, pat, vase):
    Location.objects.create(warehouse=house.warehouse, code="DOCK-2", kind="dock", is_staging=True)

    assert "Glass vase 5 units in DOCK" in pat.sends(PUT_AWAY, code="DOCK").text
    assert "Nothing waits" in pat.sends(PUT_AWAY, code="DOCK-2").text


def test_a_part_of_it_is_put_away(house, pat, vase):
    pat.sends(PUT_AWAY, code="A-02-1", **chosen(vase, quantity=2))

    assert lying(vase) == {"A-02-1": 2, "DOCK": 3}
    assert "Put away 1 to put away" in pat.opens(HOME).text


def test_another_place_needs_a_reason(house, pat, vase):
    refused = pat.sends(PUT_AWAY, code="B-01-1", **chosen(vase))
    before = lying(vase)
    done = pat.sends(PUT_AWAY, code="B-01-1", reason="full", **chosen(vase))

    says = "You scanned B-01-1. Expected: A-02-1."
    assert (refused.status, refused.says) == (409, says)
    assert "Put it into B-01-1? Why not A-02-1: It is full Does not fit" in refused.text
    assert before == {"DOCK": 5}
    assert done.says == "5 × Glass vase put into B-01-1"
    assert lying(vase) == {"B-01-1": 5}


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("DOCK", "DOCK keeps no goods: choose a bin or a shelf."),
        ("T-9", "T-9 keeps no goods: choose a bin or a shelf."),
        ("NOWHERE", "You scanned NOWHERE. Expected: A-02-1."),
    ],
)
def test_goods_go_only_where_they_can_stay(house, pat, vase, code, says):
    Location.objects.create(warehouse=house.warehouse, code="T-9", kind="tote")

    screen = pat.sends(PUT_AWAY, code=code, reason="full", **chosen(vase))

    assert (screen.status, screen.says) == (409, says)
    assert lying(vase) == {"DOCK": 5}


def test_more_than_waits_is_refused(house, pat, vase):
    screen = pat.sends(PUT_AWAY, code="A-02-1", **chosen(vase, quantity=6))

    assert (screen.status, screen.says) == (409, "DOCK has 5 × Glass vase that can go.")
    assert lying(vase) == {"DOCK": 5}


def test_the_last_put_away_is_undone_once_and_by_its_worker(house, pat, pia, vase):
    page = pat.sends(PUT_AWAY, code="A-02-1", **chosen(vase))
    [last] = re.findall(r'name="last" value="([^"]*)"', page.html)

    others = pia.sends(f"{PUT_AWAY}undo/", last=last)
    undone = pat.sends(f"{PUT_AWAY}undo/", last=last)
    again = pat.sends(f"{PUT_AWAY}undo/", last=last)

    assert undone.says == "Undone: 5 × Glass vase back to DOCK"
    for refused in (others, again):
        assert (refused.status, refused.says) == (409, "Only your last put-away can be undone.")
    assert lying(vase) == {"DOCK": 5}


def test_what_an_order_has_by_now_stays_where_it_is(house, pat, vase):
    page = pat.sends(PUT_AWAY, code="A-02-1", **chosen(vase))
    [last] = re.findall(r'name="last" value="([^"]*)"', page.html)
    make_order(house.ada, {"VASE": 1})
    allocate_due()

    screen = pat.sends(f"{PUT_AWAY}undo/", last=last)

    says = "VASE Glass vase: too late to undo, an order needs these units."
    assert (screen.status, screen.says) == (409, says)
    assert lying(vase) == {"A-02-1": 5}


def test_a_receipt_is_not_undone_once_it_is_put_away(house, pat, vase):
    page = pat.sends("/warehouse/receive/", code="VASE", location=place("DOCK").pk, quantity=4)
    [receipt] = re.findall(r'name="receipt" value="([^"]*)"', page.html)
    pat.sends(PUT_AWAY, code="A-02-1", **chosen(vase, quantity=9))

    screen = pat.sends("/warehouse/receive/undo/", receipt=receipt)

    says = "VASE Glass vase: too late to undo, they left DOCK."
    assert (screen.status, screen.says) == (409, says)
    assert lying(vase) == {"A-02-1": 9}


def test_a_product_that_waits_can_be_put_away_from_the_first_screen(house, pat, vase):
    assert "Put away 1 to put away" in pat.opens(HOME).text
    screen = pat.sends(HOME, code="VASE")

    assert "Glass vase to put away from DOCK" in screen.text


def test_a_dock_that_became_staging_holds_its_shipments_up_and_says_so(house, pat, vase):
    Location.objects.filter(code="A-01-1").update(is_staging=False)
    Location.objects.filter(code="DOCK").update(is_staging=False)
    make_order(house.ada, {"VASE": 1})
    allocate_due()
    Location.objects.filter(code="DOCK").update(is_staging=True)

    screen = pat.opens("/warehouse/pick/")

    assert "1 waits for goods to be put away from DOCK." in screen.text
