"""Read-only questions about the work on an order: what is reserved, what was picked where."""

from typing import Any

from orders.access import Viewer
from orders.models import Order
from warehouse.models import PickLine, Reservation


def order_panel(order: Order, viewer: Viewer) -> dict[str, Any]:
    """Reservations and stops of pickers for the page of an order; two statements."""
    reservations = Reservation.objects.visible_to(viewer).filter(line__order=order)
    stops = PickLine.objects.visible_to(viewer).filter(pick_list__shipment__order=order)
    return {
        "template": "warehouse/_order_panel.html",
        "reservations": list(reservations.select_related("line").order_by("line__position")),
        "stops": list(
            stops.select_related("pick_list__shipment", "pick_list__picker", "shipment_line__line")
            .select_related("stock__location")
            .order_by("pick_list__created_at", "position")
        ),
    }
