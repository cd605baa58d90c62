"""A worker takes back what was pressed too early; counters, stock and books are as before."""

import pytest

from orders.errors import DomainError
from orders.models import Event, OrderLine
from tests.support.stages import (
    open_house,
    packed_shipment,
    planned_run,
    ready_shipment,
    sent_packages,
    started_run,
)
from warehouse.couriers.runs import deliver_stop, fail_stop
from warehouse.couriers.undo import undo_stop
from warehouse.floor.hand_over import hand_over
from warehouse.floor.packing import close_package, mark_ready
from warehouse.floor.undo import undo_hand_over, undo_packed, undo_ready
from warehouse.models import Reservation, Stock, Supply

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(once):
    return once(open_house)


def one_box():
    """The warehouse, and a shipment of one box at the dock."""
    house = open_house()
    return house, ready_shipment(house, {"LAMP": 1})


def two_doors():
    """The warehouse, and Cory's run of two doors that has started."""
    house = open_house()
    doors = [sent_packages(house, {"LAMP": 1}) for _ in range(2)]
    return house, doors, started_run(house, *doors)


def counters(order):
    fields = ("allocated", "picked", "packed", "shipped", "delivered")
    return list(OrderLine.objects.filter(order=order).values_list(*fields))


def stock_of(house):
    """What lies where, what is reserved: all of it."""
    return (
        sorted(Stock.objects.values_list("product", "location", "on_hand", "pinned")),
        sorted(Supply.objects.values_list("product", "on_hand", "reserved")),
        sorted(Reservation.objects.values_list("line", "quantity")),
    )


def kinds(order):
    return list(Event.objects.filter(order=order).order_by("pk").values_list("kind", flat=True))


def test_ready_is_taken_back_and_said_again(once):
    house, shipment = once(one_box)
    back = undo_ready(shipment, actor=house.pat)
    assert (back.status, back.order.status) == ("packed", "packed")
    assert kinds(back.order)[-1] == "shipment.ready_undone"
    assert mark_ready(back, actor=house.pat).status == "ready"


def test_packed_opens_the_last_box_again(house):
    shipment = packed_shipment(house, {"LAMP": 2, "SHADE": 1}, boxes=[{"LAMP": 2}, {"SHADE": 1}])
    back = undo_packed(shipment, actor=house.pat)
    first, last = back.packages.order_by("created_at", "pk")
    assert (back.status, first.status, last.status) == ("picked", "packed", "packing")
    assert counters(back.order) == [(2, 2, 2, 0, 0), (1, 1, 0, 0, 0)]
    close_package(last, actor=house.pat)
    back.refresh_from_db()
    assert back.status == "packed"
    assert counters(back.order) == [(2, 2, 2, 0, 0), (1, 1, 1, 0, 0)]


def test_what_was_handed_over_is_on_the_books_again(house):
    shipment = ready_shipment(house, {"LAMP": 2})
    before = stock_of(house), counters(shipment.order)
    hand_over(shipment.packages.all(), actor=house.pat)
    assert (stock_of(house), counters(shipment.order)) != before
    back = undo_hand_over(shipment, actor=house.pat)
    assert (back.status, back.packages.get().status) == ("ready", "labelled")
    assert (stock_of(house), counters(shipment.order)) == before
    hand_over(shipment.packages.all(), actor=house.pat)
    undo_hand_over(shipment, actor=house.pat)
    assert (stock_of(house), counters(shipment.order)) == before


def test_nothing_comes_back_that_is_planned_on_a_run(house):
    packages = sent_packages(house, {"LAMP": 1})
    planned_run(house, packages)
    with pytest.raises(DomainError, match="is already planned on a run"):
        undo_hand_over(packages[0].shipment, actor=house.pat)
    assert packages[0].shipment.status == "handed_over"


@pytest.mark.parametrize("is_delivered", [True, False])
def test_a_door_is_open_again(once, is_delivered):
    house, doors, run = once(two_doors)
    first, second = run.stops.all()
    before = counters(doors[0][0].order)
    if is_delivered:
        deliver_stop(first, received_by="Grace", actor=house.cory)
    else:
        fail_stop(first, reason="not_home", actor=house.cory)
    undo_stop(first, actor=house.cory)
    package = first.packages.get()
    assert (package.status, package.received_by, package.failure) == ("out_for_delivery", "", "")
    assert (package.courier_name, package.stops_before) == ("Cory", None)
    assert second.packages.get().stops_before == 1
    assert counters(package.order) == before
    deliver_stop(first, received_by="Grace", actor=house.cory)
    deliver_stop(second, received_by="Hedy", actor=house.cory)
    run.refresh_from_db()
    assert run.status == "finished"
    undo_stop(second, actor=house.cory)
    run.refresh_from_db()
    assert run.status == "started"


def test_what_went_on_is_not_undone(once):
    house, shipment = once(one_box)
    with pytest.raises(DomainError, match="is ready, not packed: nothing to undo"):
        undo_packed(shipment, actor=house.pat)
    packages = sent_packages(house, {"LAMP": 1})
    run = started_run(house, packages)
    stop = run.stops.get()
    with pytest.raises(DomainError, match="is not done"):
        undo_stop(stop, actor=house.cory)
    fail_stop(stop, reason="not_home", actor=house.cory)
    again = started_run(house, packages)
    with pytest.raises(DomainError, match="have moved on"):
        undo_stop(stop, actor=house.cory)
    assert again.stops.get().finished_at is None
