"""Rate limit (token bucket) and circuit breaker of each channel, shared by all workers.

After OPEN_AFTER failures in a row the circuit is open: nothing is sent for a while. Then one
message, the probe, finds out whether the provider is back.
"""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection

from notifications.delivery.outcomes import probe_delay
from notifications.models import ChannelCircuit

# Failures in a row. The count stops at MOST_COUNTED, which a small integer can hold.
OPEN_AFTER, MOST_COUNTED = 3, 1000
LONGEST_OPEN = 60.0  # seconds: a minute after an outage at the latest, sending goes on
BURST_SECONDS = 2.0  # the bucket holds the tokens of so many seconds

CREATE = """
INSERT INTO notifications_channelcircuit (channel, tokens, filled_at, failures)
SELECT unnest(%(channels)s::text[]), 0, now(), 0 ON CONFLICT DO NOTHING
"""

# The row locks serialize the workers: two of them cannot spend the same tokens.
# seconds: since the bucket was filled. is_open: nothing may be sent now.
LOCK = """
SELECT c.channel, c.tokens, extract(epoch FROM now() - c.filled_at)::float8 AS seconds, c.failures,
  c.open_until IS NOT NULL AND c.open_until > now() AS is_open
FROM notifications_channelcircuit c WHERE c.channel = ANY(%(channels)s)
ORDER BY c.channel FOR NO KEY UPDATE
"""

SPEND = """
UPDATE notifications_channelcircuit AS c SET tokens = o.tokens, filled_at = now(),
  open_until = CASE WHEN o.is_probe THEN now() + %(probe)s * interval '1 second' END
FROM unnest(%(channels)s::text[], %(tokens)s::float8[], %(probes)s::bool[])
  AS o(channel, tokens, is_probe)
WHERE c.channel = o.channel
"""

FAILED = """
UPDATE notifications_channelcircuit SET failures = least(failures + 1, %(most_counted)s),
  open_until = CASE WHEN failures + 1 >= %(open_after)s
                    THEN now() + %(rest)s * interval '1 second' END
WHERE channel = %(channel)s
"""


class Circuit(NamedTuple):
    """One channel: `granted` messages may be sent now; `failures` of its provider in a row."""

    channel: str
    granted: int
    tokens: float
    failures: int

    @property
    def is_probe(self) -> bool:
        return self.failures >= OPEN_AFTER


def create_circuits(channels: Iterable[str]) -> None:
    """Insert a row for each channel that has none."""
    with connection.cursor() as cursor:
        cursor.execute(CREATE, {"channels": sorted(channels)})


def lock_circuits(channels: Iterable[str], *, limit: int) -> dict[str, Circuit]:
    """Lock the rows of these channels until the transaction ends; each grants at most `limit`."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK, {"channels": sorted(channels)})
        return {row[0]: _circuit(*row, limit=limit) for row in cursor.fetchall()}


def spend_tokens(
    circuits: Mapping[str, Circuit], taken: Mapping[str, int], *, probe_seconds: float
) -> None:
    """Subtract the tokens of what was claimed; behind its probe a circuit is open again."""
    used = [circuits[name] for name in taken if _needs_update(circuits[name])]
    if used:
        values: dict[str, Any] = {
            "channels": [circuit.channel for circuit in used],
            "tokens": [circuit.tokens - taken[circuit.channel] for circuit in used],
            "probes": [circuit.is_probe for circuit in used],
            "probe": probe_seconds,
        }
        with connection.cursor() as cursor:
            cursor.execute(SPEND, values)


def record_failure(channel: str, *, down_for: float) -> None:
    """Count a failure in a row; from OPEN_AFTER on, open the circuit.

    `down_for`: seconds that the provider asked to be left alone, 0 if it did not say.
    """
    values: dict[str, Any] = {
        "channel": channel,
        "open_after": OPEN_AFTER,
        "rest": min(probe_delay(down_for), max(LONGEST_OPEN, down_for)),
        "most_counted": MOST_COUNTED,
    }
    # One atomic UPDATE: several workers may report failures at the same time.
    with connection.cursor() as cursor:
        cursor.execute(FAILED, values)


def record_answer(channel: str) -> None:
    """Close the circuit: the provider answers again."""
    ChannelCircuit.objects.filter(channel=channel).update(failures=0, open_until=None)


def _circuit(
    channel: str, tokens: float, seconds: float, failures: int, is_open: bool, *, limit: int
) -> Circuit:
    # A rate of 0 is no limit. A bucket holds at least one token, or a slow rate would never send.
    rate = settings.SEND_RATES.get(channel, 0.0)
    filled = min(tokens + rate * seconds, max(rate * BURST_SECONDS, 1.0))
    granted = min(limit, int(filled)) if rate else limit
    if is_open:
        granted = 0
    elif failures >= OPEN_AFTER:
        granted = min(granted, 1)
    return Circuit(channel, granted, filled, failures)


def _needs_update(circuit: Circuit) -> bool:
    return circuit.is_probe or bool(settings.SEND_RATES.get(circuit.channel))
