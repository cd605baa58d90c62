"""Actions of a customer: opt out of updates, subscribe or unsubscribe browsers."""

from collections.abc import Collection
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from notifications.kinds.record import CUSTOMER
from notifications.kinds.routes import addresses_of
from notifications.models import Preference, PushSubscription
from orders.errors import DomainError
from orders.events.recording import record
from orders.lifecycle.transitions import lock_order
from orders.models import Event, Order

MOST_BROWSERS = 10
MOST_CHANGES = 20  # of one order a day
TOO_OFTEN = "You have changed this too often today. Please try again tomorrow."
TURNED_OFF_ELSEWHERE = (
    "These updates were turned off on the page of another of your orders: "
    "please turn them on there."
)


@transaction.atomic
def choose_updates(
    order: Order, *, channel: str, off: Collection[str], is_off: bool
) -> Preference | None:
    """Save which updates a customer turns off over a channel, for all orders of the seller.

    Applies to waiting messages too. None where the order has no such address. Raises DomainError.
    """
    for recipient in addresses_of(order, CUSTOMER, channel):
        whose: dict[str, Any] = {
            "seller_id": order.seller_id,
            "channel": channel,
            "recipient": recipient.lower(),
        }
        lock_order(order.pk)
        before = Preference.objects.filter(**whose).first()
        if before and (before.off, before.is_off) == (sorted(off), is_off):
            return before
        _check_change(order, before, is_off=is_off)
        chosen = {"off": sorted(off), "is_off": is_off, "changed_at": timezone.now()}
        row, _ = Preference.objects.update_or_create(
            **whose, defaults={**chosen, "chosen_for": order}
        )
        chosen_now = Event.of(order, "updates_chosen", channel=channel, off=row.off, is_off=is_off)
        record([chosen_now])
        return row
    return None


def _check_change(order: Order, before: Preference | None, *, is_off: bool) -> None:
    """Check that this link may change the preference: links are shared. Raises DomainError."""
    elsewhere = before and before.chosen_for_id not in (None, order.pk)
    if elsewhere and before and before.is_off and not is_off:
        raise DomainError(TURNED_OFF_ELSEWHERE)
    since = timezone.now() - timedelta(days=1)
    changes = Event.objects.filter(order=order, kind="order.updates_chosen", at__gt=since)
    if changes.count() >= MOST_CHANGES:
        raise DomainError(TOO_OFTEN)


@transaction.atomic
def subscribe_browser(
    order: Order, *, endpoint: str, p256dh: str, auth: str, language: str
) -> PushSubscription:
    """Subscribe a browser to an order; idempotent. Raises DomainError."""
    lock_order(order.pk)
    live = PushSubscription.objects.filter(order=order, ended_at__isnull=True)
    if live.exclude(endpoint=endpoint).count() >= MOST_BROWSERS:
        raise DomainError(f"{MOST_BROWSERS} browsers already get notifications about this order.")
    keys = {"p256dh": p256dh, "auth": auth, "language": language}
    # A browser that subscribes again keeps its row: messages name it as their recipient.
    row = PushSubscription.objects.filter(order=order, endpoint=endpoint).order_by("-pk").first()
    if row is None:
        return PushSubscription.objects.create(order=order, endpoint=endpoint, **keys)
    PushSubscription.objects.filter(pk=row.pk).update(ended_at=None, **keys)
    row.refresh_from_db()
    return row


def unsubscribe_browsers(order: Order, *, endpoint: str | None = None) -> int:
    """Unsubscribe one browser of an order, or all; returns how many."""
    live = PushSubscription.objects.filter(order=order, ended_at__isnull=True)
    if endpoint is not None:
        live = live.filter(endpoint=endpoint)
    return live.update(ended_at=timezone.now())
