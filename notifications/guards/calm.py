"""Calm guard: combines messages that come close together, and spaces them out.

A later message of the lane with a newer status of the same parcels supersedes an earlier one. Two
routine messages about a parcel are two hours apart. Of a burst of events, few messages are sent.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from notifications.facts import Facts, load_facts
from notifications.guards.customer_choice import customer_choice_guard
from notifications.guards.outdated import outdated_guard
from notifications.guards.shop_choice import shop_choice_guard
from notifications.guards.suppressions import suppression_guard
from notifications.guards.trimming import trim
from notifications.guards.verdict import Verdict
from notifications.kinds.catalogue import ALL, kind_of
from notifications.models import Message
from notifications.models.settings import settings_of
from notifications.states import MAY_HAVE_ARRIVED, WAITING, Cause, MessageStatus
from orders.prepared import PreparedRows
from orders.statements import with_codes

REPLACE_WITHIN = timedelta(minutes=30)  # so close together, a newer status supersedes an older one
REST = timedelta(hours=2)  # between two routine messages about one parcel
BURST = timedelta(minutes=5)
BURST_AT_ONCE = 2  # messages of a burst that are sent at once; the others wait for its end
TOO_LATE = timedelta(minutes=30)  # so old, a message is superseded whatever the seller's choice
OLD_ORDER = timedelta(hours=24)

ROUTINE = frozenset(kind.name for kind in ALL if kind.is_routine)
# Messages that a later status of the same parcel makes outdated.
STATES = frozenset(kind.name for kind in ALL if kind.is_state)

# A look-up by index for each lane: of an order's messages most are of other lanes.
OTHERS = PreparedRows(
    Message,
    with_codes(
        """
SELECT other.*
FROM unnest(%(orders)s::uuid[], %(recipients)s::text[], %(channels)s::text[])
  AS lane (order_id, recipient, channel), LATERAL (
    SELECT m.* FROM notifications_message m
    WHERE m.order_id = lane.order_id AND m.recipient = lane.recipient AND m.channel = lane.channel
      AND m.audience = {customer} AND m.id <> ALL(%(ours)s::bigint[])
      AND (m.status IN ({waiting}) OR m.status IN ({left}) AND m.settled_at > %(since)s)
    OFFSET 0
  ) AS other
