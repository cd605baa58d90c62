"""Walks that are paused, continued, given to another picker and cancelled, and the lead's list."""

import pytest
from django.urls import reverse

from orders.access import Role
from orders.lifecycle.holds import hold_order, release_hold
from orders.models import Event, Hold, Shipment
from tests.support.cast import make_order, make_user, put_stock
from tests.warehouse.screens.floor import Worker
from tests.warehouse.screens.test_picking import PICK, scan
from tests.warehouse.walking import contents, put_all_back, take
from warehouse.models import PickList
from warehouse.stock.allocation import allocate_due

pytestmark = pytest.mark.django_db

WALKS = "/warehouse/walks/"


@pytest.fixture
def orders(house):
    """Two orders that wait to be picked; the first is due first."""
    made = [make_order(house.ada, {"LAMP": 2}), make_order(house.ada, {"SHADE": 1})]
    allocate_due()
    return made


def walk_of(order):
    return PickList.objects.select_related("shipment", "tote").get(shipment__order=order)


def states():
    return list(PickList.objects.order_by("created_at").values_list("status", flat=True))


def test_a_picker_pauses_a_walk_and_comes_back_to_it(house, pat, orders):
    first, second = orders
    screen = scan(pat, pat.sends(PICK), "A-01-1")
    scan(pat, screen, "LAMP", quantity=1)
    one = walk_of(first)

    paused = pat.sends(f"{PICK}{one.pk}/pause/")
    other = pat.sends(PICK)

    assert (paused.url, paused.says) == (
        PICK,
        f"Shipment {one.shipment} is paused. Its tote is T-1.",
    )
    assert f"Paused by you {one.shipment} Tote T-1" in paused.text
    assert other.url == f"{PICK}{walk_of(second).pk}/"
    assert states() == ["aside", "open"]
    assert f"Paused {one.shipment}" in pat.opens("/warehouse/").text
    refused = scan(pat, screen, "LAMP")
    words = f"The walk of shipment {one.shipment} is paused: continue it first."
    assert (refused.status, refused.says) == (409, words)
    assert "Paused by Pat Picker. Its tote: T-1 Continue" in refused.text
    assert "1 Brass lamp of 2 picked" in refused.text

    back = pat.sends(f"{PICK}{one.pk}/continue/")

    assert back.says == f"Shipment {one.shipment} goes on: tote T-1."
    assert states() == ["open", "aside"], "one is open at a time"
    done = scan(pat, scan(pat, back, "A-01-1"), "LAMP")
    assert "Done. Take to packing: T-1" in done.text
    assert pat.sends(PICK).url == f"{PICK}{walk_of(second).pk}/", "the paused one, when none waits"
    assert states() == ["done", "open"]


def test_a_walk_is_not_lost_when_its_picker_signs_out(house, pat, orders):
    scan(pat, pat.sends(PICK), "A-01-1")
    one = walk_of(orders[0])
    pat.client.post(reverse("account_logout"))

    again = Worker(house.pat)

    assert f"Continue picking {one.shipment}" in again.opens("/warehouse/").text
    assert again.sends(PICK).url == f"{PICK}{one.pk}/"


def test_a_held_walk_is_set_aside_and_comes_first_when_let_go(house, pat, orders):
    first, second = orders
    pat.sends(PICK)
    hold = hold_order(first, reason=Hold.Reason.SELLER, actor=None)

    other = pat.sends(PICK)
    refused = pat.sends(f"{PICK}{walk_of(first).pk}/continue/")
    shown = pat.opens(PICK).text

    assert other.url == f"{PICK}{walk_of(second).pk}/"
    assert (refused.status, refused.says) == (
        409,
        f"Order {first} is on hold (Requested by seller): it goes on when that ends.",
    )
    assert states() == ["aside", "open"], "the refusal has paused nothing"
    assert "Tote T-1 · On hold · since" in shown
    scan(pat, scan(pat, other, "A-01-1"), "SHADE")
    make_order(house.bo, {"MUG": 1})
    allocate_due()
    release_hold(hold, actor=None)
    assert pat.sends(PICK).url == f"{PICK}{walk_of(first).pk}/"


