"""A parcel that has not come, and an order that nobody delivers: the page offers what fits."""

import re

import pytest
import time_machine

from orders.intake.acceptance import accept_orders
from orders.lifecycle.holds import hold_order
from orders.models import Order
from orders.problems.reporting import reportable
from tests.support.cast import incoming
from tests.support.stages import delivered_order
from tests.tracking.tracked import AT_THE_DOOR, MONDAY, proven, sent_order, state
from warehouse.couriers.lost import mark_lost

pytestmark = pytest.mark.django_db


def kinds(order):
    page = proven(order).get(f"/track/{order.token}/problem/").content.decode()
    return re.findall(r'name="kind" value="(\w+)"', page), 'class="of-product"' in page


def test_a_parcel_reported_as_not_arrived_has_nothing_to_return(monday_house):
    order = delivered_order(monday_house, {"LAMP": 1})
    assert state(order, AT_THE_DOOR)["return_until"]
    with time_machine.travel(AT_THE_DOOR, tick=False):
        order = Order.objects.get(pk=order.pk)
        sent = proven(order).post(f"/track/{order.token}/problem/", {"kind": "not_arrived"})
    assert sent.status_code == 302
    assert state(order, AT_THE_DOOR)["return_until"] == ""


def test_of_a_lost_parcel_only_that_it_has_not_come_is_reported(monday_house):
    order = sent_order(monday_house, {"LAMP": 1})
    with time_machine.travel(MONDAY, tick=False):
        mark_lost(order.packages.get(), reason="not_found", actor=monday_house.pat)
        assert [unit.line for unit in reportable(order)] == [None]
        assert kinds(order) == (["not_arrived"], False)


def test_what_is_collected_from_the_shop_is_not_delivered(monday_house):
    nowhere = dict.fromkeys(("street", "postcode", "city", "country"), "")
    fetched = incoming({"LAMP": 1}, is_pickup=True, is_held=True, **nowhere)
    (taken,) = accept_orders(monday_house.ada.channel, [fetched])
    order = Order.objects.get(pk=taken.order_id)
    hold_order(order, reason="pickup", actor=None)
    with time_machine.travel(MONDAY, tick=False):
        said = proven(order).get(f"/track/{order.token}/state.json").json()
        page = proven(order).get(f"/track/{order.token}/").content.decode()
    assert (said["headline"]["text"], said["steps"]) == ("Not for delivery", [])
    assert said["parcels"][0]["state"] == "Not for delivery"
    assert said["personal"]["address"] == []
    assert "Delivery address" not in page
    assert re.findall(r'id="change"[^>]*>([^<]*)<', page) == ["Cancel the order"]
