"""Warehouses by their ids: those in which somebody works are asked for with each request."""

from orders.models import Warehouse
from orders.prepared import PreparedQuery, is_among, parameter

# Mostly one, which is asked for by itself: of a list PostgreSQL plans anew each time.
BUILDING = PreparedQuery(lambda: Warehouse.objects.filter(pk=parameter(1)))
BUILDINGS = PreparedQuery(
    lambda: Warehouse.objects.filter(is_among("orders_warehouse.id", 1)).order_by("name")
)
