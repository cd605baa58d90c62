"""Tours: the lead plans them, the courier drives them, door after door."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine

from orders.access import Role
from orders.errors import DomainError
from orders.models import Order, Package
from tests.support.cast import make_user, make_warehouse
from tests.support.stages import open_house, planned_run, sent_packages
from tests.warehouse.screens.floor import Worker, minute_after
from warehouse.couriers.undelivered import collect_package
from warehouse.couriers.undo import undoable_stops
from warehouse.models import Run

pytestmark = pytest.mark.django_db

RUNS, PLAN, COURIER = "/warehouse/runs/", "/warehouse/runs/plan/", "/courier/"
TUESDAY = datetime(2026, 11, 24, 17, 30, tzinfo=UTC)  # the day of planned runs; 18:30 in Berlin
SECRETS = ("grace@example.com", "+4915112345678")


def three_doors():
    """The warehouse, and parcels of three orders that our own couriers have."""
    house = open_house()
    addresses = [("Unter den Linden 1", "10117"), ("Torstraße 12", "10119"), ("Zoo 3", "10787")]
    return house, [
        sent_packages(house, {"LAMP": 2}, street=street, postcode=postcode)
        for street, postcode in addresses
    ]


@pytest.fixture
def told(once):
    yield from minute_after(once, three_doors)


@pytest.fixture
def house(told):
    return told[0]


@pytest.fixture
def doors(told):
    return told[1]


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
            [19, "", ""],
            {"on": "2026-11-22"},
            "Date: 22 Nov 2026 is over. Choose today or a later day.",
        ),
        (
            [9, "", ""],
            {"on": "2026-11-23"},
            "Order {}: 09:00–10:00 is over. Choose a later hour.",
        ),
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
    assert "Every customer gets their delivery window. Stops 1 Unter den Linden 1" in page.text

    screen = start(cory, run)
    number = doors[0][0].tracking_number
    assert screen.says == "Run started."
    assert (
        "Stop 1 of 2 19:00–20:00 Unter den Linden 1 10117 Berlin Grace Hopper "
        f"1 parcel: {number} (2 units)"
    ) in screen.text
    Order.objects.filter(pk=doors[0][0].order_id).update(note="Ring twice")
    assert "Customer’s note: Ring twice Delivered to Grace Hopper" in cory.opens(COURIER).text

    screen = deliver(cory, run, 1, "Neighbour Ilse")
    assert screen.says == "Stop 1: delivered."
    assert "Stop 2 of 2 20:00–21:00 Torstraße 12" in screen.text
    screen = cory.sends(f"{COURIER}stops/{stop(run, 2).pk}/fail/", reason="not_home")
    assert screen.says == "Stop 2: not delivered (nobody home)."
    assert (
        "All 2 stops done Done 1 Grace Hopper Delivered 18:30 Undo stop 1 "
        "2 Grace Hopper Not delivered (nobody home) 18:30 Undo" in screen.text
    )
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


def test_a_finished_stop_shows_its_own_outcome(house, lea, cory, run, doors):
    """Not the present status of its parcel."""
    start(cory, run)
    fields = {"place": "Kiosk", "until": "2026-12-01"}
    cory.sends(f"{COURIER}stops/{stop(run, 1).pk}/pickup/", **fields)
    cory.sends(f"{COURIER}stops/{stop(run, 2).pk}/fail/", reason="refused")
    collect_package(doors[0][0], actor=house.pat)
    again = planned_run(house, doors[1])
    start(cory, again)
    deliver(cory, again, 1, "Grace")

    past = [page.text for page in (lea.opens(f"{RUNS}{run.pk}/"), lea.opens(f"{RUNS}{again.pk}/"))]

    assert "Dropped at a pickup point 18:30" in past[0]
    assert "Not delivered (parcel refused) 18:30" in past[0]
    assert "Delivered 18:30" in past[1]


def test_the_last_stop_can_be_undone_while_the_next_run_waits(house, cory, run, doors):
    start(cory, run)
    for position in (1, 2):
        deliver(cory, run, position, "Grace")
    planned_run(house, doors[2])

    page = cory.opens(COURIER)

    assert "Start run" in page.text
    assert "Done on the run before 1 Grace Hopper Delivered 18:30 Undo stop 1" in page.text
    screen = cory.sends(f"{COURIER}stops/{stop(run, 2).pk}/undo/")
    assert screen.says == "Stop 2 is open again."
    assert "Stop 2 of 2" in screen.text


def test_what_a_later_run_failed_to_deliver_is_not_undone_here(house, cory, run, doors):
    start(cory, run)
    for position in (1, 2):
        cory.sends(f"{COURIER}stops/{stop(run, position).pk}/fail/", reason="not_home")
    again = planned_run(house, doors[0])
    start(cory, again)
    cory.sends(f"{COURIER}stops/{stop(again, 1).pk}/fail/", reason="not_home")

    assert undoable_stops([*run.stops.all(), *again.stops.all()]) == {
        stop(run, 2).pk,
        stop(again, 1).pk,
    }


def test_a_run_that_nobody_started_does_not_vanish(lea, run, doors):
    number = doors[0][0].tracking_number
    with time_machine.travel(TUESDAY + timedelta(days=1), tick=True):
        page = lea.opens(RUNS)
        assert (
            "Of past days, not over Cory Courier Planned Tue 24 Nov · 2 stops · never" in page.text
        )
        assert page.text.index("Of past days") < page.text.index("Not on a run yet")
        assert lea.sends("/warehouse/", code=number).url == f"{RUNS}{run.pk}/"
        assert "Start run" not in lea.opens(f"{RUNS}{run.pk}/").text

        screen = lea.sends(f"{RUNS}{run.pk}/cancel/")

    refusal = "Run Cory Courier, 24 Nov is cancelled: it cannot be started."
    assert screen.says == "Run of Cory Courier, 24 Nov cancelled: plan its parcels again."
    assert "Not on a run yet 3 parcels" in screen.text
    assert "Cory Courier Planned" not in screen.text
    assert lea.sends(f"{RUNS}{run.pk}/start/").says == refusal
    assert states(doors) == ["handed_over"] * 3


def test_a_run_that_nobody_finished_does_not_vanish(cory, lea, run, doors):
    start(cory, run)
    deliver(cory, run, 1, "Grace")
    with time_machine.travel(TUESDAY + timedelta(days=1), tick=True):
        assert "Cory Courier Started Tue 24 Nov · 2 stops · not finished" in lea.opens(RUNS).text
        screen = lea.sends(f"{RUNS}{run.pk}/end/")

    assert screen.says == "Run of Cory Courier, 24 Nov ended: plan its open parcels again."
    assert "Not on a run yet 2 parcels" in screen.text
    assert states(doors) == ["delivered", "in_transit", "handed_over"]
    assert Package.objects.get(pk=doors[1][0].pk).courier_name == ""
    assert "Not visited" in lea.opens(f"{RUNS}{run.pk}/").text


def test_what_was_told_of_a_failed_attempt_is_kept_in_mind(house, lea, cory, run, doors):
    start(cory, run)
    for position, reason in ((1, "damaged"), (2, "address_wrong")):
        cory.sends(f"{COURIER}stops/{stop(run, position).pk}/fail/", reason=reason)
    damaged, wrong, _ = doors
    given = {"on": "2026-11-24", "courier": house.cory.pk}
    hour_of_wrong = {f"hour_{wrong[0].order_id}": 20}

    page = lea.opens(PLAN)
    refused = lea.sends(PLAN, **given, **hour_of_wrong)
    with pytest.raises(DomainError, match="is damaged: send it back"):
        planned_run(house, damaged)
    confirmed = {f"corrected_{wrong[0].order_id}": "on"}
    planned = lea.sends(PLAN, **given, **hour_of_wrong, **confirmed)

    assert f"Order {damaged[0].order}" not in page.text
    assert "Last attempt failed: wrong address" in page.text
    order = wrong[0].order
    assert refused.says == f"Order {order}: confirm that its address, which was wrong, is correct."
    assert planned.says == "Run of Cory Courier, 24 Nov planned."
