"""What can no longer be undone: units that are in a return, long ago, of an erased customer."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from orders.errors import DomainError
from orders.lifecycle.erasing import erase_orders
from orders.models import Event, Order, OrderLine, Package
from orders.returns.handling import approve_return, refuse_return, request_return
from tests.support.stages import day_of_run, hour, open_house, planned_run, sent_packages
from warehouse.couriers.runs import deliver_stop, start_run, take_to_pickup_point
from warehouse.couriers.undelivered import collect_package, undo_collected
from warehouse.couriers.undo import undo_stop
from warehouse.floor.undo import undo_hand_over
from warehouse.returns.inspection import inspect_return_line, receive_return

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(once):
    with time_machine.travel(hour(17)[0], tick=True):
        yield once(open_house)


def at_the_door(house, lines):
    parcels = sent_packages(house, lines)
    return start_run(planned_run(house, parcels), actor=house.cory).stops.get()


def brought(house, lines):
    """A parcel that was delivered, and its undo."""
    stop = deliver_stop(at_the_door(house, lines), received_by="Grace", actor=house.cory)
    return stop.packages.get(), lambda: undo_stop(stop, actor=house.cory)


def collected(house, lines):
    stop = at_the_door(house, lines)
    take_to_pickup_point(
        stop, place="Kiosk", until=day_of_run() + timedelta(days=7), actor=house.cory
    )
    parcel = collect_package(stop.packages.get(), actor=house.pat)
    return parcel, lambda: undo_collected(parcel, actor=house.pat)


def handed_over(house, lines):
    parcel = sent_packages(house, lines)[0]
    return parcel, lambda: undo_hand_over(parcel.shipment, actor=house.pat)


def approved(house, back):
    approve_return(back, actor=house.ada.owner)


def received(house, back):
    approved(house, back)
    receive_return(back, received={back.lines.get().pk: 1}, actor=house.pat)


def inspected(house, back):
    received(house, back)
    line = back.lines.get()
    inspect_return_line(line, restocked=0, written_off=1, location=None, actor=house.pat)


def refused(house, back):
    refuse_return(back, words="It was worn.", actor=house.ada.owner)


def books():
    return (
        list(Package.objects.order_by("pk").values_list("status", "received_by", "delivered_at")),
        list(OrderLine.objects.order_by("pk").values_list("shipped", "delivered", "returned")),
        Event.objects.count(),
    )


@pytest.mark.parametrize("arrived", [brought, collected])
@pytest.mark.parametrize("step", [None, approved, received, inspected])
def test_no_delivery_is_undone_of_units_that_are_in_a_return(house, arrived, step):
    parcel, undo = arrived(house, {"LAMP": 2})
    order = Order.objects.get(pk=parcel.order_id)
    back = request_return(order, units={order.lines.get().pk: 1}, reason="damaged")
    if step:
        step(house, back)
    before = books()
    with pytest.raises(DomainError, match=r"Title of LAMP is in a return: .* cannot be undone"):
        undo()
    assert books() == before


@pytest.mark.parametrize("arrived", [brought, collected])
def test_a_delivery_is_undone_after_its_return_was_refused(house, arrived):
    parcel, undo = arrived(house, {"LAMP": 2})
    order = Order.objects.get(pk=parcel.order_id)
    refused(house, request_return(order, units={order.lines.get().pk: 1}, reason="damaged"))
    undo()
    assert order.lines.get().delivered == 0


@pytest.mark.parametrize(
    ("arrived", "limit"),
    [
        (brought, timedelta(hours=12)),
        (collected, timedelta(minutes=15)),
        (handed_over, timedelta(minutes=15)),
    ],
)
def test_what_was_told_long_ago_is_not_undone(house, arrived, limit):
    _, undo = arrived(house, {"LAMP": 1})
    done_at, before = timezone.now(), books()
    with (
        time_machine.travel(done_at + limit + timedelta(seconds=1), tick=False),
        pytest.raises(DomainError, match="too long ago to undo"),
    ):
        undo()
    assert books() == before
    with time_machine.travel(done_at + limit - timedelta(seconds=30), tick=False):
        undo()
    assert books() != before


@pytest.mark.parametrize("arrived", [brought, collected])
def test_nothing_is_undone_of_an_erased_customer(house, arrived):
    parcel, undo = arrived(house, {"LAMP": 1})
    erase_orders([parcel.order], actor=None)
    before = books()
    with pytest.raises(DomainError, match="was erased: too late to undo"):
        undo()
    assert books() == before
