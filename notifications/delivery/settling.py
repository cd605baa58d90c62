"""Settling: writes the outcomes of claimed messages and their attempts, in one statement."""

import logging
from collections.abc import Sequence
from typing import Any

import msgspec
from django.db import transaction

from notifications.consent.suppressions import suppress_opted_out
from notifications.delivery.claims import LEASE_SECONDS
from notifications.delivery.copies import keep_copies
from notifications.delivery.other_channel import retry_on_other_channel
from notifications.delivery.outcomes import Outcome
from notifications.models import DayStop, MailStop, Message, SmsStop
from notifications.states import WAITING, MessageStatus
from orders.crash import crash_point
from orders.statements import Statement, is_outage, quoted, with_codes

log = logging.getLogger(__name__)

CLAIMED_FOR = LEASE_SECONDS + 2  # at most, as two clocks see it

# A newer message was planned in the lane while this one was claimed. Its planner could not re-check
# a claimed message, so a message that is held now is due again at once.
NEWER_IN_LANE = with_codes(
    """EXISTS (
          SELECT FROM notifications_message later
          WHERE later.order_id = m.order_id AND later.recipient = m.recipient
            AND later.channel = m.channel AND later.id > m.id AND later.status IN ({waiting})
            AND later.created_at > m.claimed_until - %(claimed_for)s * interval '1 second')""",
    waiting=WAITING,
)
SETTLE = Statement(f"""
WITH
-- The outcomes; not_replaced: the message that was to replace it is suppressed
o AS MATERIALIZED (
  SELECT *, r.by IS NOT NULL AND EXISTS (
    SELECT FROM notifications_message b
    WHERE b.id = r.by AND b.status = {quoted(MessageStatus.SUPPRESSED)}) AS not_replaced
  FROM json_to_recordset(%(rows)s::json) AS r(
    id bigint, number int, worker text, status text, cause text, reason text, provider_id text,
    delay float8, returned int, by bigint, attempt_id uuid, provider text, started_at timestamptz,
    duration_ms int, outcome text, answer text)
),
-- Messages under the same claim. An answer that comes after the lease still settles an unknown one,
-- but no erased one waits again.
settled AS (
  UPDATE notifications_message AS m
  SET status = CASE WHEN o.not_replaced THEN {quoted(MessageStatus.PLANNED)} ELSE o.status END,
      superseded_by_id = CASE WHEN NOT o.not_replaced THEN o.by END,
      cause = o.cause, provider_id = o.provider_id,
      reason = CASE WHEN starts_with(m.recipient, %(erased)s) THEN '' ELSE o.reason END,
      attempts_made = m.attempts_made - o.returned,
      claimed_by = '', claimed_until = NULL,
      next_attempt_at = CASE
        WHEN o.delay IS NULL THEN m.next_attempt_at
        WHEN o.status = {quoted(MessageStatus.HELD)} AND {NEWER_IN_LANE} THEN now()
        ELSE now() + o.delay * interval '1 second' END,
      settled_at = CASE WHEN o.delay IS NULL AND NOT o.not_replaced THEN now() END
  FROM o WHERE m.id = o.id AND m.attempts_made = o.number
    AND (m.status = {quoted(MessageStatus.CLAIMED)} AND m.claimed_by = o.worker
      OR m.status = {quoted(MessageStatus.UNKNOWN)}
        AND NOT (starts_with(m.recipient, %(erased)s) AND o.delay IS NOT NULL))
)
INSERT INTO notifications_attempt
  (id, message_id, number, provider, started_at, duration_ms, outcome, answer)
SELECT o.attempt_id, o.id, o.number, o.provider, o.started_at, o.duration_ms, o.outcome,
  CASE WHEN starts_with(m.recipient, %(erased)s) THEN '' ELSE o.answer END
FROM o JOIN notifications_message m ON m.id = o.id WHERE o.attempt_id IS NOT NULL
ON CONFLICT (id) DO UPDATE SET
  duration_ms = EXCLUDED.duration_ms, outcome = EXCLUDED.outcome, answer = EXCLUDED.answer
""")  # noqa: S608 only codes and parts of our own


def settle(outcomes: Sequence[Outcome]) -> None:
    """Write outcomes and attempts of claimed messages: one statement.

    Follow-ups (suppression, retry on the other channel, a stopped day) are written in the same
    transaction. If an error is in one outcome, the others are written without it.
    """
    if not outcomes:
        return
    crash_point("before-settle")
    try:
        keep_copies(outcomes)
    except Exception as error:  # a copy is for reading: without it the outcome is still written
        if is_outage(error):
            raise
        log.exception("no copies of %s messages", len(outcomes))
    try:
        _settle(outcomes)
    except Exception as error:  # an error in one outcome must not stop the others: write each alone
        if is_outage(error):
            raise
        log.exception("%s outcomes cannot be written together", len(outcomes))
        for outcome in outcomes:
            _settle_alone(outcome)
    crash_point("after-settle")


def _settle_alone(outcome: Outcome) -> None:
    """Write one outcome, without its follow-up where that is what fails."""
    for write in (_settle, _write):
        try:
            write([outcome])
        except Exception as error:
            if is_outage(error):
                raise
            log.exception("message %s: %s failed", outcome.message.pk, write.__name__)
        else:
            return


STOPS: dict[str, type[DayStop]] = {Message.Channel.EMAIL: MailStop, Message.Channel.SMS: SmsStop}


def _settle(outcomes: Sequence[Outcome]) -> None:
    if any(outcome.status == MessageStatus.FAILED or outcome.stops for outcome in outcomes):
        with transaction.atomic():
            _write(outcomes)
            _follow_up(outcomes)
    else:
        _write(outcomes)


def _write(outcomes: Sequence[Outcome]) -> None:
    rows = [outcome.as_row() for outcome in outcomes]
    values: dict[str, Any] = {
        "rows": msgspec.json.encode(rows).decode(),
        "claimed_for": CLAIMED_FOR,
        "erased": Message.ERASED,
    }
    SETTLE(values)


def _follow_up(outcomes: Sequence[Outcome]) -> None:
    """Write stopped days, suppressions, and retries on the other channel."""
    # Sorted, so that two workers insert in the same order and cannot deadlock.
    stopped = sorted((row for row in outcomes if row.stops), key=lambda row: row.message.seller_id)
    for channel, model in STOPS.items():
        model.objects.bulk_create(
            [
                model(seller_id=row.message.seller_id, on=row.stops.on, sent=row.stops.sent)
                for row in stopped
                if row.stops and row.message.channel == channel
            ],
            ignore_conflicts=True,
        )
    failed = [outcome for outcome in outcomes if outcome.status == MessageStatus.FAILED]
    if failed:
        suppress_opted_out([row.message for row in failed if row.is_opted_out])
        retry_on_other_channel([row.message.pk for row in failed])
