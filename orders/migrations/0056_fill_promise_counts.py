"""The promises that were settled before are counted, a seller at a time, while others work."""

from django.db import migrations

# What is missing: what the promises say, less what was counted since the triggers are there. One
# statement sees both at the same moment, so it may run again.
FILL = """
INSERT INTO orders_promisecount
    (seller_id, settled_on, kind, outcome, carrier, courier_id, is_of_shipment, number, is_sum)
SELECT seller_id, settled_on, kind, outcome, carrier, courier_id, is_of_shipment, sum(number), true
FROM (
    SELECT seller_id, (settled_at AT TIME ZONE 'UTC')::date AS settled_on, kind,
        orders_promise_outcome(promise) AS outcome, carrier, courier_id,
        shipment_id IS NOT NULL AS is_of_shipment, 1 AS number
    FROM orders_promise promise
    WHERE seller_id = %(seller)s AND settled_at IS NOT NULL
    UNION ALL
    SELECT seller_id, settled_on, kind, outcome, carrier, courier_id, is_of_shipment, -number
    FROM orders_promisecount WHERE seller_id = %(seller)s
) counted
WHERE outcome IS NOT NULL
GROUP BY seller_id, settled_on, kind, outcome, carrier, courier_id, is_of_shipment
HAVING sum(number) <> 0
"""


def fill(apps, schema_editor):
    sellers = apps.get_model("orders", "Seller").objects.order_by("pk")
    for seller in sellers.values_list("pk", flat=True):
        with schema_editor.connection.cursor() as cursor:
            cursor.execute(FILL, {"seller": seller})


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("orders", "0055_count_promises")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=False)]
