"""Left with a neighbour, at a pickup point, sent back: counters, stock and books at each ending."""

from datetime import date, timedelta

import pytest
import time_machine
from django.utils import timezone

from orders.errors import DomainError
from orders.models import Event, Order, OrderLine, Package, Return
from orders.returns.handling import request_return
from orders.returns.left import returnable_units
from tests.balance import findings
from tests.support.racing import race
from tests.support.stages import (
    day_of_run,
    hour,
    open_house,
    planned_run,
    sent_packages,
    started_run,
)
from warehouse.couriers.plan_checks import StopPlan
from warehouse.couriers.runs import (
    deliver_stop,
    fail_stop,
    plan_run,
    take_to_pickup_point,
)
from warehouse.couriers.undelivered import (
    collect_package,
    send_back,
    take_back,
    undo_collected,
    undo_send_back,
)
from warehouse.couriers.undo import undo_stop
from warehouse.models import Location, Run, StockMovement, Supply
from warehouse.returns.inspection import inspect_return_line

pytestmark = [pytest.mark.django_db, pytest.mark.same_stages]

KIOSK, LAST_DAY = "Kiosk Yilmaz, Torstraße 9", day_of_run() + timedelta(days=7)


@pytest.fixture
def house(once):
    with time_machine.travel(hour(17)[0], tick=True):
        yield once(open_house)


def at_the_door(house, lines=None, **fields):
    """The stop of a started run with the boxes of one order."""
    parcels = sent_packages(house, lines or {"LAMP": 2}, **fields)
    return started_run(house, parcels).stops.get()


def failed(house, **fields):
    stop = fail_stop(at_the_door(house, **fields), reason="refused", actor=house.cory)
    return stop.packages.order_by("number").first()


def waiting(house, **fields):
    stop = at_the_door(house, **fields)
    take_to_pickup_point(stop, place=KIOSK, until=LAST_DAY, actor=house.cory)
    return stop.packages.order_by("number").first()


def counters(package):
    line = OrderLine.objects.get(order=package.order_id)
    return line.shipped, line.delivered, line.came_back, line.returned


def fresh(package):
    return Package.objects.get(pk=package.pk)


def order_status(package):
    return Order.objects.get(pk=package.order_id).status


def last_event(package):
    event = Event.objects.filter(subject_id=package.pk).order_by("pk").last()
    return event.kind, event.data


def lamps():
    return Supply.objects.get(product__sku="LAMP").on_hand


@pytest.mark.parametrize("to", ["neighbour", "safe_place"])
def test_who_has_it_is_kept_and_told_by_its_code(house, to):
    stop = at_the_door(house)

    deliver_stop(stop, received_by="Ilse, 2nd floor", handed_to=to, actor=house.cory)

    parcel = Package.objects.get()
    assert (parcel.status, parcel.handed_to, parcel.received_by) == (
        "delivered", to, "Ilse, 2nd floor",
    )  # fmt: skip
    assert last_event(parcel) == ("package.delivered", {"to": to})

    undo_stop(stop, actor=house.cory)

    parcel = Package.objects.get()
    assert (parcel.status, parcel.handed_to, parcel.received_by) == ("out_for_delivery", "", "")


def test_the_receiver_is_the_usual_case(house):
    stop = at_the_door(house)
    with pytest.raises(DomainError, match="Choose who received the parcel"):
        deliver_stop(stop, received_by="Grace", handed_to="dog", actor=house.cory)
    assert Package.objects.get().status == "out_for_delivery"

    deliver_stop(stop, received_by="Grace", actor=house.cory)

    assert Package.objects.get().handed_to == "receiver"
    assert last_event(Package.objects.get()) == ("package.delivered", {})


def test_a_pickup_point_ends_the_stop(house):
    stop = at_the_door(house, {"LAMP": 2}, boxes=[{"LAMP": 1}, {"LAMP": 1}])

    take_to_pickup_point(
        stop, place=" Kiosk Yilmaz,\nTorstraße  9 ", until=LAST_DAY, actor=house.cory
    )

    for parcel in stop.packages.all():
        assert (parcel.status, parcel.pickup_point, parcel.pickup_until) == (
            "at_pickup_point", KIOSK, LAST_DAY,
        )  # fmt: skip
        assert (parcel.courier_name, parcel.stops_before) == ("", None)
        assert last_event(parcel) == ("package.at_pickup_point", {"until": LAST_DAY.isoformat()})
    assert Run.objects.get().status == "finished"
    assert counters(parcel) == (2, 0, 0, 0)
    assert order_status(parcel) == "shipped"


