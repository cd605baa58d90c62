"""The returns of an order as its page shows them, and whose goods the customer keeps."""

from typing import Any
from uuid import UUID

from django.db.models import Prefetch, Q
from django.utils import timezone

from fulfillment.dashboard.queries.orders.parcels import carrier_name
from fulfillment.dashboard.queries.refunds import owed_words
from orders.carriers import link_of
from orders.models import Discrepancy, Order, ProblemPhoto, Repair, Return, ReturnLine
from orders.returns.ahead import IS_OUT
from orders.returns.due.after_all import Arrival, came_after_all, came_of, is_late
from orders.returns.due.days import WAS_FOLLOWED, decided_by, is_followed, kept_until
from orders.returns.exchanged import COSTS_MORE, IS_AWAITED, surcharge_of
from orders.returns.keeping import stays_there
from orders.returns.labels.offers import offer_of
from orders.returns.labels.requests import last_labels
from orders.returns.policy import local_day
from orders.returns.rules import conditions_of
from orders.states import ReturnStatus
from warehouse.serials.returned import OF_RETURN_LINE


def returns_of(order: Order) -> list[Return]:
    """Load the returns with their lines, discrepancies and photos, and why a rule decided."""
    lines = ReturnLine.objects.select_related("line__kit_line").annotate(read=OF_RETURN_LINE)
    photos = ProblemPhoto.objects.defer("image").order_by("pk")
    lines = lines.prefetch_related(Prefetch("photos", photos))
    differing = Discrepancy.objects.select_related("line", "product").order_by("pk")
    repairs = Repair.objects.select_related("return_line__line", "sent_as").order_by("pk")
    today, has_offer = local_day(order, timezone.now()), offer_of(order.seller) is not None
    rows: list[Any] = list(
        order.returns.order_by("created_at", "pk")
        .annotate(is_awaited=IS_AWAITED, is_out=IS_OUT, costs_more=COSTS_MORE)
        .annotate(is_followed=is_followed())
        .annotate(was_followed=WAS_FOLLOWED, is_overdue=Q(is_out=True, exchange_until__lt=today))
        .select_related("rule", "refund__promise", "exchange")
        .prefetch_related(
            Prefetch("lines", lines),
            Prefetch("discrepancies", differing),
            Prefetch("repairs", repairs),
            last_labels(),
            Prefetch("photos", photos.filter(return_line=None)),
        )
    )
    for row in rows:
        row.decide_by = decided_by(row.created_at, order.seller.warehouse)
        row.why = conditions_of(row.rule) if row.rule else ""
        row.label, row.may_have_label = next(iter(row.labels.all()), None), has_offer
        if label := row.label:
            label.carrier_name = carrier_name(label.carrier)
            label.link = link_of(label.carrier, label.tracking_number)
        row.kept_until = kept_until(
            row.exchange_until,
            status=row.status,
            hand_in_by=row.hand_in_by,
            is_followed=row.is_followed,
            is_out=bool(row.label and row.label.handed_in_at),
        )
        more = surcharge_of(row) if row.costs_more else 0
        row.surcharge = owed_words(more, order.currency) if more else ""
    late = came_after_all([_arrival(row) for row in rows])
    for place, row in enumerate(rows):
        row.came_in = rows[late[place]] if place in late else None
        row.late_for = next((rows[one] for one in late if late[one] == place), None)
        for found in row.discrepancies.all():
            found.is_late = _is_late(found, row.late_for)
    return rows


def expired_before(found: Discrepancy) -> Return | None:
    """The return that asked for what was found, and had expired when it came."""
    rows = list(
        Return.objects.filter(order=found.order_id)
        .order_by("created_at", "pk")
        .prefetch_related("lines", "discrepancies")
    )
    late = came_after_all([_arrival(row) for row in rows])
    for place, later in late.items():
        if rows[later].pk == found.order_return_id and _is_late(found, rows[place]):
            return rows[place]
    return None


def _is_late(found: Discrepancy, expired: Return | None) -> bool:
    asked = {part.line_id for part in expired.lines.all()} if expired else set()
    return is_late(found.kind, found.line_id, asked)


def _arrival(row: Return) -> Arrival:
    parts = [(part.line_id, part.received) for part in row.lines.all()]
    found = [(one.kind, one.line_id) for one in row.discrepancies.all()]
    asked = {line for line, _ in parts}
    return Arrival(row.is_expired, row.reason, row.status, asked, came_of(parts, found))


def staying_of(order: Order, returns: list[Return]) -> set[UUID]:
    asked = [row for row in returns if row.status == ReturnStatus.REQUESTED]
    return {row.pk for row in asked if stays_there(order, row, row.lines.all())}
