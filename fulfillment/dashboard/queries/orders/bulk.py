"""Jobs over many orders: which orders are chosen, how far a job is, what came of each order."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from fulfillment.dashboard.queries.orders.filters import OrderFilter, matching_orders
from fulfillment.keyset import Page, in_one_way, page_of
from fulfillment.lists.order_search import MOST_FOUND, found_by_each, ways_to_find
from orders.access import Viewer
from orders.decisions.bulk import MOST_ORDERS
from orders.models import BulkJob, BulkRow, Order, User
from orders.words import say, say_count

State = BulkRow.State


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a job is, and a page of its rows."""

    waiting: int
    done: int
    refused: int
    page: Page


@dataclass(frozen=True, slots=True)
class Chosen:
    """The orders of a filter at a moment: those of the page on which they are confirmed."""

    pks: list[UUID]
    until: datetime  # orders that came later are not among them
    is_cut: bool  # a search that has more to find than it looks at

    @property
    def are_too_many(self) -> bool:
        return self.is_cut or len(self.pks) > MOST_ORDERS

    @property
    def seal(self) -> str:
        """A hash of which they are: an act is confirmed for these orders, and for no others."""
        return sha256("".join(sorted(pk.hex for pk in self.pks)).encode()).hexdigest()[:32]

    def orders(self, viewer: Viewer) -> QuerySet[Order]:
        rows: QuerySet[Order] = Order.objects.visible_to(viewer).filter(pk__in=self.pks)
        return rows


def chosen_orders(viewer: Viewer, wanted: OrderFilter, *, until: datetime) -> Chosen:
    """Load which orders a filter with its search selects, of those that came until a moment."""
    rows = matching_orders(viewer, wanted).filter(created_at__lte=until)
    is_cut = False
    if wanted.search:
        is_cut = _is_cut(viewer, wanted.search)
        rows = in_one_way(rows, ways_to_find(viewer, wanted.search), most=MOST_ORDERS + 1)
    pks = rows.order_by().values_list("pk", flat=True)[: MOST_ORDERS + 1]
    return Chosen(list(pks), until, is_cut)


def _is_cut(viewer: Viewer, search: str) -> bool:
    counts = found_by_each(viewer, search)
    found: tuple[int, ...] = User.objects.filter(pk=viewer.user.pk).values_list(*counts)[0]
    return max(found) > MOST_FOUND


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


def in_words(act: BulkJob.Act, number: int) -> str:
    """What a job does, and with how many orders."""
    if act == BulkJob.Act.CANCEL:
        return say_count(number, "Cancel: {n} order", "Cancel: {n} orders", n=number)
    label = say(str(act.label))
    return say_count(number, "{act}: {n} order", "{act}: {n} orders", act=label, n=number)


def too_many(act: BulkJob.Act) -> str:
    """The same of more orders than a job takes."""
    if act == BulkJob.Act.CANCEL:
        return say("Cancel: too many orders")
    return say("{act}: too many orders", act=say(str(act.label)))
