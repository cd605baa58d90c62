"""Zones: a picker keeps to one; an order of two is picked in two parts, into one tote."""

import re

import pytest

from orders.access import Role
from orders.lifecycle.cancel import cancel_order, cancel_units
from orders.lifecycle.holds import hold_order, release_hold
from orders.models import Hold, Shipment, Warehouse
from tests.support.cast import make_order, make_product, make_user, put_stock
from tests.warehouse.screens.carts.walking import stop_of
from tests.warehouse.screens.floor import Worker
from tests.warehouse.screens.test_picking import PICK, scan
from warehouse.models import Location, PickFace, PickList, StockMovement
from warehouse.stock.allocation import allocate_due

pytestmark = pytest.mark.django_db

ZONE, BOARD, PACK, TOTES = (
    f"{PICK}zone/",
    "/warehouse/board/",
    "/warehouse/pack/",
    "/warehouse/totes/",
)


@pytest.fixture
def zones(house, pat, lea):
    """Aisle A is a zone and B another, in which the bulbs lie; Pat keeps to A."""
    bulb = make_product(house.ada, "BULB", "Bulb")
    put_stock(bulb, 10, bin_code="B-01-1")
    for place in Location.objects.filter(code__in=["A-01-1", "B-01-1"]):
        sent = {"kind": "bin", "use": "stock", "walk_position": place.walk_position}
        lea.sends(f"/warehouse/locations/{place.pk}/", zone=place.code[0].lower(), **sent)
    assert "You get walks of zone A." in pat.sends(ZONE, zone="A").says
    return house


@pytest.fixture
def bob(house):
    """Bob picks, too."""
    return Worker(make_user("bob@example.com", "Bob", Role.PICKER, warehouse=house.warehouse))


def ordered(side, *orders):
    made = [make_order(side, lines) for lines in orders]
    allocate_due()
    return made


def pick(worker, screen):
    """All scans of the stop on a screen."""
    stop = stop_of(screen)
    if "Scan the location" in screen.text:
        screen = scan(worker, screen, stop.stock.location.code)
    return scan(worker, screen, stop.stock.product.sku)


def statuses(order):
    return list(order.shipments.values_list("status", flat=True))


def test_an_order_of_two_zones_is_picked_in_two_parts_and_packed_when_both_are_there(
    zones, pat, bob, pia
):
    bob.sends(ZONE, zone="B")
    [order] = ordered(zones.ada, {"LAMP": 2, "BULB": 1})

    screen = pat.sends(PICK)
    assert "1 of 1" in screen.text, "only the stop of the own zone"
    passed = pick(pat, screen)

    assert "Not complete: it goes on in zone B. Pass on its tote: T-1" in passed.text
    assert statuses(order) == ["picking"]
    [shipment] = order.shipments.all()
    assert pia.sends(PACK, code="T-1").status == 409
    assert pia.sends(f"{PACK}{shipment.pk}/", code="LAMP").status == 409, "not all is there"
    assert "Nothing to pick right now" in pat.sends(PICK).text, "it is not his any more"

    assert "Passed on to zone B T-1 Continue" in bob.sends("/warehouse/", code="T-1").text
    offer = bob.opens(PICK)
    assert "Passed on to zone B Tote T-1" in offer.text
    screen = bob.sends(PICK)
    assert screen.says == f"Shipment {shipment}: fetch tote T-1, it was passed on to you."
    assert stop_of(screen).stock.product.sku == "BULB"
    assert 'data-command="undo"' not in screen.html, "what Pat has picked lies in another zone"
    done = pick(bob, screen)
    assert "Done. Take to packing: T-1" in done.text
    assert statuses(order) == ["picked"]
    picked = StockMovement.objects.filter(reason="picked", quantity__gt=0)
    assert list(picked.order_by("pk").values_list("location__code", "actor__name")) == [
        ("T-1", "Pat Picker"), ("T-1", "Bob"),
    ]  # fmt: skip


def test_who_keeps_to_a_zone_gets_what_begins_there(zones, pat, bob):
    bob.sends(ZONE, zone="B")
    [lamps] = ordered(zones.ada, {"LAMP": 1})

    assert "Waiting 0 shipments to pick in zone B" in bob.opens(PICK).text
    assert "Nothing to pick right now." in bob.sends(PICK).text
    assert statuses(lamps) == ["released"]
    assert "You get walks of the whole house." in bob.sends(ZONE, zone="").says
    assert stop_of(bob.sends(PICK)).stock.product.sku == "LAMP"


