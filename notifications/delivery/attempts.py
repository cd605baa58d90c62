"""The rows of attempts: what they prove about a message, and what is noted before one begins."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db import connection
from django.utils import timezone

from notifications.models import Attempt, Message
from notifications.states import MessageStatus
from orders.crash import crash_point

# Only who still holds the claim may begin; the row lock keeps `recover_claims` out meanwhile.
BEGIN = """
WITH mine AS (
  SELECT id FROM notifications_message
  WHERE id = %s AND status = 'claimed' AND claimed_by = %s AND attempts_made = %s
  FOR NO KEY UPDATE
)
INSERT INTO notifications_attempt
  (id, message_id, number, provider, started_at, duration_ms, outcome, answer)
SELECT %s, id, %s, %s, now(), 0, 'claimed', '' FROM mine
"""

# An attempt without an answer; of a provider that knows keys a killed sender leaves no row at all.
DOUBTFUL = """
SELECT m.id FROM notifications_message m
WHERE m.id = ANY(%s) AND (
  EXISTS (SELECT FROM notifications_attempt a WHERE a.message_id = m.id AND a.outcome = 'unknown')
  OR m.channel = ANY(%s) AND m.attempts_made - 1 > (
    SELECT count(*) FROM notifications_attempt a WHERE a.message_id = m.id))
"""


def may_have_left(messages: Sequence[Message], *, keyed: Iterable[str]) -> set[int]:
    """The ids of claimed messages of which an earlier attempt may have arrived.

    `keyed`: the channels whose provider knows keys.
    """
    tried = [message.pk for message in messages if message.attempts_made > 1]
    if not tried:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(DOUBTFUL, [tried, list(keyed)])
        return {pk for (pk,) in cursor.fetchall()}


def new_attempt(message: Message, provider: str) -> Attempt:
    """An attempt that begins now, not saved: `settle` writes it with its outcome."""
    return Attempt(
        message=message,
        number=message.attempts_made,
        provider=provider,
        started_at=timezone.now(),
        duration_ms=0,
        outcome=MessageStatus.CLAIMED.value,
    )


def begin(attempt: Attempt) -> bool:
    """Note durably that the attempt begins: after a crash it is unknown, and never repeated.

    False when the claim was taken away meanwhile.
    """
    message = attempt.message
    values: list[int | str | UUID] = [message.pk, message.claimed_by, attempt.number]
    with connection.cursor() as cursor:
        cursor.execute(BEGIN, [*values, attempt.pk, attempt.number, attempt.provider])
        is_ours = int(cursor.rowcount) == 1
    crash_point("after-begin")
    return is_ours
