"""The warehouses in which somebody works: asked for with each request."""

from uuid import UUID

from django.db import DEFAULT_DB_ALIAS

from orders.access import Membership
from orders.models import Warehouse
from orders.prepared import PreparedQuery, is_among, parameter

# Mostly one, which is asked for by itself: of a list PostgreSQL plans anew each time.
BUILDING = PreparedQuery(lambda: Warehouse.objects.filter(pk=parameter(1)))
BUILDINGS = PreparedQuery(
    lambda: Warehouse.objects.filter(is_among("orders_warehouse.id", 1)).order_by("name")
)
COLUMNS = [field.attname for field in Warehouse._meta.concrete_fields]


def building_of(member: Membership) -> Warehouse | None:
    """The warehouse of a membership that was read with it; None where that was not."""
    read = member.get("building")
    if not read:
        return None
    known = read | {"id": UUID(read["id"])}
    return Warehouse.from_db(DEFAULT_DB_ALIAS, COLUMNS, [known[name] for name in COLUMNS])
