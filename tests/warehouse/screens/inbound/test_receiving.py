"""The receiving screen: a location and products, in either order, each scan once."""

import re
from uuid import uuid4

import pytest

from tests.support.cast import make_product
from tests.support.stages import picked_shipment
from warehouse.models import Location, Scan, Stock, StockLimits, StockMovement

pytestmark = pytest.mark.django_db

RECEIVE = "/warehouse/receive/"


def place(house, code):
    return Location.objects.get(warehouse=house.warehouse, code=code)


def units(house, sku, code):
    rows = Stock.objects.filter(product__sku=sku, location=place(house, code))
    return sum(rows.values_list("on_hand", flat=True))


def test_a_location_and_then_products(house, pat):
    bin_1 = place(house, "A-02-1")

    first = pat.sends(RECEIVE, code="A-02-1")
    second = pat.sends(RECEIVE, code="4006381333931", location=bin_1.pk)
    third = pat.sends(RECEIVE, code="SHADE", location=bin_1.pk, quantity=12)

    assert (first.kind, first.says) == ("good", "Location A-02-1")
    assert second.says == "Received 1 × Brass lamp into A-02-1"
    assert third.says == "Received 12 × Linen shade into A-02-1"
    assert "Your recent receipts Undo receipt of Linen shade 12 Linen shade A-02-1" in third.text
    assert (units(house, "LAMP", "A-02-1"), units(house, "SHADE", "A-02-1")) == (1, 12)


def test_a_product_and_then_its_location(house, pat):
    first = pat.sends(RECEIVE, code="LAMP")
    lamp = house.ada.products["LAMP"]
    second = pat.sends(RECEIVE, code="B-01-1", product=lamp.pk, quantity=3)

    assert first.says == "Brass lamp"
    assert second.says == "Received 3 × Brass lamp into B-01-1"
    assert units(house, "LAMP", "B-01-1") == 3


def test_the_units_per_scan_outlive_another_location(house, pat):
    screen = pat.sends(RECEIVE, code="A-02-1", location=place(house, "DOCK").pk, quantity=5)

    assert 'name="quantity" type="number" inputmode="numeric" min="1" max="100000" value="5"' in (
        screen.html
    )


def test_a_wrong_scan_changes_nothing(house, pat):
    before = StockMovement.objects.count()

    screen = pat.sends(RECEIVE, code="WHAT", location=place(house, "DOCK").pk, quantity=5)

    assert screen.status == 409
    assert screen.says == "You scanned WHAT. Expected: a product."
    assert "Into DOCK" in screen.text
    assert 'value="5"' in screen.html, "the number of units stays for the next scan"
    assert StockMovement.objects.count() == before


def test_a_tote_is_no_place_to_receive_into(house, pat):
    picked_shipment(house, {"LAMP": 1})

    screen = pat.sends(RECEIVE, code="T-1")

    assert screen.says == "You scanned T-1. Expected: a bin, a shelf, a dock or a product."


def test_a_code_of_two_sellers_is_booked_for_the_chosen_one(house, pat):
    tea_light = make_product(house.bo, "LAMP", "Tea light")
    dock = place(house, "DOCK")

    asked = pat.sends(RECEIVE, code="LAMP", location=dock.pk, quantity=4)
    chosen = pat.sends(RECEIVE, code="LAMP", location=dock.pk, product=tea_light.pk, quantity=4)

    assert "LAMP is used by several sellers. Choose one:" in asked.text
    assert chosen.says == "Received 4 × Tea light into DOCK"
    assert Stock.objects.get(location=dock).product == tea_light


@pytest.mark.parametrize(
    ("quantity", "says"),
    [
        ("0", "Units per scan: at least 1, not 0."),
        ("-3", "Units per scan: at least 1, not -3."),
        ("1000001", "Units per scan: at most 100000, not 1000001."),
        ("many", "Units per scan: Enter a whole number."),
    ],
)
def test_a_senseless_quantity_is_refused(house, pat, quantity, says):
    before = StockMovement.objects.count()
    dock = place(house, "DOCK")

    screen = pat.sends(RECEIVE, code="LAMP", location=dock.pk, quantity=quantity)

    assert (screen.status, screen.says) == (409, says)
    assert StockMovement.objects.count() == before


def test_a_scan_sent_twice_is_applied_once(house, pat):
    sent = {"code": "LAMP", "location": place(house, "DOCK").pk, "quantity": 2}
    pair = {"client_id": uuid4(), "sequence": 7}

    first = pat.sends(RECEIVE, **sent, **pair)
    again = pat.sends(RECEIVE, **sent, **pair)

    assert first.says == again.says == "Received 2 × Brass lamp into DOCK"
    assert units(house, "LAMP", "DOCK") == 2
    assert Scan.objects.filter(**pair).get().code == "LAMP"


def test_a_form_without_its_numbers_is_refused(house, pat):
    screen = pat.sends(RECEIVE, code="LAMP", client_id="", sequence="")

    assert (screen.status, screen.says) == (
        409,
        "This screen is out of date: reload it.",
    )
    assert not Scan.objects.exists()


def test_very_many_units_in_one_scan_are_asked_back(house, pat):
    dock = place(house, "DOCK")
    scan = {"code": "SHADE", "location": dock.pk, "quantity": 5000}

    asked = pat.sends(RECEIVE, **scan)
    other = pat.sends(RECEIVE, **scan | {"quantity": 5001, "sure": 5000})
    booked = units(house, "SHADE", "DOCK")
    done = pat.sends(RECEIVE, **scan, sure=5000)

    says = "5000 × Linen shade in one scan? Not saved: say yes, or scan again."
    assert (asked.status, asked.says, booked) == (409, says, 0)
    assert "Yes, receive 5000 units" in asked.text
    assert other.status == 409
    assert done.says == "Received 5000 × Linen shade into DOCK"
    assert units(house, "SHADE", "DOCK") == 5000


def test_a_warehouse_says_what_it_asks_back(house, pat):
    StockLimits.objects.create(warehouse=house.warehouse, asks_above=9)
    dock = place(house, "DOCK")

    nine = pat.sends(RECEIVE, code="SHADE", location=dock.pk, quantity=9)
    ten = pat.sends(RECEIVE, code="SHADE", location=dock.pk, quantity=10)

    assert (nine.status, ten.status) == (200, 409)
    assert units(house, "SHADE", "DOCK") == 9


def test_the_last_receipt_is_undone_by_a_button(house, pat, pia):
    dock = place(house, "DOCK")
    pat.sends(RECEIVE, code="LAMP", location=dock.pk, quantity=2)
    page = pat.sends(RECEIVE, code="SHADE", location=dock.pk, quantity=5)
    [receipt] = re.findall(r'name="receipt" value="([^"]*)"', page.html)

    others = pia.sends(f"{RECEIVE}undo/", receipt=receipt)
    undone = pat.sends(f"{RECEIVE}undo/", receipt=receipt)
    again = pat.sends(f"{RECEIVE}undo/", receipt=receipt)

    assert (undone.kind, undone.says) == ("good", "Undone: 5 × Linen shade into DOCK")
    assert "Into DOCK" in undone.text
    assert "Your recent receipts Undo receipt of Brass lamp 2 Brass lamp" in undone.text
    for refused in (others, again):
        assert (refused.status, refused.says) == (409, "Only your last receipt can be undone.")
    assert (units(house, "LAMP", "DOCK"), units(house, "SHADE", "DOCK")) == (2, 0)
