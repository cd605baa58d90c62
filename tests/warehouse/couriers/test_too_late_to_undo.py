"""What can no longer be undone: units that are in a return or refunded, long ago, erased."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone, translation

from orders.errors import DomainError
from orders.lifecycle.erasing import erase_orders
from orders.models import Discrepancy, Event, Order, OrderLine, Package, Problem, Return
from orders.problems.answering import answer_problem
from orders.returns.discrepancies import decide_discrepancy
from orders.returns.handling import approve_return, refuse_return, request_return
from orders.returns.left import returnable_units
from tests.support.stages import day_of_run, hour, open_house, planned_run, sent_packages
from warehouse.couriers.runs import deliver_stop, start_run, take_to_pickup_point
from warehouse.couriers.undelivered import collect_package, undo_collected
from warehouse.couriers.undo import undo_stop
from warehouse.floor.undo import undo_hand_over
from warehouse.returns.arrivals import receive_empty, record_unexpected, set_aside_worn
from warehouse.returns.inspection import (
    inspect_return_line,
    receive_return,
    set_aside_to_repair,
)

pytestmark = [pytest.mark.django_db, pytest.mark.same_stages]


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
    with pytest.raises(DomainError, match=r"Title of LAMP is in a return or refunded: .* cannot"):
        undo()
    assert books() == before


def refunded(house, order, kind="damaged", line=True):
    """The customer has reported a problem, and the shop refunds it."""
    Problem.objects.create(
        seller=order.seller, order=order, package=order.packages.get(), kind=kind, quantity=1,
        line=order.lines.get() if line else None,
    )  # fmt: skip
    answer_problem(Problem.objects.get(), "refund", words="", actor=house.ada.owner)


def credited(house, order):
    """Nothing was in the parcel of a return, and it is refunded all the same."""
    back = coming(house, order)
    receive_empty(back, warehouse=house.warehouse, actor=house.pat)
    decide_discrepancy(Discrepancy.objects.get(), "credit", actor=house.ada.owner)
    assert Return.objects.get().status == "closed"


def worn(house, order, decision="discard"):
    """A unit came back used, and is not taken."""
    back = coming(house, order)
    receive_return(back, received={back.lines.get().pk: 1}, actor=house.pat)
    set_aside_worn(back.lines.get(), quantity=1, actor=house.pat)
    decided(house, decision)
    assert Return.objects.get().status == "closed"


def further(house, order, decision="keep"):
    """One more unit of the order is in a parcel, and is not taken into its return."""
    back = coming(house, order)
    receive_return(back, received={back.lines.get().pk: 1}, actor=house.pat)
    product = back.lines.get().line.product
    record_unexpected(back, code="LAMP", product=product, quantity=1, actor=house.pat)
    decided(house, decision)


def sent_back(house, order):
    """A unit is to be repaired: it is here, and still the customer's."""
    back = coming(house, order)
    Return.objects.update(wish="repair")
    receive_return(back, received={back.lines.get().pk: 1}, actor=house.pat)
    set_aside_to_repair(back.lines.get(), units=1, actor=house.pat)


def coming(house, order):
    back = request_return(order, units={order.lines.get().pk: 1}, reason="damaged")
    return approve_return(back, actor=house.ada.owner)


def decided(house, decision):
    decide_discrepancy(Discrepancy.objects.get(), decision, actor=house.ada.owner)


@pytest.mark.parametrize("story", [credited, refunded, worn, sent_back])
def test_no_delivery_is_undone_of_units_that_are_paid_for_or_here(house, story):
    parcel, undo = brought(house, {"LAMP": 1})
    story(house, Order.objects.get(pk=parcel.order_id))
    before = books()
    with pytest.raises(DomainError, match=r"Title of LAMP is in a return or refunded: .* cannot"):
        undo()
    assert books() == before
    with translation.override("de"), pytest.raises(DomainError, match="nicht rückgängig machen"):
        undo()


def test_a_parcel_that_did_not_arrive_is_out_again_also_once_it_is_refunded(house):
    parcel, undo = brought(house, {"LAMP": 1})
    refunded(house, parcel.order, kind="not_arrived", line=False)
    undo()
    assert OrderLine.objects.get().delivered == 0


@pytest.mark.parametrize(
    ("story", "decision", "units"),
    [(worn, "discard", 2), (worn, "send_back", 3), (further, "keep", 1), (further, "discard", 1),
     (further, "send_back", 2)],
)  # fmt: skip
def test_what_stays_here_without_a_refund_is_not_returned_again(house, story, decision, units):
    parcel, _ = brought(house, {"LAMP": 3})
    order = Order.objects.get(pk=parcel.order_id)
    story(house, order, decision)
    assert returnable_units(order) == {order.lines.get().pk: units}


@pytest.mark.parametrize(("missing", "late"), [("credit", "keep"), ("no_credit", "discard")])
def test_what_was_missing_and_is_found_is_gone_once(house, missing, late):
    parcel, _ = brought(house, {"LAMP": 3})
    order = Order.objects.get(pk=parcel.order_id)
    back = approve_return(
        request_return(order, units={order.lines.get().pk: 2}, reason="damaged"),
        actor=house.ada.owner,
    )
    part = back.lines.get()
    receive_return(back, received={part.pk: 1}, actor=house.pat)
    decided(house, missing)
    record_unexpected(back, code="LAMP", product=part.line.product, quantity=1, actor=house.pat)
    found = Discrepancy.objects.get(kind="late")
    decide_discrepancy(found, late, actor=house.ada.owner)
    assert returnable_units(order) == {part.line_id: 1}, "while it is open"
    part.refresh_from_db()
    inspect_return_line(part, restocked=0, written_off=1, location=None, actor=house.pat)
    assert Return.objects.get().status == "closed"
    assert returnable_units(order) == {part.line_id: 1}


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
    with translation.override("pl"), pytest.raises(DomainError, match="za późno na cofnięcie"):
        undo()
