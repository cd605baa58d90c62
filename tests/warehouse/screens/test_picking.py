"""The picking screens: a walk from stop to stop, wrong scans, short picks."""

import re
from uuid import uuid4

import pytest
from django.db.models import F

from orders.access import Role
from orders.lifecycle.cancel import cancel_units
from orders.lifecycle.holds import hold_order
from tests.support.cast import make_order, make_user, put_stock
from tests.support.stages import LAMP_CODE, picked_shipment
from tests.warehouse.screens.floor import Worker
from warehouse.models import PickLine, PickList, Scan, Stock
from warehouse.stock.allocation import allocate_due

pytestmark = pytest.mark.django_db

PICK = "/warehouse/pick/"


@pytest.fixture
def order(house):
    """Three lamps and a shade, in two places."""
    put_stock(house.ada.products["SHADE"], 1, bin_code="B-01-1")
    order = make_order(house.ada, {"LAMP": 3, "SHADE": 21})
    allocate_due()
    return order


def sent(screen):
    """The hidden fields of the scan form on a screen, and its number of units."""
    form = re.search(r"<form[^>]*data-scan>.*?</form>", screen.html, re.DOTALL).group(0)
    names = "line|walk|location|quantity|proposed|planned"
    fields = dict(re.findall(rf'name="({names})"[^>]* value="([^"]*)"', form))
    return screen.url, fields


def scan(worker, screen, code, **fields):
    url, hidden = sent(screen)
    return worker.sends(url, code=code, **hidden | fields)


def picked():
    return list(PickLine.objects.order_by("position").values_list("picked", "short"))


def test_what_is_on_hold_does_not_wait_to_be_picked(house, pat, order):
    assert "Waiting 1 shipment to pick" in pat.opens(PICK).text
    hold_order(order, reason="seller", actor=None)

    assert "Waiting 0 shipments to pick" in pat.opens(PICK).text
    assert "Pick 0 to pick" in pat.opens("/warehouse/").text


def test_a_product_read_once_more_is_already_picked(house, pat, order):
    screen = scan(pat, pat.sends(PICK), "A-01-1")
    screen = scan(pat, screen, "LAMP")

    again = scan(pat, screen, "LAMP")
    screen = scan(pat, again, "B-01-1" if "Go to B-01-1" in again.text else "A-01-1")
    there = scan(pat, screen, "LAMP")

    for answer in (again, there):
        assert (answer.status, answer.says) == (409, "LAMP Brass lamp is already picked.")
    assert sum(units for units, _ in picked()) == 3


def test_a_pick_is_undone_while_the_walk_is_open(house, pat, pia, order):
    screen = scan(pat, pat.sends(PICK), "A-01-1")
    screen = scan(pat, screen, "LAMP")
    url = re.search(r'action="(/warehouse/pick/[^"]*/undo/[^"]*)"', screen.html).group(1)
    assert picked()[0] == (3, 0)

    back = pat.sends(url)

    assert back.says == "Undone: put 3 × Brass lamp back to A-01-1"
    assert "Go to A-01-1 Brass lamp LAMP × 3 units" in back.text
    assert picked()[0] == (0, 0)
    assert Stock.objects.filter(location__code="T-1", on_hand__gt=0).count() == 0
    again = pat.sends(url)
    assert (again.status, again.says) == (
        409,
        "Nothing is picked at this stop: there is nothing to undo.",
    )


def test_a_pick_is_not_undone_once_the_walk_is_done(house, pat):
    shipment = picked_shipment(house, {"LAMP": 2})
    walk = shipment.pick_lists.get()

    screen = pat.sends(f"{PICK}{walk.pk}/undo/{walk.lines.get().pk}/")

    assert screen.status == 409
    assert screen.says == (
        f"Too late to undo: shipment {shipment} is picked, its units are in tote {walk.tote}."
    )
    assert picked() == [(2, 0)]


