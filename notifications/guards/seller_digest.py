"""The guard of the seller's inbox: after so many deliveries a day, one mail an hour lists the rest.

A delivery beyond the seller's number waits for the next full hour. Then each gives way to the last
one of its hour, which speaks for all of them: it leaves when it is known to know them all.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection
from django.utils import timezone

from notifications.channels import knows_keys
from notifications.facts import Facts, spoken_for
from notifications.guards.verdict import Verdict
from notifications.kinds.catalogue import COUNTED
from notifications.models import Message
from notifications.models.settings import settings_of
from notifications.states import Cause, MessageStatus
from orders.statements import with_codes

GATHERS = "Combined into a digest"
# A batch that begins so shortly before the hour might end after it.
MARGIN = timedelta(seconds=90)
SOON = timedelta(seconds=30)  # what is due then is of the hour that comes or came
MOMENT = 1.0  # seconds until the last one looks again whether the others have given way

# The first ones of a day are told one by one: (seller, beginning of the day, their ids).
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

# What was tried goes on as it is, and so does what others gave way to.
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

# What is gathered for an hour that has come; that of the next one is due in MARGIN at the earliest.
GATHERED = with_codes(
    """
SELECT m.seller_id, m.recipient, m.id, m.status = {claimed} AS is_claimed
FROM notifications_message m
WHERE m.seller_id = ANY(%(sellers)s) AND m.template = %(counted)s
  AND m.status IN ({held}, {claimed}) AND m.cause = {gathered}
  AND m.next_attempt_at < now() + %(within)s
ORDER BY m.id
""",
    held=MessageStatus.HELD,
    claimed=MessageStatus.CLAIMED,
    gathered=Cause.GATHERED,
)

Day = tuple[UUID, datetime]
Inbox = tuple[UUID, str]


class Gathered(NamedTuple):
    """The messages of an hour to one inbox; `claimed` ones are in somebody's hands."""

    ids: list[int]
    claimed: set[int]


def digest(facts: Sequence[Facts]) -> dict[int, Verdict]:
    """What a seller hears later, or told by another; one statement where nothing is too much."""
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
        elif verdict := _in_the_hour(fact, gathered[_inbox(fact.message)], ours):
            found[fact.message.pk] = verdict
    return found


def next_hour(now: datetime, zone: str) -> datetime:
    """The next full hour on a clock of this zone."""
    local = now.astimezone(ZoneInfo(zone))
    past = timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
    return now - past + timedelta(hours=1)


def _until_the_hour(fact: Facts) -> Verdict:
    now, zone = timezone.now(), _zone(fact)
    hour = next_hour(now + MARGIN, zone)
    reason = f"{GATHERS} at {hour.astimezone(ZoneInfo(zone)):%H:%M}."
    return Verdict(MessageStatus.HELD, Cause.GATHERED, reason, (hour - now).total_seconds())


def _in_the_hour(fact: Facts, gathered: Gathered, ours: set[int]) -> Verdict | None:
    """Give way to the last one; the last one waits until all others have, and then speaks."""
    message = fact.message
    again = Verdict(MessageStatus.HELD, Cause.GATHERED, message.reason, MOMENT)
    last = max([*gathered.ids, message.pk])
    if message.pk != last:
        # In other hands the last one may just be called off: nobody gives way to that.
        is_theirs = last in gathered.claimed and last not in ours
        if is_theirs:
            return again
        return Verdict(MessageStatus.SUPERSEDED, Cause.GATHERED, f"{GATHERS}.", by=last)
    if gathered.ids != [last]:
        return again
    # Who gave way after the facts were read would be forgotten.
    known = {event.pk for event in fact.events}
    told = {row.event_id for row, _ in spoken_for([message])}
    return None if told <= known else again


def _is_gathered(message: Message) -> bool:
    return message.cause == Cause.GATHERED


def _inbox(message: Message) -> Inbox:
    return message.seller_id, message.recipient


def _zone(fact: Facts) -> str:
    return str(fact.order.seller.warehouse.time_zone)


def _day(fact: Facts) -> Day:
    """When the day began on which a message was written, where the seller's goods are."""
    local = fact.message.created_at.astimezone(ZoneInfo(_zone(fact)))
    return fact.message.seller_id, local.replace(hour=0, minute=0, second=0, microsecond=0)


def _singles(facts: Sequence[Facts]) -> set[int]:
    days = {_day(fact): settings_of(fact.order.seller).digest_above for fact in facts}
    starts = [start for _, start in days]
    # A day's end by the clock on the wall: it has 23 or 25 hours when the clock is changed.
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
    # A provider that knows keys is asked without a note of the attempt.
    tried = [message for message in messages if message.attempts_made > 1]
    return begun | {message.pk for message in tried if knows_keys(message.channel)}


def _gathered(facts: Sequence[Facts]) -> dict[Inbox, Gathered]:
    found: dict[Inbox, Gathered] = defaultdict(lambda: Gathered([], set()))
    if facts:
        values: dict[str, Any] = {
            "counted": COUNTED,
            "sellers": list({fact.message.seller_id for fact in facts}),
            "within": SOON,
        }
        with connection.cursor() as cursor:
            cursor.execute(GATHERED, values)
            for seller_id, recipient, pk, is_claimed in cursor.fetchall():
                inbox = found[seller_id, recipient]
                inbox.ids.append(pk)
                if is_claimed:
                    inbox.claimed.add(pk)
    return found
