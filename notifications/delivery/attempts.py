"""Attempts to send: a row before each attempt, and which messages earlier ones may have sent."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection
from django.utils import timezone

from notifications.models import Attempt, Message
from notifications.states import MessageStatus
from orders.crash import crash_point
from orders.models.base import unsaved
from orders.statements import with_codes

# An attempt begins only under its own claim: the row lock keeps `recover_claims` from returning
# the claim at the same moment.
BEGIN = with_codes(
    """
WITH
-- The message, while the claim is still this one.
mine AS (
  SELECT id FROM notifications_message
  WHERE id = %(message)s AND status = {claimed} AND claimed_by = %(worker)s
    AND attempts_made = %(number)s
  FOR NO KEY UPDATE
)
INSERT INTO notifications_attempt
  (id, message_id, number, provider, started_at, duration_ms, outcome, answer)
SELECT %(id)s, id, %(number)s, %(provider)s, now(), 0, {claimed}, '' FROM mine
""",
    claimed=MessageStatus.CLAIMED,
)

# An earlier attempt got no answer. Where the provider knows idempotency keys, no row is written
# before an attempt: more claims than rows mean that a worker died in one.
POSSIBLY_SENT = with_codes(
    """
SELECT m.id FROM notifications_message m
WHERE m.id = ANY(%(ids)s) AND (
  EXISTS (SELECT FROM notifications_attempt a WHERE a.message_id = m.id AND a.outcome = {unknown})
  OR m.channel = ANY(%(keyed)s) AND m.attempts_made - 1 > (
    SELECT count(*) FROM notifications_attempt a WHERE a.message_id = m.id))
""",
    unknown=MessageStatus.UNKNOWN,
)


def possibly_sent(messages: Sequence[Message], *, keyed: Iterable[str]) -> set[int]:
    """Return the ids of claimed messages that an earlier attempt may have sent.

    `keyed`: the channels whose provider knows idempotency keys.
    """
    tried = [message.pk for message in messages if message.attempts_made > 1]
    if not tried:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(POSSIBLY_SENT, {"ids": tried, "keyed": list(keyed)})
        return {pk for (pk,) in cursor.fetchall()}


def new_attempt(message: Message, provider: str) -> Attempt:
    """Make an attempt that begins now, not saved: `settle` writes it with its outcome."""
    return unsaved(
        Attempt,
        message_id=message.pk,
        number=message.attempts_made,
        provider=provider,
        started_at=timezone.now(),
        duration_ms=0,
        outcome=MessageStatus.CLAIMED.value,
    )


def begin_attempt(message: Message, attempt: Attempt) -> bool:
    """Commit the row of an attempt before it begins; False when the claim was returned meanwhile.

    After a crash this row makes the outcome unknown, so the message is never sent twice.
    """
    values: dict[str, Any] = {
        "message": message.pk,
        "worker": message.claimed_by,
        "id": attempt.pk,
        "number": attempt.number,
        "provider": attempt.provider,
    }
    with connection.cursor() as cursor:
        cursor.execute(BEGIN, values)
        is_ours = int(cursor.rowcount) == 1
    crash_point("after-begin")
    return is_ours
