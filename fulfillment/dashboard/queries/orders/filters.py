"""Which orders a filter of the order list selects; a filter is the query string of a page."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

from babel.numbers import get_currency_precision, list_currencies
from django.db.models import (
    BigIntegerField,
    Case,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils import timezone

from orders.access import Viewer
from orders.models import Order, OrderLine, Package, Promise
from orders.states import ORDER_UNSHIPPED, OrderStatus, PackageStatus

# Named filters, each for several statuses; a single status is a filter too.
GROUPS = {
    "to_ship": (OrderStatus.RECEIVED, OrderStatus.IN_PROGRESS, OrderStatus.PACKED),
    "on_hold": (OrderStatus.ON_HOLD,),
    "backordered": (OrderStatus.BACKORDERED,),
    "on_the_way": (OrderStatus.PARTLY_SHIPPED, OrderStatus.SHIPPED, OrderStatus.OUT_FOR_DELIVERY),
    "delivered": (OrderStatus.DELIVERED, OrderStatus.PARTLY_DELIVERED, OrderStatus.REPLACED),
    "came_back": (OrderStatus.UNDELIVERED, OrderStatus.PARTLY_RETURNED, OrderStatus.RETURNED),
    "cancelled": (OrderStatus.CANCELLED, OrderStatus.NOTHING_TO_SHIP),
}
DELIVERED_TODAY = "delivered_today"
# Nobody knows when they leave, and nobody was told.
UNDATED = (OrderStatus.ON_HOLD, OrderStatus.BACKORDERED)
# In a list and in a sum a kit is what was sold, and its parts are not.
SOLD = Q(ships=True, kit_line__isnull=True) | Q(is_kit=True)
USUAL_DIGITS = 2  # of a currency behind the point


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """The filter of the order list, from its URL; an empty field does not filter."""

    status: str = ""
    channel: UUID | None = None
    since: date | None = None
    until: date | None = None
    search: str = ""
    country: str = ""
    sku: str = ""
    carrier: str = ""
    service: UUID | None = None
    value_from: Decimal | None = None
    value_to: Decimal | None = None
    late: bool = False
    tag: str = ""
    ids: tuple[UUID, ...] = ()  # those that were ticked


def matching_orders(viewer: Viewer, wanted: OrderFilter) -> QuerySet[Order]:
    """Select the orders of a filter, without its search and unsorted."""
    orders: QuerySet[Order] = Order.objects.visible_to(viewer)
    if wanted.status:
        orders = _of_status(orders, wanted.status, viewer)
    if wanted.channel:
        orders = orders.filter(channel=wanted.channel)
    if wanted.since:
        orders = orders.filter(created_at__gte=midnight(wanted.since, viewer.zone))
    if wanted.until:
        orders = orders.filter(
            created_at__lt=midnight(wanted.until + timedelta(days=1), viewer.zone)
        )
    if wanted.late:
        orders = orders.exclude(status__in=UNDATED).filter(status__in=ORDER_UNSHIPPED)
        orders = orders.annotate(leaves_at=due_at()).filter(leaves_at__lt=timezone.now())
    return _of_value(_of_goods(orders, viewer, wanted), wanted)


def midnight(day: date, zone: str) -> datetime:
    """Return the begin of a day in a time zone."""
    return datetime.combine(day, time.min, tzinfo=ZoneInfo(zone))


def today(viewer: Viewer) -> datetime:
    """Return the begin of today in the time zone of the viewer's warehouse."""
    return midnight(timezone.localdate(timezone=ZoneInfo(viewer.zone)), viewer.zone)


def due_at() -> Coalesce:
    """When an order leaves: the promise of its next packed shipment, as the customer was told."""
    promises = Promise.objects.filter(
        order=OuterRef("pk"), kind=Promise.Kind.SHIPS, settled_at__isnull=True
    )
    return Coalesce(Subquery(promises.order_by("latest").values("latest")[:1]), "ship_by")


def goods_value() -> Coalesce:
    """What was ordered, in minor units of the order's currency; without shipping and discounts."""
    sold = OrderLine.objects.filter(order=OuterRef("pk"), kit_line__isnull=True)
    total = (
        sold.order_by()
        .values("order")
        .annotate(total=Sum(F("unit_price") * F("ordered")))
        .values("total")
    )
    return Coalesce(Subquery(total, output_field=BigIntegerField()), 0)


def _of_status(orders: QuerySet[Order], status: str, viewer: Viewer) -> QuerySet[Order]:
    if status == DELIVERED_TODAY:
        packages = Package.objects.visible_to(viewer).filter(delivered_at__gte=today(viewer))
        return orders.filter(pk__in=packages.values("order"))
    return orders.filter(status__in=GROUPS.get(status, (status,)))


def _of_goods(orders: QuerySet[Order], viewer: Viewer, wanted: OrderFilter) -> QuerySet[Order]:
    """Where they go, what is in them, and by whom they travel."""
    if wanted.ids:
        orders = orders.filter(pk__in=wanted.ids)
    if wanted.tag:
        orders = orders.filter(tags__contains=[wanted.tag])
    if wanted.country:
        orders = orders.filter(country=wanted.country)
    if wanted.sku:
        lines = OrderLine.objects.visible_to(viewer).filter(sku=wanted.sku)
        orders = orders.filter(pk__in=lines.values("order"))
    if wanted.carrier:
        boxes = Package.objects.filter(order=OuterRef("pk"), carrier=wanted.carrier)
        orders = orders.filter(Exists(boxes.exclude(status=PackageStatus.CANCELLED)))
    if wanted.service:
        orders = orders.filter(service__id=str(wanted.service))
    return orders


def _of_value(orders: QuerySet[Order], wanted: OrderFilter) -> QuerySet[Order]:
    """Keep orders by their value, each in its own currency."""
    if wanted.value_from is None and wanted.value_to is None:
        return orders
    orders = orders.annotate(goods=goods_value())
    if wanted.value_from is not None:
        orders = orders.filter(goods__gte=_in_minor_units(wanted.value_from))
    if wanted.value_to is not None:
        orders = orders.filter(goods__lte=_in_minor_units(wanted.value_to))
    return orders


def _in_minor_units(amount: Decimal) -> Case:
    """An amount as minor units of the currency of each order: of a yen there are none."""
    unusual: dict[int, list[str]] = {}
    for currency in sorted(list_currencies()):
        if (digits := get_currency_precision(currency)) != USUAL_DIGITS:
            unusual.setdefault(digits, []).append(currency)
    return Case(
        *(
            When(currency__in=currencies, then=Value(int(amount.scaleb(digits))))
            for digits, currencies in unusual.items()
        ),
        default=Value(int(amount.scaleb(USUAL_DIGITS))),
        output_field=BigIntegerField(),
    )
