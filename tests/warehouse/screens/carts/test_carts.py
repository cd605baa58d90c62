"""Cluster picking: many orders on one walk with a cart, each into its own slot."""

import pytest

from orders.lifecycle.cancel import cancel_order, cancel_units
from orders.lifecycle.holds import hold_order, release_hold
from orders.lifecycle.labelling import label_packages
from orders.models import Hold, Shipment
from tests.support.cast import make_order, put_stock
from tests.warehouse.screens.carts.walking import (
    CARTS,
    PICK,
    pick_stop,
    scan,
    slots,
    stop_of,
    walk_through,
)
from tests.warehouse.walking import put_all_back
from warehouse.floor.hand_over import hand_over
from warehouse.floor.packing import close_package, mark_ready, pack_unit
from warehouse.floor.undo import undo_hand_over
from warehouse.models import Cart, Location, PickLine, PickList
from warehouse.stock.allocation import allocate_due

pytestmark = pytest.mark.django_db


@pytest.fixture
def cart(house, lea):
    """A cart of four slots, in a house where shades lie in another aisle."""
    lea.sends(CARTS, code="cart7", slots=4)
    put_stock(house.bo.products["MUG"], 5, bin_code="B-01-1")
    return Cart.objects.get()


def ordered(side, *orders):
    made = [make_order(side, lines) for lines in orders]
    allocate_due()
    return made


def undo_of(screen):
    """The address of the undo that a screen offers, or None."""
    addresses = [part.split('"')[0] for part in screen.html.split('action="')[1:]]
    return next((address for address in addresses if "/undo/" in address), None)


def picked_into(order):
    """{SKU: units} in the slot of an order."""
    rows = PickLine.objects.filter(pick_list__shipment__order=order, picked__gt=0)
    return dict(rows.values_list("stock__product__sku", "picked"))


def test_the_lead_adds_a_cart_with_its_slots(house, lea, cart):
    says = [
        lea.sends(CARTS, code=code, slots=number).says
        for code, number in (("CART7", 3), ("A-01-1", 4), ("C8", 1), ("C8", 25), ("C8", 2))
    ]

    assert says == [
        "There is a cart CART7 already.",
        "A-01-1 is the code of a location already: choose another one.",
        "Slots: at least 2, not 1.",
        "Slots: at most 24, not 25.",
        "Added: cart C8 with slots C8-1 to C8-2.",
    ]
    codes = Location.objects.filter(cart=cart).order_by("walk_position")
    assert [row.code for row in codes] == ["CART7-1", "CART7-2", "CART7-3", "CART7-4"]
    assert "CART7 4 of 4 slots free · CART7-1 to CART7-4" in lea.opens(CARTS).text


def test_slots_are_no_totes(house, pat, lea, cart):
    ordered(house.ada, {"LAMP": 1})

    pat.sends(PICK)

    assert PickList.objects.get().tote.code == "T-1"
    assert "Free 0 of 1" in lea.opens("/warehouse/totes/").text


def test_a_cart_gets_as_many_shipments_as_slots_on_one_way(house, pat, cart):
    orders = ordered(
        house.ada, {"LAMP": 1, "SHADE": 1}, {"LAMP": 2}, {"SHADE": 3}, {"LAMP": 1}, {"LAMP": 1}
    )
    assert "Scan a cart to start" in pat.opens(PICK).text

    begun = pat.sends(PICK, code="cart7")

    assert begun.says == "Cart CART7: 4 shipments"
    way, done = walk_through(pat, begun)
    assert sorted(slots()) == ["CART7-1", "CART7-2", "CART7-3", "CART7-4"]
    assert slots()["CART7-1"][0] == orders[0]
    assert [place for place, *_ in way] == ["A-01-1"] * len(way)
    assert [sku for _, sku, *_ in way] == sorted(sku for _, sku, *_ in way), "product by product"
    assert "Done. Take to packing: CART7" in done.text
    for order, status in slots().values():
        assert (status, picked_into(order)) == (
            "done", dict(order.lines.values_list("sku", "ordered"))
        )  # fmt: skip
    assert Shipment.objects.filter(status="released").count() == 1


def test_what_saves_ways_goes_along_among_those_as_urgent(house, pat, lea, cart):
    lea.sends(CARTS, code="C2", slots=2)
    put_stock(house.ada.products["SHADE"], 20, bin_code="B-01-1")
    Location.objects.filter(code="A-01-1").update(walk_position=9)
    first, far, near = ordered(house.ada, {"SHADE": 1}, {"LAMP": 1}, {"SHADE": 2})
    Shipment.objects.update(ship_by=first.ship_by)

    pat.sends(PICK, code="C2")

    assert {order for order, _ in slots().values()} == {first, near}
    assert Shipment.objects.get(order=far).status == "released"


