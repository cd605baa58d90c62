"""A message as a notification in a browser (web push)."""

import base64
import json
from typing import Any

from notifications.channels.base import Outgoing, one_line
from notifications.facts import Facts
from notifications.kinds.catalogue import kind_of
from notifications.models import PushSubscription

HOUR = 3600

# Nobody wants to read the day after what a customer should have seen at once.
LIVES, URGENT_LIVES = 24 * HOUR, 8 * HOUR


def outgoing_push(facts: Facts, text: str, link: str) -> Outgoing:
    """A notification with the subject of the mail; its link opens when it is pressed."""
    browser, message = facts.browser, facts.message
    if browser is None:
        raise ValueError("This message has no browser to go to.")
    is_urgent = kind_of(message.template).is_urgent
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
