"""Recovery: claims past their lease, or of workers without a heartbeat, return to the outbox."""

from collections import defaultdict

from django.db import transaction

from notifications.channels import knows_keys
from notifications.delivery.attempts import new_attempt
from notifications.delivery.outcomes import Outcome, abandoned_outcome
from notifications.delivery.settling import settle
from notifications.delivery.workers import SILENT_SECONDS, delete_stale_workers
from notifications.models import Attempt, Message
from notifications.states import MessageStatus
from orders.crash import crash_point
from orders.statements import with_codes

# Claims past their lease, and those of workers without a heartbeat; is_beating: the worker lives.
ABANDONED = with_codes(
    """
SELECT m.*, worker.is_beating FROM notifications_message m, LATERAL (
  SELECT EXISTS (SELECT FROM notifications_worker w
    WHERE w.name = m.claimed_by AND w.beat_at > now() - %(silent)s * interval '1 second'
  ) AS is_beating
) AS worker
WHERE m.status = {claimed} AND (m.claimed_until < now() OR NOT worker.is_beating)
ORDER BY m.id
FOR NO KEY UPDATE OF m SKIP LOCKED
""",
    claimed=MessageStatus.CLAIMED,
)


@transaction.atomic
def recover_claims() -> int:
    """Settle the claims of dead workers and those past their lease; returns how many.

    The next status depends on what is known of the attempts: see `abandoned_outcome`.
    """
    messages = list(Message.objects.raw(ABANDONED, {"silent": SILENT_SECONDS}))
    if messages:
        crash_point("recover-before-settle")
    # A second statement, after the row locks: it sees every attempt that has begun.
    attempts = defaultdict(list)
    for attempt in Attempt.objects.filter(message__in=messages):
        attempts[attempt.message_id].append(attempt)
    settle([_outcome(message, attempts[message.pk]) for message in messages])
    delete_stale_workers()
    if messages:
        crash_point("recover-before-commit")
    return len(messages)


def _outcome(message: Message, attempts: list[Attempt]) -> Outcome:
    is_beating: bool = getattr(message, "is_beating", False)  # a column of ABANDONED alone
    attempt = new_attempt(message, "") if is_beating else None
    return abandoned_outcome(
        message, attempts, knows_keys=knows_keys(message.channel), overdue=attempt
    )
