"""Claims with a lease: a worker claims due messages of the outbox (FOR UPDATE SKIP LOCKED)."""

from collections import Counter
from collections.abc import Iterable, Mapping

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Count

from notifications.channels import OPENERS
from notifications.delivery.circuit import lock_circuits, spend_tokens
from notifications.kinds.catalogue import ANSWERS
from notifications.models import Message
from notifications.states import CLAIMABLE, WAITING, MessageStatus
from orders.prepared import PreparedRows
from orders.statements import with_codes

BATCH = 100
LEASE_SECONDS = 60
NO_LIMIT = 1_000_000
TWICE = 2  # crashes or more

# A claim is fair: of each channel every seller with due messages gets an equal share, so that
# thousands of one seller do not keep the others waiting.
SHARES = """
WITH RECURSIVE
-- How many of each channel: 0 where `senders` other workers send over it already.
grants AS MATERIALIZED (
  SELECT channel, CASE WHEN others.senders < %(senders)s THEN granted ELSE 0 END AS granted
  FROM unnest(%(channels)s::text[], %(grants)s::int[]) AS asked (channel, granted), LATERAL (
    SELECT count(DISTINCT m.claimed_by) AS senders FROM notifications_message m
    WHERE m.status = {claimed} AND m.channel = asked.channel AND m.claimed_by <> %(worker)s
  ) AS others
),
-- Sellers of whom something waits, and since when it is due: one look-up by index for each.
waits AS (
  SELECT grants.channel, grants.granted, first.seller_id, first.due_at FROM grants, LATERAL (
    SELECT m.seller_id, m.next_attempt_at AS due_at FROM notifications_message m
    WHERE m.channel = grants.channel AND m.status IN ({claimable}) AND grants.granted > 0
    ORDER BY m.seller_id, m.next_attempt_at LIMIT 1
  ) AS first
  UNION ALL
  SELECT waits.channel, waits.granted, next.seller_id, next.due_at FROM waits, LATERAL (
    SELECT m.seller_id, m.next_attempt_at AS due_at FROM notifications_message m
    WHERE m.channel = waits.channel AND m.status IN ({claimable}) AND m.seller_id > waits.seller_id
    ORDER BY m.seller_id, m.next_attempt_at LIMIT 1
  ) AS next
),
-- How many each seller gets of a channel.
share AS MATERIALIZED (
  SELECT channel, granted, seller_id,
    ceil(granted::float8 / count(*) OVER (PARTITION BY channel))::int AS share
  FROM waits WHERE due_at <= now()
),
"""
# A lane is (order, recipient, channel); its head is the oldest message that still waits. It is
# looked up by index, one message at a time: with outdated statistics the planner would join
# 20,000 waiting rows instead, which takes seconds.
# An answer to STOP, START or HELP waits behind nothing in its lane: the customer asked for it.
# A suspect has more claims than attempts: so often a worker stopped while it had the message, which
# may be what stopped it. What was never claimed is none: seen before its lane is looked up.
HEADS = """
-- Due heads of lanes and due answers: only those that had so many crashes.
due AS MATERIALIZED (
  SELECT share.channel, share.granted, mine.id, mine.due_at FROM share, LATERAL (
    SELECT m.id, m.next_attempt_at AS due_at FROM notifications_message m
    WHERE m.channel = share.channel AND m.seller_id = share.seller_id
      AND m.next_attempt_at <= now() AND m.status IN ({claimable})
      AND (%(crashes)s = 0 OR m.attempts_made > 0)
      AND (m.template = ANY(%(answers)s) OR m.id = (
        SELECT e.id FROM notifications_message e
        WHERE e.order_id = m.order_id AND e.recipient = m.recipient AND e.channel = m.channel
          AND e.status IN ({waiting})
        ORDER BY e.id LIMIT 1))
      AND CASE WHEN m.attempts_made = 0 THEN 0 ELSE least(%(twice)s, m.attempts_made - (
        SELECT count(*) FROM notifications_attempt a WHERE a.message_id = m.id)) END = %(crashes)s
    ORDER BY m.next_attempt_at
    LIMIT share.share
    FOR NO KEY UPDATE SKIP LOCKED
  ) AS mine
),
-- The shares are rounded up: no more than were granted, and those that have waited longest.
head AS MATERIALIZED (
  SELECT id FROM (
    SELECT id, due_at, granted, row_number() OVER (PARTITION BY channel ORDER BY due_at) AS place
    FROM due
  ) AS ranked
  WHERE place <= granted ORDER BY due_at LIMIT %(most)s
)
UPDATE notifications_message AS m
SET status = {claimed}, claimed_by = %(worker)s,
    claimed_until = now() + %(lease)s * interval '1 second', attempts_made = m.attempts_made + 1
FROM head WHERE m.id = head.id
RETURNING m.*
"""
# Where the statistics know of nothing that waits, every index looks as good as any other: without
# this the planner reads all that waits by another one, and sorts it. A sort that cannot be avoided
# then looks so expensive that the statement would be compiled, which takes longer than it does.
IN_ORDER = "SET LOCAL enable_sort = off; SET LOCAL jit = off"
CLAIM = PreparedRows(
    Message,
    with_codes(
        SHARES + HEADS,
        claimed=MessageStatus.CLAIMED,
        claimable=CLAIMABLE,
        waiting=WAITING,
    ),
    name="m",
)


def claim(
    worker: str,
    grants: Mapping[str, int] | None = None,
    *,
    limit: int = BATCH,
    crashes: int = 0,
    senders: int = NO_LIMIT,
) -> list[Message]:
    """Claim heads of lanes that are due, for LEASE_SECONDS; one statement.

    `grants`: how many of each channel, by default `limit` of each. A channel over which `senders`
    other workers send already grants none. `crashes`: only what so many workers had when they
    stopped, 0, 1 or TWICE; where there are any, `limit` is that over all channels.
    """
    asked = dict.fromkeys(OPENERS, limit) if grants is None else grants
    values = {
        "worker": worker,
        "lease": LEASE_SECONDS,
        "channels": list(asked),
        "grants": list(asked.values()),
        "senders": senders,
        "answers": list(ANSWERS),
        "crashes": crashes,
        "twice": TWICE,
        "most": limit if crashes else NO_LIMIT,
    }
    return sorted(CLAIM(values), key=lambda message: message.pk)


def other_senders(worker: str) -> int:
    """Count the other processes that are sending messages now."""
    sending = Message.objects.filter(status=MessageStatus.CLAIMED).exclude(claimed_by=worker)
    return int(sending.aggregate(number=Count("claimed_by", distinct=True))["number"])


@transaction.atomic
def claim_granted(
    worker: str, channels: Iterable[str], *, limit: int, crashes: int = 0
) -> tuple[list[Message], dict[str, int]]:
    """Claim what rate limits and circuit breakers let through.

    Returns the messages and {channel: failures of its provider in a row}.
    """
    # The circuits are locked by a statement of their own: the claim then sees what others claimed.
    circuits = lock_circuits(channels, limit=limit)
    grants = {circuit.channel: circuit.granted for circuit in circuits.values() if circuit.granted}
    senders = settings.SENDERS_PER_CHANNEL
    with connection.cursor() as cursor:
        cursor.execute(IN_ORDER)
    messages = (
        claim(worker, grants, limit=limit, crashes=crashes, senders=senders) if grants else []
    )
    spend_tokens(circuits, Counter(row.channel for row in messages), probe_seconds=LEASE_SECONDS)
    return messages, {circuit.channel: circuit.failures for circuit in circuits.values()}
