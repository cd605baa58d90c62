"""Tours of our own couriers: planned, started, delivered or not, finished."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from orders.errors import DomainError
from orders.models import Event, OrderLine, Package, Promise
from tests.notifications.saying import at_ten
from tests.support.racing import race
from tests.support.stages import (
    RUN_DAY,
    hour,
    open_house,
    planned_run,
    ready_shipment,
    sent_packages,
    start_on_its_day,
    started_run,
)
from tests.support.statements import count_statements
from warehouse.couriers.ending import end_run
from warehouse.couriers.plan_checks import StopPlan
from warehouse.couriers.runs import deliver_stop, fail_stop, plan_run, start_run
from warehouse.couriers.undo import undo_stop
from warehouse.models import Run, Stop

pytestmark = pytest.mark.django_db
RUN_DAY_START = datetime(2026, 11, 23, 23, tzinfo=UTC)  # midnight in Berlin


@pytest.fixture(autouse=True)
def _on_the_day_before():
    with at_ten:
        yield


@pytest.fixture
def house(once):
    return once(open_house)


def doors(house, count):
    """As many parcels, each of an order of its own."""
    return [sent_packages(house, {"LAMP": 1}) for _ in range(count)]


def one_parcel():
    house = open_house()
    return house, sent_packages(house, {"LAMP": 1})


def two_parcels():
    house = open_house()
    return house, doors(house, 2)


def plan(house, *stops, **changes):
    given = {
        "warehouse": house.warehouse, "courier": house.cory, "on": RUN_DAY, "stops": stops,
        "actor": house.pat,
    }  # fmt: skip
    return plan_run(**given | changes)


def counters(package):
    line = OrderLine.objects.get(order=package.order_id)
    return line.shipped, line.delivered


def test_a_run_is_planned(once):
    house, (first, second) = once(two_parcels)

    run = planned_run(house, first, second)

    stops = list(run.stops.all())
    assert [(stop.position, list(stop.packages.all())) for stop in stops] == [
        (1, first),
        (2, second),
    ]
    assert (stops[0].window_starts, stops[0].window_ends) == hour(18)
    assert (run.status, run.courier, run.on) == ("planned", house.cory, RUN_DAY)
    assert Event.objects.get(kind="run.planned").actor == house.pat


def test_a_courier_of_another_warehouse_is_refused(once):
    house, parcels = once(one_parcel)

    with pytest.raises(DomainError, match="Pat Picker is not a courier of Warehouse BER"):
        plan(house, StopPlan(parcels, *hour(18)), courier=house.pat)

    assert not Run.objects.exists()


def test_a_plan_without_stops_or_parcels_is_refused(house):
    with pytest.raises(DomainError, match="Plan at least one stop"):
        plan(house)
    with pytest.raises(DomainError, match="Stop 1 has no parcel"):
        plan(house, StopPlan([], *hour(18)))

    assert not Run.objects.exists()


@pytest.mark.parametrize(
    ("starts", "ends", "refusal"),
    [
        # The warehouse is in Berlin, one hour ahead of UTC in November.
        (datetime(2026, 11, 23, 22, 59, tzinfo=UTC), datetime(2026, 11, 23, 23, 59, tzinfo=UTC), "its time window is not on 24 Nov 2026"),  # noqa: E501
        (datetime(2026, 11, 24, 22, 30, tzinfo=UTC), datetime(2026, 11, 24, 23, 0, tzinfo=UTC), "its time window is not on 24 Nov 2026"),  # noqa: E501
        (datetime(2026, 11, 24, 19, tzinfo=UTC), datetime(2026, 11, 24, 18, tzinfo=UTC), "its time window ends before it starts"),  # noqa: E501
        (datetime(2026, 11, 24, 19, tzinfo=UTC), datetime(2026, 11, 24, 19, tzinfo=UTC), "its time window ends before it starts"),  # noqa: E501
    ],
)  # fmt: skip
def test_an_hour_off_the_day_is_refused(once, starts, ends, refusal):
    house, parcels = once(one_parcel)

    with pytest.raises(DomainError, match=f"Stop 1: {refusal}"):
        plan(house, StopPlan(parcels, starts, ends))

    assert not Run.objects.exists()


def test_the_first_and_last_minute_of_the_local_day_are_on_it(once):
    house, (early, late) = once(two_parcels)
    midnight = datetime(2026, 11, 23, 23, 0, tzinfo=UTC)
    last_minute = midnight + timedelta(hours=23, minutes=59)

    run = plan(
        house,
        StopPlan(early, midnight, midnight + timedelta(hours=1)),
        StopPlan(late, last_minute - timedelta(hours=1), last_minute),
    )

    assert run.stops.count() == 2


@pytest.mark.parametrize("now", [(19, 55), (20, 0), (24, 0)])
def test_an_hour_that_is_over_is_not_planned(house, now):
    """Nor one so near its end that its promise would be replaced at once."""
    late, early = doors(house, 2)
    stops = [StopPlan(late, *hour(19)), StopPlan(early, *hour(18))]

    with time_machine.travel(RUN_DAY_START + timedelta(hours=now[0], minutes=now[1])):
        order = early[0].order
        refusal = f"Order {order}: 19:00–20:00 is over. Choose a later hour."
        if now[0] == 24:
            refusal = "Date: 24 Nov 2026 is over. Choose today or a later day."
        with pytest.raises(DomainError, match=refusal):
            plan(house, *stops)

    assert not Run.objects.exists()


@pytest.mark.parametrize(
    ("at", "refusal"),
    [
        ((-1, 59), "This run is planned for 24 Nov 2026: start it on that day."),
        ((19, 55), r"Delivery windows are over: Stop 1 \(19:00–20:00\). Your lead must"),
        ((20, 56), r"over: Stop 1 \(19:00–20:00\), Stop 2 \(20:00–21:00\)."),
        ((24, 0), "This run is planned for 24 Nov 2026: start it on that day."),
    ],
)
def test_a_run_starts_on_its_day_before_its_hours_are_over(house, at, refusal):
    run = planned_run(house, *doors(house, 2))

    with (
        time_machine.travel(RUN_DAY_START + timedelta(hours=at[0], minutes=at[1])),
        pytest.raises(DomainError, match=refusal),
    ):
        start_run(run, actor=house.cory)

    assert set(Package.objects.values_list("status", flat=True)) == {"handed_over"}
    assert Run.objects.get().status == "planned"
    assert not Promise.objects.filter(kind=Promise.Kind.AT_DOOR).exists()
    with time_machine.travel(RUN_DAY_START + timedelta(hours=19, minutes=54)):
        assert start_run(run, actor=house.cory).status == "started"


def test_a_parcel_that_has_not_left_is_refused(house):
    parcel = ready_shipment(house, {"LAMP": 1}).packages.get()

    with pytest.raises(DomainError, match="is labelled: it cannot be planned"):
        planned_run(house, [parcel])

    assert not Run.objects.exists()


def test_a_parcel_of_another_carrier_is_refused(once):
    house, parcels = once(one_parcel)
    Package.objects.update(carrier="other")

    with pytest.raises(DomainError, match="is not for the couriers of Warehouse BER"):
        planned_run(house, parcels)


def test_a_parcel_is_on_one_tour_only(once):
    house, parcels = once(one_parcel)
    planned_run(house, parcels)

    with pytest.raises(DomainError, match=f"Parcel {parcels[0]} is already on another run"):
        planned_run(house, parcels)

    assert Run.objects.count() == 1


def test_parcels_of_one_order_go_to_one_door(house):
    parcels = sent_packages(house, {"LAMP": 2}, boxes=[{"LAMP": 1}, {"LAMP": 1}])

    with pytest.raises(DomainError, match="Parcels of one order go to one address"):
        planned_run(house, parcels[:1], parcels[1:])
    with pytest.raises(DomainError, match="A parcel is planned twice"):
        planned_run(house, [parcels[0], parcels[0]])

    assert not Run.objects.exists()


def test_a_started_run_promises_the_hour(once):
    house, (first, second) = once(two_parcels)
    run = planned_run(house, first, second)

    started = start_on_its_day(run, house.cory)

    assert started.status == "started"
    rows = Package.objects.order_by("stops__position")
    assert [(row.status, row.courier_name, row.stops_before) for row in rows] == [
        ("out_for_delivery", "Cory", None),
        ("out_for_delivery", "Cory", 1),
    ]
    promises = {row.order_id: row for row in Promise.objects.filter(kind=Promise.Kind.AT_DOOR)}
    assert (promises[first[0].order_id].earliest, promises[first[0].order_id].latest) == hour(18)
    assert promises[second[0].order_id].local_on == RUN_DAY
    for event in Event.objects.filter(kind="package.out_for_delivery"):
        assert event.data == {"promise": str(promises[event.order_id].pk)}
    first[0].order.refresh_from_db()
    assert first[0].order.status == "out_for_delivery"


def test_two_boxes_at_one_door_have_one_promise(house):
    parcels = sent_packages(house, {"LAMP": 2}, boxes=[{"LAMP": 1}, {"LAMP": 1}])

    started_run(house, parcels)

    promise = Promise.objects.get(kind=Promise.Kind.AT_DOOR)
    events = Event.objects.filter(kind="package.out_for_delivery")
    assert [event.data for event in events] == [{"promise": str(promise.pk)}] * 2


def test_statements_do_not_grow_with_the_tour(house):
    def statements_for(count):
        run = planned_run(house, *doors(house, count))
        with count_statements() as statements:
            start_on_its_day(run, house.cory)
        end_run(run, actor=house.cory)
        return len(statements)

    statements_for(1)  # what only a first time asks

    assert statements_for(2) == statements_for(4)


def test_a_delivered_parcel_forgets_its_courier(once):
    house, (first, second) = once(two_parcels)
    run = started_run(house, first, second)
    stop = run.stops.first()

    finished = deliver_stop(stop, received_by="  Neighbour Ada ", actor=house.cory)

    assert finished.finished_at is not None
    parcel = Package.objects.get(pk=first[0].pk)
    assert (parcel.status, parcel.received_by) == ("delivered", "Neighbour Ada")
    assert (parcel.courier_name, parcel.stops_before) == ("", None)
    assert parcel.delivered_at is not None
    assert counters(parcel) == (1, 1)
    parcel.order.refresh_from_db()
    assert parcel.order.status == "delivered"
    event = Event.objects.get(kind="package.delivered")
    assert (event.actor, event.data) == (house.cory, {})
    later = Package.objects.get(pk=second[0].pk)
    assert (later.status, later.stops_before) == ("out_for_delivery", 0)
    run.refresh_from_db()
    assert run.status == "started"


def test_stops_before_count_only_what_lies_ahead(house):
    parcels = doors(house, 4)
    run = started_run(house, *parcels)
    stops = list(run.stops.all())

    deliver_stop(stops[1], received_by="Grace", actor=house.cory)
    deliver_stop(stops[3], received_by="Grace", actor=house.cory)

    before = Package.objects.order_by("stops__position").values_list("stops_before", flat=True)
    assert list(before) == [0, None, 1, None]


def test_only_one_stop_is_next_after_an_undo(house):
    run = started_run(house, *doors(house, 4))
    last = run.stops.last()

    undo_stop(deliver_stop(last, received_by="Grace", actor=house.cory), actor=house.cory)

    before = Package.objects.order_by("stops__position").values_list("stops_before", flat=True)
    assert list(before) == [None, 1, 2, 3]


def test_the_last_stop_finishes_the_run(once):
    house, (first, second) = once(two_parcels)
    run = started_run(house, first, second)

    for stop in run.stops.all():
        deliver_stop(stop, received_by="Grace", actor=house.cory)

    run.refresh_from_db()
    assert run.status == "finished"
    assert Event.objects.filter(kind="run.finished").count() == 1


@pytest.mark.parametrize("received_by", ["", "   ", "x" * 81])
def test_who_took_it_must_be_said(house, received_by):
    run = started_run(house, sent_packages(house, {"LAMP": 1}))

    with pytest.raises(DomainError, match="who received the parcel"):
        deliver_stop(run.stops.get(), received_by=received_by, actor=house.cory)

    assert Package.objects.get().status == "out_for_delivery"


def test_a_failed_attempt_has_a_reason_and_another_day(once):
    house, parcels = once(one_parcel)
    run = started_run(house, parcels)

    fail_stop(run.stops.get(), reason=Package.Failure.NOT_HOME, actor=house.cory)

    parcel = Package.objects.get()
    assert (parcel.status, parcel.failure) == ("attempt_failed", "not_home")
    assert (parcel.courier_name, parcel.stops_before, parcel.received_by) == ("", None, "")
    assert Event.objects.get(kind="package.attempt_failed").data == {"reason": "not_home"}
    assert counters(parcel) == (1, 0)
    run.refresh_from_db()
    assert run.status == "finished"
    again = started_run(house, [parcel])
    parcel.refresh_from_db()
    assert (parcel.status, parcel.failure) == ("out_for_delivery", "")
    deliver_stop(again.stops.get(), received_by="Grace", actor=house.cory)
    parcel.refresh_from_db()
    assert parcel.status == "delivered"


def test_an_unknown_reason_is_refused(house):
    run = started_run(house, sent_packages(house, {"LAMP": 1}))

    with pytest.raises(DomainError, match="Choose why it could not be delivered"):
        fail_stop(run.stops.get(), reason="rain", actor=house.cory)

    assert Package.objects.get().status == "out_for_delivery"


def test_a_stop_of_a_run_that_has_not_started_stays_open(house):
    run = planned_run(house, sent_packages(house, {"LAMP": 1}))

    with pytest.raises(DomainError, match="has not started: start it first"):
        deliver_stop(run.stops.get(), received_by="Grace", actor=house.cory)

    assert Package.objects.get().status == "handed_over"
    assert Stop.objects.get().finished_at is None


def test_two_starts_send_the_courier_off_once(house):
    run = planned_run(house, sent_packages(house, {"LAMP": 1}))

    results, refusals = race(*[lambda: start_on_its_day(run, house.cory)] * 2)

    assert len(results) == 1
    assert refusals == ["Run Cory Courier, 24 Nov has already started."]
    assert Promise.objects.filter(kind=Promise.Kind.AT_DOOR).count() == 1


def test_two_reports_of_one_stop_end_it_once(house):
    run = started_run(house, sent_packages(house, {"LAMP": 1}))
    stop = run.stops.get()

    results, refusals = race(
        lambda: deliver_stop(stop, received_by="Grace", actor=house.cory),
        lambda: fail_stop(stop, reason="not_home", actor=house.cory),
    )

    assert len(results) == 1
    assert refusals == ["Stop 1 is already done."]
    assert Event.objects.filter(kind="run.finished").count() == 1


def test_two_plans_for_one_parcel_make_one_run(once):
    house, parcels = once(one_parcel)

    results, refusals = race(*[lambda: planned_run(house, parcels)] * 2)

    assert len(results) == 1
    assert refusals == [f"Parcel {parcels[0]} is already on another run."]
    assert Run.objects.count() == 1
