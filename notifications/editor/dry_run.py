"""Dry run: how the messages of the last 30 days would differ under other settings or texts.

Nothing is written. The counts are exact; texts are rendered for the newest messages only.
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
from notifications.editor.previews import with_texts
from notifications.facts import Facts, load_facts
from notifications.guards.quiet_hours import LOUD, night
from notifications.kinds.record import SMS
from notifications.languages.texts import Texts
from notifications.models import Message, MessageSettings
from notifications.states import Cause, MessageStatus
from notifications.words.rendering import render
from orders.keys import first_id
from orders.models import Seller

log = logging.getLogger(__name__)

PERIOD = timedelta(days=30)
MOST_COMPARED, PART, MOST_EXAMPLES = 500, 100, 20
# Not counted, unless the shop's own choice was the cause: other settings would not send them.
NEVER_SENT = (MessageStatus.SUPPRESSED, MessageStatus.SUPERSEDED)
NIGHT = "(%(zone{place})s::text, %(old{place})s::timestamptz[], %(new{place})s::timestamptz[])"
# The id of an event (its time) is a little older than its messages.
SLACK = timedelta(hours=1)

ZONES = """
SELECT DISTINCT o.time_zone FROM notifications_message m JOIN orders_order o ON o.id = m.order_id
WHERE m.seller_id = %(seller)s AND m.event_id >= %(first)s AND m.created_at >= %(since)s
"""

# old and new: for each zone, begin and end of all quiet hours, sorted. width_bucket counts how many
# of them lie before a moment: an odd number means quiet hours, which end at the next element. One
# statement counts under both settings, so that both see the same messages.
COUNTS = """
WITH
-- The messages of the period, each with its position in both arrays.
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
-- The end of the quiet hours that would hold them: under the old settings, and under the new ones.
held AS (
  SELECT template, channel, created_at, CASE WHEN (at_old & 1) = 1 THEN old[at_old + 1] END AS old,
    CASE WHEN (at_new & 1) = 1 THEN new[at_new + 1] END AS new
  FROM placed
)
SELECT template, channel, count(*),
  count(old), coalesce(extract(epoch FROM sum(old - created_at)), 0)::float8,
  count(new), coalesce(extract(epoch FROM sum(new - created_at)), 0)::float8
FROM held GROUP BY template, channel ORDER BY template, channel
"""


@dataclass(frozen=True, slots=True)
class SendingRules:
    """The settings that a dry run compares; `switched_off` as in MessageSettings."""

    switched_off: frozenset[str]
    quiet_from: time | None
    quiet_until: time | None

    @classmethod
    def of(cls, settings: MessageSettings) -> "SendingRules":
        """Take them from a seller's settings."""
        off = frozenset(settings.switched_off)
        return cls(off, settings.quiet_from, settings.quiet_until)


class Counts(NamedTuple):
    """How many messages are sent (`leave`) or not (`stay`); of the sent, how many `wait`."""

    leave: int
    stay: int
    wait: int
    waited: timedelta

    @property
    def average(self) -> timedelta | None:
        """The average time that the held messages wait."""
        return self.waited / self.wait if self.wait else None


class Line(NamedTuple):
    """Counts of one kind and channel, under the current and the proposed settings."""

    template: str
    channel: str
    before: Counts
    after: Counts


class Example(NamedTuple):
    """One message, rendered before and after the change."""

    message: Message
    before: Outgoing
    after: Outgoing


class Comparison(NamedTuple):
    """A page of messages, rendered twice; `below`: keyset cursor of the next page, 0 at the end."""

    read: int
    differ: int
    segments_before: int
    segments_after: int
    examples: list[Example]
    below: int


class Proposal(NamedTuple):
    """The proposed texts and settings, beside the current settings."""

    texts: Callable[[Facts], Texts | None]
    before: SendingRules
    after: SendingRules


def messages_of_period(seller: Seller, *, now: datetime) -> QuerySet[Message]:
    """Select the messages to customers of the period that a change of settings can affect."""
    since = now - PERIOD
    return Message.objects.filter(
        ~Q(status__in=NEVER_SENT) | Q(cause=Cause.SHOP_CHOICE),
        seller=seller,
        event__gte=first_id(since - SLACK),
        created_at__gte=since,
        audience=Message.Audience.CUSTOMER,
    )


