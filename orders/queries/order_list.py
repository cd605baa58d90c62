"""The list of orders: which match, one page of them, how many there are."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject
from django.utils import timezone

from orders.access import Viewer
from orders.models import Order, OrderLine, Package, SalesChannel, User
from orders.pages import CappedCount, Page, page_of
from orders.states import OrderStatus

# What a seller means by a word; a status of its own is found as well.
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
STILL_HERE = {*GROUPS["to_ship"], *GROUPS["on_hold"], *GROUPS["backordered"]}
SHORTEST_NAME = 3  # a trigram


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """What the address of the list asks for; an empty field asks for nothing."""

    status: str = ""
    channel: UUID | None = None
    since: date | None = None
    until: date | None = None
    search: str = ""


@dataclass(frozen=True, slots=True)
class OrderList:
    """One page of orders, how many match (10,001 means more), and the channels to choose from."""

    page: Page
    total: int
    channels: list[dict[str, str]]


def order_list(viewer: Viewer, wanted: OrderFilter, *, cursor: str = "") -> OrderList:
    """The newest matching orders, each with `units`, `is_open`, `is_late`, in two statements."""
    matching = matching_orders(viewer, wanted)
    units = OrderLine.objects.filter(order=OuterRef("pk"), ships=True).order_by("position")
    rows = matching.select_related("channel").annotate(
        units=ArraySubquery(units.values(unit=JSONObject(title="title", ordered="ordered")))
    )
    page = page_of(rows, key="-created_at", cursor=cursor)
    now = timezone.now()
    for order in page.rows:
        order.is_open = order.status in STILL_HERE
        order.is_late = order.is_open and order.ship_by < now
    channels = SalesChannel.objects.visible_to(viewer).order_by("name")
    total, channels = User.objects.filter(pk=viewer.user.pk).values_list(
        CappedCount(matching),
        ArraySubquery(channels.values(channel=JSONObject(id="pk", name="name"))[:200]),
    )[0]
    return OrderList(page=page, total=total, channels=channels)


def matching_orders(viewer: Viewer, wanted: OrderFilter) -> QuerySet[Order]:
    """The orders a filter lets through, in no order."""
    orders = Order.objects.visible_to(viewer)
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
    if wanted.search:
        orders = orders.filter(pk__in=_found(viewer, wanted.search))
    return orders


def midnight(day: date, zone: str) -> datetime:
    """When a day begins in a zone."""
    return datetime.combine(day, time.min, tzinfo=ZoneInfo(zone))


def today(viewer: Viewer) -> datetime:
    """When today began where the viewer's goods lie."""
    return midnight(timezone.localdate(timezone=ZoneInfo(viewer.zone)), viewer.zone)


def _of_status(orders: QuerySet[Order], status: str, viewer: Viewer) -> QuerySet[Order]:
    if status == DELIVERED_TODAY:
        packages = Package.objects.visible_to(viewer).filter(delivered_at__gte=today(viewer))
        return orders.filter(pk__in=packages.values("order"))
    return orders.filter(status__in=GROUPS.get(status, (status,)))


def _found(viewer: Viewer, text: str) -> QuerySet[Any]:
    """Ids of orders that the text names: one look-up per index, put together."""
    squeezed = "".join(text.split()).upper()
    packages = Package.objects.visible_to(viewer).filter(tracking_number=squeezed)
    lines = OrderLine.objects.visible_to(viewer).filter(sku=text)
    channels = SalesChannel.objects.visible_to(viewer)
    ways = [
        Q(number__in=[text, f"#{text}"]),
        Q(channel__in=channels, reference=text),
        Q(email__in=[text, text.lower()]),
        Q(pk__in=packages.values("order")),
        Q(pk__in=lines.values("order")),
    ]
    if len(text) >= SHORTEST_NAME:
        ways.append(Q(customer_name__trigram_word_similar=text))
    first, *others = [Order.objects.visible_to(viewer).filter(way).values("pk") for way in ways]
    return first.union(*others, all=True)
