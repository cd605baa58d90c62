"""Digest guard: beyond a daily number of deliveries, a seller gets one e-mail an hour.

A message beyond the seller's daily number is held until the next full hour. Then the last message
of the hour supersedes the others and lists all their deliveries: that is the digest. It is sent
only when all the others are superseded. Where there are very many, there are several such lists.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection
from django.utils import timezone

from notifications.channels import knows_keys
from notifications.facts import Facts, combined_messages
from notifications.guards.verdict import Verdict
from notifications.kinds.catalogue import COUNTED
from notifications.models import Message
from notifications.models.settings import settings_of
from notifications.states import Cause, MessageStatus
from orders.statements import with_codes

COMBINED_TEXT = "Combined into a digest"
# A batch that begins so shortly before the hour may end after it: its messages wait an hour more.
MARGIN = timedelta(seconds=90)
SOON = timedelta(seconds=30)  # what is due by then belongs to this digest, not to the next
MOST_LISTED = 200  # deliveries in one digest: what a worker loads, and a mail shows, in a moment
MOMENT = 1.0  # seconds until the digest checks again whether all others are superseded

# The first messages of a day, which are sent one by one: (seller, beginning of the day, their ids).
SINGLE = with_codes(
    """
SELECT asked.seller_id, asked.starts, ARRAY(
  SELECT m.id FROM notifications_message m
  WHERE m.template = %(counted)s AND m.seller_id = asked.seller_id
    AND m.created_at >= asked.starts AND m.created_at < asked.ends AND m.status <> {suppressed}
  ORDER BY m.created_at, m.id LIMIT asked.most)
FROM unnest(
    %(sellers)s::uuid[], %(starts)s::timestamptz[], %(ends)s::timestamptz[], %(most)s::int[])
  AS asked (seller_id, starts, ends, most)
""",
    suppressed=MessageStatus.SUPPRESSED,
)

# A message that was tried before is sent as it is, and so is one that combines others already.
BEGUN = with_codes(
    """
SELECT m.id FROM notifications_message m WHERE m.id = ANY(%(ids)s) AND (
  EXISTS (SELECT FROM notifications_attempt a WHERE a.message_id = m.id)
  OR m.cause <> {gathered} AND EXISTS (
    SELECT FROM notifications_message o
    WHERE o.superseded_by_id = m.id AND o.template = m.template))
""",
    gathered=Cause.GATHERED,
)

# Messages of the digest that is due now, with how many deliveries each tells of; those of the next
# one are due in MARGIN at the earliest.
GATHERED = with_codes(
    """
WITH RECURSIVE
-- What waits for the hour.
gathered AS MATERIALIZED (
  SELECT m.seller_id, m.recipient, m.id, m.status = {claimed} AS is_claimed
  FROM notifications_message m
  WHERE m.seller_id = ANY(%(sellers)s) AND m.template = %(counted)s
    AND m.status IN ({held}, {claimed}) AND m.cause = {gathered}
    AND m.next_attempt_at < now() + %(within)s
),
-- What has given way to them, also over several steps.
replaced AS (
  SELECT o.id, gathered.id AS by_id
  FROM gathered JOIN notifications_message o ON o.superseded_by_id = gathered.id
  WHERE o.template = %(counted)s
  UNION ALL
  SELECT o.id, replaced.by_id
  FROM replaced JOIN notifications_message o ON o.superseded_by_id = replaced.id
  WHERE o.template = %(counted)s
)
SELECT gathered.seller_id, gathered.recipient, gathered.id, gathered.is_claimed,
  1 + (SELECT count(*) FROM replaced WHERE replaced.by_id = gathered.id)
