"""`/api/v1/deliveries/`: what was posted to a webhook, or waits; and once more what was."""

from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from msgspec import Meta

from fulfillment.api.authentication import ApiRequest
from fulfillment.api.decoding import Shape
from fulfillment.api.idempotency import OFFERED, act_once
from fulfillment.api.operations import Moment, Operation, answer
from fulfillment.api.rows import ApiView, Next, Query, RowList, columns_of
from fulfillment.api.webhooks.endpoints import REFUSALS, TAG, Webhook, find_webhook, told_of
from notifications.models import Delivery as DeliveryRow
from notifications.models import Endpoint
from notifications.webhooks.endpoints import replay, replay_between
from orders.access import Scope, Viewer
from orders.errors import InvalidInput
from orders.values.moments import moment

State = Literal["waiting", "retrying", "delivered", "failed"]
IN_STATE: dict[str, Q] = {
    "waiting": Q(delivered_at__isnull=True, given_up_at__isnull=True, problem=""),
    "retrying": Q(delivered_at__isnull=True, given_up_at__isnull=True) & ~Q(problem=""),
    "delivered": Q(delivered_at__isnull=False),
    "failed": Q(given_up_at__isnull=False),
}
PREFIX = "msg_"
HEADER_ID = "The header `webhook-id`, with which it is posted."
ONE_OR_MANY = "expected the `webhook-id` of one delivery, or `since` and `until` of many"
NO_DELIVERY = "expected the `webhook-id` of an event that was posted to this webhook, or waits"


class Delivery(msgspec.Struct):
    """One event on its way to one webhook."""

    webhook_id: Annotated[str, Meta(description=HEADER_ID)]
    kind: Annotated[str, Meta(examples=["shipment.packed"])]
    order: Annotated[UUID | None, Meta(description="Null for a test.")]
    state: Annotated[State, Meta(description="`failed`: given up after the last attempt.")]
    attempts_made: int
    problem: Annotated[str, Meta(description="Of the last attempt; a sentence for people.")]
    created_at: Moment
    delivered_at: Moment | None


class DeliveryPage(msgspec.Struct):
    """A page of deliveries, the newest first."""

    deliveries: list[Delivery]
    next: Next


class DeliveryQuery(Query, kw_only=True):
    """Filters of the list."""

    webhook: Annotated[UUID, Meta(description="The id of the webhook.")]
    state: State | None = None


class Redelivery(msgspec.Struct, forbid_unknown_fields=True):
    """Which deliveries are posted once more: one, or those of a time."""

    webhook_id: Annotated[str, Meta(max_length=40, description=HEADER_ID)] = ""
    since: Annotated[Moment | None, Meta(description="Of events from then on.")] = None
    until: Annotated[Moment | None, Meta(description="And before then.")] = None
    only_failed: Annotated[bool, Meta(description="Of these, what was given up.")] = False


class DeliveryList(RowList):
    """`GET /api/v1/deliveries/`."""

    tag = TAG
    scopes = {"GET": Scope.WEBHOOKS}
    operations = {
        "GET": Operation(
            "listDeliveries",
            "List deliveries of a webhook",
            {200: DeliveryPage},
            text="They are kept for some weeks, also those of a webhook that was deleted.",
            query=DeliveryQuery,
        )
    }

    def select(self, viewer: Viewer, wanted: DeliveryQuery) -> QuerySet[Any]:
        rows = DeliveryRow.objects.visible_to(viewer).filter(endpoint=wanted.webhook)
        return rows.filter(IN_STATE[wanted.state]) if wanted.state else rows

    def describe(self, row: DeliveryRow) -> Delivery:
        return Delivery(**columns_of(Delivery, row, order="order_id"))


class Redeliver(ApiView):
    """`POST /api/v1/webhooks/<id>/redeliver/`."""

    tag = TAG
    scopes = {"POST": Scope.CHANGE_WEBHOOKS}
    operations = {
        "POST": Operation(
            "redeliver",
            "Post events once more",
            {200: Webhook},
            (*REFUSALS, 404),
            "With the same `webhook-id`, also what was delivered already; of a time at most the "
            "10,000 oldest.",
            body=Redelivery,
            headers=(OFFERED,),
            examples={
                "One": {"webhook_id": "msg_01a2150cd87c7d37996679402de7d10f"},
                "What failed in a night": {
                    "since": "2026-03-01T20:00:00Z", "until": "2026-03-02T06:00:00Z",
                    "only_failed": True,
                },
            },
        )
    }  # fmt: skip

    def post(self, request: ApiRequest, id: UUID) -> HttpResponse:
        row = find_webhook(request, id)
        given, kept = REDELIVERY.read(request._request.body)
        if refusal := act_once(request, lambda: _redeliver(row, given, kept)):
            return refusal
        return answer(told_of(request, find_webhook(request, id)))


def _moment_or_none(value: Any) -> Any:
    return moment(value) if value else None


REDELIVERY = Shape(Redelivery, {"since": _moment_or_none, "until": _moment_or_none})


def _redeliver(row: Endpoint, given: Redelivery, kept: dict[str, Any]) -> None:
    since, until = kept["since"], kept["until"]
    if given.webhook_id and not (since or until or given.only_failed):
        replay(_delivery_of(row, given.webhook_id), actor=None)
    elif since and until and not given.webhook_id:
        if until <= since:
            raise InvalidInput([("until", "expected a moment after `since`")])
        replay_between(row, since=since, until=until, only_failed=given.only_failed, actor=None)
    else:
        raise InvalidInput([("webhook_id", ONE_OR_MANY)])


def _delivery_of(row: Endpoint, webhook_id: str) -> DeliveryRow:
    """By its event, as the index finds it. Raises InvalidInput."""
    try:
        event_id = UUID(webhook_id.removeprefix(PREFIX))
    except ValueError:
        event_id = None
    rows = row.deliveries.filter(event=event_id, webhook_id=webhook_id)
    found = rows.select_related("endpoint").first() if event_id else None
    if found is None:
        raise InvalidInput([("webhook_id", NO_DELIVERY)])
    return found
