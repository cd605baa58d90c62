"""A customer may choose a pickup point: a wish names it, with its name and address as text."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0074_pickup_points")]

    operations = [
        migrations.AlterField(
            "wish",
            "kind",
            models.CharField(
                choices=[
                    ("day", "Another day"),
                    ("neighbour", "Neighbour"),
                    ("safe_place", "Safe place"),
                    ("pickup", "Pickup point"),
                    ("note", "Note for the courier"),
                ],
                max_length=10,
            ),
        ),
        migrations.AlterField("wish", "text", models.CharField(blank=True, max_length=120)),
        migrations.AddField(
            "wish",
            "point",
            models.ForeignKey(
                blank=True,
                db_index=False,
                help_text="The pickup point that was chosen; the text is its name and address.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="wishes",
                to="orders.pickuppoint",
            ),
        ),
    ]
