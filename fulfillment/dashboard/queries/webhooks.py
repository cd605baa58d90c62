"""Queries of webhooks: endpoints, the delivery log, and failing endpoints."""

from datetime import timedelta
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet
from django.utils import timezone

from fulfillment.keyset import CappedCount, Page, page_of
from notifications.models import Delivery, Endpoint
from orders.access import Role, Viewer

FAILING_FOR = timedelta(hours=1)
MOST_SHOWN = 200
ENDED = Q(delivered_at__isnull=False) | Q(given_up_at__isnull=False)
# Filters of the delivery log.
STATES: dict[str, tuple[str, Q]] = {
    "": ("All", Q()),
    "waiting": ("Waiting", ~ENDED),
    "delivered": ("Delivered", Q(delivered_at__isnull=False)),
    "failed": ("Failed", Q(given_up_at__isnull=False)),
}


def endpoints(viewer: Viewer) -> QuerySet[Endpoint]:
    """Select endpoints with the counts of waiting and given-up deliveries."""
    own = Delivery.objects.filter(endpoint=OuterRef("pk"))
    return (
        Endpoint.objects.visible_to(viewer)
        .kept()
        .select_related("seller")
        .annotate(
            waiting=CappedCount(own.filter(delivered_at__isnull=True, given_up_at__isnull=True)),
            failed=CappedCount(own.filter(given_up_at__isnull=False)),
        )
        .order_by("seller__name", "created_at")[:MOST_SHOWN]
    )


def delivery_log(viewer: Viewer, endpoint_id: UUID, *, state: str, cursor: str) -> Page:
    """Load a keyset page of the deliveries of an endpoint, newest first."""
    rows = Delivery.objects.visible_to(viewer).filter(endpoint=endpoint_id)
    _, wanted = STATES.get(state, STATES[""])
    return page_of(rows.filter(wanted).select_related("order"), key="-id", cursor=cursor)


def failing_endpoints(viewer: Viewer) -> list[Endpoint]:
    """Load endpoints that were disabled or paused, or that have failed for an hour."""
    if not viewer.has_role(Role.OWNER):
        return []
    viewer = viewer if viewer.is_operator else viewer.through(Role.OWNER)
    stopped = Q(disabled_at__isnull=False) | Q(paused_because=Endpoint.PausedBecause.FAILED)
    failing = Q(paused_at__isnull=True, failing_since__lt=timezone.now() - FAILING_FOR)
    rows = Endpoint.objects.visible_to(viewer).kept().filter(stopped | failing)
    return list(rows.order_by("created_at")[:MOST_SHOWN])
