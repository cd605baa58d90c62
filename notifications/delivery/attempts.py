"""The rows of attempts: what they prove about a message, and what is noted before one begins."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection
from django.utils import timezone

from notifications.models import Attempt, Message
from notifications.states import MessageStatus
from orders.crash import crash_point
from orders.statements import with_codes

# Only who still holds the claim may begin; the row lock keeps `recover_claims` out meanwhile.
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

# An attempt without an answer; of a provider that knows keys a killed sender leaves no row at all.
DOUBTFUL = with_codes(
    """
SELECT m.id FROM notifications_message m
WHERE m.id = ANY(%(ids)s) AND (
  EXISTS (SELECT FROM notifications_attempt a WHERE a.message_id = m.id AND a.outcome = {unknown})
  OR m.channel = ANY(%(keyed)s) AND m.attempts_made - 1 > (
    SELECT count(*) FROM notifications_attempt a WHERE a.message_id = m.id))
""",
    unknown=MessageStatus.UNKNOWN,
)


def may_have_left(messages: Sequence[Message], *, keyed: Iterable[str]) -> set[int]:
    """The ids of claimed messages of which an earlier attempt may have arrived.

    `keyed`: the channels whose provider knows keys.
    """
    tried = [message.pk for message in messages if message.attempts_made > 1]
    if not tried:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(DOUBTFUL, {"ids": tried, "keyed": list(keyed)})
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