ORDER BY other.id
""",
        customer=Message.Audience.CUSTOMER,
        waiting=WAITING,
        left=MAY_HAVE_ARRIVED,
    ),
    name="other",
)

Lane = tuple[UUID, str, str]


@dataclass(slots=True)
class Neighbours:
    """The other messages of a lane: `later` wait behind it, `left` were sent within REST."""

    later: list[Facts] = field(default_factory=list)
    left: list[Message] = field(default_factory=list)
    routine: list[Facts] = field(default_factory=list)  # of `left`, the routine ones


def calm_guard(facts: Sequence[Facts]) -> dict[int, Verdict]:
    """Hold or supersede messages to customers; one statement where no lane has other messages."""
    ours = [fact for fact in facts if fact.message.audience == Message.Audience.CUSTOMER]
    now = timezone.now()
    lanes = _lanes(ours, now) if ours else {}
    found: dict[int, Verdict] = {}
    for fact in ours:
        verdict = _verdict(fact, lanes[_lane(fact.message)], now)
        if verdict:
            found[fact.message.pk] = verdict
    return found


def has_newer_state(later: Facts, earlier: Facts) -> bool:
    """Whether the later message has a newer status of all parcels of the earlier one."""
    if not {later.message.template, earlier.message.template} <= STATES:
        return False
    parcels = _parcels(earlier)
    return bool(parcels) and parcels <= _parcels(later)


def _is_newer_copy(later: Facts, fact: Facts) -> bool:
    return later.message.template == fact.message.template and has_newer_state(later, fact)


def _verdict(fact: Facts, lane: Neighbours, now: datetime) -> Verdict | None:
    message = fact.message
    later = [other for other in lane.later if other.message.pk > message.pk]
    is_calm = settings_of(fact.order.seller).calm
    if is_calm and kind_of(message.template).only_of_new_orders and _is_import(fact):
        return Verdict(
            MessageStatus.SUPPRESSED, Cause.OLD_ORDER, "The order was a day old when imported."
        )
    # The same status twice, after an undo: only the newer message is sent.
    if again := next((row for row in later if _is_newer_copy(row, fact)), None):
        return Verdict(
            MessageStatus.SUPERSEDED,
            Cause.SAID_AGAIN,
            "Replaced by a newer copy.",
            by=again.message.pk,
        )
    # After an outage a message may be old: then a newer one is enough, also without calm.
    is_late = now - message.created_at > TOO_LATE
    if (is_calm or is_late) and (by := _replaced_by(fact, later, is_late=is_late)):
        return by
    if not is_calm:
        return None
    return _held_by_burst(lane, now) or _held_by_rest(fact, lane, later, now)


def _replaced_by(fact: Facts, later: list[Facts], *, is_late: bool) -> Verdict | None:
    """Find the last later message that has a newer status, or is of the same kind."""
    message = fact.message
    for other in reversed(later):
        is_close = other.message.created_at - message.created_at <= REPLACE_WITHIN
        if not (is_close or is_late):
            continue
        if has_newer_state(other, fact):
            cause, text = Cause.NEWER_STATE, "Replaced by a message with a newer status."
        elif other.message.template == message.template and message.template in STATES:
            cause, text = Cause.TOLD_TOGETHER, "Combined with the next message."
        else:
            continue
        return Verdict(MessageStatus.SUPERSEDED, cause, text, by=other.message.pk)
    return None


def _held_by_burst(lane: Neighbours, now: datetime) -> Verdict | None:
    """Hold the third message of a burst until the burst ends."""
    recent = [at for row in lane.left if (at := row.settled_at) and now - at < BURST]
    if len(recent) < BURST_AT_ONCE:
        return None
    delay = (min(recent) + BURST - now).total_seconds()
    reason = "Fewer messages: several were sent just now."
    return Verdict(MessageStatus.HELD, Cause.CALM, reason, max(delay, 1.0))


def _held_by_rest(
    fact: Facts, lane: Neighbours, later: list[Facts], now: datetime
) -> Verdict | None:
    """Hold a routine message, unless an urgent one waits behind it in the lane."""
    if fact.message.template not in ROUTINE:
        return None
    if any(other.message.template not in ROUTINE for other in later):
        return None
    parcels = _parcels(fact)
    ends = [
        other.message.settled_at + REST
        for other in lane.routine
        if other.message.settled_at and parcels & _parcels(other)
    ]
    if not ends or max(ends) <= now:
        return None
    delay = (max(ends) - now).total_seconds()
    reason = "Fewer messages: this parcel had an update within two hours."
    return Verdict(MessageStatus.HELD, Cause.CALM, reason, delay)


def _is_import(fact: Facts) -> bool:
    return fact.message.created_at - fact.order.placed_at > OLD_ORDER


def _lanes(facts: Sequence[Facts], now: datetime) -> dict[Lane, Neighbours]:
    """Load the lanes of these messages; facts of the others only where they are needed."""
    lanes: dict[Lane, Neighbours] = {_lane(fact.message): Neighbours() for fact in facts}
    routine = {_lane(fact.message) for fact in facts if fact.message.template in ROUTINE}
    wanted: list[Message] = []
    for row in _other_messages(facts, now):
        lane = lanes[_lane(row)]
        if row.status in MAY_HAVE_ARRIVED:
            lane.left.append(row)
        if row.status in WAITING or (row.template in ROUTINE and _lane(row) in routine):
            wanted.append(row)
    others = load_facts(wanted) if wanted else []
    waiting = [fact for fact in others if fact.message.status in WAITING]
    for fact in (fact for fact in others if fact.message.status in MAY_HAVE_ARRIVED):
        lanes[_lane(fact.message)].routine.append(fact)
    for fact in _sendable(trim(waiting)):
        lanes[_lane(fact.message)].later.append(fact)
    return lanes


def _sendable(facts: Sequence[Facts]) -> list[Facts]:
    """Return only messages that will be sent: no other may supersede a message."""
    staying = {
        *outdated_guard(facts),
        *shop_choice_guard(facts),
        *suppression_guard(facts),
        *customer_choice_guard(facts),
    }
    return [fact for fact in facts if fact.message.pk not in staying]


def _other_messages(facts: Sequence[Facts], now: datetime) -> list[Message]:
    """Other messages of these lanes that wait or were sent lately, the oldest first."""
    orders, recipients, channels = zip(*{_lane(fact.message) for fact in facts}, strict=True)
    values: dict[str, Any] = {
        "orders": list(orders),
        "recipients": list(recipients),
        "channels": list(channels),
        "since": now - REST,
        "ours": [fact.message.pk for fact in facts],
    }
    return OTHERS(values)


def _lane(message: Message) -> Lane:
    return message.order_id, message.recipient, message.channel


def _parcels(facts: Facts) -> set[UUID]:
    return {box.pk for box in facts.boxes}
