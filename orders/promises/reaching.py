"""Look again at orders that no service reached, once their seller has others, or a carrier came."""

import json
from typing import Any
from uuid import UUID

from django.db import transaction

from orders.carriers import CARRIERS
from orders.lifecycle.dead_letters import Work
from orders.lifecycle.due_orders import BATCH, DueOrders
from orders.lifecycle.holds import follow_service
from orders.models import Hold, Order
from orders.services.choosing import choose_again
from orders.statements import with_codes

# Each order keeps the version of the services that were looked at, and the carriers of then: it is
# due once a version, and once for carriers that have been connected since.
DUE = with_codes(
    """
SELECT hold.order_id
FROM orders_hold hold
JOIN orders_order held ON held.id = hold.order_id
JOIN orders_seller seller ON seller.id = hold.seller_id
WHERE hold.released_at IS NULL AND hold.reason = {no_service}
    AND (held.service ? 'beyond') IS NOT TRUE  -- at which the allocator looks again
    AND (held.service ->> 'looked_at' IS DISTINCT FROM seller.services_version::text
        OR (held.service -> 'carriers' @> %(carriers)s::jsonb) IS NOT TRUE)
    AND (%(orders)s::uuid[] IS NULL OR hold.order_id = ANY(%(orders)s))
""",
    no_service=Hold.Reason.NO_SERVICE,
)


def _connected() -> dict[str, Any]:
    return {"carriers": json.dumps(sorted(CARRIERS))}


HELD = DueOrders(Work("reaching", "Looking for a service"), DUE, _connected)


def reach_held_orders(limit: int = BATCH) -> int:
    """Look again, `limit` orders per transaction; returns at how many it looked."""
    return HELD.work_off(_look_batch, limit)


@transaction.atomic(savepoint=False)
def _look_batch(limit: int, only: UUID | None = None) -> int:
    ids = HELD.claim(_connected(), limit, only)
    orders = Order.objects.select_related("seller__warehouse").filter(pk__in=ids).order_by("pk")
    refusals = [(order, choose_again(order)) for order in orders]
    Order.objects.bulk_update([order for order, _ in refusals], ["service"])
    for order, refusal in refusals:
        follow_service(order, refusal, actor=None)
    return len(refusals)
