"""At the wall something comes twice, or goes by itself: what the screens and the books say then."""

import re
import threading

import pytest
from django.db import connection

from orders.lifecycle.cancel import cancel_order
from orders.lifecycle.holds import hold_order, release_hold
from orders.lifecycle.labelling import label_packages
from orders.models import Hold, Shipment
from tests.warehouse.screens.walls.batching import (
    PICK,
    WALL,
    WALLS,
    cell_of,
    lying_in,
    ordered,
    pick_batch,
    put,
    scan,
    sort_all,
)
from warehouse.floor.hand_over import hand_over
from warehouse.floor.packing import close_package, mark_ready, pack_unit
from warehouse.floor.picking import confirm_pick
from warehouse.floor.putting_back import cancel_walk
from warehouse.floor.undo import undo_hand_over
from warehouse.floor.walls.sorting import begin_sorting
from warehouse.models import Location, PickLine, PickList

pytestmark = pytest.mark.django_db


@pytest.fixture
def confirmed_by_the_next(lea, wall):
    lea.sends(f"{WALLS}{wall.pk}/change/", most_units=4, scans_cells="no")


def status(order):
    return Shipment.objects.exclude(status="cancelled").get(order=order).status


def walk_of(order):
    return PickList.objects.select_related("shipment", "tote").get(shipment__order=order)


def line_of(order, sku):
    lines = PickLine.objects.select_related("stock__location", "pick_list__shipment")
    return lines.get(pick_list__shipment__order=order, stock__product__sku=sku)


def held_in_hand(screen):
    """The cell that the screen says, or None where nothing is in the hand."""
    found = re.search(r'class="goal-code goal-cell[^>]*>([^<]*)<', screen.html)
    return found and found.group(1)


@pytest.fixture
def half_picked(house, pat, pia, wall):
    """Of two orders only the lamps are picked; the first is let go at the wall, and fetched now."""
    one, two = ordered(house.ada, {"LAMP": 2, "SHADE": 1}, {"LAMP": 1})
    screen = scan(pat, pat.sends(PICK), "A-01-1")
    scan(pat, screen, "LAMP")
    hold = hold_order(one, reason=Hold.Reason.SELLER, actor=None)
    pia.sends(WALL, code="T-1")
    release_hold(hold, actor=None)
    pat.sends(f"{PICK}{walk_of(one).pk}/continue/")
    return one, two


def test_the_last_unit_that_is_fetched_does_not_complete_what_is_unsorted(pat, half_picked):
    one, _ = half_picked
    place = line_of(one, "SHADE").stock.location.code
    screen = scan(pat, pat.opens(f"{PICK}{walk_of(one).pk}/"), place)

    done = scan(pat, screen, "SHADE")

    assert done.says == "Picked 1 × Linen shade"
    assert "Take it to put wall W1: T-1" in done.text
    assert "Complete" not in done.text
    assert lying_in("T-1") == {"LAMP": (3, 3)}
    assert status(one) == "picking"


def test_an_undo_leaves_what_lies_at_the_wall(pat, pia, half_picked):
    one, _ = half_picked
    walk = walk_of(one)
    lamps = walk.lines.get(stock__product__sku="LAMP")

    refused = pat.sends(f"{PICK}{walk.pk}/undo/{lamps.pk}/")
    screen = pia.sends(WALL, code="T-1")
    while lamps.to_sort == 2:
        _, screen = put(pia, screen, "LAMP")
        lamps.refresh_from_db()
    done = pat.sends(f"{PICK}{walk.pk}/undo/{lamps.pk}/")

    assert refused.says == "Nothing is picked at this stop: there is nothing to undo."
    assert done.says == "Undone: put 1 × Brass lamp back to A-01-1"
    lamps.refresh_from_db()
    assert (lamps.picked, lamps.to_sort) == (1, 1)
    assert "LAMP" not in lying_in(walk.tote.code)


def test_a_unit_that_is_read_twice_is_not_put_twice(house, pat, pia, confirmed_by_the_next):
    one, two = ordered(house.ada, {"LAMP": 1}, {"LAMP": 1, "SHADE": 1})
    pick_batch(pat, pat.sends(PICK))
    screen = scan(pia, pia.sends(WALL, code="T-1"), "LAMP")

    twice = scan(pia, screen, "LAMP")

    assert twice.says == f"You scanned LAMP. Expected: cell {cell_of(one)}."
    assert held_in_hand(twice) == cell_of(one)
    assert lying_in("T-1") == {"LAMP": (2, 2), "SHADE": (1, 1)}
    other = scan(pia, twice, "SHADE")
    assert held_in_hand(other) == cell_of(two)
    assert status(one) == "picked"


