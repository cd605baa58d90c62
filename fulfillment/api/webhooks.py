"""`/api/v1/webhooks/`: the URLs to which events are posted; never their secrets."""

from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from django.db.models import QuerySet
from msgspec import Meta

from fulfillment.api.operations import Moment, Operation
from fulfillment.api.rows import Next, Query, RowDetail, RowList, columns_of
from notifications.models import Endpoint
from orders.access import Scope, Viewer

TAG = "Webhooks"


class Webhook(msgspec.Struct):
    """A URL of a seller's system to which events are posted."""

    id: UUID
    url: str
    description: str
    kinds: Annotated[list[str], Meta(description="Kinds of events; empty: all.")]
    state: Literal["active", "failing", "paused", "disabled"]
    failing_since: Moment | None
    created_at: Moment


class WebhookPage(msgspec.Struct):
    """A page of webhooks, the newest first."""

    webhooks: list[Webhook]
    next: Next


class WebhookList(RowList):
    """`GET /api/v1/webhooks/`; a URL may hold a secret, so it asks for a scope of its own."""

    tag = TAG
    scopes = {"GET": Scope.WEBHOOKS}
    operations = {
        "GET": Operation("listWebhooks", "List webhooks", {200: WebhookPage}, query=Query)
    }

    def select(self, viewer: Viewer, wanted: Query) -> QuerySet[Any]:
        return Endpoint.objects.visible_to(viewer).filter(deleted_at__isnull=True)

    def describe(self, row: Endpoint) -> Webhook:
        return _describe(row)


class WebhookDetail(RowDetail):
    """`GET /api/v1/webhooks/<id>/`."""

    tag, what = TAG, "webhook"
    scopes = {"GET": Scope.WEBHOOKS}
    operations = {"GET": Operation("getWebhook", "Read a webhook", {200: Webhook}, (404,))}

    def select(self, viewer: Viewer) -> QuerySet[Any]:
        return Endpoint.objects.visible_to(viewer).filter(deleted_at__isnull=True)

    def describe(self, row: Endpoint) -> Webhook:
        return _describe(row)


def _describe(row: Endpoint) -> Webhook:
    return Webhook(**columns_of(Webhook, row))
