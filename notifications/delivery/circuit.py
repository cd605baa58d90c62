"""The ways out: how many messages each channel may take now, over all workers together.

A token bucket per provider, and a circuit breaker: after some failures in a row nothing leaves for
a while, then one message goes to see whether the provider is back.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from django.conf import settings
from django.db import connection

from notifications.delivery.outcomes import probe_delay

OPEN_AFTER = 3  # failures in a row
LONGEST_OPEN = 60.0  # seconds: what an outage kept back leaves within a minute of its end
BURST_SECONDS = 2.0  # so much of a rate may leave at once

MAKE = """
INSERT INTO notifications_channelcircuit (channel, tokens, filled_at, failures)
SELECT unnest(%s::text[]), 0, now(), 0 ON CONFLICT DO NOTHING
"""

LOCK = """
SELECT g.channel, g.tokens, extract(epoch FROM now() - g.filled_at)::float8, g.failures,
  g.open_until IS NOT NULL AND g.open_until > now()
FROM notifications_channelcircuit g WHERE g.channel = ANY(%s) ORDER BY g.channel FOR NO KEY UPDATE
"""

SPEND = """
UPDATE notifications_channelcircuit AS g SET tokens = o.tokens, filled_at = now(),
  open_until = CASE WHEN o.is_probe THEN now() + %s * interval '1 second' END
FROM unnest(%s::text[], %s::float8[], %s::bool[]) AS o(channel, tokens, is_probe)
WHERE g.channel = o.channel
"""

FAILED = """
UPDATE notifications_channelcircuit SET failures = least(failures + 1, 1000),
  open_until = CASE WHEN failures + 1 >= %s THEN now() + %s * interval '1 second' END
WHERE channel = %s
"""

ANSWERED = (
    "UPDATE notifications_channelcircuit SET failures = 0, open_until = NULL WHERE channel = %s"
)


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
        cursor.execute(MAKE, [sorted(channels)])


def lock_circuits(channels: Iterable[str], *, limit: int) -> dict[str, Circuit]:
    """These channels' circuits, locked until the transaction ends: of each at most `limit`."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [sorted(channels)])
        return {row[0]: _circuit(*row, limit=limit) for row in cursor.fetchall()}


def spend(
    circuits: Mapping[str, Circuit], taken: Mapping[str, int], *, probe_seconds: float
) -> None:
    """Note what was taken; a circuit that let its probe through is open behind it."""
    used = [circuits[name] for name in taken if _is_counted(circuits[name])]
    if used:
        names = [circuit.channel for circuit in used]
        tokens = [circuit.tokens - taken[circuit.channel] for circuit in used]
        probes = [circuit.is_probe for circuit in used]
        with connection.cursor() as cursor:
            cursor.execute(SPEND, [probe_seconds, names, tokens, probes])


def note_failure(channel: str, *, down_for: float) -> None:
    """Its provider did not answer or is down, by its own word for `down_for` seconds."""
    seconds = min(probe_delay(down_for), max(LONGEST_OPEN, down_for))
    with connection.cursor() as cursor:
        cursor.execute(FAILED, [OPEN_AFTER, seconds, channel])


def note_answer(channel: str) -> None:
    """Its provider answers again: everything may leave."""
    with connection.cursor() as cursor:
        cursor.execute(ANSWERED, [channel])


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