def test_the_lead_sees_who_is_on_a_walk_and_gives_it_to_another(house, pat, lea, orders):
    scan(pat, scan(pat, pat.sends(PICK), "A-01-1"), "LAMP", quantity=1)
    one, kim = walk_of(orders[0]), Worker(picker(house))

    listed = lea.opens(WALKS).text
    given = lea.sends(f"{WALKS}{one.pk}/give/", picker=kim.user.pk)
    mine = pat.sends(f"{PICK}{one.pk}/continue/")

    assert f"Pat Picker · {one.shipment} 1 of 2 picked · begun Mon 10:01 · tote T-1" in listed
    assert given.says == f"Shipment {one.shipment} is Kim's now: hand over tote T-1."
    assert f"Kim · {one.shipment} Paused since Mon 10:01 · 1 of 2 picked" in given.text
    assert (mine.status, mine.says) == (409, "This pick list belongs to Kim.")
    event = Event.objects.get(kind="pick_list.given")
    assert event.data == {"former": str(pat.user.pk), "picker": str(kim.user.pk)}
    on = kim.sends(f"{PICK}{one.pk}/continue/")
    assert "Done. Take to packing: T-1" in scan(kim, scan(kim, on, "A-01-1"), "LAMP").text
    assert "Nobody is on a walk." in lea.opens(WALKS).text
    ended = lea.sends(f"{WALKS}{one.pk}/give/", picker=pat.user.pk)
    words = f"Shipment {one.shipment} is picked: its walk has ended."
    assert (ended.status, ended.says) == (409, words)


def test_a_walk_is_given_to_who_picks_here(house, pat, pia, lea, orders):
    pat.sends(PICK)
    one = walk_of(orders[0])

    says = [
        lea.sends(f"{WALKS}{one.pk}/give/", picker=user.pk).says for user in (pia.user, house.pat)
    ]

    assert says == [
        "Choose who picks in this warehouse.",
        "This pick list belongs to Pat Picker already.",
    ]
    assert PickList.objects.values_list("picker", "status").get() == (house.pat.pk, "open")


def test_a_cancelled_walk_is_put_back_and_its_order_allocated_again(house, pat, lea, orders):
    lamp = house.ada.products["LAMP"]
    put_stock(lamp, 1, bin_code="B-01-1")
    screen = scan(pat, scan(pat, pat.sends(PICK), "A-01-1"), "LAMP", quantity=1)
    one = walk_of(orders[0])

    said = lea.sends(f"{WALKS}{one.pk}/cancel/")

    back = "Put back: 1 × Brass lamp to A-01-1."
    assert said.says == f"Walk of shipment {one.shipment} cancelled. {back}"
    told = scan(pat, screen, "LAMP")
    assert (told.status, told.says) == (409, f"Shipment {one.shipment} is cancelled. {back}")
    put_all_back(one, house.pat)
    allocate_due()
    assert contents(lamp) == {"A-01-1": (20, 0), "B-01-1": (1, 0)}
    assert not Hold.objects.exists()
    shipments = Shipment.objects.filter(order=orders[0]).order_by("number")
    assert list(shipments.values_list("status", flat=True)) == ["cancelled", "released"]
    again = lea.sends(f"{WALKS}{one.pk}/cancel/")
    assert (again.status, again.says) == (
        409,
        f"Shipment {one.shipment} is cancelled: its walk has ended.",
    )


def test_a_walk_without_a_pick_is_cancelled_and_taken_anew(house, pat, lea, orders):
    one = take(house.warehouse, house.pat)

    said = lea.sends(f"{WALKS}{one.pk}/cancel/")

    assert said.says == f"Walk of shipment {one.shipment} cancelled. Nothing was picked."
    allocate_due()
    assert states() == ["done"]
    assert f"Tote T-1 {one.shipment}" not in pat.opens(PICK).text


def picker(house):
    return make_user("kim@example.com", "Kim", Role.PICKER, warehouse=house.warehouse)