@pytest.mark.parametrize(
    ("place", "until", "refusal"),
    [
        ("  ", LAST_DAY, "Enter where the customer can collect the parcel"),
        ("x" * 121, LAST_DAY, "Enter at most 120 characters"),
        (KIOSK, date(2026, 11, 24), "The last day to collect the parcel must be after today"),
        (KIOSK, date(2026, 11, 23), "The last day to collect the parcel must be after today"),
    ],
)
def test_a_pickup_point_without_place_or_time_is_refused(house, place, until, refusal):
    stop = at_the_door(house)

    with pytest.raises(DomainError, match=refusal):
        take_to_pickup_point(stop, place=place, until=until, actor=house.cory)

    assert Package.objects.get().status == "out_for_delivery"


def test_a_pickup_point_is_taken_back_as_a_whole(house):
    stop = at_the_door(house)
    take_to_pickup_point(stop, place=KIOSK, until=LAST_DAY, actor=house.cory)

    undo_stop(stop, actor=house.cory)

    parcel = Package.objects.get()
    assert (parcel.status, parcel.pickup_point, parcel.pickup_until) == (
        "out_for_delivery", "", None,
    )  # fmt: skip
    assert last_event(parcel) == ("package.at_pickup_point_undone", {})
    assert Run.objects.get().status == "started"
    deliver_stop(stop, received_by="Grace", actor=house.cory)


def test_what_was_collected_is_delivered(house):
    parcel = waiting(house)

    collect_package(parcel, actor=house.pat)

    parcel = fresh(parcel)
    assert (parcel.status, parcel.handed_to, parcel.pickup_point) == (
        "delivered", "receiver", KIOSK,
    )  # fmt: skip
    assert parcel.delivered_at is not None
    assert counters(parcel) == (2, 2, 0, 0)
    assert order_status(parcel) == "delivered"
    with pytest.raises(DomainError, match="is already delivered"):
        collect_package(parcel, actor=house.pat)
    with pytest.raises(DomainError, match="its parcels have moved on"):
        undo_stop(parcel.stops.get(), actor=house.cory)
    assert counters(parcel) == (2, 2, 0, 0)

    undo_collected(parcel, actor=house.pat)

    parcel = fresh(parcel)
    assert (parcel.status, parcel.handed_to, parcel.delivered_at) == ("at_pickup_point", "", None)
    assert counters(parcel) == (2, 0, 0, 0)


def test_a_collection_is_taken_back_within_fifteen_minutes(house):
    parcel = waiting(house)
    noon = timezone.now().replace(microsecond=0)
    with time_machine.travel(noon, tick=False):
        collect_package(parcel, actor=house.pat)

    with (
        time_machine.travel(noon + timedelta(minutes=15, seconds=1), tick=False),
        pytest.raises(DomainError, match="was collected too long ago to undo"),
    ):
        undo_collected(parcel, actor=house.pat)
    assert counters(parcel) == (2, 2, 0, 0)

    with time_machine.travel(noon + timedelta(minutes=15), tick=False):
        assert undo_collected(parcel, actor=house.pat).status == "at_pickup_point"
    assert counters(parcel) == (2, 0, 0, 0)


def test_only_what_waits_is_collected(house):
    parcel = failed(house)

    with pytest.raises(DomainError, match="could not be delivered: it is not at a pickup point"):
        collect_package(parcel, actor=house.pat)
    with pytest.raises(DomainError, match="was not collected: nothing to undo"):
        undo_collected(parcel, actor=house.pat)

    assert counters(parcel) == (2, 0, 0, 0)


@pytest.mark.parametrize("before", [failed, waiting])
def test_a_parcel_is_sent_back_or_not_after_all(house, before):
    parcel = before(house)

    send_back(parcel, actor=house.pat)

    assert last_event(parcel) == ("package.returning", {})
    assert (fresh(parcel).status, counters(parcel)) == ("returning", (2, 0, 0, 0))
    with pytest.raises(DomainError, match="it cannot be planned"):
        planned_run(house, [parcel])
    with pytest.raises(DomainError, match="its parcels have moved on"):
        undo_stop(parcel.stops.get(), actor=house.cory)
    undo_send_back(parcel, actor=house.pat)
    assert fresh(parcel).status == parcel.status
    assert last_event(parcel) == ("package.returning_undone", {})


