"""The lines of kits in orders, and those of their parts."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0043_kit_parts")]

    operations = [
        migrations.AddField(
            model_name="orderline",
            name="is_kit",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="It ships as its parts, which are lines of their own.",
            ),
        ),
        migrations.AddField(
            model_name="orderline",
            name="kit_line",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="orders.orderline",
            ),
        ),
        migrations.AddField(
            model_name="orderline",
            name="units_per_kit",
            field=models.PositiveSmallIntegerField(
                db_default=0, default=0, help_text="Of a part: in one unit of its kit."
            ),
        ),
    ]
