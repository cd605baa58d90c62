"""The courier says who has it or where it waits; the lead decides over what was not delivered."""

from datetime import UTC, datetime
from html import unescape
from uuid import uuid4

import pytest
import time_machine
from django.test import Client

from orders.models import Event, Order, Package, Return
from tests.support.stages import (
    open_house,
    planned_run,
    ready_shipment,
    sent_packages,
    started_run,
)
from tests.warehouse.screens.floor import minute_after
from warehouse.couriers.runs import fail_stop, take_to_pickup_point
from warehouse.couriers.undelivered import send_back

pytestmark = pytest.mark.django_db

COURIER, RUNS, LIST = "/courier/", "/warehouse/runs/", "/warehouse/undelivered/"
TUESDAY = datetime(2026, 11, 24, 17, 30, tzinfo=UTC)
LOST = "/warehouse/lost/"
KIOSK = "Kiosk Yilmaz, Torstraße 9"


def three_doors():
    """The warehouse, and parcels of three orders that our own couriers have."""
    house = open_house()
    return house, [sent_packages(house, {"LAMP": 1}) for _ in range(3)]


@pytest.fixture
def told(once):
    yield from minute_after(once, three_doors)


@pytest.fixture
def house(told):
    return told[0]


@pytest.fixture
def stops(told):
    """Three doors of a started run, on its evening."""
    house, doors = told
    with time_machine.travel(TUESDAY, tick=True):
        run = started_run(house, *doors)
        yield list(run.stops.all())


def parcel(stop):
    return stop.packages.get()


def press(lea, package, button):
    return lea.sends(f"{LIST}{package.pk}/{button}/")


def fail(house, stop):
    fail_stop(stop, reason="refused", actor=house.cory)
    return parcel(stop)


def bring(house, stop):
    until = datetime(2026, 12, 1, tzinfo=UTC).date()
    take_to_pickup_point(stop, place=KIOSK, until=until, actor=house.cory)
    return parcel(stop)


def test_the_courier_says_who_has_it(cory, stops):
    page = cory.opens(COURIER)
    assert "Who received it? Recipient Neighbour Safe place" in page.text

    screen = cory.sends(
        f"{COURIER}stops/{stops[0].pk}/deliver/",
        handed_to="neighbour",
        received_by="Ilse Aichinger",
    )

    assert screen.says == "Stop 1: left with a neighbour."
    assert (parcel(stops[0]).handed_to, parcel(stops[0]).received_by) == (
        "neighbour", "Ilse Aichinger",
    )  # fmt: skip
    order = Order.objects.get(packages=parcel(stops[0]))
    track = unescape(Client().get(f"/track/{order.token}/").content.decode())
    assert "Left with a neighbour" in track
    assert "Ilse" not in track + Client().get(f"/track/{order.token}/state.json").content.decode()


def test_a_taker_we_do_not_know_is_refused_and_the_name_is_kept(cory, stops):
    screen = cory.sends(
        f"{COURIER}stops/{stops[0].pk}/deliver/", handed_to="dog", received_by="Rex"
    )

    assert (screen.status, screen.kind) == (409, "alarm")
    assert screen.says == "Received by: choose one of those on the screen."
    assert 'value="Rex"' in screen.html
    assert parcel(stops[0]).status == "out_for_delivery"


def test_the_courier_takes_it_to_a_pickup_point_and_back(cory, stops):
    url = f"{COURIER}stops/{stops[0].pk}/pickup/"
    page = cory.opens(COURIER)
    assert 'min="2026-11-25" required value="2026-12-01"' in page.html
    late = cory.sends(url, place=KIOSK, until="2026-11-24")
    assert late.says == "The last day to collect the parcel must be after today."
    assert f'value="{KIOSK}"' in late.html
    assert cory.sends(url, until="2026-12-01").says == "Pickup point: nothing entered."
    assert cory.sends(url, place=KIOSK, until="soon").status == 409
    assert parcel(stops[0]).status == "out_for_delivery"

    screen = cory.sends(url, place=KIOSK, until="2026-12-01")

    assert screen.says == "Stop 1: dropped at a pickup point."
    assert "Dropped at a pickup point 18:30" in screen.text
    assert parcel(stops[0]).pickup_point == KIOSK
    screen = cory.sends(f"{COURIER}stops/{stops[0].pk}/undo/")
    assert screen.says == "Stop 1 is open again."
    assert parcel(stops[0]).status == "out_for_delivery"


def test_the_lead_sees_all_that_was_not_delivered(house, lea, stops):
    assert "Undelivered" not in lea.opens(RUNS).text
    assert "No undelivered parcels." in lea.opens(LIST).text
    refused, kept = fail(house, stops[0]), bring(house, stops[1])
    send_back(fail(house, stops[2]), actor=lea.user)

    assert "Undelivered 1 failed · 1 at a pickup point · 1 returning" in lea.opens(RUNS).text
    page = lea.opens(LIST)
    assert f"{refused.tracking_number} Grace Hopper, Berlin · Ada's Lamps Parcel refused" in (
        page.text
    )
    assert (
        f"{kept.tracking_number} Grace Hopper, Berlin · Ada's Lamps {KIOSK}, until Tue 1 Dec"
        in (page.text)
    )
    planned_run(house, [refused])
    assert refused.tracking_number not in lea.opens(LIST).text