def message_counts(
    seller: Seller, before: SendingRules, after: SendingRules, *, now: datetime
) -> list[Line]:
    """Count the messages of the period by kind and channel, under both settings."""
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
            "elsewhere": [status.value for status in NEVER_SENT],
            "shop_choice": Cause.SHOP_CHOICE.value,
        }
        for place, zone in enumerate(zones):
            values[f"zone{place}"] = zone
            values[f"old{place}"] = _ends_of_nights(zone, before, since, now)
            values[f"new{place}"] = _ends_of_nights(zone, after, since, now)
        # Only names of parameters are formatted into the SQL, no values.
        nights = ", ".join(NIGHT.format(place=place) for place in range(len(zones)))
        cursor.execute(COUNTS.format(nights=nights), values)
        return [_line(row, before, after) for row in cursor.fetchall()]


def compare(rows: QuerySet[Message], proposal: Proposal, *, below: int, most: int) -> Comparison:
    """Render the newest messages before `below` (0: the newest of all) twice and compare."""
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
        if _contents(example.before) != _contents(example.after):
            examples.append(example)
    last = messages[-1].pk if len(messages) == most else 0
    return Comparison(
        read=len(messages),
        differ=len(examples),
        segments_before=segments["before"],
        segments_after=segments["after"],
        examples=examples[:MOST_EXAMPLES],
        below=last,
    )


def current_texts(fact: Facts) -> Texts | None:
    """Return the published texts, where a change is not about texts."""
    return fact.texts


def changed_triggers(before: SendingRules, after: SendingRules) -> set[str]:
    """Return the triggers (`template:channel`) that are sent under one of the settings only."""
    both = before.switched_off ^ after.switched_off
    parts = (key.partition(":") for key in both)
    return {
        f"{template}:{channel}"
        for template, _, channel in parts
        if is_kept_back(template, channel, both)
    }


def _ends_of_nights(
    zone: str, choices: SendingRules, since: datetime, until: datetime
) -> list[datetime] | None:
    """Return begin and end of all quiet hours, sorted; None without quiet hours."""
    quiet_from, quiet_until = choices.quiet_from, choices.quiet_until
    if quiet_from is None or quiet_until is None or quiet_from == quiet_until:
        return None
    ends: list[datetime] = []
    first, last = (at.astimezone(UTC).date() for at in (since, until))
    for day in range(-2, (last - first).days + 2):
        on = first + timedelta(days=day)
        begin, end = night(on, quiet_from=quiet_from, quiet_until=quiet_until, zone=zone)
        # Where two overlap, the earlier one counts, as in the guard.
        ends += [max(begin, ends[-1]) if ends else begin, end]
    return ends


def _line(row: tuple[Any, ...], before: SendingRules, after: SendingRules) -> Line:
    template, channel, count, *waiting = row
    fate_before, fate_after = (
        Counts(0, count, 0, timedelta())
        if is_kept_back(template, channel, choices.switched_off)
        else Counts(count, 0, wait, timedelta(seconds=seconds))
        for choices, wait, seconds in (
            (before, *waiting[:2]),
            (after, *waiting[2:]),
        )
    )
    return Line(template, channel, fate_before, fate_after)


def _both(fact: Facts, proposal: Proposal) -> Example | None:
    """Render a message with the current and the proposed texts; None where that fails."""
    message = fact.message
    words = {"channel": message.channel, "language": message.language}
    proposed = with_texts(fact, texts=proposal.texts(fact) or fact.texts, **words)
    try:
        before = render(fact, now=message.created_at)
        after = before if proposed.texts == fact.texts else render(proposed, now=message.created_at)
    except Exception:  # one message that fails must not hide the others
        log.exception("message %s cannot be compared", message.pk)
        return None
    return Example(message, before, after)


def _contents(words: Outgoing) -> Mapping[str, str]:
    return {"subject": words.subject, "text": words.text}


def _segments(message: Message, words: Outgoing, choices: SendingRules) -> int:
    if is_kept_back(message.template, message.channel, choices.switched_off):
        return 0
    return measure(words.text).segments
