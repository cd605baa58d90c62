"""What became of claimed messages: their outcomes and attempts, in one statement."""

from collections.abc import Sequence

import msgspec
from django.db import connection, transaction

from notifications.consent.suppressions import suppress_unwanted
from notifications.delivery.other_channel import retry_on_other_channel
from notifications.delivery.outcomes import Outcome
from notifications.guards.verdict import DayStopped
from notifications.models import Message, SmsStop
from notifications.states import MessageStatus
from orders.crash import crash_point

# What is held is looked at again when something came behind it since its claim (a lease of 60 s,
# and two for clocks): who planned that could not wake a message that was in our hands.
# An answer that comes after the claim was taken away still resolves an unknown outcome.
SETTLE = """
WITH o AS MATERIALIZED (
  SELECT *, r.by IS NOT NULL AND EXISTS (
      SELECT FROM notifications_message b WHERE b.id = r.by AND b.status = 'suppressed') AS is_void
  FROM json_to_recordset(%s::json) AS r(
    id bigint, number int, worker text, status text, cause text, reason text,
    provider_id text, delay float8, returned int, by bigint,
    attempt_id uuid, provider text, started_at timestamptz, duration_ms int,
    outcome text, answer text)
), settled AS (
  UPDATE notifications_message AS m
  SET status = CASE WHEN o.is_void THEN 'planned' ELSE o.status END,
      superseded_by_id = CASE WHEN NOT o.is_void THEN o.by END,
      cause = o.cause, reason = o.reason, provider_id = o.provider_id,
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


def settle(outcomes: Sequence[Outcome]) -> None:
    """Write what became of claimed messages, and their attempts: one statement.

    What follows from a message that failed for good, or that a cap kept back, is written in the
    same transaction.
    """
    if not outcomes:
        return
    crash_point("before-settle")
    if any(outcome.status == MessageStatus.FAILED or outcome.stops for outcome in outcomes):
        with transaction.atomic():
            _write(outcomes)
            _follow_up(outcomes)
    else:
        _write(outcomes)
    crash_point("after-settle")


def _write(outcomes: Sequence[Outcome]) -> None:
    rows = [outcome.as_row() for outcome in outcomes]
    with connection.cursor() as cursor:
        cursor.execute(SETTLE, [msgspec.json.encode(rows).decode()])


def _follow_up(outcomes: Sequence[Outcome]) -> None:
    """What the seller sees of a cap, and what the customer hears in place of what failed."""
    # In one order, so that two workers never wait for each other.
    stopped = sorted((row for row in outcomes if row.stops), key=lambda row: row.message.seller_id)
    SmsStop.objects.bulk_create(
        [_stop_of(row.message, row.stops) for row in stopped if row.stops], ignore_conflicts=True
    )
    failed = [outcome for outcome in outcomes if outcome.status == MessageStatus.FAILED]
    if failed:
        suppress_unwanted([row.message for row in failed if row.is_unwanted])
        retry_on_other_channel([row.message.pk for row in failed])


def _stop_of(message: Message, stops: DayStopped) -> SmsStop:
    return SmsStop(seller_id=message.seller_id, on=stops.on, sent=stops.sent)
