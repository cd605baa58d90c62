"""Spans of a trace (OpenTelemetry), from an order to its messages; off without a tracer.

The id of an order is the id of its trace, so web and workers need not hand one on.
"""

import time
from collections.abc import Iterable
from typing import Protocol
from uuid import UUID


class Tracer(Protocol):
    """Whoever exports spans; the portal sets one where TRACES_URL is set."""

    def span(self, order_id: UUID, name: str, seconds: float, told: dict[str, str | int]) -> None:
        """Export a span that ends now."""


class _Seam:
    tracer: Tracer | None = None


def use_tracer(tracer: Tracer | None) -> None:
    """Export every span of this process through `tracer`; None exports none."""
    _Seam.tracer = tracer


def trace(order_ids: Iterable[UUID], name: str, *, began: float, **told: str | int) -> None:
    """Record a span for each order, from `began` (time.monotonic) to now; ids and codes only."""
    if _Seam.tracer is not None:
        seconds = time.monotonic() - began
        for order_id in order_ids:
            _Seam.tracer.span(order_id, name, seconds, told)
