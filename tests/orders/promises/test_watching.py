"""The watcher: the seller is warned, the customer is told before a promise breaks, never twice."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from orders.lifecycle.transitions import move
from orders.models import Event, Order, Package, Promise
from orders.promises.tomorrow import announce_tomorrow
from orders.promises.watching import watch_promises
from orders.states import PackageStatus
from tests.support.cast import make_order, make_product
from tests.support.racing import race
from tests.support.stages import packed_shipment, ready_shipment, sent_packages
from tests.support.statements import count_statements
from tests.tracking.tracked import MONDAY, out_for_delivery
from warehouse.couriers.runs import deliver_stop
from warehouse.floor.hand_over import hand_over
from warehouse.floor.undo import undo_hand_over
from warehouse.stock.allocation import allocate_due

pytestmark = pytest.mark.django_db


def berlin(day, hour, minute=0):
    """A moment of November 2026 in Berlin, which is one hour ahead."""
    return datetime(2026, 11, day, hour - 1, minute, tzinfo=UTC)


def watch(at, times=2):
    """The events about promises that a watcher makes at a moment; the second look finds nothing."""
    known = set(Event.objects.values_list("pk", flat=True))
    with time_machine.travel(at, tick=False):
        for _ in range(times):
            watch_promises()
    events = Event.objects.exclude(pk__in=known).order_by("pk")
    return [(event.kind, event.data.get("reason", "")) for event in events]


def windows(order, kind):
    rows = Promise.objects.filter(order=order, kind=kind).order_by("made_at", "pk")
    return [(row.earliest, row.latest, str(row.outcome)) for row in rows]


def test_a_departure_is_warned_of_then_moved_before_it_is_missed(monday_house):
    shipment = packed_shipment(monday_house, {"LAMP": 1})
    Promise.objects.filter(kind="arrives").update(latest=berlin(30, 21), local_on="2026-11-30")

    assert watch(berlin(24, 13, 59)) == []
    assert watch(berlin(24, 14)) == [("promise.at_risk", "")]
    assert watch(berlin(24, 16, 59)) == []
    assert watch(berlin(24, 17)) == [("promise.moved", "late")]
    assert windows(shipment.order, "ships") == [
        (MONDAY, berlin(24, 18), "moved"),
        (berlin(25, 8), berlin(25, 18), "open"),
    ]
    assert [row[2] for row in windows(shipment.order, "arrives")] == ["open"]


def test_a_departure_that_delays_the_arrival_is_told_as_one(monday_house):
    order = packed_shipment(monday_house, {"LAMP": 1}).order
    events = watch(berlin(24, 17))

    assert sorted(events) == [("promise.adjusted", "late"), ("promise.moved", "late")]
    assert windows(order, "arrives") == [
        (berlin(24, 8), berlin(26, 21), "moved"),
        (berlin(26, 8), berlin(27, 21), "open"),
    ]
    moved = Event.objects.get(kind="promise.moved")
    assert Promise.objects.get(pk=moved.data["promise"]).kind == "arrives"
    assert Promise.objects.get(pk=moved.data["former"]).latest == berlin(26, 21)


def test_an_arrival_is_warned_of_at_noon_and_moved_in_the_evening(monday_house):
    order = sent_packages(monday_house, {"LAMP": 1})[0].order

    assert watch(berlin(25, 11, 59)) == []
    assert watch(berlin(25, 12)) == [("promise.at_risk", "")]
    assert watch(berlin(25, 17, 59)) == []
    assert watch(berlin(25, 18)) == [("promise.moved", "late")]
    assert windows(order, "arrives")[1:] == [
        (berlin(24, 8), berlin(25, 21), "moved"),
        (berlin(26, 8), berlin(26, 21), "open"),
    ]
    assert watch(berlin(26, 11)) == []


def test_an_hour_at_the_door_becomes_later_today(monday_house):
    order, run = out_for_delivery(monday_house, {"LAMP": 1})
    door = Promise.objects.get(order=order, kind="at_door")
    Promise.objects.filter(order=order, kind="at_door").update(
        earliest=berlin(24, 18), latest=berlin(24, 19)
    )
    Promise.objects.filter(kind="at_door").exclude(order=order).delete()

    assert watch(berlin(24, 18, 44)) == []
    assert watch(berlin(24, 18, 45)) == [("promise.at_risk", "")]
    assert watch(berlin(24, 18, 54)) == []
    assert watch(berlin(24, 18, 55)) == [("promise.moved", "late")]
    new = Promise.objects.get(replaces=door)
    assert (new.earliest, new.latest) == (berlin(24, 19), berlin(24, 21))
    assert (new.package, new.courier, new.carrier) == (door.package, door.courier, "own")
    with time_machine.travel(berlin(24, 20), tick=False):
        deliver_stop(run.stops.last(), received_by="Grace", actor=monday_house.cory)
    new.refresh_from_db()
    assert new.outcome == Promise.Outcome.KEPT


def test_late_in_the_evening_the_hour_becomes_tomorrow_and_the_day_follows(monday_house):
    order, _ = out_for_delivery(monday_house, {"LAMP": 1})
    Promise.objects.exclude(order=order).delete()
    Promise.objects.filter(kind="arrives", shipment__isnull=False).update(
        latest=berlin(24, 21), local_on="2026-11-24"
    )
    Promise.objects.filter(kind="at_door").update(
        earliest=berlin(24, 19, 45), latest=berlin(24, 20, 45)
    )

    events = watch(berlin(24, 20, 40))

    assert sorted(events) == [("promise.adjusted", "late"), ("promise.moved", "late")]
    assert windows(order, "at_door")[1] == (berlin(25, 8), berlin(25, 21), "open")
    assert windows(order, "arrives")[1:] == [
        (berlin(24, 8), berlin(24, 21), "moved"),
        (berlin(25, 8), berlin(25, 21), "open"),
    ]
    moved = Event.objects.get(kind="promise.moved")
    assert Promise.objects.get(pk=moved.data["promise"]).kind == "at_door"


def test_a_watcher_that_slept_says_so_once(monday_house):
    order = sent_packages(monday_house, {"LAMP": 1})[0].order

    assert watch(berlin(26, 1)) == [("promise.broken", ""), ("promise.moved", "late")]
    assert windows(order, "arrives")[1:] == [
        (berlin(24, 8), berlin(25, 21), "broken"),
        (berlin(26, 8), berlin(26, 21), "open"),
    ]
    broken = Promise.objects.get(order=order, broken_at__isnull=False)
    assert broken.broken_at == broken.latest
    assert broken.replaced_by.get().is_open
    assert watch(berlin(26, 9)) == []


def test_a_damaged_parcel_is_broken_and_promised_no_more(monday_house):
    (box,) = sent_packages(monday_house, {"LAMP": 1})
    move([box], PackageStatus.DAMAGED)

    assert watch(berlin(25, 20)) == []
    assert watch(berlin(25, 21)) == [("promise.broken", "")]
    assert watch(berlin(28, 21)) == []


def test_a_parcel_that_goes_back_is_no_broken_promise(monday_house):
    (box,) = sent_packages(monday_house, {"LAMP": 1})
    move([box], PackageStatus.RETURNING)

    assert watch(berlin(25, 20)) == []
    assert watch(berlin(25, 21)) == []
    assert [row[2] for row in windows(box.order, "arrives")] == ["refined", "released"]


def test_what_is_delivered_or_cancelled_is_not_looked_at(monday_house):
    _, run = out_for_delivery(monday_house, {"LAMP": 1})
    with time_machine.travel(berlin(24, 19, 30), tick=False):
        for stop in run.stops.all():
            deliver_stop(stop, received_by="Grace", actor=monday_house.cory)
    # The first door was promised from seven to eight, so that nothing of this story was late.
    assert watch(berlin(30, 12)) == []


def test_missing_stock_gets_no_date(monday_house):
    make_product(monday_house.ada, "VASE", "Vase")
    waiting = make_order(monday_house.ada, {"VASE": 2})
    allocate_due()

    assert watch(berlin(26, 18)) == []
    assert [row[2] for row in windows(waiting, "arrives")] == ["released"]


def test_what_waits_for_stock_loses_the_date_of_the_order_when_the_rest_leaves(monday_house):
    make_product(monday_house.ada, "VASE", "Vase")
    shipment = ready_shipment(monday_house, {"LAMP": 1, "VASE": 2}, boxes=[{"LAMP": 1}])
    order = shipment.order
    assert [row[2] for row in windows(order, "arrives")] == ["open"]

    hand_over(shipment.packages.all(), actor=monday_house.pat)
    assert [row[2] for row in windows(order, "arrives")] == ["refined", "open"]

    undo_hand_over(shipment, actor=monday_house.pat)
    assert [row[2] for row in windows(order, "arrives")] == ["open", "released"]


def test_two_watchers_at_once_do_everything_once(monday_house):
    for _ in range(6):
        sent_packages(monday_house, {"LAMP": 1})

    def watcher():
        return watch_promises(2)

    with time_machine.travel(berlin(25, 18), tick=False):
        race(watcher, watcher, watcher)
        watch_promises()

    assert Event.objects.filter(kind="promise.moved").count() == 6
    assert Promise.objects.filter(replaces__kind="arrives", replaces__is_moved=True).count() == 6


def test_the_number_of_statements_does_not_grow(monday_house):
    def statements_for(number, day):
        with time_machine.travel(berlin(day, 10), tick=False):
            for _ in range(number):
                sent_packages(monday_house, {"LAMP": 1})
        later = time_machine.travel(berlin(day + 2, 18), tick=False)
        with later, count_statements() as statements:
            assert watch_promises() == number
        Promise.objects.all().delete()
        return len(statements)

    statements_for(1, 16)
    assert statements_for(2, 16) == statements_for(6, 23)


def announced():
    events = Event.objects.filter(kind="package.due_tomorrow").order_by("pk")
    return [(event.subject_id, event.data["on"]) for event in events]


@pytest.mark.parametrize("at", [berlin(24, 16, 59), berlin(24, 20), berlin(23, 18)])
def test_only_the_evening_before_is_a_time_to_announce(monday_house, at):
    sent_packages(monday_house, {"LAMP": 1})
    with time_machine.travel(at, tick=False):
        announce_tomorrow()

    assert announced() == []


def test_each_parcel_is_announced_once_the_evening_before(monday_house):
    (box,) = sent_packages(monday_house, {"LAMP": 1})
    for minutes in (0, 1, 120):
        with time_machine.travel(berlin(24, 17) + timedelta(minutes=minutes), tick=False):
            announce_tomorrow()

    assert announced() == [(box.pk, "2026-11-25")]
    event = Event.objects.get(kind="package.due_tomorrow")
    promise = Promise.objects.get(pk=event.data["promise"])
    assert (promise.kind, promise.shipment_id) == ("arrives", box.shipment_id)


def test_evening_is_where_the_parcel_goes(monday_house):
    sent_packages(monday_house, {"LAMP": 1}, country="US")
    assert Order.objects.get().time_zone == "America/New_York"
    with time_machine.travel(datetime(2026, 11, 24, 17, tzinfo=UTC), tick=False):
        announce_tomorrow()
    assert announced() == []
    with time_machine.travel(datetime(2026, 11, 24, 22, tzinfo=UTC), tick=False):
        announce_tomorrow()

    assert announced() == [(Package.objects.get().pk, "2026-11-25")]
