"""`GET /api/v1/events/`: a seller's events by keyset cursor, in an order without gaps."""

import base64
from functools import cache
from typing import Annotated, Any
from uuid import UUID

import msgspec
from django.http import HttpResponse
from msgspec import Meta

from fulfillment.api.authentication import ApiRequest
from fulfillment.api.errors import invalid
from fulfillment.api.operations import Moment, Operation
from fulfillment.api.rows import ApiView
from orders.access import Scope
from orders.events.epochs import FIRST_OPEN
from orders.events.payloads import PAYLOAD
from orders.models import Event, Order
from orders.statements import run
from orders.values.counts import whole
from orders.values.unfit import Unfit

USUAL, MOST = 100, 500
BEFORE_ALL = (0, UUID(int=0))
BAD_CURSOR = "expected a cursor from `next` of an earlier answer, or nothing"

SQL = """
SELECT e.transaction_id, e.id, {payload}
FROM {event} e JOIN {order} o ON o.id = e.order_id
WHERE e.seller_id = $1 AND (e.transaction_id, e.id) > ($2, $3)
  AND e.transaction_id < {first_open}
ORDER BY e.transaction_id, e.id
LIMIT $4
"""


class EventData(msgspec.Struct):
    """What happened to what: ids, and the order's number and reference; nothing personal."""

    event: UUID
    order: UUID
    number: str
    reference: str
    subject: Annotated[UUID | None, Meta(description="The row that changed, of whatever kind.")]
    details: dict[str, Any]


class EventPayload(msgspec.Struct):
    """An event, as its webhook carries it."""

    type: Annotated[str, Meta(description="Its kind.", examples=["shipment.packed"])]
    timestamp: Moment
    data: EventData


class EventPage(msgspec.Struct):
    """Events in the order in which they were committed."""

    events: list[EventPayload]
    next: Annotated[
        str,
        Meta(description="The cursor to ask with next, also where nothing follows yet."),
    ]


class EventQuery(msgspec.Struct):
    """The place to read on from, and how much."""

    after: Annotated[str, Meta(description="`next` of the page before; empty: the first.")] = ""
    limit: Annotated[int, Meta(ge=1, le=MOST)] = USUAL


class EventList(ApiView):
    """`?after=<cursor>&limit=`: the events after a cursor as webhooks carry them, and the next.

    `next` is always a cursor: where nothing follows yet, ask again with it later.
    """

    tag = "Events"
    scopes = {"GET": Scope.READ}
    operations = {
        "GET": Operation(
            "listEvents",
            "Read events",
            {200: EventPage},
            refusals=(422,),
            text="None is ever inserted before one that was read: keep `next`, and read on.",
            query=EventQuery,
        )
    }

    def get(self, request: ApiRequest) -> HttpResponse:
        after, problems = request.GET.get("after", ""), []
        if (place := _read(after)) is None:
            problems.append(("after", BAD_CURSOR))
        try:
            limit = whole(request.GET.get("limit", str(USUAL)), least=1, most=MOST)
        except Unfit as error:
            problems.append(("limit", str(error)))
        if problems or place is None:
            return invalid(problems)
        rows = run(_sql(), (request.auth.seller_id, *place, limit))
        following = _write(*rows[-1][:2]) if rows else after
        payloads = ",".join(payload for _, _, payload in rows)
        return HttpResponse(
            f'{{"events":[{payloads}],"next":"{following}"}}', content_type="application/json"
        )


def _write(transaction_id: int, event_id: UUID) -> str:
    """Encode a cursor; opaque to clients."""
    place = transaction_id.to_bytes(8, "big") + event_id.bytes
    return base64.urlsafe_b64encode(place).decode()


def _read(cursor: str) -> tuple[int, UUID] | None:
    """Decode a cursor; None if it is invalid."""
    if not cursor:
        return BEFORE_ALL
    try:
        place = base64.b64decode(cursor, altchars=b"-_", validate=True)
    except ValueError:
        return None
    if len(place) != 24 or place[0] > 127:
        return None
    return int.from_bytes(place[:8], "big"), UUID(bytes=place[8:])


@cache
def _sql() -> str:
    tables = {
        name: f'"{model._meta.db_table}"'
        for name, model in {"event": Event, "order": Order}.items()
    }
    return SQL.format(payload=PAYLOAD.format(at="e.at"), first_open=FIRST_OPEN, **tables)
