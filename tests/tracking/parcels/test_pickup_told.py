"""A pickup point on the tracking page: on the way there, waiting, collected, and not collected."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine

from orders.models import Wish
from tests.support.cast import make_point
from tests.test_doors import signed_in
from tests.tracking.tracked import AT_THE_DOOR, ON_THE_DAY, out_for_delivery, proven, state
from warehouse.couriers.runs import fail_stop, take_to_pickup_point
from warehouse.couriers.undelivered import collect_package, send_back, take_back

pytestmark = pytest.mark.django_db
LAST = date(2026, 11, 27)
PLACE = "Kiosk Yilmaz, Torstraße 9, 10119 Berlin"


def noon(day):
    return datetime(2026, 11, day, 12, tzinfo=ZoneInfo("Europe/Berlin"))


@pytest.fixture
def bound_for_point(monday_house):
    """An order that Cory takes to the pickup point that its customer chose, and its stop."""
    point = make_point(monday_house.warehouse)
    order, run = out_for_delivery(monday_house, {"LAMP": 1})
    Wish.objects.create(
        order=order, seller=order.seller, kind="pickup", point=point, text=point.label,
        made_at=ON_THE_DAY,
    )  # fmt: skip
    return order, run.stops.get(packages__order=order), point


def leave(stop, point, house):
    with time_machine.travel(AT_THE_DOOR, tick=False):
        take_to_pickup_point(stop, place=point.label, until=LAST, actor=house.cory)


def wishes(order, moment):
    with time_machine.travel(moment, tick=False):
        said = proven(order).get(f"/track/{order.token}/state.json").json()
    return said["personal"]["wishes"]


def told(order, moment):
    said = state(order, moment)
    return said["headline"]["text"], [one["text"] for one in said["notices"]]


def labels(order, moment):
    return [(one["label"], one["state"]) for one in state(order, moment)["steps"]][-2:]


def test_on_the_way_there_no_courier_comes_to_the_door(bound_for_point):
    order, _, point = bound_for_point
    said = state(order, ON_THE_DAY)
    assert said["headline"]["text"] == "Comes to the pickup point today, 20:00 – 21:00"
    assert said["stops"] == ""
    assert wishes(order, ON_THE_DAY) == [f"Take it to a pickup point: {point.label}"]


def test_there_it_is_ready_to_collect_and_then_collected(bound_for_point, monday_house):
    order, stop, point = bound_for_point
    leave(stop, point, monday_house)
    assert labels(order, noon(25)) == [("Ready to collect", "current"), ("Collected", "to_come")]
    assert wishes(order, noon(25)) == [f"Take it to a pickup point: {point.label}"]
    assert told(order, noon(27)) == (
        "Your parcel is ready to collect",
        [f"Your parcel can be collected today for the last time: {PLACE}."],
    )
    with time_machine.travel(noon(27), tick=False):
        collect_package(order.packages.get(), actor=monday_house.pat)
    said = state(order, noon(27))
    assert said["headline"]["text"] == "Collected today at 12:00"
    assert said["parcels"][0]["state"] == "Collected"
    assert said["history"][0]["text"] == "Collected"
    assert labels(order, noon(27)) == [("Ready to collect", "done"), ("Collected", "current")]


def test_what_nobody_collects_is_said_so_to_the_end(bound_for_point, monday_house):
    order, stop, point = bound_for_point
    leave(stop, point, monday_house)
    headline = "Your parcel was not collected"
    assert told(order, noon(28)) == (
        headline,
        [f"Your parcel could be collected until yesterday and goes back to Ada's Lamps: {PLACE}."],
    )
    with time_machine.travel(noon(28), tick=False):
        seller = signed_in(monday_house.ada.owner)
        page = seller.get(f"/dashboard/orders/{order.pk}/").content.decode()
        assert "Not collected in time" in page
        send_back(order.packages.get(), actor=monday_house.pat)
    asked = "Ada's Lamps will contact you about what happens next."
    assert told(order, noon(28)) == (
        headline,
        [f"Your parcel was not collected and is on its way back to Ada's Lamps. {asked}"],
    )
    assert wishes(order, noon(28)) == []
    with time_machine.travel(noon(29), tick=False):
        take_back(order.packages.get(), actor=monday_house.pat)
    assert told(order, noon(29)) == (
        headline,
        [f"Your parcel was not collected and was returned to Ada's Lamps. {asked}"],
    )


@pytest.mark.parametrize(
    ("reason", "why"),
    [
        ("refused", "was refused at the door"),
        ("damaged", "was damaged in transit"),
        ("not_home", "could not be delivered"),
    ],
)
def test_the_page_says_why_it_goes_back(monday_house, reason, why):
    order, run = out_for_delivery(monday_house, {"LAMP": 1})
    with time_machine.travel(AT_THE_DOOR, tick=False):
        fail_stop(run.stops.get(packages__order=order), reason=reason, actor=monday_house.cory)
        send_back(order.packages.get(), actor=monday_house.pat)
    _, notices = told(order, AT_THE_DOOR + timedelta(hours=1))
    assert notices == [
        f"Your parcel {why} and is on its way back to Ada's Lamps. "
        "Ada's Lamps will contact you about what happens next."
    ]
