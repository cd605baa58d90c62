"""What last month's messages would have been under other choices: counted, and read side by side.

Nothing is written. The counts are exact; the texts are put in words for the newest messages only.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Q, QuerySet

from notifications.channels.base import Outgoing
from notifications.channels.segments import measure
from notifications.consent.shop_switches import is_kept_back
from notifications.editor.previews import told
from notifications.facts import Facts, load_facts
from notifications.guards.quiet_hours import LOUD, night
from notifications.languages.texts import Texts
from notifications.models import Message, MessageSettings
from notifications.states import Cause, MessageStatus
from notifications.words.rendering import render
from orders.keys import first_id
from orders.models import Seller

log = logging.getLogger(__name__)

PERIOD = timedelta(days=30)
MOST_COMPARED, PART, MOST_EXAMPLES = 500, 100, 20
EMAIL, SMS = Message.Channel.EMAIL.value, Message.Channel.SMS.value
# What never left for another reason than the shop's own choice says nothing about that choice.
ELSEWHERE = (MessageStatus.SUPPRESSED, MessageStatus.SUPERSEDED)
NIGHT = "(%(zone{place})s::text, %(old{place})s::timestamptz[], %(new{place})s::timestamptz[])"
# An event is made a little before its messages.
SLACK = timedelta(hours=1)

ZONES = """
SELECT DISTINCT o.time_zone FROM notifications_message m JOIN orders_order o ON o.id = m.order_id
WHERE m.seller_id = %(seller)s AND m.event_id >= %(first)s AND m.created_at >= %(since)s
"""

# Of each zone the ends of all nights in order, begin and end in turn: a moment behind an odd number
# of them lies in a night, and the next one ends it. Both choices are counted by one statement: what
# happens meanwhile is no difference between them.
COUNTS = """
WITH
-- The messages of the period, each with its place among the nights of both choices.
placed AS (
  SELECT m.template, m.channel, m.created_at, n.old, n.new,
    CASE WHEN m.channel = ANY(%(loud)s) THEN width_bucket(m.created_at, n.old) END AS at_old,
    CASE WHEN m.channel = ANY(%(loud)s) THEN width_bucket(m.created_at, n.new) END AS at_new
  FROM notifications_message m JOIN orders_order o ON o.id = m.order_id
  JOIN (VALUES {nights}) AS n(zone, old, new) ON n.zone = o.time_zone
  WHERE m.seller_id = %(seller)s AND m.event_id >= %(first)s AND m.created_at >= %(since)s
    AND m.audience = %(customer)s
    AND (m.status <> ALL(%(elsewhere)s) OR m.cause = %(shop_choice)s)
),
-- When a night that they fell into ends: under the old choice, and under the new one.
told AS (
  SELECT template, channel, created_at, CASE WHEN (at_old & 1) = 1 THEN old[at_old + 1] END AS old,
    CASE WHEN (at_new & 1) = 1 THEN new[at_new + 1] END AS new
  FROM placed
)
SELECT template, channel, count(*),
  count(old), coalesce(extract(epoch FROM sum(old - created_at)), 0)::float8,
  count(new), coalesce(extract(epoch FROM sum(new - created_at)), 0)::float8
