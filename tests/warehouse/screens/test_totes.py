"""Totes that are scanned: at the start of a walk, at each pick into it; free when packed."""

import pytest

from orders.lifecycle.cancel import cancel_order
from orders.lifecycle.labelling import label_packages
from orders.models import Order, Shipment, Warehouse
from tests.support.cast import make_order, make_product, put_stock
from tests.warehouse.screens.test_picking import PICK, sent
from warehouse.floor.hand_over import hand_over
from warehouse.floor.packing import close_package, mark_ready, pack_unit
from warehouse.floor.undo import undo_hand_over, undo_packed
from warehouse.models import Location, PickLine, PickList, StockMovement
from warehouse.stock.allocation import allocate_due

pytestmark = pytest.mark.django_db

TOTES, PACK, HOME = "/warehouse/totes/", "/warehouse/pack/", "/warehouse/"


@pytest.fixture
def here(house, lea):
    """A warehouse that scans its totes T-1 to T-3, with an order of two lamps."""
    Warehouse.objects.update(scans_totes=True)
    house.warehouse.refresh_from_db()
    lea.sends(TOTES, first=1, last=3)
    make_order(house.ada, {"LAMP": 2})
    allocate_due()
    return house


def scan(worker, screen, code, **fields):
    """A scan on a screen whose form has a product in hand, too."""
    url, hidden = sent(screen)
    if 'name="product"' in screen.html:
        hidden["product"] = screen.html.split('name="product" value="')[1].split('"')[0]
    return worker.sends(url, code=code, **hidden | fields)


def totes():
    return list(Location.objects.filter(kind="tote").values_list("code", flat=True))


def picked():
    return list(PickLine.objects.order_by("pk").values_list("picked", flat=True))


def walk_into(worker, tote, *codes):
    """A walk with all its scans; returns its shipment."""
    screen = worker.sends(PICK, code=tote)
    for code in codes:
        screen = scan(worker, screen, code)
    assert "Take to packing" in screen.text, screen.says
    return PickList.objects.latest("created_at").shipment


def sent_off(shipment, sku, actor):
    shipment = Shipment.objects.get(pk=shipment.pk)
    units = shipment.lines.get().quantity
    close_package(pack_unit(shipment, code=sku, quantity=units, actor=actor), actor=actor)
    label_packages(shipment, actor=actor)
    return mark_ready(shipment, actor=actor)


def test_a_walk_starts_with_the_scan_of_an_empty_tote(here, pat):
    page = pat.opens(PICK)
    says = [pat.sends(PICK, code=code).says for code in ("T-9", "LAMP", "A-01-1")]
    started = pat.sends(PICK, code="t-2")

    assert "Scan an empty tote to start" in page.text
    assert "Start next pick list" not in page.text
    wrong = ("T-9", "LAMP", "A-01-1")
    assert says == [f"You scanned {code}. Expected: an empty tote." for code in wrong]
    walk = PickList.objects.get()
    assert (walk.tote.code, walk.picker) == ("T-2", here.pat)
    assert started.url == f"{PICK}{walk.pk}/"
    assert totes() == ["T-1", "T-2", "T-3"], "none is invented"


def test_a_tote_in_use_is_refused(here, pat, lea):
    pat.sends(PICK, code="T-1")
    make_order(here.ada, {"SHADE": 1})
    allocate_due()

    refused = lea.sends(PICK, code="T-1")

    shipment = PickList.objects.get().shipment
    words = f"Tote T-1 is in use for shipment {shipment}: take an empty one."
    assert (refused.status, refused.says) == (409, words)
    assert lea.sends(PICK, code="T-3").status == 200
    assert PickList.objects.count() == 2


def test_nothing_to_pick_takes_no_tote(here, pat, lea):
    pat.sends(PICK, code="T-1")

    said = lea.sends(PICK, code="T-2")

    assert (said.status, said.says) == (409, "Nothing to pick right now.")
    assert PickList.objects.count() == 1


