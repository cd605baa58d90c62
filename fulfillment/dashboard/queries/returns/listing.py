"""The list of returns: what a filter selects, and a page of its rows with units and refund."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import zip_longest
from typing import Any

from django.db.models import Prefetch, Q, QuerySet

from fulfillment.dashboard.queries.exports import major_units, paged
from fulfillment.dashboard.queries.orders.filters import midnight
from fulfillment.keyset import CappedCount, Page, page_of
from orders.access import Viewer
from orders.models import Refund, Return, ReturnLabel, ReturnLine, User
from orders.returns.labels.requests import last_labels
from orders.states import RefundStatus, ReturnStatus

NEWEST = "-id"
NO_LABEL = "No label"
# The tabs of the list: their name, and the condition.
TO_REFUND, EXPIRED = "to_refund", "expired"
TABS: dict[str, str] = {
    "": "All",
    ReturnStatus.REQUESTED: "To decide",
    ReturnStatus.APPROVED: "Approved",
    ReturnStatus.RECEIVED: "Arrived",
    TO_REFUND: "To refund",
    ReturnStatus.CLOSED: "Closed",
    ReturnStatus.REFUSED: "Refused",
    EXPIRED: "Expired",
    ReturnStatus.CANCELLED: "Cancelled",
}
HEADS = (
    "Return", "Order", "Requested", "State", "Reason", "Country", "SKU", "Title",
    "Units requested", "Units received", "Back in stock", "Refurbished", "Written off", "Sent back",
    "Grade A, as new", "Grade B, used", "Grade C, damaged", "Condition according to the customer",
    "Refund", "Amount", "Currency", "Refund until", "Label",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ReturnFilter:
    """What the list shows; an empty field does not filter."""

    state: str = ""
    reason: str = ""
    sku: str = ""
    country: str = ""
    since: date | None = None
    until: date | None = None
    late: bool = False


def matching_returns(viewer: Viewer, wanted: ReturnFilter) -> QuerySet[Return]:
    """Select the returns of a filter, unsorted."""
    rows: QuerySet[Return] = Return.objects.visible_to(viewer)
    owed = Q(refund__status=RefundStatus.OWED)
    if wanted.state:
        rows = rows.filter(_in_tab(wanted.state))
    if wanted.late:
        rows = rows.filter(owed, refund__promise__broken_at__isnull=False)
    if wanted.since:
        rows = rows.filter(created_at__gte=midnight(wanted.since, viewer.zone))
    if wanted.until:
        day = wanted.until + timedelta(days=1)
        rows = rows.filter(created_at__lt=midnight(day, viewer.zone))
    if wanted.sku:
        lines = ReturnLine.objects.visible_to(viewer).filter(line__sku=wanted.sku)
        rows = rows.filter(pk__in=lines.values("order_return"))
    exact = {"reason": wanted.reason, "order__country": wanted.country}
    return rows.filter(**{name: value for name, value in exact.items() if value})


def _in_tab(state: str) -> Q:
    """The condition of a tab; what expired is not among what customers have cancelled."""
    if state == TO_REFUND:
        return Q(refund__status=RefundStatus.OWED)
    if state in (EXPIRED, ReturnStatus.CANCELLED):
        return Q(status=ReturnStatus.CANCELLED, is_expired=state == EXPIRED)
    return Q(status=state)


def return_list(viewer: Viewer, wanted: ReturnFilter, cursor: str) -> tuple[Page, int]:
    """(a page of the list, how many there are in all, capped); four statements."""
    rows = matching_returns(viewer, wanted)
    page = page_of(with_lines(rows), key=NEWEST, cursor=cursor)
    counted = User.objects.filter(pk=viewer.user.pk).values_list(CappedCount(rows))
    for row in page.rows:
        row.label = label_of(row)
    return page, counted[0][0]


def file_rows(viewer: Viewer, wanted: ReturnFilter) -> Iterator[list[Any]]:
    """A row for each line of the returns that the list shows, the newest first."""
    yield list(HEADS)
    former = Refund.objects.select_related("promise").order_by("owed_at", "pk")
    rows = with_lines(matching_returns(viewer, wanted)).prefetch_related(
        Prefetch("former_refunds", former, to_attr="former")
    )
    for row in paged(rows, NEWEST):
        head = [
            row.number, row.order.number, row.created_at.isoformat(timespec="seconds"),
            row.get_status_display(), row.reason_said, row.order.country,
        ]  # fmt: skip
        label = label_of(row)
        # An amount stands once, also that of a former refund: so a sum of the column is true.
        refunds = [*row.former, *([row.refund] if hasattr(row, "refund") else [])]
        for part, owed in zip_longest(row.all_lines or [None], refunds):
            said = _line(part) if part else [""] * 12
            yield [*head, *said, *_refund(owed), label.stage.label if label else NO_LABEL]


def label_of(row: Return) -> ReturnLabel | None:
    """The last label of a return of the list; None where it never had one."""
    return next(iter(row.labels.all()), None)


def with_lines(rows: QuerySet[Return]) -> QuerySet[Return]:
    """Load what a row of the list shows: its order, lines as `all_lines`, refund and labels."""
    lines = ReturnLine.objects.select_related("line").order_by("line__position", "pk")
    return rows.select_related("order", "refund__promise").prefetch_related(
        Prefetch("lines", lines, to_attr="all_lines"), last_labels()
    )


def _line(part: ReturnLine) -> list[Any]:
    return [
        part.line.sku, part.line.title, part.requested, part.received, part.restocked,
        part.refurbished, part.written_off, part.sent_back,
        part.grade_a, part.grade_b, part.grade_c, part.get_condition_display(),
    ]  # fmt: skip


def _refund(owed: Refund | None) -> list[Any]:
    """State, amount, currency and last day; no amount where nobody knows it."""
    if owed is None:
        return ["", "", "", ""]
    amount = owed.amount if owed.is_exact else None
    if owed.status == RefundStatus.PAID:
        amount = owed.paid
    return [
        owed.get_status_display(),
        "" if amount is None else major_units(amount, owed.currency),
        owed.currency,
        owed.promise.local_on if owed.promise else "",
    ]