def test_what_goes_out_again_is_not_sent_back(house):
    parcel = failed(house)
    stops = [StopPlan([parcel], *hour(21))]
    on = hour(21)[0].date()
    plan_run(warehouse=house.warehouse, courier=house.cory, on=on, stops=stops, actor=house.pat)

    with pytest.raises(DomainError, match="is already planned on a run"):
        send_back(parcel, actor=house.pat)

    assert fresh(parcel).status == "attempt_failed"


def test_a_parcel_at_the_door_is_not_sent_back(house):
    parcel = at_the_door(house).packages.get()

    with pytest.raises(DomainError, match="is out for delivery: it cannot be sent back from here"):
        send_back(parcel, actor=house.pat)
    with pytest.raises(DomainError, match="is out for delivery: it cannot be returned"):
        take_back(parcel, actor=house.pat)
    with pytest.raises(DomainError, match="is out for delivery: nothing to undo"):
        undo_send_back(parcel, actor=house.pat)

    assert counters(parcel) == (2, 0, 0, 0)


def test_what_is_back_waits_for_inspection_and_then_is_on_sale(house):
    parcel = send_back(failed(house), actor=house.pat)

    back = take_back(parcel, actor=house.pat)

    assert (fresh(parcel).status, order_status(parcel)) == ("returned", "undelivered")
    assert counters(parcel) == (2, 0, 2, 0)
    assert (back.status, back.reason, lamps()) == ("received", "undeliverable", 18)
    line = back.lines.get()
    assert (line.requested, line.approved, line.received, line.unexpected) == (2, 2, 2, 0)
    assert findings() == []

    shelf = Location.objects.get(warehouse=house.warehouse, code="B-01-1")
    inspect_return_line(line, restocked=1, written_off=0, location=shelf, actor=house.pat)
    inspect_return_line(line, restocked=0, written_off=1, actor=house.pat)

    assert Return.objects.get().status == "closed"
    assert counters(parcel) == (2, 0, 2, 0)
    assert lamps() == 19
    assert StockMovement.objects.filter(reason="restocked").count() == 1
    kinds = set(Event.objects.filter(subject_id=back.pk).values_list("kind", flat=True))
    assert kinds == {"undeliverable.received", "undeliverable.closed"}
    assert not Event.objects.filter(kind__startswith="return.").exists()


def test_a_parcel_comes_back_once(house):
    parcel = send_back(failed(house), actor=house.pat)

    results, refusals = race(*[lambda: take_back(parcel, actor=house.pat)] * 2)

    assert len(results) == 1
    assert refusals == [f"Package {parcel} is already returned."]
    assert (Return.objects.count(), counters(parcel)) == (1, (2, 0, 2, 0))


def test_collected_and_sent_back_exclude_each_other(house):
    parcel = waiting(house)

    results, refusals = race(
        lambda: collect_package(parcel, actor=house.pat),
        lambda: send_back(parcel, actor=house.pat),
    )

    assert (len(results), len(refusals)) == (1, 1)
    assert fresh(parcel).status in ("delivered", "returning")


def test_the_other_parcel_of_an_order_is_delivered_and_may_be_returned(house):
    stop = at_the_door(house, {"LAMP": 3}, boxes=[{"LAMP": 1}, {"LAMP": 2}])
    take_to_pickup_point(stop, place=KIOSK, until=LAST_DAY, actor=house.cory)
    first, second = stop.packages.order_by("number")
    collect_package(first, actor=house.pat)
    take_back(send_back(second, actor=house.pat), actor=house.pat)
    order = Order.objects.get(pk=first.order_id)
    line = order.lines.get()

    assert order.status == "partly_delivered"
    assert counters(first) == (3, 1, 2, 0)
    assert returnable_units(order) == {line.pk: 1}
    with pytest.raises(DomainError, match="Choose a reason for the return"):
        request_return(order, units={line.pk: 1}, reason="undeliverable")
    request_return(order, units={line.pk: 1}, reason="damaged")
    assert findings() == []


def test_nobody_gets_a_return_message_for_what_nobody_returned(house):
    parcel = send_back(failed(house), actor=house.pat)
    line = take_back(parcel, actor=house.pat).lines.get()
    inspect_return_line(line, restocked=0, written_off=2, actor=house.pat)

    told = parcel.order.messages.values_list("event__kind", flat=True)
    assert [kind for kind in told if kind.startswith(("return", "undeliverable"))] == []
