"""The screens of a run's life: changed by the lead, loaded by scan, one tap, broken off."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from orders.models import Order, Package
from orders.wishes.choosing import choose_at_door
from tests.support.stages import planned_run, sent_packages
from warehouse.models import Run

pytestmark = [pytest.mark.django_db, pytest.mark.same_stages]
RUNS, PLAN, COURIER = "/warehouse/runs/", "/warehouse/runs/plan/", "/courier/"
TUESDAY = datetime(2026, 11, 24, 17, 30, tzinfo=UTC)  # 18:30 in Berlin


@pytest.fixture
def doors(house):
    """Parcels of three orders; the first two are of one receiver at one address."""
    addresses = [("Unter den Linden 1", "10117"), ("unter den  linden 1", "10117"), ("Zoo 3", "1")]
    return [
        sent_packages(house, {"LAMP": 1}, street=street, postcode=postcode)
        for street, postcode in addresses
    ]


@pytest.fixture
def run(house, doors):
    with time_machine.travel(TUESDAY, tick=True):
        yield planned_run(house, [*doors[0], *doors[1]], doors[2])


def numbers(doors):
    return [package.tracking_number for packages in doors for package in packages]


def states(doors):
    rows = dict(Package.objects.values_list("pk", "status"))
    return [rows[package.pk] for packages in doors for package in packages]


def test_two_orders_of_one_receiver_are_one_stop(house, doors, lea):
    page = lea.opens(PLAN)
    one, two = (packages[0].order for packages in doors[:2])
    assert f"Order {one} , {two} · 2 parcels" in page.text.replace(f"{one},", f"{one} ,")
    hours = {f"hour_{one.pk}": 19, f"hour_{doors[2][0].order_id}": 20}

    lea.sends(PLAN, on="2026-11-24", courier=house.cory.pk, **hours)

    stops = [
        [row.order_id for row in stop.packages.order_by("pk")]
        for stop in Run.objects.get().stops.all()
    ]
    assert stops == [[one.pk, two.pk], [doors[2][0].order_id]]


def test_the_lead_changes_a_planned_run(house, run, doors, lea):
    page = lea.opens(f"{RUNS}{run.pk}/change/")
    first, third = doors[0][0].order_id, doors[2][0].order_id
    assert f'name="hour_{first}"' in page.html
    assert 'value="19" selected' in page.html
    assert 'value="2026-11-24"' in page.html
    assert page.text.count("· 2 parcels") == 1, "its stop is one door"

    given = {"on": "2026-11-24", "courier": house.cory.pk, f"hour_{third}": 21}
    screen = lea.sends(f"{RUNS}{run.pk}/change/", **given)

    assert screen.says == "Run of Cory Courier, 24 Nov saved."
    assert "1 Grace Hopper Zoo 3, 1 Berlin 21:00–22:00" in screen.text
    assert "Not on a run yet 2 parcels" in lea.opens(RUNS).text
    refused = lea.sends(f"{RUNS}{run.pk}/change/", **given | {"on": "2026-11-20"})
    assert refused.says == "Date: 20 Nov 2026 is over. Choose today or a later day."


def test_a_courier_scans_the_parcels_onto_the_van(cory, run, doors):
    one, two, three = numbers(doors)
    assert "it starts with all 3 parcels" in cory.opens(COURIER).text
    load = f"{COURIER}runs/{run.pk}/load/"

    assert cory.sends(load, code=one).says == f"{one} is on the van (1)."
    assert cory.sends(load, code=one).says == f"Parcel {one} is already on the van."
    wrong = cory.sends(load, code="4006381333931")
    screen = cory.sends(load, code=three)

    assert (wrong.status, wrong.kind) == (409, "alarm")
    assert "On the van 2 of 3" in screen.text
    assert (
        "1 parcel is not on the van and stays here; customers who were told of today" in screen.text
    )
    assert f"Not on the van {two}" in screen.text
    cory.sends(f"{COURIER}runs/{run.pk}/unload/", package=doors[2][0].pk)
    cory.sends(f"{COURIER}runs/{run.pk}/start/")
    assert states(doors) == ["out_for_delivery", "handed_over", "handed_over"]


def test_one_tap_delivers_to_the_addressee(cory, run, doors):
    cory.sends(f"{COURIER}runs/{run.pk}/start/")
    page = cory.opens(COURIER)
    assert "Delivered to Grace Hopper" in page.text
    stop = run.stops.first()

    fields = {"handed_to": "receiver", "received_by": "Grace Hopper"}
    for name, value in fields.items():
        assert f'name="{name}" value="{value}"' in page.html
    cory.sends(f"{COURIER}stops/{stop.pk}/deliver/", **fields)

    assert states(doors) == ["delivered", "delivered", "out_for_delivery"]
    assert Package.objects.get(pk=doors[1][0].pk).received_by == "Grace Hopper"


def test_a_courier_breaks_a_run_off(cory, run, doors, lea):
    cory.sends(f"{COURIER}runs/{run.pk}/start/")
    assert "told that they come on the next day of delivery" in cory.opens(COURIER).text

    screen = cory.sends(f"{COURIER}runs/{run.pk}/break-off/")

    assert screen.says == "Run broken off: bring its parcels back."
    assert states(doors) == ["in_transit"] * 3
    assert "Not visited" in lea.opens(f"{RUNS}{run.pk}/").text


def test_a_run_whose_window_is_over_says_that_it_was_not_started(run, lea):
    assert "not started" not in lea.opens(RUNS).text
    with time_machine.travel(TUESDAY + timedelta(hours=3), tick=True):
        assert "not started, a delivery window is over: change it" in lea.opens(RUNS).text


def test_the_lead_reads_what_is_not_on_the_van(cory, run, doors, lea):
    one, two, three = numbers(doors)
    assert "Every customer gets" in lea.opens(f"{RUNS}{run.pk}/").text
    for number in (one, three):
        cory.sends(f"{COURIER}runs/{run.pk}/load/", code=number)
    assert f"Not on the van, and staying here: {two} ." in lea.opens(f"{RUNS}{run.pk}/").text

    screen = lea.sends(f"{RUNS}{run.pk}/start/")

    assert screen.says.endswith(f"Not on the van, and still here: {two}.")


def test_whoever_has_another_address_or_a_wish_is_another_door(doors, lea):
    Order.objects.filter(pk=doors[1][0].order_id).update(email="thief@example.com")
    assert lea.opens(PLAN).text.count("· 1 parcel") == 3
    Order.objects.filter(pk=doors[1][0].order_id).update(email=doors[0][0].order.email)
    assert lea.opens(PLAN).text.count("· 2 parcels") == 1
    choose_at_door(Order.objects.get(pk=doors[1][0].order_id), "neighbour", "Thief, no. 12")
    assert lea.opens(PLAN).text.count("· 1 parcel") == 3


def test_a_wish_for_one_of_two_orders_is_nobodys_default(cory, run, doors):
    order = Order.objects.get(pk=doors[0][0].order_id)
    choose_at_door(order, "neighbour", "Ilse, no. 3")
    cory.sends(f"{COURIER}runs/{run.pk}/start/")

    page = cory.opens(COURIER)

    assert f"Customer’s choice of order {order}: neighbour Ilse, no. 3" in page.text
    assert 'value="Ilse, no. 3"' not in page.html
    assert 'value="receiver" checked' in page.html
    assert "Delivered to" not in page.text, "it is not one tap"


def test_a_wish_for_all_orders_of_a_stop_is_its_default(cory, run, doors):
    for door in doors[:2]:
        choose_at_door(Order.objects.get(pk=door[0].order_id), "neighbour", "Ilse, no. 3")
    cory.sends(f"{COURIER}runs/{run.pk}/start/")
    assert 'value="Ilse, no. 3"' in cory.opens(COURIER).html


def test_a_window_of_several_hours_stays_as_it_is(house, run, doors, lea):
    stop = run.stops.last()
    stop.window_ends += timedelta(hours=2)
    stop.save()
    first, third = doors[0][0].order_id, doors[2][0].order_id
    page = lea.opens(f"{RUNS}{run.pk}/change/")
    assert "20:00 – 23:00, as now" in page.text
    given = {"on": "2026-11-24", "courier": house.cory.pk, f"hour_{third}": 99}
    lea.sends(f"{RUNS}{run.pk}/change/", **given, **{f"hour_{first}": 21})
    rows = run.stops.values_list("window_starts", "window_ends")
    assert [(end - start).seconds // 3600 for start, end in rows] == [3, 1]