def test_what_is_due_first_goes_first(house, pat, lea, cart):
    lea.sends(CARTS, code="C2", slots=2)
    first, late, urgent = ordered(house.ada, {"SHADE": 1}, {"SHADE": 1}, {"LAMP": 1})
    earlier = first.ship_by.replace(hour=1)
    Shipment.objects.filter(order=urgent).update(ship_by=earlier)

    pat.sends(PICK, code="C2")

    assert slots()["C2-1"][0] == urgent
    assert late not in {order for order, _ in slots().values()}


def test_the_screen_says_how_many_go_into_which_slot(house, pat, cart):
    ordered(house.ada, {"LAMP": 2}, {"LAMP": 3})
    at_place = scan(pat, pat.sends(PICK, code="CART7"), "A-01-1")

    in_hand = scan(pat, at_place, "LAMP")

    slot = stop_of(in_hand).pick_list.tote.code
    assert in_hand.says == f"2 × Brass lamp: put it into slot {slot}"
    assert f"Put into slot {slot}" in in_hand.text
    wrong = scan(pat, in_hand, "CART7-2" if slot == "CART7-1" else "CART7-1")
    assert wrong.status == 409
    assert wrong.says.endswith(f"Expected: slot {slot}.")
    assert not PickLine.objects.filter(picked__gt=0).exists()
    put = scan(pat, wrong, slot)
    assert put.says == "Picked 2 × Brass lamp"
    assert "You are at A-01-1" in put.text, "the other slot is filled from here, too"
    assert stop_of(put).open_quantity == 3


def test_a_cancelled_order_is_said_and_its_slot_put_back(house, pat, lea, cart):
    gone, stays = ordered(house.ada, {"LAMP": 2, "SHADE": 1}, {"SHADE": 2})
    screen = pick_stop(pat, pat.sends(PICK, code="CART7"))
    stop = stop_of(screen)
    assert stop.pick_list.shipment.order == gone
    lea.sends(f"/warehouse/walks/{stop.pick_list.pk}/cancel/")

    told = scan(pat, screen, "SHADE")

    shipment = stop.pick_list.shipment
    assert told.says == (
        f"Shipment {shipment} in slot CART7-1 is cancelled. Put back: 2 × Brass lamp to A-01-1."
    )
    assert f"CART7-1 {shipment}: cancelled: put back what is in it" in told.text
    assert stop_of(told).pick_list.shipment.order == stays, "the others go on"
    way, done = walk_through(pat, told)
    assert [slot for *_, slot in way] == ["CART7-2"]
    assert f"/warehouse/pick/{stop.pick_list.pk}/put-back/" in done.html
    assert pat.sends("/warehouse/", code="CART7-1").url.endswith("put-back/")
    put_all_back(stop.pick_list, house.pat)
    assert picked_into(stays) == {"SHADE": 2}


def test_a_held_order_waits_in_its_slot_and_comes_back_into_the_walk(house, pat, cart):
    held, other = ordered(house.ada, {"LAMP": 1}, {"SHADE": 2})
    screen = scan(pat, pat.sends(PICK, code="CART7"), "A-01-1")
    hold = hold_order(held, reason=Hold.Reason.SELLER, actor=None)

    told = scan(pat, screen, "LAMP")

    assert told.says == (
        f"Order {held} is on hold (Requested by seller): pick nothing more of it. "
        "Leave slot CART7-1 as it is and go on with the others."
    )
    assert stop_of(told).pick_list.shipment.order == other
    pat.sends(PICK)
    assert {status for _, status in slots().values()} == {"open"}, "the cart is not set aside"
    release_hold(hold, actor=None)
    way, _ = walk_through(pat, pat.sends(PICK))
    assert {slot for *_, slot in way} == {"CART7-1", "CART7-2"}


def test_a_cart_whose_rest_is_on_hold_is_set_aside(house, pat, cart):
    held, _ = ordered(house.ada, {"LAMP": 1}, {"SHADE": 2})
    screen = pat.sends(PICK, code="CART7")
    hold_order(held, reason=Hold.Reason.SELLER, actor=None)
    _, done = walk_through(pat, pat.opens(screen.url))
    assert "on hold: leave it as it is" in done.text
    (third,) = ordered(house.ada, {"SHADE": 1})

    pat.sends(PICK)
    assert slots()["CART7-1"] == (held, "aside")
    assert slots()["T-1"] == (third, "open")


def held_up_and_another(house, pat):
    """A way with the cart on which everything is put on hold, and one order more."""
    screen = pat.sends(PICK, code="CART7")
    orders = [order for order, _ in slots().values()]
    holds = [hold_order(order, reason=Hold.Reason.SELLER, actor=None) for order in orders]
    return screen, holds, *ordered(house.ada, {"LAMP": 1})


