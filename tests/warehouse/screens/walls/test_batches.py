"""A batch walk: many small orders summed up by place, picked into one tote, sorted at the wall."""

import pytest

from orders.lifecycle.cancel import cancel_order
from orders.lifecycle.holds import hold_order, release_hold
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
from tests.warehouse.walking import put_all_back
from warehouse.floor.putting_back import cancel_walk
from warehouse.floor.totes import add_totes
from warehouse.models import CountTask, Location, PickList

pytestmark = pytest.mark.django_db


def status(order):
    return Shipment.objects.exclude(status="cancelled").get(order=order).status


def test_the_lead_adds_a_wall_with_its_cells(house, lea, wall):
    says = [
        lea.sends(WALLS, code=code, cells=number).says
        for code, number in (("W1", 3), ("A-01-1", 4), ("W2", 1), ("W2", 61), ("W2", 2))
    ]

    assert says == [
        "There is a put wall W1 already.",
        "A-01-1 is the code of a location already: choose another one.",
        "Cells: at least 2, not 1.",
        "Cells: at most 60, not 61.",
        "Added: put wall W2 with cells W2-1 to W2-2.",
    ]
    codes = Location.objects.filter(wall=wall).order_by("walk_position")
    assert [row.code for row in codes] == ["W1-1", "W1-2", "W1-3", "W1-4"]
    assert lea.sends("/warehouse/carts/", code="W1", slots=2).says.startswith("There is a put wall")


def test_a_batch_is_picked_at_once_and_sorted_by_order(house, pat, pia, wall):
    one, two, three = ordered(house.ada, {"LAMP": 1}, {"LAMP": 2, "SHADE": 1}, {"LAMP": 1})

    screen = pat.sends(PICK)
    way, last = pick_batch(pat, screen)

    assert screen.says == "Tote T-1: 3 orders for the put wall"
    assert "for 3 orders" in screen.text
    assert way[0] == ("A-01-1", "LAMP", 4)
    assert sum(units for _, sku, units in way if sku == "SHADE") == 1
    assert "Take it to put wall W1: T-1" in last.text
    assert status(one) == status(two) == "picking"
    assert lying_in("T-1") == {"LAMP": (4, 4), "SHADE": (1, 1)}
    refused = pia.sends("/warehouse/pack/", code="T-1")
    assert refused.says == "Tote T-1 is to be sorted at the put wall first."

    into, done = sort_all(pia, "T-1")

    assert into == {
        cell_of(one): ["LAMP"],
        cell_of(two): ["LAMP", "LAMP", "SHADE"],
        cell_of(three): ["LAMP"],
    }
    assert "Nothing is left to sort in tote T-1." in done.text
    assert {status(order) for order in (one, two, three)} == {"picked"}
    assert lying_in("T-1") == {}
    assert lying_in(cell_of(two)) == {"LAMP": (2, 2), "SHADE": (1, 1)}
    opened = pia.sends("/warehouse/pack/", code=cell_of(two))
    assert two.number in opened.text


def test_the_screen_says_the_cell_and_refuses_another(house, pat, pia, wall):
    one, _ = ordered(house.ada, {"LAMP": 1}, {"SHADE": 1})
    pick_batch(pat, pat.sends(PICK))
    screen = scan(pia, pia.sends(WALL, code="T-1"), "LAMP")

    assert screen.says == f"Brass lamp: put it into cell {cell_of(one)}"
    wrong = scan(pia, screen, "W1-4")
    next_unit = scan(pia, wrong, "SHADE")

    for refused, code in ((wrong, "W1-4"), (next_unit, "SHADE")):
        assert refused.status == 409
        assert refused.says == f"You scanned {code}. Expected: cell {cell_of(one)}."
    assert lying_in("T-1") == {"LAMP": (1, 1), "SHADE": (1, 1)}
    right = scan(pia, next_unit, cell_of(one))
    assert right.says == f"Cell {cell_of(one)} is complete: order {one}"


def test_where_cells_are_not_scanned_the_next_unit_confirms(house, pat, pia, lea, wall):
    one, two = ordered(house.ada, {"LAMP": 1}, {"SHADE": 1})
    lea.sends(f"{WALLS}{wall.pk}/change/", most_units=3, scans_cells="no")
    pick_batch(pat, pat.sends(PICK))

    first = scan(pia, pia.sends(WALL, code="T-1"), "LAMP")
    before = status(one)
    second = scan(pia, first, "SHADE")

    assert (before, status(one), status(two)) == ("picking", "picked", "picking")
    assert second.says == (
        f"Cell {cell_of(one)} is complete: order {one}. "
        f"Linen shade: put it into cell {cell_of(two)}"
    )
    scan(pia, second, cell_of(two))
    assert status(two) == "picked"


