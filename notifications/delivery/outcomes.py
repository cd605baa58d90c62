"""Outcomes of attempts: sent, retrying with back-off, failed for good, or unknown."""

import random
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone

from notifications.channels.base import (
    Gone,
    OptedOut,
    OutcomeUnknown,
    Outgoing,
    Permanent,
    Receipt,
    SendError,
    Temporary,
    one_line,
)
from notifications.guards.verdict import DayStopped
from notifications.models import Attempt, Message
from notifications.states import Cause, MessageStatus

FIRST_DELAY, LONGEST_DELAY = 10.0, 900.0
PROBE_DELAY = (5.0, 20.0)
GIVE_UP_AFTER = timedelta(hours=24)
MOST_CRASHES = 5
UNWRITTEN = "The message could not be rendered."
LATE = "No answer came before the end of the lease."


@dataclass(slots=True)
class Outcome:
    """The next status of a claimed message, and why.

    `delay`: seconds until it is due again, None when it is settled. `returned`: attempts that the
    claim counted and that never began. `down_for`: the provider is down, for at least so many
    seconds. `by`: the id of the message that supersedes it. `cause` is for code what `reason` is
    for people. `is_gone`: the browser has unsubscribed. `is_opted_out`: the receiver opted out at
    the provider. `stops`: the day on which no more texts of the seller are sent. `words`: what
    left, or may have left.
    """

    message: Message
    status: MessageStatus
    reason: str = ""
    delay: float | None = None
    provider_id: str = ""
    returned: int = 0
    attempt: Attempt | None = None
    down_for: float | None = None
    by: int | None = None
    cause: Cause | None = None
    stops: DayStopped | None = None
    is_gone: bool = False
    is_opted_out: bool = False
    words: Outgoing | None = None

    def as_row(self) -> dict[str, Any]:
        """The parameters of one row of `settling.SETTLE`."""
        row = {
            "id": self.message.pk,
            "number": self.message.attempts_made,
            "worker": self.message.claimed_by,
            "status": self.status.value,
            "cause": self.cause.value if self.cause else "",
            "reason": one_line(self.reason)[:200],
            "provider_id": one_line(self.provider_id)[:200],
            "delay": self.delay,
            "returned": self.returned,
            "by": self.by,
        }
        if self.attempt is None:
            return row
        return row | {
            "attempt_id": self.attempt.pk,
            "provider": self.attempt.provider,
            "started_at": self.attempt.started_at,
            "duration_ms": self.attempt.duration_ms,
            "outcome": _ended(self.attempt) or self.status.value,
            "answer": one_line(self.attempt.answer)[:300],
        }


def attempt_outcome(
    message: Message, attempt: Attempt, result: Receipt | SendError, *, knows_keys: bool
) -> Outcome:
    """Return the outcome of an attempt that ended; fills in its Attempt row.

    `knows_keys`: the provider knows idempotency keys, so an unknown outcome may be retried.
    """
    outcome = _outcome(message, result, knows_keys=knows_keys)
    attempt.answer = result.answer if isinstance(result, Receipt) else str(result)
    is_unknown = isinstance(result, OutcomeUnknown)
    attempt.outcome = (MessageStatus.UNKNOWN if is_unknown else outcome.status).value
    outcome.attempt = attempt
    return outcome


def unsent_outcome(
    message: Message, reason: str = "", *, cause: Cause | None = None, delay: float = 0.0
) -> Outcome:
    """Return the outcome of a claimed message that was not tried: it is planned again."""
    return Outcome(message, MessageStatus.PLANNED, reason, delay, returned=1, cause=cause)


def returned_outcome(message: Message) -> Outcome:
    """Return the outcome of a claimed message whose turn ended: it keeps its place in the queue."""
    waited = (timezone.now() - message.next_attempt_at).total_seconds()
    return unsent_outcome(message, delay=-max(waited, 0.0))


def unrendered_outcome(message: Message, attempt: Attempt) -> Outcome:
    """Return the outcome of a message that cannot be rendered: retried, then failed."""
    reason, cause = UNWRITTEN, Cause.UNWRITABLE
    attempt.answer = reason
    if message.attempts_made >= MOST_CRASHES:
        return Outcome(message, MessageStatus.FAILED, reason, attempt=attempt, cause=cause)
    delay = backoff(message.attempts_made)
    return Outcome(message, MessageStatus.RETRYING, reason, delay, attempt=attempt, cause=cause)


