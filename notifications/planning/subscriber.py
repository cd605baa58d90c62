"""Turns events into Message rows: one function plans them, for the intake and for `record`."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from notifications.consent.browsers import NOBODY, Browsers, browsers_of
from notifications.delivery.unclaimed import call_off, revive
from notifications.kinds.record import EMAIL, Kind
from notifications.kinds.routes import ROUTES, addresses_of, is_told_with_others, kinds_for
from notifications.kinds.undoable import UNDOABLE, undone_kind
from notifications.languages import spoken
from notifications.models import Message
from notifications.planning.undo import take_back
from notifications.states import Cause, MessageStatus
from orders.models import Event, Order

HELD = "Waiting in case it is undone."
NO_SELLER_ADDRESS = "The seller has no e-mail address."
NO_ADDRESS = "The order has neither an e-mail address nor a phone number."


def on_events(events: Sequence[Event]) -> None:
    """Write the messages that follow from these events: one look-up of orders, one INSERT,
    and one look-up of browsers where that channel exists.

    An undo calls off what waits, and corrects what left. What only waits for calm is looked at
    again: it gives way to what is new, or goes before it.

    Several events of one kind and order are told together: the first carries the messages,
    `facts.told_together` finds the others when they are rendered.
    """
    called_off, corrections = take_back(events)
    call_off(called_off)
    Message.objects.bulk_create(corrections)
    if undone := {event.order_id for event in events if undone_kind(event) and event.order_id}:
        revive(undone)
        _look_again(undone)
    first: dict[tuple[Any, ...], Event] = {}
    for event in events:
        if event.kind in ROUTES and event.order_id:
            first.setdefault(_told_with(event), event)
    if not first:
        return
    order_ids = {event.order_id for event in first.values() if event.order_id}
    orders = Order.objects.select_related("seller").in_bulk(order_ids)
    browsers = browsers_of(orders)
    Message.objects.bulk_create(
        message
        for event in first.values()
        for order in [orders[event.order_id]]
        for message in planned(order, event, browsers=browsers.get(order.pk, NOBODY))
    )
    _look_again(order_ids)


def _look_again(order_ids: Collection[UUID]) -> None:
    """What only calm holds gives way to what is new, or goes before it."""
    Message.objects.filter(order__in=order_ids, status=MessageStatus.HELD, cause=Cause.CALM).update(
        next_attempt_at=timezone.now()
    )


def _told_with(event: Event) -> tuple[Any, ...]:
    """Events that are told in one message have this in common."""
    own = None if is_told_with_others(event) else event.subject_id
    return event.kind, event.order_id, own


def rows_for_intake(accepted: Sequence[tuple[Order, Event]]) -> list[Message]:
    """The unsaved messages of orders being accepted, whose seller is loaded. No query.

    No browser can have asked yet to be told of them.
    """
    return [message for order, event in accepted for message in planned(order, event)]


def planned(order: Order, event: Event, *, browsers: Browsers = NOBODY) -> Iterator[Message]:
    """The messages of an event; where somebody has no address at all, one that says so."""
    now = timezone.now()
    waiting = _waiting(event, now)
    settled = {
        "status": MessageStatus.SUPPRESSED.value,
        "cause": Cause.NO_ADDRESS.value,
        "settled_at": now,
    }
    for kind in kinds_for(event):
        addresses = [
            (channel, recipient)
            for channel in kind.channels
            for recipient in addresses_of(order, kind.audience, channel, browsers=browsers)
        ]
        for channel, recipient in addresses:
            message = _message(
                order, event, kind, channel=channel.value, recipient=recipient, **waiting
            )
            message.language = spoken(browsers.get(recipient, message.language))
            yield message
        if not addresses:
            reason = NO_ADDRESS if kind.is_for_customer else NO_SELLER_ADDRESS
            unsent = {"channel": EMAIL.value, "recipient": "", "reason": reason, **settled}
            yield _message(order, event, kind, **unsent)


def _message(order: Order, event: Event, kind: Kind, **columns: Any) -> Message:
    language = order.language if kind.is_for_customer else order.seller.language
    return Message(
        seller_id=order.seller_id,
        order_id=order.pk,
        event_id=event.pk,
        template=kind.name,
        audience=kind.audience.value,
        language=spoken(language),
        **columns,
    )


def _waiting(event: Event, now: datetime) -> dict[str, Any]:
    """What a worker did may be undone for a while before anybody hears of it."""
    hold = settings.UNDO_HOLD_SECONDS if event.actor_id and event.kind in UNDOABLE else 0
    if not hold:
        return {"status": MessageStatus.PLANNED.value, "next_attempt_at": now}
    due = now + timedelta(seconds=hold)
    return {
        "status": MessageStatus.HELD.value,
        "cause": Cause.MAY_BE_UNDONE.value,
        "reason": HELD,
        "next_attempt_at": due,
    }
