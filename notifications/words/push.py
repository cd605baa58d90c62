"""Web push: a message as a notification in a browser."""

import base64
import json
from typing import Any

from notifications.channels.base import Outgoing, one_line
from notifications.facts import Facts
from notifications.kinds.catalogue import kind_of
from notifications.models import PushSubscription

HOUR = 3600

# TTL header, in seconds: an urgent notification is of no use a day later.
TTL, URGENT_TTL = 24 * HOUR, 8 * HOUR


def outgoing_push(facts: Facts, text: str, link: str) -> Outgoing:
    """Make the notification; `text` is the subject of the mail, `link` opens on a click."""
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
            ("TTL", str(URGENT_TTL if is_urgent else TTL)),
            ("Urgency", "high" if is_urgent else "normal"),
            ("Topic", topic(facts)),
        ),
    )


def subscription_info(browser: PushSubscription) -> dict[str, Any]:
    """Return a subscription in the shape of `PushSubscription.toJSON()` of browsers."""
    keys = {"p256dh": browser.p256dh, "auth": browser.auth}
    return {"endpoint": browser.endpoint, "keys": keys}


def topic(facts: Facts) -> str:
    """Return the Topic header: a newer notification of a topic replaces an undelivered one."""
    parcel = facts.packages[0] if len(facts.packages) == 1 else None
    subject = parcel.pk if parcel else facts.order.pk
    return base64.urlsafe_b64encode(subject.bytes).rstrip(b"=").decode()
