"""Of what moves together in an order the customer hears once."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from orders.lifecycle.labelling import label_packages
from orders.models import Event, Promise
from orders.promises.watching import watch_promises
from tests.support.cast import make_product, put_stock
from tests.support.stages import packed_shipment
from tests.tracking.tracked import MONDAY, split_order
from warehouse.floor.hand_over import hand_over
from warehouse.floor.packing import close_package, mark_ready, pack_unit
from warehouse.floor.picking import confirm_pick, take_next_pick_list
from warehouse.stock.allocation import allocate_due

pytestmark = pytest.mark.django_db

EVENING = datetime(2026, 11, 25, 17, tzinfo=UTC)
LAST = {"latest": datetime(2026, 11, 25, 20, tzinfo=UTC), "local_on": "2026-11-25"}


def told(order):
    """[(kind of event, shipment of the promise)] of what was told, or only noted, of promises."""
    events = Event.objects.filter(order=order, kind__startswith="promise.").order_by("pk")
    shipments = dict(Promise.objects.filter(order=order).values_list("pk", "shipment"))
    return [(event.kind, shipments[event.subject_id]) for event in events]


def two_shipments(house):
    """A lamp, and a vase that came in later, each in a parcel at the dock."""
    make_product(house.ada, "VASE", "Vase")
    first = packed_shipment(house, {"LAMP": 1, "VASE": 1}, boxes=[{"LAMP": 1}])
    put_stock(house.ada.products["VASE"], 1)
    allocate_due()
    walk = take_next_pick_list(warehouse=house.warehouse, actor=house.pat)
    code = walk.lines.get().stock.location.code
    confirm_pick(
        walk.lines.get(), location_code=code, product_code="VASE", quantity=1, actor=house.pat
    )
    close_package(pack_unit(walk.shipment, code="VASE", actor=house.pat), actor=house.pat)
    walk.shipment.refresh_from_db()
    for shipment in (first, walk.shipment):
        label_packages(shipment, actor=house.pat)
        mark_ready(shipment, actor=house.pat)
    return first.order


def test_a_parcel_is_told_before_the_rest_of_its_order(monday_house):
    order = split_order(monday_house, is_restocked=True)
    sent = order.shipments.get(status="handed_over")
    Promise.objects.filter(order=order, kind="arrives").update(**LAST)
    with time_machine.travel(EVENING, tick=False):
        watch_promises()

    assert sorted(told(order), key=str) == [
        ("promise.adjusted", None),
        ("promise.given", None),
        ("promise.moved", sent.pk),
    ]


def test_two_late_departures_are_told_once(monday_house):
    order = two_shipments(monday_house)
    with time_machine.travel(MONDAY + timedelta(days=3), tick=False):
        hand_over(order.packages.all(), actor=monday_house.pat)

    events = [kind for kind, _ in told(order) if kind != "promise.broken"]
    assert sorted(events) == ["promise.adjusted", "promise.given", "promise.moved"]
    assert set(
        Promise.objects.filter(order=order, kind="arrives", settled_at=None).values_list(
            "reason", flat=True
        )
    ) == {"late"}
