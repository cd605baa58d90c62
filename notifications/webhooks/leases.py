"""Leases of webhook deliveries: claims (SKIP LOCKED), results, and health of endpoints."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import msgspec
from django.db import connection, transaction
from django.db.models import Count
from django.db.models.functions import Now

from notifications.models import Delivery, Endpoint
from notifications.webhooks.results import MOST_ATTEMPTS, AttemptResult, ClaimedDelivery
from orders.crash import crash_point
from orders.events.recording import record
from orders.models import Event

LEASE_SECONDS = 25  # an attempt takes 15 at most and begins right after the claim
AT_ONCE = 2  # of a healthy endpoint; a failing one is tried with one
LONGEST_REST_SECONDS = 60
SLOW_MS = 5000  # a slower endpoint gets one delivery at a time, like a failing one
PAUSE_AFTER = timedelta(days=5)

# May deliveries of the endpoint `e` be sent now?
MAY_SEND = """
  e.disabled_at IS NULL AND e.deleted_at IS NULL AND e.paused_at IS NULL
  AND (e.not_before IS NULL OR e.not_before <= now())"""
# The due deliveries of `e`, the longest waiting first. Claimed ones are due after their lease.
DUE = """
    SELECT d.id, d.next_attempt_at FROM notifications_delivery d
    WHERE d.endpoint_id = e.id AND d.delivered_at IS NULL AND d.given_up_at IS NULL
      AND d.next_attempt_at <= now() AND d.attempts_made < %(most)s
    ORDER BY d.next_attempt_at, d.id"""
# How many more deliveries of `e` may be claimed now.
FREE_SLOTS = """CASE WHEN e.failures > 0 THEN 1 ELSE %(at_once)s END - (
    SELECT count(*) FROM notifications_delivery b
    WHERE b.endpoint_id = e.id AND b.claimed_until > now())"""

# The endpoints are locked by a separate statement, so that CLAIM sees what others have claimed.
# Healthy endpoints come first, of them the longest waiting: failing ones must not delay them.
LOCK = f"""
SELECT e.id, e.failures > 0 AS is_failing
FROM notifications_endpoint e, LATERAL ({DUE} LIMIT 1) AS due
WHERE {MAY_SEND} AND ({FREE_SLOTS}) > 0
ORDER BY e.failures > 0, due.next_attempt_at
LIMIT %(slots)s
FOR NO KEY UPDATE OF e SKIP LOCKED
"""  # noqa: S608

CLAIM = f"""
WITH
-- Of each locked endpoint as many deliveries as it has free slots.
head AS MATERIALIZED (
  SELECT due.id FROM notifications_endpoint e, LATERAL (
    {DUE} LIMIT greatest(0, {FREE_SLOTS}) FOR NO KEY UPDATE SKIP LOCKED) AS due
  WHERE e.id = ANY(%(endpoints)s)
  LIMIT %(slots)s
)
UPDATE notifications_delivery AS d
SET claimed_by = %(worker)s, attempts_made = d.attempts_made + 1,
    claimed_until = now() + %(lease)s, next_attempt_at = now() + %(lease)s
FROM head, notifications_endpoint e
WHERE d.id = head.id AND e.id = d.endpoint_id
RETURNING d.id, e.id, d.series, d.attempts_made, d.webhook_id, d.payload, e.url,
  array_remove(
    ARRAY[e.secret, CASE WHEN e.previous_until > now() THEN e.previous_secret END], NULL),
  e.failures > 0 AS is_probe
"""  # noqa: S608

# A 2xx answer counts even when the lease was over and another process had claimed the delivery.
SETTLE = """
WITH
-- The results of attempts. delivered: the receiver accepted it; delay: seconds until the next
-- attempt, NULL when there is none.
o AS MATERIALIZED (
  SELECT * FROM json_to_recordset(%(rows)s::json) AS r(
    id bigint, series int, number int, worker text, delivered bool, delay float8, problem text,
    attempt_id uuid, started_at timestamptz, latency_ms int, url text, headers jsonb,
    status_code int, answer text)
),
-- Open deliveries of the same series and, unless accepted, under the same claim.
settled AS (
  UPDATE notifications_delivery AS d
  SET claimed_by = '', claimed_until = NULL, problem = o.problem,
      delivered_at = CASE WHEN o.delivered THEN now() END,
      given_up_at = CASE WHEN NOT o.delivered AND o.delay IS NULL THEN now() END,
      next_attempt_at = CASE WHEN o.delay IS NULL THEN d.next_attempt_at
                             ELSE now() + o.delay * interval '1 second' END
  FROM o WHERE d.id = o.id AND d.series = o.series
    AND d.delivered_at IS NULL AND d.given_up_at IS NULL
    AND (o.delivered OR d.attempts_made = o.number AND d.claimed_by = o.worker)
)
INSERT INTO notifications_deliveryattempt
  (id, delivery_id, series, number, started_at, latency_ms, url, headers, status_code, answer,
   problem)
SELECT attempt_id, d.id, o.series, number, started_at, latency_ms, url, headers, status_code,
  answer, o.problem
