"""Event subscriber that plans messages: rows of the outbox for `record` and for the intake."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from notifications.consent.browsers import NO_BROWSERS, Browsers, browsers_of
from notifications.delivery.unclaimed import replan_superseded, suppress_undone
from notifications.kinds.catalogue import ALL
from notifications.kinds.record import EMAIL, LABEL_NEWS, Kind
from notifications.kinds.routes import ROUTES, addresses_of, kinds_for, shares_message
from notifications.kinds.undoable import TAKEN_BACK, UNDOABLE, undone_kind
from notifications.languages import spoken
from notifications.models import Message
from notifications.planning.redirecting import redirect_waiting
from notifications.planning.undo import undo_messages
from notifications.states import Cause, MessageStatus
from orders.models import Event, Order
from orders.models.base import unsaved
from orders.prepared import PreparedQuery, insert, is_among
from orders.returns.labels.offers import offer_of
from orders.statements import Statement, with_codes
from orders.states import OrderStatus

# Orders by their ids, with what addresses and languages are read from.
ORDERS = PreparedQuery(
    lambda: Order.objects.filter(is_among("orders_order.id", 1)).select_related("seller")
)
RECHECK_CALM = Statement(
    with_codes(
        """
UPDATE notifications_message SET next_attempt_at = %(now)s
WHERE order_id = ANY(%(orders)s::uuid[]) AND status IN ({held}) AND cause = {calm}
""",
        held=MessageStatus.HELD,
        calm=Cause.CALM,
    )
)
HELD = "Waiting in case it is undone."
OF_DEMO = "Not sent: it belongs to demo data."
NO_SELLER_ADDRESS = "The seller has no e-mail address."
# Kinds that wait for the allocator, and the events by which it has decided about an order.
AWAITING_STOCK = [kind.name for kind in ALL if kind.awaits_stock]
DECIDED = ("order.allocated", "order.backordered")
REPLACEMENT = "replacement"  # the kind of message, of the order with which something is sent again
AWAITING_LABEL = [kind.name for kind in ALL if kind.awaits_label]
# Longer than a carrier is asked for a label; until then the tracking page alone says how it is.
LABEL_WAIT = timedelta(minutes=45)
Told = tuple[UUID, str, str]  # an event, a channel, a recipient
UNSENT = (MessageStatus.PLANNED, MessageStatus.HELD, MessageStatus.RETRYING)
SAID_BY_APPROVAL = "The mail about the approval says it."
SAID_BY_REPLACEMENT = "The message about the replacement says it."
NO_ADDRESS = "The order has neither an e-mail address nor a phone number."


def on_events(events: Sequence[Event]) -> None:
    """Insert the messages of these events: one query of orders, one INSERT, and one query of
    browsers where web push is set up.

    After an undo, waiting messages are suppressed and sent ones are corrected. Messages that are
    held only for calm are checked again: a new message may replace them, or be sent after them.

    Several events of one kind and order share their messages: the first event has them,
    `facts.combined_events` finds the others when they are rendered.
    """
    redirect_waiting(events)
    suppressed, corrections = undo_messages(events)
    suppress_undone(suppressed)
    insert(corrections)
    if undone := {event.order_id for event in events if undone_kind(event) and event.order_id}:
        replan_superseded(undone)
        _recheck_calm(undone)
    _send_decided({event.order_id for event in events if event.kind in DECIDED and event.order_id})
    told = _send_labelled([event for event in events if event.kind in LABEL_NEWS])
    told |= _said_by_replacements(events)
    first: dict[tuple[Any, ...], Event] = {}
    for event in events:
        if event.kind in ROUTES and event.order_id:
            first.setdefault(_message_group(event), event)
    if not first:
        return
    order_ids = {event.order_id for event in first.values() if event.order_id}
    orders: dict[Any, Order] = {order.pk: order for order in ORDERS(list(order_ids))}
    browsers = browsers_of(orders)
    insert(
        [
            message
            for event in first.values()
            for order in [orders[event.order_id]]
            for message in planned_messages(
                order,
                event,
                browsers=browsers.get(order.pk, NO_BROWSERS),
                told=told,
            )
        ]
    )
    _recheck_calm(order_ids)


def _recheck_calm(order_ids: Collection[UUID]) -> None:
    """Make messages due that are held only for calm: the guard decides again."""
    RECHECK_CALM({"now": timezone.now(), "orders": list(order_ids)})


def _send_decided(order_ids: Collection[UUID]) -> None:
    """Make messages due that waited to know what of these orders is in stock: one statement."""
    if not order_ids:
        return
    now = timezone.now()
    Message.objects.filter(
        order__in=order_ids,
        status=MessageStatus.PLANNED,
        template__in=AWAITING_STOCK,
        next_attempt_at__gt=now,
    ).update(next_attempt_at=now)


def _send_labelled(events: Sequence[Event]) -> set[Told]:
    """Make messages due that waited for the labels of these events, and return whom they tell of
    which: whoever was told before has news. They are locked: none leaves with older facts.
    """
    if not events:
        return set()
    rows = Message.objects.filter(
        order__in={event.order_id for event in events},
        event__subject_id__in={event.subject_id for event in events},
        template__in=AWAITING_LABEL,
        status__in=UNSENT,
    )
    waiting = list(rows.select_related("event").select_for_update(of=("self",)).order_by("pk"))
    now = timezone.now()
    early = [row.pk for row in waiting if row.status == MessageStatus.PLANNED]
    Message.objects.filter(pk__in=early, next_attempt_at__gt=now).update(next_attempt_at=now)
    return {
        (event.pk, row.channel, row.recipient)
        for event in events
        for row in waiting
        if row.event.subject_id == event.subject_id
    }


def _said_by_replacements(events: Sequence[Event]) -> set[Told]:
    """Whom the message about a replacement tells of the answer: it says what was reported, too."""
    again = {
        UUID(event.data["replacement"]): event
        for event in events
        if event.kind == "problem.answered" and "replacement" in event.data
    }
    if not again:
        return set()
    rows = Message.objects.filter(order__in=again, template=REPLACEMENT, status__in=UNSENT)
    return {(again[row.order_id].pk, row.channel, row.recipient) for row in rows}


def _message_group(event: Event) -> tuple[Any, ...]:
    """Return a key that is equal for events that share their messages."""
    own = None if shares_message(event) else event.subject_id
    return event.kind, event.order_id, own


def rows_for_intake(accepted: Sequence[tuple[Order, Event]]) -> list[Message]:
    """Return the unsaved messages of orders being accepted, whose seller is loaded. No query.

    A new order cannot have a browser subscription yet.
    """
    return [message for order, event in accepted for message in planned_messages(order, event)]


def planned_messages(
    order: Order,
    event: Event,
    *,
    browsers: Browsers = NO_BROWSERS,
    told: Collection[Told] = (),
) -> Iterator[Message]:
    """Yield the messages of an event; without any address, one suppressed message that says so.

    `told`: who hears of which event by a message that has not left yet, so that none is sent.
    """
    now = timezone.now()
    for kind in kinds_for(event):
        waiting = _waiting_columns(kind, order, event, now)
        is_planned = False
        for channel in kind.channels:
            for recipient in addresses_of(order, kind.audience, channel, browsers=browsers):
                is_planned = True
                is_told = (event.pk, channel, recipient) in told
                state = _told_columns(event, now) if is_told else waiting
                columns = {"channel": channel, "recipient": recipient, **state}
                message = _message(order, event, kind, columns)
                if recipient in browsers:
                    message.language = spoken(browsers[recipient])
                yield message
        if not is_planned:
            yield _message(order, event, kind, _unsent(kind, now))


def _told_columns(event: Event, now: datetime) -> dict[str, Any]:
    """Return the columns of a message whose news another one has, which waited for it."""
    return {
        "status": MessageStatus.SUPERSEDED.value,
        "cause": Cause.TOLD_TOGETHER.value,
        "reason": SAID_BY_REPLACEMENT if "replacement" in event.data else SAID_BY_APPROVAL,
        "settled_at": now,
    }


def _unsent(kind: Kind, now: datetime) -> dict[str, Any]:
    """Return the columns of a message that nobody can be sent."""
    return {
        "channel": EMAIL,
        "recipient": "",
        "reason": NO_ADDRESS if kind.is_for_customer else NO_SELLER_ADDRESS,
        "status": MessageStatus.SUPPRESSED.value,
        "cause": Cause.NO_ADDRESS.value,
        "settled_at": now,
    }


def _message(order: Order, event: Event, kind: Kind, columns: dict[str, Any]) -> Message:
    language = order.language if kind.is_for_customer else order.seller.language
    return unsaved(
        Message,
        seller_id=order.seller_id,
        order_id=order.pk,
        event_id=event.pk,
        template=kind.name,
        audience=kind.audience.value,
        language=spoken(language),
        **columns,
    )


def _waiting_columns(kind: Kind, order: Order, event: Event, now: datetime) -> dict[str, Any]:
    """Return the columns of a waiting message; what a worker may undo is held for a while.

    What says when an order arrives waits for the allocator, unless nothing of it is to be allocated
    yet: then it says why. What says how a return is sent waits for its label, where the seller
    gives one. What belongs to demo data never waits: it is not sent.
    """
    if order.seller.demo_of_id:
        return {
            "status": MessageStatus.SUPPRESSED.value,
            "cause": Cause.DEMO.value,
            "reason": OF_DEMO,
            "settled_at": now,
        }
    may_be_undone = event.actor_id and event.kind in UNDOABLE | TAKEN_BACK
    hold = settings.UNDO_HOLD_SECONDS if may_be_undone else 0
    if not hold:
        waits = kind.awaits_stock and order.status == OrderStatus.RECEIVED
        wait = timedelta(seconds=settings.STOCK_WAIT_SECONDS if waits else 0)
        if kind.awaits_label and offer_of(order.seller):
            wait = LABEL_WAIT
        return {"status": MessageStatus.PLANNED.value, "next_attempt_at": now + wait}
    due = now + timedelta(seconds=hold)
    return {
        "status": MessageStatus.HELD.value,
        "cause": Cause.MAY_BE_UNDONE.value,
        "reason": HELD,
        "next_attempt_at": due,
    }
