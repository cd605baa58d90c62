"""Barcodes of cases: a scan counts the units in the case, and never more than are wanted."""

import re

import pytest

from orders.models import Barcode, PackageLine
from tests.support.cast import make_order, make_product, put_stock
from tests.support.stages import LAMP_CODE
from warehouse.models import Location, PickLine, Stock
from warehouse.stock.allocation import allocate_due

pytestmark = pytest.mark.django_db

PICK, RECEIVE = "/warehouse/pick/", "/warehouse/receive/"
CASE = "14006381333938"


@pytest.fixture
def lamp(house):
    """A lamp of which 12 come in a case with a barcode of its own."""
    lamp = house.ada.products["LAMP"]
    Barcode.objects.create(seller=house.ada.seller, product=lamp, code=CASE, units=12)
    return lamp


def sent(screen):
    """The hidden fields of the scan form on a screen, and its number of units."""
    form = re.search(r"<form[^>]*data-scan>.*?</form>", screen.html, re.DOTALL).group(0)
    names = "line|location|product|quantity|counted|proposed"
    return dict(re.findall(rf'name="({names})"[^>]* value="([^"]*)"', form))


def scan(worker, screen, code, **fields):
    return worker.sends(screen.url, code=code, **sent(screen) | fields)


def test_a_case_is_received_as_its_units(house, pat, lamp):
    bin_2 = Location.objects.get(warehouse=house.warehouse, code="A-02-1")

    def received():
        rows = Stock.objects.filter(product=lamp, location=bin_2)
        return sum(rows.values_list("on_hand", flat=True))

    into = {"location": bin_2.pk}
    assert pat.sends(RECEIVE, code=CASE, **into).says == "Received 12 × Brass lamp into A-02-1"
    two = pat.sends(RECEIVE, code=CASE, quantity=24, **into)
    assert two.says == "Received 24 × Brass lamp into A-02-1", "a number that was entered is units"
    odd = pat.sends(RECEIVE, code=CASE, quantity=5, **into)
    assert (odd.kind, odd.says) == (
        "alarm",
        f"{CASE} is on a case of 12: 5 is no number of whole cases.",
    )
    assert received() == 36
    one = pat.sends(RECEIVE, code=CASE, quantity=1, **into)
    assert one.says == f"{CASE} is on a case of 12: 1 is no number of whole cases."
    assert received() == 36
    plain = pat.sends(RECEIVE, code=LAMP_CODE, **into)
    assert (plain.says, sent(plain)["quantity"]) == ("Received 1 × Brass lamp into A-02-1", "")
    assert received() == 37


def test_scans_of_a_product_count_until_its_location_is_scanned(house, pat, lamp):
    first = pat.sends(RECEIVE, code=CASE)
    assert (first.says, sent(first)["counted"]) == ("Brass lamp, case of 12", "12")
    unit = scan(pat, first, LAMP_CODE)
    assert (unit.says, sent(unit)["counted"]) == ("Brass lamp: 13 units", "13")
    again = scan(pat, unit, CASE)
    assert again.says == "Brass lamp, case of 12: 25 units"
    assert "Where does it go? Brass lamp LAMP × 25 units" in again.text
    wrong = scan(pat, again, "WHAT")
    assert sent(wrong)["counted"] == "25", "a refused scan loses no units"
    other = scan(pat, wrong, "SHADE", quantity=3)
    assert (other.says, sent(other)["counted"]) == ("Linen shade", "1"), "its own number"
    assert sent(other)["quantity"] == ""
    assert scan(pat, wrong, "A-02-1").says == "Received 25 × Brass lamp into A-02-1"
    entered = scan(pat, scan(pat, first, CASE, quantity=5), "A-02-1")
    assert entered.says == "Received 5 × Brass lamp into A-02-1", "a number is of units always"
    home = pat.sends("/warehouse/", code=CASE)
    assert scan(pat, home, "A-02-1").says == "Received 12 × Brass lamp into A-02-1"


