"""Queries of the work on an order: reservations and pick lines."""

from dataclasses import dataclass

from orders.access import Viewer
from orders.models import Order
from warehouse.models import PickLine, Reservation


@dataclass(frozen=True, slots=True)
class OrderWork:
    """What is reserved for an order, and where pickers took it from."""

    reservations: list[Reservation]
    stops: list[PickLine]


def order_work(order: Order, viewer: Viewer) -> OrderWork:
    """Load reservations and pick lines of an order; two statements."""
    reservations = Reservation.objects.visible_to(viewer).filter(line__order=order)
    stops = PickLine.objects.visible_to(viewer).filter(pick_list__shipment__order=order)
    return OrderWork(
        reservations=list(reservations.select_related("line").order_by("line__position")),
        stops=list(
            stops.select_related("pick_list__shipment", "pick_list__picker", "shipment_line__line")
            .select_related("stock__location")
            .order_by("pick_list__created_at", "position")
        ),
    )
