"""The only writer of a delivery under way: claims with a lease, and what became of them."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import msgspec
from django.db import connection, transaction
from django.db.models import Count
from django.db.models.functions import Now

from notifications.models import Delivery, Endpoint
from notifications.webhooks.results import MOST_ATTEMPTS, AttemptResult, Claimed
from orders.crash import crash_point
from orders.events.recording import record
from orders.models import Event

LEASE_SECONDS = 25  # an attempt takes 15 at most and begins at once
AT_ONCE = 2  # of a healthy endpoint; a failing one is tried with one
LONGEST_REST_SECONDS = 60
SLOW_MS = 5000  # who takes so long gets one at a time, among the failing ones
PAUSE_AFTER = timedelta(days=5)

# May deliveries of the endpoint `e` be sent now?
MAY_SEND = """
  e.disabled_at IS NULL AND e.deleted_at IS NULL AND e.paused_at IS NULL
  AND (e.not_before IS NULL OR e.not_before <= now())"""
# Its deliveries that are due, the longest waiting first. Claimed ones are due after their lease.
DUE = """
    SELECT d.id, d.next_attempt_at FROM notifications_delivery d
    WHERE d.endpoint_id = e.id AND d.delivered_at IS NULL AND d.given_up_at IS NULL
      AND d.next_attempt_at <= now() AND d.attempts_made < %(most)s
    ORDER BY d.next_attempt_at, d.id"""
# How many more of its deliveries may be under way at once.
ROOM = """CASE WHEN e.failures > 0 THEN 1 ELSE %(at_once)s END - (
    SELECT count(*) FROM notifications_delivery b
    WHERE b.endpoint_id = e.id AND b.claimed_until > now())"""

# The endpoints are locked by a statement of their own: the claim then sees what others claimed.
# Healthy ones come first, and of them whoever waits longest.
LOCK = f"""
SELECT e.id, e.failures > 0 AS is_failing
FROM notifications_endpoint e, LATERAL ({DUE} LIMIT 1) AS due
WHERE {MAY_SEND} AND ({ROOM}) > 0
ORDER BY e.failures > 0, due.next_attempt_at
LIMIT %(slots)s
FOR NO KEY UPDATE OF e SKIP LOCKED
"""  # noqa: S608

CLAIM = f"""
WITH
-- Of each locked endpoint as many as there is room for, but for those that somebody else locked.
head AS MATERIALIZED (
  SELECT due.id FROM notifications_endpoint e, LATERAL (
    {DUE} LIMIT greatest(0, {ROOM}) FOR NO KEY UPDATE SKIP LOCKED) AS due
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

# An acceptance counts even when the claim was taken away meanwhile.
SETTLE = """
WITH
-- What became of each attempt. delivered: its receiver took it; delay: seconds until the next
-- attempt, NULL when there is none.
o AS MATERIALIZED (
  SELECT * FROM json_to_recordset(%(rows)s::json) AS r(
    id bigint, series int, number int, worker text, delivered bool, delay float8, problem text,
    attempt_id uuid, started_at timestamptz, latency_ms int, url text, headers jsonb,
    status_code int, answer text)
),
-- The deliveries that are open still, in the same series and, unless taken, under the same claim.
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

# It has failed for days, and is to be paused now.
HOPELESS = "e.paused_at IS NULL AND NOT r.taken AND e.failing_since < now() - %(patience)s"
# A failing endpoint rests between its probes, twice as long each time: 2, 4, 8 … 60 seconds.
NOTE = f"""
WITH
-- What attempts have shown of each endpoint. taken: it took one; slow: it took all, one of them
-- slowly; failed: so many it did not take; throttled: seconds it asks for; gone: it said so.
r AS MATERIALIZED (
  SELECT * FROM json_to_recordset(%(rows)s::json) AS r(
    id uuid, taken bool, slow bool, failed int, throttled float8, gone bool)
)
UPDATE notifications_endpoint AS e
SET failures = CASE WHEN r.slow THEN 1 WHEN r.taken THEN 0 ELSE e.failures + r.failed END,
    failing_since = CASE WHEN NOT r.taken THEN coalesce(e.failing_since, now()) END,
    not_before = CASE
      WHEN r.throttled > 0 THEN now() + r.throttled * interval '1 second'
      WHEN NOT r.taken THEN now() + interval '1 second' * least(
        %(longest_rest)s, power(%(growth)s, least(e.failures + r.failed, %(most_growth)s))) END,
    disabled_at = CASE WHEN r.gone THEN coalesce(e.disabled_at, now()) ELSE e.disabled_at END,
    paused_at = CASE WHEN {HOPELESS} THEN now() ELSE e.paused_at END,
    paused_because = CASE WHEN {HOPELESS} THEN %(because)s ELSE e.paused_because END
FROM r WHERE e.id = r.id
RETURNING e.id, e.seller_id,
  CASE WHEN e.disabled_at = now() THEN 'disabled' WHEN e.paused_at = now() THEN 'paused' END
"""  # noqa: S608
RESTS: dict[str, Any] = {
    "longest_rest": LONGEST_REST_SECONDS,
    "growth": 2,
    "most_growth": 10,  # a power that is beyond the longest rest anyway
    "patience": PAUSE_AFTER,
    "because": Endpoint.PausedBecause.FAILED.value,
}


def other_senders(worker: str) -> int:
    """How many other processes are sending webhooks now."""
    sending = Delivery.objects.filter(claimed_until__gt=Now()).exclude(claimed_by=worker)
    return int(sending.aggregate(number=Count("claimed_by", distinct=True))["number"])


@transaction.atomic
def claim(worker: str, *, slots: int, probes: int) -> list[Claimed]:
    """Take over deliveries that are due, for LEASE_SECONDS; at most `probes` of failing endpoints.

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
        rows = [Claimed(*row) for row in cursor.fetchall()]
    crash_point("webhooks-claimed")
    return rows


@transaction.atomic
def settle(results: Sequence[AttemptResult], *, worker: str) -> None:
    """Write what became of attempts, and what their endpoints have shown."""
    if not results:
        return
    crash_point("webhooks-before-settle")
    rows = [result.as_row(worker) for result in results]
    with connection.cursor() as cursor:
        cursor.execute(SETTLE, {"rows": msgspec.json.encode(rows).decode()})
        if not (shown := _shown(results)):
            return
        cursor.execute(NOTE, {"rows": msgspec.json.encode(shown).decode(), **RESTS})
        changed = [row for row in cursor.fetchall() if row[2]]
    record(
        [
            Event(seller_id=seller_id, kind=f"webhook.{what}", subject_id=endpoint_id)
            for endpoint_id, seller_id, what in changed
        ]
    )


def _shown(results: Sequence[AttemptResult]) -> list[dict[str, Any]]:
    """What is new about endpoints, in order of their ids; of one that works on, nothing is."""
    by_endpoint = defaultdict(list)
    for result in results:
        by_endpoint[result.claimed.endpoint_id].append(result)
    return [
        {
            "id": endpoint_id,
            "taken": any(result.is_taken for result in own),
            "slow": all(result.is_taken for result in own) and any(map(_is_slow, own)),
            "failed": sum(not result.is_taken for result in own),
            "throttled": max(result.throttled for result in own),
            "gone": any(result.is_gone for result in own),
        }
        for endpoint_id, own in sorted(by_endpoint.items())
        if any(_says_something(result) for result in own)
    ]


def _says_something(result: AttemptResult) -> bool:
    return not result.is_taken or result.claimed.is_probe or _is_slow(result)


def _is_slow(result: AttemptResult) -> bool:
    return result.answer.latency_ms > SLOW_MS
