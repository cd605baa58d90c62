"""Tours: the lead plans them, the courier drives them, door after door."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
import time_machine

from orders.access import Role
from orders.models import Package
from tests.support.cast import make_user, make_warehouse
from tests.support.stages import planned_run, sent_packages
from tests.warehouse.screens.floor import Worker
from warehouse.models import Run

pytestmark = pytest.mark.django_db

RUNS, PLAN, COURIER = "/warehouse/runs/", "/warehouse/runs/plan/", "/courier/"
TUESDAY = datetime(2026, 11, 24, 17, 30, tzinfo=UTC)  # the day of planned runs; 18:30 in Berlin
SECRETS = ("grace@example.com", "+4915112345678")


@pytest.fixture
def doors(house):
    """Parcels of three orders that our own couriers have."""
    addresses = [("Unter den Linden 1", "10117"), ("Torstraße 12", "10119"), ("Zoo 3", "10787")]
    return [
        sent_packages(house, {"LAMP": 2}, street=street, postcode=postcode)
        for street, postcode in addresses
    ]


@pytest.fixture
def run(house, doors):
    """Cory's run of two doors, 19:00 and 20:00; it is the evening of its day."""
    with time_machine.travel(TUESDAY, tick=True):
        yield planned_run(house, *doors[:2])


def states(doors):
    rows = dict(Package.objects.values_list("pk", "status"))
    return [rows[package.pk] for packages in doors for package in packages]


def stop(run, position):
    return run.stops.get(position=position)


def start(cory, run):
    return cory.sends(f"{COURIER}runs/{run.pk}/start/")


def deliver(cory, run, position, name):
    url = f"{COURIER}stops/{stop(run, position).pk}/deliver/"
    return cory.sends(url, received_by=name)


def plan(lea, doors, hours, **fields):
    given = {f"hour_{door[0].order_id}": hour for door, hour in zip(doors, hours, strict=True)}
    return lea.sends(PLAN, **{"on": "2026-11-24"} | given | fields)


def test_a_run_goes_from_hour_to_hour(house, lea, doors):
    page = lea.opens(PLAN)
    assert "Grace Hopper Unter den Linden 1, 10117 Berlin Order" in page.text
    assert "3 parcels with our own couriers" in lea.opens(RUNS).text

    screen = plan(lea, doors, [20, 19, ""], courier=house.cory.pk)

    assert (screen.url, screen.kind) == (RUNS, "good")
    assert screen.says == "Run of Cory Courier, 24 Nov planned."
    assert "Not on a run yet 1 parcel with" in screen.text
    assert "Cory Courier Planned Tue 24 Nov · 2 stops" in screen.text
    stops = Run.objects.get().stops.all()
    assert [row.packages.get() for row in stops] == [doors[1][0], doors[0][0]]
    assert stops[0].window_starts == datetime(2026, 11, 24, 18, tzinfo=UTC)
    assert stops[0].window_ends == datetime(2026, 11, 24, 19, tzinfo=UTC)


@pytest.mark.parametrize(
    ("hours", "fields", "says"),
    [
        (["", "", ""], {}, "Plan at least one stop."),
        ([19, "", ""], {"on": "soon"}, "Date: Enter a valid date."),
        (
            [25, "", ""],
            {},
            "Order {}: choose one of those on the screen.",
        ),
        (
            [19, "", ""],
            {"courier": uuid4()},
            "Courier: choose one of those on the screen.",
        ),
    ],
)
def test_a_senseless_run_is_refused(house, lea, doors, hours, fields, says):
    screen = plan(lea, doors, hours, **{"courier": house.cory.pk} | fields)

    assert (screen.status, screen.kind) == (409, "alarm")
    assert screen.says == says.format(doors[0][0].order)
    assert not Run.objects.exists()


def test_only_couriers_of_this_warehouse_can_be_chosen(house, lea, doors):
    make_user("kim@example.com", "Kim", Role.COURIER, warehouse=make_warehouse("HAM"))

    page = lea.opens(PLAN)

    assert "Cory Courier" in page.text
    assert "Kim" not in page.text
    assert "Pat" not in page.text


def test_the_lead_starts_a_run(lea, run, doors):
    screen = lea.sends(f"{RUNS}{run.pk}/start/")

    assert screen.url == f"{RUNS}{run.pk}/"
    assert screen.says == "Cory has started: customers have their delivery window."
    assert "1 Grace Hopper Unter den Linden 1, 10117 Berlin 19:00–20:00" in screen.text
    assert states(doors) == ["out_for_delivery", "out_for_delivery", "handed_over"]


