"""What must always be true of messages: each check reads it anew and says what is broken."""

from notifications.kinds.routes import ROUTES
from notifications.states import MessageStatus
from orders.books import Check, findings
from orders.statements import with_codes

# Its provider took it.
ACCEPTED = (MessageStatus.SENT, MessageStatus.DELIVERED)
# Whoever reads such a message asks why.
EXPLAINED = (
    MessageStatus.FAILED,
    MessageStatus.UNKNOWN,
    MessageStatus.SUPPRESSED,
    MessageStatus.SUPERSEDED,
)

TWICE = """
SELECT format('Event %s (%s): %s messages to the %s by %s, one is right', event.id, event.kind,
    count(*), message.audience, message.channel)
FROM notifications_message message JOIN orders_event event ON event.id = message.event_id
GROUP BY event.id, message.audience, message.channel, message.recipient, message.revision
HAVING count(*) > 1
"""
# Several events of one kind and order in one transaction are told together, by the first.
UNTOLD = """
WITH
-- Who was told of events of which kind, order and transaction.
told AS (
    SELECT event.kind, event.order_id, event.transaction_id, message.audience
    FROM notifications_message message JOIN orders_event event ON event.id = message.event_id
)
SELECT DISTINCT concat('Order ', orders_order.number, ': the ', wanted.audience,
    ' was not told of ', event.kind)
FROM unnest(%(kinds)s::text[], %(audiences)s::text[]) AS wanted (kind, audience)
JOIN orders_event event ON event.kind = wanted.kind
JOIN orders_order ON orders_order.id = event.order_id
WHERE NOT EXISTS (
        SELECT FROM told WHERE told.audience = wanted.audience AND told.kind = event.kind
            AND told.order_id = event.order_id AND told.transaction_id = event.transaction_id)
"""
STRANGERS = """
SELECT format('Message %s: it belongs to another order or seller than its event', message.id)
FROM notifications_message message JOIN orders_event event ON event.id = message.event_id
WHERE message.order_id <> event.order_id OR message.seller_id <> event.seller_id
"""
UNPROVEN = with_codes(
    """
SELECT format('Message %s is %s: %s', message.id, message.status, rule.broken)
FROM notifications_message message
CROSS JOIN LATERAL (VALUES
    ('nobody tried to send it', status IN ({accepted}) AND NOT EXISTS (
        SELECT FROM notifications_attempt attempt WHERE attempt.message_id = message.id)
        AND NOT EXISTS (
        SELECT FROM notifications_receipt receipt WHERE receipt.message_id = message.id)),
    ('nobody began to send it', status = {unknown} AND attempts_made = 0),
    ('it does not say why', status IN ({explained})
        AND (cause = '' OR reason = '')),
    ('its claim has no end, or none is claimed',
        (status = {claimed}) <> (claimed_until IS NOT NULL))
) AS rule (broken, is_broken)
WHERE rule.is_broken
""",
    accepted=ACCEPTED,
    unknown=MessageStatus.UNKNOWN,
    explained=EXPLAINED,
    claimed=MessageStatus.CLAIMED,
)
UNPROMISED = with_codes(
    """
SELECT format('Message %s (%s) states a promise that nobody made', message.id, message.template)
FROM notifications_message message JOIN orders_event event ON event.id = message.event_id
WHERE message.status IN ({accepted}) AND event.data ->> 'promise' <> '' AND NOT EXISTS (
    SELECT FROM orders_promise promise
    WHERE promise.id::text = event.data ->> 'promise' AND promise.order_id = event.order_id)
""",
    accepted=ACCEPTED,
)


def messages_are_single() -> list[str]:
    """One message per event, audience, channel and recipient."""
    return findings(TWICE)


def events_are_told() -> list[str]:
    """Every event of which somebody is told has a message, sent or visibly not."""
    wanted = [(kind, str(route.audience)) for kind, routes in ROUTES.items() for route in routes]
    kinds, audiences = zip(*wanted, strict=True)
    return findings(UNTOLD, {"kinds": list(kinds), "audiences": list(audiences)})


def messages_match_events() -> list[str]:
    """A message goes to the order and the seller of its event."""
    return findings(STRANGERS)


def messages_end_visibly() -> list[str]:
    """A sent message has an attempt, one that was not sent says why, a claim ends."""
    return findings(UNPROVEN)


def promises_were_made() -> list[str]:
    """What a message said is a promise of its order."""
    return findings(UNPROMISED)


CHECKS: tuple[Check, ...] = (
    messages_are_single,
    events_are_told,
    messages_match_events,
    messages_end_visibly,
    promises_were_made,
)
