"""Dates of orders that had to wait, for what nobody knew: on hold from the start, or backordered.

The intake promises nothing of such an order. When nothing stops it any more and there is stock for
it, it gets its date, and the customer is told.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from orders.events.recording import record
from orders.models import Event, Hold, Order, OrderLine, Promise, Shipment
from orders.promises.making import order_spans, terms_of
from orders.promises.revisions import Change, replace_promises, withdraw_promises
from orders.promises.working_days import Span
from orders.states import SHIPMENT_ENDED, ShippingRule
from orders.values.moments import LAST

# After these events an order may have all that it needs to leave.
MAY_GO_ON = {"order.allocated", "order.backordered", "order.lines_cancelled", "order.edited"}


def follow_holds_and_stock(events: Sequence[Event], *, now: datetime) -> None:
    """Promise a date of orders that can go on, after these events.

    A fixed number of statements: one after stock came, up to eight where an order gets a date.
    """
    _withdraw_incomplete(events, now)
    _withdraw_held(events, now)
    freed = {row.order_id for row in events if row.kind == "hold.released" and row.order_id}
    stocked = [row for row in events if row.kind == "order.allocated" and row.order_id]
    waited = {row.order_id for row in stocked if row.order_id and row.data.get("waited")}
    concerned = freed | {row.order_id for row in events if row.kind in MAY_GO_ON and row.order_id}
    if concerned and (orders := _that_can_go_on(concerned, has_news=freed | waited)):
        _date(orders, freed, waited, now)


def _withdraw_incomplete(events: Sequence[Event], now: datetime) -> None:
    """Withdraw the date of an order that, by its new rule, waits for what nobody can date."""
    edited = [
        row.order_id
        for row in events
        if row.kind == "order.edited" and "ships_as" in row.data.get("fields", ())
    ]
    if not edited:
        return
    lacks = OrderLine.objects.filter(order=OuterRef("order"), ships=True, backordered__gt=0)
    rows = Promise.objects.filter(
        ~Q(order__ships_as=ShippingRule.AS_AVAILABLE),
        Exists(lacks),
        order__in=edited,
        kind=Promise.Kind.ARRIVES,
        shipment__isnull=True,
        settled_at__isnull=True,
    )
    withdraw_promises(list(rows), now=now)


def _withdraw_held(events: Sequence[Event], now: datetime) -> None:
    """Withdraw the dates of what has not left, where an order is on hold for longer: at once.

    So too where no service reaches it: nobody knows how long that stays so.
    """
    ends = {
        row.order_id: end
        for row in events
        if row.order_id and row.kind == "hold.opened" and (end := _end_of(row))
    }
    if not ends:
        return
    here = Q(kind=Promise.Kind.SHIPS) | Q(kind=Promise.Kind.ARRIVES, shipment__isnull=True)
    rows = Promise.objects.filter(here, order__in=ends, settled_at__isnull=True).order_by("pk")
    late = [row for row in rows if row.latest < ends[row.order_id]]
    withdraw_promises(late, now=now)


def _end_of(opened: Event) -> datetime | None:
    """Until when an order is on hold at least; None where a person may end it soon."""
    if opened.data.get("reason") == Hold.Reason.NO_SERVICE:
        return LAST
    ends_at = opened.data.get("ends_at")
    return datetime.fromisoformat(ends_at) if ends_at else None


def _that_can_go_on(
    order_ids: Iterable[UUID], *, has_news: Iterable[UUID]
) -> QuerySet[Order, Order]:
    """The orders of these that nothing stops, with stock to send, and without a date or with news.

    `_date` tells the two apart. A line of which nobody knows yet whether it is in stock stops one.
    """
    mine = {"order": OuterRef("pk")}
    holds = Hold.objects.filter(**mine, shipment__isnull=True, released_at__isnull=True)
    stock = OrderLine.objects.filter(**mine, ships=True, allocated__gt=F("shipped"))
    lacks = OrderLine.objects.filter(
        **mine, ships=True, ordered__gt=F("allocated") + F("cancelled")
    )
    undecided = OrderLine.objects.filter(
        **mine,
        ships=True,
        product__isnull=False,
        ordered__gt=F("allocated") + F("backordered") + F("cancelled"),
    )
    dated = Promise.objects.filter(
        **mine, kind=Promise.Kind.ARRIVES, shipment__isnull=True, settled_at__isnull=True
    )
    free = Order.objects.filter(
        ~Exists(holds), Exists(stock), ~Exists(undecided), pk__in=set(order_ids)
    )
    free = free.exclude(~Q(ships_as=ShippingRule.AS_AVAILABLE) & Exists(lacks))
    undated = free.filter(~Exists(dated))
    rows = undated | free.filter(pk__in=set(has_news))
    return rows.select_related("seller__warehouse").order_by("pk")


def _date(orders: Iterable[Order], freed: set[UUID], waited: set[UUID], now: datetime) -> None:
    by_id = {order.pk: order for order in orders}
    last = _last_promises(by_id)
    made, told, changes = [], [], []
    leaves: dict[UUID, datetime] = {}
    for order in by_id.values():
        leaving, span = order_spans(now, terms_of(order), order.time_zone)
        leaves[order.pk] = leaving.latest
        promise = last.get(order.pk)
        if promise is None or not promise.is_open:
            made.append(_promise(order, span, promise, now))
        elif span.local_on > promise.local_on:
            has_waited = order.pk in waited
            reason = Promise.Reason.STOCK_LATE if has_waited else Promise.Reason.HELD
            changes.append(Change(promise, span, reason))
        elif order.pk in waited:
            told.append(promise)
    Promise.objects.bulk_create(made)
    record([_given(promise) for promise in (*made, *told)])
    if changes:
        replace_promises(changes, now=now)
    dated = freed | {row.order_id for row in made} | {row.replaced.order_id for row in changes}
    _renew_due([order for order in by_id.values() if order.pk in dated], leaves)


def _renew_due(orders: Iterable[Order], leaves: Mapping[UUID, datetime]) -> None:
    """Let what could not leave before leave as a new order would: it is not late by the wait."""
    late = [order for order in orders if order.ship_by < leaves[order.pk]]
    if not late:
        return
    here = Shipment.objects.filter(order__in=late).exclude(status__in=SHIPMENT_ENDED)
    shipments = list(here.only("order_id", "ship_by").order_by("pk"))
    for order in late:
        order.ship_by = leaves[order.pk]
    for row in shipments:
        row.ship_by = max(row.ship_by, leaves[row.order_id])
    Order.objects.bulk_update(late, ["ship_by"])
    Shipment.objects.bulk_update(shipments, ["ship_by"])


def _last_promises(order_ids: Iterable[UUID]) -> dict[UUID, Promise]:
    """{order id: its open promise of arrival, or the one that was withdrawn and not replaced}."""
    successors = Promise.objects.filter(replaces=OuterRef("pk"))
    rows = Promise.objects.filter(
        ~Exists(successors),
        order__in=list(order_ids),
        kind=Promise.Kind.ARRIVES,
        shipment__isnull=True,
        released_at__isnull=True,
        kept_at__isnull=True,
    )
    newest = rows.order_by("order", "-made_at", "-pk").distinct("order")
    return {row.order_id: row for row in newest}


def _promise(order: Order, span: Span, former: Promise | None, now: datetime) -> Promise:
    return Promise(
        seller_id=order.seller_id,
        order=order,
        replaces=former,
        kind=Promise.Kind.ARRIVES,
        earliest=span.earliest,
        latest=span.latest,
        local_on=span.local_on,
        zone=span.zone,
        made_at=now,
        reason=Promise.Reason.HELD if former else "",
    )


def _given(promise: Promise) -> Event:
    event = Event.of(promise, "given", promise=str(promise.pk))
    if promise.replaces_id:
        event.data["former"] = str(promise.replaces_id)
    return event
