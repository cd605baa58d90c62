"""What came back only to be repaired is not returned: the status of its order says so."""

from typing import ClassVar

from django.db import migrations

AGAIN = """
WITH
-- Units that their customers get back.
repaired AS (
    SELECT repair.order_id, sum(repair.quantity) AS units
    FROM orders_repair AS repair JOIN orders_return AS back ON back.id = repair.order_return_id
    WHERE repair.status <> 'refunded' AND back.reason <> 'undeliverable'
    GROUP BY repair.order_id
),
summed AS (
    SELECT line.order_id, sum(line.delivered) AS delivered,
        sum(line.delivered + line.replaced) >= sum(line.ordered - line.cancelled) AS is_whole,
        sum(line.returned) - repaired.units AS given_back
    FROM orders_orderline AS line JOIN repaired USING (order_id)
    WHERE line.ships
    GROUP BY line.order_id, repaired.units
)
UPDATE orders_order SET status = CASE
    WHEN given_back = delivered THEN 'returned'
    WHEN given_back > 0 THEN 'partly_returned'
    WHEN is_whole THEN 'delivered'
    ELSE 'partly_delivered'
END
FROM summed
WHERE orders_order.id = summed.order_id AND orders_order.status IN ('returned', 'partly_returned')
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("orders", "0204_search_names_newest_first")]

    operations: ClassVar = [migrations.RunSQL(AGAIN, migrations.RunSQL.noop)]