def test_a_walk_from_stop_to_stop(house, pat, order):
    start = pat.opens(PICK)
    assert "Waiting 1 shipment to pick" in start.text

    screen = pat.sends(PICK)
    shipment = order.shipments.get()
    assert f"{shipment} BER 1 of 3 Next: A-01-1 Tote T-1 Go to A-01-1 Brass lamp" in screen.text
    assert "LAMP × 3 units" in screen.text
    assert "Scan the location" in screen.text

    screen = scan(pat, screen, "a-01-1")
    assert (screen.kind, screen.says) == ("good", "Location A-01-1")
    assert "You are at A-01-1" in screen.text

    screen = scan(pat, screen, LAMP_CODE)
    assert screen.says == "Picked 3 × Brass lamp"
    assert "2 of 3" in screen.text
    assert "You are at A-01-1 Linen shade" in screen.text, "nobody scans the same place twice"

    screen = scan(pat, screen, "SHADE")
    assert "3 of 3 Last stop Tote T-1 Go to B-01-1 Linen shade SHADE × 1 unit" in screen.text
    screen = scan(pat, scan(pat, screen, "B-01-1"), "SHADE")
    assert screen.says == "Picked 1 × Linen shade"
    assert "Done. Take to packing: T-1 3 Brass lamp 20 Linen shade" in screen.text
    assert order.shipments.get().status == "picked"


def test_one_unit_needs_no_number(house, pat):
    make_order(house.ada, {"LAMP": 1})
    allocate_due()
    screen = scan(pat, pat.sends(PICK), "A-01-1")

    assert 'name="quantity"' not in screen.html
    assert scan(pat, screen, "LAMP").says == "Picked 1 × Brass lamp"


def test_fewer_units_at_once_leave_the_stop_open(house, pat, order):
    screen = scan(pat, scan(pat, pat.sends(PICK), "A-01-1"), "LAMP", quantity=2)

    assert screen.says == "Picked 2 × Brass lamp"
    assert "1 of 3 Next: A-01-1 Tote T-1" in screen.text
    assert "Brass lamp LAMP × 1 unit" in screen.text
    assert picked()[0] == (2, 0)


def test_a_wrong_location_is_refused_and_scanning_goes_on(house, pat, order):
    screen = scan(pat, pat.sends(PICK), "B-01-1")

    assert (screen.status, screen.kind) == (409, "alarm")
    assert screen.says == "You scanned B-01-1. Expected: location A-01-1."
    assert "Go to A-01-1" in screen.text
    assert picked() == [(0, 0), (0, 0), (0, 0)]
    assert Scan.objects.get(code="B-01-1").is_refused
    assert scan(pat, screen, "A-01-1").says == "Location A-01-1"


def test_a_wrong_product_is_refused_and_scanning_goes_on(house, pat, order):
    screen = scan(pat, scan(pat, pat.sends(PICK), "A-01-1"), "MUG", quantity=2)

    assert screen.status == 409
    assert screen.says == "You scanned MUG Blue mug. Expected: LAMP Brass lamp from A-01-1."
    assert "You are at A-01-1" in screen.text
    assert sent(screen)[1]["quantity"] == "2", "the number stays for the right scan"
    assert picked() == [(0, 0), (0, 0), (0, 0)]
    assert scan(pat, screen, "LAMP").says == "Picked 2 × Brass lamp"


def test_more_units_than_asked_for_are_refused(house, pat, order):
    screen = scan(pat, scan(pat, pat.sends(PICK), "A-01-1"), "LAMP", quantity=4)

    assert (screen.status, screen.says) == (409, "Pick 1 to 3 here, not 4.")
    assert picked() == [(0, 0), (0, 0), (0, 0)]


