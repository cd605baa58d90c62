"""Orders on their way, and a look at their tracking page at a moment of the story."""

from datetime import UTC, datetime

import time_machine
from django.http import HttpResponse
from django.test import Client

from fulfillment.tracking.levels import PROOF, prove
from orders.models import Order
from tests.support.cast import make_product, put_stock
from tests.support.stages import planned_run, ready_shipment, sent_packages
from warehouse.couriers.runs import start_run
from warehouse.floor.hand_over import hand_over
from warehouse.stock.allocation import allocate_due

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)  # 10:00 in Berlin
ON_THE_DAY = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)
AT_THE_DOOR = datetime(2026, 11, 24, 18, 22, tzinfo=UTC)


def look(order, what="", now=MONDAY, **headers):
    with time_machine.travel(now, tick=False):
        token = Order.objects.get(pk=order.pk).token
        client = proven(order) if what.startswith("return/") else Client()
        return client.get(f"/track/{token}/{what}", headers=headers)


def state(order, now=MONDAY):
    return look(order, "state.json", now).json()


def sent_order(house, lines, **fields):
    return Order.objects.get(pk=sent_packages(house, lines, **fields)[0].order_id)


def out_for_delivery(house, lines, **fields):
    """An order whose boxes Cory has in his car, and the run."""
    packages = sent_packages(house, lines, **fields)
    run = planned_run(house, sent_packages(house, {"SHADE": 1}), packages)
    with time_machine.travel(ON_THE_DAY, tick=False):
        start_run(run, actor=house.cory)
    return packages[0].order, run


def split_order(house, *, is_restocked=False):
    """One lamp and two vases, of which one is in stock: its shipment left, the rest follows.

    `is_restocked`: the other vase came in before, and waits to be picked.
    """
    vase = make_product(house.ada, "VASE", "Vase")
    put_stock(vase, 1)
    lines = {"LAMP": 1, "VASE": 2}
    shipment = ready_shipment(house, lines, boxes=[{"LAMP": 1, "VASE": 1}])
    if is_restocked:
        put_stock(vase, 1)
        allocate_due()
    hand_over(shipment.packages.all(), actor=house.pat)
    return shipment.order


def proven(order, client=None, *, by_code=False):
    """A client that has proven to be the customer of this order: the second level."""
    client, answer = client or Client(), HttpResponse()
    prove(answer, order.pk, f"/track/{order.token}/", by_code=by_code)
    client.cookies[PROOF] = answer.cookies[PROOF].value
    return client
