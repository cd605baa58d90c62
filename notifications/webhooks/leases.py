"""The only writer of a delivery under way: claims with a lease, and what became of them."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import msgspec
from django.db import connection, transaction

from notifications.webhooks.outcomes import MOST_ATTEMPTS, Claimed, Outcome
from orders.crash import crash_point
from orders.events.recording import record
from orders.models import Event

LEASE_SECONDS = 25  # an attempt takes 15 at most and begins at once
AT_ONCE = 2  # of a healthy endpoint; a failing one is tried with one
LONGEST_REST_SECONDS = 60
SLOW_MS = 5000  # who takes so long gets one at a time, among the failing ones
PAUSE_AFTER_DAYS = 5
FAILED_FOR_LONG = "Every delivery has failed for five days."

SENDERS = """
SELECT count(DISTINCT claimed_by) FROM notifications_delivery
WHERE claimed_until > now() AND claimed_by <> %s
"""

OPEN = """
  e.disabled_at IS NULL AND e.deleted_at IS NULL AND e.paused_at IS NULL
  AND (e.not_before IS NULL OR e.not_before <= now())"""
DUE = """
    SELECT d.id, d.next_attempt_at FROM notifications_delivery d
    WHERE d.endpoint_id = e.id AND d.delivered_at IS NULL AND d.given_up_at IS NULL
      AND d.next_attempt_at <= now() AND d.attempts_made < %(most)s
    ORDER BY d.next_attempt_at, d.id"""
ROOM = """CASE WHEN e.failures > 0 THEN 1 ELSE %(at_once)s END - (
    SELECT count(*) FROM notifications_delivery b
    WHERE b.endpoint_id = e.id AND b.claimed_until > now())"""

# The endpoints are locked by a statement of their own: the claim then sees what others claimed.
LOCK = f"""
SELECT e.id, e.failures > 0 FROM notifications_endpoint e, LATERAL ({DUE} LIMIT 1) AS due
WHERE {OPEN} AND ({ROOM}) > 0
ORDER BY e.failures > 0, due.next_attempt_at
LIMIT %(slots)s
FOR NO KEY UPDATE OF e SKIP LOCKED
"""  # noqa: S608

CLAIM = f"""
WITH head AS MATERIALIZED (
  SELECT due.id FROM notifications_endpoint e, LATERAL (
    {DUE} LIMIT greatest(0, {ROOM}) FOR NO KEY UPDATE SKIP LOCKED) AS due
  WHERE e.id = ANY(%(endpoints)s)
  LIMIT %(slots)s
)
UPDATE notifications_delivery AS d
SET claimed_by = %(worker)s, attempts_made = d.attempts_made + 1,
    claimed_until = now() + %(lease)s * interval '1 second',
    next_attempt_at = now() + %(lease)s * interval '1 second'
FROM head, notifications_endpoint e
WHERE d.id = head.id AND e.id = d.endpoint_id
RETURNING d.id, e.id, d.series, d.attempts_made, d.webhook_id, d.payload, e.url,
  array_remove(
    ARRAY[e.secret, CASE WHEN e.previous_until > now() THEN e.previous_secret END], NULL),
  e.failures > 0
"""  # noqa: S608

# An acceptance counts even when the claim was taken away meanwhile.
SETTLE = """
WITH o AS MATERIALIZED (
  SELECT * FROM json_to_recordset(%s::json) AS r(
    id bigint, series int, number int, worker text, delivered bool, delay float8, problem text,
    attempt_id uuid, started_at timestamptz, latency_ms int, url text, headers jsonb,
    status_code int, answer text)
), settled AS (
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

# A failing endpoint rests between its probes: 2, 4, 8 … 60 seconds.
NOTE = f"""
WITH r AS MATERIALIZED (
  SELECT * FROM json_to_recordset(%(rows)s::json) AS r(
    id uuid, taken bool, slow bool, failed int, throttled float8, gone bool)
)
UPDATE notifications_endpoint AS e
SET failures = CASE WHEN r.slow THEN 1 WHEN r.taken THEN 0 ELSE e.failures + r.failed END,
    failing_since = CASE WHEN NOT r.taken THEN coalesce(e.failing_since, now()) END,
    not_before = CASE
      WHEN r.throttled > 0 THEN now() + r.throttled * interval '1 second'
      WHEN NOT r.taken THEN now() + interval '1 second'
        * least({LONGEST_REST_SECONDS}, power(2, least(e.failures + r.failed, 10))) END,
    disabled_at = CASE WHEN r.gone THEN coalesce(e.disabled_at, now()) ELSE e.disabled_at END,
    paused_at = CASE WHEN e.paused_at IS NULL AND NOT r.taken
      AND e.failing_since < now() - interval '{PAUSE_AFTER_DAYS} days'
      THEN now() ELSE e.paused_at END,
    paused_because = CASE WHEN e.paused_at IS NULL AND NOT r.taken
      AND e.failing_since < now() - interval '{PAUSE_AFTER_DAYS} days'
      THEN %(because)s ELSE e.paused_because END
FROM r WHERE e.id = r.id
RETURNING e.id, e.seller_id,
  CASE WHEN e.disabled_at = now() THEN 'disabled' WHEN e.paused_at = now() THEN 'paused' END
"""  # noqa: S608


def other_senders(worker: str) -> int:
    """How many other processes are sending webhooks now."""
    with connection.cursor() as cursor:
        cursor.execute(SENDERS, [worker])
        return int(cursor.fetchone()[0])


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
        values |= {"endpoints": chosen, "worker": worker, "lease": LEASE_SECONDS}
        cursor.execute(CLAIM, values)
        rows = [Claimed(*row) for row in cursor.fetchall()]
    crash_point("webhooks-claimed")
    return rows


@transaction.atomic
def settle(outcomes: Sequence[Outcome], *, worker: str) -> None:
    """Write what became of attempts, and what their endpoints have shown."""
    if not outcomes:
        return
    crash_point("webhooks-before-settle")
    rows = [outcome.as_row(worker) for outcome in outcomes]
    with connection.cursor() as cursor:
        cursor.execute(SETTLE, [msgspec.json.encode(rows).decode()])
        if not (shown := _shown(outcomes)):
            return
        values = {"rows": msgspec.json.encode(shown).decode(), "because": FAILED_FOR_LONG}
        cursor.execute(NOTE, values)
        changed = [row for row in cursor.fetchall() if row[2]]
    record(
        [
            Event(seller_id=seller_id, kind=f"webhook.{what}", subject_id=endpoint_id)
            for endpoint_id, seller_id, what in changed
        ]
    )


def _shown(outcomes: Sequence[Outcome]) -> list[dict[str, Any]]:
    """What is new about endpoints, in order of their ids; of one that works on, nothing is."""
    by_endpoint = defaultdict(list)
    for outcome in outcomes:
        by_endpoint[outcome.claimed.endpoint_id].append(outcome)
    return [
        {
            "id": endpoint_id,
            "taken": any(outcome.is_taken for outcome in own),
            "slow": all(outcome.is_taken for outcome in own) and any(map(_is_slow, own)),
            "failed": sum(not outcome.is_taken for outcome in own),
            "throttled": max(outcome.throttled for outcome in own),
            "gone": any(outcome.is_gone for outcome in own),
        }
        for endpoint_id, own in sorted(by_endpoint.items())
        if any(_says_something(outcome) for outcome in own)
    ]


def _says_something(outcome: Outcome) -> bool:
    return not outcome.is_taken or outcome.claimed.is_probe or _is_slow(outcome)


def _is_slow(outcome: Outcome) -> bool:
    return outcome.answer.latency_ms > SLOW_MS