def test_units_that_are_cancelled_while_the_picker_stands_there(house, pat):
    """The number of before is neither kept nor refused for ever; one that was entered stays."""
    put_stock(house.ada.products["SHADE"], 9)
    order = make_order(house.ada, {"LAMP": 6, "SHADE": 1})
    allocate_due()
    lamp, shade = order.lines.order_by("position")
    at_lamp = scan(pat, pat.sends(PICK), "A-01-1")
    url = f"{at_lamp.url}short/{sent(at_lamp)[1]['line']}/"
    short = {"planned": 6, "reason": "damaged"}

    cancel_units(order, {lamp.pk: 2}, actor=None)

    screen = scan(pat, at_lamp, "LAMP")
    assert screen.says == f"Order {order} was reduced: pick 4 × Brass lamp here, not 6."
    assert (sent(screen)[1]["quantity"], sent(screen)[1]["proposed"]) == ("4", "4")
    wrong = scan(pat, screen, "MUG", quantity=3)
    assert sent(wrong)[1]["quantity"] == "3", "somebody entered it"
    cancel_units(order, {lamp.pk: 1}, actor=None)
    refused = pat.sends(url, found=4, **short)
    assert refused.says == f"Order {order} was reduced: pick 3 × Brass lamp here, not 4."
    assert 'name="found" type="number" inputmode="numeric" min="0" max="3" value="0"' in (
        refused.html
    )
    assert 'value="2"' in pat.sends(url, found=2, planned=6, reason="tired").html
    screen = scan(pat, wrong, "LAMP")
    assert screen.says == "Picked 3 × Brass lamp"
    cancel_units(order, {shade.pk: 1}, actor=None)
    gone = scan(pat, screen, "SHADE")
    reduced = f"Order {order} was reduced (Title of SHADE)"
    assert gone.says == f"{reduced}: nothing is to be picked at this stop any more."
    assert "Done. Take to packing: T-1 3 Brass lamp" in gone.text


def test_a_scan_sent_twice_is_picked_once(house, pat, order):
    screen = scan(pat, pat.sends(PICK), "A-01-1")
    pair = {"client_id": uuid4(), "sequence": 1}

    first = scan(pat, screen, "LAMP", quantity=1, **pair)
    again = scan(pat, screen, "LAMP", quantity=1, **pair)

    assert first.says == again.says == "Picked 1 × Brass lamp"
    assert picked()[0] == (1, 0)


def test_a_short_pick_is_reported_with_its_reason(house, pat, order):
    walk = PickList.objects.get(pk=pat.sends(PICK).url.split("/")[3])
    line = walk.lines.get(stock__product__sku="LAMP")
    url = f"{PICK}{walk.pk}/short/{line.pk}/"

    page = pat.opens(url)
    assert "Expected at A-01-1 Brass lamp LAMP × 3 Units found" in page.text
    assert "Location empty Product damaged Wrong product in location" in page.text
    screen = pat.sends(url, found=2, reason="damaged")

    assert (screen.url, screen.kind) == (f"{PICK}{walk.pk}/", "good")
    assert screen.says == "Reported: 2 × Brass lamp found"
    line.refresh_from_db()
    assert (line.picked, line.short, line.short_reason) == (2, 1, "damaged")


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"found": 3, "reason": "empty"}, "Enter 0 to 2 units found, not 3."),
        ({"found": "", "reason": "empty"}, "Units found: nothing entered."),
        (
            {"found": 0, "reason": "tired"},
            "Reason: choose one of those on the screen.",
        ),
    ],
)
def test_a_senseless_short_pick_is_refused(house, pat, order, fields, says):
    walk = PickList.objects.get(pk=pat.sends(PICK).url.split("/")[3])
    line = walk.lines.get(stock__product__sku="LAMP")

    screen = pat.sends(f"{PICK}{walk.pk}/short/{line.pk}/", **fields)

    assert (screen.status, screen.says) == (409, says)
    assert "Units found" in screen.text
    assert picked() == [(0, 0), (0, 0), (0, 0)]


def test_going_back_to_a_stop_that_is_done_leads_on(house, pat, order):
    walk = PickList.objects.get(pk=pat.sends(PICK).url.split("/")[3])
    line = walk.lines.get(stock__product__sku="LAMP")
    url = f"{PICK}{walk.pk}/short/{line.pk}/"
    pat.sends(url, found=0, reason="empty")  # deletes the stop

    back, again = pat.opens(url), pat.sends(url, found=0, reason="empty")

    assert (back.status, again.status) == (200, 409)
    assert again.says == "This stop is done already."
    for screen in (back, again):
        assert "Go to A-01-1 Linen shade" in screen.text


