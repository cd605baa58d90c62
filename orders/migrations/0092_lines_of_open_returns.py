"""Lines of returns that were open before: the newest of each order line is the one that comes."""

from django.db import migrations

# A line of which a return is marked already is left, so it may run again.
FILL = """
UPDATE orders_returnline SET is_coming = true
FROM (
    SELECT DISTINCT ON (part.line_id) part.id
    FROM orders_returnline part
    JOIN orders_return back ON back.id = part.order_return_id
    WHERE part.seller_id = %(seller)s AND back.status IN ('requested', 'approved')
        AND NOT EXISTS (
            SELECT FROM orders_returnline marked
            WHERE marked.line_id = part.line_id AND marked.is_coming
        )
    ORDER BY part.line_id, back.created_at DESC, part.id DESC
) newest
WHERE orders_returnline.id = newest.id
"""


def fill(apps, schema_editor):
    """A seller at a time, while others work."""
    sellers = apps.get_model("orders", "Seller").objects.order_by("pk")
    for seller in sellers.values_list("pk", flat=True):
        with schema_editor.connection.cursor() as cursor:
            cursor.execute(FILL, {"seller": seller})


class Migration(migrations.Migration):
    atomic = False
    dependencies = [
        ("orders", "0091_found_after_the_decision"),
    ]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=False)]
