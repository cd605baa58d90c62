"""What an attempt means for its message: sent, tried again later, given up, or unknown."""

import random
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone

from notifications.channels.base import (
    Gone,
    OutcomeUnknown,
    Permanent,
    Receipt,
    SendError,
    Temporary,
    Unwanted,
    one_line,
)
from notifications.guards.verdict import DayStopped
from notifications.models import Attempt, Message
from notifications.states import Cause, MessageStatus

FIRST_DELAY, LONGEST_DELAY = 10.0, 900.0
PROBE_DELAY = (5.0, 20.0)
GIVE_UP_AFTER = timedelta(hours=24)
MOST_CRASHES = 5


@dataclass(slots=True)
class Outcome:
    """How a claimed message goes on. `delay` in seconds, None where nothing is left to do.

    `returned`: attempts that the claim counted and that never began. `down_for`: its provider would
    refuse the next one too, for at least so many seconds. `by`: the id of the message that
    supersedes it. `cause` is for code what `reason` is for people. `is_gone`: nobody is at its
    address any more. `is_unwanted`: the receiver told the provider to stop. `stops`: no text of its
    seller leaves on that day any more.
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
    is_unwanted: bool = False

    def as_row(self) -> dict[str, Any]:
        """What `settling.settle` writes of it."""
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


def outcome_of(
    message: Message, attempt: Attempt, result: Receipt | SendError, *, knows_keys: bool
) -> Outcome:
    """The outcome of an attempt that came to an end, with its Attempt row filled in."""
    outcome = _outcome(message, result, knows_keys=knows_keys)
    attempt.answer = result.answer if isinstance(result, Receipt) else str(result)
    is_unknown = isinstance(result, OutcomeUnknown)
    attempt.outcome = (MessageStatus.UNKNOWN if is_unknown else outcome.status).value
    outcome.attempt = attempt
    return outcome


def put_back(
    message: Message, reason: str = "", *, cause: Cause | None = None, delay: float = 0.0
) -> Outcome:
    """A claimed message that was never tried."""
    return Outcome(message, MessageStatus.PLANNED, reason, delay, returned=1, cause=cause)


def broken(message: Message, attempt: Attempt) -> Outcome:
    """A message that cannot be put in words: a template or its facts are wrong."""
    reason, cause = "The message could not be rendered.", Cause.UNWRITABLE
    attempt.answer = reason
    if message.attempts_made >= MOST_CRASHES:
        return Outcome(message, MessageStatus.FAILED, reason, attempt=attempt, cause=cause)
    delay = backoff(message.attempts_made)
    return Outcome(message, MessageStatus.RETRYING, reason, delay, attempt=attempt, cause=cause)


def abandoned(message: Message, attempts: list[Attempt], *, knows_keys: bool) -> Outcome:
    """A message whose sender fell silent; `attempts` are the rows of its earlier ones."""
    cause = Cause.SENDER_STOPPED
    for attempt in attempts:
        if attempt.outcome == MessageStatus.CLAIMED and not knows_keys:
            attempt.answer = "The worker stopped before the provider answered."
            reason = attempt.answer
            return Outcome(message, MessageStatus.UNKNOWN, reason, attempt=attempt, cause=cause)
    crashes = message.attempts_made - len(attempts)
    if crashes >= MOST_CRASHES:
        reason = f"Given up: the worker stopped {crashes} times while sending it."
        # A provider that knows keys is asked without a note: one of the senders may have come far.
        status = MessageStatus.UNKNOWN if knows_keys else MessageStatus.FAILED
        return Outcome(message, status, reason, cause=cause)
    status = MessageStatus.RETRYING if knows_keys else MessageStatus.PLANNED
    delay = backoff(crashes) if crashes > 1 else 0.0
    return Outcome(message, status, "The worker stopped.", delay, cause=cause)


def backoff(attempts_made: int, *, at_least: float = 1.0) -> float:
    """Seconds until the next attempt: full jitter, so that not all come back at once."""
    # Twice as long with each attempt; 2 ** 20 is beyond the cap and still a small number.
    longest = min(LONGEST_DELAY, FIRST_DELAY * 2 ** min(attempts_made, 20))
    jittered = random.uniform(1.0, longest)  # noqa: S311 no secret
    return min(max(jittered, at_least), LONGEST_DELAY)


def probe_delay(down_for: float) -> float:
    """Seconds until the others of a provider that is down are tried, one first."""
    return min(down_for, LONGEST_DELAY) + random.uniform(*PROBE_DELAY)  # noqa: S311 no secret


def _ended(attempt: Attempt) -> str:
    """How the attempt itself ended, where somebody saw it end."""
    return "" if attempt.outcome == MessageStatus.CLAIMED else attempt.outcome


def _outcome(message: Message, result: Receipt | SendError, *, knows_keys: bool) -> Outcome:
    if isinstance(result, Receipt):
        return Outcome(message, MessageStatus.SENT, provider_id=result.provider_id)
    reason = str(result)
    if isinstance(result, Gone):  # they left: nobody has to look after it
        return Outcome(
            message, MessageStatus.SUPPRESSED, reason, is_gone=True, cause=Cause.BROWSER_LEFT
        )
    if isinstance(result, Permanent):
        is_unwanted = isinstance(result, Unwanted)
        cause = Cause.REFUSED
        return Outcome(message, MessageStatus.FAILED, reason, is_unwanted=is_unwanted, cause=cause)
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
    is_alone = isinstance(result, OutcomeUnknown) and not result.is_down
    down_for, cause = None if is_alone else 0.0, Cause.NO_ANSWER
    if is_late or not knows_keys:
        return Outcome(message, MessageStatus.UNKNOWN, reason, down_for=down_for, cause=cause)
    delay = backoff(message.attempts_made)
    return Outcome(message, MessageStatus.RETRYING, reason, delay, down_for=down_for, cause=cause)
