"""Orders of which units lie where no service brings them from: written down, held, let go."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import translation

from orders.lifecycle.holds import follow_service
from orders.lifecycle.transitions import lock_orders
from orders.models import Order, OrderLine, Warehouse
from orders.services.choosing import BEYOND, HOUSES, looked_at
from orders.services.reach import Place, where
from orders.states import ShippingRule
from orders.words import say
from orders.words.writing import listed


@transaction.atomic(savepoint=False)
def keep_beyond(found: Mapping[UUID, Collection[UUID]]) -> None:
    """{order: warehouses with units that it lacks, from which no service brings them; or none}.

    Who gets nothing else waits on hold with that reason; the hold ends where it is no more true.
    """
    if not found:
        return
    lock_orders(found)
    rows = Order.objects.select_related("seller__warehouse").filter(pk__in=found)
    orders = list(rows.order_by("pk"))
    names = _names({pk for houses in found.values() for pk in houses})
    for order in orders:
        _write_down(order, found[order.pk])
    Order.objects.bulk_update(orders, ["service"])
    leaving = OrderLine.objects.filter(order__in=found, ships=True, allocated__gt=0)
    can_go = set(leaving.order_by().values_list("order", flat=True).distinct())
    for order in orders:
        houses = [names[pk] for pk in found[order.pk] if pk in names]
        waits = order.pk not in can_go or order.ships_as != ShippingRule.AS_AVAILABLE
        follow_service(order, _refusal(order, houses) if houses and waits else "", actor=None)


def _write_down(order: Order, houses: Collection[UUID]) -> None:
    service: dict[str, Any] = dict(order.service or {})
    service.pop(BEYOND, None)
    if houses:
        service[BEYOND] = looked_at(order.seller) | {HOUSES: [str(pk) for pk in houses]}
    order.service = service or None


def _refusal(order: Order, houses: list[str]) -> str:
    """Stored in English, whoever reads it, and said again by the pages."""
    with translation.override("en"):
        place = where(Place(order.country, order.postcode, order.city))
        told = "It lies in {warehouse}, from where no service goes to {place}"
        return say(told, warehouse=listed(houses), place=place)


def _names(ids: Collection[UUID]) -> dict[UUID, str]:
    return dict(Warehouse.objects.filter(pk__in=ids).order_by("name").values_list("pk", "name"))