FROM told GROUP BY template, channel ORDER BY template, channel
"""


@dataclass(frozen=True, slots=True)
class Choices:
    """What a seller decides about leaving and waiting; `switched_off` as in the settings."""

    switched_off: frozenset[str]
    quiet_from: time | None
    quiet_until: time | None

    @classmethod
    def of(cls, settings: MessageSettings) -> "Choices":
        """Those that a seller has made."""
        off = frozenset(settings.switched_off)
        return cls(off, settings.quiet_from, settings.quiet_until)


class Fate(NamedTuple):
    """Of so many messages: how many leave, and how many of those wait for a morning."""

    leave: int
    stay: int
    wait: int
    waited: timedelta

    @property
    def average(self) -> timedelta | None:
        """How long those that wait do so."""
        return self.waited / self.wait if self.wait else None


class Line(NamedTuple):
    """One message over one channel, under the present choices and under the proposed ones."""

    template: str
    channel: str
    before: Fate
    after: Fate


class Example(NamedTuple):
    """One message in both its forms."""

    message: Message
    before: Outgoing
    after: Outgoing


class Compared(NamedTuple):
    """Some messages put in words twice; `below`: where the next part goes on, 0 at the end."""

    read: int
    differ: int
    segments_before: int
    segments_after: int
    examples: list[Example]
    below: int


class Proposal(NamedTuple):
    """Words for a message, and whether it leaves, under the proposed change."""

    texts: Callable[[Facts], Texts | None]
    before: Choices
    after: Choices


def told_rows(seller: Seller, *, now: datetime) -> QuerySet[Message]:
    """Messages to customers of the period that left, wait, or were kept back by the shop alone."""
    since = now - PERIOD
    return Message.objects.filter(
        ~Q(status__in=ELSEWHERE) | Q(cause=Cause.SHOP_CHOICE),
        seller=seller,
        event__gte=first_id(since - SLACK),
        created_at__gte=since,
        audience=Message.Audience.CUSTOMER,
    )


def fates(seller: Seller, before: Choices, after: Choices, *, now: datetime) -> list[Line]:
    """Every message and channel of the period, counted under both choices."""
    since = now - PERIOD
    scope: dict[str, Any] = {"seller": seller.pk, "since": since, "first": first_id(since - SLACK)}
    with connection.cursor() as cursor:
        cursor.execute(ZONES, scope)
        zones = [zone for (zone,) in cursor.fetchall()]
        if not zones:
            return []
        values = scope | {
            "loud": sorted(LOUD),
            "customer": Message.Audience.CUSTOMER.value,
            "elsewhere": [status.value for status in ELSEWHERE],
            "shop_choice": Cause.SHOP_CHOICE.value,
        }
        for place, zone in enumerate(zones):
            values[f"zone{place}"] = zone
            values[f"old{place}"] = _ends_of_nights(zone, before, since, now)
            values[f"new{place}"] = _ends_of_nights(zone, after, since, now)
        # Only the names of parameters are put in here.
        nights = ", ".join(NIGHT.format(place=place) for place in range(len(zones)))
        cursor.execute(COUNTS.format(nights=nights), values)
        return [_line(row, before, after) for row in cursor.fetchall()]


def compare(rows: QuerySet[Message], proposal: Proposal, *, below: int, most: int) -> Compared:
    """The newest of these messages before `below` (0 for the newest of all), in both forms."""
    older = rows.filter(pk__lt=below) if below else rows
    messages = list(older.order_by("-pk")[:most])
    examples: list[Example] = []
    segments = {"before": 0, "after": 0}
    for fact in load_facts(messages):
        example = _both(fact, proposal)
        if example is None:
            continue
        if fact.message.channel == SMS:
            segments["before"] += _segments(fact.message, example.before, proposal.before)
            segments["after"] += _segments(fact.message, example.after, proposal.after)
        if _said(example.before) != _said(example.after):
            examples.append(example)
    last = messages[-1].pk if len(messages) == most else 0
    return Compared(
        read=len(messages),
        differ=len(examples),
        segments_before=segments["before"],
        segments_after=segments["after"],
        examples=examples[:MOST_EXAMPLES],
        below=last,
    )


def as_present(fact: Facts) -> Texts | None:
    """The texts that are in force, where a change is not about texts."""
    return fact.texts


def changed_triggers(before: Choices, after: Choices) -> set[str]:
    """The messages, template:channel each, that leave under one of the choices only."""
    both = before.switched_off ^ after.switched_off
    parts = (key.partition(":") for key in both)
    return {
        f"{template}:{channel}"
        for template, _, channel in parts
        if is_kept_back(template, channel, both)
    }


def _ends_of_nights(
    zone: str, choices: Choices, since: datetime, until: datetime
) -> list[datetime] | None:
    """Begin and end of every quiet time in turn, in order of time; None where there is none."""
    quiet_from, quiet_until = choices.quiet_from, choices.quiet_until
    if quiet_from is None or quiet_until is None or quiet_from == quiet_until:
        return None
    ends: list[datetime] = []
    first, last = (at.astimezone(UTC).date() for at in (since, until))
    for day in range(-2, (last - first).days + 2):
        on = first + timedelta(days=day)
        begin, end = night(on, quiet_from=quiet_from, quiet_until=quiet_until, zone=zone)
        # Where two touch, the earlier one counts, as when a message is held.
        ends += [max(begin, ends[-1]) if ends else begin, end]
    return ends


def _line(row: tuple[Any, ...], before: Choices, after: Choices) -> Line:
    template, channel, count, *waiting = row
    fate_before, fate_after = (
        Fate(0, count, 0, timedelta())
        if is_kept_back(template, channel, choices.switched_off)
        else Fate(count, 0, wait, timedelta(seconds=seconds))
        for choices, wait, seconds in (
            (before, *waiting[:2]),
            (after, *waiting[2:]),
        )
    )
    return Line(template, channel, fate_before, fate_after)


def _both(fact: Facts, proposal: Proposal) -> Example | None:
    """A message as it was said then, and as it would have been; None where it cannot be said."""
    message = fact.message
    words = {"channel": message.channel, "language": message.language}
    proposed = told(fact, texts=proposal.texts(fact) or fact.texts, **words)
    try:
        before = render(fact, now=message.created_at)
        after = before if proposed.texts == fact.texts else render(proposed, now=message.created_at)
    except Exception:  # as when it is sent: one that breaks hides no other
        log.exception("message %s cannot be compared", message.pk)
        return None
    return Example(message, before, after)


def _said(words: Outgoing) -> Mapping[str, str]:
    return {"subject": words.subject, "text": words.text}


def _segments(message: Message, words: Outgoing, choices: Choices) -> int:
    if is_kept_back(message.template, message.channel, choices.switched_off):
        return 0
    return measure(words.text).segments
