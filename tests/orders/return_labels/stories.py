"""Returns with a label: asked for, approved, and what is due of their labels done."""

from datetime import timedelta

import time_machine
from django.utils import timezone

from orders.models import OrderLine, Return
from orders.returns.handling import approve_return, request_return
from orders.returns.labels.offers import NAME
from orders.returns.labels.sweep import sweep_return_labels
from orders.returns.terms import change_terms
from tests.support.stages import delivered_order


def gives(house, offer):
    """Ada gives this for the way back, such as "peer:both"; "" for nothing."""
    seller = house.ada.seller
    seller.refresh_from_db()
    choices = {key: value for key, value in seller.return_choices.items() if key != NAME}
    chosen = choices | ({NAME: offer} if offer else {})
    house.ada.seller = change_terms(seller, {"return_choices": chosen}, actor=None)


def requested(house, *, price=0, order=None, **fields):
    """A return of a lamp that was delivered."""
    order = order or delivered_order(house, {"LAMP": 1}, **fields)
    OrderLine.objects.filter(order=order).update(unit_price=price)
    units = dict.fromkeys(order.lines.values_list("pk", flat=True), 1)
    return request_return(order, units=units, reason=Return.Reason.CHANGED_MIND)


def approved(house, **fields):
    """The same, approved."""
    return approve_return(requested(house, **fields), actor=house.ada.owner)


def sweep(later=0):
    """The sweep of labels, so many seconds from now; how many were due."""
    with time_machine.travel(timezone.now() + timedelta(seconds=later)):
        return sweep_return_labels()
