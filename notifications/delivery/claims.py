"""The only writer of a message's status: claims with a lease, and what became of them."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from uuid import UUID

import msgspec
from django.conf import settings
from django.db import connection, transaction

from notifications.channels import CHANNELS, knows_keys
from notifications.consent.suppressions import suppress_unwanted
from notifications.delivery.circuit import lock_circuits, spend
from notifications.delivery.other_channel import retry_on_other_channel
from notifications.delivery.outcomes import Outcome, abandoned
from notifications.delivery.workers import SILENT_SECONDS, delete_stale_workers
from notifications.models import Attempt, Message
from notifications.states import REPORTABLE, MessageStatus
from orders.crash import crash_point

BATCH = 100
LEASE_SECONDS = 60
NO_LIMIT = 1_000_000
AGAIN = "Sent again by hand."
UNDONE = "Undone before it left."

# A lane is (order, recipient, channel); its head is the oldest message that still waits, looked up
# one by one: a planner that knows of few waiting rows would join 20,000 of them in a second each.
# An answer to STOP, START or HELP was asked for: it waits behind nothing.
# A poison message is one whose sender stopped in the middle of it: more claims than answers.
CLAIM = """
WITH grants AS MATERIALIZED (
  SELECT channel, CASE WHEN others.senders < %s THEN granted ELSE 0 END AS granted
  FROM unnest(%s::text[], %s::int[]) AS asked (channel, granted), LATERAL (
    SELECT count(DISTINCT m.claimed_by) AS senders FROM notifications_message m
    WHERE m.status = 'claimed' AND m.channel = asked.channel AND m.claimed_by <> %s
  ) AS others
), head AS MATERIALIZED (
  SELECT due.id FROM grants, LATERAL (
    SELECT m.id FROM notifications_message m
    WHERE m.channel = grants.channel AND m.next_attempt_at <= now()
      AND m.status IN ('planned', 'held', 'retrying')
      AND (m.template IN ('texts_stopped', 'texts_started', 'texts_help') OR m.id = (
        SELECT e.id FROM notifications_message e
        WHERE e.order_id = m.order_id AND e.recipient = m.recipient AND e.channel = m.channel
          AND e.status IN ('planned', 'held', 'claimed', 'retrying')
        ORDER BY e.id LIMIT 1))
      AND (m.attempts_made > 0 AND m.attempts_made > (
        SELECT count(*) FROM notifications_attempt a WHERE a.message_id = m.id)) = %s
    ORDER BY m.next_attempt_at
    LIMIT grants.granted
    FOR NO KEY UPDATE SKIP LOCKED
  ) AS due
  LIMIT %s
)
UPDATE notifications_message AS m
SET status = 'claimed', claimed_by = %s, claimed_until = now() + %s * interval '1 second',
    attempts_made = m.attempts_made + 1
FROM head WHERE m.id = head.id
RETURNING m.*
"""

# What is held is looked at again when something came behind it since its claim (a lease of 60 s,
# and two for clocks): who planned that could not wake a message that was in our hands.
# An answer that comes after the claim was taken away still resolves an unknown outcome.
SETTLE = """
WITH o AS MATERIALIZED (
  SELECT *, r.by IS NOT NULL AND EXISTS (
      SELECT FROM notifications_message b WHERE b.id = r.by AND b.status = 'suppressed') AS is_void
  FROM json_to_recordset(%s::json) AS r(
    id bigint, number int, worker text, status text, reason text, provider_id text, delay float8,
    returned int, by bigint, attempt_id uuid, provider text, started_at timestamptz,
    duration_ms int, outcome text, answer text)
), settled AS (
  UPDATE notifications_message AS m
  SET status = CASE WHEN o.is_void THEN 'planned' ELSE o.status END,
      superseded_by_id = CASE WHEN NOT o.is_void THEN o.by END,
      reason = o.reason, provider_id = o.provider_id,
      attempts_made = m.attempts_made - o.returned,
      claimed_by = '', claimed_until = NULL,
      next_attempt_at = CASE WHEN o.delay IS NULL THEN m.next_attempt_at
                             WHEN o.status = 'held' AND EXISTS (
                               SELECT FROM notifications_message later
                               WHERE later.order_id = m.order_id AND later.recipient = m.recipient
                                 AND later.channel = m.channel AND later.id > m.id
                                 AND later.status IN ('planned', 'held', 'claimed', 'retrying')
                                 AND later.created_at > m.claimed_until - interval '62 seconds')
                             THEN now()
                             ELSE now() + o.delay * interval '1 second' END,
      settled_at = CASE WHEN o.delay IS NULL AND NOT o.is_void THEN now() END
  FROM o WHERE m.id = o.id AND m.attempts_made = o.number
    AND (m.status = 'claimed' AND m.claimed_by = o.worker OR m.status = 'unknown')
)
INSERT INTO notifications_attempt
  (id, message_id, number, provider, started_at, duration_ms, outcome, answer)