def test_a_case_is_picked_and_packed_as_its_units(house, pat, pia, lamp):
    put_stock(lamp, 50)
    order = make_order(house.ada, {"LAMP": 27})
    allocate_due()
    screen = scan(pat, pat.sends(PICK), "A-01-1")
    assert sent(screen)["quantity"] == "27"
    screen = scan(pat, screen, CASE)
    assert (screen.says, sent(screen)["quantity"]) == ("Picked 12 × Brass lamp", "15")
    screen = scan(pat, screen, CASE)
    assert (screen.says, sent(screen)["quantity"]) == ("Picked 12 × Brass lamp", "3")
    more = scan(pat, screen, CASE)
    assert (more.kind, more.says) == (
        "alarm",
        f"You scanned {CASE}, case of 12: 3 are wanted. Expected: 3 × LAMP Brass lamp.",
    )
    part = scan(pat, more, CASE, quantity=2)
    assert part.says == f"{CASE} is on a case of 12: 2 is no number of whole cases."
    assert PickLine.objects.get().picked == 24
    assert scan(pat, part, LAMP_CODE, quantity=3).says == "Picked 3 × Brass lamp"

    bench = f"/warehouse/pack/{order.shipments.get().pk}/"
    assert [pia.sends(bench, code=CASE).says for _ in range(2)] == [
        "In the box: 12 × Brass lamp"
    ] * 2
    more = pia.sends(bench, code=CASE)
    assert (more.kind, more.says) == (
        "alarm",
        f"You scanned {CASE}, case of 12: 3 are wanted. Expected: 3 × LAMP Brass lamp.",
    )
    assert PackageLine.objects.get().quantity == 24
    for _ in range(3):
        pia.sends(bench, code=LAMP_CODE)
    full = pia.sends(bench, code=CASE)
    assert full.says == (
        f"You scanned {CASE}: all of it is in the box. Expected: no more units, close the box."
    )
    assert PackageLine.objects.get().quantity == 27


def test_one_gtin_is_the_same_however_it_is_written(house, pat, lamp):
    """GTIN-14, GS1-128 and UPC; a code that is a barcode or a SKU itself stays what it is."""
    shade = house.ada.products["SHADE"]
    Barcode.objects.create(seller=house.ada.seller, product=shade, code="0036000291452")
    make_product(house.ada, "00036000291452", "Odd SKU")
    dock = Location.objects.get(warehouse=house.warehouse, code="DOCK")
    said = {
        f"0{LAMP_CODE}": "1 × Brass lamp",
        f"(01)0{LAMP_CODE}(10)L24": "1 × Brass lamp",
        f"]C1010{LAMP_CODE}10L24": "1 × Brass lamp",
        f"01{CASE}": "12 × Brass lamp",
        "036000291452": "1 × Linen shade",
        "00036000291452": "1 × Odd SKU",
    }
    for code, units in said.items():
        screen = pat.sends(RECEIVE, code=code, location=dock.pk)
        assert screen.says == f"Received {units} into DOCK", code
    assert pat.sends(RECEIVE, code="01004006381333999", location=dock.pk).status == 409
    put_stock(lamp, 5)
    make_order(house.ada, {"LAMP": 1})
    allocate_due()
    at_lamp = scan(pat, pat.sends(PICK), "A-01-1")
    assert scan(pat, at_lamp, f"(01)0{LAMP_CODE}").says == "Picked 1 × Brass lamp"


def test_how_another_seller_writes_a_gtin_changes_no_scan(house, pat, pia, lamp):
    """Ada writes EAN-13; Bo, in the same warehouse, sells the same lamp and writes GTIN-14."""
    long = f"0{LAMP_CODE}"
    mug = house.bo.products["MUG"]
    Barcode.objects.create(seller=house.bo.seller, product=mug, code=long)
    Barcode.objects.create(seller=house.bo.seller, product=mug, code=f"0{CASE}", units=3)
    order = make_order(house.ada, {"LAMP": 13})
    allocate_due()
    at_lamp = scan(pat, pat.sends(PICK), "A-01-1")
    case = scan(pat, at_lamp, f"01{CASE}")
    assert case.says == "Picked 12 × Brass lamp"
    assert scan(pat, case, long).says == "Picked 1 × Brass lamp"
    bench = f"/warehouse/pack/{order.shipments.get().pk}/"
    assert pia.sends(bench, code=f"01{CASE}").says == "In the box: 12 × Brass lamp"
    assert pia.sends(bench, code=long).says == "In the box: 1 × Brass lamp"
    # Where goods are received nobody knows yet whose they are.
    dock = Location.objects.get(warehouse=house.warehouse, code="DOCK")
    asked = pat.sends(RECEIVE, code=long, location=dock.pk)
    assert str(lamp.pk) in asked.html
    assert str(mug.pk) in asked.html
    took = pat.sends(RECEIVE, code=f"01{CASE}", location=dock.pk, product=lamp.pk)
    assert took.says == "Received 12 × Brass lamp into DOCK"