def test_a_cart_that_is_all_on_hold_begins_anew_in_its_free_slots(house, pat, cart):
    ordered(house.ada, {"LAMP": 1}, {"SHADE": 2})
    _, holds, third = held_up_and_another(house, pat)

    begun = pat.sends(PICK, code="CART7")

    assert begun.says == "Cart CART7: 1 shipment"
    assert stop_of(begun).pick_list.shipment.order == third
    assert [status for _, status in slots().values()] == ["aside", "aside", "open"]
    release_hold(holds[0], actor=None)
    again = pat.sends(PICK, code="CART7")
    assert stop_of(again).pick_list.shipment.order == third, "the way that is open comes first"
    _, done = walk_through(pat, again)
    assert "Done. Take to packing: CART7" in done.text
    former = pat.sends(PICK, code="CART7")
    assert stop_of(former).pick_list.tote.code == "CART7-1"


def test_another_cart_is_taken_where_all_of_the_first_is_on_hold(house, pat, lea, cart):
    lea.sends(CARTS, code="C2", slots=2)
    ordered(house.ada, {"LAMP": 1})
    _, _, other = held_up_and_another(house, pat)

    begun = pat.sends(PICK, code="C2")

    assert stop_of(begun).pick_list.shipment.order == other
    assert slots()["CART7-1"][1] == "aside"


def test_a_tote_is_no_second_way_of_a_picker(house, pat, cart):
    ordered(house.ada, {"LAMP": 1})
    _, _, other = held_up_and_another(house, pat)
    begun = pat.sends(PICK, code="CART7")
    ordered(house.ada, {"LAMP": 1})

    assert pat.sends(PICK).url == begun.url
    opened = [slot for slot, (_, status) in slots().items() if status == "open"]
    assert opened == ["CART7-2"]
    assert slots()["CART7-2"][0] == other


def test_an_edited_order_is_said_and_the_others_go_on(house, pat, cart):
    less, other = ordered(house.ada, {"LAMP": 3}, {"LAMP": 1})
    screen = scan(pat, pat.sends(PICK, code="CART7"), "A-01-1")
    cancel_units(less, {less.lines.get().pk: 2}, actor=None)

    told = scan(pat, screen, "LAMP", quantity=3)

    assert told.says == f"Order {less} was reduced: pick 1 × Brass lamp here, not 3."
    walk_through(pat, told)
    assert (picked_into(less), picked_into(other)) == ({"LAMP": 1}, {"LAMP": 1})


def test_a_short_pick_leaves_the_others_going(house, pat, cart):
    short, other = ordered(house.ada, {"LAMP": 2}, {"SHADE": 1})
    screen = pat.sends(PICK, code="CART7")
    stop = stop_of(screen)
    assert stop.pick_list.shipment.order == short

    told = pat.sends(
        f"{PICK}{stop.pick_list.pk}/short/{stop.pk}/", found=0, reason="empty", planned=2
    )

    assert told.says == "Reported: 0 × Brass lamp found"
    assert stop_of(told).pick_list.shipment.order == other
    _, done = walk_through(pat, told)
    assert f"1 {stop.pick_list.shipment} nothing to pack" in done.text
    assert "Done. Take to packing: CART7" in done.text


def test_a_cart_is_paused_continued_and_given_as_one(house, pat, lea, cart):
    ordered(house.ada, {"LAMP": 2}, {"SHADE": 2})
    screen = pick_stop(pat, pat.sends(PICK, code="CART7"))
    pk = stop_of(screen).pick_list.pk

    paused = pat.sends(f"{PICK}{pk}/pause/")
    assert (paused.url, paused.says) == (PICK, "Cart CART7 is paused.")
    listed = paused.text.split("Paused by you")[1]
    assert listed.count("Cart CART7") == 1, "one line for all that is on it"
    assert {status for _, status in slots().values()} == {"done", "aside"}
    assert "Cart CART7 goes on." in pat.sends(f"{PICK}{pk}/continue/").says
    given = lea.sends(f"/warehouse/walks/{pk}/give/", picker=lea.user.pk)
    assert given.says == "Cart CART7 is Lea's now, with all that is in it."
    busy = pat.sends(PICK, code="CART7")
    assert busy.says == "Lea is picking into cart CART7: take another one."
    _, done = walk_through(lea, lea.sends(PICK, code="CART7"))
    assert "Done. Take to packing: CART7" in done.text


def test_a_pick_is_undone_out_of_its_slot(house, pat, cart):
    ordered(house.ada, {"LAMP": 2, "SHADE": 1}, {"SHADE": 1})
    screen = pick_stop(pat, pat.sends(PICK, code="CART7"))
    assert "Undo slot 1 : pick of 2 × Brass lamp" in screen.text

    undone = pat.sends(undo_of(screen))

    assert undone.says == "Undone: put 2 × Brass lamp from slot CART7-1 back to A-01-1"
    assert stop_of(undone).stock.product.sku == "LAMP"
    assert undo_of(undone) is None, "nothing is left to undo"


