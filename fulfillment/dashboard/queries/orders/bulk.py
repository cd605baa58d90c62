"""Jobs over many orders: which orders are chosen, how far a job is, what came of each order."""

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from fulfillment.dashboard.queries.orders.filters import OrderFilter, matching_orders
from fulfillment.keyset import Page, in_one_way, page_of
from fulfillment.lists.order_search import ways_to_find
from orders.access import Viewer
from orders.decisions.bulk import MOST_ORDERS
from orders.models import BulkJob, BulkRow, Order

State = BulkRow.State


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a job is, and a page of its rows."""

    waiting: int
    done: int
    refused: int
    page: Page


def chosen_orders(viewer: Viewer, wanted: OrderFilter) -> QuerySet[Order]:
    """Select the orders of a filter with its search."""
    rows = matching_orders(viewer, wanted)
    ways = ways_to_find(viewer, wanted.search) if wanted.search else []
    return in_one_way(rows, ways, most=MOST_ORDERS + 1) if ways else rows


def progress_of(viewer: Viewer, job: BulkJob, *, state: str = "", cursor: str = "") -> Progress:
    """Load how far a job is, with its rows in the order of the work; two statements."""
    rows = BulkRow.objects.visible_to(viewer).filter(job=job)
    counts = rows.aggregate(
        **{name.value: Count("pk", filter=Q(state=name)) for name in (State.DONE, State.REFUSED)}
    )
    shown = rows.filter(state=state) if state in State.values else rows
    page = page_of(shown.select_related("order"), key="position", cursor=cursor)
    done, refused = counts[State.DONE], counts[State.REFUSED]
    return Progress(job.total - done - refused, done, refused, page)