def test_a_zone_that_is_not_there_is_refused(zones, pat):
    assert pat.sends(ZONE, zone="Z").says == "There is no zone Z here."
    assert "You pick in zone A." in pat.opens(PICK).text


def test_what_lies_first_in_another_zone_begins_there(zones, pat):
    put_stock(zones.ada.products["BULB"], 5, bin_code="A-01-1", lot="Z9")
    [bulbs] = ordered(zones.ada, {"BULB": 1})  # of no lot, in B, before lot Z9

    assert "Nothing to pick right now." in pat.sends(PICK).text
    assert statuses(bulbs) == ["released"]
    assert not PickList.objects.exists()


def test_a_place_without_a_zone_is_everybodys(zones, pat, bob):
    bob.sends(ZONE, zone="B")
    hook = make_product(zones.ada, "HOOK", "Hook")
    put_stock(hook, 3, bin_code="A-02-1")
    ordered(zones.ada, {"HOOK": 1, "BULB": 1})

    screen = bob.sends(PICK)
    assert "1 of 2" in screen.text
    assert "Take to packing" in pick(bob, pick(bob, screen)).text


def test_a_short_pick_sends_the_tote_where_the_rest_lies(zones, pat, bob):
    put_stock(zones.ada.products["LAMP"], 5, bin_code="B-01-1")
    bob.sends(ZONE, zone="B")
    ordered(zones.ada, {"LAMP": 2})
    line = stop_of(pat.sends(PICK))

    screen = pat.sends(f"{PICK}{line.pick_list_id}/short/{line.pk}/", found=0, reason="damaged")

    assert "it goes on in zone B" in screen.text
    assert "Take to packing" in pick(bob, bob.sends(PICK)).text


@pytest.mark.parametrize("which", ["cancelled", "bulb"])
def test_what_is_cancelled_of_a_tote_that_waits(zones, pat, lea, which):
    [order] = ordered(zones.ada, {"LAMP": 2, "BULB": 1})
    pick(pat, pat.sends(PICK))
    walk = PickList.objects.get()

    if which == "bulb":
        bulbs = order.lines.get(sku="BULB")
        cancel_units(order, {bulbs.pk: 1}, actor=None)
        assert statuses(order) == ["picked"], "the other part is all of it now"
        assert "Passed on" not in lea.opens(PICK).text
        return
    lea.sends(f"/warehouse/walks/{walk.pk}/cancel/")
    cancel_order(order, actor=None)
    walk.refresh_from_db()
    assert walk.status == "put_back"
    assert "Passed on" not in lea.opens(PICK).text
    assert "Put back" in pat.opens(f"{PICK}{walk.pk}/").text


def test_a_tote_on_hold_is_taken_on_when_that_ends(zones, pat, bob):
    bob.sends(ZONE, zone="B")
    [order] = ordered(zones.ada, {"LAMP": 1, "BULB": 1})
    pick(pat, pat.sends(PICK))
    hold = hold_order(order, reason=Hold.Reason.SELLER, actor=None)
    walk = PickList.objects.get()

    assert "Passed on" not in bob.opens(PICK).text
    assert "Nothing to pick right now." in bob.sends(PICK).text
    assert f"Order {order} is on hold" in bob.sends(f"{PICK}{walk.pk}/continue/").says
    assert "On hold" in bob.opens(f"{PICK}{walk.pk}/").text

    release_hold(hold, actor=None)
    assert stop_of(bob.sends(PICK)).stock.product.sku == "BULB"


def test_a_tote_is_taken_on_by_its_scan_and_by_one_only(zones, pat, bob, lea):
    Warehouse.objects.update(scans_totes=True)
    lea.sends(TOTES, first=1, last=3)
    bob.sends(ZONE, zone="B")
    ordered(zones.ada, {"LAMP": 1, "BULB": 1})
    screen = scan(pat, scan(pat, pat.sends(PICK, code="T-2"), "A-01-1"), "LAMP")
    scan(pat, screen, "T-2", product="LAMP")

    refused = pat.sends(PICK, code="T-2")
    assert refused.says == "Tote T-2 waits for zone B."
    assert "Waiting 0 shipments to pick in zone B" in bob.opens(PICK).text
    assert stop_of(bob.sends(PICK, code="T-2")).stock.product.sku == "BULB"
    assert PickList.objects.get().picker.name == "Bob"