def test_undo_takes_out_what_was_picked_last_or_is_not_offered(house, pat, cart):
    ordered(house.ada, {"SHADE": 1, "LAMP": 1}, {"LAMP": 1}, {"SHADE": 1})
    screen = pat.sends(PICK, code="CART7")
    offered = []
    while stop := stop_of(screen):
        screen = pick_stop(pat, screen)
        stop.pick_list.refresh_from_db()
        url = undo_of(screen)
        offered.append(url and str(stop.pk) in url)
        # The walk of a slot that is full is done: its units cannot be taken out by the undo.
        assert offered[-1] is (True if stop.pick_list.status == "open" else None)

    assert {True, None} == set(offered)


def test_what_was_undone_leads_to_the_pick_before_it(house, pat, cart):
    ordered(house.ada, {"LAMP": 1, "SHADE": 1}, {"LAMP": 2, "SHADE": 1})
    first = pick_stop(pat, pat.sends(PICK, code="CART7"))
    second = pick_stop(pat, first)

    undone = pat.sends(undo_of(second))

    assert undo_of(second) != undo_of(first)
    assert undo_of(undone) == undo_of(first)


def test_the_bench_opens_the_order_of_a_slot_and_packing_frees_it(house, pat, pia, lea, cart):
    orders = ordered(house.ada, {"LAMP": 1}, {"SHADE": 1})
    walk_through(pat, pat.sends(PICK, code="CART7"))
    of_slot = {slot: order.shipments.get() for slot, (order, _) in slots().items()}

    for slot, shipment in of_slot.items():
        opened = pia.sends("/warehouse/pack/", code=slot)
        assert opened.url == f"/warehouse/pack/{shipment.pk}/"
        assert f"Slot {slot}" in opened.text
    first = of_slot["CART7-1"]
    sku = first.lines.get().line.sku
    close_package(pack_unit(first, code=sku, quantity=1, actor=house.pat), actor=house.pat)
    assert "CART7 3 of 4 slots free" in lea.opens(CARTS).text
    ordered(house.ada, *[{"LAMP": 1}] * 4)
    assert pat.sends(PICK, code="CART7").says == "Cart CART7: 3 shipments"
    label_packages(first, actor=house.pat)
    mark_ready(Shipment.objects.get(pk=first.pk), actor=house.pat)
    hand_over(first.packages.all(), actor=house.pat)
    undo_hand_over(Shipment.objects.get(pk=first.pk), actor=house.pat)
    assert orders[0].shipments.get().status == "ready", "its slot holds another shipment by now"


def test_a_full_cart_and_one_with_nothing_to_pick_are_said(house, pat, lea, cart):
    nothing = pat.sends(PICK, code="CART7")
    ordered(house.ada, *[{"LAMP": 1}] * 5)
    walk_through(pat, pat.sends(PICK, code="CART7"))

    full, wrong = pat.sends(PICK, code="CART7"), pat.sends(PICK, code="T-1")

    assert nothing.says == "Nothing to pick right now."
    assert full.says == "All slots of cart CART7 are full: take it to packing first."
    assert wrong.says == "You scanned T-1. Expected: a cart."
    busy = lea.sends(f"{CARTS}{cart.pk}/retire/", offered="no")
    assert busy.says == "Cart CART7 is in use: pack or put back what is in it first."


def test_a_retired_cart_is_not_taken(house, pat, lea, cart):
    ordered(house.ada, {"LAMP": 1})
    lea.sends(f"{CARTS}{cart.pk}/retire/", offered="no")

    assert "Scan a cart" not in pat.opens(PICK).text, "without carts all is as it was"
    assert pat.sends(PICK, code="CART7").says == "Cart CART7 is retired: take another one."
    assert pat.sends("/warehouse/", code="CART7").says == (
        "Cart CART7 is retired: take another one."
    )
    lea.sends(f"{CARTS}{cart.pk}/retire/", offered="yes")
    assert pat.sends(PICK, code="CART7-3").says == "Cart CART7: 1 shipment"


def test_a_cancelled_order_with_nothing_in_its_slot_ends(house, pat, cart):
    gone, _ = ordered(house.ada, {"LAMP": 1}, {"SHADE": 1})
    screen = pat.sends(PICK, code="CART7")
    cancel_order(gone, actor=None)

    way, done = walk_through(pat, pat.opens(screen.url))

    assert [sku for _, sku, *_ in way] == ["SHADE"]
    assert f"1 {gone.shipments.get()} nothing to pack" in done.text
