"""The sweep of holds: those whose end has come are released, with their history."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from orders.lifecycle.dead_letters import Work
from orders.lifecycle.due_orders import BATCH, DueOrders
from orders.lifecycle.holds import NEEDS_ADDRESS, release_hold
from orders.models import Hold
from orders.statements import with_codes

# A missing address has no end: somebody has to enter it.
DUE = with_codes(
    """
SELECT DISTINCT order_id FROM orders_hold
WHERE released_at IS NULL AND until <= %(now)s AND reason NOT IN ({needs_address})
    AND (%(orders)s::uuid[] IS NULL OR order_id = ANY(%(orders)s))
""",
    needs_address=NEEDS_ADDRESS,
)


def _now() -> dict[str, Any]:
    return {"now": timezone.now()}


ENDED = DueOrders(Work("holds", "Releasing holds"), DUE, _now)


def release_ended_holds(limit: int = BATCH) -> int:
    """Release the holds that end now, `limit` orders per transaction; returns their number."""
    return ENDED.work_off(_release_batch, limit)


@transaction.atomic(savepoint=False)
def _release_batch(limit: int, only: UUID | None = None) -> int:
    values = _now()
    ids = ENDED.claim(values, limit, only)
    ended = Hold.objects.filter(order__in=ids, released_at__isnull=True, until__lte=values["now"])
    holds = list(ended.exclude(reason__in=NEEDS_ADDRESS).order_by("order", "pk"))
    for hold in holds:
        release_hold(hold, actor=None)
    return len(holds)