FROM o JOIN notifications_delivery d ON d.id = o.id
"""

# The endpoint has failed for PAUSE_AFTER: it is paused now.
FAILING_TOO_LONG = (
    "e.paused_at IS NULL AND NOT r.accepted AND e.failing_since < now() - %(patience)s"
)
# Circuit breaker: exponential back-off between the probes of a failing endpoint, 2, 4, 8 … 60 s.
UPDATE_HEALTH = f"""
WITH
-- The health of each endpoint. accepted: it accepted one; slow: it accepted all, one slowly;
-- failed: how many it did not accept; throttled: seconds of Retry-After; gone: it answered 410.
r AS MATERIALIZED (
  SELECT * FROM json_to_recordset(%(rows)s::json) AS r(
    id uuid, accepted bool, slow bool, failed int, throttled float8, gone bool)
)
UPDATE notifications_endpoint AS e
SET failures = CASE WHEN r.slow THEN 1 WHEN r.accepted THEN 0 ELSE e.failures + r.failed END,
    failing_since = CASE WHEN NOT r.accepted THEN coalesce(e.failing_since, now()) END,
    not_before = CASE
      WHEN r.throttled > 0 THEN now() + r.throttled * interval '1 second'
      WHEN NOT r.accepted THEN now() + interval '1 second' * least(
        %(longest_rest)s, power(%(growth)s, least(e.failures + r.failed, %(most_growth)s))) END,
    disabled_at = CASE WHEN r.gone THEN coalesce(e.disabled_at, now()) ELSE e.disabled_at END,
    paused_at = CASE WHEN {FAILING_TOO_LONG} THEN now() ELSE e.paused_at END,
    paused_because = CASE WHEN {FAILING_TOO_LONG} THEN %(because)s ELSE e.paused_because END
FROM r WHERE e.id = r.id
RETURNING e.id, e.seller_id,
  CASE WHEN e.disabled_at = now() THEN 'disabled' WHEN e.paused_at = now() THEN 'paused' END
"""  # noqa: S608
BACKOFF: dict[str, Any] = {
    "longest_rest": LONGEST_REST_SECONDS,
    "growth": 2,
    "most_growth": 10,  # a power that is beyond the longest rest anyway
    "patience": PAUSE_AFTER,
    "because": Endpoint.PausedBecause.FAILED.value,
}


def other_senders(worker: str) -> int:
    """Count the other processes that are sending webhooks now."""
    sending = Delivery.objects.filter(claimed_until__gt=Now()).exclude(claimed_by=worker)
    return int(sending.aggregate(number=Count("claimed_by", distinct=True))["number"])


@transaction.atomic
def claim(worker: str, *, slots: int, probes: int) -> list[ClaimedDelivery]:
    """Claim due deliveries for LEASE_SECONDS; at most `probes` of failing endpoints.

    A delivery whose lease ended is due again: its receiver may get it twice, with the same id.
    """
    values: dict[str, Any] = {"most": MOST_ATTEMPTS, "at_once": AT_ONCE, "slots": slots}
    with connection.cursor() as cursor:
        cursor.execute(LOCK, values)
        found = cursor.fetchall()
        chosen = [endpoint_id for endpoint_id, failing in found if not failing]
        chosen += [endpoint_id for endpoint_id, failing in found if failing][: max(probes, 0)]
        if not chosen:
            return []
        values |= {"endpoints": chosen, "worker": worker, "lease": timedelta(seconds=LEASE_SECONDS)}
        cursor.execute(CLAIM, values)
        rows = [ClaimedDelivery(*row) for row in cursor.fetchall()]
    crash_point("webhooks-claimed")
    return rows


@transaction.atomic
def settle(results: Sequence[AttemptResult], *, worker: str) -> None:
    """Write the results of attempts and update the health of their endpoints."""
    if not results:
        return
    crash_point("webhooks-before-settle")
    rows = [result.as_row(worker) for result in results]
    with connection.cursor() as cursor:
        cursor.execute(SETTLE, {"rows": msgspec.json.encode(rows).decode()})
        if not (shown := _health_changes(results)):
            return
        cursor.execute(UPDATE_HEALTH, {"rows": msgspec.json.encode(shown).decode(), **BACKOFF})
        changed = [row for row in cursor.fetchall() if row[2]]
    record(
        [
            Event(seller_id=seller_id, kind=f"webhook.{what}", subject_id=endpoint_id)
            for endpoint_id, seller_id, what in changed
        ]
    )


def _health_changes(results: Sequence[AttemptResult]) -> list[dict[str, Any]]:
    """Return rows for UPDATE_HEALTH, by endpoint id; none for an endpoint that stays healthy."""
    by_endpoint = defaultdict(list)
    for result in results:
        by_endpoint[result.claimed.endpoint_id].append(result)
    return [
        {
            "id": endpoint_id,
            "accepted": any(result.is_accepted for result in own),
            "slow": all(result.is_accepted for result in own) and any(map(_is_slow, own)),
            "failed": sum(not result.is_accepted for result in own),
            "throttled": max(result.throttled for result in own),
            "gone": any(result.is_gone for result in own),
        }
        for endpoint_id, own in sorted(by_endpoint.items())
        if any(_changes_health(result) for result in own)
    ]


def _changes_health(result: AttemptResult) -> bool:
    return not result.is_accepted or result.claimed.is_probe or _is_slow(result)


def _is_slow(result: AttemptResult) -> bool:
    return result.answer.latency_ms > SLOW_MS
