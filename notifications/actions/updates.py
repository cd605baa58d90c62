"""A customer chooses which updates an address gets, and which browsers are told."""

from collections.abc import Collection

from django.db import transaction
from django.utils import timezone

from notifications.models import Preference, PushSubscription
from notifications.routes import CUSTOMER, addresses_of
from orders.errors import DomainError
from orders.events import record
from orders.models import Event, Order
from orders.transitions import lock_order

MOST_BROWSERS = 10


@transaction.atomic
def choose_updates(
    order: Order, *, channel: str, off: Collection[str], is_off: bool
) -> Preference | None:
    """Keep what this order's customer does not want over a channel, for all orders of its seller.

    Messages that wait already follow it too. None where the order has no such address.
    """
    for recipient in addresses_of(order, CUSTOMER, channel):
        row, _ = Preference.objects.update_or_create(
            seller_id=order.seller_id,
            channel=channel,
            recipient=recipient.lower(),
            defaults={"off": sorted(off), "is_off": is_off, "changed_at": timezone.now()},
        )
        data = {"channel": channel, "off": row.off, "is_off": is_off}
        record([Event.of(order, "updates_chosen", **data)])
        return row
    return None


@transaction.atomic
def tell_browser(
    order: Order, *, endpoint: str, p256dh: str, auth: str, language: str
) -> PushSubscription:
    """Tell this browser too from now on; twice is once. Raises DomainError."""
    lock_order(order.pk)
    live = PushSubscription.objects.filter(order=order, ended_at__isnull=True)
    if live.exclude(endpoint=endpoint).count() >= MOST_BROWSERS:
        raise DomainError(f"{MOST_BROWSERS} browsers are told of this order already.")
    keys = {"p256dh": p256dh, "auth": auth, "language": language}
    row, _ = PushSubscription.objects.update_or_create(
        order=order, endpoint=endpoint, ended_at=None, defaults=keys
    )
    return row


def leave_browsers(order: Order, *, endpoint: str | None = None) -> int:
    """Tell this browser no more, or none of them; how many that were."""
    live = PushSubscription.objects.filter(order=order, ended_at__isnull=True)
    if endpoint is not None:
        live = live.filter(endpoint=endpoint)
    return live.update(ended_at=timezone.now())