def abandoned_outcome(
    message: Message, attempts: list[Attempt], *, knows_keys: bool, overdue: Attempt | None = None
) -> Outcome:
    """Return the outcome of a message whose worker lost its heartbeat; `attempts`: its rows.

    After MOST_CRASHES crashes it is given up as a poison message. `overdue`: the worker lives and
    only its lease ended; an attempt to note, because that is no crash.
    """
    cause = Cause.SENDER_STOPPED
    for attempt in attempts:
        if attempt.outcome == MessageStatus.CLAIMED and not knows_keys:
            attempt.answer = LATE if overdue else "The worker stopped before the provider answered."
            reason = attempt.answer
            return Outcome(message, MessageStatus.UNKNOWN, reason, attempt=attempt, cause=cause)
    if overdue:
        return _overdue_outcome(message, attempts, overdue, knows_keys=knows_keys)
    crashes = message.attempts_made - len(attempts)
    if crashes >= MOST_CRASHES:
        reason = f"Given up: the worker stopped {crashes} times while sending it."
        # With idempotency keys no row is written before an attempt: one of them may have arrived.
        status = MessageStatus.UNKNOWN if knows_keys else MessageStatus.FAILED
        return Outcome(message, status, reason, cause=cause)
    status = MessageStatus.RETRYING if knows_keys else MessageStatus.PLANNED
    delay = backoff(crashes) if crashes > 1 else 0.0
    return Outcome(message, status, "The worker stopped.", delay, cause=cause)


def _overdue_outcome(
    message: Message, attempts: list[Attempt], overdue: Attempt, *, knows_keys: bool
) -> Outcome:
    if sum(attempt.answer == UNWRITTEN for attempt in attempts) >= MOST_CRASHES:
        return Outcome(message, MessageStatus.FAILED, UNWRITTEN, returned=1, cause=Cause.UNWRITABLE)
    if not knows_keys:  # no attempt has begun, and none can any more
        return returned_outcome(message)
    overdue.outcome, overdue.answer = MessageStatus.UNKNOWN.value, LATE
    return Outcome(
        message, MessageStatus.RETRYING, LATE, 0.0, attempt=overdue, cause=Cause.NO_ANSWER
    )


def backoff(attempts_made: int, *, at_least: float = 1.0) -> float:
    """Seconds until the next attempt: exponential back-off with full jitter.

    The jitter keeps messages that failed together from being retried together.
    """
    # Twice as long with each attempt; 2 ** 20 is beyond the cap and still a small number.
    longest = min(LONGEST_DELAY, FIRST_DELAY * 2 ** min(attempts_made, 20))
    jittered = random.uniform(1.0, longest)  # noqa: S311 no secret
    return min(max(jittered, at_least), LONGEST_DELAY)


def probe_delay(down_for: float) -> float:
    """Seconds until a provider that is down is probed with one message."""
    return min(down_for, LONGEST_DELAY) + random.uniform(*PROBE_DELAY)  # noqa: S311 no secret


def _ended(attempt: Attempt) -> str:
    """The outcome of the attempt itself, "" while it is not known."""
    return "" if attempt.outcome == MessageStatus.CLAIMED else attempt.outcome


def _outcome(message: Message, result: Receipt | SendError, *, knows_keys: bool) -> Outcome:
    if isinstance(result, Receipt):
        return Outcome(message, MessageStatus.SENT, provider_id=result.provider_id)
    reason = str(result)
    if isinstance(result, Gone):  # the browser unsubscribed: no failure that a seller must see
        return Outcome(
            message, MessageStatus.SUPPRESSED, reason, is_gone=True, cause=Cause.BROWSER_LEFT
        )
    if isinstance(result, Permanent):
        is_opted_out = isinstance(result, OptedOut)
        cause = Cause.REFUSED
        return Outcome(
            message, MessageStatus.FAILED, reason, is_opted_out=is_opted_out, cause=cause
        )
    # From here on a retry is possible, but not for ever: old news is of no use.
    is_late = timezone.now() - message.created_at > GIVE_UP_AFTER
    if isinstance(result, Temporary):
        wait = result.retry_after or 0.0
        down_for = wait if result.is_down else None
        if is_late:
            cause = Cause.GIVEN_UP
            return Outcome(message, MessageStatus.FAILED, reason, down_for=down_for, cause=cause)
        delay = backoff(message.attempts_made, at_least=wait)
        cause = Cause.PROVIDER_BUSY
        return Outcome(
            message, MessageStatus.RETRYING, reason, delay, down_for=down_for, cause=cause
        )
    # Any other SendError says nothing about the message: the provider as a whole is down.
    is_alone = isinstance(result, OutcomeUnknown) and not result.is_down
    down_for, cause = None if is_alone else 0.0, Cause.NO_ANSWER
    # Without idempotency keys a retry could send the message twice: a seller has to decide.
    if is_late or not knows_keys:
        return Outcome(message, MessageStatus.UNKNOWN, reason, down_for=down_for, cause=cause)
    delay = backoff(message.attempts_made)
    return Outcome(message, MessageStatus.RETRYING, reason, delay, down_for=down_for, cause=cause)
