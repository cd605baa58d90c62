"""Web push subscriptions of an order: which browsers get messages, and when they end."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from django.utils import timezone

from notifications.channels.vapid import is_set_up
from notifications.kinds.record import PUSH
from notifications.models import Message, PushSubscription

Browsers = Mapping[str, str]  # {id of the subscription, as text: its language}
NO_BROWSERS: Browsers = {}


def browsers_of(order_ids: Collection[UUID]) -> Mapping[UUID, Browsers]:
    """Load the browsers of each order; one statement, or none where web push is not set up."""
    found: dict[UUID, dict[str, str]] = defaultdict(dict)
    if is_set_up() and order_ids:
        rows = PushSubscription.objects.filter(order__in=order_ids, ended_at__isnull=True)
        for pk, order_id, language in rows.order_by("pk").values_list("pk", "order_id", "language"):
            found[order_id][str(pk)] = language
    return found


def end_subscriptions(messages: Iterable[Message]) -> None:
    """End the subscriptions of browsers that their push service no longer knows (410 Gone)."""
    gone = [UUID(message.recipient) for message in messages if message.channel == PUSH]
    if gone:
        rows = PushSubscription.objects.filter(pk__in=gone, ended_at__isnull=True)
        rows.update(ended_at=timezone.now())
