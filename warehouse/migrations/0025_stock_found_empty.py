"""A product that was found empty is closed in its location; what else lies there is not."""

from django.db import migrations, models

CLOSE = """
UPDATE warehouse_stock stock SET closed_at = place.closed_at
FROM warehouse_location place
WHERE place.id = stock.location_id AND place.closed_at IS NOT NULL AND stock.on_hand > 0
"""


class Migration(migrations.Migration):
    dependencies = [
        ("warehouse", "0024_corrections_know_the_books"),
    ]

    operations = [
        migrations.AddField(
            model_name="stock",
            name="closed_at",
            field=models.DateTimeField(
                blank=True,
                help_text="Found empty: nobody picks it here until it is counted.",
                null=True,
            ),
        ),
        migrations.RunSQL(CLOSE, migrations.RunSQL.noop),
        migrations.RemoveField(model_name="location", name="closed_at"),
    ]
