"""Results of webhook attempts: delivered, retried with back-off, or given up."""

import random
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.utils import timezone

from notifications.webhooks.post import Answer
from orders.keys import new_id

# Seconds before each attempt, as Standard Webhooks recommends: 75 h 35 min in all.
RETRY_DELAYS = (0, 5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
MOST_ATTEMPTS = len(RETRY_DELAYS)
JITTER = 0.1
THROTTLES = {
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.BAD_GATEWAY,
    HTTPStatus.SERVICE_UNAVAILABLE,
    HTTPStatus.GATEWAY_TIMEOUT,
}
LONGEST_THROTTLE = 86_400.0


@dataclass(frozen=True, slots=True)
class ClaimedDelivery:
    """A delivery that this process has claimed, with what its attempt needs."""

    id: int
    endpoint_id: UUID
    series: int
    number: int
    webhook_id: str
    payload: str
    url: str
    secrets: list[str]
    is_probe: bool


@dataclass(frozen=True, slots=True)
class AttemptResult:
    """The result of an attempt; `delay`: seconds until the next, None when there is none.

    `throttled`: seconds that the receiver asked to wait.
    """

    claimed: ClaimedDelivery
    answer: Answer
    headers: dict[str, str]
    started_at: datetime
    delay: float | None
    throttled: float

    @property
    def is_accepted(self) -> bool:
        return not self.answer.problem

    @property
    def is_gone(self) -> bool:
        """The receiver answered 410 Gone: its endpoint is disabled."""
        return self.answer.status == HTTPStatus.GONE

    def as_row(self, worker: str) -> dict[str, Any]:
        """The parameters of one row of `leases.SETTLE`."""
        claimed, answer = self.claimed, self.answer
        return {
            "id": claimed.id,
            "series": claimed.series,
            "number": claimed.number,
            "worker": worker,
            "delivered": self.is_accepted,
            "delay": self.delay,
            "problem": answer.problem,
            "attempt_id": new_id(),
            "started_at": self.started_at,
            "latency_ms": answer.latency_ms,
            "url": claimed.url,
            "headers": self.headers,
            "status_code": answer.status,
            "answer": answer.body,
        }


def attempt_result(
    claimed: ClaimedDelivery, answer: Answer, *, headers: dict[str, str], started_at: datetime
) -> AttemptResult:
    """Return the result of an answer: accepted, to retry, or given up."""
    throttled = retry_after(answer.retry_after) if answer.status in THROTTLES else 0.0
    ends = not answer.problem or answer.status == HTTPStatus.GONE or claimed.number >= MOST_ATTEMPTS
    # Retry-After can only make the delay longer: a receiver must not set its own pace of retries.
    delay = None if ends else max(_jittered(RETRY_DELAYS[claimed.number]), throttled)
    return AttemptResult(claimed, answer, headers, started_at, delay, throttled)


def retry_after(text: str) -> float:
    """Parse a Retry-After header, a number or a date: seconds, a day at most, 0 if unreadable."""
    if text.strip().isdecimal():
        seconds = float(text)
    else:
        try:
            moment = parsedate_to_datetime(text)
        except (ValueError, OverflowError, TypeError):  # an impossible date
            return 0.0
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        seconds = (moment - timezone.now()).total_seconds()
    return min(max(seconds, 0.0), LONGEST_THROTTLE)


def _jittered(seconds: float) -> float:
    """Add jitter, so that receivers that failed together are not retried at one moment."""
    return seconds * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311 no secret
