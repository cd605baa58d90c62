"""The ways out: how many messages each channel may take now, over all workers together.

A token bucket per provider, and a circuit breaker: after some failures in a row nothing leaves for
a while, then one message goes to see whether the provider is back.
"""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection

from notifications.delivery.outcomes import probe_delay
from notifications.models import ChannelCircuit

OPEN_AFTER, MOST_COUNTED = 3, 1000  # failures in a row
LONGEST_OPEN = 60.0  # seconds: what an outage kept back leaves within a minute of its end
BURST_SECONDS = 2.0  # so much of a rate may leave at once

MAKE = """
INSERT INTO notifications_channelcircuit (channel, tokens, filled_at, failures)
SELECT unnest(%(channels)s::text[]), 0, now(), 0 ON CONFLICT DO NOTHING
"""

# Each with the seconds since its bucket was filled, and whether it is open now.
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
    """What a channel may take now; `failures` of its provider in a row."""

    channel: str
    granted: int
    tokens: float
    failures: int

    @property
    def is_probe(self) -> bool:
        return self.failures >= OPEN_AFTER


def make_circuits(channels: Iterable[str]) -> None:
    """A row for each channel that has none."""
    with connection.cursor() as cursor:
        cursor.execute(MAKE, {"channels": sorted(channels)})


def lock_circuits(channels: Iterable[str], *, limit: int) -> dict[str, Circuit]:
    """These channels' circuits, locked until the transaction ends: of each at most `limit`."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK, {"channels": sorted(channels)})
        return {row[0]: _circuit(*row, limit=limit) for row in cursor.fetchall()}


def spend(
    circuits: Mapping[str, Circuit], taken: Mapping[str, int], *, probe_seconds: float
) -> None:
    """Note what was taken; a circuit that let its probe through is open behind it."""
    used = [circuits[name] for name in taken if _is_counted(circuits[name])]
    if used:
        values: dict[str, Any] = {
            "channels": [circuit.channel for circuit in used],
            "tokens": [circuit.tokens - taken[circuit.channel] for circuit in used],
            "probes": [circuit.is_probe for circuit in used],
            "probe": probe_seconds,
        }
        with connection.cursor() as cursor:
            cursor.execute(SPEND, values)


def note_failure(channel: str, *, down_for: float) -> None:
    """Its provider did not answer or is down, by its own word for `down_for` seconds."""
    values: dict[str, Any] = {
        "channel": channel,
        "open_after": OPEN_AFTER,
        "rest": min(probe_delay(down_for), max(LONGEST_OPEN, down_for)),
        "most_counted": MOST_COUNTED,
    }
    with connection.cursor() as cursor:
        cursor.execute(FAILED, values)


def note_answer(channel: str) -> None:
    """Its provider answers again: everything may leave."""
    ChannelCircuit.objects.filter(channel=channel).update(failures=0, open_until=None)


def _circuit(
    channel: str, tokens: float, seconds: float, failures: int, is_open: bool, *, limit: int
) -> Circuit:
    rate = settings.SEND_RATES.get(channel, 0.0)
    filled = min(tokens + rate * seconds, max(rate * BURST_SECONDS, 1.0))
    granted = min(limit, int(filled)) if rate else limit
    if is_open:
        granted = 0
    elif failures >= OPEN_AFTER:
        granted = min(granted, 1)
    return Circuit(channel, granted, filled, failures)


def _is_counted(circuit: Circuit) -> bool:
    return circuit.is_probe or bool(settings.SEND_RATES.get(circuit.channel))
