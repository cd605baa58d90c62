"""Orders on their way to the door, so that something can come back."""

import time_machine

from orders.lifecycle.labelling import label_packages
from tests.support.stages import picked, planned_run, start_on_its_day
from tests.tracking.tracked import AT_THE_DOOR
from warehouse.couriers.runs import deliver_stop
from warehouse.floor.hand_over import hand_over
from warehouse.floor.packing import close_package, mark_ready, pack_unit


def pack(house, order, units):
    """The boxes of an order of {SKU: units}, packed and labelled."""
    shipment = picked(house, order)
    for sku, quantity in units.items():
        box = pack_unit(shipment, code=sku, quantity=quantity, actor=house.pat)
    close_package(box, actor=house.pat)
    label_packages(shipment, actor=house.pat)
    mark_ready(shipment, actor=house.pat)
    return shipment.packages.all()


def send(house, order, units):
    """The boxes of an order of {SKU: units}, handed over."""
    return hand_over(pack(house, order, units), actor=house.pat)


def deliver(house, *doors):
    """Cory brings the boxes of each door."""
    run = start_on_its_day(planned_run(house, *doors), house.cory)
    with time_machine.travel(AT_THE_DOOR, tick=False):
        for stop in run.stops.order_by("position"):
            deliver_stop(stop, received_by="Grace", actor=house.cory)