def test_a_scan_that_is_sent_again_keeps_the_unit_in_the_hand(house, pat, pia, wall):
    one, _ = ordered(house.ada, {"LAMP": 1}, {"SHADE": 1})
    pick_batch(pat, pat.sends(PICK))
    opened = pia.sends(WALL, code="T-1")
    sent = {"client_id": pia.client_id, "sequence": 900}

    scan(pia, opened, "LAMP", **sent)
    again = scan(pia, opened, "LAMP", **sent)
    cell = {"client_id": pia.client_id, "sequence": 901}
    scan(pia, again, cell_of(one), **cell)
    put_again = scan(pia, again, cell_of(one), **cell)

    assert held_in_hand(again) == cell_of(one)
    assert held_in_hand(put_again) is None
    assert put_again.says == f"Cell {cell_of(one)} is complete: order {one}"


def test_a_tote_that_is_opened_again_when_it_is_sorted(house, pat, pia, wall):
    ordered(house.ada, {"LAMP": 1}, {"SHADE": 1})
    pick_batch(pat, pat.sends(PICK))
    sent = {"client_id": pia.client_id, "sequence": 900}
    pia.sends(WALL, code="T-1", **sent)
    sort_all(pia, "T-1")

    again = pia.sends(WALL, code="T-1", **sent)

    assert (again.status, again.says) == (200, "Tote T-1")


def test_a_walk_that_ends_while_its_tote_is_opened_is_sorted(house, pat, wall):
    """Between the look for what is on hold and the lock the hold ends, and the last is picked."""
    one, _ = ordered(house.ada, {"SHADE": 1}, {"LAMP": 1})
    screen = scan(pat, pat.sends(PICK), "A-01-1")
    scan(pat, screen, "LAMP")
    hold = hold_order(one, reason=Hold.Reason.SELLER, actor=None)
    line = line_of(one, "SHADE")
    place = line.stock.location.code

    def go_on():
        release_hold(hold, actor=None)
        confirm_pick(line, location_code=place, product_code="SHADE", quantity=1, actor=house.pat)
        connection.close()

    def before(execute, sql, *rest):
        if "FOR NO KEY UPDATE" in sql and threads:
            thread = threads.pop()
            thread.start()
            thread.join(timeout=20)
        return execute(sql, *rest)

    threads = [threading.Thread(target=go_on)]
    with connection.execute_wrapper(before):
        begin_sorting(Location.objects.get(code="T-1"), actor=house.pat)

    assert not threads
    assert walk_of(one).status == "to_sort"


def test_a_short_place_locks_the_supply_before_its_stocks(house, pat, wall):
    one, *_ = ordered(house.ada, {"LAMP": 1}, {"LAMP": 1})
    scan(pat, pat.sends(PICK), "A-01-1")
    line, locked = walk_of(one).lines.get(), []

    def note(execute, sql, *rest):
        locked.extend(table for table in ("supply", "stock") if is_lock(sql, table))
        return execute(sql, *rest)

    def is_lock(sql, table):
        return f"warehouse_{table}" in sql and "FOR NO KEY UPDATE" in sql

    with connection.execute_wrapper(note):
        short = pat.sends(
            f"{PICK}{line.pick_list_id}/short/{line.pk}/", found=1, reason="empty", planned=2
        )

    assert short.says == "Reported: 1 × Brass lamp found"
    assert locked[0] == "supply"
    assert "stock" in locked


def test_a_tote_is_named_where_the_units_of_a_batch_lie(house, pat, lea, wall):
    one, *_ = ordered(house.ada, {"LAMP": 2}, {"SHADE": 1})
    screen = scan(pat, pat.sends(PICK), "A-01-1")
    on_walks = lea.opens("/warehouse/totes/")
    scan(pat, screen, "LAMP")
    cancel_walk(walk_of(one), actor=house.pat)
    cancel_order(one, actor=house.ada.owner)
    free = sum(row.on_hand - row.pinned for row in house.ada.products["LAMP"].stocks.all())
    ordered(house.ada, {"LAMP": free})

    waits = lea.opens(PICK)

    assert "T-1 Pat" in on_walks.text
    assert "units to be put back from T-1." in waits.text


def test_a_hand_over_is_undone_though_the_cell_has_another_order(house, pat, pia, half_picked):
    one, _ = half_picked
    place = line_of(one, "SHADE").stock.location.code
    scan(pat, scan(pat, pat.opens(f"{PICK}{walk_of(one).pk}/"), place), "SHADE")
    sort_all(pia, "T-1")
    shipment = walk_of(one).shipment
    for sku, units in (("LAMP", 2), ("SHADE", 1)):
        package = pack_unit(shipment, code=sku, quantity=units, actor=house.pat)
    close_package(package, actor=house.pat)
    label_packages(shipment, actor=house.pat)
    mark_ready(Shipment.objects.get(pk=shipment.pk), actor=house.pat)
    hand_over(shipment.packages.all(), actor=house.pat)
    ordered(house.ada, {"LAMP": 1}, {"LAMP": 1})
    pat.sends(PICK)
    assert PickList.objects.filter(tote=walk_of(one).tote).count() == 2

    back = undo_hand_over(Shipment.objects.get(pk=shipment.pk), actor=house.pat)

    assert back.status == "ready"
