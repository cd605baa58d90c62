"""Parcels that leave, and runs of the worker that tells their shop."""

from datetime import timedelta

import time_machine
from django.utils import timezone

from orders.lifecycle.labelling import label_packages
from orders.models import Event, Push, ShopLink
from orders.pushes.planning import plan_pushes
from orders.pushes.sending import tell_shops
from tests.support.stages import LAMP_CODE, picked
from tests.support.waiting import wait_until
from warehouse.floor.hand_over import hand_over
from warehouse.floor.packing import close_package, mark_ready, pack_unit


def send(house, order):
    shipment = picked(house, order)
    box = pack_unit(shipment, code=LAMP_CODE, quantity=2, actor=house.pat)
    close_package(box, actor=house.pat)
    label_packages(shipment, actor=house.pat)
    mark_ready(shipment, actor=house.pat)
    return hand_over(shipment.packages.all(), actor=house.pat)


def has_planned_all():
    """Plan; whether the cursor is behind the last event, which open transactions can delay."""
    plan_pushes()
    links = ShopLink.objects.filter(is_active=True).values_list("seller", "read_transaction")
    unread = (Event.objects.filter(seller=seller, transaction_id__gt=at) for seller, at in links)
    return not any(rows.exists() for rows in unread)


def tell(later=0):
    """A run of the worker, so many minutes later; what is still waiting, or failed, and why."""
    with time_machine.travel(timezone.now() + timedelta(minutes=later)):
        wait_until(has_planned_all)
        tell_shops()
    rows = Push.objects.exclude(state="done").order_by("made_at")
    return list(rows.values_list("what", "state", "reason"))
