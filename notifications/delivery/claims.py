"""Claims with a lease: a worker claims due messages of the outbox (FOR UPDATE SKIP LOCKED)."""

from collections import Counter
from collections.abc import Iterable, Mapping

from django.conf import settings
from django.db import transaction

from notifications.channels import OPENERS
from notifications.delivery.circuit import lock_circuits, spend_tokens
from notifications.kinds.catalogue import ANSWERS
from notifications.models import Message
from notifications.states import CLAIMABLE, WAITING, MessageStatus
from orders.statements import with_codes

BATCH = 100
LEASE_SECONDS = 60
NO_LIMIT = 1_000_000

# A lane is (order, recipient, channel); its head is the oldest message that still waits. It is
# looked up by index, one message at a time: with outdated statistics the planner would join
# 20,000 waiting rows instead, which takes seconds.
# An answer to STOP, START or HELP waits behind nothing in its lane: the customer asked for it.
# A poison message has more claims than attempts: a worker stopped while it was sending it.
CLAIM = with_codes(
    """
WITH
-- How many of each channel: 0 where `senders` other workers send over it already.
grants AS MATERIALIZED (
  SELECT channel, CASE WHEN others.senders < %(senders)s THEN granted ELSE 0 END AS granted
  FROM unnest(%(channels)s::text[], %(grants)s::int[]) AS asked (channel, granted), LATERAL (
    SELECT count(DISTINCT m.claimed_by) AS senders FROM notifications_message m
    WHERE m.status = {claimed} AND m.channel = asked.channel AND m.claimed_by <> %(worker)s
  ) AS others
),
-- Due heads of lanes and due answers: only poison messages, or only the others.
head AS MATERIALIZED (
  SELECT due.id FROM grants, LATERAL (
    SELECT m.id FROM notifications_message m
    WHERE m.channel = grants.channel AND m.next_attempt_at <= now() AND m.status IN ({claimable})
      AND (m.template = ANY(%(answers)s) OR m.id = (
        SELECT e.id FROM notifications_message e
        WHERE e.order_id = m.order_id AND e.recipient = m.recipient AND e.channel = m.channel
          AND e.status IN ({waiting})
        ORDER BY e.id LIMIT 1))
      AND (m.attempts_made > 0 AND m.attempts_made > (
        SELECT count(*) FROM notifications_attempt a WHERE a.message_id = m.id)) = %(poison)s
    ORDER BY m.next_attempt_at
    LIMIT grants.granted
    FOR NO KEY UPDATE SKIP LOCKED
  ) AS due
  LIMIT %(most)s
)
UPDATE notifications_message AS m
SET status = {claimed}, claimed_by = %(worker)s,
    claimed_until = now() + %(lease)s * interval '1 second', attempts_made = m.attempts_made + 1
FROM head WHERE m.id = head.id
RETURNING m.*
""",
    claimed=MessageStatus.CLAIMED,
    claimable=CLAIMABLE,
    waiting=WAITING,
)


def claim(
    worker: str,
    grants: Mapping[str, int] | None = None,
    *,
    limit: int = BATCH,
    poison: bool = False,
    senders: int = NO_LIMIT,
) -> list[Message]:
    """Claim heads of lanes that are due, for LEASE_SECONDS; one statement.

    `grants`: how many of each channel, by default `limit` of each. A channel over which `senders`
    other workers send already grants none. Poison messages: `limit` over all channels.
    """
    asked = dict.fromkeys(OPENERS, limit) if grants is None else grants
    values = {
        "worker": worker,
        "lease": LEASE_SECONDS,
        "channels": list(asked),
        "grants": list(asked.values()),
        "senders": senders,
        "answers": list(ANSWERS),
        "poison": poison,
        "most": limit if poison else NO_LIMIT,
    }
    return sorted(Message.objects.raw(CLAIM, values), key=lambda message: message.pk)


@transaction.atomic
def claim_granted(
    worker: str, channels: Iterable[str], *, limit: int, poison: bool
) -> tuple[list[Message], dict[str, int]]:
    """Claim what rate limits and circuit breakers let through.

    Returns the messages and {channel: failures of its provider in a row}.
    """
    # The circuits are locked by a statement of their own: the claim then sees what others claimed.
    circuits = lock_circuits(channels, limit=limit)
    grants = {circuit.channel: circuit.granted for circuit in circuits.values() if circuit.granted}
    senders = settings.SENDERS_PER_CHANNEL
    messages = claim(worker, grants, limit=limit, poison=poison, senders=senders) if grants else []
    spend_tokens(circuits, Counter(row.channel for row in messages), probe_seconds=LEASE_SECONDS)
    return messages, {circuit.channel: circuit.failures for circuit in circuits.values()}