SELECT attempt_id, id, number, provider, started_at, duration_ms, outcome, answer
FROM o WHERE attempt_id IS NOT NULL
ON CONFLICT (id) DO UPDATE SET
  duration_ms = EXCLUDED.duration_ms, outcome = EXCLUDED.outcome, answer = EXCLUDED.answer
"""

ABANDONED = """
SELECT m.* FROM notifications_message m
WHERE m.status = 'claimed' AND (m.claimed_until < now() OR NOT EXISTS (
  SELECT 1 FROM notifications_worker w
  WHERE w.name = m.claimed_by AND w.beat_at > now() - %s * interval '1 second'))
ORDER BY m.id
FOR NO KEY UPDATE SKIP LOCKED
"""

REOPEN = """
UPDATE notifications_message
SET status = 'retrying', reason = %s, recipient = %s, next_attempt_at = now(), settled_at = NULL,
    provider_id = '', revision = revision + (status = 'failed')::int
WHERE id = %s AND status IN ('failed', 'unknown')
"""

# One that speaks for others stays: it leaves without what was taken back.
CALL_OFF = """
UPDATE notifications_message m SET status = 'suppressed', reason = %s, settled_at = now()
WHERE id = ANY(%s) AND status IN ('planned', 'held', 'retrying') AND NOT EXISTS (
  SELECT FROM notifications_message o WHERE o.superseded_by_id = m.id AND o.template = m.template)
"""

# What an undone state had made old news is news again, unless something newer has left since.
REVIVE = """
UPDATE notifications_message AS m
SET status = 'planned', reason = '', superseded_by_id = NULL, settled_at = NULL,
    next_attempt_at = now()
WHERE m.order_id = ANY(%s) AND m.status = 'superseded' AND m.audience = 'customer'
  AND m.attempts_made = 0 AND m.settled_at > now() - interval '1 hour'
  AND NOT EXISTS (SELECT FROM notifications_message b
    WHERE b.id = m.superseded_by_id AND b.status <> 'suppressed')
  AND NOT EXISTS (SELECT FROM notifications_message later
    WHERE later.order_id = m.order_id AND later.recipient = m.recipient
      AND later.channel = m.channel AND later.id > m.id
      AND later.status NOT IN ('planned', 'held', 'suppressed', 'superseded'))
"""

FORGET = """
UPDATE notifications_message
SET status = 'suppressed', reason = %s, claimed_by = '', claimed_until = NULL, settled_at = now()
WHERE status IN ('planned', 'held', 'claimed', 'retrying')
"""

# The report of what happened last decides, whatever came first; one about an earlier try, before
# somebody sent the message again by hand, decides nothing.
FOLLOW = """
WITH told AS (
  SELECT DISTINCT ON (m.id) m.id,
    coalesce(nullif(r.detail, ''), 'Its provider reports: ' || r.kind || '.') AS detail,
    CASE WHEN r.kind = 'delivered' THEN 'delivered' ELSE 'failed' END AS status
  FROM notifications_message m JOIN notifications_receipt r ON r.message_id = m.id
  WHERE m.id = ANY(%s) AND m.status = ANY(%s) AND m.attempts_made > 0
    AND r.kind IN ('delivered', 'bounced', 'failed')
    AND (r.provider_id <> '' AND r.provider_id = m.provider_id
      OR r.key = concat_ws(':', m.event_id, m.audience, m.channel, m.revision))
  ORDER BY m.id, r.at DESC, r.kind = 'delivered' DESC, r.id DESC
)
UPDATE notifications_message AS m
SET status = told.status, settled_at = coalesce(m.settled_at, now()),
    reason = CASE WHEN told.status = 'delivered' THEN '' ELSE left(told.detail, 200) END