def test_each_pick_is_confirmed_by_its_tote(here, pat):
    at_lamp = scan(pat, pat.sends(PICK, code="T-1"), "A-01-1")

    in_hand = scan(pat, at_lamp, "LAMP")
    assert in_hand.says == "2 × Brass lamp: put it into tote T-1"
    assert "Put into tote T-1" in in_hand.text
    assert "Scan the tote" in in_hand.text
    assert picked() == [0]
    wrong = scan(pat, in_hand, "T-2")
    assert (wrong.status, wrong.says) == (409, "You scanned T-2. Expected: tote T-1.")
    assert "Put into tote T-1" in wrong.text, "the lamps are still in hand"
    assert picked() == [0]
    done = scan(pat, wrong, "T-1")
    assert done.says == "Picked 2 × Brass lamp"
    assert "Take to packing: T-1" in done.text
    assert picked() == [2]


def test_a_wrong_product_or_too_many_ask_for_no_tote(here, pat):
    at_lamp = scan(pat, pat.sends(PICK, code="T-1"), "A-01-1")

    wrong, many = scan(pat, at_lamp, "MUG"), scan(pat, at_lamp, "LAMP", quantity=3)

    assert wrong.says == "You scanned MUG Blue mug. Expected: LAMP Brass lamp from A-01-1."
    assert many.says == "Pick 1 to 2 here, not 3."
    for page in (wrong, many):
        assert "Scan the product" in page.text
    assert picked() == [0]


def test_the_scan_of_a_paused_tote_goes_on_with_its_walk(here, pat):
    pat.sends(PICK, code="T-1")
    walk = PickList.objects.get()
    pat.sends(f"{PICK}{walk.pk}/pause/")

    assert pat.sends(PICK, code="T-1").url == f"{PICK}{walk.pk}/"
    walk.refresh_from_db()
    assert walk.status == "open"


def test_a_tote_is_free_when_its_shipment_is_packed(here, pat, pia):
    first = walk_into(pat, "T-1", "A-01-1", "LAMP", "T-1")
    make_order(here.ada, {"LAMP": 3})
    allocate_due()
    assert pat.sends(PICK, code="T-1").status == 409, "picked, and not packed"
    sent_off(first, "LAMP", here.pat)

    second = walk_into(pat, "T-1", "A-01-1", "LAMP", "T-1")

    assert pia.sends("/warehouse/pack/", code="T-1").url == f"/warehouse/pack/{second.pk}/"
    sent_off(second, "LAMP", here.pat)
    hand_over(first.packages.all(), actor=here.pat)
    hand_over(second.packages.all(), actor=here.pat)
    undo_hand_over(second, actor=here.pat)
    assert Shipment.objects.get(pk=second.pk).status == "ready"


@pytest.fixture
def shared(here, pat):
    """(packed, picked): two shipments that were picked into T-1, one after the other."""
    first = walk_into(pat, "T-1", "A-01-1", "LAMP", "T-1")
    box = pack_unit(Shipment.objects.get(pk=first.pk), code="LAMP", quantity=2, actor=here.pat)
    close_package(box, actor=here.pat)
    make_order(here.ada, {"LAMP": 3})
    allocate_due()
    second = walk_into(pat, "T-1", "A-01-1", "LAMP", "T-1")
    return Shipment.objects.get(pk=first.pk), Shipment.objects.get(pk=second.pk)


def test_what_was_packed_is_put_back_from_its_boxes(here, shared, pat, pia, lea):
    packed, picked = shared
    url = lea.sends(f"{PACK}{packed.pk}/put-back/").url

    page = pia.opens(url)
    assert f"Put everything back from the boxes of {packed}" in page.text
    assert "T-1" not in page.text
    assert "Scan a product from its boxes" in page.text
    assert "Put back from boxes" in pia.opens(HOME).text
    cancel_order(Order.objects.get(pk=packed.order_id), actor=lea.user)
    make_order(here.ada, {"LAMP": 17})
    allocate_due()
    waits = f"1 waits for units to be put back from the boxes of {packed}."
    assert waits in pat.opens(PICK).text
    for door in (HOME, PACK):
        assert pia.sends(door, code="T-1").url == f"{PACK}{picked.pk}/", "what lies in it"
    assert pia.sends(HOME, code=packed.number).url == url
    line = PickLine.objects.get(to_put_back=2)
    pia.sends(url, code="LAMP")
    assert pia.sends(url, code="A-01-1", line=line.pk, quantity=1).status == 200
    gone = pia.sends(f"{url}missing/{line.pk}/")
    assert gone.says == "Brass lamp is not in its boxes: A-01-1 is to be counted."
    assert "T-1" not in gone.text


