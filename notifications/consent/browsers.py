"""The browsers that are told of an order: which, and when they leave."""

import base64
import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.utils import timezone

from notifications.channels.base import Outgoing, one_line
from notifications.channels.vapid import is_set_up
from notifications.facts import Facts
from notifications.guards.verdict import Verdict
from notifications.models import Message, PushSubscription
from notifications.states import MessageStatus

PUSH = Message.Channel.PUSH.value
LEFT = "The browser does not want to be told any more."
HOUR = 3600
# What a customer should see at once, and what nobody wants to read the day after.
URGENT = frozenset({"out_for_delivery", "attempt_failed", "delivered", "delivered_to_neighbour"})
LIVES, URGENT_LIVES = 24 * HOUR, 8 * HOUR

Browsers = Mapping[str, str]  # {id of the subscription, as text: its language}
NOBODY: Browsers = {}


def browsers_of(order_ids: Collection[UUID]) -> Mapping[UUID, Browsers]:
    """The browsers of each order; one statement, or none where the channel does not exist."""
    found: dict[UUID, dict[str, str]] = defaultdict(dict)
    if is_set_up() and order_ids:
        rows = PushSubscription.objects.filter(order__in=order_ids, ended_at__isnull=True)
        for pk, order_id, language in rows.order_by("pk").values_list("pk", "order_id", "language"):
            found[order_id][str(pk)] = language
    return found


def reachable_browsers(facts: Sequence[Facts]) -> dict[int, Verdict]:
    """The guard of browsers: finds where each is reached; one that left is not told."""
    ours = [fact for fact in facts if fact.message.channel == PUSH]
    if not ours:
        return {}
    rows = PushSubscription.objects.filter(ended_at__isnull=True)
    found = rows.in_bulk([UUID(fact.message.recipient) for fact in ours])
    for fact in ours:
        fact.browser = found.get(UUID(fact.message.recipient))
    return {
        fact.message.pk: Verdict(MessageStatus.SUPPRESSED, LEFT)
        for fact in ours
        if fact.browser is None
    }


def outgoing_push(facts: Facts, text: str, link: str) -> Outgoing:
    """A notification with the subject of the mail; its link opens when it is pressed."""
    browser, message = facts.browser, facts.message
    if browser is None:
        raise ValueError("This message has no browser to go to.")
    is_urgent = message.template in URGENT
    return Outgoing(
        key=message.key,
        recipient=json.dumps(subscription_info(browser)),
        subject=one_line(facts.order.seller.name),
        text=text,
        link=link,
        headers=(
            ("TTL", str(URGENT_LIVES if is_urgent else LIVES)),
            ("Urgency", "high" if is_urgent else "normal"),
            ("Topic", topic(facts)),
        ),
    )


def subscription_info(browser: PushSubscription) -> dict[str, Any]:
    """A subscription as browsers write it."""
    keys = {"p256dh": browser.p256dh, "auth": browser.auth}
    return {"endpoint": browser.endpoint, "keys": keys}


def topic(facts: Facts) -> str:
    """At a push service a newer notification takes the place of one of the same topic."""
    parcel = facts.packages[0] if len(facts.packages) == 1 else None
    subject = parcel.pk if parcel else facts.order.pk
    return base64.urlsafe_b64encode(subject.bytes).rstrip(b"=").decode()


def end_subscriptions(messages: Iterable[Message]) -> None:
    """These browsers are told no more: their push services do not know them."""
    gone = [UUID(message.recipient) for message in messages if message.channel == PUSH]
    if gone:
        rows = PushSubscription.objects.filter(pk__in=gone, ended_at__isnull=True)
        rows.update(ended_at=timezone.now())
