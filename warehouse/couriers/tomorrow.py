"""Promise tomorrow as the day of arrival to the parcels of runs planned for tomorrow."""

from datetime import time
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from orders.lifecycle.dead_letters import Work
from orders.lifecycle.due_orders import BATCH, DueOrders
from orders.models import Promise
from orders.promises.awaiting import AWAITED
from orders.promises.revisions import Change, give_dates, replace_promises
from orders.promises.windows import delivery_days
from orders.statements import with_codes
from warehouse.states import RunStatus

EVENING = time(17)  # local time from which the plan for tomorrow counts as final
# Arrivals of shipments on a run of tomorrow that are not promised for exactly that day.
# is_waited_for: the date is over, or no longer so since a failed attempt, and another one due.
PLANNED = with_codes(
    """
SELECT promise.order_id, promise.id, run."on", bool_or(is_waited_for)
FROM warehouse_run run
JOIN orders_warehouse warehouse ON warehouse.id = run.warehouse_id
JOIN warehouse_stop stop ON stop.run_id = run.id
JOIN warehouse_stop_packages loaded ON loaded.stop_id = stop.id
JOIN orders_package package ON package.id = loaded.package_id
JOIN orders_promise promise ON promise.shipment_id = package.shipment_id
CROSS JOIN LATERAL (SELECT promise.settled_at IS NOT NULL OR """  # noqa: S608
    + AWAITED
    + """ AS is_waited_for) waits
WHERE run.status = {planned}
    AND run."on" = (%(now)s AT TIME ZONE warehouse.time_zone)::date + 1
    AND (%(now)s AT TIME ZONE warehouse.time_zone)::time >= %(evening)s
    AND promise.kind = {arrives} AND promise.kept_at IS NULL AND promise.revised_at IS NULL
    AND (promise.settled_at IS NOT NULL OR promise.latest > %(now)s)
    -- The newest one of its shipment.
    AND NOT EXISTS (
        SELECT FROM orders_promise later WHERE later.shipment_id = promise.shipment_id
            AND later.kind = {arrives} AND later.id > promise.id)
    -- Not promised for exactly that day yet.
    AND (is_waited_for OR NOT (promise.local_on = run."on"
        AND (promise.earliest AT TIME ZONE promise.zone)::date = run."on"))
    AND (%(orders)s::uuid[] IS NULL OR promise.order_id = ANY(%(orders)s))
GROUP BY promise.order_id, promise.id, run."on"
""",
    planned=RunStatus.PLANNED,
    arrives=Promise.Kind.ARRIVES,
)


def _this_evening() -> dict[str, Any]:
    return {"now": timezone.now(), "evening": EVENING}


PLAN = DueOrders(Work("planned_runs", "Promising tomorrow's delivery"), PLANNED, _this_evening)


def promise_planned_runs(limit: int = BATCH) -> int:
    """Replace the arrivals of shipments on a run of tomorrow; returns their number."""
    return PLAN.work_off(_promise_batch, limit)


@transaction.atomic(savepoint=False)
def _promise_batch(limit: int, only: UUID | None = None) -> int:
    values = _this_evening()
    orders = PLAN.claim(values, limit, only)
    if not orders:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(PLANNED, values | {"orders": orders})
        found = {promise_id: (on, waits) for _, promise_id, on, waits in cursor.fetchall()}
    moved, given = list[Change](), list[Change]()
    for row in Promise.objects.filter(pk__in=found).order_by("pk"):
        on, is_waited_for = found[row.pk]
        change = Change(row, delivery_days(on, on, row.zone), Promise.Reason.PLANNED)
        (given if is_waited_for else moved).append(change)
    if moved:
        replace_promises(moved, now=values["now"])
    if given:
        give_dates(given, now=values["now"])
    return len(found)