def test_what_was_found_elsewhere_is_not_short(house, pat):
    put_stock(house.ada.products["LAMP"], 5, bin_code="B-01-1")
    make_order(house.ada, {"LAMP": 3})
    allocate_due()
    walk = PickList.objects.get(pk=pat.sends(PICK).url.split("/")[3])
    pat.sends(f"{PICK}{walk.pk}/short/{walk.lines.get().pk}/", found=1, reason="empty")

    screen = scan(pat, scan(pat, pat.opens(f"{PICK}{walk.pk}/"), "B-01-1"), "LAMP")

    assert "1 Brass lamp 2 short here, found elsewhere 2 Brass lamp" in screen.text
    assert "row-short" not in screen.html


def test_what_was_found_nowhere_is_not_said_to_be_elsewhere(house, pat):
    lamp = house.ada.products["LAMP"]
    put_stock(lamp, 1, bin_code="B-01-1")
    order = make_order(house.ada, {"LAMP": 20})
    allocate_due()
    walk = PickList.objects.get(pk=pat.sends(PICK).url.split("/")[3])

    def short(found):
        stop = walk.lines.get(quantity__gt=F("picked") + F("short"))
        return pat.sends(f"{PICK}{walk.pk}/short/{stop.pk}/", found=found, reason="empty")

    screen = short(17)
    assert scan(pat, scan(pat, screen, "B-01-1"), "LAMP").kind == "good"
    done = f"{PICK}{walk.pk}/"
    assert "17 Brass lamp 3 short, 1 found elsewhere, 2 when there is stock 1 Brass lamp" in (
        pat.opens(done).text
    )
    put_stock(lamp, 9)
    allocate_due()
    assert f"3 short, 1 found elsewhere, 2 in {order.number}-2" in pat.opens(done).text


def test_a_held_walk_is_set_aside(house, pat, order):
    hold_order(order, reason="seller", detail="Wrong size", actor=None)
    made = make_order(house.ada, {"LAMP": 1})
    allocate_due()
    at_lamp = scan(pat, pat.sends(PICK), "A-01-1")
    hold_order(made, reason="seller", detail="Call first", actor=None)

    told = scan(pat, at_lamp, "LAMP")

    assert (told.status, told.says) == (
        409,
        f"Order {made} is on hold (Requested by seller: Call first): pick nothing more of it. "
        "Set tote T-1 aside and take another walk.",
    )
    shown = "On hold: Requested by seller: Call first. Pick nothing more. Set aside: T-1"
    for page in (told, pat.opens(at_lamp.url)):
        assert shown in page.text
        assert 'class="goal goal-held"' in page.html
    assert PickLine.objects.get().picked == 0


def test_nothing_found_at_all_asks_for_no_tote(house, pat):
    make_order(house.bo, {"MUG": 20})
    allocate_due()
    walk = PickList.objects.get(pk=pat.sends(PICK).url.split("/")[3])

    screen = pat.sends(f"{PICK}{walk.pk}/short/{walk.lines.get().pk}/", found=0, reason="empty")

    assert "Done. No units found for this shipment." in screen.text
    assert "T-1" not in screen.text


def test_nothing_to_pick_is_said(pat):
    screen = pat.sends(PICK)

    assert (screen.status, screen.url, screen.kind) == (200, PICK, "note")
    assert screen.says == "Nothing to pick right now."


def test_the_open_walk_comes_back(house, pat, order):
    walk = pat.sends(PICK).url

    assert f"You are picking {order.shipments.get()} Tote T-1" in pat.opens(PICK).text
    assert f'href="{walk}"' in pat.opens("/warehouse/").html
    assert pat.sends(PICK).url == walk


def test_another_pickers_walk_is_not_mine(house, pat, order):
    screen = pat.sends(PICK)
    paul = Worker(make_user("paul@example.com", "Paul", Role.PICKER, warehouse=house.warehouse))

    at_place = scan(paul, screen, "A-01-1")
    refused = scan(paul, at_place, "LAMP")

    for answer in (at_place, refused):
        assert (answer.status, answer.says) == (409, "This pick list belongs to Pat Picker.")
    assert picked() == [(0, 0), (0, 0), (0, 0)]


def test_nobody_sees_the_customer(house, pat, order):
    screen = pat.sends(PICK)

    for secret in ("Grace", "Hopper", "grace@example.com", "+4915112345678", "Unter den Linden"):
        assert secret not in screen.html
