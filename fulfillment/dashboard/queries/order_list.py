"""The order list: filters, search, a keyset page, and a capped count."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, JSONObject
from django.utils import timezone

from fulfillment.keyset import CappedCount, Page, in_one_way, page_of
from fulfillment.lists.order_search import ways_to_find
from orders.access import Viewer
from orders.models import Order, OrderLine, Package, Promise, SalesChannel, User
from orders.states import ORDER_UNSHIPPED, OrderStatus

# Named filters, each for several statuses; a single status is a filter too.
GROUPS = {
    "to_ship": (OrderStatus.RECEIVED, OrderStatus.IN_PROGRESS, OrderStatus.PACKED),
    "on_hold": (OrderStatus.ON_HOLD,),
    "backordered": (OrderStatus.BACKORDERED,),
    "on_the_way": (OrderStatus.PARTLY_SHIPPED, OrderStatus.SHIPPED, OrderStatus.OUT_FOR_DELIVERY),
    "delivered": (OrderStatus.DELIVERED, OrderStatus.PARTLY_DELIVERED),
    "came_back": (OrderStatus.UNDELIVERED, OrderStatus.PARTLY_RETURNED, OrderStatus.RETURNED),
    "cancelled": (OrderStatus.CANCELLED, OrderStatus.NOTHING_TO_SHIP),
}
DELIVERED_TODAY = "delivered_today"
# Nobody knows when they leave, and nobody was told.
UNDATED = (OrderStatus.ON_HOLD, OrderStatus.BACKORDERED)


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """The filter of the order list, from its URL; an empty field does not filter."""

    status: str = ""
    channel: UUID | None = None
    since: date | None = None
    until: date | None = None
    search: str = ""


@dataclass(frozen=True, slots=True)
class OrderList:
    """A keyset page of orders, how many match (10,001 means more), and the sales channels."""

    page: Page
    total: int
    channels: list[dict[str, str]]


def order_list(viewer: Viewer, wanted: OrderFilter, *, cursor: str = "") -> OrderList:
    """Load the newest matching orders with `units`, `due_at` and `is_late`; two statements."""
    matching = matching_orders(viewer, wanted)
    sold = Q(ships=True, kit_line__isnull=True) | Q(is_kit=True)
    units = OrderLine.objects.filter(sold, order=OuterRef("pk")).order_by("position")
    rows = matching.select_related("channel").annotate(
        units=ArraySubquery(units.values(unit=JSONObject(title="title", ordered="ordered"))),
        due_at=Coalesce(_promised_departure(), "ship_by"),
    )
    ways = ways_to_find(viewer, wanted.search) if wanted.search else []
    page = page_of(rows, key="-created_at", cursor=cursor, ways=ways)
    now = timezone.now()
    for order in page.rows:
        order.is_due = order.status in ORDER_UNSHIPPED and order.status not in UNDATED
        order.is_late = order.is_due and order.due_at < now
    channels = SalesChannel.objects.visible_to(viewer).order_by("name")
    total, channels = User.objects.filter(pk=viewer.user.pk).values_list(
        CappedCount(in_one_way(matching, ways) if ways else matching),
        ArraySubquery(channels.values(channel=JSONObject(id="pk", name="name"))[:200]),
    )[0]
    return OrderList(page=page, total=total, channels=channels)


def _promised_departure() -> Subquery:
    """Return when the next packed shipment of an order leaves, as the customer was told."""
    promises = Promise.objects.filter(
        order=OuterRef("pk"), kind=Promise.Kind.SHIPS, settled_at__isnull=True
    )
    return Subquery(promises.order_by("latest").values("latest")[:1])


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
    return orders


def midnight(day: date, zone: str) -> datetime:
    """Return the begin of a day in a time zone."""
    return datetime.combine(day, time.min, tzinfo=ZoneInfo(zone))


def today(viewer: Viewer) -> datetime:
    """Return the begin of today in the time zone of the viewer's warehouse."""
    return midnight(timezone.localdate(timezone=ZoneInfo(viewer.zone)), viewer.zone)


def _of_status(orders: QuerySet[Order], status: str, viewer: Viewer) -> QuerySet[Order]:
    if status == DELIVERED_TODAY:
        packages = Package.objects.visible_to(viewer).filter(delivered_at__gte=today(viewer))
        return orders.filter(pk__in=packages.values("order"))
    return orders.filter(status__in=GROUPS.get(status, (status,)))
