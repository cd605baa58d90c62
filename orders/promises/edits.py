"""New promises of arrival for orders that a person edited: more units, or another address."""

from collections.abc import Sequence
from datetime import datetime

from orders.models import Event, Order, Promise
from orders.promises.making import newest_promises, order_spans, terms_of
from orders.promises.revisions import Change, replace_promises
from orders.promises.windows import delivery_days, first_day
from orders.promises.working_days import Span
from orders.services.choosing import is_reached

EDITS = ("order.edited", "order.address_entered")
# After these events more units are wanted than before.
MORE_UNITS = ("order.lines_added", "order.lines_cancelled_undone", "order.cancelled_undone")


def follow_edits(events: Sequence[Event], *, now: datetime) -> None:
    """Replace the open promises of edited orders, where units, a zone or a service move them.

    The customer is notified where the date moves: once for each order.
    """
    by_order = {row.order_id: row for row in events if row.order_id and _may_move(row)}
    if not by_order:
        return
    orders = Order.objects.select_related("seller__warehouse").in_bulk(list(by_order))
    present = newest_promises(
        by_order, Promise.Kind.ARRIVES, shipment__isnull=True, settled_at__isnull=True
    )
    for order_id, promise in present.items():
        event, order = by_order[order_id], orders[order_id]
        if is_reached(order) and (span := _moved(event, order, promise, now)):
            change = Change(promise, span, Promise.Reason.ORDER_CHANGED)
            replace_promises([change], now=now, actor=event.actor)


def _may_move(event: Event) -> bool:
    if event.kind in MORE_UNITS:
        return True
    is_elsewhere = "country" in event.data.get("fields", ()) or "service" in event.data
    return event.kind in EDITS and is_elsewhere


def _moved(event: Event, order: Order, promise: Promise, now: datetime) -> Span | None:
    """The new days of arrival; None where the promise holds."""
    if event.kind in MORE_UNITS:
        span = order_spans(now, terms_of(order), order.time_zone)[1]
        return span if span.local_on > promise.local_on else None
    if "service" in event.data:
        span = order_spans(now, terms_of(order), order.time_zone)[1]
        return None if _is_same(span, promise) else span
    if promise.zone == order.time_zone:
        return None
    return delivery_days(first_day(promise), promise.local_on, order.time_zone)


def _is_same(span: Span, promise: Promise) -> bool:
    return (span.earliest, span.latest) == (promise.earliest, promise.latest)