def test_a_box_that_is_opened_again_has_no_tote(here, shared, pat, pia):
    packed, picked = shared
    undo_packed(packed, actor=here.pat)

    for door in (HOME, PACK):
        assert pia.sends(door, code="T-1").url == f"{PACK}{picked.pk}/"
    assert "Tote" not in pia.opens(f"{PACK}{packed.pk}/").text
    assert "Tote T-1" in pia.opens(f"{PACK}{picked.pk}/").text
    refused = pat.sends(PICK, code="T-1")
    assert refused.says == f"Tote T-1 is in use for shipment {picked}: take an empty one."
    sent_off(picked, "LAMP", here.pat)
    make_order(here.ada, {"LAMP": 1})
    allocate_due()
    assert pat.sends(PICK, code="T-1").status == 200, "what is opened lies in its box"


def test_a_tote_of_units_to_put_back_is_named_to_who_waits_for_them(here, pat, lea):
    shipment = walk_into(pat, "T-1", "A-01-1", "LAMP", "T-1")
    lea.sends(f"{PACK}{shipment.pk}/put-back/")

    refused = lea.sends(PICK, code="T-1")

    assert refused.says == f"Tote T-1 is in use for shipment {shipment}: take an empty one."
    assert lea.sends(HOME, code="T-1").url == f"{PICK}{PickList.objects.get().pk}/put-back/"


def test_what_leaves_a_shared_tote_is_the_lot_that_was_picked(here, pat):
    jam = make_product(here.ada, "JAM", "Jam")
    put_stock(jam, 1, bin_code="B-01-1", lot="NEW")
    walk_into(pat, "T-3", "A-01-1", "LAMP", "T-3")
    make_order(here.ada, {"JAM": 1})
    allocate_due()
    first = walk_into(pat, "T-1", "B-01-1", "JAM", "T-1")
    sent_off(first, "JAM", here.pat)
    put_stock(jam, 1, bin_code="B-01-1", lot="ALT")
    make_order(here.ada, {"JAM": 1})
    allocate_due()
    second = walk_into(pat, "T-1", "B-01-1", "JAM", "T-1")
    sent_off(second, "JAM", here.pat)

    hand_over(first.packages.all(), actor=here.pat)

    gone = StockMovement.objects.filter(reason="handed_over")
    assert list(gone.values_list("lot", "quantity")) == [("NEW", -1)]
    hand_over(second.packages.all(), actor=here.pat)
    assert set(gone.values_list("lot", "quantity")) == {("NEW", -1), ("ALT", -1)}


def test_the_lead_adds_totes_by_their_numbers(here, lea):
    says = [
        lea.sends(TOTES, first=first, last=last).says
        for first, last in ((2, 5), (5, 5), (9, 7), (1, 501))
    ]

    assert says == [
        "2 totes added.",
        "0 totes added.",
        "Enter the numbers of the totes from small to large, from 1: 9.",
        "Add at most 500 totes at once.",
    ]
    assert totes() == ["T-1", "T-2", "T-3", "T-4", "T-5"]
    assert "Free 5 of 5" in lea.opens(TOTES).text


def test_refused_numbers_of_totes_stay(here, lea):
    screen = lea.sends(TOTES, first=20, last=10)

    assert screen.status == 409
    for name, number in (("first", 20), ("last", 10)):
        field = screen.html.split(f'name="{name}"')[1].split(">")[0]
        assert f'value="{number}"' in field


def test_a_tote_with_the_largest_number_stops_no_walk(house, pat, lea):
    lea.sends(TOTES, first=99_999_999, last=99_999_999)
    for worker in (pat, lea):
        make_order(house.ada, {"LAMP": 1})
        allocate_due()
        assert worker.sends(PICK).status == 200

    assert sorted(totes()) == ["T-1", "T-99999999"]


def test_a_warehouse_that_scans_none_gives_a_free_one(house, pat):
    make_order(house.ada, {"LAMP": 1})
    allocate_due()

    assert "Scan an empty tote" not in pat.opens(PICK).text
    pat.sends(PICK)
    assert PickList.objects.get().tote.code == "T-1"


def test_who_presses_on_a_page_of_before_totes_is_told_on_the_screen(here, pat):
    assert pat.sends(PICK).says == "Scan an empty tote first."
    assert not PickList.objects.exists()