def test_what_nobody_needs_is_said(house, pat, pia, wall):
    ordered(house.ada, {"LAMP": 1}, {"LAMP": 1, "SHADE": 1})
    pick_batch(pat, pat.sends(PICK))
    screen = pia.sends(WALL, code="T-1")
    for _ in range(2):
        _, screen = put(pia, screen, "LAMP")

    surplus, wrong = scan(pia, screen, "LAMP"), scan(pia, screen, "MUG")

    told = "LAMP Brass lamp: one too many, no order here needs it. Take it back to A-01-1."
    assert (surplus.status, surplus.says) == (409, told)
    assert (wrong.status, wrong.says) == (409, "You scanned MUG Blue mug. Expected: SHADE.")


def test_what_is_not_in_the_tote_is_fetched_once_more(house, pat, pia, wall):
    one, two = ordered(house.ada, {"LAMP": 1}, {"LAMP": 1, "SHADE": 1})
    pick_batch(pat, pat.sends(PICK))
    line = PickList.objects.get(shipment__order=two).lines.get(stock__product__sku="SHADE")
    tote = Location.objects.get(code="T-1")
    place = line.stock.location.code

    missed = pia.sends(f"{WALL}{tote.pk}/missing/{line.pk}/")
    sort_all(pia, "T-1")

    assert missed.says == f"Linen shade is fetched once more from {place}, into cell {cell_of(two)}"
    assert (status(one), status(two)) == ("picked", "picking")
    assert CountTask.objects.get().location.code == place
    assert lying_in(cell_of(two)) == {"LAMP": (1, 1)}
    screen = pat.sends(f"/warehouse/pick/{line.pick_list_id}/continue/")
    screen = scan(pat, scan(pat, screen, place), "SHADE")
    assert screen.status == 200, screen.says
    assert status(two) == "picked"
    assert lying_in(cell_of(two)) == {"LAMP": (1, 1), "SHADE": (1, 1)}


def test_a_cancelled_order_is_left_in_the_tote_and_put_back(house, pat, pia, wall):
    one, _ = ordered(house.ada, {"LAMP": 2}, {"SHADE": 1})
    pick_batch(pat, pat.sends(PICK))
    screen = pia.sends(WALL, code="T-1")
    cell, screen = put(pia, screen, "LAMP")
    in_hand = scan(pia, screen, "LAMP")
    walk = PickList.objects.get(shipment__order=one)
    cancel_walk(walk, actor=house.pat)

    late = scan(pia, in_hand, cell)
    again = scan(pia, late, "LAMP")

    for refused in (late, again):
        assert refused.says == (
            f"Order {one} was cancelled: leave it in tote T-1, and put it back."
        )
    assert lying_in("T-1") == {"LAMP": (1, 0), "SHADE": (1, 1)}
    assert lying_in(cell) == {"LAMP": (1, 0)}
    assert "✕ put back" in pia.opens(WALL).text
    back = pia.opens(f"/warehouse/pick/{walk.pk}/put-back/")
    assert f"Put everything back from cell {cell} Units also lie in tote T-1." in back.text
    put_all_back(walk, house.pat)
    assert lying_in("T-1") == {"SHADE": (1, 1)}
    assert lying_in(cell) == {}


def test_an_order_on_hold_stays_in_the_tote_until_that_ends(house, pat, pia, wall):
    one, two = ordered(house.ada, {"LAMP": 1}, {"SHADE": 1})
    pick_batch(pat, pat.sends(PICK))
    hold = hold_order(one, reason=Hold.Reason.SELLER, actor=None)
    screen = pia.sends(WALL, code="T-1")

    refused = scan(pia, screen, "LAMP")
    _, screen = put(pia, screen, "SHADE")
    release_hold(hold, actor=None)
    put(pia, screen, "LAMP")

    assert refused.says == f"Order {one} is on hold: leave it in tote T-1."
    assert (status(one), status(two)) == ("picked", "picked")


def test_an_order_cancelled_while_it_is_picked_is_not_summed_up(house, pat, wall):
    _, two, _ = ordered(house.ada, {"LAMP": 1}, {"LAMP": 1}, {"LAMP": 1})
    screen = scan(pat, pat.sends(PICK), "A-01-1")
    cancel_order(two, actor=house.ada.owner)

    refused = scan(pat, screen, "LAMP")
    done = scan(pat, refused, "LAMP")

    assert refused.says == "An order of this batch was changed: 2 × Brass lamp are wanted here now."
    assert done.says == "Picked 2 × Brass lamp"
    assert lying_in("T-1") == {"LAMP": (2, 2)}


