"""Replay of webhook deliveries: same id, a new series of attempts."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Now

from notifications.models import Delivery

MOST = 10_000  # at a time, the oldest first
MOST_SERIES = 30_000  # a small integer counts them
NOT_CLAIMED = Q(claimed_until__isnull=True) | Q(claimed_until__lt=Now())


def replay_one(endpoint_id: UUID, delivery_id: int) -> bool:
    """Replay one delivery; False while it is claimed."""
    return _replay(_replayable(endpoint_id).filter(pk=delivery_id)) == 1


def replay_range(
    endpoint_id: UUID, since: datetime, until: datetime, *, only_failed: bool = False
) -> int:
    """Replay what was created in [since, until), at most MOST; returns how many."""
    rows = _replayable(endpoint_id).filter(
        created_at__gte=since, created_at__lt=until, event__isnull=False
    )
    if only_failed:
        rows = rows.filter(given_up_at__isnull=False)
    return _replay(rows.order_by("pk")[:MOST])


def _replayable(endpoint_id: UUID) -> QuerySet[Any]:
    return Delivery.objects.filter(NOT_CLAIMED, endpoint=endpoint_id, series__lt=MOST_SERIES)


def _replay(rows: QuerySet[Any]) -> int:
    return Delivery.objects.filter(pk__in=rows.values("pk")).update(
        series=F("series") + 1,
        attempts_made=0,  # the whole back-off schedule again
        delivered_at=None,
        given_up_at=None,
        problem="",
        claimed_by="",
        claimed_until=None,
        next_attempt_at=Now(),
    )
