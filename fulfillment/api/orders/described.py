"""An order as the API shows it: in a list, and by itself with all that belongs to it."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

import msgspec
from django.conf import settings
from django.db.models import Prefetch, QuerySet
from msgspec import Meta

from fulfillment.api.operations import Moment
from fulfillment.api.orders.allowed import AllowedAction, allowed_actions
from fulfillment.api.packages import PackageSummary, describe_package
from fulfillment.api.rows import columns_of
from fulfillment.api.shipments import Shipment, describe_shipment, shipments_with_lines
from orders.access import Viewer
from orders.models import Hold as HoldRow
from orders.models import Order as OrderRow
from orders.models import OrderLine as LineRow
from orders.models import Package as PackageRow
from orders.models import Promise as PromiseRow
from orders.models import Repair as RepairRow
from orders.returns.repairs import repaired_units
from orders.states import OrderStatus, ShippingRule


class Contact(msgspec.Struct):
    """Who bought it and is written to; a text is empty where nothing is known."""

    name: str
    email: str
    phone: Annotated[str, Meta(description="E.164, or empty.")]
    language: str


class DeliveryAddress(msgspec.Struct):
    """Where the order goes, and who receives it; `street` may have several lines."""

    name: str
    street: str
    postcode: str
    city: str
    region: str
    country: Annotated[str, Meta(description="ISO 3166 alpha-2.", examples=["DE"])]
    company: str


class OrderSummary(msgspec.Struct):
    """An order as a list shows it. `status` sums up its lines."""

    id: UUID
    number: str
    reference: Annotated[str, Meta(description="Your own id of the order.")]
    status: OrderStatus
    channel: str
    priority: int
    ship_by: Moment
    placed_at: Moment
    created_at: Moment
    tracking_url: str


LINE_COLUMNS = {"product": "product_id", "kit_line": "kit_line_id"}


class OrderLine(msgspec.Struct):
    """A product and a quantity; the counters say how far the units have come."""

    id: UUID
    sku: str
    title: str
    product: UUID | None
    ships: Annotated[
        bool, Meta(description="False for what is not sent, and for a kit: its parts are sent.")
    ]
    kit_line: Annotated[
        UUID | None, Meta(description="Of a part: the line of its kit, with which it changes.")
    ]
    unit_price: Annotated[int, Meta(description="In minor units of the order's currency.")]
    ordered: int
    allocated: int
    backordered: int
    cancelled: int
    picked: int
    packed: int
    shipped: int
    delivered: Annotated[
        int, Meta(description="Also what came back since: see returned and in_repair.")
    ]
    returned: Annotated[
        int, Meta(description="Units that came back, but for those that their customer gets back.")
    ]
    in_repair: Annotated[
        int, Meta(description="Units that came back to be repaired, and are not sent again yet.")
    ]


class Hold(msgspec.Struct):
    """Why the order may not go on: nothing of it is picked or handed over while this is open."""

    id: UUID
    reason: Annotated[str, Meta(description="A code.", examples=["no_address"])]
    detail: str
    opened_at: Moment
    until: Annotated[Moment | None, Meta(description="When it ends by itself.")]


class Promise(msgspec.Struct):
    """What the customer was told: a window with its deadline, in the zone of delivery."""

    id: UUID
    kind: Annotated[str, Meta(description="ships, arrives or at_door.")]
    earliest: Moment
    latest: Moment
    local_on: Annotated[date, Meta(description="The deadline's date at the place of delivery.")]
    zone: str
    shipment: UUID | None
    package: UUID | None


class ChosenService(msgspec.Struct):
    """The service by which it was promised, as it was then."""

    id: Annotated[UUID | None, Meta(description="Null: own couriers, before any was made.")]
    name: str
    carrier: Annotated[str, Meta(description="A code; empty: chosen when it is packed.")]
    days_min: Annotated[int, Meta(description="Days of transit to its address.")]
    days_max: int


class Order(OrderSummary):
    """An order with its lines, its work, what was promised, and what can be done with it now."""

    ships_as: Annotated[
        ShippingRule, Meta(description="What happens where only a part of it is in stock.")
    ]
    currency: str
    note: str
    gift: bool
    customer: Contact
    address: DeliveryAddress
    service: Annotated[
        ChosenService | None, Meta(description="Null: none takes it, or nobody has asked.")
    ]
    repair_of: Annotated[
        UUID | None,
        Meta(description="The return whose repaired units it brings back: no purchase."),
    ]
    lines: list[OrderLine]
    holds: Annotated[list[Hold], Meta(description="Those that are open.")]
    promises: Annotated[list[Promise], Meta(description="Those that are open.")]
    shipments: list[Shipment]
    packages: list[PackageSummary]
    allowed_actions: list[AllowedAction]


def orders_to_describe(viewer: Viewer) -> QuerySet[Any]:
    """Orders with all that `describe_order` shows, in a fixed number of statements."""
    holds = HoldRow.objects.visible_to(viewer).filter(released_at__isnull=True)
    promises = PromiseRow.objects.visible_to(viewer).filter(settled_at__isnull=True)
    boxes = PackageRow.objects.visible_to(viewer).order_by("created_at", "pk")
    repairs = RepairRow.objects.visible_to(viewer).select_related("order_return", "return_line")
    shipments = shipments_with_lines(viewer).order_by("created_at", "pk")
    return (
        OrderRow.objects.visible_to(viewer)
        .select_related("channel", "repair")
        .prefetch_related(
            Prefetch("lines", LineRow.objects.visible_to(viewer).order_by("position")),
            Prefetch("holds", holds.order_by("opened_at", "pk")),
            Prefetch("promises", promises.order_by("made_at", "pk")),
            Prefetch("packages", boxes),
            Prefetch("repairs", repairs.order_by("pk")),
            Prefetch("shipments", shipments),
        )
    )


def summarize_order(row: OrderRow) -> OrderSummary:
    """An order that was loaded with its channel."""
    return OrderSummary(**_summary(row))


def describe_order(row: OrderRow) -> Order:
    """An order that was loaded by `orders_to_describe`."""
    lines, holds, boxes = list(row.lines.all()), list(row.holds.all()), list(row.packages.all())
    here, sent = repaired_units(row.repairs.all())
    return Order(
        **_summary(row),
        currency=row.currency,
        note=row.note,
        gift=row.is_gift,
        ships_as=ShippingRule(row.ships_as),
        customer=Contact(**columns_of(Contact, row, name=_buyer(row))),
        address=DeliveryAddress(**columns_of(DeliveryAddress, row, name="customer_name")),
        service=_service(row.service or {}),
        repair_of=row.repair.order_return_id if hasattr(row, "repair") else None,
        lines=[_line(line, here[line.pk], sent[line.pk]) for line in lines],
        holds=[Hold(**columns_of(Hold, hold)) for hold in holds],
        promises=[_promise(promise) for promise in row.promises.all()],
        shipments=[describe_shipment(shipment) for shipment in row.shipments.all()],
        packages=[describe_package(box) for box in boxes],
        allowed_actions=allowed_actions(row, lines, holds, boxes, list(row.shipments.all())),
    )


def _line(line: LineRow, here: int, sent: int) -> OrderLine:
    """A line, of whose returned units these many are here to be repaired, or were sent back."""
    counted = {"returned": line.returned - here - sent, "in_repair": here}
    columns = columns_of(OrderLine, line, **LINE_COLUMNS, in_repair="returned")
    return OrderLine(**columns | counted)


def _summary(row: Any) -> dict[str, Any]:
    row.tracking_url = f"{settings.SITE_URL}/track/{row.token}/"
    return columns_of(OrderSummary, row) | {"channel": row.channel.name}


def _buyer(row: OrderRow) -> str:
    return "buyer_name" if row.buyer_name else "customer_name"


def _service(kept: dict[str, Any]) -> ChosenService | None:
    if not kept.get("name"):
        return None
    service_id = UUID(kept["id"]) if kept["id"] else None
    return ChosenService(service_id, kept["name"], kept["carrier"], kept["min"], kept["max"])


def _promise(row: PromiseRow) -> Promise:
    return Promise(**columns_of(Promise, row, shipment="shipment_id", package="package_id"))
