"""The life of a run: changed, given to another courier, loaded by scan, broken off."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from orders.access import Role
from orders.errors import DomainError, WrongScan
from orders.models import Event, Order, Package, Promise
from orders.promises.watching import watch_promises
from orders.wishes.choosing import choose_day
from tests.notifications.saying import at_ten, said
from tests.support.cast import make_user
from tests.support.racing import race
from tests.support.stages import RUN_DAY, hour, open_house, planned_run, sent_packages, started_run
from tests.tracking.tracked import ON_THE_DAY, state
from warehouse.couriers.ending import cancel_run, end_run
from warehouse.couriers.loading import load, unload
from warehouse.couriers.plan_checks import StopPlan
from warehouse.couriers.runs import change_run, deliver_stop, start_run
from warehouse.couriers.tomorrow import promise_planned_runs
from warehouse.couriers.undo import undo_stop
from warehouse.models import Run

pytestmark = [pytest.mark.django_db, pytest.mark.same_stages]
WEDNESDAY = date(2026, 11, 25)
EVENING_BEFORE = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)  # 18:00 in Berlin


@pytest.fixture(autouse=True)
def _on_the_day_before():
    with at_ten:
        yield


@pytest.fixture
def house(once):
    return once(open_house)


@pytest.fixture
def ben(house):
    return make_user("ben@example.com", "Ben Bote", Role.COURIER, warehouse=house.warehouse)


def doors(house, count):
    return [sent_packages(house, {"LAMP": 1}) for _ in range(count)]


def on_stops(run):
    return [list(stop.packages.all()) for stop in run.stops.all()]


def status_of(package):
    return Package.objects.get(pk=package.pk).status


def test_a_planned_run_gets_another_courier_day_and_stops(house, ben):
    first, second, third = doors(house, 3)
    run = planned_run(house, first, second)
    load(run, second[0].tracking_number)
    stops = [StopPlan(third, *hour(9, day=WEDNESDAY)), StopPlan(second, *hour(10, day=WEDNESDAY))]

    changed = change_run(run, courier=ben, on=WEDNESDAY, stops=stops, actor=house.pat)

    assert (changed.pk, changed.courier, changed.on) == (run.pk, ben, WEDNESDAY)
    assert on_stops(changed) == [third, second]
    assert changed.loaded == []  # it is another van
    assert Event.objects.get(kind="run.changed").actor == house.pat
    planned_run(house, first)  # it is free again


def test_a_change_that_cannot_be_leaves_the_run_as_it_was(house, ben):
    first, second = doors(house, 2)
    run = planned_run(house, first)
    planned_run(house, second)

    with pytest.raises(DomainError, match=f"Parcel {second[0]} is already on another run"):
        change_run(
            run, courier=ben, on=RUN_DAY, stops=[StopPlan(second, *hour(18))], actor=house.pat
        )

    run.refresh_from_db()
    assert (run.courier, on_stops(run)) == (house.cory, [first])


def test_a_run_under_way_is_not_changed(house, ben):
    parcels = doors(house, 1)
    run = started_run(house, *parcels)

    with pytest.raises(DomainError, match="has started: it cannot be changed"):
        change_run(
            run, courier=ben, on=RUN_DAY, stops=[StopPlan(parcels[0], *hour(18))], actor=house.pat
        )


def test_a_day_far_ahead_is_a_typing_error(house):
    with pytest.raises(DomainError, match="Date: choose a day within 31 days, not 24 Nov 2126"):
        planned_run(house, *doors(house, 1), on=date(2126, 11, 24))


def test_what_is_not_on_the_van_is_not_out_for_delivery(house):
    first, second, third = doors(house, 3)
    run = planned_run(house, first, second, third)
    assert load(run, first[0].tracking_number) == (first[0], 1)
    assert load(run, third[0].tracking_number.lower()) == (third[0], 2)

    with time_machine.travel(ON_THE_DAY, tick=False):
        started = start_run(run, actor=house.cory)

    assert on_stops(started) == [first, third]
    assert [stop.position for stop in started.stops.all()] == [1, 2]
    assert [status_of(box[0]) for box in (first, second, third)] == [
        "out_for_delivery", "handed_over", "out_for_delivery",
    ]  # fmt: skip
    assert not Promise.objects.filter(kind="at_door", order=second[0].order_id).exists()
    assert Event.objects.get(kind="run.started").data["left"] == [second[0].tracking_number]
    assert Package.objects.get(pk=third[0].pk).stops_before == 1
    planned_run(house, second, on=WEDNESDAY)  # it is free again


def test_without_a_scan_all_is_on_the_van(house):
    boxes = doors(house, 2)
    run = started_run(house, *boxes)
    assert on_stops(run) == boxes
    assert "left" not in Event.objects.get(kind="run.started").data


def test_a_scan_that_is_none_of_this_run_says_where_it_belongs(house, ben):
    mine, other = doors(house, 2)
    run = planned_run(house, mine)
    change_run(
        planned_run(house, other),
        courier=ben,
        on=RUN_DAY,
        stops=[StopPlan(other, *hour(18))],
        actor=house.pat,
    )
    load(run, mine[0].tracking_number)

    with pytest.raises(DomainError, match="is on the run of Ben Bote, 24 Nov: leave it here"):
        load(run, other[0].tracking_number)
    with pytest.raises(DomainError, match="is already on the van"):
        load(run, mine[0].tracking_number)
    with pytest.raises(WrongScan, match="the tracking number of a parcel of this run"):
        load(run, "4006381333931")
    unload(run, mine[0].pk)
    assert Run.objects.get(pk=run.pk).loaded == []


@pytest.mark.django_db(transaction=True)
def test_two_scanners_load_one_van(house):
    boxes = doors(house, 2)
    run = planned_run(house, *boxes)
    numbers = [box[0].tracking_number for box in boxes]

    race(*(lambda number=number: load(run, number) for number in numbers))

    assert set(Run.objects.get(pk=run.pk).loaded) == {box[0].pk for box in boxes}


def test_a_courier_is_on_one_run_at_a_time(house):
    first, second = doors(house, 2)
    under_way = started_run(house, first)
    with time_machine.travel(ON_THE_DAY, tick=False):
        waiting = planned_run(house, second)
        with pytest.raises(DomainError, match="Cory Courier is still on the run of 24 Nov"):
            start_run(waiting, actor=house.cory)
        assert status_of(second[0]) == "handed_over"
        stop = deliver_stop(under_way.stops.get(), received_by="Grace", actor=house.cory)
        start_run(waiting, actor=house.cory)
        with pytest.raises(DomainError, match="is still on the run"):
            undo_stop(stop, actor=house.cory)


@pytest.mark.django_db(transaction=True)
def test_two_runs_of_one_courier_do_not_start_at_once(house):
    runs = [planned_run(house, box) for box in doors(house, 2)]
    with time_machine.travel(ON_THE_DAY, tick=False):
        _, refusals = race(*(lambda run=run: start_run(run, actor=house.cory) for run in runs))
    assert Run.objects.filter(status="started").count() == 1
    assert refusals == [
        "Cory Courier is still on the run of 24 Nov: finish it or break it off first."
    ]


def test_who_waits_is_told_the_next_day_when_a_run_is_broken_off(house):
    done, waits = doors(house, 2)
    run = started_run(house, done, waits)
    evening = ON_THE_DAY + timedelta(hours=3)
    with time_machine.travel(evening, tick=False):
        deliver_stop(run.stops.first(), received_by="Grace", actor=house.cory)
        ended = end_run(run, actor=house.cory)

    assert ended.status == "finished"
    assert run.stops.last().outcome == "not_visited"
    assert [status_of(box[0]) for box in (done, waits)] == ["delivered", "in_transit"]
    order = Order.objects.get(pk=waits[0].order_id)
    now = Promise.objects.filter(order=order, settled_at=None).order_by("kind")
    assert [(row.kind, row.local_on) for row in now] == [
        ("arrives", WEDNESDAY), ("at_door", WEDNESDAY),
    ]  # fmt: skip
    assert Event.objects.filter(kind="promise.moved", order=order).count() == 1
    assert not Event.objects.filter(kind="promise.moved", order=done[0].order_id).exists()
    mail = said(order, "delayed", now=evening)
    assert mail.subject == f"New date for order {order}: tomorrow between 08:00 and 21:00"
    assert "It now arrives tomorrow between 08:00 and 21:00." in mail.text
    assert state(order, evening)["headline"]["text"] == "Arrives tomorrow"
    with time_machine.travel(evening, tick=False):
        again = planned_run(house, waits, on=WEDNESDAY)
    assert started_on(again, house).status == "started"


def started_on(run, house):
    with time_machine.travel(ON_THE_DAY + timedelta(days=1), tick=False):
        return start_run(run, actor=house.cory)


def test_a_run_of_yesterday_tells_nobody_again(house):
    (waits,) = doors(house, 1)
    run = started_run(house, waits)
    before = Event.objects.filter(kind__startswith="promise.").count()
    with time_machine.travel(ON_THE_DAY + timedelta(days=1), tick=False):
        end_run(run, actor=house.pat)
    assert Event.objects.filter(kind__startswith="promise.").count() == before
    assert status_of(waits[0]) == "in_transit"


def told_tomorrow(house, *boxes):
    """A run of Tuesday, announced on Monday evening."""
    run = planned_run(house, *boxes)
    with time_machine.travel(EVENING_BEFORE, tick=False):
        promise_planned_runs()
    return run


def arrival_of(box):
    return Promise.objects.get(order=box[0].order_id, kind="arrives", settled_at=None).local_on


def moved(box):
    return Event.objects.filter(kind="promise.moved", order=box[0].order_id).count()


def leave_behind(run, first, second, house):
    load(run, first[0].tracking_number)
    start_run(run, actor=house.cory)


def take_off(run, first, second, house):
    stops = [StopPlan(first, *hour(18))]
    change_run(run, courier=house.cory, on=RUN_DAY, stops=stops, actor=house.pat)


def cancel(run, first, second, house):
    cancel_run(run, actor=house.pat)


@pytest.mark.parametrize("act", [leave_behind, take_off, cancel])
def test_who_was_told_of_a_day_is_told_when_the_parcel_leaves_its_run(house, act):
    first, second = doors(house, 2)
    run = told_tomorrow(house, first, second)
    assert (arrival_of(second), moved(second)) == (RUN_DAY, 0)

    with time_machine.travel(ON_THE_DAY - timedelta(hours=9), tick=False):
        act(run, first, second, house)

    assert (arrival_of(second), moved(second)) == (WEDNESDAY, 1)
    assert moved(first) == (act is cancel)


def test_a_run_of_another_day_promises_that_day(house):
    (box,) = doors(house, 1)
    run = told_tomorrow(house, box)
    thursday = WEDNESDAY + timedelta(days=1)
    stops = [StopPlan(box, *hour(9, day=thursday))]
    change_run(run, courier=house.cory, on=thursday, stops=stops, actor=house.pat)
    assert (arrival_of(box), moved(box)) == (thursday, 1)


def test_before_the_evening_a_change_of_plan_is_nobodys_news(house):
    first, second = doors(house, 2)
    take_off(planned_run(house, first, second), first, second, house)
    assert moved(second) == 0


def test_a_window_that_was_moved_to_tomorrow_is_not_moved_again(house):
    (box,) = doors(house, 1)
    run = started_run(house, box)
    late = ON_THE_DAY + timedelta(hours=4, minutes=31)  # 21:31: its window was 19:00 to 20:00
    with time_machine.travel(late, tick=False):
        watch_promises()
        assert arrival_of(box) == WEDNESDAY
        before = moved(box)
        end_run(run, actor=house.cory)
    assert (arrival_of(box), moved(box)) == (WEDNESDAY, before)


def test_a_parcel_that_left_the_run_was_not_the_only_one_on_the_van(house):
    first, second = doors(house, 2)
    run = planned_run(house, first, second)
    load(run, first[0].tracking_number)
    first_order = Order.objects.get(pk=first[0].order_id)
    choose_day(first_order, WEDNESDAY + timedelta(days=1))

    assert Run.objects.get(pk=run.pk).loaded == []
    with time_machine.travel(ON_THE_DAY, tick=False):
        assert on_stops(start_run(run, actor=house.cory)) == [second]


def test_the_van_of_the_same_courier_stays_loaded(house):
    first, second = doors(house, 2)
    run = planned_run(house, first, second)
    load(run, first[0].tracking_number)
    stops = [StopPlan(first, *hour(18)), StopPlan(second, *hour(20))]
    changed = change_run(run, courier=house.cory, on=RUN_DAY, stops=stops, actor=house.pat)
    assert changed.loaded == [first[0].pk]
