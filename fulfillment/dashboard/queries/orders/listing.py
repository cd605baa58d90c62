"""The order list: search, a keyset page in three orders, and a capped count."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject
from django.utils import timezone

from fulfillment.dashboard.queries.orders.filters import (
    SOLD,
    UNDATED,
    OrderFilter,
    due_at,
    goods_value,
    matching_orders,
)
from fulfillment.dashboard.queries.orders.standing import in_short, in_trouble
from fulfillment.dashboard.queries.orders.views import views_of
from fulfillment.keyset import PAGE_SIZE, CappedCount, Page, in_one_way, page_of
from fulfillment.lists.order_search import ways_to_find
from orders.access import Viewer
from orders.models import BulkJob, OrderLine, SalesChannel, Service, User
from orders.states import ORDER_UNSHIPPED

# How a list is sorted -> its key; the first is usual.
SORTS = {"newest": "-created_at", "oldest": "created_at", "ship_by": "ship_by"}
MOST_CHOICES, MOST_JOBS = 200, 3
STILL_SHOWN = timedelta(minutes=10)  # a job that is done


@dataclass(frozen=True, slots=True)
class OrderList:
    """A keyset page of orders, how many match (10,001 means more), and what one filters by."""

    page: Page
    total: int
    channels: list[dict[str, str]]
    services: list[dict[str, str]]
    views: list[dict[str, Any]]  # saved ones
    jobs: list[dict[str, Any]]  # acts on many orders, at work or just done

    @property
    def named(self) -> list[dict[str, str]]:
        """What a filter of the URL names by an id."""
        return self.channels + self.services


def order_list(
    viewer: Viewer, wanted: OrderFilter, *, sort: str = "newest", cursor: str = ""
) -> OrderList:
    """Load matching orders with what a row shows of each; two statements."""
    matching = matching_orders(viewer, wanted)
    units = OrderLine.objects.filter(SOLD, order=OuterRef("pk")).order_by("position")
    rows = matching.select_related("channel").annotate(
        units=ArraySubquery(units.values(unit=JSONObject(title="title", ordered="ordered"))),
        due_at=due_at(),
        value=goods_value(),
        in_trouble=in_trouble(),
    )
    ways = ways_to_find(viewer, wanted.search) if wanted.search else []
    shown = ways
    if ways and sort == "newest" and not cursor and wanted == OrderFilter(search=wanted.search):
        shown = ways_to_find(viewer, wanted.search, most=PAGE_SIZE)  # no more than the page has
    page = page_of(rows, key=SORTS[sort], cursor=cursor, ways=shown)
    now = timezone.now()
    for order in page.rows:
        order.is_due = order.status in ORDER_UNSHIPPED and order.status not in UNDATED
        order.standing = in_short(order, order.in_trouble)
        order.is_late = order.is_due and order.due_at < now
        order.total_units = sum(unit["ordered"] for unit in order.units)
    channels = SalesChannel.objects.visible_to(viewer).order_by("name")
    services = Service.objects.visible_to(viewer).order_by("position", "name")
    named = JSONObject(id="pk", name="name")
    saved = views_of(viewer).values(
        view=JSONObject(id="pk", name="name", query="query", owner="owner")
    )
    total, channels, services, views, jobs = User.objects.filter(pk=viewer.user.pk).values_list(
        CappedCount(in_one_way(matching, ways) if ways else matching),
        ArraySubquery(channels.values(channel=named)[:MOST_CHOICES]),
        ArraySubquery(services.values(service=named)[:MOST_CHOICES]),
        ArraySubquery(saved[:MOST_CHOICES]),
        ArraySubquery(_jobs(viewer, now)),
    )[0]
    return OrderList(page, total, channels, services, views, jobs)


def _jobs(viewer: Viewer, now: datetime) -> QuerySet[Any]:
    rows = BulkJob.objects.visible_to(viewer).filter(
        Q(finished_at__isnull=True) | Q(finished_at__gt=now - STILL_SHOWN)
    )
    job = JSONObject(id="pk", act="act", total="total", finished_at="finished_at")
    return rows.order_by("-created_at").values(job=job)[:MOST_JOBS]