FROM told WHERE told.id = m.id AND m.status <> told.status
"""


def claim(
    worker: str,
    grants: Mapping[str, int] | None = None,
    *,
    limit: int = BATCH,
    poison: bool = False,
    senders: int = NO_LIMIT,
) -> list[Message]:
    """Take over heads of lanes that are due, for LEASE_SECONDS; one statement.

    `grants`: how many of each channel, else `limit` of each. None of a channel in which `senders`
    other workers send already. Of poison messages, `limit` in all.
    """
    asked = dict.fromkeys(CHANNELS, limit) if grants is None else grants
    who = [senders, list(asked), list(asked.values()), worker]
    values = [*who, poison, limit if poison else NO_LIMIT, worker, LEASE_SECONDS]
    return sorted(Message.objects.raw(CLAIM, values), key=lambda message: message.pk)


def settle(outcomes: Sequence[Outcome]) -> None:
    """Write what became of claimed messages, and their attempts: one statement.

    What follows from a message that failed for good is written in the same transaction.
    """
    if outcomes:
        crash_point("before-settle")
        failed = [outcome for outcome in outcomes if outcome.status == MessageStatus.FAILED]
        if failed:
            with transaction.atomic():
                _write(outcomes)
                suppress_unwanted([row.message for row in failed if row.is_unwanted])
                retry_on_other_channel([row.message.pk for row in failed])
        else:
            _write(outcomes)
        crash_point("after-settle")


def _write(outcomes: Sequence[Outcome]) -> None:
    rows = [outcome.as_row() for outcome in outcomes]
    with connection.cursor() as cursor:
        cursor.execute(SETTLE, [msgspec.json.encode(rows).decode()])


def reopen(message: Message, *, recipient: str) -> None:
    """Let a failed or unknown message leave once more, because somebody said so.

    An unknown one keeps its key, by which a provider may know it; a failed one gets a new key.
    """
    with connection.cursor() as cursor:
        cursor.execute(REOPEN, [AGAIN, recipient, message.pk])


def call_off(message_ids: Sequence[int]) -> None:
    """Never send these: a worker took back what they say before they left."""
    if message_ids:
        with connection.cursor() as cursor:
            cursor.execute(CALL_OFF, [UNDONE, list(message_ids)])


def revive(order_ids: Collection[UUID]) -> None:
    """Look again at what gave way to a state that was taken back: the guards decide anew."""
    with connection.cursor() as cursor:
        cursor.execute(REVIVE, [list(order_ids)])


def forget_waiting(reason: str) -> int:
    """Never send what waits now; how many. For a database that was restored from a backup."""
    with connection.cursor() as cursor:
        cursor.execute(FORGET, [reason[:200]])
        return cursor.rowcount


def follow_receipts(message_ids: Iterable[int]) -> None:
    """Let messages that have left become what their providers report of them."""
    with connection.cursor() as cursor:
        cursor.execute(FOLLOW, [list(message_ids), list(REPORTABLE)])


@transaction.atomic
def recover_claims() -> int:
    """Return the claims of workers that fell silent, and those past their lease; how many."""
    messages = list(Message.objects.raw(ABANDONED, [SILENT_SECONDS]))
    if messages:
        crash_point("recover-before-settle")
    # A statement of its own: behind the row locks it sees every attempt that has begun.
    attempts = defaultdict(list)
    for attempt in Attempt.objects.filter(message__in=messages):
        attempts[attempt.message_id].append(attempt)
    settle(
        [
            abandoned(message, attempts[message.pk], knows_keys=knows_keys(message.channel))
            for message in messages
        ]
    )
    delete_stale_workers()
    if messages:
        crash_point("recover-before-commit")
    return len(messages)


@transaction.atomic
def claim_granted(
    worker: str, channels: Iterable[str], *, limit: int, poison: bool
) -> tuple[list[Message], dict[str, int]]:
    """(what the channels' circuits let through, {channel: failures of its provider in a row})."""
    # The circuits are locked by a statement of their own: the claim then sees what others claimed.
    circuits = lock_circuits(channels, limit=limit)
    grants = {circuit.channel: circuit.granted for circuit in circuits.values() if circuit.granted}
    senders = settings.SENDERS_PER_CHANNEL
    messages = claim(worker, grants, limit=limit, poison=poison, senders=senders) if grants else []
    spend(circuits, Counter(row.channel for row in messages), probe_seconds=LEASE_SECONDS)
    return messages, {circuit.channel: circuit.failures for circuit in circuits.values()}
