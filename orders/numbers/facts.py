"""Write the facts of orders anew from the tables: one statement a number, the same at any time."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db import connection

from orders.models import NumberFact
from orders.numbers.parcels import CYCLES, FIRST_ATTEMPTS, SHIPMENTS
from orders.numbers.whole_orders import FILLS, PERFECT, RETURNS
from orders.numbers.windows import WINDOWS

_N = NumberFact.Number
# In this order: perfect orders are found from the facts of the windows.
FACTS = {
    _N.CYCLE: CYCLES,
    _N.SHIP: SHIPMENTS,
    _N.WINDOW: WINDOWS,
    _N.ATTEMPT: FIRST_ATTEMPTS,
    _N.PERFECT: PERFECT,
    _N.FILL: FILLS,
    _N.RETURNS: RETURNS,
}
# A day is one of the calendar of the seller's warehouse, on which the clock may change.
WRITE = """
WITH
-- What the tables say now.
told (order_id, subject_id, at, counts_from, outcome, value, carrier, warehouse_id) AS ({facts}),
-- What they say no more, as after an undo.
gone AS (
    DELETE FROM orders_numberfact fact
    WHERE fact.order_id = ANY(%(orders)s) AND fact.number = %(number)s
        AND NOT EXISTS (SELECT FROM told WHERE told.subject_id = fact.subject_id)
)
INSERT INTO orders_numberfact AS kept (id, seller_id, order_id, number, subject_id, day,
    counts_from, outcome, value, channel_id, carrier, warehouse_id)
SELECT gen_random_uuid(), o.seller_id, told.order_id, %(number)s, told.subject_id,
    (told.at AT TIME ZONE building.time_zone)::date, told.counts_from, told.outcome, told.value,
    o.channel_id, told.carrier, told.warehouse_id
FROM told JOIN orders_order o ON o.id = told.order_id
JOIN orders_seller seller ON seller.id = o.seller_id
JOIN orders_warehouse building ON building.id = seller.warehouse_id
ON CONFLICT (number, subject_id) DO UPDATE SET day = excluded.day,
    counts_from = excluded.counts_from, outcome = excluded.outcome, value = excluded.value,
    channel_id = excluded.channel_id, carrier = excluded.carrier,
    warehouse_id = excluded.warehouse_id
WHERE (kept.day, kept.counts_from, kept.outcome, kept.value, kept.channel_id, kept.carrier,
    kept.warehouse_id) IS DISTINCT FROM (excluded.day, excluded.counts_from, excluded.outcome,
    excluded.value, excluded.channel_id, excluded.carrier, excluded.warehouse_id)
"""


def write_facts(order_ids: Collection[UUID]) -> None:
    """Write the facts of these orders as the tables say them now, in the caller's transaction."""
    with connection.cursor() as cursor:
        for number, facts in FACTS.items():
            values: dict[str, Any] = {"orders": list(order_ids), "number": str(number)}
            cursor.execute(WRITE.replace("{facts}", facts), values)
