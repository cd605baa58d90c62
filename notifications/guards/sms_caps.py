"""The guard of the bill: how many texts may leave for an order, to a number, of a seller a day."""

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
from notifications.states import Cause, MessageStatus

PER_ORDER = 12

# What left, or may have, and what other workers hold in their hands: it may be leaving just now.
COUNTS = """
WITH leaving AS MATERIALIZED (
  SELECT order_id, recipient, seller_id FROM notifications_message
  WHERE channel = 'sms' AND status = 'claimed' AND claimed_by <> %(worker)s
), left_already AS (
  SELECT 'order' AS what, m.order_id::text AS whose
  FROM notifications_message m
  WHERE m.order_id = ANY(%(orders)s) AND m.channel = 'sms'
    AND m.status IN ('sent', 'delivered', 'unknown', 'failed')
    AND (m.status <> 'failed' OR m.provider_id <> '')
  UNION ALL
  SELECT 'number', m.recipient
  FROM notifications_message m
  WHERE m.recipient = ANY(%(numbers)s) AND m.channel = 'sms'
    AND m.status IN ('sent', 'delivered', 'unknown', 'failed')
    AND m.settled_at > now() - interval '1 hour'
    AND (m.status <> 'failed' OR m.provider_id <> '')
  UNION ALL
  SELECT 'seller', m.seller_id::text
  FROM unnest(%(sellers)s, %(days)s) AS s (id, began)
  JOIN notifications_message m ON m.seller_id = s.id AND m.channel = 'sms'
    AND m.status IN ('sent', 'delivered', 'unknown', 'failed')
    AND m.settled_at >= s.began
    AND (m.status <> 'failed' OR m.provider_id <> '')
  UNION ALL SELECT 'order', order_id::text FROM leaving
  UNION ALL SELECT 'number', recipient FROM leaving
  UNION ALL SELECT 'seller', seller_id::text FROM leaving
)
SELECT what, whose, count(*) FROM left_already GROUP BY what, whose
"""

Left = Counter[tuple[str, str]]


class Why(NamedTuple):
    """Why a text does not leave, for code and for people."""

    cause: Cause
    reason: str


class Day(NamedTuple):
    """Today where the seller is."""

    on: date
    began: datetime


def capped(facts: Sequence[Facts]) -> dict[int, Verdict]:
    """Texts beyond a cap or to a country the seller does not text; one statement.

    What other workers are about to send counts as sent: a cap is never passed, and may be reached
    a little early while several workers send to one number or near the end of a seller's day.
    """
    texts = [fact for fact in facts if _is_counted(fact.message)]
    if not texts:
        return {}
    found: dict[int, Verdict] = {}
    left = _left(texts)
    for fact in sorted(texts, key=lambda fact: fact.message.pk):
        why = _why_not(fact, left)
        if why is None:
            left.update(_keys(fact.message))
            continue
        stops = _day_stopped(fact, left) if why.cause == Cause.SMS_OF_DAY else None
        found[fact.message.pk] = Verdict(MessageStatus.SUPPRESSED, *why, stops=stops)
    return found


def _why_not(fact: Facts, left: Left) -> Why | None:
    message, seller = fact.message, fact.order.seller
    choice = settings_of(seller)
    allowed = set(choice.sms_countries) or {fact.order.country, seller.warehouse.country}
    country = country_of(message.recipient)
    if settings.SMS_COUNTRIES:
        allowed &= set(settings.SMS_COUNTRIES)
    if country and country not in allowed:
        reason = f"Numbers of {country} are not texted: see the settings of messages."
        return Why(Cause.SMS_COUNTRY, reason)
    order, number, whose = _keys(message)
    if left[order] >= PER_ORDER:
        reason = f"{PER_ORDER} text messages about this order have left already."
        return Why(Cause.SMS_OF_ORDER, reason)
    if left[number] >= settings.SMS_PER_NUMBER:
        reason = f"{settings.SMS_PER_NUMBER} text messages went to this number within an hour."
        return Why(Cause.SMS_TO_NUMBER, reason)
    if left[whose] >= min(choice.sms_daily_cap, settings.SMS_DAILY_MOST):
        return Why(Cause.SMS_OF_DAY, f"Text messages stopped for today: {left[whose]} sent.")
    return None


def _is_counted(message: Message) -> bool:
    return message.channel == Message.Channel.SMS


def _keys(message: Message) -> tuple[tuple[str, str], ...]:
    return (
        ("order", str(message.order_id)),
        ("number", message.recipient),
        ("seller", str(message.seller_id)),
    )


def _left(facts: Sequence[Facts]) -> Left:
    """How many texts left for the orders, to the numbers and of the sellers of these."""
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


def _day_stopped(fact: Facts, left: Left) -> DayStopped:
    return DayStopped(on=_today(fact).on, sent=left["seller", str(fact.message.seller_id)])