def test_a_lead_gives_a_tote_that_waits_with_all_its_stops(zones, pat, lea):
    ordered(zones.ada, {"LAMP": 1, "BULB": 1})
    pick(pat, pat.sends(PICK))
    walk = PickList.objects.get()
    assert "Passed on to another zone" in lea.opens("/warehouse/walks/").text

    lea.sends(f"/warehouse/walks/{walk.pk}/give/", picker=zones.pat.pk)

    assert stop_of(pat.sends(PICK)).stock.product.sku == "BULB", "though he keeps to A"
    assert Shipment.objects.get().status == "picking"


def test_a_cart_gets_what_lies_in_one_zone(zones, pat, lea):
    lea.sends("/warehouse/carts/", code="C7", slots=4)
    both, lamps, shades = ordered(zones.ada, {"LAMP": 1, "BULB": 1}, {"LAMP": 1}, {"SHADE": 1})

    pat.sends(PICK, code="C7")

    assert [statuses(order) for order in (both, lamps, shades)] == [
        ["released"], ["picking"], ["picking"],
    ]  # fmt: skip


def test_the_lead_sees_the_backlog_by_zone(zones, pat, lea, bob):
    bob.sends(ZONE, zone="B")
    ordered(zones.ada, {"LAMP": 2, "BULB": 3})
    pick(pat, pat.sends(PICK))
    ordered(zones.ada, {"LAMP": 1, "SHADE": 1}, {"BULB": 4}, {"LAMP": 1})

    board = lea.opens(BOARD)

    assert "A 3 3 0 0 0 Pat Picker" in board.text
    assert re.search(r"B 1 4 1 3 T-1 since \d\d:\d\d Bob", board.text), board.text


def test_a_house_without_zones_says_nothing_of_them(house, pat, lea):
    ordered(house.ada, {"LAMP": 1})

    assert "zone" not in pat.opens(PICK).text.lower()
    assert "by zone" not in lea.opens(BOARD).text


def test_the_screen_after_a_change_of_zone_is_that_of_the_new_one(zones, pat):
    ordered(zones.ada, {"BULB": 1})

    screen = pat.sends(ZONE, zone="B")

    assert "You get walks of zone B." in screen.says
    assert "You pick in zone B. Change?" in screen.text
    assert "Waiting 1 shipment to pick in zone B" in screen.text
    assert "You pick in the whole house. Change?" in pat.sends(ZONE, zone="").text


def test_behind_many_that_begin_elsewhere_one_of_the_own_zone_waits(zones, pat):
    put_stock(zones.ada.products["BULB"], 30, bin_code="A-01-1", lot="Z9")
    put_stock(zones.ada.products["BULB"], 30, bin_code="B-01-1")
    ordered(zones.ada, *[{"BULB": 1}] * 22, {"LAMP": 1})  # the bulbs of no lot, in B, go first

    assert "Waiting 1 shipment to pick in zone A" in pat.opens(PICK).text
    assert stop_of(pat.sends(PICK)).stock.product.sku == "LAMP"


def test_a_cart_says_nothing_of_a_count_where_goods_begin_in_another_zone(zones, pat, lea):
    lea.sends("/warehouse/carts/", code="C7", slots=4)
    put_stock(zones.ada.products["BULB"], 5, bin_code="A-01-1", lot="Z9")
    ordered(zones.ada, {"BULB": 1})

    assert pat.sends(PICK, code="C7").says == "Nothing to pick right now."
    assert re.search(r"A 0 0 0 0 0 .* B 1 1 0 0 0", lea.opens(BOARD).text)


def test_the_board_counts_a_product_where_its_pick_face_is(zones, lea):
    lamp = zones.ada.products["LAMP"]
    put_stock(lamp, 5, bin_code="B-01-1")
    PickFace.objects.create(
        seller=lamp.seller, product=lamp, location=Location.objects.get(code="B-01-1"),
        minimum=1, target=5,
    )  # fmt: skip
    ordered(zones.ada, {"LAMP": 1})

    assert re.search(r"A 0 0 0 0 0 .* B 1 1 0 0 0", lea.opens(BOARD).text)


def test_who_filled_a_tote_that_waits_may_get_it_back(zones, pat, bob, lea):
    ordered(zones.ada, {"LAMP": 1, "BULB": 1})
    pick(pat, pat.sends(PICK))
    walk = PickList.objects.get()
    bulb = walk.lines.get(picked=0)

    late = bob.sends(f"{PICK}{walk.pk}/", line=bulb.pk, code="B-01-1")
    assert late.says == "Tote T-1 was passed on.", "it is not Pat's any more"
    assert pat.sends(f"{PICK}{walk.pk}/pause/").says == late.says
    assert f'<option value="{zones.pat.pk}">' in lea.opens(f"/warehouse/walks/{walk.pk}/").html
