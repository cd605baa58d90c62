"""SMS cap guard: limits on text messages per order, per number and hour, per seller and day."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection
from django.utils import timezone

from notifications.channels.recipients import country_of
from notifications.facts import Facts
from notifications.guards.verdict import DayStopped, Verdict
from notifications.models import Message
from notifications.models.settings import settings_of
from notifications.states import REACHED_PROVIDER, Cause, MessageStatus
from orders.statements import with_codes

PER_ORDER = 12

# Counts texts that were sent, or may have been, and those that other workers have claimed. A text
# that failed without an id of its provider never reached it, costs nothing and does not count.
COUNTS = with_codes(
    """
WITH
-- Texts that other workers have claimed.
leaving AS MATERIALIZED (
  SELECT order_id, recipient, seller_id FROM notifications_message
  WHERE channel = {sms} AND status = {claimed} AND claimed_by <> %(worker)s
),
-- A row for each text and limit that it counts for: order, number or seller's day.
counted AS (
  SELECT 'of_order' AS what, m.order_id::text AS whose
  FROM notifications_message m
  WHERE m.order_id = ANY(%(orders)s) AND m.channel = {sms} AND m.status IN ({reached})
    AND (m.status <> {failed} OR m.provider_id <> '')
  UNION ALL
  SELECT 'to_number', m.recipient
  FROM notifications_message m
  WHERE m.recipient = ANY(%(numbers)s) AND m.channel = {sms} AND m.status IN ({reached})
    AND m.settled_at > now() - interval '1 hour'
    AND (m.status <> {failed} OR m.provider_id <> '')
  UNION ALL
  SELECT 'of_day', m.seller_id::text
  FROM unnest(%(sellers)s, %(days)s) AS s (id, began)
  JOIN notifications_message m ON m.seller_id = s.id AND m.channel = {sms}
    AND m.status IN ({reached}) AND m.settled_at >= s.began
    AND (m.status <> {failed} OR m.provider_id <> '')
  UNION ALL SELECT 'of_order', order_id::text FROM leaving
  UNION ALL SELECT 'to_number', recipient FROM leaving
  UNION ALL SELECT 'of_day', seller_id::text FROM leaving
)
SELECT what, whose, count(*) FROM counted GROUP BY what, whose
""",
    sms=Message.Channel.SMS,
    claimed=MessageStatus.CLAIMED,
    reached=REACHED_PROVIDER,
    failed=MessageStatus.FAILED,
)

SentCounts = Counter[tuple[str, str]]


class Why(NamedTuple):
    """Why a text does not leave, for code and for people."""

    cause: Cause
    reason: str


class Day(NamedTuple):
    """Today, in the time zone of the seller's warehouse; `began` is its midnight."""

    on: date
    began: datetime


def sms_cap_guard(facts: Sequence[Facts]) -> dict[int, Verdict]:
    """Suppress texts beyond a cap, or to a country that the seller does not allow; one statement.

    What other workers have claimed counts as sent. So a cap is never exceeded, but several workers
    at once may reach it a little early.
    """
    texts = [fact for fact in facts if _is_counted(fact.message)]
    if not texts:
        return {}
    found: dict[int, Verdict] = {}
    left = _sent_counts(texts)
    # The oldest first, each counted at once: the batch itself must not exceed a cap either.
    for fact in sorted(texts, key=lambda fact: fact.message.pk):
        why = _why_not(fact, left)
        if why is None:
            left.update(_keys(fact.message))
            continue
        stops = _day_stopped(fact, left) if why.cause == Cause.SMS_OF_DAY else None
        found[fact.message.pk] = Verdict(MessageStatus.SUPPRESSED, *why, stops=stops)
    return found


def _why_not(fact: Facts, left: SentCounts) -> Why | None:
    message, seller = fact.message, fact.order.seller
    choice = settings_of(seller)
    allowed = set(choice.sms_countries) or {fact.order.country, seller.warehouse.country}
    country = country_of(message.recipient)
    if settings.SMS_COUNTRIES:
        allowed &= set(settings.SMS_COUNTRIES)
    if country and country not in allowed:
        reason = f"Text messages to {country} are not allowed: see the message settings."
        return Why(Cause.SMS_COUNTRY, reason)
    order, number, whose = _keys(message)
    if left[order] >= PER_ORDER:
        reason = f"Limit of {PER_ORDER} text messages per order reached."
        return Why(Cause.SMS_OF_ORDER, reason)
    if left[number] >= settings.SMS_PER_NUMBER:
        reason = f"Limit of {settings.SMS_PER_NUMBER} text messages per hour to one number reached."
        return Why(Cause.SMS_TO_NUMBER, reason)
    if left[whose] >= min(choice.sms_daily_cap, settings.SMS_DAILY_MOST):
        return Why(Cause.SMS_OF_DAY, f"Daily text message limit reached: {left[whose]} sent.")
    return None


def _is_counted(message: Message) -> bool:
    return message.channel == Message.Channel.SMS


def _keys(message: Message) -> tuple[tuple[str, str], ...]:
    return (
        ("of_order", str(message.order_id)),
        ("to_number", message.recipient),
        ("of_day", str(message.seller_id)),
    )


def _sent_counts(facts: Sequence[Facts]) -> SentCounts:
    """Count the texts sent for these orders, to these numbers and of these sellers."""
    days = {fact.message.seller_id: _today(fact).began for fact in facts}
    values: dict[str, Any] = {
        "worker": facts[0].message.claimed_by,
        "orders": list({fact.message.order_id for fact in facts}),
        "numbers": list({fact.message.recipient for fact in facts}),
        "sellers": list(days),
        "days": list(days.values()),
    }
    with connection.cursor() as cursor:
        cursor.execute(COUNTS, values)
        return Counter({(what, whose): count for what, whose, count in cursor.fetchall()})


def _today(fact: Facts) -> Day:
    zone = ZoneInfo(fact.order.seller.warehouse.time_zone)
    on = timezone.now().astimezone(zone).date()
    return Day(on, datetime(on.year, on.month, on.day, tzinfo=zone))


def _day_stopped(fact: Facts, left: SentCounts) -> DayStopped:
    return DayStopped(on=_today(fact).on, sent=left["of_day", str(fact.message.seller_id)])
