"""Facts of numbers: read from the events by cursor, and corrected by late ones."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.db import connection

from orders.lifecycle.labelling import label_packages
from orders.models import NumberFact, NumbersPlace, Package, Promise, Return
from orders.numbers.reading import rebuild_numbers
from orders.returns.handling import request_return
from tests.notifications.saying import at_ten
from tests.orders.numbers.oracle import Oracle
from tests.orders.numbers.reading import read_numbers
from tests.orders.promises.test_watching import berlin
from tests.support.cast import make_order, put_stock
from tests.support.stages import open_house, picked, planned_run, sent_packages, started_run
from warehouse.couriers.runs import deliver_stop, fail_stop, start_run
from warehouse.couriers.undo import undo_stop
from warehouse.floor.hand_over import hand_over
from warehouse.floor.packing import close_package, mark_ready, pack_unit
from warehouse.floor.picking import report_short, take_next_pick_list
from warehouse.stock.allocation import allocate_due

pytestmark = pytest.mark.django_db

WINDOW, ATTEMPT, PERFECT = "window", "attempt", "perfect"


def on_the_way():
    """A parcel of a lamp that is to arrive by Thursday is out for delivery on Tuesday."""
    house = open_house()
    packages = sent_packages(house, {"LAMP": 1})
    return house, packages[0], started_run(house, packages)


@pytest.fixture
def parcel(once):
    with at_ten:
        told = once(on_the_way)
    with time_machine.travel(berlin(24, 19, 30), tick=False):
        yield told


def outcomes(*numbers):
    """{number: outcome} after what has happened was read."""
    read_numbers()
    rows = NumberFact.objects.filter(number__in=numbers)
    return dict(rows.values_list("number", "outcome"))


def kept():
    return set(NumberFact.objects.values_list("number", "subject_id", "day", "outcome", "value"))


def test_a_parcel_counts_on_the_days_of_its_promises(parcel):
    house, _, run = parcel
    deliver_stop(run.stops.get(), received_by="Grace", actor=house.cory)
    read_numbers()

    rows = NumberFact.objects.exclude(number="fill")  # of the moment that PostgreSQL tells
    assert {(row.number, f"{row.day:%a %d}", row.outcome) for row in rows} == {
        ("cycle", "Mon 23", "left"),
        ("ship", "Tue 24", "on_time"),
        ("attempt", "Tue 24", "at_once"),
        ("window", "Thu 26", "inside"),
        ("perfect", "Thu 26", "perfect"),
    }
    assert NumberFact.objects.get(number="fill").outcome == "filled"


def test_a_date_after_missing_stock_is_not_the_first_window():
    with time_machine.travel(berlin(23, 10), tick=False):
        house = open_house()
        order = make_order(house.ada, {"LAMP": 20})
        allocate_due()
    with time_machine.travel(berlin(23, 11), tick=False):
        walk = take_next_pick_list(warehouse=house.warehouse, actor=house.pat)
        report_short(walk.lines.get(), found=0, reason="empty", actor=house.pat)
    with time_machine.travel(berlin(30, 10), tick=False):
        put_stock(house.ada.products["LAMP"], 40, bin_code="B-01-1")
        allocate_due()
        read_numbers()

    first, second = order.promises.order_by("made_at")
    assert (str(first.local_on), first.outcome, second.replaces_id) == (
        "2026-11-26", "released", None
    )  # fmt: skip
    facts = NumberFact.objects.filter(number__in=(WINDOW, PERFECT))
    assert {(row.number, f"{row.day:%a %d}", row.outcome) for row in facts} == {
        (WINDOW, "Thu 26", "not_there"), (PERFECT, "Thu 26", "untimely")
    }  # fmt: skip
    tables = Oracle(connection.connection)
    newest = tables.newest({"id": order.pk}, None)
    assert (newest["id"], tables.first(newest)["id"]) == (second.pk, first.pk)


def test_a_failed_attempt_stays_one_and_its_undo_takes_it_away(parcel):
    house, _, run = parcel
    stop = run.stops.get()
    fail_stop(stop, reason="not_home", actor=house.cory)
    assert outcomes(ATTEMPT, WINDOW) == {ATTEMPT: "not_at_once", WINDOW: "not_there"}

    undo_stop(stop, actor=house.cory)
    assert outcomes(ATTEMPT) == {}
    deliver_stop(stop, received_by="Grace", actor=house.cory)
    assert outcomes(ATTEMPT, WINDOW) == {ATTEMPT: "at_once", WINDOW: "inside"}


def test_a_late_return_corrects_a_perfect_order(parcel):
    house, package, run = parcel
    deliver_stop(run.stops.get(), received_by="Grace", actor=house.cory)
    assert outcomes(PERFECT) == {PERFECT: "perfect"}

    units = {package.order.lines.get().pk: 1}
    request_return(package.order, units=units, reason=Return.Reason.DAMAGED)
    assert outcomes(PERFECT, "returns") == {PERFECT: "faulty", "returns": "damaged"}


@pytest.mark.parametrize(("on", "outcome"), [(26, "inside"), (27, "too_late")])
def test_a_date_after_missing_stock_is_a_second_window(once, on, outcome):
    """Thursday was told, then withdrawn; when stock came, Friday was told."""
    with at_ten:
        house = once(open_house)
        order = make_order(house.ada, {"LAMP": 20})
        allocate_due()
    with time_machine.travel(berlin(23, 11), tick=False):
        walk = take_next_pick_list(warehouse=house.warehouse, actor=house.pat)
        report_short(walk.lines.get(), found=0, reason="empty", actor=house.pat)
    with time_machine.travel(berlin(24, 10), tick=False):
        put_stock(house.ada.products["LAMP"], 40, bin_code="B-01-1")
        shipment = picked(house, order)
        box = pack_unit(shipment, code="LAMP", quantity=20, actor=house.pat)
        close_package(box, actor=house.pat)
    first, second = Promise.objects.filter(kind="arrives").order_by("made_at")
    assert (first.outcome, first.was_told, first.local_on.day) == ("released", True, 26)
    assert (second.local_on.day, second.replaces_id) == (27, None)

    with time_machine.travel(berlin(24, 11), tick=False):
        label_packages(shipment, actor=house.pat)
        packages = hand_over(mark_ready(shipment, actor=house.pat).packages.all(), actor=house.pat)
    with time_machine.travel(berlin(on, 19, 30), tick=False):
        run = planned_run(house, packages, on=date(2026, 11, on))
        start_run(run, actor=house.cory)
        deliver_stop(run.stops.get(), received_by="Grace", actor=house.cory)
    perfect = "perfect" if outcome == "inside" else "untimely"
    assert outcomes(WINDOW, PERFECT) == {WINDOW: outcome, PERFECT: perfect}
    oracle = Oracle(connection.connection)
    ((_, window, *_),) = oracle.windows(oracle.by_id["order"][order.pk])
    assert window["id"] == first.pk


def test_events_that_are_read_again_change_nothing(parcel):
    house, _, run = parcel
    deliver_stop(run.stops.get(), received_by="Grace", actor=house.cory)
    read_numbers()
    once_read = kept()

    NumbersPlace.objects.update(read_transaction=0, read_event=None)
    read_numbers()
    assert kept() == once_read
    rebuild_numbers(house.ada.seller)
    assert kept() == once_read
    assert NumbersPlace.objects.get(seller=house.ada.seller).read_at is not None


@pytest.mark.breaks_books
def test_an_error_at_one_seller_stops_no_other(parcel):
    """A parcel that left 70 years later has more seconds than a number holds."""
    house, package, _ = parcel
    make_order(house.bo, {"MUG": 1})
    allocate_due()
    left = package.handed_over_at
    Package.objects.filter(pk=package.pk).update(handed_over_at=left.replace(year=2096))
    read_numbers()
    sellers = NumberFact.objects.values_list("seller", flat=True)
    assert set(sellers) == {house.bo.seller.pk}
    assert NumbersPlace.objects.get(seller=house.ada.seller).read_at is None
    assert NumbersPlace.objects.get(seller=house.bo.seller).read_at is not None

    Package.objects.filter(pk=package.pk).update(handed_over_at=left)
    read_numbers()
    assert set(sellers.all()) == {house.bo.seller.pk, house.ada.seller.pk}


def test_days_are_those_of_the_sellers_calendar(parcel):
    """What leaves on Monday at ten in Berlin leaves on Sunday in Samoa; a rebuild moves it."""
    house, package, _ = parcel
    read_numbers()
    fact = NumberFact.objects.get(number="cycle")
    assert (fact.day, fact.value) == (
        date(2026, 11, 23), (package.handed_over_at - package.order.created_at).total_seconds()
    )  # fmt: skip

    house.warehouse.time_zone = "Pacific/Pago_Pago"
    house.warehouse.save(update_fields=["time_zone"])
    rebuild_numbers(house.ada.seller)
    fact.refresh_from_db()
    assert fact.day == date(2026, 11, 22)


@pytest.mark.breaks_books
@pytest.mark.parametrize(
    ("left", "day"),
    [
        (datetime(2026, 10, 24, 21, 59, tzinfo=UTC), date(2026, 10, 24)),
        (datetime(2026, 10, 24, 22, 0, tzinfo=UTC), date(2026, 10, 25)),
        (datetime(2026, 10, 25, 22, 59, tzinfo=UTC), date(2026, 10, 25)),
        (datetime(2026, 10, 25, 23, 0, tzinfo=UTC), date(2026, 10, 26)),
    ],
)
def test_the_day_on_which_the_clock_changes_has_25_hours(parcel, left, day):
    house, package, _ = parcel
    Package.objects.filter(pk=package.pk).update(handed_over_at=left)
    rebuild_numbers(house.ada.seller)
    assert NumberFact.objects.get(number="cycle").day == day
