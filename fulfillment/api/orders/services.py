"""`/api/v1/services/`: how a seller's parcels travel, where to, and in how many days."""

from typing import Annotated, Any
from uuid import UUID

import msgspec
from django.db.models import QuerySet
from msgspec import Meta

from fulfillment.api.operations import Moment, Operation
from fulfillment.api.rows import Next, Query, RowList, columns_of
from orders.access import Scope, Viewer
from orders.models import Service as ServiceRow


class Destination(msgspec.Struct):
    """Where a service goes. The most specific one decides about an address."""

    country: Annotated[
        str, Meta(description="Two letters; `EU`: the rest of the European Union, `*`: the rest.")
    ]
    postcodes: Annotated[
        list[str], Meta(description="Beginnings or ranges, like 20 or 10000-14999; empty: all.")
    ]
    is_served: bool
    days_min: Annotated[int, Meta(description="Days of transit; 0 where it is not served.")]
    days_max: int


class Service(msgspec.Struct):
    """A service; a limit that is null is none."""

    id: UUID
    name: str
    position: Annotated[int, Meta(description="Lower goes first.")]
    is_active: bool
    carrier: Annotated[str, Meta(description="A code; empty: chosen when it is packed.")]
    days: Annotated[str, Meta(description="weekdays, saturdays or all.")]
    cut_off: Annotated[
        str | None, Meta(description="Local time of the warehouse, like 14:30; null: its usual.")
    ]
    most_grams: int | None
    most_units: int | None
    most_value: Annotated[int | None, Meta(description="In minor units of the currency.")]
    currency: str
    destinations: list[Destination]
    created_at: Moment


class ServicePage(msgspec.Struct):
    """A page of services, the newest first; they are asked by `position`."""

    services: list[Service]
    next: Next


class ServiceList(RowList):
    """`GET`: a page of services."""

    tag = "Orders"
    scopes = {"GET": Scope.READ}
    operations = {
        "GET": Operation(
            "listServices",
            "List services",
            {200: ServicePage},
            text="A new order gets the first that goes to its address and takes its goods; what "
            "none takes waits on hold (`no_service`). An empty list: own couriers, in the country "
            "of the warehouse. They are made under Settings.",
            query=Query,
        )
    }

    def select(self, viewer: Viewer, wanted: Query) -> QuerySet[Any]:
        rows = ServiceRow.objects.visible_to(viewer).filter(deleted_at__isnull=True)
        return rows.prefetch_related("destinations")

    def describe(self, row: ServiceRow) -> Service:
        goals = [Destination(**columns_of(Destination, goal)) for goal in row.destinations.all()]
        shown: Any = row
        shown.cut_off = row.cut_off.strftime("%H:%M") if row.cut_off else None
        given = [name for name in Service.__struct_fields__ if name != "destinations"]
        return Service(destinations=goals, **{name: getattr(shown, name) for name in given})
