"""Caps of a channel: what left about an order, to an address in an hour, of a seller today."""

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.utils import timezone

from notifications.facts import Facts
from notifications.guards.verdict import DayStopped, Verdict
from notifications.models import Message
from notifications.states import REACHED_PROVIDER, Cause, MessageStatus
from orders.statements import Statement, with_codes

# Counts messages of a channel that were sent, or may have been, and those that other workers have
# claimed. What failed without an id of its provider never reached it, and does not count.
COUNTS = """
WITH
-- Messages that other workers have claimed.
leaving AS MATERIALIZED (
  SELECT order_id, recipient, seller_id FROM notifications_message
  WHERE channel = {channel} AND status = {claimed} AND claimed_by <> %(worker)s
    AND audience IN ({audiences})
),
-- How many count for each cap: of an order, an address and a seller's day.
counted AS (
  SELECT 'of_order' AS what, m.order_id::text AS whose, count(*) AS number
  FROM notifications_message m
  WHERE m.order_id = ANY(%(orders)s::uuid[]) AND m.channel = {channel} AND m.status IN ({reached})
    AND m.audience IN ({audiences}) AND (m.status <> {failed} OR m.provider_id <> '')
  GROUP BY m.order_id
  UNION ALL
  SELECT 'to_address', m.recipient, count(*)
  FROM notifications_message m
  WHERE m.recipient = ANY(%(addresses)s::text[]) AND m.channel = {channel}
    AND m.status IN ({reached}) AND m.settled_at > now() - interval '1 hour'
    AND m.audience IN ({audiences}) AND (m.status <> {failed} OR m.provider_id <> '')
  GROUP BY m.recipient
  UNION ALL
  SELECT 'of_day', m.seller_id::text, count(*)
  FROM unnest(%(sellers)s::uuid[], %(days)s::timestamptz[]) AS s (id, began)
  JOIN notifications_message m ON m.seller_id = s.id AND m.channel = {channel}
    AND m.status IN ({reached}) AND m.settled_at >= s.began
    AND m.audience IN ({audiences}) AND (m.status <> {failed} OR m.provider_id <> '')
  GROUP BY m.seller_id
  UNION ALL SELECT 'of_order', order_id::text, 1 FROM leaving
  UNION ALL SELECT 'to_address', recipient, 1 FROM leaving
  UNION ALL SELECT 'of_day', seller_id::text, 1 FROM leaving
)
SELECT what, whose, sum(number)::bigint FROM counted GROUP BY what, whose
"""

SentCounts = Counter[tuple[str, str]]


class Sent(NamedTuple):
    """How many of a channel have left already: about the order, to the address, of the seller."""

    of_order: int
    to_address: int
    of_day: int


class Why(NamedTuple):
    """Why a message does not leave, for code and for people."""

    cause: Cause
    reason: str


class Refused(NamedTuple):
    """A message beyond a cap, and what had left of its seller that day."""

    fact: Facts
    why: Why
    sent_of_day: int


class Day(NamedTuple):
    """Today, in the time zone of the seller's warehouse; `began` is its midnight."""

    on: date
    began: datetime


def counts_of(channel: Message.Channel, audiences: Collection[str]) -> Statement:
    """The statement that counts the messages of a channel to these audiences."""
    sql = with_codes(
        COUNTS,
        channel=channel,
        audiences=list(audiences),
        claimed=MessageStatus.CLAIMED,
        reached=REACHED_PROVIDER,
        failed=MessageStatus.FAILED,
    )
    return Statement(sql)


def suppressed_beyond(
    facts: Sequence[Facts],
    counts: Statement,
    why_not: Callable[[Facts, Sent], Why | None],
    *,
    of_day: Cause,
) -> dict[int, Verdict]:
    """A verdict for each message that a cap refuses; one of cause `of_day` stops the day."""
    found = {}
    for fact, why, sent_of_day in beyond_caps(facts, counts, why_not):
        is_day = why.cause == of_day
        stops = DayStopped(on=today(fact).on, sent=sent_of_day) if is_day else None
        found[fact.message.pk] = Verdict(MessageStatus.SUPPRESSED, *why, stops=stops)
    return found


def beyond_caps(
    facts: Sequence[Facts], counts: Statement, why_not: Callable[[Facts, Sent], Why | None]
) -> list[Refused]:
    """The messages that a cap refuses; one statement, none for no messages.

    What other workers have claimed counts as sent. So a cap is never exceeded, but several workers
    at once may reach it a little early.
    """
    if not facts:
        return []
    found, left = [], _sent_counts(facts, counts)
    # The oldest first, each counted at once: the batch itself must not exceed a cap either.
    for fact in sorted(facts, key=lambda fact: fact.message.pk):
        sent = Sent(*(left[key] for key in _keys(fact.message)))
        if why := why_not(fact, sent):
            found.append(Refused(fact, why, sent.of_day))
        else:
            left.update(_keys(fact.message))
    return found


def today(fact: Facts) -> Day:
    """The day in which a message counts for its seller."""
    zone = ZoneInfo(fact.order.seller.warehouse.time_zone)
    on = timezone.now().astimezone(zone).date()
    return Day(on, datetime(on.year, on.month, on.day, tzinfo=zone))


def _keys(message: Message) -> tuple[tuple[str, str], ...]:
    return (
        ("of_order", str(message.order_id)),
        ("to_address", message.recipient),
        ("of_day", str(message.seller_id)),
    )


def _sent_counts(facts: Sequence[Facts], counts: Statement) -> SentCounts:
    one_of_each = {fact.message.seller_id: fact for fact in facts}
    days = {seller: today(fact).began for seller, fact in one_of_each.items()}
    values: dict[str, Any] = {
        "worker": facts[0].message.claimed_by,
        "orders": list({fact.message.order_id for fact in facts}),
        "addresses": list({fact.message.recipient for fact in facts}),
        "sellers": list(days),
        "days": list(days.values()),
    }
    return Counter({(what, whose): count for what, whose, count in counts(values)})
