"""Invariants of messages for `check_books`: each check queries for violations."""

from notifications.kinds.routes import ROUTES, Route
from notifications.states import MessageStatus
from orders.books import Check, findings
from orders.statements import with_codes

# The provider accepted it.
ACCEPTED = (MessageStatus.SENT, MessageStatus.DELIVERED)
# Statuses that need a cause and a reason.
EXPLAINED = (
    MessageStatus.FAILED,
    MessageStatus.UNKNOWN,
    MessageStatus.SUPPRESSED,
    MessageStatus.SUPERSEDED,
)

DUPLICATES = """
SELECT format('Event %s (%s): %s messages to the %s by %s, one is right', event.id, event.kind,
    count(*), message.audience, message.channel)
FROM notifications_message message JOIN orders_event event ON event.id = message.event_id
GROUP BY event.id, message.audience, message.channel, message.recipient, message.revision
HAVING count(*) > 1
"""
# Several events of one kind and order in one transaction share the messages of the first. Those
# with one of these names in their data, or of its codes where there are any, have none.
MISSING = """
WITH
-- Which audiences have messages, by kind of event, order and transaction.
planned AS (
    SELECT event.kind, event.order_id, event.transaction_id, message.audience
    FROM notifications_message message JOIN orders_event event ON event.id = message.event_id
)
SELECT DISTINCT concat('Order ', orders_order.number, ': the ', wanted.audience,
    ' was not told of ', event.kind)
FROM unnest(%(kinds)s::text[], %(audiences)s::text[], %(names)s::text[], %(codes)s::text[])
    AS wanted (kind, audience, name, codes)
JOIN orders_event event ON event.kind = wanted.kind
JOIN orders_order ON orders_order.id = event.order_id
WHERE (NOT event.data ?| string_to_array(wanted.name, ',') OR wanted.codes <> ''
        AND event.data ->> wanted.name <> ALL (string_to_array(wanted.codes, ',')))
    AND NOT EXISTS (
        SELECT FROM planned WHERE planned.audience = wanted.audience AND planned.kind = event.kind
            AND planned.order_id = event.order_id AND planned.transaction_id = event.transaction_id)
"""
COLUMNS = ("kinds", "audiences", "names", "codes")
MISMATCHED = """
SELECT format('Message %s: it belongs to another order or seller than its event', message.id)
FROM notifications_message message JOIN orders_event event ON event.id = message.event_id
WHERE message.order_id <> event.order_id OR message.seller_id <> event.seller_id
"""
INCONSISTENT = with_codes(
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
UNKNOWN_PROMISES = with_codes(
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
    """Check: one message per event, audience, channel and recipient."""
    return findings(DUPLICATES)


def events_have_messages() -> list[str]:
    """Check: every event with a route has a message for each audience."""
    wanted = [
        (kind, str(route.audience), *_exempt(route))
        for kind, routes in ROUTES.items()
        for route in routes
    ]
    columns = map(list, zip(*wanted, strict=True))
    return findings(MISSING, dict(zip(COLUMNS, columns, strict=True)))


def _exempt(route: Route) -> tuple[str, str]:
    """Which events of a route have no message: the names in their data, and the values of one."""
    unless = next((kind.unless for kind in route.kinds if kind.unless), None)
    if unless is None:
        return "", ""
    names = filter(None, (unless.name, unless.other))
    return ",".join(names), ",".join(sorted(unless.values))


def messages_match_events() -> list[str]:
    """Check: a message has the order and the seller of its event."""
    return findings(MISMATCHED)


def outcomes_are_recorded() -> list[str]:
    """Check: a sent message has an attempt, an unsent one a reason, a claim an end."""
    return findings(INCONSISTENT)


def promises_were_made() -> list[str]:
    """Check: the promise that a message states belongs to its order."""
    return findings(UNKNOWN_PROMISES)


CHECKS: tuple[Check, ...] = (
    messages_are_single,
    events_have_messages,
    messages_match_events,
    outcomes_are_recorded,
    promises_were_made,
)