def test_a_courier_drives_from_door_to_door(cory, run, doors):
    page = cory.opens(COURIER)
    assert "Tuesday, 24 November" in page.text
    assert "Start run Every customer gets their delivery window. 1 Unter den Linden 1" in page.text

    screen = start(cory, run)
    number = doors[0][0].tracking_number
    assert screen.says == "Run started."
    assert (
        "Stop 1 of 2 19:00–20:00 Unter den Linden 1 10117 Berlin Grace Hopper "
        f"1 parcel: {number} (2 units)"
    ) in screen.text

    screen = deliver(cory, run, 1, "Neighbour Ilse")
    assert screen.says == "Stop 1: delivered."
    assert "Stop 2 of 2 20:00–21:00 Torstraße 12" in screen.text
    screen = cory.sends(f"{COURIER}stops/{stop(run, 2).pk}/fail/", reason="not_home")
    assert screen.says == "Stop 2: not delivered."
    assert "All 2 stops done Done 1 Grace Hopper Delivered 18:30" in screen.text
    assert states(doors) == ["delivered", "attempt_failed", "handed_over"]
    assert Package.objects.get(pk=doors[0][0].pk).received_by == "Neighbour Ilse"
    run.refresh_from_db()
    assert run.status == "finished"


def test_a_door_may_be_taken_before_its_turn(cory, run):
    start(cory, run)

    page = cory.opens(f"{COURIER}?stop={stop(run, 2).pk}")

    assert "Stop 2 of 2 20:00–21:00 Torstraße 12" in page.text
    assert "Next stops 1 Unter den Linden 1" in page.text


@pytest.mark.parametrize(
    ("button", "fields", "says"),
    [
        ("deliver", {}, "Recipient’s name: nothing entered."),
        (
            "deliver",
            {"received_by": "  ", "handed_to": "safe_place"},
            "Where you left it: nothing entered.",
        ),
        (
            "deliver",
            {"handed_to": "neighbour"},
            "Neighbour’s name and door: nothing entered.",
        ),
        (
            "deliver",
            {"received_by": "x" * 81},
            "Recipient’s name: at most 80 characters, not 81.",
        ),
        ("fail", {}, "Reason: nothing entered."),
        (
            "fail",
            {"reason": "rain"},
            "Reason: choose one of those on the screen.",
        ),
    ],
)
def test_what_happened_must_be_said(cory, run, doors, button, fields, says):
    start(cory, run)

    screen = cory.sends(f"{COURIER}stops/{stop(run, 1).pk}/{button}/", **fields)

    assert (screen.status, screen.says) == (409, says)
    assert "Stop 1 of 2" in screen.text
    assert states(doors) == ["out_for_delivery", "out_for_delivery", "handed_over"]


def test_a_button_sent_twice_is_applied_once(cory, run):
    start(cory, run)
    url = f"{COURIER}stops/{stop(run, 1).pk}/deliver/"
    sent = {"received_by": "Porch", "client_id": uuid4(), "sequence": 5}

    first, again = cory.sends(url, **sent), cory.sends(url, **sent)

    assert first.says == again.says == "Stop 1: delivered."
    assert "Stop 2 of 2" in again.text


def test_a_stop_before_the_start_is_refused(cory, run, doors):
    screen = deliver(cory, run, 1, "Porch")

    assert screen.status == 409
    assert screen.says == "The run of Cory Courier, 24 Nov has not started: start it first."
    assert states(doors) == ["handed_over", "handed_over", "handed_over"]


def test_another_couriers_run_is_not_there(house, run, doors):
    carl = Worker(make_user("carl@example.com", "Carl", Role.COURIER, warehouse=house.warehouse))

    page = carl.opens(COURIER)
    statuses = [
        start(carl, run).status,
        deliver(carl, run, 1, "Carl").status,
        carl.sends(f"{COURIER}stops/{stop(run, 1).pk}/fail/", reason="refused").status,
    ]

    assert "No run assigned yet Your run appears here once your lead has planned it." in page.text
    assert "Grace" not in page.html
    assert statuses == [404, 404, 404]
    assert states(doors) == ["handed_over", "handed_over", "handed_over"]


def test_nobody_sees_phone_or_mail(lea, cory, run):
    start(cory, run)
    pages = [cory.opens(COURIER), lea.opens(PLAN), lea.opens(f"{RUNS}{run.pk}/")]

    assert [secret for page in pages for secret in SECRETS if secret in page.html] == []


def test_the_next_run_is_shown_before_its_day(cory, house, doors):
    planned_run(house, doors[0])

    assert "Tuesday, 24 November" in cory.opens(COURIER).text