def test_what_a_place_lacks_runs_short_for_the_last_orders(house, pat, wall):
    one, two, three = ordered(house.ada, {"LAMP": 2}, {"LAMP": 1}, {"LAMP": 1})
    screen = scan(pat, pat.sends(PICK), "A-01-1")
    line = PickList.objects.get(shipment__order=one).lines.get()

    short = pat.sends(
        f"/warehouse/pick/{line.pick_list_id}/short/{line.pk}/",
        found=2, reason="empty", planned=4,
    )  # fmt: skip

    assert short.says == "Reported: 2 × Brass lamp found"
    assert PickList.objects.get(shipment__order=one).status == "to_sort"
    for order in (two, three):
        assert order.lines.get(sku="LAMP").picked == 0
    assert screen.status == 200


def test_large_orders_and_other_sellers_are_picked_alone(house, pat, lea, wall):
    ordered(house.ada, {"LAMP": 5})
    ordered(house.bo, {"MUG": 1})
    ordered(house.ada, {"LAMP": 1}, {"LAMP": 1})

    first = pat.sends(PICK)

    assert PickList.objects.get().batch_tote is None
    assert "for the put wall" not in (first.says or "")


def test_turned_off_no_batch_begins(house, pat, lea, wall):
    ordered(house.ada, {"LAMP": 1}, {"LAMP": 1})

    off = lea.sends(f"{WALLS}{wall.pk}/retire/", offered="no")
    pat.sends(PICK)

    assert off.says == "Batch walks to put wall W1 are off."
    assert PickList.objects.get().batch_tote is None


def test_each_code_opens_what_is_to_be_done_with_it(house, pat, pia, wall):
    one, _ = ordered(house.ada, {"LAMP": 2}, {"SHADE": 1})
    pick_batch(pat, pat.sends(PICK))

    opened = [pia.sends("/warehouse/", code=code) for code in ("T-1", "W1", cell_of(one))]
    early = pia.sends("/warehouse/pack/", code=cell_of(one))
    sort_all(pia, "T-1")
    empty = pia.sends(WALL, code="T-1")

    tote = Location.objects.get(code="T-1")
    assert [screen.url for screen in opened] == [f"{WALL}{tote.pk}/", WALL, f"{WALL}{tote.pk}/"]
    assert early.says == (
        f"Cell {cell_of(one)} is not complete: units of {one}-1 are still in tote T-1."
    )
    assert empty.says == "You scanned T-1. Expected: a tote to sort."


def test_where_totes_are_scanned_a_batch_is_bound_to_one(house, pat, wall):
    house.warehouse.scans_totes = True
    house.warehouse.save(update_fields=["scans_totes"])
    add_totes(house.warehouse, 7, 8)
    ordered(house.ada, {"LAMP": 1}, {"LAMP": 2})

    screen = pat.sends(PICK, code="T-7")
    screen = scan(pat, scan(pat, screen, "A-01-1"), "LAMP")
    wrong = scan(pat, screen, "T-8")
    done = scan(pat, wrong, "T-7")
    ordered(house.ada, {"LAMP": 1}, {"LAMP": 1})
    taken = pat.sends(PICK, code="T-7")

    assert screen.says == "3 × Brass lamp: put it into tote T-7"
    assert wrong.says == "You scanned T-8. Expected: tote T-7."
    assert done.says == "Picked 3 × Brass lamp"
    assert lying_in("T-7") == {"LAMP": (3, 3)}
    assert taken.says == "Tote T-7 holds a batch for the put wall: take an empty one."


def test_a_paused_batch_is_given_with_all_its_orders(house, pat, lea, wall):
    one, two = ordered(house.ada, {"LAMP": 1}, {"LAMP": 1})
    pat.sends(PICK)
    walk = PickList.objects.get(shipment__order=one)

    paused = pat.sends(f"/warehouse/pick/{walk.pk}/pause/")
    given = lea.sends(f"/warehouse/walks/{walk.pk}/give/", picker=lea.user.pk)
    goes_on = lea.sends(f"/warehouse/pick/{walk.pk}/continue/")

    assert paused.says == "The batch in tote T-1 is paused."
    assert given.says == "The batch in tote T-1 is Lea's now."
    assert goes_on.says == "The batch in tote T-1 goes on."
    pickers = PickList.objects.filter(shipment__order__in=[one, two]).values_list(
        "picker", "status"
    )
    assert set(pickers) == {(lea.user.pk, "open")}