FROM gathered ORDER BY gathered.id
""",
    held=MessageStatus.HELD,
    claimed=MessageStatus.CLAIMED,
    gathered=Cause.GATHERED,
)

Day = tuple[UUID, datetime]
Inbox = tuple[UUID, str]


@dataclass(slots=True)
class Gathered:
    """The messages of one digest to one address; `claimed`: ids that some worker has claimed;
    `deliveries`: of how many they tell, also for those that gave way to them.
    """

    ids: list[int] = field(default_factory=list)
    claimed: set[int] = field(default_factory=set)
    deliveries: int = 0


def digest_guard(facts: Sequence[Facts]) -> dict[int, Verdict]:
    """Hold or supersede what a digest lists; one statement where nothing is beyond the number."""
    counted = [fact for fact in facts if fact.message.template == COUNTED]
    singles = _singles(counted) if counted else set()
    many = [
        fact for fact in counted if fact.message.pk not in singles or _is_gathered(fact.message)
    ]
    begun = _begun(many) if many else set()
    open_ones = [fact for fact in many if fact.message.pk not in begun]
    ours = {fact.message.pk for fact in facts}
    gathered = _gathered([fact for fact in open_ones if _is_gathered(fact.message)])
    found: dict[int, Verdict] = {}
    for fact in open_ones:
        if not _is_gathered(fact.message):
            found[fact.message.pk] = _until_the_hour(fact)
        elif verdict := _in_the_hour(fact, gathered.get(fact.message.pk, Gathered()), ours):
            found[fact.message.pk] = verdict
    return found


def next_hour(now: datetime, zone: str) -> datetime:
    """Return the next full hour of the local time of a zone."""
    local = now.astimezone(ZoneInfo(zone))
    past = timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
    return now - past + timedelta(hours=1)


def _until_the_hour(fact: Facts) -> Verdict:
    now, zone = timezone.now(), _zone(fact)
    hour = next_hour(now + MARGIN, zone)
    reason = f"{COMBINED_TEXT} at {hour.astimezone(ZoneInfo(zone)):%H:%M}."
    return Verdict(MessageStatus.HELD, Cause.GATHERED, reason, (hour - now).total_seconds())


def _in_the_hour(fact: Facts, gathered: Gathered, ours: set[int]) -> Verdict | None:
    """Supersede all but the last message; hold the last one until all others are superseded."""
    message = fact.message
    again = Verdict(MessageStatus.HELD, Cause.GATHERED, message.reason, MOMENT)
    last = max([*gathered.ids, message.pk])
    if message.pk != last:
        # Another worker has claimed the last one and may suppress it: it must not replace others.
        is_theirs = last in gathered.claimed and last not in ours
        if is_theirs:
            return again
        return Verdict(MessageStatus.SUPERSEDED, Cause.GATHERED, f"{COMBINED_TEXT}.", by=last)
    # The others are superseded by their own workers; until then the digest is not complete.
    if gathered.ids != [last]:
        return again
    # A message superseded after the facts were loaded would be missing from the list.
    known = {event.pk for event in fact.events}
    listed = {row.event_id for row, _ in combined_messages([message])}
    return None if listed <= known else again


def _is_gathered(message: Message) -> bool:
    return message.cause == Cause.GATHERED


def _zone(fact: Facts) -> str:
    return str(fact.order.seller.warehouse.time_zone)


def _day(fact: Facts) -> Day:
    """Return (seller, midnight before a message), in the time zone of the seller's warehouse."""
    local = fact.message.created_at.astimezone(ZoneInfo(_zone(fact)))
    return fact.message.seller_id, local.replace(hour=0, minute=0, second=0, microsecond=0)


def _singles(facts: Sequence[Facts]) -> set[int]:
    days = {_day(fact): settings_of(fact.order.seller).digest_above for fact in facts}
    starts = [start for _, start in days]
    # Local time: a day has 23 or 25 hours when the clocks change.
    ends = [start + timedelta(days=1) for start in starts]
    sellers = [seller_id for seller_id, _ in days]
    values: dict[str, Any] = {
        "counted": COUNTED,
        "sellers": sellers,
        "starts": starts,
        "ends": ends,
        "most": list(days.values()),
    }
    with connection.cursor() as cursor:
        cursor.execute(SINGLE, values)
        return {pk for *_, ids in cursor.fetchall() for pk in ids}


def _begun(facts: Sequence[Facts]) -> set[int]:
    messages = [fact.message for fact in facts]
    with connection.cursor() as cursor:
        cursor.execute(BEGUN, {"ids": [message.pk for message in messages]})
        begun = {pk for (pk,) in cursor.fetchall()}
    # Where the provider knows idempotency keys, no row is written before an attempt.
    tried = [message for message in messages if message.attempts_made > 1]
    return begun | {message.pk for message in tried if knows_keys(message.channel)}


def _gathered(facts: Sequence[Facts]) -> dict[int, Gathered]:
    """{message id: its digest}. What one address is told is cut into lists of MOST_LISTED, oldest
    first: whoever gives way hands its deliveries on within a list, which so keeps its number.
    """
    found: dict[int, Gathered] = {}
    if not facts:
        return found
    values: dict[str, Any] = {
        "counted": COUNTED,
        "sellers": list({fact.message.seller_id for fact in facts}),
        "within": SOON,
    }
    lists: dict[Inbox, Gathered] = {}
    with connection.cursor() as cursor:
        cursor.execute(GATHERED, values)
        for seller_id, recipient, pk, is_claimed, deliveries in cursor.fetchall():
            current = lists.get((seller_id, recipient))
            if current is None or current.deliveries + deliveries > MOST_LISTED:
                current = lists[seller_id, recipient] = Gathered()
            current.ids.append(pk)
            current.deliveries += deliveries
            if is_claimed:
                current.claimed.add(pk)
            found[pk] = current
    return found