def test_what_was_collected_is_delivered_or_was_a_mistake(house, lea, stops):
    kept = bring(house, stops[0])

    screen = press(lea, kept, "collected")

    assert screen.says == f"Parcel {kept.tracking_number}: collected."
    assert "Just collected" in screen.text
    assert parcel(stops[0]).status == "delivered"
    again = press(lea, kept, "collected")
    assert (again.status, again.kind) == (409, "alarm")
    assert press(lea, kept, "undo").says == f"Parcel {kept.tracking_number}: undone."
    assert parcel(stops[0]).status == "at_pickup_point"


def test_a_parcel_comes_back_by_a_scan_and_is_inspected(house, lea, pat, stops):
    sent = fail(house, stops[0])
    screen = press(lea, sent, "send-back")
    assert screen.says == f"Parcel {sent.tracking_number} is returning."
    assert "Returning" in screen.text
    order = Order.objects.get(packages=sent)
    track = unescape(Client().get(f"/track/{order.token}/").content.decode())
    assert "Your parcel was refused at the door and is on its way back to Ada's Lamps." in track
    assert lea.sends("/warehouse/", code=sent.tracking_number).url == LIST

    screen = lea.sends(LIST, code=sent.tracking_number)

    back = Return.objects.get()
    assert (
        screen.says == f"Parcel {sent.tracking_number} was received: inspect it as return {back}."
    )
    assert parcel(stops[0]).status == "returned"
    assert f"{back} To inspect" in pat.opens("/warehouse/returns/").text
    page = pat.opens(f"/warehouse/returns/{back.pk}/")
    assert "0 of 1 done Undeliverable" in page.text
    line = back.lines.get()
    unit = {"line": line.pk, "scanned": "LAMP", "counted": 1}
    screen = pat.sends(f"/warehouse/returns/{back.pk}/", code="B-01-1", **unit)
    assert screen.says == "1 × Brass lamp into B-01-1"
    track = unescape(Client().get(f"/track/{order.token}/").content.decode())
    assert "Your order could not be delivered" in track
    assert "was returned to Ada's Lamps" in track
    assert str(back) not in track
    again = lea.sends(LIST, code=sent.tracking_number)
    assert again.says == f"Parcel {sent.tracking_number} is returned: it is not returning."


def test_it_is_back_by_the_button(house, lea, stops):
    sent = send_back(fail(house, stops[0]), actor=lea.user)

    screen = press(lea, sent, "back")

    assert screen.says == f"Parcel {sent.tracking_number} received. Inspect it under Returns."
    assert Package.objects.get(pk=sent.pk).status == "returned"


def test_a_wrong_parcel_is_refused(lea, stops):
    number = parcel(stops[0]).tracking_number

    screen = lea.sends(LIST, code=number)
    nobody = lea.sends(LIST, code="OC-NOTHING")

    assert screen.says == f"Parcel {number} is out for delivery: it is not returning."
    assert nobody.says.startswith("You scanned OC-NOTHING. Expected: the tracking number")
    assert lea.sends(f"{LIST}{uuid4()}/back/").status == 404
    assert not Return.objects.exists()


def test_a_button_sent_twice_takes_back_once(house, lea, stops):
    sent = send_back(fail(house, stops[0]), actor=lea.user)
    pair = {"client_id": uuid4(), "sequence": 3}

    first, again = (lea.sends(f"{LIST}{sent.pk}/back/", **pair) for _ in range(2))

    assert first.says == again.says
    assert Return.objects.count() == 1


def test_the_lead_reports_a_lost_parcel_and_one_that_is_found(told, lea):
    _, ((box,), *_) = told
    number = box.tracking_number

    assert lea.sends(LOST, code="NOTHING", reason="stolen").status == 409
    assert lea.sends(LOST, code=number, reason="eaten").status == 409
    assert lea.sends(LOST, code=number, reason="stolen").says == (
        f"Parcel {number} is reported as lost. Customer and seller are told."
    )
    box.refresh_from_db()
    assert (box.status, number in lea.opens(LOST).text) == ("lost", True)

    screen = lea.sends(f"{LOST}{box.pk}/found/")

    assert screen.says == f"Parcel {number} found. Plan it on a run."
    box.refresh_from_db()
    assert box.status == "in_transit"


def test_a_scan_on_the_screen_of_lost_parcels_is_of_a_parcel_here_that_can_be_lost(house, lea):
    (box,) = sent_packages(house, {"LAMP": 1})
    (waiting,) = ready_shipment(house, {"LAMP": 1}).packages.all()
    number = box.tracking_number

    wrong = lea.sends(LOST, code="LAMP", reason="stolen")
    assert (wrong.kind, wrong.status) == ("alarm", 409)
    assert "the tracking number of a parcel" in wrong.says
    here = lea.sends(LOST, code=waiting.tracking_number, reason="stolen")
    assert (here.status, Package.objects.get(pk=waiting.pk).status) == (409, "labelled")
    lea.sends(LOST, code=number, reason="not_found")
    again = lea.sends(LOST, code=number, reason="not_found")
    assert (again.status, "lost" in again.says) == (409, True)
    assert Package.objects.get(pk=box.pk).status == "lost"
    assert Event.objects.filter(kind="package.lost").count() == 1
